"""Small plots side by side: where each lies, and its frame with ticks and title."""

from collections.abc import Sequence
from dataclasses import dataclass

from scripts.report.cells import Part
from scripts.report.figures.axes import fitting, labelled
from scripts.report.figures.canvas import (
    GREY,
    INK,
    NORMAL,
    PALE,
    SMALL,
    WIDTH,
    Canvas,
    Scale,
    width_of,
)
from scripts.report.figures.metrics import shorten, text_width

GAP = 16.0
HEAD = 14.0
FOOT = 20.0
BELOW = 12.0
# Half of a label stands right of the end of its axis.
EDGE = 7.0


@dataclass(frozen=True)
class Panel:
    """One small plot: its scales and its edges."""

    x: Scale
    y: Scale


def round_ticks(low: float, high: float, about: int = 3) -> list[float]:
    """Round values between two limits."""
    if high <= low:
        return [low]
    step = 1e-9
    while (high - low) / step > about:
        lead = f"{step:e}"[0]
        step *= 2.5 if lead == "2" else 2.0
    first = -(-low // step)
    count = int((high - first * step) // step) + 1
    return [round((first + index) * step, 10) for index in range(count)]


def height_of(rows: int, height: float, top: float) -> float:
    """The height of a figure of so many rows of panels below `top`."""
    return top + rows * (HEAD + height + FOOT) + BELOW


def panel_at(
    place: tuple[int, int], columns: int, height: float, top: float, room: float,
    x: tuple[float, float], y: tuple[float, float], lead: float = 0.0,
) -> Panel:  # fmt: skip
    """The panel in a row and a column; `room` is left of it for labels, `lead` above each row."""
    row, at = place
    width = (WIDTH - GAP * (columns - 1)) / columns
    left = at * (width + GAP) + room
    right = at * (width + GAP) + width - EDGE
    upper = top + row * (HEAD + lead + height + FOOT) + lead + HEAD
    return Panel(Scale(*x, left, right), Scale(*y, upper + height, upper))


def draw_frame(
    canvas: Canvas, panel: Panel, x_ticks: Sequence[tuple[float, str]],
    y_ticks: Sequence[float], suffix: str = "",
) -> None:  # fmt: skip
    """Rules across with their labels, and ticks below."""
    x, y = panel.x, panel.y
    for value, label in labelled(y_ticks, suffix):
        canvas.line(x.start, y(value), x.end, y(value), stroke=PALE, stroke_width=0.6)
        canvas.text(x.start - 4, y(value) + 2.4, label, SMALL, text_anchor="end", fill=GREY)
    canvas.line(x.start, y.start, x.end, y.start, stroke=GREY, stroke_width=0.8)
    for value, label in fitting(x_ticks, x, SMALL):
        canvas.line(x(value), y.start, x(value), y.start + 2.6, stroke=GREY, stroke_width=0.8)
        canvas.text(x(value), y.start + 10.5, label, SMALL, text_anchor="middle", fill=GREY)


def draw_head(
    canvas: Canvas, panel: Panel, names: Sequence[str], numbers: Sequence[Part], tone: str = INK
) -> None:
    """Above a panel: the first of the names that fits, on the right its numbers."""
    base = panel.y.end - 5
    canvas.text(panel.x.end, base, numbers, SMALL, text_anchor="end", fill=GREY)
    room = panel.x.end - panel.x.start - width_of(numbers, SMALL) - 6
    name = next((one for one in names if text_width(one, NORMAL) <= room), names[-1])
    canvas.text(panel.x.start, base, shorten(name, room, NORMAL), NORMAL, fill=tone)


def room_of(y_ticks: Sequence[float], suffix: str = "") -> float:
    """The room that the labels of values need."""
    return 4 + max(text_width(label, SMALL) for _, label in labelled(y_ticks, suffix))
