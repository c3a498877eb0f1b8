"""The flow of subjects through a trial as a diagram: enrolled, allocated, followed, analysed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scripts.report.cells import Part, Sheet
from scripts.report.figures.canvas import GREY, INK, NORMAL, PALE, PAPER, SMALL, WIDTH, Canvas
from scripts.report.figures.metrics import text_width, wrap
from scripts.report.figures.words import figure_body
from scripts.report.layouts.describe import FLOW, labels_of
from scripts.report.layouts.frame import Body, Context, Display, results_of
from scripts.report.results import Result

LINE = 11.0
PAD = 7.0
GAP = 20.0
# The names of the stages stand in a band on the left.
BAND = 16.0
EDGE = BAND + 12
INDENT = 9.0
# What rows are called in the box of an arm, where that differs from a table of the flow.
WORDS = {"randomised": "Allocated"}
STAGES = ["Enrolment", "Allocation", "Follow-up", "Analysis"]


@dataclass(frozen=True)
class Line:
    """One line of a box: how far it is indented, and whether it is a title."""

    parts: tuple[Part, ...]
    level: int = 0
    bold: bool = False


@dataclass(frozen=True)
class Box:
    """A box with its lines of text."""

    left: float
    top: float
    width: float
    lines: Sequence[Line]
    height: float

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
                   fill=PAPER, stroke=INK, stroke_width=0.8)  # fmt: skip
        for index, line in enumerate(self.lines):
            x, y = self.left + PAD + INDENT * line.level, self.top + PAD + 7 + LINE * index
            weight = {"font_weight": "bold"} if line.bold else {}
            canvas.text(x, y, line.parts, NORMAL, **weight)


def height_of(lines: Sequence[Line]) -> float:
    """As high as the lines need."""
    return LINE * len(lines) + 2 * PAD


class _Counts:
    """Counts of the flow as lines of text, each with its address."""

    def __init__(self, sheet: Sheet, result: Result, labels: Mapping[str, str]) -> None:
        self.sheet = sheet
        self.result = result
        self.labels = labels

    def number(self, at: str, group: str) -> Part:
        """The count of a row and group."""
        return self.sheet.number(self.result, (at, group, "count"), at, group)

    def lines(
        self, at: str, group: str, width: float, level: int = 0, bold: bool = False
    ) -> list[Line]:
        """A label with its count, broken where the box ends."""
        label = WORDS.get(at, self.labels.get(at, at.partition("=")[2]))
        label = f"excluded: {label}" if level > 1 else label
        label = f"\u2022 {label}" if level == 1 else label
        number = self.number(at, group)
        count = f" (n = {number['text'] if isinstance(number, dict) else number})"
        weight = "bold" if bold else "normal"
        # The count stays with the last word; spaces that do not break hold its place.
        count = count.replace(" ", "\u00a0")
        broken = wrap(label + count, width - 2 * PAD - INDENT * level, NORMAL, weight)
        last = broken[-1].removesuffix(count)
        lines = [Line((text,), level, bold) for text in broken[:-1]]
        return [*lines, Line((f"{last} (n = ", number, ")"), level, bold)]

    def reasons(self, stem: str, group: str, width: float, level: int = 1) -> list[Line]:
        """The counts of the rows below a row, one for each reason."""
        found: list[Line] = []
        for at in self.result.rows:
            if at.startswith(f"{stem}=") and self.result.has(at, group, "count"):
                found += self.lines(at, group, width, level)
        return found


def flow(display: Display, sheet: Sheet, context: Context) -> tuple[str, Body]:
    """The diagram, from the counts of a disposition result; one column of boxes for each arm."""
    result = results_of(display, context)[0]
    counts = _Counts(sheet, result, labels_of(display, result, context))
    arms = [group for group in result.groups if group["id"] != "TOTAL"]
    width = (WIDTH - EDGE - GAP * (len(arms) - 1)) / len(arms)
    canvas = Canvas(WIDTH, 0.0)
    above, bottom = _enrolment(canvas, counts)
    spans = [(0.0, bottom)]
    for level in (_allocated, _followed, _analysed):
        top = bottom + GAP
        texts = [level(counts, group, width) for group in arms]
        height = max(map(height_of, texts))
        boxes = [
            Box(EDGE + place * (width + GAP), top, width, lines, height)
            for place, lines in enumerate(texts)
        ]
        _connect(canvas, above, boxes)
        for box in boxes:
            box.draw(canvas)
        above, bottom = boxes, top + height
        spans.append((top, bottom))
    for name, span in zip(STAGES, spans, strict=True):
        _draw_stage(canvas, name, span)
    canvas.height = bottom + 2
    data = {"statistics": list(result.document["statistics"])}
    kinds = ("missing", "note", "warnings")
    return canvas.to_svg(), figure_body(sheet, [result], _alt(sheet, result), data, kinds)


def _draw_stage(canvas: Canvas, name: str, span: tuple[float, float]) -> None:
    top, bottom = span
    needed = text_width(name, SMALL, "bold") + 6
    if bottom - top < needed:
        top, bottom = (top + bottom - needed) / 2, (top + bottom + needed) / 2
    canvas.add("rect", x=0.0, y=top, width=BAND, height=bottom - top, rx=2.0, fill=PALE)
    middle = (top + bottom) / 2
    canvas.text(0.0, 0.0, name, SMALL, text_anchor="middle", font_weight="bold",
                transform=f"translate({BAND / 2 + 2.6:g},{middle:g}) rotate(-90)")  # fmt: skip


def _enrolment(canvas: Canvas, counts: _Counts) -> tuple[list[Box], float]:
    center, width = (WIDTH + EDGE) / 2, 150.0
    text = counts.lines("screened", "TOTAL", width, bold=True)
    screened = Box(center - width / 2, 0.5, width, text, height_of(text))
    left = center + 30
    lines = counts.lines("excluded", "TOTAL", WIDTH - left - 0.5, bold=True)
    lines += counts.reasons("excluded", "TOTAL", WIDTH - left - 0.5)
    side = Box(left, screened.bottom + 9, WIDTH - left - 0.5, lines, height_of(lines))
    text = [
        Line((f"{FLOW['randomised']} (n = ", counts.number("randomised", "TOTAL"), ")"), 0, True)
    ]
    randomised = Box(center - width / 2, side.bottom + 9, width, text, height_of(text))
    _arrow(canvas, [(center, screened.bottom), (center, randomised.top)])
    across = side.top + side.height / 2
    _arrow(canvas, [(center, across), (side.left, across)])
    for box in (screened, side, randomised):
        box.draw(canvas)
    return [randomised], randomised.bottom


def _allocated(counts: _Counts, group: Mapping[str, str], width: float) -> list[Line]:
    arm = group["id"]
    title = wrap(group["label"], width - 2 * PAD, NORMAL, "bold")
    lines = [Line((text,), bold=True) for text in title]
    lines += counts.lines("randomised", arm, width)
    for at in ("treated", "untreated"):
        if counts.result.has(at, arm, "count"):
            lines += counts.lines(at, arm, width, 1)
    return lines


def _followed(counts: _Counts, group: Mapping[str, str], width: float) -> list[Line]:
    arm = group["id"]
    lines = counts.lines("discontinued", arm, width, bold=True)
    lines += counts.reasons("discontinued", arm, width)
    return lines + counts.lines("completed", arm, width, bold=True)


def _analysed(counts: _Counts, group: Mapping[str, str], width: float) -> list[Line]:
    labels = counts.labels
    known = {*FLOW, "screened", "randomised"}
    populations = [
        at
        for at in counts.result.rows
        if at in labels and "=" not in at and " " not in at and at not in known
    ]
    lines = [Line(("Analysed",), bold=True)]
    for at in populations:
        lines += counts.lines(at, group["id"], width, 1)
        lines += counts.reasons(f"outside {at}", group["id"], width, 2)
    return lines


def _arrow(canvas: Canvas, corners: Sequence[tuple[float, float]]) -> None:
    (x0, _), (x, y) = corners[-2:]
    canvas.path(corners, stroke=GREY, stroke_width=0.9)
    size = 3.4
    if x == x0:
        head = [(x - size / 1.6, y - size), (x, y), (x + size / 1.6, y - size)]
    else:
        head = [(x - size, y - size / 1.6), (x, y), (x - size, y + size / 1.6)]
    canvas.path(head, fill=GREY, stroke=GREY, stroke_width=0.4)


def _connect(canvas: Canvas, above: Sequence[Box], boxes: Sequence[Box]) -> None:
    for place, box in enumerate(boxes):
        if len(above) == len(boxes):
            _arrow(canvas, [(box.middle, above[place].bottom), (box.middle, box.top)])
            continue
        parent, half = above[0], box.top - GAP / 2
        corners = [(parent.middle, parent.bottom), (parent.middle, half), (box.middle, half)]
        _arrow(canvas, [*corners, (box.middle, box.top)])


def _alt(sheet: Sheet, result: Result) -> list[Part]:
    parts: list[Part] = ["Flow of subjects: "]
    for at in ("screened", "excluded", "randomised"):
        number = sheet.number(result, (at, "TOTAL", "count"), "alt", at)
        words = FLOW[at].lower()
        parts += [number, f" {words}" + ("." if at == "randomised" else ", ")]
    for group in result.groups:
        if group["id"] == "TOTAL":
            continue
        parts.append(f" {group['label']}: ")
        for at in ("randomised", "discontinued", "completed"):
            number = sheet.number(result, (at, group["id"], "count"), f"alt {at}", group["id"])
            words = FLOW[at].lower()
            parts += [number, f" {words}" + ("." if at == "completed" else ", ")]
    return parts
