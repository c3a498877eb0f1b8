"""A tipping point in a table and in sentences, and what its map is drawn from."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from scripts.report.cells import Cell, Part, Sheet, cell
from scripts.report.layouts.frame import (
    Body,
    Context,
    Display,
    Row,
    column,
    results_of,
    row,
    stub,
    table,
)
from scripts.report.layouts.notes import Notes
from scripts.report.numbers import format_number, format_percent, typeset
from scripts.report.results import OutputsError, Result

Place = tuple[int, int]
COLOR = "#1c2430"
MARKED = "Shaded: the conclusion is not that of the cell at missing at random."


def value_words(value: float) -> str:
    """A number of responders or a shift as a reader reads it."""
    return typeset(f"{value + 0.0:g}")


@dataclass(frozen=True)
class Chart:
    """One contrast of a tipping point as it is printed."""

    result: Result
    contrast: str
    groups: tuple[str, str]
    labels: tuple[str, str]
    colors: tuple[str, str]
    level: float

    @cached_property
    def _grid(self) -> dict[str, Any]:
        grid: dict[str, Any] = self.result.document["grids"][self.contrast]
        return grid

    @property
    def form(self) -> str:
        """Whether numbers of responders vary, or shifts of the log odds."""
        return str(self.result.document["method"]["options"]["grid"])

    @cached_property
    def first(self) -> list[float]:
        """What is assumed of the first group."""
        return list(self._grid["first"])

    @cached_property
    def second(self) -> list[float]:
        """What is assumed of the second group."""
        return list(self._grid["second"])

    @cached_property
    def verdicts(self) -> list[list[int]]:
        """1 where the interval lies above zero, -1 below, 0 where it holds zero."""
        return list(self._grid["verdicts"])

    @cached_property
    def cells(self) -> list[Place]:
        """Every cell in order."""
        return [(i, j) for i in range(len(self.first)) for j in range(len(self.second))]

    def row(self, place: Place) -> str:
        """The row of the result that holds a cell."""
        return f"{self.first[place[0]] + 0.0:g}|{self.second[place[1]] + 0.0:g}"

    def value(self, place: Place, word: str) -> float:
        """A number of a cell."""
        return float(self.result.value(self.row(place), self.contrast, word))

    def _place(self, name: str) -> Place:
        return next(place for place in self.cells if self.row(place) == name)

    @cached_property
    def reference(self) -> Place:
        """The cell that is put to the test."""
        return self._place(self._grid["reference"])

    @property
    def reference_words(self) -> str:
        """What the cell that is put to the test is called."""
        seen = [self.result.value("observed", group, "total") for group in self.groups]
        if self.form == "counts" and not all(seen):
            return "Put to the test: no responder among the missing"
        return "Missing at random"

    @cached_property
    def nearest(self) -> list[Place]:
        """The cells that tip with the smallest departure."""
        return [self._place(name) for name in self._grid["nearest"]]

    def tips(self, place: Place) -> bool:
        """Whether a cell concludes otherwise than the one that is put to the test."""
        i, j = self.reference
        return self.verdicts[place[0]][place[1]] != self.verdicts[i][j]

    def cell_words(self, place: Place) -> str:
        """What a cell assumes, in words."""
        what = "responders among the missing" if self.form == "counts" else "shift"
        values = (self.first[place[0]], self.second[place[1]])
        told = [f"{label} {value_words(v)}" for label, v in zip(self.labels, values, strict=True)]
        return f"{what} {', '.join(told)}"

    def data(self) -> dict[str, Any]:
        """What the map is drawn from."""
        words = ("estimate", "lower", "upper")
        numbers = {
            word: [[self.value((i, j), word) for j in range(len(self.second))]
                   for i in range(len(self.first))]
            for word in words
        }  # fmt: skip
        return {**self._grid, **numbers, "contrast": self.contrast}


def chart_of(display: Display, result: Result, context: Context) -> Chart | None:
    """The contrast that a display shows; None where none can be estimated."""
    grids = result.document["grids"]
    wanted = display.get("contrast")
    if wanted is None and len(grids) > 1:
        raise OutputsError(f"{result.id} compares {list(grids)}; name one of them as `contrast`")
    name = wanted or next(iter(grids), None)
    if name is None:
        return None
    if name not in grids:
        raise OutputsError(f"{result.id} has no contrast {name!r}; it has {list(grids)}")
    return _chart(result, name, context)


def _chart(result: Result, contrast: str, context: Context) -> Chart:
    pairs = [(a, b) for a in result.arms for b in result.arms if f"{a}-{b}" == contrast]
    groups = pairs[0]
    arms = {arm["code"]: arm for arm in context.plan["trial"]["arms"]}
    labels = [str(result.group(group)["label"]) for group in groups]
    colors = [str(arms.get(group, {}).get("color", COLOR)) for group in groups]
    pair = (labels[0], labels[1])
    level = float(context.plan["settings"]["confidence_level"])
    return Chart(result, contrast, groups, pair, (colors[0], colors[1]), level)


def axis_words(sheet: Sheet, chart: Chart, place: int) -> list[Part]:
    """What varies along an axis, in words of the group."""
    group, label = chart.groups[place], chart.labels[place]
    lost = sheet.number(chart.result, ("missing", group, "count"), f"axis {group}", group)
    if chart.form == "counts":
        return ["Responders among the ", lost, f" missing with {label}"]
    return ["Shift of the log odds of the ", lost, f" missing with {label}"]


def explanations(chart: Chart) -> list[str]:
    """What a reader of a map or of its table must know to read it."""
    difference = (
        f"A difference is that of proportions, {chart.labels[0]} minus {chart.labels[1]}; the "
        f"interval has the level {format_percent(chart.level, 0)}%."
    )
    if chart.form == "counts":
        return [
            difference,
            "A cell is one outcome of all who are missing. At missing at random the missing of a "
            "group respond in the proportion of those observed, to the nearest whole number.",
        ]
    factor = format_number(math.e, 2)
    return [
        difference,
        f"A shift of 1 multiplies the odds of a response of the missing by {factor}, one of "
        f"{value_words(-1)} divides them by it; at 0 they are missing at random. Every cell is "
        "imputed with the same random numbers.",
    ]


def tipping_grid(display: Display, sheet: Sheet, context: Context) -> Body:
    """Rows assume something of the first group, columns of the second one; in cells the result."""
    result = results_of(display, context)[0]
    if result.before_data:
        return _before_data(display, sheet, result)
    chart = chart_of(display, result, context)
    notes = Notes(sheet)
    if chart is None:
        only = row("none", "None", [cell("Nothing can be estimated.")])
        notes.add_methods([(only, result)])
        return table([stub("Cell"), column("words", "Result", align="text")], [only], notes,
                     [result])  # fmt: skip
    columns = [column("stub", *axis_words(sheet, chart, 0), align="text")]
    columns += [column(f"y{j}", value_words(v)) for j, v in enumerate(chart.second)]
    wide = {"group": "", "label": axis_words(sheet, chart, 1), "size": []}
    spanners = [
        {"group": "", "label": [], "size": [], "span": 1},
        {**wide, "span": len(chart.second)},
    ]
    rows: list[Row] = []
    for i, value in enumerate(chart.first):
        cells = [_cell(sheet, chart, (i, j)) for j in range(len(chart.second))]
        # Cells of three lines are centred as they are: padding would part P from its number.
        rows.append(row(f"x{i}", value_words(value), cells, apart=True))
    notes.add_methods([(item, result) for item in rows])
    notes.add_left_out([result])
    level = context.level(sheet, "notes")
    told: list[Part] = ["In each cell the difference, its ", level, "% limits (CI), and P."]
    notes.notes.append({"mark": "", "kind": "note", "parts": told})
    for text in [*explanations(chart), MARKED]:
        notes.add(text, {"code": "report"})
    made = table(columns, rows, notes, [result], spanners=spanners)
    for i, item in enumerate(rows):
        for j, one in enumerate(item["cells"]):
            one["tone"] = "tipped" if chart.tips((i, j)) else ""
    return made


def _cell(sheet: Sheet, chart: Chart, place: Place) -> Cell:
    at, group = chart.row(place), chart.contrast
    estimate, lower, upper, p = (
        sheet.number(chart.result, (at, group, word), at, group)
        for word in ("estimate", "lower", "upper", "p_value")
    )
    return cell(estimate, "\n", lower, " to ", upper, "\n", "P\u00a0", p)


def _before_data(display: Display, sheet: Sheet, result: Result) -> Body:
    """The table before there are data: how many are missing is not known."""
    notes = Notes(sheet)
    columns = [stub("Assumption"), column("cell", "Each assumption about the other group",
                                           align="text")]  # fmt: skip
    words = "<Difference, confidence limits and P>"
    rows = [row("each", "<Each assumption about the first group>", [cell(words)])]
    notes.add_methods([(item, result) for item in rows])
    return table(columns, rows, notes, [result])
