"""The map of a tipping point: a cell for each pair of assumptions, and where a conclusion changes.

What a cell concludes can be told without colour: cells whose interval holds zero are hatched, a
thick line runs between them and the others, and the number in a cell is its difference.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from scripts.report.cells import Part, Sheet
from scripts.report.figures.axes import fitting
from scripts.report.figures.canvas import (
    GREY,
    INK,
    LARGE,
    NORMAL,
    PAPER,
    SMALL,
    WIDTH,
    Canvas,
    Scale,
    width_of,
)
from scripts.report.figures.metrics import text_width
from scripts.report.figures.tipping_key import (
    band_of,
    draw_key,
    fill_ground,
    mark_entries,
    swatches,
)
from scripts.report.figures.words import figure_body, words_instead
from scripts.report.layouts.frame import Body, Context, Display, results_of
from scripts.report.layouts.tipping import Chart, axis_words, chart_of, explanations, value_words

WIDEST, HIGHEST, LOWEST = 56.0, 23.0, 6.0
TALLEST = 330.0
# The least cell that has room for a number.
ROOM = (25.0, 13.0)


@dataclass(frozen=True)
class Frame:
    """Where the cells lie: the second group upwards, the first to the right."""

    left: float
    top: float
    width: float
    height: float
    columns: int
    rows: int
    turned: bool

    def corner(self, i: int, j: int) -> tuple[float, float]:
        """The upper left corner of a cell."""
        return self.left + self.width * i, self.top + self.height * (self.rows - 1 - j)

    @property
    def right(self) -> float:
        """Where the cells end."""
        return self.left + self.width * self.columns

    @property
    def bottom(self) -> float:
        """Where the cells end below."""
        return self.top + self.height * self.rows


def tipping_map(display: Display, sheet: Sheet, context: Context) -> tuple[str, Body]:
    """Cells coloured and hatched by what their interval says, with the boundary and marks."""
    result = results_of(display, context)[0]
    if result.before_data:
        words = "A cell for each pair of assumptions; the boundary; marks. No data yet."
        return words_instead(display, sheet, [result], words)
    chart = chart_of(display, result, context)
    if chart is None:
        return words_instead(display, sheet, [result], "Nothing can be estimated.")
    titles = [axis_words(sheet, chart, place) for place in (0, 1)]
    frame = _frame(chart, titles[1])
    canvas = Canvas(WIDTH, 0.0)
    numbered = frame.width >= ROOM[0] and frame.height >= ROOM[1]
    for i in range(frame.columns):
        for j in range(frame.rows):
            _draw_cell(canvas, sheet, chart, frame, (i, j), numbered)
    across, down = frame.right - frame.left, frame.bottom - frame.top
    canvas.add("rect", x=frame.left, y=frame.top, width=across, height=down, fill="none",
               stroke=GREY, stroke_width=0.8)  # fmt: skip
    _draw_boundary(canvas, chart, frame)
    marks = _marks(chart)
    held: Counter[tuple[int, int]] = Counter()
    for shape, cell, _ in marks:
        _draw_mark(canvas, frame, shape, cell, held[cell])
        held[cell] += shape != "ring"
    y = _draw_axes(canvas, chart, frame, titles)
    entries = [*swatches(chart), *mark_entries(chart, marks)]
    canvas.height = draw_key(canvas, entries, y + 18) + 6
    body = figure_body(
        sheet, [result], _alt(display, chart), chart.data(), more=explanations(chart)
    )
    return canvas.to_svg(), body


def _frame(chart: Chart, title: Sequence[Part]) -> Frame:
    labels = [text_width(value_words(value), NORMAL) for value in chart.second]
    left = LARGE + 10 + max(labels) + 6
    columns, rows = len(chart.first), len(chart.second)
    width = min(WIDEST, (WIDTH - left - 1) / columns)
    height = min(HIGHEST, max(LOWEST, TALLEST / rows))
    # The title of the upright axis stands beside the cells where it fits there, else above them.
    needed = width_of(title, LARGE) + 4
    height = max(height, min(needed / rows, 1.3 * HIGHEST))
    turned = needed <= height * rows
    return Frame(left, 4.0 if turned else 20.0, width, height, columns, rows, turned)


def _draw_cell(
    canvas: Canvas, sheet: Sheet, chart: Chart, frame: Frame, cell: tuple[int, int], numbered: bool
) -> None:
    x, y = frame.corner(*cell)
    verdict = chart.verdicts[cell[0]][cell[1]]
    band = band_of(chart, cell) if verdict else 0
    fill_ground(canvas, chart, verdict, band, (x, y, frame.width, frame.height))
    if not numbered:
        return
    at = chart.row(cell)
    number = sheet.number(chart.result, (at, chart.contrast, "estimate"), at, chart.contrast)
    middle, base = x + frame.width / 2, y + frame.height / 2 + 2.7
    if verdict == 0:
        half = width_of(number, SMALL) / 2 + 1.2
        canvas.add("rect", x=middle - half, y=base - 6.6, width=2 * half, height=8.4, fill=PAPER)
    canvas.text(middle, base, number, SMALL, text_anchor="middle")


def _draw_boundary(canvas: Canvas, chart: Chart, frame: Frame) -> None:
    """A thick line between neighbours of which one tips and the other does not."""
    style = {"stroke": INK, "stroke_width": 2.2, "stroke_linecap": "round"}
    for i in range(frame.columns):
        for j in range(frame.rows):
            x, y = frame.corner(i, j)
            own = chart.tips((i, j))
            if i + 1 < frame.columns and chart.tips((i + 1, j)) != own:
                canvas.line(x + frame.width, y, x + frame.width, y + frame.height, **style)
            if j + 1 < frame.rows and chart.tips((i, j + 1)) != own:
                canvas.line(x, y, x + frame.width, y, **style)


def _marks(chart: Chart) -> list[tuple[str, tuple[int, int], str]]:
    """(shape, cell, words) of the cells that are marked."""
    marks = [("ring", chart.reference, chart.reference_words)]
    marks += [("diamond", cell, "Smallest departure that tips") for cell in chart.nearest]
    if chart.form == "counts":
        last = (len(chart.first) - 1, len(chart.second) - 1)
        first = chart.labels[0]
        if min(last) > 0:
            marks += [
                ("open_circle", (0, 0), "Every missing one a failure"),
                ("circle", last, "Every missing one a responder"),
            ]
        marks += [
            ("wedge", (0, last[1]), f"Worst case for {first}"),
            ("triangle", (last[0], 0), f"Best case for {first}"),
        ]
    return marks


def _draw_mark(
    canvas: Canvas, frame: Frame, shape: str, cell: tuple[int, int], before: int
) -> None:
    """A mark in the corner of a cell, beside those that stand there before it."""
    x, y = frame.corner(*cell)
    if shape == "ring":
        canvas.add("rect", x=x + 1.9, y=y + 1.9, width=frame.width - 3.8,
                   height=frame.height - 3.8, rx=3.0, fill="none", stroke=INK,
                   stroke_width=1.3)  # fmt: skip
        return
    canvas.mark(shape, x + frame.width - 5.4 - 7 * before, y + 5.2, 2.4, INK)


def _draw_axes(
    canvas: Canvas, chart: Chart, frame: Frame, titles: Sequence[Sequence[Part]]
) -> float:
    """Values below and on the left, and in words what they are; returns the lowest line."""
    across = Scale(0, frame.columns, frame.left, frame.right)
    ticks = [(i + 0.5, value_words(value)) for i, value in enumerate(chart.first)]
    for place, label in fitting(ticks, across):
        canvas.text(across(place), frame.bottom + 11, label, NORMAL, text_anchor="middle")
    every = max(1, round(9 / frame.height + 0.49))
    for j, value in enumerate(chart.second):
        if j % every == 0:
            _, y = frame.corner(0, j)
            canvas.text(frame.left - 5, y + frame.height / 2 + 2.8, value_words(value), NORMAL,
                        text_anchor="end")  # fmt: skip
    middle = (frame.left + frame.right) / 2
    half = width_of(titles[0], LARGE) / 2
    middle = min(max(middle, half), WIDTH - half)
    canvas.text(middle, frame.bottom + 25, titles[0], LARGE, text_anchor="middle")
    if frame.turned:
        upright = f"translate({LARGE:g},{(frame.top + frame.bottom) / 2:g}) rotate(-90)"
        canvas.text(0.0, 0.0, titles[1], LARGE, text_anchor="middle", transform=upright)
    else:
        canvas.text(0.0, frame.top - 9, ["\u2191 ", *titles[1]], LARGE)
    return frame.bottom + 25


def _alt(display: Display, chart: Chart) -> str:
    """What the map shows, for those who cannot see it."""
    tipped = sum(chart.tips(cell) for cell in chart.cells)
    where = "; ".join(chart.cell_words(cell) for cell in chart.nearest)
    found = f"The nearest of them: {where}." if chart.nearest else ""
    return (
        f"{display['title']}. {chart.reference_words}: {chart.cell_words(chart.reference)}. The "
        f"conclusion is another one in {tipped} of {len(chart.cells)} cells. {found}"
    ).strip()
