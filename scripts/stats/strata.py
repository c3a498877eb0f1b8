"""Strata of a comparison of two groups: which of them tell anything, and the checks of counts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scripts.stats.arguments import FloatArray, checked_counts


@dataclass(frozen=True)
class Strata:
    """Counts with the outcome and totals of two groups, in those strata that have both groups.

    Attributes
    ----------
    x1, n1, x2, n2 : array, shape (strata used,)
        Counts and totals.
    used : array of bool, shape (strata,)
        Which of the given strata have subjects in both groups.
    """

    x1: FloatArray
    n1: FloatArray
    x2: FloatArray
    n2: FloatArray
    used: NDArray[np.bool_]

    @property
    def total(self) -> FloatArray:
        """Subjects of both groups in each stratum."""
        return self.n1 + self.n2

    @property
    def events(self) -> FloatArray:
        """Events of both groups in each stratum."""
        return self.x1 + self.x2

    @property
    def weights(self) -> FloatArray:
        """Mantel-Haenszel weights n1 n2 / N."""
        return self.n1 * self.n2 / self.total


def checked_tables(x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike) -> Strata:
    """Return the strata with both groups after checking every count.

    A stratum without one of the groups tells nothing of their difference and is left out. Raises
    ValueError where no stratum is left.
    """
    arrays: list[FloatArray] = [np.atleast_1d(np.asarray(a, dtype=np.float64)) for a in
                                (x1, n1, x2, n2)]  # fmt: skip
    if len({array.shape for array in arrays}) != 1 or arrays[0].ndim != 1:
        raise ValueError("counts and totals of the strata must be vectors of one length")
    for place in range(arrays[0].size):
        for group in (0, 2):
            count, total = arrays[group][place], arrays[group + 1][place]
            if count == 0 and total == 0:
                continue
            checked_counts(count, total, f"group {group // 2 + 1} in stratum {place + 1}")
    used = (arrays[1] > 0) & (arrays[3] > 0)
    if not used.any():
        raise ValueError("no stratum has subjects in both groups")
    first, second, third, fourth = (array[used] for array in arrays)
    return Strata(first, second, third, fourth, used)


def shares(weights: FloatArray) -> FloatArray:
    """Return weights that add up to 1."""
    return np.asarray(weights / weights.sum(), dtype=np.float64)
