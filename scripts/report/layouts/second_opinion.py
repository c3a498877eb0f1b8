"""How far the second implementation agrees with the first, analysis by analysis."""

from scripts.report.cells import Sheet, cell, name
from scripts.report.layouts.frame import (
    Body,
    Context,
    Display,
    Notes,
    column,
    row,
    stub,
    table,
)
from scripts.report.numbers import format_magnitude

OPINION = "results/analyse/second_opinion.json"


def second_opinion(display: Display, sheet: Sheet, context: Context) -> Body:
    """Every comparative analysis with how many numbers were computed twice, and how near."""
    opinion = context.documents["opinion"]
    columns = [
        stub("Analysis"),
        column("compared", "Numbers compared"),
        column("difference", "Largest relative difference"),
        column("library", "Computed again by", align="text"),
    ]
    rows = []
    for analysis in context.results:
        if analysis not in opinion["analyses"]:
            continue
        judged = opinion["analyses"][analysis]
        source = {"file": OPINION, "analysis": analysis}
        compared = sheet.value(
            judged["compared"], "count", {**source, "key": "compared"}, analysis, "compared", "n"
        )
        largest = sheet.words(
            format_magnitude(judged["largest_relative_difference"]),
            {**source, "key": "largest_relative_difference"},
            analysis,
            "difference",
        )
        rows.append(
            row(analysis, analysis, [cell(compared), cell(largest), cell(judged["library"] or "–")])
        )
    return table(
        columns, rows, _notes(sheet, opinion), shares=[18, 13, 17, 52], sources=[name(OPINION)]
    )


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
    return notes
