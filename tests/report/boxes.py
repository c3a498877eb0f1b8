"""Where the texts of a figure lie, by the metrics of their fonts: what collides is found."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from itertools import combinations

from scripts.report.figures.metrics import ASCENT, DESCENT, text_width

SVG = "{http://www.w3.org/2000/svg}"
# Letters of one line may touch the air of the next one: this much is not seen.
SLACK = 0.6


@dataclass(frozen=True)
class TextBox:
    """The outline of one text on paper."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "TextBox") -> bool:
        """Whether both cover some of the same paper."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > SLACK and down > SLACK


def box_of(element: ElementTree.Element) -> TextBox:
    """The box of a text, which may be moved and turned by a quarter."""
    text = "".join(element.itertext())
    size = float(element.get("font-size", "0"))
    width = text_width(text, size, element.get("font-weight", "normal"))
    x, y = float(element.get("x", "0")), float(element.get("y", "0"))
    left = (
        x - {"start": 0.0, "middle": 0.5, "end": 1.0}[element.get("text-anchor", "start")] * width
    )
    top, bottom = y - ASCENT * size, y + DESCENT * size
    moved = re.fullmatch(
        r"translate\(([-\d.]+),([-\d.]+)\) rotate\(-90\)", element.get("transform", "")
    )
    if moved is None:
        assert "transform" not in element.attrib
        return TextBox(text, left, top, left + width, bottom)
    dx, dy = map(float, moved.groups())
    return TextBox(text, dx + top, dy - left - width, dx + bottom, dy - left)


def boxes_of(svg: str) -> list[TextBox]:
    """Every text of a drawing."""
    return [box_of(element) for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314


def collisions(svg: str) -> list[tuple[str, str]]:
    """The pairs of texts that lie on one another."""
    boxes = [box for box in boxes_of(svg) if box.text.strip()]
    return [(a.text, b.text) for a, b in combinations(boxes, 2) if a.overlaps(b)]


def outside(svg: str) -> list[str]:
    """The texts that reach beyond the edge of their drawing."""
    view = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    assert view is not None
    width, height = map(float, view.groups())
    return [
        box.text
        for box in boxes_of(svg)
        if box.left < -0.6 or box.top < -0.6 or box.right > width + 0.6 or box.bottom > height + 0.6
    ]
