"""Tipping point: where on a grid of assumptions about what is missing a conclusion changes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scripts.stats.arguments import FloatArray, checked_vector

Cell = tuple[int, int]


@dataclass(frozen=True, eq=False)
class TippingResult:
    """A grid of intervals read against one of its cells.

    Attributes
    ----------
    verdict : array of int, shape (a, b)
        1 where the interval lies above zero, -1 below, 0 where it holds zero.
    reference : (int, int)
        The cell whose conclusion is put to the test.
    tipped : array of bool, shape (a, b)
        Where the verdict is not that of the reference.
    boundary : array of bool, shape (a, b)
        Tipped cells with a neighbour beside, above or below them that is not tipped.
    departure : array, shape (a, b)
        Distance from the reference, |first - first0| + |second - second0|.
    nearest : tuple of (int, int)
        The tipped cells with the smallest departure, in the order of the grid; empty where nothing
        tips.
    label : str
        The words for a reader.
    """

    verdict: NDArray[np.int64]
    reference: Cell
    tipped: NDArray[np.bool_]
    boundary: NDArray[np.bool_]
    departure: FloatArray
    nearest: tuple[Cell, ...]
    label: str = "Tipping point: the cells in which the interval no longer concludes the same"


def checked_grid(values: ArrayLike, shape: tuple[int, int], name: str) -> FloatArray:
    """Return a finite float array of this shape."""
    grid = np.asarray(values, dtype=np.float64)
    if grid.shape != shape:
        raise ValueError(f"{name} has shape {grid.shape}; the axes give {shape}")
    if not np.isfinite(grid).all():
        raise ValueError(f"{name} has {int((~np.isfinite(grid)).sum())} values that are not finite")
    return grid


def checked_axis(values: ArrayLike, name: str) -> FloatArray:
    """Return the values of one axis, which rise."""
    axis = checked_vector(values, name)
    if (np.diff(axis) <= 0).any():
        raise ValueError(f"{name} does not rise: {axis.tolist()}")
    return axis


def beside(cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return where some neighbour beside, above or below a cell is marked."""
    wide = np.pad(cells, 1, constant_values=False)
    return wide[:-2, 1:-1] | wide[2:, 1:-1] | wide[1:-1, :-2] | wide[1:-1, 2:]


def tipping_point(
    lower: ArrayLike,
    upper: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    reference: Cell,
) -> TippingResult:
    """Find where on a two-way grid the conclusion of a confidence interval changes.

    Parameters
    ----------
    lower, upper : array_like, shape (a, b)
        Limits of the interval in each cell.
    first, second : array_like, shapes (a,) and (b,)
        What is assumed of the missing of the first and of the second group along each axis,
        rising: numbers of responders, or shifts on the logit scale.
    reference : (int, int)
        Indices of the cell whose conclusion is put to the test, e.g. that of missing at random.

    Returns
    -------
    TippingResult

    Notes
    -----
    Formula: tipped where sign(lower > 0) - sign(upper < 0) is not that of the reference;
    smallest departure min(|a - a0| + |b - b0|) over the tipped cells.

    An interval with a limit at zero holds zero. Departures are counted in steps of both axes
    together, so that a change in one group weighs as much as one in the other; several cells may
    be equally near. Limits that are not finite, axes that do not rise and a reference outside the
    grid raise ValueError.

    References
    ----------
    Yan X, Lee S, Li N. Missing data handling methods in medical device clinical trials. J Biopharm
    Stat 2009;19:1085-98. Liublinska V, Rubin DB. Sensitivity analysis for a partially missing
    binary outcome in a two-arm randomized clinical trial. Stat Med 2014;33:4170-85.
    """
    one, other = checked_axis(first, "first"), checked_axis(second, "second")
    shape = (one.size, other.size)
    low, high = checked_grid(lower, shape, "lower"), checked_grid(upper, shape, "upper")
    if (low > high).any():
        raise ValueError("a lower limit is above its upper limit")
    i, j = reference
    if not (0 <= i < shape[0] and 0 <= j < shape[1]):
        raise ValueError(f"the reference {reference!r} lies outside the grid of {shape}")
    verdict = (low > 0).astype(np.int64) - (high < 0).astype(np.int64)
    tipped = verdict != verdict[i, j]
    departure = np.abs(one - one[i])[:, np.newaxis] + np.abs(other - other[j])
    least = departure[tipped].min() if tipped.any() else -1.0
    # The tolerance makes ties of departures that are equal but for rounding.
    found = np.argwhere(tipped & (departure <= least * (1 + 1e-12)))
    return TippingResult(
        verdict=verdict,
        reference=(int(i), int(j)),
        tipped=tipped,
        boundary=tipped & beside(~tipped),
        departure=departure,
        nearest=tuple((int(a), int(b)) for a, b in found),
    )
