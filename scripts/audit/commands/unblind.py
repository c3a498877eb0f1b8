"""trialtrace unblind --reason "...": end the blinding of a trial by a recorded act."""

import argparse
import json
import os
import sys
from pathlib import Path

from scripts.audit.ledger import LedgerError

HELP = "record that the trial is unblinded, and which plan, code and data were frozen before it"
ROOTS = ("plan", "code", "environment", "raw", "content")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The folder, the reason, and whether a program reads the answer."""
    parser.add_argument("folder", nargs="?", default=".", metavar="DIR", help="the trial's folder")
    parser.add_argument("--reason", required=True, help="why; it is printed in the ledger")
    parser.add_argument("--json", action="store_true", help="the entry as JSON")


def run(arguments: argparse.Namespace) -> int:
    """0 where the entry was written; 2 where the trial cannot be unblinded."""
    # Imported late, so that the help of the program stays quick.
    from scripts.audit.unblinding import unblind
    from scripts.ingest.blinding.keys import BlindingError
    from scripts.ingest.blinding.status import settle_blinding
    from scripts.plan import PlanError, load_plan, read_plan_file

    if not arguments.reason.strip():
        sys.stderr.write("trialtrace: the reason is empty; say why the trial is unblinded\n")
        return 2
    try:
        os.chdir(arguments.folder)
        config = read_plan_file(Path("config/config.yaml"))[0]
        declared = load_plan(config, "config")
        settled = settle_blinding(declared)
        os.environ.update(settled.environment)
        entry = unblind(declared, settled, config["files"], arguments.reason.strip())
    except (OSError, PlanError, BlindingError, LedgerError) as error:
        sys.stderr.write(f"trialtrace: the trial is not unblinded: {error}\n")
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
