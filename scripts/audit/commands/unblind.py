"""trialtrace unblind --reason "...": end the blinding of a trial by a recorded act."""

import argparse
import json
import sys

from scripts.audit.ledger import LedgerError

HELP = "record that the trial is unblinded, and which plan, code and data were frozen before it"
ROOTS = ("plan", "code", "environment", "raw", "content", "all")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The folder, the reason, and whether a program reads the answer."""
    parser.add_argument("folder", nargs="?", default=".", metavar="DIR", help="the trial's folder")
    parser.add_argument("--reason", required=True, help="why; it is printed in the ledger")
    parser.add_argument("--project", help="the checkout whose code ran, where it lies elsewhere")
    parser.add_argument("--raw", help="where the raw files lie, if outside the trial's folder")
    parser.add_argument("--json", action="store_true", help="the entry as JSON")


def run(arguments: argparse.Namespace) -> int:
    """0 where the entry was written; 2 where the trial cannot be unblinded."""
    # Imported late, so that the help of the program stays quick.
    from scripts.audit.unblinding import unblind
    from scripts.audit.verification.folder import Folder
    from scripts.ingest.blinding.keys import BlindingError
    from scripts.plan import PlanError, load_plan, read_plan_file

    if not arguments.reason.strip():
        sys.stderr.write("trialtrace unblind: the reason is empty; say why\n")
        return 2
    try:
        folder = Folder.at(arguments.folder, arguments.project, arguments.raw)
        top = read_plan_file(folder.trial / "config" / "config.yaml")[0]
        declared = load_plan(top, folder.trial / "config")
        entry = unblind(declared, folder, arguments.reason.strip())
    except (OSError, PlanError, BlindingError, LedgerError) as error:
        sys.stderr.write(f"trialtrace unblind: the trial is not unblinded: {error}\n")
        return 2
    if arguments.json:
        sys.stdout.write(json.dumps(entry, sort_keys=True) + "\n")
        return 0
    frozen = "".join(f"  {name:<12} {entry['roots'].get(name)}\n" for name in ROOTS)
    sys.stdout.write(
        f"Unblinded by {entry['user']}: entry {entry['number']} of the ledger, {entry['hash']}.\n"
        f"Frozen before it:\n{frozen}"
        "Now give `status: unblinded` in config/blinding.yaml and run: snakemake --cores 4\n"
    )
    return 0
