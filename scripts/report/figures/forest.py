"""A forest of estimates with intervals: analyses or strata one below the other."""

import math

from scripts.report.cells import Part, Sheet, cell, interval, text_of
from scripts.report.figures.canvas import GREY, INK, PALE, WIDTH, Canvas, Scale
from scripts.report.layouts.frame import (
    Body,
    Context,
    Display,
    Notes,
    contrast_label,
    entries_of,
    results_of,
    sources,
)
from scripts.report.numbers import format_number, typeset
from scripts.report.results import OutputsError, Result

ROW = 15.0
TOP = 24.0
PLOT_LEFT = 190.0
PLOT_RIGHT = 365.0
# Where the counts of the groups stand when there are any.
COUNTS_LEFT = 100.0
COUNTS_WIDTH = 64.0


def _lines(
    display: Display, context: Context
) -> list[tuple[Result | None, tuple[str, str], str, str]]:
    """(result, place, row, label) of every line; a heading has no result."""
    lines: list[tuple[Result | None, tuple[str, str], str, str]] = []
    for index, entry in enumerate(entries_of(display)):
        if "heading" in entry:
            lines.append((None, ("", ""), f"heading{index}", entry["heading"]))
            continue
        result = context.result(entry["analysis"])
        contrast = display.get("contrast") or _only_contrast(display, result)
        if result.kind == "subgroups":
            lines += _subgroup_lines(result, contrast, display)
        elif result.kind == "proportions_by":
            labels = {**result.labels, **display.get("labels", {})}
            lines += [
                (result, (at, contrast), f"{result.id}:{at}", labels.get(at, at))
                for at in result.rows
                if result.has(at, contrast, "estimate")
            ]
        else:
            label = entry.get("label", result.title)
            lines.append((result, ("difference", contrast), result.id, label))
    return lines


def _subgroup_lines(
    result: Result, contrast: str, display: Display
) -> list[tuple[Result | None, tuple[str, str], str, str]]:
    """The line of everybody, then a heading for each variable with a line for each level."""
    labels = {**result.labels, **display.get("labels", {})}
    lines: list[tuple[Result | None, tuple[str, str], str, str]] = []
    above = ""
    for at in result.rows:
        variable, _, level = at.partition("=")
        if level and variable != above:
            lines.append((None, ("", ""), f"{result.id}:{variable}", labels[variable]))
        above = variable
        lines.append((result, (at, contrast), f"{result.id}:{at}", labels.get(at, at)))
    return lines


def _only_contrast(display: Display, result: Result) -> str:
    found = [
        group
        for at in result.rows
        for group in result.groups_of(at)
        if result.has(at, group, "estimate")
    ]
    contrasts = list(dict.fromkeys(found))
    if len(contrasts) != 1:
        raise OutputsError(
            f"{display['id']}: {result.id} compares {contrasts}; name one of them as `contrast`"
        )
    return contrasts[0]


def _limits(lines: list[tuple[Result | None, tuple[str, str], str, str]]) -> tuple[float, float]:
    values = [
        result.value(*place, word)
        for result, place, _, _ in lines
        if result is not None
        for word in ("lower", "upper")
    ]
    known = [value for value in values if value is not None] + [0.0]
    low, high = math.floor(min(known) * 10) / 10, math.ceil(max(known) * 10) / 10
    return max(low, -1.0), min(high, 1.0)


def forest(display: Display, sheet: Sheet, context: Context) -> tuple[str, Body]:
    """Differences with their intervals around a line at zero, each with its numbers beside it."""
    lines = _lines(display, context)
    results = results_of(display, context)
    contrast = next(place[1] for result, place, _, _ in lines if result is not None)
    counted = _counted(results[0], contrast) if results[0].kind == "subgroups" else []
    left = COUNTS_LEFT + COUNTS_WIDTH * len(counted) + 12 if counted else PLOT_LEFT
    top = TOP + (10 if counted else 0)
    bottom = top + ROW * len(lines)
    canvas = Canvas(WIDTH, bottom + 34)
    x = Scale(*_limits(lines), left, PLOT_RIGHT)
    _draw_frame(canvas, x, (top, bottom), context.level(sheet, "head"))
    _draw_heads(canvas, counted, context, top)
    for index, (result, place, at, label) in enumerate(lines):
        y = top + ROW * (index + 0.5)
        if result is None:
            canvas.text(0.0, y + 2.6, label, 7.5, font_weight="bold")
            continue
        canvas.text(8.0, y + 2.6, label, 7.5)
        _draw_counts(canvas, sheet, result, (place[0], at), counted, y)
        _draw_estimate(canvas, sheet, result, place, at, x, y)
    title = contrast_label(results[0], contrast, "minus")
    canvas.text((x.start + x.end) / 2, bottom + 28, title, 7.5, text_anchor="middle")
    notes = Notes(sheet)
    pairs = [({"marks": ""}, result) for result in results]
    kinds = ("method", "missing", "note", "warnings") if counted else ("method", "missing")
    notes.add_methods(pairs if len(results) == 1 else [], kinds)
    data = {
        at: {word: result.value(*place, word) for word in ("estimate", "lower", "upper")}
        for result, place, at, _ in lines
        if result is not None
    }
    alt = f"Differences with intervals: {display['title']}. " + _alt(display, sheet, lines)
    body = {"kind": "figure", "alt": alt, "notes": notes.notes, "sources": sources(results)}
    return canvas.to_svg(), {**body, "data": data}


