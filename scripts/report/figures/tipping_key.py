"""The grounds of the cells of a tipping map, and its key: a sample of each ground and mark."""

from collections.abc import Callable, Sequence

from scripts.report.figures.canvas import GREY, INK, NORMAL, PAPER, WIDTH, Canvas
from scripts.report.figures.metrics import shorten
from scripts.report.layouts.tipping import Chart
from scripts.report.numbers import format_number, typeset

# How far the nearer limit lies from zero, and how much of the colour of the arm a cell then has.
BANDS = ((0.0, 0.14), (0.05, 0.30), (0.10, 0.48))
HATCH = "#b9c0c9"
SWATCH, LINE, COLUMNS = 17.0, 14.5, 3
Entry = tuple[Callable[[Canvas, float, float], None], str]


def mixed(color: str, share: float) -> str:
    """A colour thinned with the colour of the paper."""
    parts = [int(color[at : at + 2], 16) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(255 + share * (part - 255)):02x}" for part in parts)


def band_of(chart: Chart, cell: tuple[int, int]) -> int:
    """How far the nearer limit lies from zero, as the place among the bands."""
    lower, upper = (chart.value(cell, word) for word in ("lower", "upper"))
    distance = lower if chart.verdicts[cell[0]][cell[1]] > 0 else -upper
    return sum(distance >= edge for edge, _ in BANDS[1:])


def fill_ground(
    canvas: Canvas, chart: Chart, verdict: int, band: int, box: Sequence[float]
) -> None:
    """The ground of a cell or of a sample of it."""
    x, y, width, height = box
    color = chart.colors[0 if verdict > 0 else 1]
    fill = mixed(color, BANDS[band][1]) if verdict else PAPER
    canvas.add("rect", x=x, y=y, width=width, height=height, fill=fill, stroke=PAPER,
               stroke_width=0.7)  # fmt: skip
    if verdict == 0:
        _hatch(canvas, box, 1)
    if verdict < 0:
        _hatch(canvas, box, -1)


def _hatch(canvas: Canvas, box: Sequence[float], slope: int) -> None:
    """Slanting lines inside a box, cut at its edges."""
    x, y, width, height = box
    step = 5.5
    for place in range(1, int((width + height) / step) + 1):
        along = place * step
        start = (max(0.0, along - height), min(along, height))
        end = (min(along, width), max(0.0, along - width))
        pair = (
            [start, end] if slope > 0 else [(width - start[0], start[1]), (width - end[0], end[1])]
        )
        canvas.line(x + pair[0][0], y + pair[0][1], x + pair[1][0], y + pair[1][1], stroke=HATCH,
                    stroke_width=0.6)  # fmt: skip


def swatches(chart: Chart) -> list[Entry]:
    """A sample of each ground that occurs, with what the interval says there."""
    found = {
        (verdict, band_of(chart, (i, j)) if verdict else 0)
        for i, row in enumerate(chart.verdicts)
        for j, verdict in enumerate(row)
    }
    edges = [typeset(format_number(edge, 2)) for edge, _ in BANDS]
    far = [f"by less than {edges[1]}", f"by {edges[1]} to {edges[2]}", f"by {edges[2]} or more"]
    entries: list[Entry] = []
    for verdict, band in sorted(found, key=lambda item: (-item[0], item[1])):
        side = "above" if verdict > 0 else "below"
        words = f"Interval {side} zero {far[band]}" if verdict else "Interval holds zero"
        entries.append((_sample(chart, verdict, band), words))
    return entries


def _sample(chart: Chart, verdict: int, band: int) -> Callable[[Canvas, float, float], None]:
    def draw(canvas: Canvas, x: float, y: float) -> None:
        box = (x, y - 4.6, SWATCH, 9.2)
        fill_ground(canvas, chart, verdict, band, box)
        canvas.add("rect", x=x, y=y - 4.6, width=SWATCH, height=9.2, fill="none", stroke=GREY,
                   stroke_width=0.5)  # fmt: skip

    return draw


def mark_entries(chart: Chart, marks: Sequence[tuple[str, tuple[int, int], str]]) -> list[Entry]:
    """A sample of each mark that is drawn, and of the boundary where there is one."""

    def sample(shape: str) -> Callable[[Canvas, float, float], None]:
        def draw(canvas: Canvas, x: float, y: float) -> None:
            if shape == "ring":
                canvas.add("rect", x=x + 1, y=y - 4.4, width=SWATCH - 2, height=8.8, rx=3.0,
                           fill="none", stroke=INK, stroke_width=1.3)  # fmt: skip
            elif shape == "boundary":
                canvas.line(x, y, x + SWATCH, y, stroke_width=2.2, stroke_linecap="round")
            else:
                canvas.mark(shape, x + SWATCH / 2, y, 2.4, INK)

        return draw

    words = {shape: text for shape, _, text in marks}
    entries = [(sample(shape), text) for shape, text in words.items()]
    if any(chart.tips(cell) for cell in chart.cells):
        entries.insert(0, (sample("boundary"), "Tipping boundary"))
    return entries


def draw_key(canvas: Canvas, entries: Sequence[Entry], y: float) -> float:
    """The entries side by side, one below the other in columns of one width."""
    room = WIDTH / COLUMNS
    for place, (draw, words) in enumerate(entries):
        x, base = room * (place % COLUMNS), y + LINE * (place // COLUMNS)
        draw(canvas, x, base - 2.8)
        canvas.text(x + SWATCH + 5, base, shorten(words, room - SWATCH - 8, NORMAL), NORMAL)
    return y + LINE * ((len(entries) - 1) // COLUMNS)
