"""Patterns of what is missing: a row a pattern, a column a visit, how many have it at the right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scripts.report.cells import Part, Sheet
from scripts.report.figures.axes import draw_value_axis, fitting, labelled
from scripts.report.figures.canvas import (
    GREY,
    NORMAL,
    PAPER,
    SMALL,
    WIDTH,
    Canvas,
    Scale,
    ticks_up_to,
)
from scripts.report.figures.metrics import text_width, wrap
from scripts.report.figures.styles import Style, draw_legend, legend_height, styles_of
from scripts.report.figures.words import figure_body, words_instead
from scripts.report.layouts.frame import Body, Context, Display, results_of
from scripts.report.results import Result

# All patterns together; what stands above and below them takes about as much again as a third.
TALLEST = 340.0
COLUMN = 47.0
SHARES = 46.0
HIGHEST_ROW = 13.0
# The order in which the kinds of pattern stand.
CLASSES = ["complete", "monotone", "intermittent", "never"]
FILLED = "#5b6470"
Pattern = Mapping[str, Any]
Names = Mapping[str, str]


@dataclass(frozen=True)
class Grid:
    """Where the cells and the columns of numbers lie."""

    left: float
    cell: float
    row: float
    ends: Mapping[str, float]
    visits: Sequence[str]

    def x(self, column: int) -> float:
        """The left edge of the cells of a visit."""
        return self.left + self.cell * column

    @property
    def right(self) -> float:
        """Where the cells end."""
        return self.x(len(self.visits))


def missing_grid(display: Display, sheet: Sheet, context: Context) -> tuple[str, Body]:
    """The patterns by kind, the most frequent first; and the share missing at each visit."""
    result = results_of(display, context)[0]
    patterns: Sequence[Pattern] = result.document["patterns"]
    if result.before_data:
        words = "A row for each pattern that occurs, a column for each visit. No data yet."
        return words_instead(display, sheet, [result], words)
    if not patterns:
        reason = "No subject: there is no pattern to draw."
        return words_instead(display, sheet, [result], reason)
    names = _names(context, result)
    grid = _grid(result, names)
    classes = [word for word in CLASSES if any(item["class"] == word for item in patterns)]
    canvas = Canvas(WIDTH, 0.0)
    heads = {group: wrap(name, COLUMN - 6, SMALL) for group, name in names.items()}
    y = 10.0 * max(map(len, heads.values())) + 4
    for group, lines in heads.items():
        for place, words in enumerate(reversed(lines)):
            canvas.text(grid.ends[group], y - 10 * place, words, SMALL, text_anchor="end",
                        fill=GREY)  # fmt: skip
    canvas.text(grid.left, y, "Visit missed: white; measured: filled", SMALL, fill=GREY)
    y += 4
    for word in classes:
        own = [item for item in patterns if item["class"] == word]
        y = _draw_class(canvas, sheet, result, grid, own, y)
    y = _draw_visits(canvas, result, grid, y + 3)
    arms = [group for group in result.groups if group["id"] != "TOTAL"]
    y = _draw_shares(canvas, result, grid, styles_of(context.plan, arms), y + 6)
    canvas.height = _draw_sizes(canvas, sheet, result, grid, names, y) + 4
    body = figure_body(sheet, [result], _alt(sheet, display, result, classes), _data(result, grid))
    return canvas.to_svg(), body


def _names(context: Context, result: Result) -> Names:
    """The short name of each group."""
    arms = {arm["code"]: str(arm["short"]) for arm in context.plan["trial"]["arms"]}
    return {group["id"]: arms.get(group["id"], str(group["label"])) for group in result.groups}


def visits_of(result: Result) -> list[str]:
    """The visits in the order of their planned times, which is that of each pattern."""
    times: Mapping[str, float] = result.document["times"]
    return sorted(times, key=lambda visit: times[visit])


def _grid(result: Result, names: Names) -> Grid:
    visits = visits_of(result)
    texts = [text_width(name, NORMAL) for name in names.values()]
    left = 6 + max(*texts, text_width("Missing, %", NORMAL, "bold") + 14)
    side = (WIDTH - left - COLUMN * len(names)) / len(visits)
    ends = {g: WIDTH - COLUMN * (len(names) - 1 - i) for i, g in enumerate(names)}
    rows = len(result.document["patterns"])
    return Grid(left, side, min(HIGHEST_ROW, TALLEST / rows), ends, visits)


def _draw_class(
    canvas: Canvas,
    sheet: Sheet,
    result: Result,
    grid: Grid,
    patterns: Sequence[Pattern],
    y: float,
) -> float:
    at = f"class={patterns[0]['class']}"
    y += 12
    canvas.text(0.0, y, str(result.labels.get(at, at)), NORMAL, font_weight="bold")
    for group in result.arms:
        number = sheet.number(result, (at, group, "count"), at, group)
        canvas.text(grid.ends[group], y, number, NORMAL, text_anchor="end", font_weight="bold")
    y += 4
    for pattern in patterns:
        for column, seen in enumerate(pattern["pattern"]):
            canvas.add("rect", x=grid.x(column) + 0.6, y=y + 0.6, width=grid.cell - 1.2,
                       height=grid.row - 1.2, fill=FILLED if seen else PAPER,
                       stroke=FILLED if seen else GREY, stroke_width=0.4)  # fmt: skip
        for group in result.arms:
            number = sheet.number(result, (pattern["row"], group, "count"), pattern["row"], group)
            canvas.text(grid.ends[group], y + grid.row / 2 + 2.6, number, NORMAL,
                        text_anchor="end")  # fmt: skip
        y += grid.row
    return y


def _draw_visits(canvas: Canvas, result: Result, grid: Grid, y: float) -> float:
    """The planned time below each column, and its unit."""
    times: Mapping[str, float] = result.document["times"]
    unit = str(result.document.get("time_unit") or "").capitalize()
    canvas.text(0.0, y + 9, unit or "Visit", NORMAL, fill=GREY)
    for column, visit in enumerate(grid.visits):
        canvas.text(grid.x(column) + grid.cell / 2, y + 9, f"{times[visit]:g}", SMALL,
                    text_anchor="middle", fill=GREY)  # fmt: skip
    return y + 14


def _draw_shares(
    canvas: Canvas, result: Result, grid: Grid, styles: Mapping[str, Style], y: float
) -> float:
    """The share missing at each visit as a small plot, a line for each group."""
    shares = {
        group: [
            1 - (result.value(f"measured={visit}", group, "proportion") or 0.0)
            for visit in grid.visits
        ]
        for group in styles
    }
    ticks = ticks_up_to(100 * max(max(values) for values in shares.values()), 3)
    scale = Scale(0, ticks[-1], y + SHARES, y)
    x = Scale(0, 1, grid.left, grid.right)
    draw_value_axis(canvas, x, scale, labelled(ticks))
    canvas.text(0.0, y + SHARES / 2 + 2.6, "Missing, %", NORMAL, font_weight="bold")
    for group, values in shares.items():
        spots = [(grid.x(i) + grid.cell / 2, scale(100 * v)) for i, v in enumerate(values)]
        canvas.path(spots, stroke=styles[group].color, stroke_width=1.2,
                    stroke_dasharray=styles[group].dash)  # fmt: skip
        for at, height in spots:
            canvas.mark(styles[group].mark, at, height, 2.0, styles[group].color)
    draw_legend(canvas, styles, grid.left, y + SHARES + 14, WIDTH, mark=True)
    return y + SHARES + 4 + legend_height(styles, grid.left, WIDTH)


def _draw_sizes(canvas: Canvas, sheet: Sheet, result: Result, grid: Grid, names: Names, y: float
) -> float:  # fmt: skip
    """How many were measured at the visits below which there is room, a line for each group."""
    middles = Scale(0, 1, grid.left + grid.cell / 2, grid.left + 1.5 * grid.cell)
    most = max((str(group["N"] or 0) for group in result.groups), key=len)
    shown = [int(place) for place, _ in fitting([(i, most) for i in range(len(grid.visits))],
                                                middles, SMALL)]  # fmt: skip
    y += 13
    canvas.text(0.0, y, "Number measured", NORMAL, font_weight="bold")
    for group in result.arms:
        y += 12
        canvas.text(0.0, y, names[group], NORMAL)
        for column in shown:
            at = f"measured={grid.visits[column]}"
            number = sheet.number(result, (at, group, "count"), at, group)
            canvas.text(grid.x(column) + grid.cell / 2, y, number, SMALL, text_anchor="middle")
    return y


def _data(result: Result, grid: Grid) -> dict[str, Any]:
    return {"visits": list(grid.visits), "patterns": list(result.document["patterns"])}


def _alt(sheet: Sheet, display: Display, result: Result, classes: Sequence[str]) -> list[Part]:
    parts: list[Part] = [f"Patterns of measured and missed visits: {display['title']}."]
    for group in result.groups:
        parts.append(f" {group['label']}:")
        for word in classes:
            at = f"class={word}"
            number = sheet.number(result, (at, group["id"], "count"), f"alt {at}", group["id"])
            parts += [f" {result.labels.get(at, word)} ", number, ";"]
    return parts
