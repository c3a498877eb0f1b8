"""Survival curves, log-rank tests and hazard ratios by statsmodels and scipy, from arrays."""

import warnings
from math import exp, log, sqrt
from typing import Any

import numpy as np
from scipy.stats import chi2, hypergeom, norm
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.duration.survfunc import SurvfuncRight, survdiff
from statsmodels.tools.sm_exceptions import ConvergenceWarning

RATIO = ("hazard_ratio", "standard_error", "lower", "upper")
TIE = 1e-9


def limits_of(survival: np.ndarray, error: np.ndarray, transform: str, level: float) -> np.ndarray:
    """Limits of survival, two rows: lower and upper; none where the scale does not know a value."""
    z = norm.ppf((1 + level) / 2)
    signs = np.array([[-1.0], [1.0]])
    with np.errstate(all="ignore"):
        if transform == "plain":
            found = survival + signs * z * error
        elif transform == "log":
            found = np.exp(np.log(survival) + signs * z * error / survival)
        else:
            spread = z * error / (survival * np.abs(np.log(survival)))
            found = np.exp(-np.exp(np.log(-np.log(survival)) - signs * spread))
    found = np.clip(found, 0.0, 1.0)
    # The double logarithm knows neither one nor zero, and a curve at zero has no standard error.
    unknown = (survival <= 0) | ((survival >= 1) & (transform == "log-log"))
    return np.where(unknown, np.nan, found)


def crossing(time: np.ndarray, curve: np.ndarray) -> float | None:
    """Where a falling curve comes to one half; the middle of the step when it rests on it."""
    reached = ~np.isnan(curve) & (curve < 0.5 + TIE)
    time, curve = time[reached], curve[reached]
    if not len(time):
        return None
    later = curve < curve[0] - TIE
    if abs(curve[0] - 0.5) < TIE and later.any():
        return float((time[0] + time[later][0]) / 2)
    return float(time[0])


def at_risk(time: np.ndarray, moments: np.ndarray) -> np.ndarray:
    """How many times are not below each moment."""
    return len(time) - np.searchsorted(np.sort(time), moments, side="left")


def events_at(time: np.ndarray, event: np.ndarray, moments: np.ndarray) -> np.ndarray:
    """How many events fall on each moment."""
    happened = np.sort(time[event == 1])
    upto = np.searchsorted(happened, moments, side="right")
    return upto - np.searchsorted(happened, moments, side="left")


class Curve:
    """A Kaplan-Meier curve on all observed times, with its limits."""

    def __init__(self, time: np.ndarray, event: np.ndarray, transform: str, level: float) -> None:
        self.time = np.unique(time)
        self.event, self.observed = event, time
        self.at_risk = at_risk(time, self.time)
        self.events = events_at(time, event, self.time)
        self.censored = events_at(time, 1 - event, self.time)
        self.survival, self.error = np.ones(len(self.time)), np.zeros(len(self.time))
        if event.any():
            with np.errstate(all="ignore"):
                found = SurvfuncRight(time, event)
            place = np.searchsorted(found.surv_times, self.time, side="right") - 1
            seen = place >= 0
            self.survival[seen] = found.surv_prob[place[seen]]
            self.error[seen] = found.surv_prob_se[place[seen]]
            # A curve that has come to its end is zero, not the rest of a subtraction.
            self.survival[self.survival < TIE] = 0.0
        self.lower, self.upper = limits_of(self.survival, self.error, transform, level)

    def summary(self) -> dict[str, Any]:
        """Numbers of subjects and the median with its limits."""
        return {
            "n": len(self.observed),
            "events": int(self.event.sum()),
            "censored": int(len(self.event) - self.event.sum()),
            "median": crossing(self.time, self.survival),
            "median_lower": crossing(self.time, self.lower),
            "median_upper": crossing(self.time, self.upper),
        }

    def at(self, moment: float) -> dict[str, Any]:
        """Survival with its limits just after a time, and the number at risk just before it."""
        waiting = int(at_risk(self.observed, np.array([moment]))[0])
        if not waiting and self.survival[-1] > 0:
            return {"survival": None, "lower": None, "upper": None, "at_risk": 0}
        place = int(np.searchsorted(self.time, moment, side="right")) - 1
        if place < 0:
            return {"survival": 1.0, "lower": 1.0, "upper": 1.0, "at_risk": waiting}
        return {
            "survival": self.survival[place],
            "lower": self.lower[place],
            "upper": self.upper[place],
            "at_risk": waiting,
        }

    def arrays(self) -> dict[str, list[Any]]:
        """The curve for a figure, from time zero with everybody at risk."""
        begin = {"time": 0, "at_risk": len(self.observed), "events": 0, "censored": 0}
        begin |= dict.fromkeys(("survival", "lower", "upper"), 1)
        return {name: [first, *getattr(self, name).tolist()] for name, first in begin.items()}


