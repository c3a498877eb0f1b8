"""Curves of times to an event: what is left, or what has been reached, with numbers at risk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scripts.report.cells import Part, Sheet
from scripts.report.figures.axes import (
    draw_axes,
    draw_titles,
    fitting,
    label_room,
    labelled,
    time_ticks,
)
from scripts.report.figures.canvas import GREY, WIDTH, Canvas, Scale
from scripts.report.figures.curve_key import KeyTable, draw_risk_table, risk_room, risk_texts
from scripts.report.figures.styles import Style, styles_of
from scripts.report.figures.words import figure_body, units_of, words_instead
from scripts.report.layouts.frame import Body, Context, Display, results_of
from scripts.report.results import Result

HEIGHT = 214.0
PERCENT = [(share / 100, str(share)) for share in range(0, 101, 20)]
Curve = Mapping[str, Sequence[Any]]
Frame = tuple[Canvas, Scale, Scale]


@dataclass(frozen=True)
class View:
    """Which way a curve is looked at: as the share left without the event, or as that with it."""

    axis: str
    words: str
    rising: bool = False

    def of(self, share: float) -> float:
        """The share that is drawn."""
        return 1 - share if self.rising else share


KEPT = View("Without event, %", "Kaplan-Meier curves")
REACHED = View("With event, %", "Cumulative curves, one minus Kaplan-Meier", rising=True)


def survival(display: Display, sheet: Sheet, context: Context) -> tuple[str, Body]:
    """Kaplan-Meier curves with limits, marks where subjects are censored, and numbers at risk."""
    return _curves(display, sheet, context, KEPT)


def cumulative(display: Display, sheet: Sheet, context: Context) -> tuple[str, Body]:
    """The same upside down: the share that has had the event by each time."""
    return _curves(display, sheet, context, REACHED)


def _curves(display: Display, sheet: Sheet, context: Context, view: View) -> tuple[str, Body]:
    result = results_of(display, context)[0]
    styles = styles_of(context.plan, result.groups)
    curves: Mapping[str, Curve] = result.document["curve"]
    last = max((max(curve["time"], default=0) for curve in curves.values()), default=0)
    if not last and not result.before_data:
        return words_instead(display, sheet, [result], "No subject has a time: nothing to draw.")
    last = max([last or 1, *planned_times(result)])
    shown = time_ticks(display, {0.0, *planned_times(result)}, last)
    key = KeyTable(sheet, result, styles, context.level(sheet, "key"), units_of(result, "unit"))
    top = key.height + 12
    y = Scale(0, 1, top + HEIGHT, top)
    start = max(label_room(PERCENT) + 8, risk_room(styles, result))
    x = Scale(0, last, start, WIDTH - 10)
    canvas = Canvas(WIDTH, y.start + 42 + 12 * (len(styles) + 1))
    texts = risk_texts(sheet, result, shown)
    ticks = fitting([(time, widest(time, texts)) for time in shown], x)
    draw_axes(canvas, x, y, labelled(time for time, _ in ticks), PERCENT)
    for group, style in styles.items():
        _draw_curve(canvas, curves[group], style, (x, y), view)
    if not any(sum(curve["events"]) for curve in curves.values()) and not result.before_data:
        canvas.text((x.start + x.end) / 2, (y.start + y.end) / 2, "No event in any group.",
                    text_anchor="middle", fill=GREY)  # fmt: skip
    key.draw(canvas, x.start)
    x_title = time_title(display, result)
    draw_titles(canvas, x, y, x_title, display.get("value_axis", view.axis), label_room(PERCENT))
    draw_risk_table(canvas, texts, styles, x, [time for time, _ in ticks])
    body = figure_body(sheet, [result], _alt(sheet, display, result, view), curves)
    return canvas.to_svg(), body


def planned_times(result: Result) -> list[float]:
    """The times at which the result states survival, which are also those of the risk table."""
    return sorted(float(at.removeprefix("t=")) for at in result.rows if at.startswith("t="))


def widest(time: float, texts: Mapping[float, Mapping[str, Part]]) -> str:
    """The widest of what stands at one time: its label, or a number of subjects below it."""
    numbers = [part["text"] for part in texts[time].values() if isinstance(part, dict)]
    return max([f"{time:g}", *numbers], key=len)


def time_title(display: Display, result: Result) -> str:
    """The title of the axis of time with its unit."""
    unit = units_of(result, "unit")
    words = str(display.get("axis") or result.document.get("endpoint_label") or "Time")
    return f"{words} ({unit})" if unit and f"({unit}" not in words else words


def steps_of(curve: Curve, words: str, view: View = KEPT) -> list[tuple[float, float]]:
    """A curve as the corners of its steps; it ends where an estimate does.

    A limit that is not defined yet, while nobody has had the event, leaves the step as it was.
    """
    corners: list[tuple[float, float]] = []
    for time, value in zip(curve["time"], curve[words], strict=True):
        if value is None:
            continue
        if corners:
            corners.append((time, corners[-1][1]))
        corners.append((time, view.of(value)))
    return corners


def _draw_curve(
    canvas: Canvas, curve: Curve, style: Style, scales: tuple[Scale, Scale], view: View
) -> None:
    x, y = scales
    outline = [*steps_of(curve, "upper", view), *reversed(steps_of(curve, "lower", view))]
    if outline:
        canvas.path([(x(t), y(v)) for t, v in outline], fill=style.color, fill_opacity=0.1,
                    stroke="none")  # fmt: skip
    corners = [(x(t), y(v)) for t, v in steps_of(curve, "survival", view)]
    if corners:
        canvas.path(corners, stroke=style.color, stroke_width=1.6, stroke_dasharray=style.dash)
    for time, value, censored in zip(
        curve["time"], curve["survival"], curve["censored"], strict=True
    ):
        if censored and value is not None:
            at, height = x(time), y(view.of(value))
            canvas.line(at, height - 3.2, at, height + 3.2, stroke=style.color,
                        stroke_width=0.9)  # fmt: skip


def _alt(sheet: Sheet, display: Display, result: Result, view: View) -> list[Part]:
    parts: list[Part] = [f"{view.words}: {display['title']}."]
    for group in result.groups:
        place, column = ("arm", group["id"]), group["id"]
        parts.append(f" {group['label']}: ")
        parts += [sheet.number(result, (*place, "n"), "alt", column), " subjects, "]
        parts += [sheet.number(result, (*place, "events"), "alt", column), " events, median "]
        median = sheet.number(result, (*place, "median"), "alt", column, absent="not reached")
        reached = result.value(*place, "median") is not None
        parts += [median, f" {units_of(result, 'unit')}." if reached else "."]
    if result.has("logrank", "", "p_value"):
        parts += [" Log-rank test: P ", sheet.number(result, ("logrank", "", "p_value"), "alt", "")]
        parts.append(".")
    return parts
