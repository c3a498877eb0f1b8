"""What a tipping point is looked for in: the two groups, and a grid of assumptions about them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Side:
    """One group: its subjects, those observed, responders among them, and how many are missing."""

    total: int
    observed: int
    responders: int

    @property
    def missing(self) -> int:
        """How many lack the outcome."""
        return self.total - self.observed

    @property
    def at_random(self) -> int | None:
        """Responders among the missing at the observed proportion, to the nearest whole one."""
        if not self.observed:
            return None
        # In whole numbers, so that a half is rounded up on every machine.
        return (2 * self.missing * self.responders + self.observed) // (2 * self.observed)


@dataclass(frozen=True)
class Grid:
    """What one contrast has in every cell, arrays of shape (first, second) by statistic."""

    first: list[float]
    second: list[float]
    reference: tuple[int, int]
    values: Mapping[str, np.ndarray]


def word(value: float) -> str:
    """A value of an axis as it is written in the id of a row."""
    return f"{value + 0.0:g}"


def cell_id(grid: Grid, cell: tuple[int, int]) -> str:
    """The row of a cell: both assumptions."""
    return f"{word(grid.first[cell[0]])}|{word(grid.second[cell[1]])}"