def parts(time: np.ndarray, event: np.ndarray, inside: np.ndarray) -> dict[str, float]:
    """Events of a group, observed and expected, and the variance: sums of hypergeometric laws."""
    moments = np.unique(time[event == 1])
    everybody, of_group = at_risk(time, moments), at_risk(time[inside], moments)
    # Whoever is alone at risk has the event for certain: that adds to what is expected only.
    several = everybody > 1
    events = events_at(time, event, moments)[several]
    law = hypergeom(everybody[several], of_group[several], events)
    with np.errstate(all="ignore"):
        mean, variance = law.mean().sum(), law.var().sum()
    return {
        "observed": float(event[inside].sum()),
        "expected": float(mean + of_group[~several].sum()),
        "variance": float(variance),
    }


def logrank(time: np.ndarray, event: np.ndarray, group: np.ndarray) -> dict[str, Any]:
    """The log-rank test of two or more groups; nothing where there is nothing to test."""
    nothing = {"statistic": None, "df": None, "p_value": None}
    # A group that nobody is left in when the first event happens has no say in the test.
    last = {name: time[group == name].max() for name in np.unique(group)}
    if len(last) < 2 or not event.any():
        return nothing
    present = [name for name in last if last[name] >= time[event == 1].min()]
    inside, df = np.isin(group, present), len(present) - 1
    if not df:
        return nothing | {"df": df}
    try:
        statistic, _ = survdiff(time[inside], event[inside], group[inside])
    except np.linalg.LinAlgError:
        return nothing | {"df": df}
    # The tail itself, because one minus the rest loses the digits of a small p.
    return {"statistic": statistic, "df": df, "p_value": chi2.sf(statistic, df)}


def _ratio(estimate: float, error: float, level: float) -> dict[str, Any]:
    half = norm.ppf((1 + level) / 2) * error
    limits = (exp(estimate - half), exp(estimate + half))
    return dict(zip(RATIO, (exp(estimate), error, *limits), strict=True)) | {"level": level}


def has_maximum(time: np.ndarray, event: np.ndarray, inside: np.ndarray) -> bool:
    """Whether the partial likelihood of one group against the others has a finite maximum.

    It has none when, as long as both are at risk, all events are on one side.
    """
    moments = np.unique(time[event == 1])
    both = at_risk(time[inside], moments) * at_risk(time[~inside], moments) > 0
    of_group = events_at(time[inside], event[inside], moments)[both].sum()
    return bool(0 < of_group < events_at(time, event, moments)[both].sum())


def cox(
    time: np.ndarray, event: np.ndarray, inside: np.ndarray, ties: str, level: float
) -> dict[str, Any]:
    """The hazard of a group relative to the others; nothing where no maximum is finite."""
    if not has_maximum(time, event, inside):
        return dict.fromkeys((*RATIO, "p_value")) | {"level": level}
    return fitted_cox(time, event, inside, ties, level)


def fitted_cox(
    time: np.ndarray,
    event: np.ndarray,
    inside: np.ndarray,
    ties: str,
    level: float,
    strata: np.ndarray | None = None,
) -> dict[str, Any]:
    """The hazard of a group relative to the others, where its likelihood has a maximum."""
    model = PHReg(time, inside.astype(float)[:, None], status=event, ties=ties, strata=strata)
    with warnings.catch_warnings():
        # Newton's steps are taken until they are lost in rounding; that they then stop is no news.
        warnings.simplefilter("ignore", ConvergenceWarning)
        found = model.fit(method="newton", tol=1e-12, maxiter=100)
    lower, upper = np.exp(found.conf_int(alpha=1 - level)[0])
    values = (np.exp(found.params[0]), found.bse[0], lower, upper)
    return dict(zip(RATIO, values, strict=True)) | {"p_value": found.pvalues[0], "level": level}


def ratios_of_parts(first: dict[str, float], second: dict[str, float], level: float) -> dict:
    """The two hazard ratios made from the parts of a log-rank test, by their row."""
    nothing = dict.fromkeys(RATIO) | {"level": level}
    found = {"logrank_hazard_ratio": dict(nothing), "mantel_haenszel_hazard_ratio": dict(nothing)}
    if first["expected"] > 0 and second["expected"] > 0:
        error = sqrt(1 / first["expected"] + 1 / second["expected"])
        relative = [part["observed"] / part["expected"] for part in (first, second)]
        row = found["logrank_hazard_ratio"]
        if all(relative):
            row |= _ratio(log(relative[0]) - log(relative[1]), error, level)
        else:
            row |= {"standard_error": error, "hazard_ratio": 0.0 if relative[1] else None}
    if first["variance"] > 0:
        score = (first["observed"] - first["expected"]) / first["variance"]
        error = 1 / sqrt(first["variance"])
        found["mantel_haenszel_hazard_ratio"] |= _ratio(score, error, level)
    return found
