"""A small SVG canvas: text, lines, steps and marks at fixed decimals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from scripts.report.cells import Part, text_of
from scripts.report.figures.marks import CLOSED, OPEN, STROKES, check_shape
from scripts.report.figures.metrics import text_width
from scripts.report.letters import replace_unknown
from scripts.report.numbers import typeset_powers

FONT = "'TrialTrace Sans', 'TrialTrace Fallback', 'Helvetica Neue', Arial, sans-serif"
INK = "#1c2430"
GREY = "#6b7480"
PALE = "#dfe3e8"
PAPER = "#ffffff"
# Width of the text block of a portrait page in points, so that one unit is one point on paper.
WIDTH = 482.0
# Sizes of text in points: titles of axes and legends, labels, and the least that is printed.
LARGE = 8.8
NORMAL = 8.2
SMALL = 7.5


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
        self, x: float, y: float, parts: Part | Sequence[Part], size: float = NORMAL, **style: Any
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

    def mark(self, shape: str, x: float, y: float, radius: float, color: str = INK) -> None:
        """A mark of a known shape; an open one is filled with the colour of the paper."""
        name = check_shape(shape).removeprefix(OPEN)
        fill = PAPER if shape.startswith(OPEN) else color
        line: dict[str, Any] = {"stroke": color, "stroke_width": 0.36 * radius}
        if name in STROKES:
            for (x1, y1), (x2, y2) in STROKES[name]:
                ends = (x + radius * x1, y + radius * y1, x + radius * x2, y + radius * y2)
                self.line(*ends, stroke=color, stroke_width=0.5 * radius)
        elif name in CLOSED:
            corners = [(x + radius * dx, y + radius * dy) for dx, dy in CLOSED[name]]
            self.add("path", d=points(corners) + " Z", fill=fill, **line)
        else:
            self.add("circle", cx=x, cy=y, r=radius, fill=fill, **line)

    def to_svg(self) -> str:
        """The whole figure as an SVG document."""
        box = f"0 0 {fixed(self.width)} {fixed(self.height)}"
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" '
            f'width="{fixed(self.width)}pt" height="{fixed(self.height)}pt" '
            f'font-family="{FONT}">'
        )
        drawn = typeset_powers("\n".join([head, *self.parts, "</svg>"]))
        return replace_unknown(drawn) + "\n"


def _span(part: Part) -> str:
    if isinstance(part, str):
        return escape(part)
    if "address" in part:
        return f"<tspan data-address={quoteattr(part['address'])}>{escape(part['text'])}</tspan>"
    return escape(part["text"])


def width_of(parts: Part | Sequence[Part], size: float, weight: str = "normal") -> float:
    """The width of a text whose parts may be printed values."""
    pieces = [parts] if isinstance(parts, (str, dict)) else list(parts)
    return text_width(text_of(pieces), size, weight)


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
    for candidate in (1, 2, 4, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10000):
        step = float(candidate)
        if high / step <= about:
            break
    count = int(-(-high // step))
    return [step * index for index in range(max(count, 1) + 1)]