def _counted(result: Result, contrast: str) -> list[str]:
    """The two groups of a contrast, whose counts stand beside the labels."""
    return [group for pair in _pairs(result) for group in pair if "-".join(pair) == contrast]


def _pairs(result: Result) -> list[tuple[str, str]]:
    return [(one, other) for one in result.arms for other in result.arms if one != other]


def _draw_heads(canvas: Canvas, counted: list[str], context: Context, top: float) -> None:
    """The short names of the two groups above their counts."""
    short = {arm["code"]: arm["short"] for arm in context.plan["trial"]["arms"]}
    for index, group in enumerate(counted):
        x = COUNTS_LEFT + COUNTS_WIDTH * (index + 1)
        canvas.text(x, top - 19, short.get(group, group), 7.5, text_anchor="end",
                    font_weight="bold")  # fmt: skip
        canvas.text(x, top - 10, "n/N", 7, text_anchor="end", fill=GREY)


def _draw_counts(
    canvas: Canvas, sheet: Sheet, result: Result, at: tuple[str, str], counted: list[str], y: float
) -> None:
    """How many of how many had the endpoint, in each of the two groups."""
    place, row = at
    for index, group in enumerate(counted):
        parts = [
            sheet.number(result, (place, group, "count"), row, group),
            "/",
            sheet.number(result, (place, group, "total"), row, group),
        ]
        x = COUNTS_LEFT + COUNTS_WIDTH * (index + 1)
        canvas.text(x, y + 2.6, parts, 7.5, text_anchor="end")


def _alt(
    display: Display, sheet: Sheet, lines: list[tuple[Result | None, tuple[str, str], str, str]]
) -> str:
    scratch = type(sheet)("alt", sheet.formats)
    texts = [
        label + " " + text_of(interval(scratch, result, place, at, "alt"))
        for result, place, at, label in lines
        if result is not None
    ]
    return "; ".join(texts) + "."


def _ticks(x: Scale) -> list[tuple[float, str]]:
    """Round values inside the scale, six steps at most, zero among them."""
    step = next(s for s in (0.1, 0.2, 0.25, 0.5, 1.0) if (x.high - x.low) / s <= 6)
    first, last = math.ceil(x.low / step - 1e-9), math.floor(x.high / step + 1e-9)
    places = 2 if step == 0.25 else 1
    values = [index * step for index in range(first, last + 1)]
    return [(value, typeset(format_number(value, places))) for value in values]


def _draw_frame(canvas: Canvas, x: Scale, ends: tuple[float, float], level: Part) -> None:
    top, bottom = ends
    for tick, label in _ticks(x):
        canvas.line(x(tick), top, x(tick), bottom, stroke=PALE, stroke_width=0.6)
        canvas.text(x(tick), bottom + 11, label, 7, text_anchor="middle", fill=GREY)
    canvas.line(x(0), top - 4, x(0), bottom, stroke=INK, stroke_width=0.9)
    canvas.line(x.start, bottom, x.end, bottom, stroke=GREY, stroke_width=0.8)
    canvas.text(WIDTH, top - 10, ["Difference (", level, "% CI)"], 7.5, text_anchor="end",
                font_weight="bold")  # fmt: skip


def _draw_estimate(
    canvas: Canvas, sheet: Sheet, result: Result, place: tuple[str, str], at: str, x: Scale,
    y: float,
) -> None:  # fmt: skip
    parts = cell(*interval(sheet, result, place, at, place[1]))["parts"]
    canvas.text(WIDTH, y + 2.6, parts, 7.5, text_anchor="end")
    estimate, lower, upper = (result.value(*place, w) for w in ("estimate", "lower", "upper"))
    if None in (estimate, lower, upper):
        return
    ends = (x(max(lower, x.low)), x(min(upper, x.high)))
    canvas.line(ends[0], y, ends[1], y, stroke_width=1.1)
    for end in ends:
        canvas.line(end, y - 2.5, end, y + 2.5, stroke_width=1.1)
    canvas.add("rect", x=x(estimate) - 2.7, y=y - 2.7, width=5.4, height=5.4, fill=INK)
