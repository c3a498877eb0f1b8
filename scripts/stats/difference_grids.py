"""The interval and the test of a difference over every pair of counts of two groups, at once."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from scripts.stats.arguments import FloatArray, checked_counts, checked_vector, checked_word
from scripts.stats.differences import wilson_limits
from scripts.stats.distributions import normal_critical
from scripts.stats.proportions import DIFFERENCES, TESTS, equally_or_less_probable

Limits = tuple[FloatArray, FloatArray]


@dataclass(frozen=True, eq=False)
class Table:
    """Counts of the first group down, shape (a, 1), of the second across, shape (1, b)."""

    x1: FloatArray
    n1: float
    x2: FloatArray
    n2: float

    @property
    def difference(self) -> FloatArray:
        """Return the difference in every cell."""
        return np.asarray(self.x1 / self.n1 - self.x2 / self.n2)

    @property
    def unit(self) -> float:
        """Return 1/n1 + 1/n2."""
        return 1 / self.n1 + 1 / self.n2


@dataclass(frozen=True, eq=False)
class DifferenceGrid:
    """Differences between two proportions; arrays hold one number a cell, shape (a, b).

    Attributes
    ----------
    estimate, lower, upper : array
        x1/n1 - x2/n2 with the limits of the interval.
    p_value : array
        Two-sided p values of the test; nan where it has none.
    level : float
        Confidence level.
    method, test, label, test_label : str
        Closed words of interval and test, and the words for a reader.
    """

    estimate: FloatArray
    lower: FloatArray
    upper: FloatArray
    p_value: FloatArray
    level: float
    method: str
    test: str
    label: str
    test_label: str


def wald_errors(p1: FloatArray, n1: float, p2: FloatArray, n2: float) -> FloatArray:
    """Return the unpooled standard error of p1 - p2."""
    return np.asarray(np.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2))


def wald_limits(t: Table, level: float, correction: bool) -> Limits:
    """Return Wald limits, with Yates's correction as R's prop.test has it or without."""
    half = normal_critical(level) * wald_errors(t.x1 / t.n1, t.n1, t.x2 / t.n2, t.n2)
    if correction:
        half = half + np.minimum(0.5, np.abs(t.difference) / t.unit) * t.unit
    return t.difference - half, t.difference + half


def agresti_caffo_limits(t: Table, level: float) -> Limits:
    """Return Wald limits after adding one success and one failure to each group."""
    q1, q2 = (t.x1 + 1) / (t.n1 + 2), (t.x2 + 1) / (t.n2 + 2)
    half = normal_critical(level) * wald_errors(q1, t.n1 + 2, q2, t.n2 + 2)
    return q1 - q2 - half, q1 - q2 + half


def newcombe_limits(t: Table, level: float, correction: bool) -> Limits:
    """Return Newcombe's limits: the score interval of each proportion is needed once an axis."""
    reach = []
    for x, n in ((t.x1, t.n1), (t.x2, t.n2)):
        single = np.array([wilson_limits(count, n, level, correction) for count in x.ravel()])
        shape = x.shape
        reach.append((x / n - single[:, 0].reshape(shape), single[:, 1].reshape(shape) - x / n))
    (below1, above1), (below2, above2) = reach
    return t.difference - np.hypot(below1, above2), t.difference + np.hypot(above1, below2)


