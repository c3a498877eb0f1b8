"""Exact unconditional intervals of a difference between two independent proportions, p1 - p2."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from scripts.stats.arguments import FloatArray, checked_fraction
from scripts.stats.differences import DifferenceResult, checked_groups, result
from scripts.stats.score_differences import score_statistic
from scripts.stats.unconditional import POINTS, largest_probability

# Limits are found to this distance. Nearer than EDGE to -1 and 1 no difference is tried.
NEAR = 1e-12
EDGE = 1e-6
# Statistics that are equal but for rounding are ties.
TIE = 1e-10

Statistic = Callable[[float], FloatArray]
Tail = NDArray[np.bool_]


def outcomes(n1: float, n2: float) -> tuple[FloatArray, FloatArray]:
    """Return x1 as a column and x2 as a row of every outcome."""
    return np.arange(n1 + 1.0)[:, None], np.arange(n2 + 1.0)[None, :]


def score_of_outcomes(n1: float, n2: float) -> Statistic:
    """Return the score statistic of every outcome as a function of the difference."""
    first, second = outcomes(n1, n2)
    return lambda delta: score_statistic(first, n1, second, n2, delta, 1.0)


def difference_of_outcomes(n1: float, n2: float) -> Statistic:
    """Return the observed difference of every outcome, whatever the hypothesis."""
    first, second = outcomes(n1, n2)
    observed = (first * n2 - second * n1) / (n1 * n2)
    return lambda delta: observed


def exact_limit(
    statistic: Statistic, observed: tuple[int, int], estimate: float, alpha: float, side: int,
    points: int,
) -> float:  # fmt: skip
    """Return the smallest (side 1) or largest (side -1) difference that is not rejected.

    The probability of the tail rises and falls like the teeth of a saw along the line of
    differences, because outcomes leave the tail and enter it; between two such places it only
    rises. So the probability of all outcomes that are in the tail at either end of a piece of the
    line, taken at its inner end, is the most that it can be in the piece. A piece where that is
    too small is done with; any other is halved, the outer half first.
    """

    def tail_at(delta: float) -> Tail:
        values = side * statistic(delta)
        found = float(values[observed])
        return values >= (found - TIE * (1 + abs(found)) if np.isfinite(found) else found)

    def kept(tail: Tail, delta: float) -> bool:
        return largest_probability(tail, delta, points, enough=alpha) > alpha

    if abs(estimate + side) < EDGE:
        return -float(side)
    start = -side * (1 - EDGE)
    pieces = [(start, estimate, tail_at(start), tail_at(estimate))]
    while pieces:
        outer, inner, tail_outer, tail_inner = pieces.pop()
        if not kept(tail_outer | tail_inner, inner):
            continue
        if kept(tail_outer, outer):
            return outer if outer != start else -float(side)
        if abs(inner - outer) < NEAR:
            if kept(tail_inner, inner):
                return inner
            continue
        middle = (outer + inner) / 2
        tail = tail_at(middle)
        pieces += [(middle, inner, tail, tail_inner), (outer, middle, tail_outer, tail)]
    return estimate


@lru_cache(maxsize=1024)
def exact_difference(
    counts: tuple[float, float, float, float], level: float, method: str, points: int
) -> DifferenceResult:
    """Invert two one-sided exact tests, each at half of alpha."""
    x1, n1, x2, n2 = checked_groups(*counts)
    alpha = (1 - checked_fraction(level, "level")) / 2
    of_outcomes = score_of_outcomes if method == "chan_zhang" else difference_of_outcomes
    statistic, estimate = of_outcomes(n1, n2), x1 / n1 - x2 / n2
    lower, upper = (
        exact_limit(statistic, (int(x1), int(x2)), estimate, alpha, side, points)
        for side in (1, -1)
    )
    return result(estimate, np.nan, lower, upper, level, method)


def chan_zhang_difference(
    x1: float, n1: float, x2: float, n2: float, level: float = 0.95, points: int = POINTS
) -> DifferenceResult:
    """Compute the exact unconditional interval of p1 - p2 of Chan and Zhang.

    Parameters
    ----------
    x1, n1, x2, n2 : float
        Numbers with the outcome and numbers of subjects in the two groups, whole numbers.
    level : float
        Confidence level, e.g. 0.95.
    points : int
        Values of the proportion that is left open, before the highest peaks are refined.

    Returns
    -------
    DifferenceResult
        `standard_error` is nan: the limits come from exact tests.

    Notes
    -----
    Formula: all δ with sup P(T ≥ t | p1 = p2 + δ) > α/2 and sup P(T ≤ t | p1 = p2 + δ) > α/2, T
    the score statistic (p1 - p2 - δ) / √V(δ), sup over p2.

    Two one-sided exact tests, each at half of alpha; the limits are the smallest and the largest
    difference that is not rejected. V is at the constrained maximum likelihood estimates, without
    N/(N - 1). Between them some differences may be rejected. Coverage is at least the level for
    every pair of proportions. The interval can hold zero where a two-sided exact test rejects.
    n = 0 raises ValueError.

    References
    ----------
    Chan ISF, Zhang Z. Test-based exact confidence intervals for the difference of two binomial
    proportions. Biometrics 1999;55:1202-9.
    """
    return exact_difference((x1, n1, x2, n2), level, "chan_zhang", points)


def santner_snell_difference(
    x1: float, n1: float, x2: float, n2: float, level: float = 0.95, points: int = POINTS
) -> DifferenceResult:
    """Compute the exact unconditional interval of p1 - p2 of Santner and Snell.

    Parameters
    ----------
    x1, n1, x2, n2 : float
        Numbers with the outcome and numbers of subjects in the two groups, whole numbers.
    level : float
        Confidence level, e.g. 0.95.
    points : int
        Values of the proportion that is left open, before the highest peaks are refined.

    Returns
    -------
    DifferenceResult
        `standard_error` is nan: the limits come from exact tests.

    Notes
    -----
    Formula: all δ with sup P(D ≥ d | p1 = p2 + δ) > α/2 and sup P(D ≤ d | p1 = p2 + δ) > α/2, D
    the observed difference p1 - p2, sup over p2.

    As Chan and Zhang's interval with the plain difference as the statistic. It is wider on the
    whole, though not for every outcome. n = 0 raises ValueError.

    References
    ----------
    Santner TJ, Snell MK. Small-sample confidence intervals for p1 - p2 and p1/p2 in 2 x 2
    contingency tables. J Am Stat Assoc 1980;75:386-94.
    """
    return exact_difference((x1, n1, x2, n2), level, "santner_snell", points)
