"""Where marks stand and how they are written: the elements of a picture, one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from scripts.report.figures.canvas import INK, WIDTH
from scripts.report.listings.text import wrap

START, END = 164.0, WIDTH - 20
LABEL_LETTERS = 57
LINE, ROW = 7.0, 9.4
# The least room between the middles of two marks of a row.
ROOM = 5.4


def short(value: float) -> str:
    """A coordinate with one decimal at most."""
    return f"{value:.1f}".removesuffix(".0")


def spread(places: Sequence[float], room: float, high: float) -> list[float]:
    """The places in order, moved apart where they are closer than `room`, none beyond `high`."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + room) if moved else place)
    limit = high
    for index in range(len(moved) - 1, -1, -1):
        moved[index] = min(moved[index], limit)
        limit = moved[index] - room
    return moved


@dataclass
class Drawing:
    """The elements of one picture; `y` is where the next row begins."""

    traced: bool
    parts: list[str] = field(default_factory=list)
    y: float = 0.0

    def add(self, text: str) -> None:
        """One element as it is."""
        self.parts.append(text)

    def words(self, x: float, y: float, text: str, more: str = "") -> None:
        """A text without anything special."""
        self.add(f'<text x="{short(x)}" y="{short(y)}"{more}>{escape(text)}</text>')

    def label(self, text: str, *, strong: bool = False) -> int:
        """The words beside a row; gives how many lines they take."""
        lines = wrap(text, LABEL_LETTERS if not strong else LABEL_LETTERS - 6)
        weight = ' font-weight="bold"' if strong else ""
        for index, line in enumerate(lines):
            self.words(0.0 if not strong else 4.0, self.y + 7.2 + LINE * index, line, weight)
        return len(lines)

    def dots(self, places: Sequence[tuple[float, float]], size: float, color: str) -> None:
        """Round dots as one path: strokes without length and with round ends."""
        if places:
            path = "".join(f"M{short(x)} {short(y)}h.01" for x, y in places)
            self.add(
                f'<path d="{path}" stroke="{color}" stroke-width="{size}" stroke-linecap="round"/>'
            )

    def source(self, source: str) -> str:
        """The attribute that says where a value lies, on a screen only."""
        return f" data-source={quoteattr(source)}" if self.traced else ""

    def title(self, text: str) -> str:
        """Words that a pointer brings up, on a screen only."""
        return f"<title>{escape(text)}</title>" if self.traced else ""

    def rings(self, places: Sequence[tuple[float, float]]) -> None:
        """Dots that are white inside."""
        self.dots(places, 4.5, INK)
        self.dots(places, 2.9, "#fff")
