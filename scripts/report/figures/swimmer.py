"""The course of each subject as one line: how long observed, what lasted, what happened when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scripts.report.cells import Part, Sheet, count_percent
from scripts.report.figures.axes import draw_time_axis, labelled, time_ticks, visit_times
from scripts.report.figures.canvas import (
    GREY,
    LARGE,
    NORMAL,
    PALE,
    SMALL,
    WIDTH,
    Canvas,
    Scale,
    width_of,
)
from scripts.report.figures.marks import OF_EVENTS
from scripts.report.figures.metrics import text_width, wrap
from scripts.report.figures.styles import Style, styles_of
from scripts.report.figures.words import figure_body, units_of, words_instead
from scripts.report.layouts.frame import Body, Context, Display, results_of
from scripts.report.results import Result

# The figure, its heading and its notes stand together on one page.
TALLEST = 520.0
HIGHEST_LINE = 8.0
GAP = 18.0
LINE = 12.0
# The lines for which a shell leaves room.
IN_A_SHELL = 30
OBSERVED = 0.16
LASTING = 0.45
AXIS = 30.0
SIDE_BY_SIDE = "Marks of one subject that would cover each other stand side by side."
Course = Mapping[str, Any]


@dataclass(frozen=True)
class Panel:
    """The lines of one group: where they stand and how high each one is."""

    style: Style
    courses: Sequence[Course]
    left: float
    x: Scale
    top: float
    line: float
    least: int = 1

    @property
    def bottom(self) -> float:
        """Where the axis of time lies."""
        return self.top + self.line * max(len(self.courses), self.least) + 2

    def middle(self, index: int) -> float:
        """The height of one line."""
        return self.top + self.line * (index + 0.5)


def swimmer(display: Display, sheet: Sheet, context: Context) -> tuple[str, Body]:
    """A panel for each group, a line for each subject, and how many have each mark."""
    result = results_of(display, context)[0]
    courses: Sequence[Course] = result.document["courses"]
    if not courses and not result.before_data:
        return words_instead(display, sheet, [result], "No subject was observed: nothing to draw.")
    groups = [group for group in result.groups if group["id"] != "TOTAL"]
    styles = styles_of(context.plan, groups)
    shapes = shapes_of(display, result)
    high = max((course["end"] for course in courses), default=visit_times(context)[-1])
    panels = _panels(result, styles, high)
    bottom = max(panel.bottom for panel in panels.values()) + AXIS
    canvas = Canvas(WIDTH, bottom)
    ticks = labelled(time_ticks(display, visit_times(context), high))
    words = f"{display.get('axis', 'Time since start')} ({units_of(result, 'unit')})"
    for group, panel in panels.items():
        size: list[Part] = [", N = ", sheet.group_size(result, group, "head")]
        room = panel.x.end - panel.x.start - width_of(size, LARGE, "bold")
        head = [panel.style.name_within(room, LARGE, "bold"), *size]
        canvas.text(panel.x.start, panel.top - 5, head, LARGE, font_weight="bold")
        _draw_frame(canvas, panel, ticks, words, "" if result.before_data else "Nobody")
        for index, course in enumerate(panel.courses):
            _draw_course(canvas, panel, index, course, shapes)
    key = _Key(sheet, result, styles, shapes)
    canvas.height = key.draw(canvas, list(panels.values()), bottom)
    lines = [{"line": i + 1, **c} for p in panels.values() for i, c in enumerate(p.courses)]
    alt = _alt(sheet, display, result)
    body = figure_body(sheet, [result], alt, {"courses": lines}, more=[SIDE_BY_SIDE])
    return canvas.to_svg(), body


def shapes_of(display: Display, result: Result) -> dict[str, str]:
    """The shape of each mark: the plan's, else by the order in which the marks are declared."""
    lasting = {item["id"] for course in result.document["courses"] for item in course["intervals"]}
    marks = [at for at in result.rows if result.has(at, "TOTAL", "events") and at not in lasting]
    declared = display.get("shapes", {})
    free = [shape for shape in OF_EVENTS if shape not in declared.values()]
    given = iter(free * len(marks))
    return {mark: declared.get(mark) or next(given) for mark in marks}


def _panels(result: Result, styles: Mapping[str, Style], high: float) -> dict[str, Panel]:
    courses: Sequence[Course] = result.document["courses"]
    own = {group: [c for c in courses if c["group"] == group] for group in styles}
    most = max(1, *(len(lines) for lines in own.values()))
    least = IN_A_SHELL if result.before_data else 1
    most = max(most, least)
    line = min(HIGHEST_LINE, (TALLEST - AXIS - 20) / most)
    room = text_width(str(most), SMALL) + 5
    width = (WIDTH - GAP * (len(styles) - 1)) / len(styles)
    panels = {}
    for index, (group, style) in enumerate(styles.items()):
        left = index * (width + GAP)
        x = Scale(0, max(high, 1e-9) * 1.02, left + room, left + width - 4)
        panels[group] = Panel(style, own[group], left, x, 16.0, line, least)
    return panels


