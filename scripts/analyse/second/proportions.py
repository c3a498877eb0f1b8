"""Proportions and their differences by statsmodels and scipy."""

from collections.abc import Mapping
from itertools import product
from math import sqrt
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import chi2_contingency, fisher_exact, norm
from statsmodels.stats.proportion import confint_proportions_2indep, test_proportions_2indep

from scripts.analyse.second import effects, strata
from scripts.analyse.second.exact import barnard_p, boschloo_p, exact_limits
from scripts.analyse.second.opinion import Opinion
from scripts.analyse.second.score import score_difference_limits
from scripts.analyse.second.selection import Selection, names_of, select, with_endpoint

Count = tuple[int, int]
Limits = tuple[float, float]

LIBRARIES = (
    "statsmodels.stats.proportion.confint_proportions_2indep and test_proportions_2indep, "
    "scipy.stats.chi2_contingency and fisher_exact; score limits as roots by "
    "scipy.optimize.brentq, exact ones by enumeration with scipy.stats.binom"
)
IN_STATSMODELS = {"wald": "wald", "agresti_caffo": "agresti-caffo", "newcombe": "newcomb"}
WITH_VARIANCE = {"wald": "wald", "wald_corrected": "wald", "agresti_caffo": "agresti-caffo"}


def corrected_wald_limits(first: Count, second: Count, level: float) -> Limits:
    """The limits of R's prop.test: Wald, widened by Yates' correction capped at the difference."""
    (x1, n1), (x2, n2) = first, second
    difference, unit = x1 / n1 - x2 / n2, 1 / n1 + 1 / n2
    error = sqrt(x1 * (n1 - x1) / n1**3 + x2 * (n2 - x2) / n2**3)
    half = norm.ppf((1 + level) / 2) * error + min(0.5, abs(difference) / unit) * unit
    return difference - half, difference + half


def corrected_score_lower(x: int, n: int, level: float) -> float:
    """The proportion whose continuity-corrected score test just rejects x of n from below."""
    if x == 0:
        return 0.0
    z = norm.ppf((1 + level) / 2)

    def excess(p: float) -> float:
        return x / n - p - 0.5 / n - z * sqrt(p * (1 - p) / n)

    return float(brentq(excess, 0.0, x / n - 0.5 / n, xtol=1e-15))


def corrected_newcombe_limits(first: Count, second: Count, level: float) -> Limits:
    """Newcombe's hybrid of two corrected score intervals, each limit found as a root."""
    reach = []
    for x, n in (first, second):
        # The upper limit of successes is the lower limit of failures, seen from the other end.
        below = x / n - corrected_score_lower(x, n, level)
        reach.append((below, (n - x) / n - corrected_score_lower(n - x, n, level)))
    (below1, above1), (below2, above2) = reach
    difference = first[0] / first[1] - second[0] / second[1]
    lower, upper = float(np.hypot(below1, above2)), float(np.hypot(above1, below2))
    return difference - lower, difference + upper


def _limits(interval: str, first: Count, second: Count, level: float) -> Limits:
    if interval == "wald_corrected":
        return corrected_wald_limits(first, second, level)
    if interval == "newcombe_corrected":
        return corrected_newcombe_limits(first, second, level)
    if interval in ("chan_zhang", "santner_snell"):
        return exact_limits(first, second, level, interval)
    if interval in ("mee", "miettinen_nurminen"):
        # The cubic of statsmodels uses the second count where its denominator belongs.
        total = first[1] + second[1]
        factor = 1.0 if interval == "mee" else total / (total - 1)
        return score_difference_limits(first, second, norm.ppf((1 + level) / 2), factor)
    method = IN_STATSMODELS[interval]
    return confint_proportions_2indep(*first, *second, method=method, alpha=1 - level)


def difference_of(interval: str, first: Count, second: Count, level: float) -> dict[str, Any]:
    """A difference with its limits, kept between -1 and 1; nothing where a group is empty."""
    if not first[1] or not second[1]:
        return {
            "estimate": None, "standard_error": None, "lower": None, "upper": None, "level": level,
        }  # fmt: skip
    found: dict[str, Any] = {
        "estimate": first[0] / first[1] - second[0] / second[1],
        "standard_error": None,
        "level": level,
    }
    if interval in WITH_VARIANCE:
        with np.errstate(all="ignore"):
            test = test_proportions_2indep(
                *first, *second, method=WITH_VARIANCE[interval], compare="diff", correction=False
            )
        found["standard_error"] = sqrt(test.variance)
    lower, upper = _limits(interval, first, second, level)
    return found | {"lower": max(lower, -1.0), "upper": min(upper, 1.0)}


