"""A measurement over the visits: medians with quartiles, and how many were measured."""

from collections.abc import Mapping, Sequence
from typing import Any

from scripts.report.cells import Part, Sheet
from scripts.report.figures.axes import (
    draw_axes,
    draw_titles,
    fitting,
    label_room,
    labelled,
    time_ticks,
    visit_times,
)
from scripts.report.figures.canvas import GREY, SMALL, WIDTH, Canvas, Scale, ticks_up_to
from scripts.report.figures.curve_key import draw_risk_table, risk_room
from scripts.report.figures.metrics import text_width
from scripts.report.figures.styles import Style, draw_legend, legend_height, styles_of
from scripts.report.figures.words import figure_body, units_of, words_instead
from scripts.report.layouts.frame import Body, Context, Display, results_of
from scripts.report.results import Result

HEIGHT = 234.0
SHIFT = 3.2
Curve = Mapping[str, Sequence[Any]]


def over_time(display: Display, sheet: Sheet, context: Context) -> tuple[str, Body]:
    """Medians at the visits, joined by a line, with bars from the first to the third quartile."""
    result = results_of(display, context)[0]
    groups = [group for group in result.groups if group["id"] != "TOTAL"]
    styles = styles_of(context.plan, groups)
    curves: Mapping[str, Curve] = {group: result.document["curve"][group] for group in styles}
    known = [value for curve in curves.values() for value in curve["q3"] if value is not None]
    if not known:
        return words_instead(display, sheet, [result], "Nothing was measured: nothing to draw.")
    lines = display.get("lines_at", [])
    y_ticks = labelled(ticks_up_to(max([*known, *lines])))
    times = list(curves[next(iter(styles))]["time"])
    room = label_room(y_ticks)
    start = max(room + 10, risk_room(styles, result))
    right = WIDTH - 8 - max((text_width(f"{value:g}", SMALL) for value in lines), default=0)
    top = legend_height(styles, start, right) + 10
    y = Scale(min(0.0, *known), y_ticks[-1][0], top + HEIGHT, top)
    pad = 0.012 * (max(times) - min(times))
    x = Scale(min(times) - pad, max(times) + pad, start, right)
    canvas = Canvas(WIDTH, y.start + 42 + 12 * (len(styles) + 1))
    shown = fitting(labelled(time_ticks(display, visit_times(context), max(times))), x)
    draw_axes(canvas, x, y, shown, y_ticks)
    _draw_lines(canvas, lines, x, y)
    for index, (group, style) in enumerate(styles.items()):
        shift = (index - (len(styles) - 1) / 2) * SHIFT
        _draw_medians(canvas, curves[group], style, (x, y), shift)
    draw_legend(canvas, styles, x.start, 8.0, right, mark=True)
    unit = result.document.get("unit") or ""
    words = display.get("axis", "Median")
    y_title = f"{words} ({unit})" if unit else words
    draw_titles(canvas, x, y, f"Time since start ({units_of(result, 'time_unit')})", y_title, room)
    _draw_sizes(canvas, sheet, result, context, styles, x, [time for time, _ in shown])
    alt = _alt(sheet, display, result, context, times)
    return canvas.to_svg(), figure_body(sheet, [result], alt, curves)


def _draw_lines(canvas: Canvas, values: Sequence[float], x: Scale, y: Scale) -> None:
    for value in values:
        canvas.line(x.start, y(value), x.end, y(value), stroke=GREY, stroke_width=0.7,
                    stroke_dasharray="2 2")  # fmt: skip
        canvas.text(x.end + 3, y(value) + 2.4, f"{value:g}", SMALL, fill=GREY)


def _draw_medians(
    canvas: Canvas, curve: Curve, style: Style, scales: tuple[Scale, Scale], shift: float
) -> None:
    x, y = scales
    rows = [
        (x(time) + shift, y(median), y(q1), y(q3))
        for time, median, q1, q3 in zip(
            curve["time"], curve["median"], curve["q1"], curve["q3"], strict=True
        )
        if median is not None
    ]
    for at, _, low, high in rows:
        canvas.line(at, low, at, high, stroke=style.color, stroke_width=0.9, stroke_opacity=0.7)
    canvas.path([(at, middle) for at, middle, _, _ in rows], stroke=style.color,
                stroke_width=1.4, stroke_dasharray=style.dash)  # fmt: skip
    for at, middle, _, _ in rows:
        canvas.mark(style.mark, at, middle, 2.3, style.color)


def _visit_at(context: Context, time: float) -> str | None:
    visits = context.plan["trial"]["visits"]
    return next((visit["VISIT"] for visit in visits if visit["nominal"] == time), None)


def _draw_sizes(
    canvas: Canvas,
    sheet: Sheet,
    result: Result,
    context: Context,
    styles: Mapping[str, Style],
    x: Scale,
    times: Sequence[float],
) -> None:
    """How many were measured at the visits that the axis names."""
    texts: dict[float, dict[str, Part]] = {}
    for time in times:
        visit = _visit_at(context, time)
        texts[time] = {
            group: sheet.number(result, (visit, group, "n"), visit, group)
            for group in styles
            if visit is not None and result.has(visit, group, "n")
        }
    draw_risk_table(canvas, texts, styles, x, times, "Number measured")


def _alt(
    sheet: Sheet, display: Display, result: Result, context: Context, times: Sequence[float]
) -> list[Part]:
    parts: list[Part] = [f"Medians with quartiles at each visit by group: {display['title']}."]
    for group in result.groups:
        if group["id"] == "TOTAL":
            continue
        parts.append(f" {group['label']}:")
        for time in (times[0], times[-1]):
            visit = _visit_at(context, time)
            if visit is not None and result.has(visit, group["id"], "median"):
                place = (visit, group["id"], "median")
                median = sheet.number(result, place, f"alt {visit}", group["id"])
                parts += [f" {visit} ", median, "," if time == times[0] else "."]
    return parts
