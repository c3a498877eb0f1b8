"""`trialtrace diff`: which printed numbers differ between two runs, and because of what."""

import argparse
import json
import sys

HELP = "every printed number that differs between two runs: data, plan, code or environment"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The two runs."""
    parser.add_argument("before", metavar="A", help="a trial's folder, or its folder of results")
    parser.add_argument("after", metavar="B", help="another one")
    parser.add_argument("--json", action="store_true", help="every value in full, for a program")


def run(arguments: argparse.Namespace) -> int:
    """Compare them; 0 where no number differs, 1 where one does, 2 where it cannot be said."""
    from scripts.audit.difference.numbers import compare_runs
    from scripts.audit.difference.runs import RunError, read_run
    from scripts.audit.difference.words import as_document, describe

    runs, findings = [], []
    for folder in (arguments.before, arguments.after):
        try:
            runs.append(read_run(folder))
        except RunError as error:
            findings.append(str(error))
    if findings:
        listed = "\n  ".join(findings)
        sys.stderr.write(f"trialtrace diff: the runs cannot be compared\n  {listed}\n")
        return 2
    comparison = compare_runs(*runs)
    if arguments.json:
        document = as_document(comparison)
        print(json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True))
    else:
        print(describe(comparison))
    return 1 if comparison.differences else 0