def planned_test(test: str, first: Count, second: Count) -> dict[str, dict[str, Any]]:
    """The exact unconditional test, where one is planned."""
    if test not in ("barnard", "boschloo"):
        return {}
    found = None
    if first[1] and second[1]:
        found = barnard_p(first, second) if test == "barnard" else boschloo_p(first, second)
    return {f"test_{test}": {"p_value": found}}


def tests_of(first: Count, second: Count) -> dict[str, dict[str, Any]]:
    """The three tests of a two-by-two table by their row."""
    nothing = {"statistic": None, "df": None, "p_value": None}
    if not first[1] or not second[1]:
        return {"test": nothing, "test_corrected": nothing, "test_exact": {"p_value": None}}
    table = np.array([[x, n - x] for x, n in (first, second)])
    exact = {"p_value": fisher_exact(table).pvalue}
    if not table.sum(axis=0).all():
        undefined = {**nothing, "df": 1}
        return {"test": undefined, "test_corrected": undefined, "test_exact": exact}
    found: dict[str, dict[str, Any]] = {"test_exact": exact}
    for row, correction in (("test", False), ("test_corrected", True)):
        result = chi2_contingency(table, correction=correction)
        found[row] = {
            "statistic": result.statistic, "df": result.dof, "p_value": result.pvalue,
        }  # fmt: skip
    return found


def _counts(table: pd.DataFrame, groups: list[str]) -> dict[str, Count]:
    inside = {group: table.loc[table["GROUP"] == group, "EVENT"] for group in groups}
    return {group: (int(events.sum()), len(events)) for group, events in inside.items()}


def _add_counts(opinion: Opinion, row: str, counts: Mapping[str, Count], group: str) -> None:
    count, total = counts[group]
    share = count / total if total else None
    opinion.add(row, group, {"count": count, "total": total, "proportion": share})


def _add_difference(
    opinion: Opinion, row: str, name: str, interval: str, counts: tuple[Count, Count], level: float
) -> None:
    opinion.add(row, name, difference_of(interval, *counts, level))


def difference_in_proportions(analysis: Mapping[str, Any], selection: Selection) -> Opinion:
    """The opinion on proportions by group, their differences and tests."""
    counts = _counts(selection.table, selection.groups)
    opinion = Opinion(selection.used(), selection.counts("EVENT"), LIBRARIES)
    interval = analysis["method"]["interval"]
    for group in selection.groups:
        _add_counts(opinion, "proportion", counts, group)
    for one, other in selection.pairs:
        pair, name = (counts[one], counts[other]), f"{one}-{other}"
        _add_difference(opinion, "difference", name, interval, pair, selection.level)
        tests = tests_of(*pair) | planned_test(analysis["method"].get("test", ""), *pair)
        for row, values in tests.items():
            opinion.add(row, "" if len(selection.pairs) == 1 else name, values)
    return opinion


def proportions_by(analysis: Mapping[str, Any], selection: Selection) -> Opinion:
    """The opinion on proportions and their differences in each stratum."""
    selection = selection.keep(selection.table[analysis["by"]].notna())
    opinion = Opinion(selection.used(), selection.counts("EVENT"), LIBRARIES)
    interval = analysis["method"]["interval"]
    for stratum, table in selection.table.groupby(analysis["by"], sort=True):
        counts = _counts(table, selection.groups)
        for group in selection.groups:
            _add_counts(opinion, str(stratum), counts, group)
        for one, other in selection.pairs:
            pair, name = (counts[one], counts[other]), f"{one}-{other}"
            _add_difference(opinion, str(stratum), name, interval, pair, selection.level)
    return opinion


def subgroups(analysis: Mapping[str, Any], selection: Selection) -> Opinion:
    """The opinion on differences in everybody and in each level of several variables."""
    opinion = Opinion(selection.used(), selection.counts("EVENT"), LIBRARIES)
    interval, everybody = analysis["method"]["interval"], selection.table
    tables = {"overall": everybody}
    for one in analysis["subgroups"]:
        words = names_of(everybody[one["variable"]])
        tables |= {f"{one['variable']}={x}": everybody[words == str(x)] for x in one["levels"]}
    for row, table in tables.items():
        counts = _counts(table, selection.groups)
        for group in selection.groups:
            _add_counts(opinion, row, counts, group)
        for first, second in selection.pairs:
            pair = (counts[first], counts[second])
            _add_difference(opinion, row, f"{first}-{second}", interval, pair, selection.level)
    return opinion


