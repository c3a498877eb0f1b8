"""Tables of the schedule: for each visit two counts of each group, such as done and in window."""

from typing import Any

from scripts.report.cells import Cell, Sheet, count_percent
from scripts.report.layouts.describe import EMPTY_SPANNER
from scripts.report.layouts.frame import (
    Body,
    Context,
    Display,
    column,
    dash,
    group_columns,
    results_of,
    row,
    stub,
    table,
)
from scripts.report.layouts.notes import Notes
from scripts.report.results import Result

# The heads of the result's rows with the two columns that they make, by kind of analysis.
PAIRS = {
    "missing_patterns": {"measured": "Measured", "last": "Last seen"},
    "visit_adherence": {"done": "Done", "window": "In window"},
}
# Kinds whose denominators change from visit to visit, so that each is printed.
WITH_DENOMINATOR = {"visit_adherence"}
NOTES = {
    "missing_patterns": (
        "Last seen: measured at this visit and at every visit before it, at none after it "
        "(monotone dropout). A dash: whoever is measured there has no later visit to miss."
    ),
    "visit_adherence": "All visits: visits are counted, not subjects.",
}


def visits(display: Display, sheet: Sheet, context: Context) -> Body:
    """Rows are visits, with all of them together first where the result has that."""
    results = results_of(display, context)
    result = results[0]
    pair = PAIRS[result.kind]
    unit = "n/N (%)" if result.kind in WITH_DENOMINATOR else "n (%)"
    columns = [stub(display.get("stub", "Visit"))]
    spanners: list[dict[str, Any]] = [EMPTY_SPANNER]
    for arm in group_columns(sheet, results, ""):
        of = {"group": arm["id"], "unit": unit}
        columns += [column(f"{arm['id']} {head}", words, **of) for head, words in pair.items()]
        spanners.append({**arm, "span": len(pair)})
    first = next(iter(pair))
    places = [("All visits", "")] if first in result.rows else []
    times = result.document["times"]
    places += [(visit, f"={visit}") for visit in sorted(times, key=times.__getitem__)]
    # Counts of visits are wider than those of subjects, and are not lined up with them.
    rows = [
        row(label, label, _cells(sheet, result, label, tail), apart=not tail)
        for label, tail in places
    ]
    notes = Notes(sheet)
    notes.add_methods([(item, result) for item in rows])
    notes.add(NOTES[result.kind], {"code": "report"})
    return table(columns, rows, notes, results, spanners=spanners)


def _cells(sheet: Sheet, result: Result, label: str, tail: str) -> list[Cell]:
    cells: list[Cell] = []
    total = result.kind in WITH_DENOMINATOR
    for group in result.arms:
        for head in PAIRS[result.kind]:
            place = (f"{head}{tail}", group)
            known = result.has(*place, "count")
            at = (label, f"{group} {head}")
            made = count_percent(sheet, result, place, *at, total=total) if known else dash()
            cells.append(made)
    return cells
