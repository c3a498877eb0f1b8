"""Score intervals of a difference between two independent proportions, found by bisection.

The statistic takes arrays, so that a whole table of outcomes is one call.
"""

import numpy as np
from numpy.typing import ArrayLike

from scripts.stats.arguments import FloatArray
from scripts.stats.differences import DifferenceResult, checked_groups, result
from scripts.stats.distributions import normal_critical

# 60 halvings of an interval of at most 2 reach the spacing of floating-point numbers.
HALVINGS = 60


def constrained_proportions(
    x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, delta: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Return the maximum likelihood proportions given that p1 - p2 = delta.

    Notes
    -----
    The trigonometric root of the cubic in p2, as appendix I of Miettinen and Nurminen 1985, made
    exact to the last digits by two steps of Newton. At delta = 0 it is the pooled proportion.
    """
    x1, n1, x2, n2, delta = (
        np.asarray(a, dtype=np.float64) for a in np.broadcast_arrays(x1, n1, x2, n2, delta)
    )
    total, events = n1 + n2, x1 + x2
    square = (n1 + 2 * n2) * delta - total - events
    linear = (n2 * delta - total - 2 * x2) * delta + events
    constant = x2 * delta * (1 - delta)
    third = square / (3 * total)
    q = third**3 - square * linear / (6 * total**2) + constant / (2 * total)
    p = np.copysign(np.sqrt(np.maximum(0.0, third**2 - linear / (3 * total))), q)
    with np.errstate(divide="ignore", invalid="ignore"):
        cosine = np.where(p == 0, 1.0, np.clip(q / p**3, -1.0, 1.0))
    low, high = np.maximum(0.0, -delta), np.minimum(1.0, 1 - delta)
    p2 = np.clip(2 * p * np.cos((np.pi + np.arccos(cosine)) / 3) - third, low, high)
    for _ in range(2):
        value = ((total * p2 + square) * p2 + linear) * p2 + constant
        slope = (3 * total * p2 + 2 * square) * p2 + linear
        # Where two roots meet the slope vanishes, and the trigonometric root is left as it is.
        safe = np.abs(slope) > 1e-3 * total
        p2 = np.clip(p2 - np.where(safe, value / np.where(safe, slope, 1.0), 0.0), low, high)
    p2 = np.where(delta == 0, events / total, p2)
    return np.clip(p2 + delta, 0.0, 1.0), p2


def score_statistic(
    x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, delta: ArrayLike, factor: ArrayLike
) -> FloatArray:
    """Return the score z statistic of the hypothesis p1 - p2 = delta; 0 for 0/0, else infinite."""
    x1, n1, x2, n2 = (np.asarray(a, dtype=np.float64) for a in (x1, n1, x2, n2))
    p1, p2 = constrained_proportions(x1, n1, x2, n2, delta)
    distance = x1 / n1 - x2 / n2 - np.asarray(delta, dtype=np.float64)
    variance = np.asarray(factor) * (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = distance / np.sqrt(variance)
    # Rounding leaves a trace of a distance where an estimate is the hypothesis itself.
    nothing = np.where(np.abs(distance) < 1e-14, 0.0, np.copysign(np.inf, distance))
    return np.asarray(np.where(variance <= 0, nothing, found), dtype=np.float64)


def score_limits(
    x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, z: float, factor: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Return the smallest and the largest delta whose score statistic is within -z and z."""
    estimate = np.asarray(np.divide(x1, n1) - np.divide(x2, n2))
    limits = []
    for end, sign in ((-1.0, 1.0), (1.0, -1.0)):
        outside, inside = np.full(estimate.shape, end), estimate
        for _ in range(HALVINGS):
            middle = (outside + inside) / 2
            rejected = sign * score_statistic(x1, n1, x2, n2, middle, factor) > z
            outside, inside = (
                np.where(rejected, middle, outside),
                np.where(rejected, inside, middle),
            )
        limits.append((outside + inside) / 2)
    return limits[0], limits[1]


def score_difference(
    x1: float, n1: float, x2: float, n2: float, level: float, method: str
) -> DifferenceResult:
    """Invert the score test of p1 - p2 = delta by bisection."""
    x1, n1, x2, n2 = checked_groups(x1, n1, x2, n2)
    factor = (n1 + n2) / (n1 + n2 - 1) if method == "miettinen_nurminen" else 1.0
    lower, upper = score_limits(x1, n1, x2, n2, normal_critical(level), factor)
    return result(x1 / n1 - x2 / n2, np.nan, float(lower), float(upper), level, method)


def miettinen_nurminen_difference(
    x1: float, n1: float, x2: float, n2: float, level: float = 0.95
) -> DifferenceResult:
    """Compute the Miettinen-Nurminen score interval of p1 - p2.

    Parameters
    ----------
    x1, n1, x2, n2 : float
        Numbers with the outcome and numbers of subjects in the two groups, whole numbers.
    level : float
        Confidence level, e.g. 0.95.

    Returns
    -------
    DifferenceResult
        `standard_error` is nan: the variance changes along the interval.

    Notes
    -----
    Formula: all δ with (p1 - p2 - δ)² / (V(δ) N / (N - 1)) ≤ z².

    All delta that the score test does not reject; variance at the constrained maximum likelihood
    estimates times N/(N-1). Zero cells need no special care. n = 0 raises ValueError.

    References
    ----------
    Miettinen O, Nurminen M. Comparative analysis of two rates. Stat Med 1985;4:213-26.
    """
    return score_difference(x1, n1, x2, n2, level, "miettinen_nurminen")


def mee_difference(
    x1: float, n1: float, x2: float, n2: float, level: float = 0.95
) -> DifferenceResult:
    """Compute Mee's score interval of p1 - p2: Miettinen-Nurminen's without its N/(N-1).

    Parameters
    ----------
    x1, n1, x2, n2 : float
        Numbers with the outcome and numbers of subjects in the two groups, whole numbers.
    level : float
        Confidence level, e.g. 0.95.

    Returns
    -------
    DifferenceResult
        `standard_error` is nan: the variance changes along the interval.

    Notes
    -----
    Formula: all δ with (p1 - p2 - δ)² / V(δ) ≤ z².

    Agrees with the uncorrected chi-square test: 0 is outside the interval exactly when that test
    rejects at 1 - level.

    References
    ----------
    Mee RW. Confidence bounds for the difference between two probabilities. Biometrics
    1984;40:1175-6.
    """
    return score_difference(x1, n1, x2, n2, level, "mee")