def effect_measures(analysis: Mapping[str, Any], selection: Selection) -> Opinion:
    """The opinion on the effect by several measures."""
    method, counts = analysis["method"], _counts(selection.table, selection.groups)
    libraries = f"{LIBRARIES}; {effects.LIBRARIES}"
    opinion = Opinion(selection.used(), selection.counts("EVENT"), libraries)
    for group in selection.groups:
        _add_counts(opinion, "proportion", counts, group)
    for one, other in selection.pairs:
        pair, name, level = (counts[one], counts[other]), f"{one}-{other}", selection.level
        difference = difference_of(method["interval"], *pair, level)
        opinion.add("difference", name, difference)
        opinion.add("number_needed", name,
                    effects.number_needed(difference, method.get("better", "higher")))  # fmt: skip
        for row, key, usual in (("risk_ratio", "ratio", "koopman"),
                                ("odds_ratio", "odds_ratio", "woolf")):  # fmt: skip
            nothing = {row: None, "lower": None, "upper": None, "level": level}
            judge = getattr(effects, row)
            whole = pair[0][1] and pair[1][1]
            opinion.add(
                row, name, judge(method.get(key, usual), *pair, level) if whole else nothing
            )
    return opinion


def _by_stratum(analysis: Mapping[str, Any], selection: Selection) -> dict[str, dict[str, Count]]:
    """Counts by group in each combination of the levels of the strata."""
    named = analysis["strata"]
    words = {one["variable"]: names_of(selection.table[one["variable"]]) for one in named}
    levels = [[str(x) for x in one["levels"]] if "levels" in one
              else sorted(words[one["variable"]].unique()) for one in named]  # fmt: skip
    found = {}
    for chosen in product(*levels):
        inside = pd.Series(True, index=selection.table.index)
        for one, level in zip(named, chosen, strict=True):
            inside &= words[one["variable"]] == level
        table = selection.table[inside]
        found[strata.row_of(named, chosen)] = _counts(table, selection.groups)
    return found


def stratified_difference(analysis: Mapping[str, Any], selection: Selection) -> Opinion:
    """The opinion on a difference within strata and over all of them."""
    for one in analysis["strata"]:
        words = names_of(selection.table[one["variable"]])
        known = words.isin([str(x) for x in one["levels"]]) if "levels" in one else words.notna()
        selection = selection.keep(known)
    method, level = analysis["method"], selection.level
    libraries = f"{LIBRARIES}; {strata.LIBRARIES}"
    opinion = Opinion(selection.used(), selection.counts("EVENT"), libraries)
    whole, parts = _counts(selection.table, selection.groups), _by_stratum(analysis, selection)
    for group in selection.groups:
        for row, counts in {"proportion": whole, **parts}.items():
            _add_counts(opinion, row, counts, group)
    for one, other in selection.pairs:
        name = f"{one}-{other}"
        pairs = [(counts[one], counts[other]) for counts in parts.values()]
        shares = dict(zip(parts, strata.shares_of(pairs), strict=False))
        for row, pair in zip(parts, pairs, strict=True):
            inside = difference_of(strata.within(method["interval"]), *pair, level)
            opinion.add(row, name, {**inside, "weight": shares.get(row)})
        common = strata.common_difference(method["interval"], pairs, level)
        opinion.add("difference", name, common)
        opinion.add("common_odds_ratio", name, strata.common_odds_ratio(pairs, level))
        tests = strata.tests_of(method.get("homogeneity", "breslow_day_tarone"), pairs)
        for row, values in tests.items():
            opinion.add(row, "" if len(selection.pairs) == 1 else name, values)
    return opinion


KINDS = {
    "difference_in_proportions": difference_in_proportions,
    "proportions_by": proportions_by,
    "subgroups": subgroups,
    "effect_measures": effect_measures,
    "stratified_difference": stratified_difference,
}


def judge_proportions(
    analysis: Mapping[str, Any], plan: Mapping[str, Any], adsl: pd.DataFrame, adresp: pd.DataFrame
) -> Opinion:
    """The opinion on one analysis of proportions."""
    selection = with_endpoint(select(analysis, plan, adsl, adresp), adresp, analysis["endpoint"])
    return KINDS[analysis["kind"]](analysis, selection)
