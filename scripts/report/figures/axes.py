"""Axes: ticks at the times of the plan, labels that never touch each other, titles."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scripts.report.figures.canvas import GREY, LARGE, NORMAL, PALE, Canvas, Scale
from scripts.report.figures.metrics import text_width
from scripts.report.layouts.frame import Context, Display

LABEL_GAP = 5.0
Tick = tuple[float, str]
Box = tuple[float, float]


def labelled(values: Iterable[float], suffix: str = "") -> list[Tick]:
    """Values with themselves as labels."""
    return [(value, f"{value:g}{suffix}") for value in values]


def visit_times(context: Context) -> list[float]:
    """The planned times of the visits, in order."""
    visits: Sequence[Mapping[str, Any]] = context.plan["trial"]["visits"]
    return sorted({float(visit["nominal"]) for visit in visits})


def time_ticks(display: Display, otherwise: Iterable[float], high: float) -> list[float]:
    """The times that the display declares, else others; none beyond the end of the axis."""
    declared = display.get("ticks") or otherwise
    return [time for time in sorted(map(float, declared)) if time <= high]


def fitting(ticks: Sequence[Tick], scale: Scale, size: float = NORMAL) -> list[Tick]:
    """The ticks whose labels, centred, do not touch the one before them."""
    kept: list[Tick] = []
    last = float("-inf")
    for value, label in ticks:
        half = text_width(label, size) / 2
        if scale(value) - half >= last + LABEL_GAP:
            kept.append((value, label))
            last = scale(value) + half
    return kept


def draw_time_axis(canvas: Canvas, x: Scale, bottom: float, ticks: Sequence[Tick]) -> None:
    """A line with a stroke at each tick; a label that would touch its neighbour is left out."""
    canvas.line(x.start, bottom, x.end, bottom, stroke=GREY, stroke_width=0.8)
    shown = dict(fitting(ticks, x))
    for value, _ in ticks:
        length = 3.0 if value in shown else 1.8
        canvas.line(x(value), bottom, x(value), bottom + length, stroke=GREY, stroke_width=0.8)
    for value, label in shown.items():
        canvas.text(x(value), bottom + 11.5, label, text_anchor="middle", fill=GREY)


def draw_value_axis(canvas: Canvas, x: Scale, y: Scale, ticks: Sequence[Tick]) -> None:
    """Pale rules across, with their labels on the left."""
    for value, label in ticks:
        canvas.line(x.start, y(value), x.end, y(value), stroke=PALE, stroke_width=0.6)
        canvas.text(x.start - 6, y(value) + 2.6, label, text_anchor="end", fill=GREY)


def draw_axes(
    canvas: Canvas, x: Scale, y: Scale, x_ticks: Sequence[Tick], y_ticks: Sequence[Tick]
) -> None:
    """Both axes of a plot of values over time."""
    draw_value_axis(canvas, x, y, y_ticks)
    draw_time_axis(canvas, x, y.start, x_ticks)


def label_room(ticks: Sequence[Tick]) -> float:
    """The room that the labels of an axis of values need on its left, its title included."""
    return max(text_width(label, NORMAL) for _, label in ticks) + 6 + 6 + LARGE


def draw_titles(
    canvas: Canvas, x: Scale, y: Scale, x_title: str, y_title: str, room: float
) -> None:
    """The titles of both axes; that of the values is turned and stands left of its labels."""
    middle = (y.start + y.end) / 2
    at = x.start - room + 0.76 * LARGE
    canvas.text(0.0, 0.0, y_title, LARGE, text_anchor="middle",
                transform=f"translate({at:g},{middle:g}) rotate(-90)")  # fmt: skip
    canvas.text((x.start + x.end) / 2, y.start + 25, x_title, LARGE, text_anchor="middle")