def constrained(t: Table, delta: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return in every cell the maximum likelihood proportions given p1 - p2 = delta."""
    total, events = t.n1 + t.n2, t.x1 + t.x2
    square = (t.n1 + 2 * t.n2) * delta - total - events
    linear = (t.n2 * delta - total - 2 * t.x2) * delta + events
    constant = t.x2 * delta * (1 - delta)
    third = square / (3 * total)
    q = third**3 - square * linear / (6 * total**2) + constant / (2 * total)
    p = np.copysign(np.sqrt(np.maximum(0.0, third**2 - linear / (3 * total))), q)
    with np.errstate(divide="ignore", invalid="ignore"):
        cosine = np.where(p == 0, 1.0, np.clip(q / p**3, -1.0, 1.0))
    p2 = 2 * p * np.cos((np.pi + np.arccos(cosine)) / 3) - third
    p2 = np.clip(p2, np.maximum(0.0, -delta), np.minimum(1.0, 1 - delta))
    return np.clip(p2 + delta, 0.0, 1.0), p2


def score_grid_limits(t: Table, level: float, factor: float) -> Limits:
    """Invert the score test in all cells together by bisection."""
    z, limits = normal_critical(level), []
    for end, sign in ((-1.0, 1.0), (1.0, -1.0)):
        outside, inside = np.full(t.difference.shape, end), t.difference.copy()
        for _ in range(60):
            middle = (outside + inside) / 2
            p1, p2 = constrained(t, middle)
            error = np.sqrt(factor) * wald_errors(p1, t.n1, p2, t.n2)
            # Without dividing: a cell whose error is zero rejects wherever it is off at all.
            rejected = sign * (t.difference - middle) > z * error
            outside = np.where(rejected, middle, outside)
            inside = np.where(rejected, inside, middle)
        limits.append((outside + inside) / 2)
    return limits[0], limits[1]


INTERVALS: dict[str, Callable[[Table, float], Limits]] = {
    "wald": lambda t, level: wald_limits(t, level, False),
    "wald_corrected": lambda t, level: wald_limits(t, level, True),
    "newcombe": lambda t, level: newcombe_limits(t, level, False),
    "newcombe_corrected": lambda t, level: newcombe_limits(t, level, True),
    "agresti_caffo": agresti_caffo_limits,
    "miettinen_nurminen": lambda t, level: score_grid_limits(
        t, level, (t.n1 + t.n2) / (t.n1 + t.n2 - 1)
    ),
    "mee": lambda t, level: score_grid_limits(t, level, 1.0),
}


def chi_square_p_values(t: Table, correction: bool) -> FloatArray:
    """Return p values of Pearson's test; nan where nobody or everybody has the outcome."""
    total, events = t.n1 + t.n2, t.x1 + t.x2
    # Observed and expected counts differ by the same number in all four cells.
    distance = np.abs(t.x1 * (t.n2 - t.x2) - t.x2 * (t.n1 - t.x1)) / total
    distance = distance - np.minimum(0.5, distance) if correction else distance
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = distance**2 * total**3 / (t.n1 * t.n2 * events * (total - events))
    p_values = special.chdtrc(1.0, statistic)
    return np.where((events == 0) | (events == total), np.nan, p_values)


def fisher_p_values(t: Table) -> FloatArray:
    """Return Fisher's p values: all tables of one total are computed together."""
    totals = t.x1 + t.x2
    found = np.empty(totals.shape)
    for total in np.unique(totals):
        at = np.nonzero(totals == total)
        p_values = equally_or_less_probable(t.n1, t.n2, float(total))
        counts = np.broadcast_to(t.x1, totals.shape)[at] - max(0.0, total - t.n2)
        found[at] = p_values[counts.astype(int)]
    return found


P_VALUES: dict[str, Callable[[Table], FloatArray]] = {
    "pearson_chi_square": lambda t: chi_square_p_values(t, False),
    "pearson_chi_square_corrected": lambda t: chi_square_p_values(t, True),
    "fisher_exact": fisher_p_values,
}


def each(t: Table, of: Callable[[float, float], float]) -> FloatArray:
    """Return a number of each cell, one cell after the other."""
    return np.array([[of(a, b) for b in t.x2.ravel()] for a in t.x1.ravel()], dtype=np.float64)


def difference_grid(
    x1: ArrayLike,
    n1: float,
    x2: ArrayLike,
    n2: float,
    level: float = 0.95,
    method: str = "wald",
    test: str = "pearson_chi_square",
) -> DifferenceGrid:
    """Compute interval and test of p1 - p2 for every pair of a count x1 and a count x2.

    Parameters
    ----------
    x1, x2 : array_like, shapes (a,) and (b,)
        Numbers with the outcome of each group, whole numbers.
    n1, n2 : float
        Numbers of subjects of the two groups.
    level : float
        Confidence level, e.g. 0.95.
    method, test : str
        A key of DIFFERENCES and one of TESTS.

    Returns
    -------
    DifferenceGrid

    Notes
    -----
    Each cell holds what the named interval and the named test give for its counts. Methods that
    have no form for all cells together are computed cell by cell. Counts that are not whole or
    above their total raise ValueError.
    """
    first, second = checked_vector(x1, "x1"), checked_vector(x2, "x2")
    for axis, n, which in ((first, n1, "group 1"), (second, n2, "group 2")):
        for count in axis:
            checked_counts(count, n, which)
    interval = DIFFERENCES[checked_word(method, DIFFERENCES, "method")]
    testing = TESTS[checked_word(test, TESTS, "test")]
    t = Table(first[:, np.newaxis], float(n1), second[np.newaxis, :], float(n2))
    if method in INTERVALS:
        lower, upper = INTERVALS[method](t, level)
    else:
        lower = each(t, lambda a, b: interval(a, n1, b, n2, level).lower)
        upper = each(t, lambda a, b: interval(a, n1, b, n2, level).upper)
    p_value = (
        P_VALUES[test](t)
        if test in P_VALUES
        else each(t, lambda a, b: testing(a, n1, b, n2).p_value)
    )
    one = (first[0], n1, second[0], n2)
    return DifferenceGrid(
        estimate=t.difference,
        lower=np.maximum(-1.0, lower),
        upper=np.minimum(1.0, upper),
        p_value=p_value,
        level=float(level),
        method=method,
        test=test,
        label=interval(*one, level).label,
        test_label=testing(*one).label,
    )
