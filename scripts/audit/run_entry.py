"""What a run tells the ledger: which steps ran, on which roots, and what changed since the last."""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from scripts.audit.ledger import LEDGER, LedgerError, append_entry, check_ledger, read_ledger
from scripts.audit.listed import AS_RUN, LOCK, code_files, plan_files
from scripts.audit.merkle import root_of
from scripts.seals import PROJECT, address_of, digest_of, sha256_of

# Hashes by kind (raw, plan, code, environment) and name.
State = dict[str, dict[str, str]]


def raw_addresses(sources: Mapping[str, Any]) -> dict[str, str]:
    """The address of every source's raw file, by the source's name."""
    folder = Path(sources["folder"])
    return {
        name: address_of(folder / source["file"]) for name, source in sources["sources"].items()
    }


def _hashed(paths: Iterable[str | Path]) -> dict[str, str]:
    return {address_of(path): sha256_of(path) for path in paths if Path(path).is_file()}


def read_state(plan: Mapping[str, Any], raw: Mapping[str, str]) -> State:
    """What a run works on: raw files, the plan by section, code and lock, each with its hash.

    `raw` has the hashes of the raw files by source.
    """
    addresses = raw_addresses(plan["sources"])
    return {
        "raw": {addresses[name]: sha256 for name, sha256 in raw.items()},
        "plan": {section: digest_of(value) for section, value in plan.items()},
        "code": _hashed(code_files(PROJECT)),
        "environment": _hashed([PROJECT / LOCK]),
    }


def roots_of(state: State, plan: Mapping[str, Any], files: Mapping[str, Any]) -> dict[str, str]:
    """The Merkle root of each kind, as the manifest of the content has them.

    `files` names the plan's files by section. The plan's root stands for the plan as it ran and for
    the bytes of its files.
    """
    parts = {kind: dict(state[kind]) for kind in ("raw", "code", "environment")}
    parts["plan"] = {AS_RUN: digest_of(plan)} | _hashed(plan_files(files))
    return {kind: root_of(leaves) for kind, leaves in parts.items()}


def compare_states(old: Mapping[str, Mapping[str, str]], new: State) -> dict[str, Any]:
    """What differs, by kind and name, with the old and the new hash; null where there was none."""
    changed = {}
    for kind, names in new.items():
        before = old.get(kind, {})
        pairs = {
            name: {"old": before.get(name), "new": names.get(name)}
            for name in sorted({*before, *names})
            if before.get(name) != names.get(name)
        }
        if pairs:
            changed[kind] = pairs
    return changed


def last_state(entries: Iterable[Mapping[str, Any]]) -> State:
    """The state at the last run, put together from what each entry says was changed."""
    state: State = {}
    for entry in entries:
        if entry.get("event") not in ("run", "failed"):
            continue
        for kind, pairs in entry["details"].get("changed", {}).items():
            names = state.setdefault(kind, {})
            for name, pair in pairs.items():
                names[name] = pair["new"]
                if pair["new"] is None:
                    del names[name]
    return state


def format_reason(value: Any) -> str | None:
    """The reason as it was typed: Snakemake takes `a: b` for a mapping and 12 for a number."""
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {format_reason(part)}" for key, part in value.items())
    return None if value is None else str(value)


class Run:
    """One run of the workflow, from its first job to its entry in the ledger."""

    def __init__(
        self, plan: Mapping[str, Any], files: Mapping[str, Any], raw: Mapping[str, str], reason: Any
    ) -> None:
        self._plan, self._files, self._raw = plan, files, raw
        self.reason = format_reason(reason)
        self._state: State = {}
        self._roots: dict[str, str] = {}
        self._planned: set[str] = set()
        self._before: dict[str, tuple[int, int]] = {}

    def begin(self, planned: Iterable[str]) -> list[str]:
        """Note what the run begins with; `planned` are the rules that are to run.

        Gives what is wrong with the ledger so far.
        """
        self._planned = set(planned)
        self._before = _seal_stamps()
        self._state = read_state(self._plan, self._raw)
        self._roots = roots_of(self._state, self._plan, self._files)
        try:
            return [f"{LEDGER}: {text}" for text in check_ledger(read_ledger(LEDGER))]
        except LedgerError as error:
            return [str(error)]

    def end(self, event: str) -> list[str]:
        """Append the entry `run` or `failed`. Gives what went wrong with that, if anything."""
        ran = {
            Path(path).stem
            for path, stamp in _seal_stamps().items()
            if self._before.get(path) != stamp
        }
        details: dict[str, Any] = {"command": " ".join(["snakemake", *sys.argv[1:]])}
        details["ran"] = sorted(ran)
        if event == "failed":
            details["unfinished"] = sorted(self._planned - ran)
        try:
            details["changed"] = compare_states(last_state(read_ledger(LEDGER)), self._state)
            append_entry(".", event, details, self.reason, self._roots)
        except LedgerError as error:
            return [str(error)]
        return []


def _seal_stamps() -> dict[str, tuple[int, int]]:
    """Inode and time stamp of every seal: a step that ran has put a new one in place."""
    stamps = {}
    for path in Path("results").glob("*/seals/*.json"):
        facts = path.stat()
        stamps[path.as_posix()] = (facts.st_ino, facts.st_mtime_ns)
    return stamps
