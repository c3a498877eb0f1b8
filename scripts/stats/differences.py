"""Intervals in closed form of a difference between two independent proportions, p1 - p2."""

from dataclasses import dataclass

import numpy as np

from scripts.stats.arguments import checked_counts
from scripts.stats.distributions import normal_critical


@dataclass(frozen=True)
class DifferenceResult:
    """A difference between two proportions with its confidence interval.

    Attributes
    ----------
    estimate : float
        x1/n1 - x2/n2 (always the plain difference, whatever the interval).
    standard_error : float
        The standard error that the interval uses; nan for score intervals, which have none.
    lower, upper : float
        Limits, between -1 and 1.
    level : float
        Confidence level.
    method, label : str
        Closed word and the words for a reader.
    """

    estimate: float
    standard_error: float
    lower: float
    upper: float
    level: float
    method: str
    label: str


LABELS = {
    "wald": "Wald interval without continuity correction",
    "wald_corrected": "Wald interval with Yates continuity correction",
    "newcombe": "Newcombe hybrid score interval without continuity correction",
    "newcombe_corrected": "Newcombe hybrid score interval with continuity correction",
    "agresti_caffo": "Agresti-Caffo interval",
    "miettinen_nurminen": "Miettinen-Nurminen score interval",
    "mee": "Mee score interval",
    "chan_zhang": "Chan-Zhang exact unconditional interval (score statistic)",
    "santner_snell": "Santner-Snell exact unconditional interval (difference as statistic)",
}


def checked_groups(x1: float, n1: float, x2: float, n2: float) -> tuple[float, float, float, float]:
    """Return the four numbers as floats after checking both groups."""
    return *checked_counts(x1, n1, "group 1"), *checked_counts(x2, n2, "group 2")


def result(
    estimate: float, error: float, lower: float, upper: float, level: float, method: str
) -> DifferenceResult:
    """Return the result with limits kept inside -1 and 1."""
    lower, upper = max(-1.0, float(lower)), min(1.0, float(upper))
    return DifferenceResult(
        float(estimate), float(error), lower, upper, float(level), method, LABELS[method]
    )


def wald_error(p1: float, n1: float, p2: float, n2: float) -> float:
    """Return the unpooled standard error of p1 - p2."""
    return float(np.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2))


def wald_difference(
    x1: float, n1: float, x2: float, n2: float, level: float = 0.95
) -> DifferenceResult:
    """Compute the Wald interval of p1 - p2 without continuity correction.

    Parameters
    ----------
    x1, n1, x2, n2 : float
        Numbers with the outcome and numbers of subjects in the two groups, whole numbers.
    level : float
        Confidence level, e.g. 0.95.

    Returns
    -------
    DifferenceResult

    Notes
    -----
    Formula: p1 - p2 ± z √(p1 (1 - p1) / n1 + p2 (1 - p2) / n2).

    Unpooled variance p1(1-p1)/n1 + p2(1-p2)/n2 with normal quantiles; limits are cut at -1 and 1
    (as R `prop.test(correct = FALSE)`). With 0 or all events in both groups the interval has
    width zero, which is a defect of the method. n = 0 raises ValueError.

    References
    ----------
    Newcombe RG. Interval estimation for the difference between independent proportions:
    comparison of eleven methods. Stat Med 1998;17:873-90, method 1.
    """
    x1, n1, x2, n2 = checked_groups(x1, n1, x2, n2)
    estimate, error = x1 / n1 - x2 / n2, wald_error(x1 / n1, n1, x2 / n2, n2)
    half = normal_critical(level) * error
    return result(estimate, error, estimate - half, estimate + half, level, "wald")


def wald_corrected_difference(
    x1: float, n1: float, x2: float, n2: float, level: float = 0.95
) -> DifferenceResult:
    """Compute the Wald interval of p1 - p2 with Yates's continuity correction.

    Parameters
    ----------
    x1, n1, x2, n2 : float
        Numbers with the outcome and numbers of subjects in the two groups, whole numbers.
    level : float
        Confidence level, e.g. 0.95.

    Returns
    -------
    DifferenceResult
        `standard_error` is the uncorrected one.

    Notes
    -----
    Formula: p1 - p2 ± (z √(p1 (1 - p1) / n1 + p2 (1 - p2) / n2) + c (1/n1 + 1/n2)).

    The uncorrected half-width grows by c (1/n1 + 1/n2), c = min(0.5, |p1 - p2| / (1/n1 + 1/n2)):
    the default of R's `prop.test`. The correction vanishes as the difference goes to zero, unlike
    method 2 of Newcombe 1998, which always takes c = 0.5. Limits are cut at -1 and 1.

    References
    ----------
    Fleiss JL. Statistical methods for rates and proportions, 2nd ed. Wiley, 1981, p. 29.
    R Core Team. R: prop.test, package stats.
    """
    x1, n1, x2, n2 = checked_groups(x1, n1, x2, n2)
    estimate, error = x1 / n1 - x2 / n2, wald_error(x1 / n1, n1, x2 / n2, n2)
    unit = 1 / n1 + 1 / n2
    half = normal_critical(level) * error + min(0.5, abs(estimate) / unit) * unit
    return result(estimate, error, estimate - half, estimate + half, level, "wald_corrected")


