"""The graph of the data sets as a drawing: columns of boxes, and a line for each that is read."""

from collections.abc import Sequence
from html import escape

from scripts.report.letters import FALLBACK, SANS

WIDTH, HEAD, ROW, BOX = 1000.0, 26.0, 46.0, 26.0
LETTER, CAPITAL = 6.0, 7.6
PADDING = 7.0
INK, LINE, PAPER, QUIET = "#1c2430", "#8fa3b5", "#eef3f7", "#55606c"
SWEEPS = 6
Layers = Sequence[tuple[str, Sequence[str]]]
Edges = set[tuple[str, str]]


def ordered(layers: Layers, edges: Edges) -> list[list[str]]:
    """The boxes of each column so that lines cross little: each at the mean of its neighbours."""
    columns = [list(names) for _, names in layers]
    near: dict[str, list[str]] = {}
    for source, made in sorted(edges):
        near.setdefault(source, []).append(made)
        near.setdefault(made, []).append(source)
    for _ in range(SWEEPS):
        place = {
            name: (index + 0.5) / len(names)
            for names in columns
            for index, name in enumerate(names)
        }
        for names in columns[1:-1] if len(columns) > 2 else columns:
            means = {
                name: sum(place[other] for other in near.get(name, [name]))
                / len(near.get(name, [name]))
                for name in names
            }
            names.sort(key=lambda name: (means[name], name))
    return columns


def box_width(names: Sequence[str]) -> float:
    """As wide as its longest name needs."""
    return 2 * PADDING + max(map(_text_width, names), default=0.0)


def _text_width(text: str) -> float:
    return sum(CAPITAL if letter.isupper() else LETTER for letter in text)


def draw_dependencies(layers: Layers, edges: Edges) -> str:
    """The drawing as SVG, with no number in it that is not part of a name."""
    columns = ordered(layers, edges)
    widths = [box_width(names) for names in columns]
    gap = (WIDTH - sum(widths)) / max(1, len(columns) - 1)
    height = HEAD + ROW * max(len(names) for names in columns)
    boxes: dict[str, tuple[float, float, float]] = {}
    left = 0.0
    parts = []
    for (title, _), names, width in zip(layers, columns, widths, strict=True):
        if title:
            parts.append(_text(left, 12, title, QUIET, "bold"))
        room = (height - HEAD) / max(1, len(names))
        for index, name in enumerate(names):
            boxes[name] = (left, HEAD + room * (index + 0.5) - BOX / 2, width)
        left += width + gap
    lines = [
        _line(boxes[source], boxes[made])
        for source, made in sorted(edges)
        if source in boxes and made in boxes
    ]
    drawn = [_box(name, *place) for name, place in boxes.items()]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" '
        f'width="{WIDTH:g}" height="{height:g}" font-family="{SANS}, {FALLBACK}" font-size="12">'
        + "".join([*parts, *lines, *drawn])
        + "</svg>\n"
    )


def _text(x: float, y: float, text: str, color: str, weight: str = "normal") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{color}" font-weight="{weight}">{escape(text)}</text>'
    )


def _box(name: str, x: float, y: float, width: float) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{BOX:g}" rx="2" '
        f'fill="{PAPER}" stroke="{LINE}" stroke-width="0.6"/>'
        + _text(x + PADDING, y + BOX / 2 + 4, name, INK)
    )


def _line(source: tuple[float, float, float], made: tuple[float, float, float]) -> str:
    """A line from the right side of one box to the left side of the other."""
    x0, y0 = source[0] + source[2], source[1] + BOX / 2
    x1, y1 = made[0], made[1] + BOX / 2
    bend = max(18.0, (x1 - x0) / 2)
    return (
        f'<path d="M{x0:.1f} {y0:.1f}C{x0 + bend:.1f} {y0:.1f} {x1 - bend:.1f} {y1:.1f} '
        f'{x1:.1f} {y1:.1f}" fill="none" stroke="{LINE}" stroke-width="0.8" opacity="0.75"/>'
    )
