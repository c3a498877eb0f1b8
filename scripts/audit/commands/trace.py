"""`trialtrace trace`: from a printed number to its raw values, and from raw values to print."""

import argparse
import sys

from scripts.tables import format_json

HELP = "from a printed number to the raw values behind it; from a raw value or subject to print"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What may be asked."""
    parser.add_argument("address", nargs="?", help="display/row/column/statistic")
    parser.add_argument("--subject", metavar="ID", help="one subject, alone or with an address")
    parser.add_argument("--source", metavar="FILE:ROW:COLUMN", help="a raw value, rows from 1")
    parser.add_argument("--folder", default=".", help="the trial's folder (here)")
    parser.add_argument("--all", action="store_true", help="every line, however many")
    parser.add_argument("--json", action="store_true", help="everything, for a program")


def run(arguments: argparse.Namespace) -> int:
    """Answer one question; 0, or 2 where it cannot be answered."""
    from scripts.audit.trace.evidence import TraceError

    asked = [arguments.address, arguments.source, arguments.subject]
    if not any(asked) or (arguments.source and (arguments.address or arguments.subject)):
        sys.stderr.write(
            "trialtrace trace: give an address, --subject ID or --source, one of them "
            "(an address may have a subject)\n"
        )
        return 2
    try:
        print(_answer(arguments))
    except TraceError as error:
        sys.stderr.write(f"trialtrace trace: {error}\n")
        return 2
    return 0


def _answer(arguments: argparse.Namespace) -> str:
    from scripts.audit.trace import numbers, sources, words
    from scripts.audit.trace.evidence import Evidence

    evidence = Evidence(arguments.folder)
    if arguments.source:
        answer, describe = sources.trace_source(evidence, arguments.source), words.describe_source
    elif arguments.address:
        every = arguments.json and not arguments.subject
        answer = numbers.trace_number(evidence, arguments.address, arguments.subject, every)
        describe = words.describe_number
    else:
        answer, describe = (
            sources.trace_subject(evidence, arguments.subject),
            words.describe_subject,
        )
    return format_json(answer).rstrip() if arguments.json else describe(answer, arguments.all)