def wilson_limits(x: float, n: float, level: float, correction: bool) -> tuple[float, float]:
    """Return Wilson's limits of one proportion, with or without continuity correction."""
    z, p, q = normal_critical(level), x / n, 1 - x / n
    if not correction:
        middle = 2 * x + z**2
        half = z * np.sqrt(z**2 + 4 * x * q)
        lower, upper = (middle - half) / (2 * (n + z**2)), (middle + half) / (2 * (n + z**2))
    else:
        low = z * np.sqrt(max(0.0, z**2 - 2 - 1 / n + 4 * p * (n * q + 1)))
        high = z * np.sqrt(max(0.0, z**2 + 2 - 1 / n + 4 * p * (n * q - 1)))
        lower = (2 * x + z**2 - 1 - low) / (2 * (n + z**2))
        upper = (2 * x + z**2 + 1 + high) / (2 * (n + z**2))
    return (0.0 if x == 0 else float(lower)), (1.0 if x == n else float(upper))


def hybrid_score(
    x1: float, n1: float, x2: float, n2: float, level: float, correction: bool
) -> DifferenceResult:
    """Combine the single score intervals of two proportions by squaring and adding."""
    x1, n1, x2, n2 = checked_groups(x1, n1, x2, n2)
    p1, p2 = x1 / n1, x2 / n2
    lower1, upper1 = wilson_limits(x1, n1, level, correction)
    lower2, upper2 = wilson_limits(x2, n2, level, correction)
    lower = p1 - p2 - np.hypot(p1 - lower1, upper2 - p2)
    upper = p1 - p2 + np.hypot(upper1 - p1, p2 - lower2)
    method = "newcombe_corrected" if correction else "newcombe"
    return result(p1 - p2, np.nan, lower, upper, level, method)


def newcombe_difference(
    x1: float, n1: float, x2: float, n2: float, level: float = 0.95
) -> DifferenceResult:
    """Compute Newcombe's hybrid score interval of p1 - p2, without continuity correction.

    Parameters
    ----------
    x1, n1, x2, n2 : float
        Numbers with the outcome and numbers of subjects in the two groups, whole numbers.
    level : float
        Confidence level, e.g. 0.95.

    Returns
    -------
    DifferenceResult
        `standard_error` is nan: the limits come from two Wilson intervals.

    Notes
    -----
    Formula: d - √((p1 - l1)² + (u2 - p2)²) to d + √((u1 - p1)² + (p2 - l2)²).

    d - sqrt((p1-l1)^2 + (u2-p2)^2) to d + sqrt((u1-p1)^2 + (p2-l2)^2) with Wilson limits l, u.
    Zero cells need no special care. n = 0 raises ValueError.

    References
    ----------
    Newcombe RG. Interval estimation for the difference between independent proportions:
    comparison of eleven methods. Stat Med 1998;17:873-90, method 10.
    """
    return hybrid_score(x1, n1, x2, n2, level, correction=False)


def newcombe_corrected_difference(
    x1: float, n1: float, x2: float, n2: float, level: float = 0.95
) -> DifferenceResult:
    """Compute Newcombe's hybrid score interval of p1 - p2, with continuity correction.

    Parameters
    ----------
    x1, n1, x2, n2 : float
        Numbers with the outcome and numbers of subjects in the two groups, whole numbers.
    level : float
        Confidence level, e.g. 0.95.

    Returns
    -------
    DifferenceResult
        `standard_error` is nan.

    Notes
    -----
    Formula: d - √((p1 - l1)² + (u2 - p2)²) to d + √((u1 - p1)² + (p2 - l2)²).

    As `newcombe_difference`, from score intervals with continuity correction, whose lower limit
    is 0 at x = 0 and upper limit 1 at x = n.

    References
    ----------
    Newcombe RG. Stat Med 1998;17:873-90, method 11.
    """
    return hybrid_score(x1, n1, x2, n2, level, correction=True)


def agresti_caffo_difference(
    x1: float, n1: float, x2: float, n2: float, level: float = 0.95
) -> DifferenceResult:
    """Compute the Agresti-Caffo interval of p1 - p2.

    Parameters
    ----------
    x1, n1, x2, n2 : float
        Numbers with the outcome and numbers of subjects in the two groups, whole numbers.
    level : float
        Confidence level, e.g. 0.95.

    Returns
    -------
    DifferenceResult
        `estimate` is the plain difference; `standard_error` is that of the adjusted one.

    Notes
    -----
    Formula: q1 - q2 ± z √(q1 (1 - q1) / (n1 + 2) + q2 (1 - q2) / (n2 + 2)), q = (x + 1) / (n + 2).

    A Wald interval after adding one success and one failure to each group; its centre is the
    adjusted difference, not the estimate. Limits are cut at -1 and 1.

    References
    ----------
    Agresti A, Caffo B. Simple and effective confidence intervals for proportions and differences
    of proportions result from adding two successes and two failures. Am Stat 2000;54:280-8.
    """
    x1, n1, x2, n2 = checked_groups(x1, n1, x2, n2)
    a1, a2 = (x1 + 1) / (n1 + 2), (x2 + 1) / (n2 + 2)
    error = wald_error(a1, n1 + 2, a2, n2 + 2)
    half = normal_critical(level) * error
    lower, upper = a1 - a2 - half, a1 - a2 + half
    return result(x1 / n1 - x2 / n2, error, lower, upper, level, "agresti_caffo")
