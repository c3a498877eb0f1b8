"""What the second implementation says about one analysis, and the words it says it in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Key = tuple[str, str, str]
Number = float | int | None


def number(value: Any) -> Number:
    """A plain number; None where there is none or where it is not finite."""
    if value is None or not np.isfinite(value):
        return None
    return value.item() if isinstance(value, np.generic) else value


@dataclass
class Opinion:
    """Statistics by row, group and name; who was used; what cannot be compared, and why.

    `curves` are arrays by group and name. `libraries` are the functions that did the arithmetic.
    `unsupported` gives the reason for each statistic that no second implementation can judge.
    """

    used: list[str]
    groups: dict[str, tuple[int, int]]
    libraries: str
    statistics: dict[Key, Number] = field(default_factory=dict)
    curves: dict[str, dict[str, list[Number]]] = field(default_factory=dict)
    unsupported: dict[Key, str] = field(default_factory=dict)

    def add(self, row: str, group: str, values: Mapping[str, Any]) -> None:
        """Note the statistics of one row and group."""
        for name, value in values.items():
            self.statistics[(row, group, name)] = number(value)
