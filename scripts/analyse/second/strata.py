"""Comparisons within strata by statsmodels and scipy."""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

import numpy as np
from scipy.stats import norm
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.proportion import proportion_confint

from scripts.analyse.second.score import Count, between, for_difference

LIBRARIES = (
    "statsmodels.stats.contingency_tables.StratifiedTable and proportion_confint, score limits as "
    "roots by scipy.optimize.brentq"
)
Pairs = Sequence[tuple[Count, Count]]


def usable(pairs: Pairs) -> list[tuple[Count, Count]]:
    """The strata in which both groups have subjects."""
    return [pair for pair in pairs if pair[0][1] and pair[1][1]]


def shares_of(pairs: Pairs) -> list[float]:
    """The share of each stratum in the common difference; 0 without one of the groups."""
    products = [a[1] * b[1] / (a[1] + b[1]) if a[1] and b[1] else 0.0 for a, b in pairs]
    return [value / sum(products) for value in products] if sum(products) else []


def _mantel_haenszel(pairs: Pairs, z: float) -> dict[str, Any]:
    shares, made = shares_of(pairs), usable(pairs)
    estimate = sum(w * (a[0] / a[1] - b[0] / b[1]) for w, (a, b) in zip(shares, made, strict=True))
    p = q = scale = 0.0
    for (x1, n1), (x2, n2) in made:
        n = n1 + n2
        p += x2 * (n1 / n) ** 2 - x1 * (n2 / n) ** 2 + (n1 / n) * (n2 / n) * (n2 - n1) / 2
        q += (x1 * (n2 - x2) + x2 * (n1 - x1)) / n / 2
        scale += n1 * n2 / n
    error = sqrt(max(0.0, estimate * p + q)) / scale
    return {"standard_error": error, "lower": estimate - z * error, "upper": estimate + z * error}


def _wilson(counts: Sequence[Count], shares: Sequence[float], z: float) -> tuple[float, float]:
    """The limits of one group's weighted proportion (Yan and Su)."""
    spread = [w**2 * (x / n) * (1 - x / n) / n for w, (x, n) in zip(shares, counts, strict=True)]
    if not sum(spread):
        spread = [w**2 / n for w, (_, n) in zip(shares, counts, strict=True)]
    own = z * sqrt(sum(spread)) / sum(map(sqrt, spread))
    alpha = 2 * norm.sf(own)
    limits = [proportion_confint(x, n, alpha=alpha, method="wilson") for x, n in counts]
    lower = sum(w * one[0] for w, one in zip(shares, limits, strict=True))
    return lower, sum(w * one[1] for w, one in zip(shares, limits, strict=True))


def _newcombe(pairs: Pairs, z: float) -> dict[str, Any]:
    shares, made = shares_of(pairs), usable(pairs)
    first, second = [a for a, _ in made], [b for _, b in made]
    low1, high1 = _wilson(first, shares, z)
    low2, high2 = _wilson(second, shares, z)
    size1 = sum(w**2 / n for w, (_, n) in zip(shares, first, strict=True))
    size2 = sum(w**2 / n for w, (_, n) in zip(shares, second, strict=True))
    estimate = sum(w * (a[0] / a[1] - b[0] / b[1]) for w, (a, b) in zip(shares, made, strict=True))
    below = sqrt(size1 * low1 * (1 - low1) + size2 * high2 * (1 - high2))
    above = sqrt(size1 * high1 * (1 - high1) + size2 * low2 * (1 - low2))
    return {"standard_error": None, "lower": estimate - z * below, "upper": estimate + z * above}


def _miettinen_nurminen(pairs: Pairs, z: float) -> dict[str, Any]:
    shares, made = shares_of(pairs), usable(pairs)
    estimate = sum(w * (a[0] / a[1] - b[0] / b[1]) for w, (a, b) in zip(shares, made, strict=True))

    def statistic(delta: float) -> float:
        variance = 0.0
        for share, (a, b) in zip(shares, made, strict=True):
            p1, p2 = for_difference(a, b, delta)
            n = a[1] + b[1]
            both = p1 * (1 - p1) / a[1] + p2 * (1 - p2) / b[1]
            variance += share**2 * both * n / (n - 1)
        if variance <= 1e-300:
            return 0.0 if abs(estimate - delta) < 1e-13 else float(np.sign(estimate - delta)) * 1e9
        return (estimate - delta) / sqrt(variance)

    lower, upper = between(statistic, estimate, (-1.0, 1.0), z)
    return {"standard_error": None, "lower": lower, "upper": upper}


