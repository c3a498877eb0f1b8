"""The verb `ledger`: the entries of the run ledger, and whether their chain holds."""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scripts.audit.ledger import LEDGER, LedgerError, check_ledger, read_ledger

HELP = "what was run, by whom, on what and why; and whether an entry was changed since"
SHOWN = 8
DIGITS = 12


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The trial's folder, how many entries, and the form of the answer."""
    parser.add_argument("folder", nargs="?", default=".", help="the trial's folder (here)")
    parser.add_argument("--last", type=int, metavar="N", help="only the last N entries")
    parser.add_argument("--json", action="store_true", help="for a program to read")


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _short(value: Any) -> str:
    return str(value)[:DIGITS] if value else "none"


def _change(name: str, pair: Mapping[str, Any]) -> str:
    if pair.get("old") is None:
        return f"{name} (new)"
    return f"{name} (gone)" if pair.get("new") is None else name


def _file(file: Mapping[str, Any]) -> str:
    kept = f", kept as {file['copy']}" if "copy" in file else ""
    return f"was {_short(file['old'])}, found {_short(file['new'])}{kept}"


def _details(details: Mapping[str, Any]) -> Iterator[str]:
    for key, value in details.items():
        if key == "changed":
            for kind, files in value.items():
                # The first entry names everything; a list of it all says nothing.
                first = len(files) > SHOWN and all(
                    pair.get("old") is None for pair in files.values()
                )
                words = (
                    f"all {len(files)}"
                    if first
                    else _listed([_change(*item) for item in files.items()])
                )
                yield f"changed {kind}: {words}"
        elif key == "files":
            yield from (f"{name}: {_file(file)}" for name, file in value.items())
        elif isinstance(value, list):
            yield f"{key}: {_listed(list(map(str, value)))}"
        elif isinstance(value, dict):
            yield f"{key}: " + _listed([f"{name} {item}" for name, item in value.items()])
        else:
            yield f"{key}: {value}"


def format_entry(entry: Mapping[str, Any], line: int) -> str:
    """One entry in words, a paragraph."""
    if "damaged" in entry:
        return f"{line}  a line that is not an entry: {str(entry['damaged'])[:60]!r}"
    head = f"{entry['number']}  {entry['time']}  {entry['user']}  {entry['event']}"
    roots = "  ".join(f"{name} {_short(root)}" for name, root in entry["roots"].items())
    lines = [head, f"   reason: {entry['reason'] or 'none given'}"]
    lines += [f"   {text}" for text in _details(entry["details"])]
    return "\n".join([*lines, f"   roots: {roots}"])


def run(arguments: argparse.Namespace) -> int:
    """Print the ledger; 1 where its chain is broken, 2 where there is none."""
    path = Path(arguments.folder) / LEDGER
    try:
        entries = read_ledger(path)
    except LedgerError as error:
        sys.stderr.write(f"trialtrace ledger: {error}\n")
        return 2
    if not entries:
        sys.stderr.write(f"trialtrace ledger: {path} holds no entry; a run writes one\n")
        return 2
    findings = check_ledger(entries)
    shown = list(enumerate(entries, start=1))[-arguments.last if arguments.last else 0 :]
    if arguments.json:
        answer = {"entries": [entry for _, entry in shown], "findings": findings}
        sys.stdout.write(json.dumps(answer, indent=1, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("\n".join(format_entry(entry, line) for line, entry in shown) + "\n")
    for finding in findings:
        sys.stderr.write(f"{path}: {finding}\n")
    return 1 if findings else 0
