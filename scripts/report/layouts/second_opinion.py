"""How far the second implementation agrees with the first, analysis by analysis."""

from collections.abc import Mapping
from typing import Any

from scripts.report.cells import Cell, Sheet, cell
from scripts.report.cells import name as name_of
from scripts.report.layouts.frame import (
    Body,
    Context,
    Display,
    Row,
    column,
    heading,
    row,
    stub,
    table,
)
from scripts.report.layouts.notes import Notes
from scripts.report.numbers import format_magnitude

OPINION = "results/analyse/second_opinion.json"
# The same words whether it was taken or not: the report does not hang on R.
BY_R = (
    "A second opinion by R, on every number of the analyses, is a stage of its own (crosscheck); "
    "it is no part of this report and is kept beside it."
)


def second_opinion(display: Display, sheet: Sheet, context: Context) -> Body:
    """Every comparative analysis with how many numbers were computed twice, and how near."""
    opinion = context.documents["opinion"]
    columns = [
        stub("Analysis"),
        column("compared", "Numbers compared"),
        column("difference", "Largest relative difference"),
    ]
    judged = {name: opinion["analyses"][name] for name in context.results
              if name in opinion["analyses"]}  # fmt: skip
    rows: list[Row] = []
    for library in dict.fromkeys(
        entry["library"] or "Not computed again" for entry in judged.values()
    ):
        rows.append(heading(f"library {len(rows)}", library))
        rows += [
            row(name, name, _cells(sheet, name, entry), 1)
            for name, entry in judged.items()
            if (entry["library"] or "Not computed again") == library
        ]
    shares = [46, 24, 30]
    return table(columns, rows, _notes(sheet, opinion), shares=shares, sources=[name_of(OPINION)])


def _cells(sheet: Sheet, analysis: str, judged: Mapping[str, Any]) -> list[Cell]:
    source = {"file": OPINION, "analysis": analysis}
    compared = sheet.value(
        judged["compared"], "count", {**source, "key": "compared"}, analysis, "compared", "n"
    )
    key = "largest_relative_difference"
    largest = format_magnitude(judged[key])
    words = sheet.words(largest, {**source, "key": key}, analysis, "difference")
    return [cell(compared), cell(words)]


def _notes(sheet: Sheet, opinion: dict) -> Notes:
    notes = Notes(sheet)
    source = {"file": OPINION, "key": "tolerance"}
    limit = format_magnitude(opinion["tolerance"]["relative"])
    notes.add(
        f"The report is made only where no relative difference is above {limit}: "
        f"{opinion['tolerance']['reason']}",
        source,
    )
    software = ", ".join(f"{package} {version}" for package, version in opinion["software"].items())
    notes.add(f"Computed again with {software}.", {"file": OPINION, "key": "software"})
    reasons = sorted({item["reason"] for item in opinion["not_compared"]})
    for reason in reasons:
        notes.add(f"Not computed again: {reason}", {"file": OPINION, "key": "not_compared"})
    notes.add(BY_R, {"code": "crosscheck"})
    return notes
