"""The shapes of marks: told apart by their outline and their filling, never by colour alone."""

from math import cos, pi, sin

from scripts.conditions import nearest

Point = tuple[float, float]
# Corners of closed shapes about their centre, for a mark of radius one. Areas are about equal.
CLOSED: dict[str, list[Point]] = {
    "square": [(-0.89, -0.89), (0.89, -0.89), (0.89, 0.89), (-0.89, 0.89)],
    "triangle": [(0, -1.15), (1.05, 0.85), (-1.05, 0.85)],
    "wedge": [(0, 1.15), (1.05, -0.85), (-1.05, -0.85)],
    "diamond": [(0, -1.25), (1.1, 0), (0, 1.25), (-1.1, 0)],
    "arrow": [(-0.8, -1.05), (1.2, 0), (-0.8, 1.05)],
    "star": [
        ((1.35 if corner % 2 == 0 else 0.55) * sin(corner * pi / 5),
         -(1.35 if corner % 2 == 0 else 0.55) * cos(corner * pi / 5))
        for corner in range(10)
    ],
}  # fmt: skip
# Strokes of the others, each from point to point.
STROKES: dict[str, list[tuple[Point, Point]]] = {
    "cross": [((-0.9, -0.9), (0.9, 0.9)), ((-0.9, 0.9), (0.9, -0.9))],
    "plus": [((-1.1, 0), (1.1, 0)), ((0, -1.1), (0, 1.1))],
    "bar": [((0, -1.3), (0, 1.3))],
}
OPEN = "open_"
SHAPES = [
    "circle",
    *(f"{OPEN}{name}" for name in ("circle", "square", "triangle", "wedge", "diamond")),
    *CLOSED,
    *STROKES,
]
# The shapes of the arms, in order.
OF_ARMS = ["circle", "open_square", "triangle", "open_diamond", "wedge", "open_circle", "square"]
# The shapes of kinds of event, in order, where the plan gives none.
OF_EVENTS = ["circle", "open_circle", "triangle", "cross", "square", "diamond", "plus", "wedge"]


def check_shape(shape: str) -> str:
    """The shape itself. Raises ValueError with the nearest right word for one that is unknown."""
    if shape not in SHAPES:
        raise ValueError(f"unknown shape {shape!r}; {nearest(shape, SHAPES)}")
    return shape
