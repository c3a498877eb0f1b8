"""A small SVG canvas: text, lines and steps at fixed decimals, arms told apart without colour."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from scripts.report.cells import Part
from scripts.report.numbers import typeset_powers

FONT = "'TrialTrace Sans', 'TrialTrace Fallback', Verdana, sans-serif"
INK = "#1c2430"
GREY = "#6b7480"
PALE = "#dfe3e8"
# Width of the text block of a portrait page in points, so that one unit is one point on paper.
WIDTH = 482.0
LEGEND_SIZE = 8.0
DASHES = ["", "6 3", "1.5 2.5", "8 3 1.5 3", "3 2"]


def fixed(value: float) -> str:
    """A coordinate with two decimals at most."""
    return f"{round(value, 2):g}" if round(value, 2) else "0"


def points(pairs: Iterable[tuple[float, float]]) -> str:
    """Coordinates as a path through them."""
    return "M" + " L".join(f"{fixed(x)},{fixed(y)}" for x, y in pairs)


@dataclass
class Canvas:
    """The elements of one figure, in the order in which they are drawn."""

    width: float
    height: float
    parts: list[str] = field(default_factory=list)

    def add(self, element: str, **attributes: Any) -> None:
        """One element; an underscore in a name becomes a hyphen."""
        words = " ".join(
            f"{key.rstrip('_').replace('_', '-')}="
            + quoteattr(fixed(value) if isinstance(value, float) else str(value))
            for key, value in attributes.items()
            if value not in ("", None)
        )
        self.parts.append(f"<{element} {words}/>")

    def line(self, x1: float, y1: float, x2: float, y2: float, **style: Any) -> None:
        """A straight line."""
        self.add("path", d=points([(x1, y1), (x2, y2)]), fill="none", **{"stroke": INK, **style})

    def path(self, pairs: Iterable[tuple[float, float]], **style: Any) -> None:
        """A line through points, or a filled outline."""
        self.add("path", d=points(pairs), **{"fill": "none", "stroke": INK, **style})

    def text(
        self, x: float, y: float, parts: Part | Sequence[Part], size: float = 7.5, **style: Any
    ) -> None:
        """Text whose printed values carry their addresses."""
        pieces = [parts] if isinstance(parts, (str, dict)) else list(parts)
        shape = {"x": x, "y": y, "font_size": float(size), "fill": INK, **style}
        words = " ".join(
            f"{key.replace('_', '-')}="
            + quoteattr(fixed(value) if isinstance(value, float) else str(value))
            for key, value in shape.items()
        )
        self.parts.append(f"<text {words}>{''.join(map(_span, pieces))}</text>")

    def to_svg(self) -> str:
        """The whole figure as an SVG document."""
        box = f"0 0 {fixed(self.width)} {fixed(self.height)}"
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" '
            f'width="{fixed(self.width)}pt" height="{fixed(self.height)}pt" '
            f'font-family="{FONT}">'
        )
        return typeset_powers("\n".join([head, *self.parts, "</svg>"])) + "\n"


def _span(part: Part) -> str:
    if isinstance(part, str):
        return escape(part)
    if "address" in part:
        return f"<tspan data-address={quoteattr(part['address'])}>{escape(part['text'])}</tspan>"
    return escape(part["text"])


@dataclass(frozen=True)
class Style:
    """How one arm is drawn, in colour and in grey alike."""

    color: str
    dash: str
    label: str


def styles_of(plan: Mapping[str, Any], groups: Sequence[Mapping[str, Any]]) -> dict[str, Style]:
    """Colour and dashes of each group: an arm has the same ones in every figure."""
    arms = {arm["code"]: arm for arm in plan["trial"]["arms"]}
    order = [*arms, *(group["id"] for group in groups if group["id"] not in arms)]
    return {
        group["id"]: Style(
            arms.get(group["id"], {}).get("color", INK),
            DASHES[order.index(group["id"]) % len(DASHES)],
            group["label"],
        )
        for group in groups
    }


@dataclass(frozen=True)
class Scale:
    """Data to paper along one axis."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The coordinate of a value."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def ticks_up_to(high: float, about: int = 6) -> list[float]:
    """Round tick values from zero to at least `high`."""
    step = 1.0
    for candidate in (1, 2, 4, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000):
        step = float(candidate)
        if high / step <= about:
            break
    count = int(-(-high // step))
    return [step * index for index in range(count + 1)]


def draw_axes(
    canvas: Canvas,
    x: Scale,
    y: Scale,
    x_ticks: Sequence[tuple[float, str]],
    y_ticks: Sequence[tuple[float, str]],
) -> None:
    """Pale rules across, a line below, and the labels of both axes."""
    for value, label in y_ticks:
        canvas.line(x.start, y(value), x.end, y(value), stroke=PALE, stroke_width=0.6)
        canvas.text(x.start - 6, y(value) + 2.6, label, text_anchor="end", fill=GREY)
    canvas.line(x.start, y.start, x.end, y.start, stroke=GREY, stroke_width=0.8)
    for value, label in x_ticks:
        canvas.line(x(value), y.start, x(value), y.start + 3, stroke=GREY, stroke_width=0.8)
        canvas.text(x(value), y.start + 11.5, label, text_anchor="middle", fill=GREY)


def draw_legend(canvas: Canvas, styles: Mapping[str, Style], x: float, y: float) -> None:
    """The groups side by side above the plot: a sample of each stroke and its label."""
    for style in styles.values():
        canvas.line(x, y - 2.6, x + 26, y - 2.6, stroke=style.color, stroke_width=1.6,
                    stroke_dasharray=style.dash)  # fmt: skip
        canvas.text(x + 31, y, style.label, LEGEND_SIZE)
        # No font is at hand to measure with: a letter is taken as wide as a wide one.
        x += 31 + 18 + 0.66 * LEGEND_SIZE * len(style.label)
