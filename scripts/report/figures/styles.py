"""How an arm is drawn: one colour, one dash and one mark, the same in every figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scripts.report.figures.canvas import INK, LARGE, Canvas
from scripts.report.figures.marks import OF_ARMS
from scripts.report.figures.metrics import shorten, text_width

DASHES = ["", "6 3", "1.5 2.5", "8 3 1.5 3", "3 2"]
SAMPLE = 24.0
LEGEND_LINE = 12.0


@dataclass(frozen=True)
class Style:
    """How one arm is drawn, in colour and in grey alike."""

    color: str
    dash: str
    label: str
    mark: str = "circle"
    short: str = ""

    def name_within(self, width: float, size: float, weight: str = "normal") -> str:
        """Its label where that fits, else its short name, cut where even that is too long."""
        if text_width(self.label, size, weight) <= width:
            return self.label
        return shorten(self.short or self.label, width, size, weight)

    def sample(self, canvas: Canvas, x: float, y: float, *, line: bool, mark: bool) -> None:
        """A piece of its line, and its mark in the middle of it."""
        if line:
            canvas.line(x, y, x + SAMPLE, y, stroke=self.color, stroke_width=1.6,
                        stroke_dasharray=self.dash)  # fmt: skip
        if mark:
            canvas.mark(self.mark, x + SAMPLE / 2, y, 2.4, self.color)


def styles_of(plan: Mapping[str, Any], groups: Sequence[Mapping[str, Any]]) -> dict[str, Style]:
    """Colour, dash and mark of each group: an arm has the same ones in every figure."""
    arms = {arm["code"]: arm for arm in plan["trial"]["arms"]}
    order = [*arms, *(group["id"] for group in groups if group["id"] not in arms)]
    styles = {}
    for group in groups:
        arm, place = arms.get(group["id"], {}), order.index(group["id"])
        styles[group["id"]] = Style(
            arm.get("color", INK),
            DASHES[place % len(DASHES)],
            group["label"],
            OF_ARMS[place % len(OF_ARMS)],
            arm.get("short", group["label"]),
        )
    return styles


def legend_places(
    styles: Mapping[str, Style], left: float, right: float
) -> list[tuple[Style, str, float, int]]:
    """Each style with its name, its place from the left and its row; a full row ends a line."""
    places: list[tuple[Style, str, float, int]] = []
    x, row = left, 0
    for style in styles.values():
        name = style.name_within(right - left - SAMPLE - 6, LARGE)
        needed = SAMPLE + 6 + text_width(name, LARGE)
        if x > left and x + needed > right:
            x, row = left, row + 1
        places.append((style, name, x, row))
        x += needed + 18
    return places


def legend_height(styles: Mapping[str, Style], left: float, right: float) -> float:
    """The height of the legend between two edges."""
    rows = [row for *_, row in legend_places(styles, left, right)]
    return LEGEND_LINE * (1 + max(rows, default=0))


def draw_legend(
    canvas: Canvas,
    styles: Mapping[str, Style],
    x: float,
    y: float,
    right: float | None = None,
    *,
    line: bool = True,
    mark: bool = False,
) -> None:
    """The groups side by side, each with a sample of its line or mark; `y` is the first line."""
    for style, name, left, row in legend_places(
        styles, x, canvas.width if right is None else right
    ):
        base = y + LEGEND_LINE * row
        style.sample(canvas, left, base - 2.8, line=line, mark=mark)
        canvas.text(left + SAMPLE + 6, base, name, LARGE)
