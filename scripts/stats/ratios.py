"""Intervals of a ratio of two independent proportions, p1 / p2 (risk ratio)."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scripts.stats.arguments import checked_word
from scripts.stats.differences import checked_groups
from scripts.stats.distributions import normal_critical


@dataclass(frozen=True)
class RatioResult:
    """A ratio of proportions or of odds with its confidence interval.

    Attributes
    ----------
    estimate : float
        The ratio; infinite where only the second group has none, nan for 0/0.
    lower, upper : float
        Limits from 0 to infinity; nan where the method has none.
    level : float
        Confidence level.
    method, label : str
        Closed word and the words for a reader.
    """

    estimate: float
    lower: float
    upper: float
    level: float
    method: str
    label: str


LABELS = {
    "katz": "Katz log interval of the risk ratio",
    "koopman": "Koopman score interval of the risk ratio",
    "miettinen_nurminen": "Miettinen-Nurminen score interval of the risk ratio",
}


def quotient(above: float, below: float) -> float:
    """Return above / below; nan for 0/0, infinite for a zero denominator."""
    if below == 0:
        return float("nan") if above == 0 else float("inf")
    return above / below


def limits_on_log_scale(
    rejected: Callable[[float], bool], estimate: float, side: int, halvings: int = 200
) -> float:
    """Return where a test of the ratio begins to reject, below (1) or above (-1) the estimate.

    `rejected` says whether a ratio is rejected on that side. The line of ratios is halved on the
    scale of ratio / (1 + ratio), where both ends are finite.
    """
    end = 0.0 if side == 1 else 1.0
    outside = end
    inside = 1.0 if np.isinf(estimate) else estimate / (1 + estimate)
    for _ in range(halvings):
        middle = (outside + inside) / 2
        if middle in (outside, inside):
            break
        out = rejected(middle / (1 - middle))
        outside, inside = (middle, inside) if out else (outside, middle)
    found = (outside + inside) / 2
    return found / (1 - found) if found < 1 else float("inf")


def katz_ratio(x1: float, n1: float, x2: float, n2: float, level: float = 0.95) -> RatioResult:
    """Compute the log interval of p1 / p2.

    Parameters
    ----------
    x1, n1, x2, n2 : float
        Numbers with the outcome and numbers of subjects in the two groups, whole numbers.
    level : float
        Confidence level, e.g. 0.95.

    Returns
    -------
    RatioResult

    Notes
    -----
    Formula: exp(log(p1 / p2) ± z √(1/x1 - 1/n1 + 1/x2 - 1/n2)).

    Where a group has no events the limits are nan. When everybody has the outcome in both groups
    the interval has width zero, which is a defect of the method. n = 0 raises ValueError.

    References
    ----------
    Katz D, Baptista J, Azen SP, Pike MC. Obtaining confidence intervals for the risk ratio in
    cohort studies. Biometrics 1978;34:469-74.
    """
    x1, n1, x2, n2 = checked_groups(x1, n1, x2, n2)
    estimate = quotient(x1 * n2, x2 * n1)
    z, lower, upper = normal_critical(level), np.nan, np.nan
    if x1 > 0 and x2 > 0:
        half = z * np.sqrt(1 / x1 - 1 / n1 + 1 / x2 - 1 / n2)
        lower, upper = estimate * np.exp(-half), estimate * np.exp(half)
    return RatioResult(estimate, float(lower), float(upper), level, "katz", LABELS["katz"])


def constrained_by_ratio(
    x1: float, n1: float, x2: float, n2: float, ratio: float
) -> tuple[float, float]:
    """Return the maximum likelihood proportions given that p1 / p2 = ratio."""
    square = (n1 + n2) * ratio
    linear = -(n1 * ratio + x1 + n2 + x2 * ratio)
    constant = x1 + x2
    # The smaller root, written so that nothing is lost where the ratio is tiny.
    root = np.sqrt(max(0.0, linear**2 - 4 * square * constant))
    p2 = float(np.clip(2 * constant / (-linear + root), 0.0, min(1.0, 1 / ratio)))
    return min(1.0, ratio * p2), p2


def ratio_score(x1: float, n1: float, x2: float, n2: float, ratio: float, factor: float) -> float:
    """Return the score z statistic of the hypothesis p1 / p2 = ratio."""
    p1, p2 = constrained_by_ratio(x1, n1, x2, n2, ratio)
    distance = x1 / n1 - ratio * x2 / n2
    variance = factor * (p1 * (1 - p1) / n1 + ratio**2 * p2 * (1 - p2) / n2)
    if variance <= 0:
        return 0.0 if distance == 0 else float(np.copysign(np.inf, distance))
    return float(distance / np.sqrt(variance))


def score_ratio(
    counts: tuple[float, float, float, float], level: float, method: str
) -> RatioResult:
    """Invert the score test of p1 / p2 = ratio by bisection."""
    x1, n1, x2, n2 = checked_groups(*counts)
    z, estimate = normal_critical(level), quotient(x1 * n2, x2 * n1)
    factor = (n1 + n2) / (n1 + n2 - 1) if method == "miettinen_nurminen" else 1.0
    limits = [0.0, float("inf")]
    for place, side in enumerate((1, -1)):
        free = x1 == 0 if side == 1 else x2 == 0
        if not free:
            limits[place] = limits_on_log_scale(
                lambda ratio, s=side: s * ratio_score(x1, n1, x2, n2, ratio, factor) > z,  # type: ignore[misc]
                estimate, side,
            )  # fmt: skip
    return RatioResult(estimate, limits[0], limits[1], level, method, LABELS[method])


def koopman_ratio(x1: float, n1: float, x2: float, n2: float, level: float = 0.95) -> RatioResult:
    """Compute Koopman's score interval of p1 / p2.

    Parameters
    ----------
    x1, n1, x2, n2 : float
        Numbers with the outcome and numbers of subjects in the two groups, whole numbers.
    level : float
        Confidence level, e.g. 0.95.

    Returns
    -------
    RatioResult

    Notes
    -----
    Formula: all θ with (p1 - θ p2)² / V(θ) ≤ z², V(θ) = q1 (1 - q1) / n1 + θ² q2 (1 - q2) / n2.

    q1 and q2 are the maximum likelihood proportions under q1 = θ q2. Without events in the first
    group the lower limit is 0, without events in the second the upper one is infinite. 1 is
    outside the interval exactly when the uncorrected chi-square test rejects. n = 0 raises
    ValueError.

    References
    ----------
    Koopman PAR. Confidence intervals for the ratio of two binomial proportions. Biometrics
    1984;40:513-7.
    """
    return score_ratio((x1, n1, x2, n2), level, "koopman")


def miettinen_nurminen_ratio(
    x1: float, n1: float, x2: float, n2: float, level: float = 0.95
) -> RatioResult:
    """Compute the Miettinen-Nurminen score interval of p1 / p2.

    Parameters
    ----------
    x1, n1, x2, n2 : float
        Numbers with the outcome and numbers of subjects in the two groups, whole numbers.
    level : float
        Confidence level, e.g. 0.95.

    Returns
    -------
    RatioResult

    Notes
    -----
    Formula: all θ with (p1 - θ p2)² / (V(θ) N / (N - 1)) ≤ z².

    Koopman's interval with the variance times N/(N-1). n = 0 raises ValueError.

    References
    ----------
    Miettinen O, Nurminen M. Comparative analysis of two rates. Stat Med 1985;4:213-26.
    """
    return score_ratio((x1, n1, x2, n2), level, "miettinen_nurminen")


RATIOS: dict[str, Callable[..., RatioResult]] = {
    "katz": katz_ratio,
    "koopman": koopman_ratio,
    "miettinen_nurminen": miettinen_nurminen_ratio,
}


def ratio(
    x1: float, n1: float, x2: float, n2: float, level: float = 0.95, method: str = "katz"
) -> RatioResult:
    """Compute the interval of p1 / p2 that the word `method` names (a key of RATIOS)."""
    return RATIOS[checked_word(method, RATIOS, "method")](x1, n1, x2, n2, level)
