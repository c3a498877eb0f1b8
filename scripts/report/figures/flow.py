"""The flow of subjects through a trial as a diagram: screened, randomised, treated, analysed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scripts.report.cells import Part, Sheet, text_of
from scripts.report.figures.canvas import GREY, INK, WIDTH, Canvas
from scripts.report.layouts.describe import FLOW, labels_of
from scripts.report.layouts.frame import Body, Context, Display, Notes, results_of, sources
from scripts.report.results import Result

LINE = 11.0
PAD = 7.0
GAP = 22.0
SIZE = 7.4
Lines = list[list[Part]]


@dataclass(frozen=True)
class Box:
    """A box with its lines of text; the first line is its title."""

    left: float
    top: float
    width: float
    lines: Lines

    @property
    def height(self) -> float:
        """As high as its lines need."""
        return LINE * len(self.lines) + 2 * PAD - 2

    @property
    def bottom(self) -> float:
        """Where the next arrow starts."""
        return self.top + self.height

    @property
    def middle(self) -> float:
        """The horizontal centre."""
        return self.left + self.width / 2

    def draw(self, canvas: Canvas) -> None:
        """The outline and the text."""
        canvas.add("rect", x=self.left, y=self.top, width=self.width, height=self.height, rx=2.0,
                   fill="#ffffff", stroke=INK, stroke_width=0.8)  # fmt: skip
        for index, parts in enumerate(self.lines):
            indent = 8.0 if index and text_of(parts)[:1] == "\u2022" else 0.0
            weight = {"font_weight": "bold"} if index == 0 else {}
            canvas.text(self.left + PAD + indent, self.top + PAD + 6 + LINE * index, parts, SIZE,
                        **weight)  # fmt: skip


def _wrap(words: str, width: int) -> list[str]:
    lines, current = [], ""
    for word in words.split():
        if current and len(current) + 1 + len(word) > width:
            lines.append(current)
            current = word
        else:
            current = f"{current} {word}".strip()
    return [*lines, current]


class _Counts:
    """Counts of the flow as lines of text, each with its address."""

    def __init__(self, sheet: Sheet, result: Result, labels: Mapping[str, str]) -> None:
        self.sheet = sheet
        self.result = result
        self.labels = labels

    def line(self, at: str, group: str, label: str, bullet: bool = False) -> list[Part]:
        number = self.sheet.number(self.result, (at, group, "count"), at, group)
        return [f"\u2022 {label} (n = " if bullet else f"{label} (n = ", number, ")"]

    def reasons(self, stem: str, group: str) -> Lines:
        rows = [at for at in self.result.rows if at.startswith(f"{stem}=")]
        return [
            self.line(at, group, self.labels.get(at, at.partition("=")[2]), bullet=True)
            for at in rows
            if self.result.has(at, group, "count")
        ]


def _arrow(canvas: Canvas, corners: Sequence[tuple[float, float]]) -> None:
    (x0, _), (x, y) = corners[-2:]
    canvas.path(corners, stroke=GREY, stroke_width=0.9)
    size = 3.4
    if x == x0:
        head = [(x - size / 1.6, y - size), (x, y), (x + size / 1.6, y - size)]
    else:
        head = [(x - size, y - size / 1.6), (x, y), (x - size, y + size / 1.6)]
    canvas.path(head, fill=GREY, stroke=GREY, stroke_width=0.4)


def flow(display: Display, sheet: Sheet, context: Context) -> tuple[str, Body]:
    """The diagram, from the counts of a disposition result; one column of boxes for each arm."""
    result = results_of(display, context)[0]
    counts = _Counts(sheet, result, labels_of(display, result, context))
    arms = [group for group in result.groups if group["id"] != "TOTAL"]
    width = (WIDTH - GAP * (len(arms) - 1)) / len(arms)
    canvas = Canvas(WIDTH, 0.0)
    boxes, bottom = _upper_boxes(canvas, counts)
    ends = [bottom] * len(arms)
    for steps in _arm_boxes(counts, arms):
        tops = max(ends) + GAP
        for place, lines in enumerate(steps):
            box = Box(place * (width + GAP), tops, width, lines)
            _connect(canvas, boxes, box, place, tops)
            box.draw(canvas)
            ends[place] = box.bottom
        boxes = [Box(p * (width + GAP), tops, width, lines) for p, lines in enumerate(steps)]
    canvas.height = max(ends) + 4
    alt = _alt(sheet, result)
    notes = Notes(sheet)
    notes.add_methods([({"marks": ""}, result)], ("missing", "note", "warnings"))
    data = {"statistics": list(result.document["statistics"])}
    body = {"kind": "figure", "alt": alt, "notes": notes.notes, "sources": sources([result])}
    return canvas.to_svg(), {**body, "data": data}


def _upper_boxes(canvas: Canvas, counts: _Counts) -> tuple[list[Box], float]:
    center, width = WIDTH / 2, 170.0
    screened = Box(center - width / 2, 2.0, width, [counts.line("screened", "TOTAL", "Screened")])
    lines = [counts.line("excluded", "TOTAL", "Not randomised")]
    lines += counts.reasons("excluded", "TOTAL")
    side = Box(center + 34, screened.bottom + 10, WIDTH - center - 35, lines)
    top = side.bottom + 10
    randomised = Box(
        center - width / 2, top, width, [counts.line("randomised", "TOTAL", "Randomised")]
    )
    _arrow(canvas, [(center, screened.bottom), (center, top)])
    across = side.top + side.height / 2
    _arrow(canvas, [(center, across), (side.left, across)])
    for box in (screened, side, randomised):
        box.draw(canvas)
    return [randomised], randomised.bottom


def _arm_boxes(counts: _Counts, arms: Sequence[Mapping[str, str]]) -> list[list[Lines]]:
    """For each level of the diagram, the lines of the box of every arm."""
    allocated, stopped, analysed = [], [], []
    labels = counts.labels
    for group in arms:
        arm = group["id"]
        title: Lines = [[line] for line in _wrap(group["label"], 44)]
        allocated.append([*title, counts.line("randomised", arm, "Allocated")])
        stopped.append(
            [
                counts.line("discontinued", arm, "Discontinued treatment"),
                *counts.reasons("discontinued", arm),
                counts.line("completed", arm, "Completed treatment"),
            ]
        )
        populations = [
            at for at in counts.result.rows if at in labels and "=" not in at and at not in FLOW
        ]
        lines: Lines = [["Analysed"]]
        for at in populations:
            lines.append(counts.line(at, arm, labels[at], bullet=True))
        analysed.append(lines)
    return [allocated, stopped, analysed]


def _connect(canvas: Canvas, above: Sequence[Box], box: Box, place: int, top: float) -> None:
    if len(above) == 1:
        parent = above[0]
        half = top - GAP / 2
        corners = [(parent.middle, parent.bottom), (parent.middle, half), (box.middle, half)]
        _arrow(canvas, [*corners, (box.middle, top)])
    else:
        parent = above[place]
        _arrow(canvas, [(parent.middle, parent.bottom), (box.middle, top)])


def _alt(sheet: Sheet, result: Result) -> str:
    parts: list[Part] = ["Flow of subjects: "]
    for at in ("screened", "randomised"):
        number = sheet.number(result, (at, "TOTAL", "count"), "alt", at)
        parts += [number, f" {at}, "]
    for group in result.groups:
        if group["id"] != "TOTAL":
            number = sheet.number(result, ("randomised", group["id"], "count"), "alt", group["id"])
            parts += [f"{group['label']} ", number, ", "]
    return text_of(parts).rstrip(", ") + "."