def _draw_frame(
    canvas: Canvas, panel: Panel, ticks: Sequence[tuple[float, str]], words: str, empty: str
) -> None:
    for time, _ in ticks:
        canvas.line(panel.x(time), panel.top, panel.x(time), panel.bottom, stroke=PALE,
                    stroke_width=0.5)  # fmt: skip
    draw_time_axis(canvas, panel.x, panel.bottom, ticks)
    middle = (panel.x.start + panel.x.end) / 2
    canvas.text(middle, panel.bottom + 24, words, NORMAL, text_anchor="middle")
    count = len(panel.courses)
    for number in sorted({1, *range(10, count + 1, 10)} if count else ()):
        canvas.text(panel.x.start - 4, panel.middle(number - 1) + 2.4, str(number), SMALL,
                    text_anchor="end", fill=GREY)  # fmt: skip
    if not count and empty:
        canvas.text(middle, panel.middle(0) + 2.4, empty, SMALL, text_anchor="middle")


def _draw_course(
    canvas: Canvas, panel: Panel, index: int, course: Course, shapes: Mapping[str, str]
) -> None:
    y, x, height = panel.middle(index), panel.x, 0.7 * panel.line
    bars = [(0.0, course["end"], OBSERVED)]
    bars += [(item["from"], item["to"], LASTING) for item in course["intervals"]]
    for begin, end, opacity in bars:
        canvas.add("rect", x=x(begin), y=y - height / 2, width=x(end) - x(begin), height=height,
                   fill=panel.style.color, fill_opacity=opacity)  # fmt: skip
    radius = min(2.3, 0.42 * panel.line)
    last = float("-inf")
    for mark in sorted(course["marks"], key=lambda mark: mark["time"]):
        at = max(x(min(max(mark["time"], x.low), x.high)), last + 2.4 * radius)
        canvas.mark(shapes[mark["id"]], at, y, radius)
        last = at


class _Key:
    """What each mark and bar means, with how many subjects of each group have it."""

    def __init__(
        self,
        sheet: Sheet,
        result: Result,
        styles: Mapping[str, Style],
        shapes: Mapping[str, str],
    ) -> None:
        self.styles = styles
        self.shapes = shapes
        counted = [at for at in result.rows if result.has(at, "TOTAL", "count")]
        # Bars first, then marks.
        counted.sort(key=lambda at: at in shapes)
        self.labels = {at: str(result.labels.get(at, at)) for at in ("observed", *counted)}
        self.rows: dict[str, list[list[Part]]] = {
            at: [count_percent(sheet, result, (at, group), at, group)["parts"] for group in styles]
            for at in counted
        }
        self.rows["observed"] = [
            [sheet.number(result, ("observed", group, "n"), "observed", group)] for group in styles
        ]
        self.heads = [wrap(style.short, 58, SMALL) for style in styles.values()]
        names = max(text_width(label, NORMAL) for label in self.labels.values())
        self.first = 20 + names + 4
        cells = [width_of(part, NORMAL) for parts in self.rows.values() for part in parts]
        heads = [text_width(line, SMALL) for head in self.heads for line in head]
        self.column = max([*cells, *heads]) + 8
        self.width = self.first + self.column * len(styles)
        self.height = 10.0 * max(map(len, self.heads)) + LINE * len(self.rows) + 6

    def draw(self, canvas: Canvas, panels: Sequence[Panel], bottom: float) -> float:
        """The key below the shortest panel where it fits, else below all; gives the height."""
        shortest = min(panels, key=lambda panel: panel.bottom)
        left, top = shortest.left, shortest.bottom + AXIS + 14
        if self.width > shortest.x.end - left or top + self.height > bottom:
            left, top = 0.0, bottom + 8
        y = top + 8 + 10.0 * (max(map(len, self.heads)) - 1)
        canvas.text(left, y, "Subjects, n (%)", SMALL, fill=GREY)
        for index, head in enumerate(self.heads):
            for place, words in enumerate(reversed(head)):
                canvas.text(self._right(left, index), y - 10.0 * place, words, SMALL,
                            text_anchor="end", fill=GREY)  # fmt: skip
        canvas.line(left, y + 4, left + self.width, y + 4, stroke=PALE, stroke_width=0.8)
        for at, label in self.labels.items():
            y += LINE
            self._draw_row(canvas, left, y + 3, at, label)
        return max(bottom, y + 10)

    def _right(self, left: float, index: int) -> float:
        return left + self.first + self.column * (index + 1)

    def _draw_row(self, canvas: Canvas, left: float, y: float, at: str, label: str) -> None:
        if at in self.shapes:
            canvas.mark(self.shapes[at], left + 7, y - 2.6, 2.6)
        else:
            colors = [style.color for style in self.styles.values()]
            each = 14 / len(colors)
            opacity = OBSERVED if at == "observed" else LASTING
            for index, color in enumerate(colors):
                canvas.add("rect", x=left + each * index, y=y - 5.6, width=each, height=6.0,
                           fill=color, fill_opacity=opacity)  # fmt: skip
        canvas.text(left + 20, y, label, NORMAL)
        for index, parts in enumerate(self.rows[at]):
            canvas.text(self._right(left, index), y, parts, NORMAL, text_anchor="end")


def _alt(sheet: Sheet, display: Display, result: Result) -> list[Part]:
    unit = units_of(result, "unit")
    parts: list[Part] = [f"A line for each subject: {display['title']}."]
    for group in result.groups:
        name = group["id"]
        parts += [f" {group['label']}: "]
        parts += [sheet.number(result, ("observed", name, "n"), "alt observed", name)]
        median = sheet.number(result, ("observed", name, "median"), "alt observed", name)
        parts += [" subjects, observed for a median of ", median, f" {unit}"]
        for at in result.rows:
            if result.has(at, name, "count"):
                number = sheet.number(result, (at, name, "count"), f"alt {at}", name)
                parts += [f"; {result.labels.get(at, at)} ", number]
        parts.append(".")
    return parts