METHODS = {
    "mantel_haenszel": _mantel_haenszel,
    "stratified_newcombe": _newcombe,
    "stratified_miettinen_nurminen": _miettinen_nurminen,
}


def common_difference(interval: str, pairs: Pairs, level: float) -> dict[str, Any]:
    """The common difference with its limits, kept between -1 and 1."""
    made = usable(pairs)
    words = ("estimate", "standard_error", "lower", "upper")
    if not made:
        return {**dict.fromkeys(words), "level": level}
    shares = shares_of(made)
    found = METHODS[interval](made, float(norm.ppf((1 + level) / 2)))
    differences = [a[0] / a[1] - b[0] / b[1] for a, b in made]
    estimate = float(np.dot(shares, differences))
    limits = {"lower": max(-1.0, found["lower"]), "upper": min(1.0, found["upper"])}
    return {**found, **limits, "estimate": estimate, "level": level}


def _tables(pairs: Pairs) -> list[np.ndarray]:
    return [np.array([[x, n - x] for x, n in pair], dtype=float) for pair in pairs]


def _varied(pairs: Pairs) -> list[tuple[Count, Count]]:
    """The strata in which some but not all have the event."""
    return [(a, b) for a, b in usable(pairs) if 0 < a[0] + b[0] < a[1] + b[1]]


def common_odds_ratio(pairs: Pairs, level: float) -> dict[str, Any]:
    """The Mantel-Haenszel odds ratio with the limits of Robins, Breslow and Greenland."""
    found: dict[str, Any] = {"odds_ratio": None, "lower": None, "upper": None, "level": level}
    made = _tables(usable(pairs))
    above = sum(t[0, 0] * t[1, 1] / t.sum() for t in made)
    below = sum(t[0, 1] * t[1, 0] / t.sum() for t in made)
    if not below:
        return found
    if not above:
        return {**found, "odds_ratio": 0.0}
    pooled = StratifiedTable(made)
    lower, upper = pooled.oddsratio_pooled_confint(1 - level)
    return {**found, "odds_ratio": pooled.oddsratio_pooled, "lower": lower, "upper": upper}


def tests_of(homogeneity: str, pairs: Pairs) -> dict[str, dict[str, Any]]:
    """The tests over strata and that of homogeneity, by their row."""
    nothing = {"statistic": None, "df": None, "p_value": None}
    if not usable(pairs):
        return dict.fromkeys(("test", "test_corrected", "homogeneity"), nothing)
    varied = _varied(pairs)
    if not varied:
        undefined = {**nothing, "df": 1}
        return {"test": undefined, "test_corrected": undefined, "homogeneity": nothing}
    pooled = StratifiedTable(_tables(varied))
    away = sum(a[0] - a[1] * (a[0] + b[0]) / (a[1] + b[1]) for a, b in varied)
    found: dict[str, dict[str, Any]] = {}
    for row, correction in (("test", False), ("test_corrected", True)):
        # statsmodels takes off 0.5 from a smaller sum too.
        test = pooled.test_null_odds(correction=correction and abs(away) >= 0.5 - 1e-12)
        found[row] = {"statistic": test.statistic, "df": 1, "p_value": test.pvalue}
    found["homogeneity"] = {**nothing, "df": len(varied) - 1 if len(varied) > 1 else None}
    if len(varied) > 1 and common_odds_ratio(pairs, 0.95)["odds_ratio"]:
        test = pooled.test_equal_odds(adjust=homogeneity == "breslow_day_tarone")
        found["homogeneity"] |= {"statistic": test.statistic, "p_value": test.pvalue}
    return found


def within(interval: str) -> str:
    """The interval of one stratum that stands beside that of all."""
    return "miettinen_nurminen" if interval == "stratified_miettinen_nurminen" else "newcombe"


def row_of(strata: Sequence[Mapping[str, Any]], levels: Sequence[Any]) -> str:
    """The id of the row of a stratum."""
    named = zip(strata, levels, strict=True)
    return ", ".join(f"{one['variable']}={level}" for one, level in named)
