"""Curves over time: survival with its risk table, and medians with quartiles at the visits."""

from collections.abc import Mapping, Sequence
from typing import Any

from scripts.report.cells import Part, Sheet, text_of
from scripts.report.figures.canvas import (
    GREY,
    WIDTH,
    Canvas,
    Scale,
    Style,
    draw_axes,
    draw_legend,
    styles_of,
    ticks_up_to,
)
from scripts.report.layouts.frame import Body, Context, Display, Notes, results_of, sources
from scripts.report.results import Result

PLOT_START = 74.0
PLOT_END = WIDTH - 12
TOP = 28.0
Curve = Mapping[str, Sequence[Any]]


def _labelled(values: Sequence[float], suffix: str = "") -> list[tuple[float, str]]:
    return [(value, f"{value:g}{suffix}") for value in values]


def _unit(result: Result, key: str) -> str:
    unit = str(result.document.get(key) or "").lower()
    return unit + "s" if unit and not unit.endswith("s") else unit


def _planned_times(result: Result) -> list[float]:
    """The times at which the result states survival, which are also those of the risk table."""
    return sorted(float(at.removeprefix("t=")) for at in result.rows if at.startswith("t="))


def steps_of(curve: Curve, words: str) -> list[tuple[float, float]]:
    """A curve as the corners of its steps; it ends where an estimate does."""
    corners: list[tuple[float, float]] = []
    for time, value in zip(curve["time"], curve[words], strict=True):
        if value is None:
            break
        if corners:
            corners.append((time, corners[-1][1]))
        corners.append((time, value))
    return corners


def survival(display: Display, sheet: Sheet, context: Context) -> tuple[str, Body]:
    """Kaplan-Meier curves with limits, marks where subjects are censored, and numbers at risk."""
    result = results_of(display, context)[0]
    styles = styles_of(context.plan, result.groups)
    times = _planned_times(result)
    curves: Mapping[str, Curve] = result.document["curve"]
    last = max([*times, *(max(curve["time"], default=0) for curve in curves.values())])
    bottom = 246.0
    x, y = Scale(0, last, PLOT_START, PLOT_END), Scale(0, 1, bottom, TOP)
    canvas = Canvas(WIDTH, bottom + 44 + 12 * (len(styles) + 1))
    shown = times if times and times[0] == 0 else [0.0, *times]
    percent = [(share / 100, str(share)) for share in range(0, 101, 20)]
    draw_axes(canvas, x, y, _labelled(shown), percent)
    for group, style in styles.items():
        _draw_survival(canvas, curves[group], style, x, y)
    draw_legend(canvas, styles, PLOT_START, TOP - 14)
    _draw_titles(canvas, "Without event, %", _time_title(display, result), x, bottom)
    _draw_test(canvas, sheet, result)
    _draw_risk_table(canvas, sheet, result, styles, shown, x)
    alt = _survival_alt(sheet, display, result)
    return canvas.to_svg(), _body(display, sheet, result, alt, curves)


def _draw_survival(canvas: Canvas, curve: Curve, style: Style, x: Scale, y: Scale) -> None:
    lower, upper = steps_of(curve, "lower"), steps_of(curve, "upper")
    outline = [(x(t), y(v)) for t, v in [*upper, *reversed(lower)]]
    if outline:
        canvas.path(outline, fill=style.color, fill_opacity=0.1, stroke="none")
    corners = [(x(t), y(v)) for t, v in steps_of(curve, "survival")]
    if corners:
        canvas.path(corners, stroke=style.color, stroke_width=1.6, stroke_dasharray=style.dash)
    for time, value, censored in zip(
        curve["time"], curve["survival"], curve["censored"], strict=True
    ):
        if censored and value is not None:
            at = x(time)
            canvas.line(at, y(value) - 3.2, at, y(value) + 3.2, stroke=style.color,
                        stroke_width=0.9)  # fmt: skip


def _time_title(display: Display, result: Result) -> str:
    unit = _unit(result, "unit")
    words = display.get("axis") or result.document.get("endpoint_label") or "Time"
    return f"{words} ({unit})" if unit else str(words)


def _draw_titles(canvas: Canvas, y_title: str, x_title: str, x: Scale, bottom: float) -> None:
    middle = (TOP + bottom) / 2
    canvas.text(0.0, 0.0, y_title, 8, text_anchor="middle",
                transform=f"translate({x.start - 32:g},{middle:g}) rotate(-90)")  # fmt: skip
    canvas.text((x.start + x.end) / 2, bottom + 25, x_title, 8, text_anchor="middle")


