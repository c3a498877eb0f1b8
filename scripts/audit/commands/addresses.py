"""`trialtrace addresses`: what is printed where."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

HELP = "every printed number of a finished run: its address and its text, one a line"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What may be asked."""
    parser.add_argument("--display", metavar="ID", help="only those of one table, figure or text")
    parser.add_argument("--analysis", metavar="ID", help="only those of one analysis")
    parser.add_argument("--folder", default=".", help="the trial's folder (here)")
    parser.add_argument("--json", action="store_true", help="with full value, kind and source")


def run(arguments: argparse.Namespace) -> int:
    """List them in the order of the report; 0, or 2 where it cannot be done."""
    from scripts.audit.printed_numbers import AddressError, read_numbers, select_numbers

    try:
        numbers = read_numbers(Path(arguments.folder) / "results")
        chosen = select_numbers(numbers, arguments.display, arguments.analysis)
    except AddressError as error:
        sys.stderr.write(f"trialtrace addresses: {error}\n")
        return 2
    if arguments.json:
        listed: list[dict[str, Any]] = [{"address": at, **entry} for at, entry in chosen.items()]
        print(json.dumps(listed, ensure_ascii=False, indent=1, sort_keys=True))
    else:
        for at, entry in chosen.items():
            print(f"{at}\t{' '.join(entry['text'].split())}")
    return 0
