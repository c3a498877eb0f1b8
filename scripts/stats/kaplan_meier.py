"""The Kaplan-Meier estimator with pointwise limits, quantiles and values at given times."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scripts.stats.arguments import (
    FloatArray,
    checked_fraction,
    checked_survival,
    checked_vector,
    checked_word,
)
from scripts.stats.distributions import normal_critical

TRANSFORMS = {
    "plain": "plain (Greenwood)",
    "log": "log transformation",
    "log-log": "log-log transformation",
}
TOLERANCE = float(np.sqrt(np.finfo(np.float64).eps))  # of "exactly 0.5", as R's survfit


@dataclass(frozen=True, eq=False)
class KaplanMeierResult:
    """A Kaplan-Meier curve: one element for each distinct time, of events or of censoring.

    Attributes
    ----------
    time : array, shape (k,)
        Distinct observed times, increasing.
    at_risk, events, censored : array of int, shape (k,)
        Number under observation just before each time, events and censorings at it.
    survival, standard_error, lower, upper : array, shape (k,)
        Survival just after each time, Greenwood standard error of it and pointwise limits.
    median, median_lower, median_upper : float
        Median and Brookmeyer-Crowley limits; nan when not reached.
    level : float
        Confidence level.
    transform, label : str
        Closed word and the words for a reader.
    """

    time: FloatArray
    at_risk: NDArray[np.int64]
    events: NDArray[np.int64]
    censored: NDArray[np.int64]
    survival: FloatArray
    standard_error: FloatArray
    lower: FloatArray
    upper: FloatArray
    median: float
    median_lower: float
    median_upper: float
    level: float
    transform: str
    label: str


@dataclass(frozen=True)
class SurvivalQuantile:
    """A quantile of the time to event with its Brookmeyer-Crowley limits; nan: not reached."""

    probability: float
    estimate: float
    lower: float
    upper: float


@dataclass(frozen=True, eq=False)
class SurvivalAtTimes:
    """The curve read at given times: survival after each time, number at risk just before it."""

    time: FloatArray
    at_risk: NDArray[np.int64]
    survival: FloatArray
    standard_error: FloatArray
    lower: FloatArray
    upper: FloatArray


def pointwise_limits(
    survival: FloatArray, hazard_error: FloatArray, z: float, transform: str
) -> tuple[FloatArray, FloatArray]:
    """Return pointwise limits; `hazard_error` is the standard error of -log survival."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if transform == "plain":
            half = z * survival * hazard_error
            return np.maximum(survival - half, 0.0), np.minimum(survival + half, 1.0)
        log_survival = np.log(np.where(survival > 0, survival, np.nan))
        if transform == "log":
            half = z * hazard_error
            return np.exp(log_survival - half), np.minimum(np.exp(log_survival + half), 1.0)
        half = z * hazard_error / log_survival  # 0 / 0 while survival is 1: not defined
        return np.exp(log_survival * np.exp(-half)), np.exp(log_survival * np.exp(half))


def first_below(curve: FloatArray, time: FloatArray, probability: float) -> float:
    """Return the first time at which `curve` is at or below 1 - probability; nan if never.

    When the curve runs level at exactly 1 - probability the middle of that stretch is taken.
    """
    target = 1 - probability
    with np.errstate(invalid="ignore"):
        keep = curve < target + TOLERANCE
    if not keep.any():
        return float("nan")
    times, values = time[keep], curve[keep]
    below = values < values[0]
    if abs(values[0] - target) < TOLERANCE and below.any():
        return float((times[0] + times[np.argmax(below)]) / 2)
    return float(times[0])


