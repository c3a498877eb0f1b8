"""Score intervals of a difference between two independent proportions, found by bisection."""

import numpy as np

from scripts.stats.differences import DifferenceResult, checked_groups, result, wald_error
from scripts.stats.distributions import normal_critical


def constrained_proportions(
    x1: float, n1: float, x2: float, n2: float, delta: float
) -> tuple[float, float]:
    """Return the maximum likelihood proportions given that p1 - p2 = delta.

    Notes
    -----
    The trigonometric root of the cubic in p2, as appendix I of Miettinen and Nurminen 1985.
    """
    total, events = n1 + n2, x1 + x2
    cube, square = total, (n1 + 2 * n2) * delta - total - events
    linear = (n2 * delta - total - 2 * x2) * delta + events
    constant = x2 * delta * (1 - delta)
    third = square / (3 * cube)
    q = third**3 - square * linear / (6 * cube**2) + constant / (2 * cube)
    root = np.sqrt(max(0.0, third**2 - linear / (3 * cube)))
    p = np.copysign(root, q)
    cosine = 1.0 if p == 0 else np.clip(q / p**3, -1.0, 1.0)
    angle = (np.pi + np.arccos(cosine)) / 3
    p2 = float(np.clip(2 * p * np.cos(angle) - third, max(0.0, -delta), min(1.0, 1 - delta)))
    return float(np.clip(p2 + delta, 0.0, 1.0)), p2


def score_statistic(
    x1: float, n1: float, x2: float, n2: float, delta: float, factor: float
) -> float:
    """Return the score z statistic of the hypothesis p1 - p2 = delta."""
    p1, p2 = constrained_proportions(x1, n1, x2, n2, delta)
    distance = x1 / n1 - x2 / n2 - delta
    error = np.sqrt(factor) * wald_error(p1, n1, p2, n2)
    if error == 0:
        return 0.0 if distance == 0 else float(np.copysign(np.inf, distance))
    return float(distance / error)


def score_difference(
    x1: float, n1: float, x2: float, n2: float, level: float, method: str
) -> DifferenceResult:
    """Invert the score test of p1 - p2 = delta by bisection."""
    x1, n1, x2, n2 = checked_groups(x1, n1, x2, n2)
    z, estimate = normal_critical(level), x1 / n1 - x2 / n2
    factor = (n1 + n2) / (n1 + n2 - 1) if method == "miettinen_nurminen" else 1.0
    limits = []
    for end, sign in ((-1.0, 1.0), (1.0, -1.0)):
        outside, inside = end, estimate
        # 60 halvings of an interval of at most 2 reach the spacing of floating-point numbers
        for _ in range(60):
            middle = (outside + inside) / 2
            rejected = sign * score_statistic(x1, n1, x2, n2, middle, factor) > z
            outside, inside = (middle, inside) if rejected else (outside, middle)
        limits.append((outside + inside) / 2)
    return result(estimate, np.nan, limits[0], limits[1], level, method)


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
