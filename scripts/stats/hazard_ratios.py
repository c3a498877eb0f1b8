"""Hazard ratios of two groups computed from the parts of the log-rank test."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scripts.stats.arguments import checked_binary, checked_vector
from scripts.stats.distributions import normal_critical
from scripts.stats.logrank import LogRankResult, logrank


@dataclass(frozen=True)
class HazardRatioResult:
    """A hazard ratio with its limits.

    Attributes
    ----------
    hazard_ratio : float
        Hazard of the numerator group relative to the other.
    standard_error : float
        Standard error of the log hazard ratio.
    lower, upper, level : float
        Limits and confidence level.
    method, label : str
        Closed word and the words for a reader.
    """

    hazard_ratio: float
    standard_error: float
    lower: float
    upper: float
    level: float
    method: str
    label: str


def hazard_ratio_result(
    ratio: float, error: float, level: float, method: str, label: str
) -> HazardRatioResult:
    """Return the ratio with normal limits on the log scale; nan limits when it is 0 or infinite."""
    lower = upper = float("nan")
    if np.isfinite(ratio) and ratio > 0:
        factor = float(np.exp(normal_critical(level) * error))
        lower, upper = ratio / factor, ratio * factor
    return HazardRatioResult(ratio, error, lower, upper, float(level), method, label)


def checked_pair(values: ArrayLike, name: str) -> tuple[float, float]:
    """Return the two numbers, numerator group first, if there are two and none is negative."""
    pair = checked_vector(values, name)
    if pair.size != 2 or (pair < 0).any():
        raise ValueError(f"{name} is {values!r}; two numbers, none negative, are needed")
    return float(pair[0]), float(pair[1])


def observed_expected_hazard_ratio(
    observed: ArrayLike, expected: ArrayLike, level: float = 0.95
) -> HazardRatioResult:
    """Compute the hazard ratio (O1/E1) / (O2/E2) from observed and expected events.

    Parameters
    ----------
    observed, expected : array_like, shape (2,)
        Observed and expected events of the log-rank test, numerator group first.
    level : float
        Confidence level, e.g. 0.95.

    Returns
    -------
    HazardRatioResult

    Notes
    -----
    See `logrank_hazard_ratio`.
    """
    o1, o2 = checked_pair(observed, "observed")
    e1, e2 = checked_pair(expected, "expected")
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = float(np.divide(o1, e1) / np.divide(o2, e2))
        error = float(np.sqrt(np.divide(1, e1) + np.divide(1, e2)))
    label = "Log-rank hazard ratio (O1/E1)/(O2/E2)"
    return hazard_ratio_result(ratio, error, level, "logrank_hazard_ratio", label)


def two_group_logrank(time: ArrayLike, event: ArrayLike, group: ArrayLike) -> LogRankResult:
    """Return the log-rank test with the numerator group (group = 1) first."""
    numerator = checked_binary(group, np.size(group), "group")
    if numerator.all() or not numerator.any():
        raise ValueError("a hazard ratio needs two groups; only one occurs")
    return logrank(time, event, numerator, order=(True, False))


def logrank_hazard_ratio(
    time: ArrayLike, event: ArrayLike, group: ArrayLike, level: float = 0.95
) -> HazardRatioResult:
    """Compute the hazard ratio (O1/E1) / (O2/E2) from the log-rank test.

    Parameters
    ----------
    time, event : array_like, shape (n,)
        Times, and 1 or True for an event.
    group : array_like of bool, shape (n,)
        True for the numerator group, False for the other.
    level : float
        Confidence level, e.g. 0.95.

    Returns
    -------
    HazardRatioResult

    Notes
    -----
    Formula: HR = (O1 / E1) / (O2 / E2).

    SE(ln HR) = sqrt(1/E1 + 1/E2), normal limits on the log scale: what GraphPad Prism prints as
    "hazard ratio (logrank)". It tends towards 1 compared with Cox's estimate, and its standard
    error is not that of the test, so limits and log-rank p value can disagree. With no event in a
    group the ratio is 0 or infinite and the limits nan; with none at all everything is nan.

    References
    ----------
    Bernstein L, Anderson J, Pike MC. Estimation of the proportional hazard in two-treatment-group
    clinical trials. Biometrics 1981;37:513-9. Machin D, Cheung YB, Parmar M. Survival analysis,
    2nd ed. Wiley, 2006, chapter 3. GraphPad Prism: hazard ratio from survival analysis.
    """
    test = two_group_logrank(time, event, group)
    if not test.observed.any():
        label = "Log-rank hazard ratio (O1/E1)/(O2/E2)"
        return hazard_ratio_result(np.nan, np.nan, level, "logrank_hazard_ratio", label)
    return observed_expected_hazard_ratio(test.observed, test.expected, level)


def mantel_haenszel_hazard_ratio(
    time: ArrayLike, event: ArrayLike, group: ArrayLike, level: float = 0.95
) -> HazardRatioResult:
    """Compute the hazard ratio exp((O1 - E1) / V) from the log-rank test.

    Parameters
    ----------
    time, event : array_like, shape (n,)
        Times, and 1 or True for an event.
    group : array_like of bool, shape (n,)
        True for the numerator group, False for the other.
    level : float
        Confidence level, e.g. 0.95.

    Returns
    -------
    HazardRatioResult

    Notes
    -----
    Formula: HR = exp((O1 - E1) / V).

    SE(ln HR) = 1 / sqrt(V), V the log-rank variance of O1: the one-step (Peto) estimate, which
    Prism prints as "hazard ratio (Mantel-Haenszel)". Its limits agree with the log-rank test: 1
    is outside exactly when p < 1 - level. It is biased away from 1 when the true ratio is far
    from 1 or the groups are of unequal size. With V = 0 (no event while both groups are at risk)
    everything is nan.

    References
    ----------
    Yusuf S, Peto R, Lewis J, Collins R, Sleight P. Beta blockade during and after myocardial
    infarction. Prog Cardiovasc Dis 1985;27:335-71. Machin D, Cheung YB, Parmar M. Survival
    analysis, 2nd ed. Wiley, 2006, chapter 3.
    """
    test = two_group_logrank(time, event, group)
    variance = float(test.variance[0, 0])
    log_ratio, error = np.nan, np.nan
    if variance > 0:
        log_ratio = float((test.observed[0] - test.expected[0]) / variance)
        error = 1 / float(np.sqrt(variance))
    label = "Mantel-Haenszel (one-step) hazard ratio exp((O1 - E1)/V)"
    ratio = float(np.exp(log_ratio))
    return hazard_ratio_result(ratio, error, level, "mantel_haenszel_hazard_ratio", label)
