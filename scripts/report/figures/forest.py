"""A forest of estimates with intervals: analyses or strata one below the other."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scripts.report.cells import Part, Sheet, interval, text_of
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
from scripts.report.figures.metrics import shorten, text_width, wrap
from scripts.report.figures.words import DEFAULT_KINDS, figure_body, words_instead
from scripts.report.layouts.frame import Body, Context, Display, entries_of, results_of
from scripts.report.numbers import format_number, typeset
from scripts.report.results import OutputsError, Result

ROW = 15.0
GAP = 12.0
LONGEST_LABEL = 170.0
# The half side of the mark of the estimate from the most subjects, and of the least mark.
LARGEST, LEAST = 3.4, 1.3
WEIGHTS = "The area of a mark is in proportion to the number of subjects behind the estimate."
PRIMARY = "The dotted line is the estimate of the primary analysis."
UNCOUNTED = "A dash: the outcome is imputed or modelled, so that there is no count."


@dataclass(frozen=True)
class Line:
    """One line of the forest; a heading has no result."""

    at: str
    label: str
    result: Result | None = None
    row: str = ""
    counts: str = ""
    contrast: str = ""

    def value(self, word: str) -> float | None:
        """A number of the estimate; None for a heading and for what is not estimable."""
        return None if self.result is None else self.result.value(self.row, self.contrast, word)

    def size(self, groups: Sequence[str]) -> int:
        """The subjects behind the estimate."""
        if self.result is None:
            return 0
        rows = [
            row
            for row in (self.counts, "mean", "observed")
            if self.result.has(row, groups[0], "total")
        ]
        return sum(self.result.value(rows[0], group, "total") for group in groups) if rows else 0


def _lines(display: Display, context: Context) -> list[Line]:
    lines = []
    estimand = ""
    for index, entry in enumerate(entries_of(display)):
        if "heading" in entry:
            lines.append(Line(f"heading{index}", entry["heading"]))
            continue
        result = context.result(entry["analysis"])
        if display.get("by_estimand") and result.document["estimand"] != estimand:
            estimand = result.document["estimand"]
            entries = context.plan["estimands"]["estimands"]
            lines.append(Line(f"estimand:{estimand}", entries[estimand]["label"]))
        contrast = display.get("contrast") or _only_contrast(display, result)
        if result.kind == "subgroups":
            lines += _subgroup_lines(result, contrast, display)
        elif result.kind == "proportions_by":
            labels = {**result.labels, **display.get("labels", {})}
            lines += [
                Line(f"{result.id}:{at}", labels.get(at, at), result, at, at, contrast)
                for at in result.rows
                if result.has(at, contrast, "estimate")
            ]
        else:
            label = entry.get("label", result.title)
            lines.append(Line(result.id, label, result, "difference", "proportion", contrast))
    return lines


def _subgroup_lines(result: Result, contrast: str, display: Display) -> list[Line]:
    """The line of everybody, then a heading for each variable with a line for each level."""
    labels = {**result.labels, **display.get("labels", {})}
    lines: list[Line] = []
    above = ""
    for at in result.rows:
        variable, _, level = at.partition("=")
        if level and variable != above:
            lines.append(Line(f"{result.id}:{variable}", labels[variable]))
        above = variable
        lines.append(Line(f"{result.id}:{at}", labels.get(at, at), result, at, at, contrast))
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


def _pair(line: Line) -> tuple[str, str]:
    """The two groups of a contrast, the first minus the second."""
    groups = line.result.arms if line.result is not None else []
    pairs = [(a, b) for a in groups for b in groups if f"{a}-{b}" == line.contrast]
    if not pairs:
        raise OutputsError(f"{line.at}: the contrast {line.contrast!r} is not of two groups")
    return pairs[0]


def forest(display: Display, sheet: Sheet, context: Context) -> tuple[str, Body]:
    """Differences with their intervals around a line at zero, each with its numbers beside it."""
    lines = _lines(display, context)
    results = results_of(display, context)
    estimates = [line for line in lines if line.result is not None]
    if all(line.value("estimate") is None for line in estimates):
        return words_instead(display, sheet, results, "No difference can be estimated.")
    table = _Table(sheet, estimates, context, _pair(estimates[0]))
    top, bottom = table.top, table.top + ROW * len(lines)
    canvas = Canvas(WIDTH, bottom + 44)
    low, high = _limits(estimates)
    x = Scale(low, high, table.plot[0], table.plot[1])
    _draw_frame(canvas, x, top, bottom)
    primary = [
        line for line in estimates if line.result and line.result.document["role"] == "primary"
    ]
    marked = len(primary) == 1 and len(estimates) > 1
    if marked and (estimate := primary[0].value("estimate")) is not None:
        canvas.line(x(estimate), top, x(estimate), bottom, stroke=GREY, stroke_width=0.7,
                    stroke_dasharray="1 2")  # fmt: skip
    most = max(line.size(table.groups) for line in estimates)
    for index, line in enumerate(lines):
        y = top + ROW * (index + 0.5)
        table.draw_row(canvas, line, y)
        share = math.sqrt(line.size(table.groups) / most) if most else 1.0
        _draw_estimate(canvas, line, x, y, max(LEAST, LARGEST * share))
    table.draw_heads(canvas)
    _draw_sides(canvas, display, table.names, x, bottom)
    kinds = DEFAULT_KINDS if len(results) == 1 else ()
    more = [WEIGHTS, *([PRIMARY] if marked else []), *([UNCOUNTED] if table.dashed else [])]
    words = ("estimate", "lower", "upper")
    data = {line.at: {word: line.value(word) for word in words} for line in estimates}
    alt = f"Differences with intervals: {display['title']}. {table.alt}"
    return canvas.to_svg(), figure_body(sheet, results, alt, data, kinds, more)


def _limits(lines: Sequence[Line]) -> tuple[float, float]:
    values = [line.value(word) for line in lines for word in ("lower", "upper")]
    known = [value for value in values if value is not None] + [0.0]
    low, high = math.floor(min(known) * 10) / 10, math.ceil(max(known) * 10) / 10
    return max(low, -1.0), max(min(high, 1.0), low + 0.1)


class _Table:
    """The columns of text beside the plot, and the room that they leave for it."""

    def __init__(
        self, sheet: Sheet, lines: Sequence[Line], context: Context, groups: tuple[str, str]
    ) -> None:
        self.groups = groups
        first = lines[0].result
        arms = {arm["code"]: str(arm["short"]) for arm in context.plan["trial"]["arms"]}
        labels = {group["id"]: group["label"] for group in (first.groups if first else [])}
        self.names = [arms.get(group, str(labels[group])) for group in groups]
        self.counts = {line.at: [_count(sheet, line, group) for group in groups] for line in lines}
        self.texts = {line.at: _estimate(sheet, line) for line in lines}
        self.title: list[Part] = ["Difference (", context.level(sheet, "head"), "% CI)"]
        names = [text_width(line.label, NORMAL) for line in lines]
        self.label_end = 8 + min(LONGEST_LABEL, max(names))
        self.heads = [wrap(name, 54, SMALL, "bold") for name in self.names]
        parts = [part for parts in self.counts.values() for part in parts]
        widths = [width_of(part, NORMAL) for part in parts]
        heads = [text_width(word, SMALL, "bold") for lines in self.heads for word in lines]
        self.column = max([*widths, *heads]) + GAP
        texts = [width_of(text, NORMAL) for text in self.texts.values()]
        right = max(*texts, width_of(self.title, SMALL, "bold"))
        self.plot = (self.label_end + self.column * len(groups) + GAP + 10, WIDTH - right - GAP)
        self.top = 10.0 * (max(map(len, self.heads)) + 1) + 6
        spoken = [f"{line.label} {text_of(self.texts[line.at])}" for line in lines]
        self.alt = "; ".join(spoken) + "."

    @property
    def dashed(self) -> bool:
        """Whether some line has no counts."""
        return any(parts == ["–"] for row in self.counts.values() for parts in row)

    def _end(self, index: int) -> float:
        return self.label_end + self.column * (index + 1)

    def draw_heads(self, canvas: Canvas) -> None:
        """What the columns hold."""
        base = self.top - 6
        bold = {"font_weight": "bold"}
        for index, words in enumerate(self.heads):
            canvas.text(self._end(index), base, "n/N", SMALL, text_anchor="end", fill=GREY)
            for place, word in enumerate(reversed(words)):
                canvas.text(self._end(index), base - 10 * (place + 1), word, SMALL,
                            text_anchor="end", **bold)  # fmt: skip
        canvas.text(WIDTH, base, self.title, SMALL, text_anchor="end", **bold)

    def draw_row(self, canvas: Canvas, line: Line, y: float) -> None:
        """The words and numbers of one line."""
        if line.result is None:
            canvas.text(0.0, y + 2.8, line.label, NORMAL, font_weight="bold")
            return
        shown = shorten(line.label, LONGEST_LABEL, NORMAL)
        canvas.text(8.0, y + 2.8, shown, NORMAL)
        for index, parts in enumerate(self.counts[line.at]):
            canvas.text(self._end(index), y + 2.8, parts, NORMAL, text_anchor="end")
        canvas.text(WIDTH, y + 2.8, self.texts[line.at], NORMAL, text_anchor="end")


def _count(sheet: Sheet, line: Line, group: str) -> list[Part]:
    """Subjects with the outcome of all of a group; a dash where they are not counted."""
    result = line.result
    if result is None or not result.has(line.counts, group, "count"):
        return ["–"]
    place = (line.counts, group)
    return [
        sheet.number(result, (*place, "count"), line.at, group),
        "/",
        sheet.number(result, (*place, "total"), line.at, group),
    ]


def _estimate(sheet: Sheet, line: Line) -> list[Part]:
    if line.result is None:
        return []
    return interval(sheet, line.result, (line.row, line.contrast), line.at, line.contrast)


def _ticks(x: Scale) -> list[tuple[float, str]]:
    """Round values inside the scale, zero among them, as many as have room for their labels."""
    most = min(6.0, (x.end - x.start) / (text_width("\u22120.00", SMALL) + 5))
    step = next(s for s in (0.1, 0.2, 0.25, 0.5, 1.0, 2.0) if (x.high - x.low) / s <= most)
    first, last = math.ceil(x.low / step - 1e-9), math.floor(x.high / step + 1e-9)
    places = 2 if step == 0.25 else 1
    values = [index * step for index in range(first, last + 1)]
    return [(value, typeset(format_number(value, places))) for value in values]


def _draw_frame(canvas: Canvas, x: Scale, top: float, bottom: float) -> None:
    for tick, label in _ticks(x):
        canvas.line(x(tick), top, x(tick), bottom, stroke=PALE, stroke_width=0.6)
        canvas.line(x(tick), bottom, x(tick), bottom + 3, stroke=GREY, stroke_width=0.8)
        canvas.text(x(tick), bottom + 12, label, SMALL, text_anchor="middle", fill=GREY)
    canvas.line(x(0), top - 4, x(0), bottom, stroke=INK, stroke_width=0.9)
    canvas.line(x.start, bottom, x.end, bottom, stroke=GREY, stroke_width=0.8)


def _draw_sides(
    canvas: Canvas, display: Display, names: Sequence[str], x: Scale, bottom: float
) -> None:
    """Which side of the line at zero speaks for which group; what is measured, below."""
    better = display.get("better")
    word = "Favours" if better else "Higher with"
    right, left = names if better != "lower" else reversed(names)
    canvas.text(x(0) - 6, bottom + 25, f"\u2190 {word} {left}", SMALL, text_anchor="end")
    canvas.text(x(0) + 6, bottom + 25, f"{word} {right} \u2192", SMALL)
    title = f"Difference in proportions, {names[0]} minus {names[1]}"
    half = text_width(title, SMALL) / 2
    middle = min((x.start + x.end) / 2, WIDTH - half)
    canvas.text(middle, bottom + 38, title, SMALL, text_anchor="middle")


def _draw_estimate(canvas: Canvas, line: Line, x: Scale, y: float, radius: float) -> None:
    estimate, lower, upper = (line.value(word) for word in ("estimate", "lower", "upper"))
    if estimate is None or lower is None or upper is None:
        return
    ends = {-1: max(lower, x.low), 1: min(upper, x.high)}
    canvas.line(x(ends[-1]), y, x(ends[1]), y, stroke_width=1.1)
    for side, value in ends.items():
        at = x(value)
        if value in (lower, upper):
            canvas.line(at, y - 2.5, at, y + 2.5, stroke_width=1.1)
        else:
            # The limit lies outside the scale.
            head = [(at - side * 4, y - 2.6), (at, y), (at - side * 4, y + 2.6)]
            canvas.path(head, stroke_width=1.1)
    side_length = 2 * radius
    canvas.add("rect", x=x(estimate) - radius, y=y - radius, width=side_length,
               height=side_length, fill=INK)  # fmt: skip