def _draw_risk_table(
    canvas: Canvas,
    sheet: Sheet,
    result: Result,
    styles: Mapping[str, Style],
    times: Sequence[float],
    x: Scale,
) -> None:
    top = canvas.height - 12 * len(styles) - 2
    canvas.text(0.0, top - 4, "At risk", 7.5, font_weight="bold")
    short = _short_names(result)
    for index, (group, style) in enumerate(styles.items()):
        at = top + 8 + 12 * index
        canvas.text(0.0, at, short.get(group, style.label), 7.5, fill=style.color)
        for time in times:
            place = (f"t={time:g}", group, "at_risk")
            if not result.has(*place):
                place = ("arm", group, "n")
            if result.has(*place) and (time == 0 or place[0] != "arm"):
                number = sheet.number(result, place, f"t={time:g}", group)
                canvas.text(x(time), at, number, 7.5, text_anchor="middle")


def _draw_test(canvas: Canvas, sheet: Sheet, result: Result) -> None:
    """The test of all curves together, above the plot."""
    if result.has("logrank", "", "p_value"):
        p = sheet.number(result, ("logrank", "", "p_value"), "logrank", "all")
        canvas.text(PLOT_END, TOP - 14, ["Log-rank test: P ", p], 8, text_anchor="end")


def _short_names(result: Result) -> dict[str, str]:
    return {group["id"]: group.get("short", group["label"]) for group in result.groups}


def _survival_alt(sheet: Sheet, display: Display, result: Result) -> str:
    parts: list[Part] = [f"Kaplan-Meier curves: {display['title']}."]
    for group in result.groups:
        words = {"n": "", "events": " subjects, ", "median": " events, median "}
        parts.append(f" {group['label']}: ")
        for word, before in words.items():
            at = "alt"
            parts += [before] if before else []
            parts.append(sheet.number(result, ("arm", group["id"], word), at, group["id"]))
        parts.append(f" {_unit(result, 'unit')}.")
    return text_of(parts)


def _body(
    display: Display, sheet: Sheet, result: Result, alt: str, data: Mapping[str, Any]
) -> Body:
    notes = Notes(sheet)
    notes.add_methods([({"marks": ""}, result)])
    notes.add_left_out([result])
    return {
        "kind": "figure",
        "alt": alt,
        "notes": notes.notes,
        "sources": sources([result]),
        "data": dict(data),
    }


def over_time(display: Display, sheet: Sheet, context: Context) -> tuple[str, Body]:
    """Medians at the visits, joined by a line, with bars from the first to the third quartile."""
    result = results_of(display, context)[0]
    groups = [group for group in result.groups if group["id"] != "TOTAL"]
    styles = styles_of(context.plan, groups)
    curves: Mapping[str, Curve] = result.document["curve"]
    highest = max(v for group in styles for v in curves[group]["q3"] if v is not None)
    times = list(curves[next(iter(styles))]["time"])
    bottom = 262.0
    canvas = Canvas(WIDTH, bottom + 34)
    pad = 0.012 * max(times)
    x = Scale(min(times) - pad, max(times) + pad, PLOT_START - 24, PLOT_END - 8)
    y_ticks = ticks_up_to(highest)
    y = Scale(0, y_ticks[-1], bottom, TOP)
    shown = [time for time in ticks_up_to(max(times), 14) if time <= max(times)]
    draw_axes(canvas, x, y, _labelled(shown), _labelled(y_ticks))
    for value in display.get("lines_at", []):
        canvas.line(x.start, y(value), x.end, y(value), stroke=GREY, stroke_width=0.7,
                    stroke_dasharray="2 2")  # fmt: skip
        canvas.text(x.end + 3, y(value) + 2.4, f"{value:g}", 7, fill=GREY)
    for index, (group, style) in enumerate(styles.items()):
        shift = (index - (len(styles) - 1) / 2) * 3.2
        _draw_medians(canvas, curves[group], style, (x, y), shift)
    draw_legend(canvas, styles, x.start, TOP - 14)
    unit = result.document.get("unit") or ""
    title = f"{display.get('axis', 'Median')} ({unit})" if unit else display.get("axis", "Median")
    _draw_titles(canvas, title, f"Time since start ({_unit(result, 'time_unit')})", x, bottom)
    alt = f"Medians with quartiles at each visit by group: {display['title']}."
    return canvas.to_svg(), _body(display, sheet, result, alt, {g: curves[g] for g in styles})


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
        canvas.line(at, low, at, high, stroke=style.color, stroke_width=0.8, stroke_opacity=0.65)
    canvas.path([(at, middle) for at, middle, _, _ in rows], stroke=style.color,
                stroke_width=1.4, stroke_dasharray=style.dash)  # fmt: skip
    for at, middle, _, _ in rows:
        fill = style.color if not style.dash else "#ffffff"
        canvas.add("circle", cx=at, cy=middle, r=2.1, fill=fill, stroke=style.color,
                   stroke_width=1.1)  # fmt: skip
