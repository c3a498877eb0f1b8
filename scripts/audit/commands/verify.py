"""trialtrace verify: what was changed, added, removed or reordered since the run ended."""

import argparse
import json
import sys
from pathlib import Path

HELP = "say what was changed, added, removed or reordered since the run, and who signed"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the verb takes."""
    parser.add_argument("folder", nargs="?", default=".", help="the trial's folder (here)")
    parser.add_argument("--project", help="the checkout whose code ran, where it lies elsewhere")
    parser.add_argument("--raw", help="where the raw files lie, if outside the trial's folder")
    parser.add_argument("--allowed-signers", help="whose keys may sign (ssh-keygen(1))")
    parser.add_argument("--at", help="judge the keys at this time, YYYYMMDDHHMMSS")
    parser.add_argument("--json", action="store_true", help="for a program")


def run(arguments: argparse.Namespace) -> int:
    """Verify a folder: 0 when nothing was touched, 1 when something was, 2 where none can be."""
    from scripts.audit.verification.folder import Folder
    from scripts.audit.verification.whole import NothingToVerifyError, verify_folder

    allowed = Path(arguments.allowed_signers) if arguments.allowed_signers else None
    for path in (arguments.folder, arguments.project, arguments.raw, allowed):
        if path is not None and not Path(path).exists():
            sys.stderr.write(f"trialtrace verify: {path} is not there\n")
            return 2
    folder = Folder.at(arguments.folder, arguments.project, arguments.raw)
    try:
        report = verify_folder(folder, allowed, arguments.at)
    except NothingToVerifyError as error:
        sys.stderr.write(f"trialtrace verify: {error}\n")
        return 2
    if arguments.json:
        print(json.dumps(report.as_json(), indent=1, sort_keys=True, ensure_ascii=False))
    else:
        print("\n".join(report.lines()))
    return 1 if report.findings else 0
