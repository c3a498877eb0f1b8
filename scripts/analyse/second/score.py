"""Score limits as roots: of the score statistic where the likelihood under the hypothesis peaks.

The peak is the root of the derivative of the log likelihood, found by brentq; nothing is solved in
closed form.
"""

from collections.abc import Callable
from math import copysign, inf, sqrt

from scipy.optimize import brentq

Count = tuple[int, int]
Limits = tuple[float, float]
TINY = 1e-14
# Stands for an infinite statistic, which brentq cannot take.
HUGE = 1e9


def _part(x: int, n: int, p: float) -> float:
    """The derivative of one log likelihood; p may be 0 or 1 by rounding."""
    rising = (x / p if p > 0 else inf) if x else 0.0
    falling = ((n - x) / (1 - p) if p < 1 else inf) if x < n else 0.0
    return rising - falling


def restricted(
    first: Count, second: Count, given: Callable[[float], float], slope: Callable[[float], float],
    ends: Limits,
) -> float:  # fmt: skip
    """The second proportion of highest likelihood where the first one is `given` by it."""
    low, high = ends
    if high - low < TINY:
        return low

    def derivative(p: float) -> float:
        return _part(*first, given(p)) * slope(p) + _part(*second, p)

    margin = (high - low) * 1e-13
    if derivative(low + margin) <= 0:
        return low
    if derivative(high - margin) >= 0:
        return high
    return float(brentq(derivative, low + margin, high - margin, xtol=1e-16, rtol=1e-15))


def for_difference(first: Count, second: Count, delta: float) -> Limits:
    """Both proportions of highest likelihood that differ by delta."""
    ends = (max(0.0, -delta), min(1.0, 1 - delta))
    p2 = restricted(first, second, lambda p: p + delta, lambda p: 1.0, ends)
    return p2 + delta, p2


def _ratio_of(distance: float, variance: float) -> float:
    if variance <= 1e-300:
        return 0.0 if abs(distance) < 1e-13 else copysign(HUGE, distance)
    return distance / sqrt(variance)


def difference_statistic(first: Count, second: Count, delta: float, factor: float) -> float:
    """The z statistic of the hypothesis that the proportions differ by delta."""
    (x1, n1), (x2, n2) = first, second
    p1, p2 = for_difference(first, second, delta)
    variance = p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2
    return _ratio_of(x1 / n1 - x2 / n2 - delta, factor * variance)


def between(statistic: Callable[[float], float], middle: float, ends: Limits, z: float) -> Limits:
    """Where a falling statistic passes z and -z; an end where it does not before."""
    low, high = ends
    lower, upper = low, high
    if statistic(low) > z:
        lower = float(brentq(lambda d: statistic(d) - z, low, middle, xtol=1e-15, rtol=1e-14))
    if statistic(high) < -z:
        upper = float(brentq(lambda d: statistic(d) + z, middle, high, xtol=1e-15, rtol=1e-14))
    return lower, upper


def score_difference_limits(first: Count, second: Count, z: float, factor: float) -> Limits:
    """The limits of Mee (factor 1) and of Miettinen and Nurminen (factor N / (N - 1))."""
    middle = first[0] / first[1] - second[0] / second[1]
    return between(lambda d: difference_statistic(first, second, d, factor), middle, (-1.0, 1.0), z)


def _ratio_statistic(first: Count, second: Count, ratio: float, factor: float) -> float:
    (x1, n1), (x2, n2) = first, second
    ends = (0.0, min(1.0, 1 / ratio))
    p2 = restricted(first, second, lambda p: ratio * p, lambda p: ratio, ends)
    p1 = ratio * p2
    variance = p1 * (1 - p1) / n1 + ratio**2 * p2 * (1 - p2) / n2
    return _ratio_of(x1 / n1 - ratio * x2 / n2, factor * variance)


def _odds_statistic(first: Count, second: Count, odds: float, factor: float) -> float:
    (x1, n1), (_, n2) = first, second

    def given(p: float) -> float:
        return odds * p / (1 - p + odds * p)

    p2 = restricted(first, second, given, lambda p: odds / (1 - p + odds * p) ** 2, (0.0, 1.0))
    p1 = given(p2)
    spread = [n1 * p1 * (1 - p1), n2 * p2 * (1 - p2)]
    if min(spread) <= 0:
        return copysign(HUGE, x1 - n1 * p1)
    return (x1 - n1 * p1) * sqrt((1 / spread[0] + 1 / spread[1]) / factor)


def _limits_of_ratio(
    statistic: Callable[[float], float], estimate: float | None, free: tuple[bool, bool], z: float
) -> tuple[float | None, float | None]:
    """Limits on the scale of r / (1 + r); a lower one that is free is 0, an upper one none."""
    edge = 1e-7

    def at(u: float) -> float:
        return statistic(u / (1 - u))

    middle = 1 - edge if estimate is None else max(edge, estimate / (1 + estimate))
    lower: float | None = 0.0
    upper: float | None = None
    if not free[0]:
        u = brentq(lambda v: at(v) - z, edge, middle, xtol=1e-16, rtol=1e-14)
        lower = float(u / (1 - u))
    if not free[1]:
        u = brentq(lambda v: at(v) + z, middle, 1 - edge, xtol=1e-16, rtol=1e-14)
        upper = float(u / (1 - u))
    return lower, upper


def score_ratio_limits(
    first: Count, second: Count, z: float, factor: float
) -> tuple[float | None, float | None]:
    """The limits of the risk ratio of Koopman (factor 1) and of Miettinen and Nurminen."""
    (x1, n1), (x2, n2) = first, second
    estimate = x1 * n2 / (x2 * n1) if x2 else None
    free = (x1 == 0, x2 == 0)
    return _limits_of_ratio(lambda r: _ratio_statistic(first, second, r, factor), estimate, free, z)


def score_odds_limits(
    first: Count, second: Count, z: float, factor: float
) -> tuple[float | None, float | None]:
    """The limits of the odds ratio of Miettinen and Nurminen."""
    (x1, n1), (x2, n2) = first, second
    against = x2 * (n1 - x1)
    estimate = x1 * (n2 - x2) / against if against else None
    free = (x1 == 0 or x2 == n2, x2 == 0 or x1 == n1)
    return _limits_of_ratio(lambda r: _odds_statistic(first, second, r, factor), estimate, free, z)
