"""Tables of what is missing: who was measured at which visit, and who was not seen after it."""

from typing import Any

from scripts.report.cells import Cell, Sheet, count_percent
from scripts.report.layouts.describe import EMPTY_SPANNER
from scripts.report.layouts.frame import (
    Body,
    Context,
    Display,
    Notes,
    column,
    dash,
    group_columns,
    results_of,
    row,
    stub,
    table,
)

# What stands in the two columns of a group, by the head of the result's rows.
PAIR = {"measured": "Measured", "last": "Last seen"}


def missing_visits(display: Display, sheet: Sheet, context: Context) -> Body:
    """Rows are visits: those measured (n, %), and those measured there and at no visit after it."""
    results = results_of(display, context)
    result = results[0]
    columns = [stub(display.get("stub", "Visit"))]
    spanners: list[dict[str, Any]] = [EMPTY_SPANNER]
    for arm in group_columns(sheet, results, ""):
        of = {"group": arm["id"], "unit": "n (%)"}
        columns += [column(f"{arm['id']} {head}", words, **of) for head, words in PAIR.items()]
        spanners.append({**arm, "span": len(PAIR)})
    rows = []
    for visit in result.document["times"]:
        cells: list[Cell] = []
        for group in result.arms:
            for head in PAIR:
                place = (f"{head}={visit}", group)
                known = result.has(*place, "count")
                at = (visit, f"{group} {head}")
                cells.append(count_percent(sheet, result, place, *at) if known else dash())
        rows.append(row(visit, visit, cells))
    notes = Notes(sheet)
    notes.add_methods([(item, result) for item in rows])
    words = (
        "Last seen: measured at this visit and at every visit before it, at none after it "
        "(monotone dropout). A dash: whoever is measured there has no later visit to miss."
    )
    notes.add(words, {"code": "report"})
    return table(columns, rows, notes, results, spanners=spanners)