def kaplan_meier(
    time: ArrayLike, event: ArrayLike, level: float = 0.95, transform: str = "log-log"
) -> KaplanMeierResult:
    """Estimate the survival curve of one group from right-censored times.

    Parameters
    ----------
    time : array_like, shape (n,)
        Times to event or censoring, not negative, any unit.
    event : array_like, shape (n,)
        1 or True for an event, 0 or False for censoring.
    level : float
        Confidence level of the pointwise limits and of the limits of the median.
    transform : str
        Scale on which the limits are symmetric: "plain", "log" or "log-log".

    Returns
    -------
    KaplanMeierResult

    Notes
    -----
    Formula: S(t) = Π (1 - d / n) over the event times up to t; limits g⁻¹(g(S) ± z SE(g(S))).

    Subjects censored at a time are at risk for the events at the same time. Variance by Greenwood:
    S(t)^2 sum d / (n (n - d)). Limits are cut at 0 and 1. They are nan where the transformation
    has none: at survival 0 always, at survival 1 for "log-log" (as R's `survfit`).
    The median is the first time with survival below 0.5, or the middle of the stretch where
    survival is exactly 0.5; its limits are where the pointwise limits cross 0.5, by the same rule
    (Brookmeyer and Crowley). With no event survival is 1 throughout and the median nan.
    n = 0 or a negative time raises ValueError.

    References
    ----------
    Kaplan EL, Meier P. Nonparametric estimation from incomplete observations. J Am Stat Assoc
    1958;53:457-81. Brookmeyer R, Crowley J. A confidence interval for the median survival time.
    Biometrics 1982;38:29-41. Kalbfleisch JD, Prentice RL. The statistical analysis of failure
    time data, 2nd ed. Wiley, 2002, section 1.4.
    """
    label = "Kaplan-Meier, limits: " + TRANSFORMS[checked_word(transform, TRANSFORMS, "transform")]
    times, had_event = checked_survival(time, event)
    distinct, total = np.unique(times, return_counts=True)
    moments, deaths = np.unique(times[had_event], return_counts=True)
    events = np.zeros(distinct.size, dtype=np.int64)
    events[np.searchsorted(distinct, moments)] = deaths
    at_risk = times.size - np.concatenate([[0], np.cumsum(total)[:-1]])
    survival = np.cumprod(1 - events / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard_error = np.sqrt(np.cumsum(events / (at_risk * (at_risk - events).astype(float))))
    hazard_error = np.where(survival > 0, hazard_error, np.nan)
    lower, upper = pointwise_limits(survival, hazard_error, normal_critical(level), transform)
    return KaplanMeierResult(
        time=distinct,
        at_risk=at_risk.astype(np.int64),
        events=events,
        censored=(total - events).astype(np.int64),
        survival=survival,
        standard_error=survival * hazard_error,
        lower=lower,
        upper=upper,
        median=first_below(survival, distinct, 0.5),
        median_lower=first_below(lower, distinct, 0.5),
        median_upper=first_below(upper, distinct, 0.5),
        level=float(level),
        transform=transform,
        label=label,
    )


def survival_quantile(curve: KaplanMeierResult, probability: float) -> SurvivalQuantile:
    """Read a quantile of the time to event off a Kaplan-Meier curve.

    Parameters
    ----------
    curve : KaplanMeierResult
        The curve; its limits give those of the quantile.
    probability : float
        Share of subjects with the event by then, strictly between 0 and 1; 0.5 is the median.

    Returns
    -------
    SurvivalQuantile
        nan where the curve (or its limit) does not come down to 1 - probability.

    References
    ----------
    Brookmeyer R, Crowley J. Biometrics 1982;38:29-41.
    """
    p = checked_fraction(probability, "probability")
    estimate, lower, upper = (
        first_below(line, curve.time, p) for line in (curve.survival, curve.lower, curve.upper)
    )
    return SurvivalQuantile(p, estimate, lower, upper)


def survival_at(curve: KaplanMeierResult, times: ArrayLike) -> SurvivalAtTimes:
    """Read survival, limits and number at risk off a Kaplan-Meier curve at given times.

    Parameters
    ----------
    curve : KaplanMeierResult
        The curve.
    times : array_like, shape (m,)
        Times, in the unit of the curve, in any order.

    Returns
    -------
    SurvivalAtTimes

    Notes
    -----
    Survival is the value just after the time, the number at risk counts those observed up to the
    time or longer. Before the first observed time survival is 1 with limits 1 and 1. After the
    last one survival stays 0 where it has come to 0 (everybody had the event, or the last did);
    else nothing is known: survival and limits are nan. The number at risk is 0.
    """
    asked = checked_vector(times, "times")
    step = np.searchsorted(curve.time, asked, side="right")
    beyond = (asked > curve.time[-1]) & (curve.survival[-1] > 0)

    def read(values: FloatArray, start: float) -> FloatArray:
        return np.where(beyond, np.nan, np.concatenate([[start], values])[step])

    position = np.searchsorted(curve.time, asked, side="left")
    return SurvivalAtTimes(
        time=asked,
        at_risk=np.concatenate([curve.at_risk, [0]])[position].astype(np.int64),
        survival=read(curve.survival, 1.0),
        standard_error=read(curve.standard_error, 0.0),
        lower=read(curve.lower, 1.0),
        upper=read(curve.upper, 1.0),
    )
