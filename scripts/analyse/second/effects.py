"""Ratios and numbers needed to treat by statsmodels and scipy."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.stats import norm
from scipy.stats.contingency import odds_ratio as conditional_odds_ratio
from statsmodels.stats.contingency_tables import Table2x2

from scripts.analyse.second.score import Count, score_odds_limits, score_ratio_limits

LIBRARIES = (
    "statsmodels.stats.contingency_tables.Table2x2, scipy.stats.contingency.odds_ratio; score "
    "limits as roots by scipy.optimize.brentq"
)
NOTHING = ("benefit", "harm", "benefit_from", "benefit_to", "harm_from", "harm_to")


def _table(first: Count, second: Count) -> np.ndarray:
    return np.array([[x, n - x] for x, n in (first, second)])


def _over(above: int, below: int) -> float | None:
    return above / below if below else None


def risk_ratio(method: str, first: Count, second: Count, level: float) -> dict[str, Any]:
    """The risk ratio with its limits."""
    (x1, n1), (x2, n2) = first, second
    found: dict[str, Any] = {"risk_ratio": _over(x1 * n2, x2 * n1), "level": level}
    if method == "katz":
        limits: Any = (None, None)
        if x1 and x2:
            limits = Table2x2(_table(first, second), shift_zeros=False).riskratio_confint(1 - level)
    else:
        factor = 1.0 if method == "koopman" else (n1 + n2) / (n1 + n2 - 1)
        limits = score_ratio_limits(first, second, float(norm.ppf((1 + level) / 2)), factor)
    return {**found, "lower": limits[0], "upper": limits[1]}


def odds_ratio(method: str, first: Count, second: Count, level: float) -> dict[str, Any]:
    """The odds ratio with its limits."""
    (x1, n1), (x2, n2) = first, second
    table = _table(first, second)
    found: dict[str, Any] = {"odds_ratio": _over(x1 * (n2 - x2), x2 * (n1 - x1)), "level": level}
    limits: Any = (None, None)
    if method == "exact_conditional":
        exact = conditional_odds_ratio(table, kind="conditional")
        found["odds_ratio"] = exact.statistic
        limits = exact.confidence_interval(level)
    elif method == "miettinen_nurminen":
        factor = (n1 + n2) / (n1 + n2 - 1)
        limits = score_odds_limits(first, second, float(norm.ppf((1 + level) / 2)), factor)
    elif table.all():
        limits = Table2x2(table, shift_zeros=False).oddsratio_confint(1 - level)
    return {**found, "lower": limits[0], "upper": limits[1]}


def number_needed(difference: Mapping[str, Any], better: str) -> dict[str, Any]:
    """Numbers needed to treat from a difference, by the direction in which they point."""
    values = [difference[word] for word in ("estimate", "lower", "upper")]
    if None in values:
        return {**dict.fromkeys(NOTHING), "level": difference["level"]}
    estimate, lower, upper = values if better == "higher" else (-values[0], -values[2], -values[1])
    found: dict[str, Any] = {"level": difference["level"]}
    named = {"benefit": estimate, "benefit_from": upper, "benefit_to": lower}
    named |= {"harm": -estimate, "harm_from": -lower, "harm_to": -upper}
    for name, gain in named.items():
        found[name] = 1 / gain if gain > 0 else None
    return found
