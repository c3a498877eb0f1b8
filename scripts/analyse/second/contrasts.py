"""Differences at landmarks and of restricted means: the opinion on curves that are compared."""

from collections.abc import Mapping
from math import erfc, exp, log, sqrt
from typing import Any

import numpy as np
from scipy.stats import norm

from scripts.analyse.second.opinion import Opinion
from scripts.analyse.second.selection import Selection
from scripts.analyse.second.survival import Curve

LIBRARIES = "statsmodels.duration SurvfuncRight; differences and areas under it by plain code"
Times = tuple[np.ndarray, np.ndarray]


def _test(estimate: float, error: float) -> dict[str, float | None]:
    """A normal statistic and its p; nothing where there is no error."""
    if not error > 0:
        return {"statistic": None, "p_value": None}
    return {"statistic": estimate / error, "p_value": erfc(abs(estimate / error) / sqrt(2))}


class Landmark:
    """One curve at one time: survival, its standard error and its limits."""

    def __init__(self, curve: Curve, moment: float) -> None:
        found = curve.at(moment)
        place = int(np.searchsorted(curve.time, moment, side="right")) - 1
        self.known = found["survival"] is not None
        self.survival = float(found["survival"]) if self.known else float("nan")
        self.error = float(curve.error[place]) if place >= 0 else 0.0
        if self.survival == 0:
            self.error = 0.0
        self.lower, self.upper = found["lower"], found["upper"]


def landmark(first: Landmark, second: Landmark, scale: str, level: float) -> dict[str, Any]:
    """The difference of two curves at one time."""
    names = ("estimate", "standard_error", "lower", "upper", "statistic", "p_value")
    if not (first.known and second.known):
        return dict.fromkeys(names)
    estimate = first.survival - second.survival
    error = sqrt(first.error**2 + second.error**2)
    found: dict[str, Any] = {"estimate": estimate, "standard_error": error}
    if scale == "plain":
        half = norm.ppf((1 + level) / 2) * error
        limits = {"lower": max(estimate - half, -1), "upper": min(estimate + half, 1)}
        return found | limits | _test(estimate, error)
    if not all(0 < one.survival < 1 for one in (first, second)):
        return dict.fromkeys(names) | found
    below = (first.survival - first.lower) ** 2 + (second.upper - second.survival) ** 2
    above = (first.upper - first.survival) ** 2 + (second.survival - second.lower) ** 2
    limits = {"lower": estimate - sqrt(below), "upper": estimate + sqrt(above)}
    hazards = [-log(one.survival) for one in (first, second)]
    errors = [
        one.error / one.survival / hazard
        for one, hazard in zip((first, second), hazards, strict=True)
    ]
    return found | limits | _test(log(hazards[1] / hazards[0]), sqrt(sum(e * e for e in errors)))


def area(time: np.ndarray, event: np.ndarray, horizon: float) -> tuple[float, float] | None:
    """The area under a curve up to a horizon and its standard error, from all covariances.

    The variance is the double integral of the covariance of two points of the curve, which is
    their product and Greenwood's sum up to the earlier one.
    """
    curve = Curve(time, event, "plain", 0.95)
    if horizon > curve.time[-1] and curve.survival[-1] > 0:
        return None
    inside = curve.time <= horizon
    heights = np.concatenate([[1.0], curve.survival[inside]])
    widths = np.diff(np.concatenate([[0.0], curve.time[inside], [horizon]]))
    spread = np.concatenate([[0.0], np.nan_to_num(curve.error[inside])])
    with np.errstate(all="ignore"):
        greenwood = np.where(heights > 0, (spread / heights) ** 2, 0.0)
    pieces = heights * widths
    earlier = np.minimum.outer(np.arange(len(pieces)), np.arange(len(pieces)))
    variance = float((np.outer(pieces, pieces) * greenwood[earlier]).sum())
    return float(pieces.sum()), sqrt(max(variance, 0.0))


def _mean(found: tuple[float, float] | None, level: float) -> dict[str, Any]:
    names = ("restricted_mean", "standard_error", "restricted_mean_lower", "restricted_mean_upper")
    if found is None:
        return dict.fromkeys(names)
    half = norm.ppf((1 + level) / 2) * found[1]
    return dict(zip(names, (*found, found[0] - half, found[0] + half), strict=True))


def _compared(
    first: tuple[float, float] | None, second: tuple[float, float] | None, level: float
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Difference and ratio of two restricted means."""
    tests = ("statistic", "p_value")
    times = ("time_difference", "standard_error", "time_difference_lower", "time_difference_upper")
    ratios = ("ratio", "standard_error", "lower", "upper")
    if first is None or second is None:
        return dict.fromkeys((*times, *tests)), dict.fromkeys((*ratios, *tests))
    z = norm.ppf((1 + level) / 2)
    estimate, error = first[0] - second[0], sqrt(first[1] ** 2 + second[1] ** 2)
    parts = (estimate, error, estimate - z * error, estimate + z * error)
    difference = dict(zip(times, parts, strict=True)) | _test(estimate, error)
    quotient = log(first[0] / second[0])
    error = sqrt(sum((one[1] / one[0]) ** 2 for one in (first, second)))
    parts = (exp(quotient), error, exp(quotient - z * error), exp(quotient + z * error))
    return difference, dict(zip(ratios, parts, strict=True)) | _test(quotient, error)


def survival_contrasts(analysis: Mapping[str, Any], selection: Selection) -> Opinion:
    """The opinion on survival at landmarks and on restricted means."""
    table, level = selection.table, selection.level
    opinion = Opinion(selection.used(), selection.counts("EVENT"), LIBRARIES)
    data: dict[str, Times] = {}
    for group in selection.groups:
        inside = table[table["GROUP"] == group]
        if len(inside):
            data[group] = (inside["TIME"].to_numpy(), inside["EVENT"].to_numpy())
    scale = analysis["method"]["transform"]
    curves = {group: Curve(*times, scale, level) for group, times in data.items()}
    for moment in analysis.get("landmarks", []):
        row = f"t={moment:g}"
        for group in selection.groups:
            nothing = dict.fromkeys(("survival", "lower", "upper", "at_risk"))
            opinion.add(row, group, curves[group].at(moment) if group in curves else nothing)
        points = {group: Landmark(curve, moment) for group, curve in curves.items()}
        for one, other in selection.pairs:
            if one in points and other in points:
                values = landmark(points[one], points[other], scale, level)
                opinion.add(row, f"{one}-{other}", values)
            else:
                names = ("estimate", "standard_error", "lower", "upper", "statistic", "p_value")
                opinion.add(row, f"{one}-{other}", dict.fromkeys(names))
    for group in selection.groups:
        longest = data[group][0].max() if group in data else None
        opinion.add("follow_up", group, {"maximum": longest})
    if "restricted_mean" in analysis:
        _add_means(opinion, selection, data, float(analysis["restricted_mean"]))
    return opinion


def _add_means(
    opinion: Opinion, selection: Selection, data: Mapping[str, Times], horizon: float
) -> None:
    areas = {group: area(*times, horizon) for group, times in data.items()}
    for group in selection.groups:
        opinion.add("restricted_mean", group, _mean(areas.get(group), selection.level))
    for one, other in selection.pairs:
        found = _compared(areas.get(one), areas.get(other), selection.level)
        opinion.add("restricted_mean", f"{one}-{other}", found[0])
        opinion.add("restricted_mean_ratio", f"{one}/{other}", found[1])
