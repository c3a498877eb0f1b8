"""What stands in place of the numbers of a display that is not made while the trial is blinded."""

from scripts.report.cells import Sheet, cell, name
from scripts.report.layouts.frame import Body, Context, Display, column, row, stub, table
from scripts.report.layouts.notes import Notes

WORDS = "Withheld while the trial is blinded."


def withheld(display: Display, sheet: Sheet, context: Context) -> Body:
    """A row for each analysis that the display would print, and that it is withheld."""
    titles = display.get("titles") or [display["title"]]
    source = {"plan": "blinding.left_out"}
    rows = [
        row(f"withheld{number}", title, [cell(sheet.words(WORDS, source, str(number), "withheld"))])
        for number, title in enumerate(titles, start=1)
    ]
    columns = [stub("Analysis"), column("result", "Result", align="text")]
    sources = [name("config/blinding.yaml")]
    return table(columns, rows, Notes(sheet), shares=[60, 40], sources=sources)
