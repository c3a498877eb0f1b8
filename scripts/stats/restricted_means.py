"""Restricted mean survival time, and the difference and ratio of two of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scripts.stats.distributions import normal_critical, normal_p_value
from scripts.stats.kaplan_meier import kaplan_meier

LABEL = "Restricted mean survival time (area under the Kaplan-Meier curve)"


@dataclass(frozen=True)
class RestrictedMeanResult:
    """The mean time without event of one group, up to a horizon.

    Attributes
    ----------
    mean, standard_error, lower, upper : float
        Area under the curve, its standard error and limits; nan when follow-up is too short.
    horizon, follow_up : float
        The time up to which the mean is taken, and the longest observed time.
    n, events : int
        Subjects, and events up to the horizon.
    level : float
        Confidence level.
    method, label : str
        Closed word and the words for a reader.
    """

    mean: float
    standard_error: float
    lower: float
    upper: float
    horizon: float
    follow_up: float
    n: int
    events: int
    level: float
    method: str = "restricted_mean"
    label: str = LABEL


@dataclass(frozen=True)
class ContrastResult:
    """Two groups compared by one number.

    Attributes
    ----------
    estimate, standard_error, lower, upper : float
        First minus, or over, second; of a ratio the standard error is that of its logarithm.
    statistic, p_value : float
        Standard normal statistic of no difference, and its two-sided p value.
    level : float
        Confidence level.
    method, label : str
        Closed word and the words for a reader.
    """

    estimate: float
    standard_error: float
    lower: float
    upper: float
    statistic: float
    p_value: float
    level: float
    method: str
    label: str


def checked_horizon(value: float, name: str) -> float:
    """Return `value` as a float if it is finite and above zero."""
    number = float(value)
    if not (np.isfinite(number) and number > 0):
        raise ValueError(f"{name} is {value!r}; it must be finite and above zero")
    return number


def restricted_mean(
    time: ArrayLike, event: ArrayLike, horizon: float, level: float = 0.95
) -> RestrictedMeanResult:
    """Estimate the mean time without event of one group up to a horizon.

    Parameters
    ----------
    time : array_like, shape (n,)
        Times to event or censoring, not negative, any unit.
    event : array_like, shape (n,)
        1 or True for an event, 0 or False for censoring.
    horizon : float
        The time up to which the curve is integrated, above zero, in the unit of `time`.
    level : float
        Confidence level, e.g. 0.95.

    Returns
    -------
    RestrictedMeanResult

    Notes
    -----
    Formula: μ(τ) = ∫ S(t) dt from 0 to τ; Var = Σ A(t)² d / (n (n - d)), A(t) the area after t.

    The sum runs over the event times up to the horizon (Greenwood's form, as R's
    `print(survfit(...), rmean = tau)`); an event time at which nobody is left adds nothing, the
    area after it being zero. Limits are mean ± z SE. When the horizon lies beyond the longest
    observed time and the curve has not come to zero, the area is not known and everything is nan:
    the curve is never carried on beyond the follow-up. n = 0 raises ValueError.

    References
    ----------
    Irwin JO. The standard error of an estimate of expectation of life. J Hyg 1949;47:188-9.
    Royston P, Parmar MK. Restricted mean survival time: an alternative to the hazard ratio for the
    design and analysis of randomized trials with a time-to-event outcome. BMC Med Res Methodol
    2013;13:152.
    """
    tau = checked_horizon(horizon, "horizon")
    curve = kaplan_meier(time, event, level)
    last = float(curve.time[-1])
    inside = (curve.events > 0) & (curve.time <= tau)
    moments, deaths = curve.time[inside], curve.events[inside].astype(np.float64)
    mean = error = float("nan")
    if tau <= last or curve.survival[-1] == 0:
        survival = np.concatenate([[1.0], curve.survival[inside]])
        areas = survival * np.diff(np.concatenate([[0.0], moments, [tau]]))
        after = np.cumsum(areas[::-1])[::-1][1:]
        at_risk = curve.at_risk[inside].astype(np.float64)
        left = np.where(at_risk > deaths, at_risk * (at_risk - deaths), np.inf)
        mean, error = float(areas.sum()), float(np.sqrt((after**2 * deaths / left).sum()))
    half = normal_critical(level) * error
    return RestrictedMeanResult(
        mean=mean,
        standard_error=error,
        lower=mean - half,
        upper=mean + half,
        horizon=tau,
        follow_up=last,
        n=int(curve.at_risk[0]),
        events=int(deaths.sum()),
        level=float(level),
    )


def _checked_pair(first: RestrictedMeanResult, second: RestrictedMeanResult) -> None:
    if (first.horizon, first.level) != (second.horizon, second.level):
        raise ValueError("restricted means are compared at one horizon and one level")


def contrast(
    estimate: float, error: float, level: float, method: str, label: str
) -> ContrastResult:
    """Return an estimate with normal limits and the test that it is zero; nan without an error."""
    half = normal_critical(level) * error
    statistic = estimate / error if error > 0 else float("nan")
    p_value = float(normal_p_value(statistic))
    return ContrastResult(
        estimate, error, estimate - half, estimate + half, statistic, p_value, level, method, label
    )


def restricted_mean_difference(
    first: RestrictedMeanResult, second: RestrictedMeanResult
) -> ContrastResult:
    """Compute the difference of two restricted means, first minus second.

    Parameters
    ----------
    first, second : RestrictedMeanResult
        Both groups at one horizon and level; anything else raises ValueError.

    Returns
    -------
    ContrastResult

    Notes
    -----
    Formula: Δ = μ₁(τ) - μ₂(τ); SE² = SE₁² + SE₂², limits Δ ± z SE.

    Not estimable when either mean is not. With no event up to the horizon in both groups the
    standard error is zero: the limits are the estimate, statistic and p are nan.

    References
    ----------
    Uno H, Claggett B, Tian L, et al. Moving beyond the hazard ratio in quantifying the
    between-group difference in survival analysis. J Clin Oncol 2014;32:2380-5.
    """
    _checked_pair(first, second)
    error = float(np.hypot(first.standard_error, second.standard_error))
    label = "Difference of restricted mean survival times"
    estimate = first.mean - second.mean
    return contrast(estimate, error, first.level, "restricted_mean_difference", label)


def restricted_mean_ratio(
    first: RestrictedMeanResult, second: RestrictedMeanResult
) -> ContrastResult:
    """Compute the ratio of two restricted means, first over second.

    Parameters
    ----------
    first, second : RestrictedMeanResult
        Both groups at one horizon and level; anything else raises ValueError.

    Returns
    -------
    ContrastResult
        `standard_error` and `statistic` are on the logarithmic scale.

    Notes
    -----
    Formula: R = μ₁(τ) / μ₂(τ); SE(ln R)² = (SE₁ / μ₁)² + (SE₂ / μ₂)², limits exp(ln R ± z SE).

    Delta method. Not estimable when either mean is not, or is zero.

    References
    ----------
    Uno H, Claggett B, Tian L, et al. J Clin Oncol 2014;32:2380-5.
    """
    _checked_pair(first, second)
    label = "Ratio of restricted mean survival times"
    log_ratio = error = float("nan")
    if first.mean > 0 and second.mean > 0:
        log_ratio = float(np.log(first.mean / second.mean))
        parts = (first.standard_error / first.mean, second.standard_error / second.mean)
        error = float(np.hypot(*parts))
    found = contrast(log_ratio, error, first.level, "restricted_mean_ratio", label)
    return ContrastResult(
        estimate=float(np.exp(found.estimate)),
        standard_error=error,
        lower=float(np.exp(found.lower)),
        upper=float(np.exp(found.upper)),
        statistic=found.statistic,
        p_value=found.p_value,
        level=found.level,
        method=found.method,
        label=found.label,
    )
