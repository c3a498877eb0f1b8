"""Tables of shifts: for each group the category at baseline against a later one."""

from scripts.report.cells import Sheet, count_percent
from scripts.report.layouts.frame import (
    Body,
    Context,
    Display,
    Row,
    column,
    heading,
    results_of,
    row,
    stub,
    table,
)
from scripts.report.layouts.lines import with_unit
from scripts.report.layouts.notes import Notes

JOINT = " to "


def shift(display: Display, sheet: Sheet, context: Context) -> Body:
    """Rows are categories at baseline below each group, columns the later ones; both with totals.

    What is missing has a row and a column of its own.
    """
    results = results_of(display, context)
    result = results[0]
    names = list(dict.fromkeys(at.split(JOINT)[0] for at in result.rows))
    labels = {**result.labels, **display.get("labels", {})}
    columns = [stub(display.get("stub", "Baseline"))]
    columns += [column(name, labels.get(name, name), unit="n (%)") for name in names]
    rows: list[Row] = []
    for group in result.groups:
        rows.append(heading(group["id"], group["label"]))
        for one in names:
            cells = [
                count_percent(
                    sheet, result, (f"{one}{JOINT}{other}", group["id"]),
                    f"{group['id']}:{one}", other,
                )
                for other in names
            ]  # fmt: skip
            rows.append(row(f"{group['id']}:{one}", labels.get(one, one), cells, 1))
    notes = Notes(sheet)
    notes.add_methods([(item, result) for item in rows])
    unit = with_unit("", result).strip(" ()")
    return table(columns, rows, notes, results, unit=unit)
