"""The program `trialtrace`: what a person asks of a trial's folder, beside running it.

trialtrace VERB ...     each verb explains itself: trialtrace VERB --help
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

COMMANDS = Path(__file__).resolve().parent / "audit" / "commands"


def verbs() -> list[str]:
    """The verbs that there are, by the names of their modules."""
    return sorted(path.stem for path in COMMANDS.glob("*.py") if path.stem != "__init__")


def _nearest(word: str) -> str:
    from scripts.conditions import nearest

    return nearest(word, verbs())


def _parser(chosen: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="trialtrace", description=__doc__.split("\n")[0])
    parts = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for verb in verbs():
        # Only the verb that was asked for is imported beyond its one line of help.
        module = importlib.import_module(f"scripts.audit.commands.{verb}")
        part = parts.add_parser(verb, help=module.HELP, description=module.HELP)
        if verb == chosen:
            module.add_arguments(part)
            part.set_defaults(run=module.run)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and give its exit code: 0 all is well, 1 findings, 2 it cannot be done."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    chosen = next((word for word in words if not word.startswith("-")), None)
    if chosen is not None and chosen not in verbs():
        sys.stderr.write(f"trialtrace: unknown verb {chosen!r}; {_nearest(chosen)}\n")
        return 2
    parsed = _parser(chosen).parse_args(words)
    try:
        code = int(parsed.run(parsed))
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the answer has read enough (`| head`); there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


if __name__ == "__main__":
    raise SystemExit(main())
