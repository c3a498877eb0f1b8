"""Contrasts pooled over completed data sets: numbers with Monte Carlo errors, and how many sets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scripts.analyse.imputed_fits import Series
from scripts.analyse.results import Rows, numbers
from scripts.stats.growth import Growth, grow, linear_rule, moving_digits, two_stage_rule
from scripts.stats.monte_carlo import monte_carlo_errors, monte_carlo_errors_d2
from scripts.stats.pooled_tests import d2_chi_square
from scripts.stats.rubin import PooledResult, rubin_rules
from scripts.stats.scales import scale_of

Plan = Mapping[str, Any]
# What an estimate is called, and which display format decides its decimals, by scale.
ESTIMATES = {"identity": ("estimate", "difference"), "log": ("odds_ratio", "ratio")}
ON_SCALE = ("standard_error", "statistic", "df", "p_value", "fraction_missing_information")
TEST = ("statistic", "df_denominator", "p_value")


@dataclass(frozen=True)
class Pooled:
    """One contrast from the first m data sets: values, their Monte Carlo errors, and the test."""

    values: dict[str, float]
    errors: dict[str, float]
    result: PooledResult
    test: dict[str, float]
    test_errors: dict[str, float]

    @property
    def p_value(self) -> float:
        """The p value of the test that the plan asks for."""
        return self.test.get("p_value", self.values["p_value"])


def pool(series: Series, m: int, level: float, small_sample: bool) -> Pooled:
    """Rubin's rules over the first m data sets, with the Monte Carlo error of every number."""
    q, u = series.estimates[:m], series.variances[:m]
    complete = series.df_complete if small_sample else None
    result = rubin_rules(q, u, level, complete)
    errors = monte_carlo_errors(q, u, level, complete, series.scale)
    named = ESTIMATES[series.scale][0]
    back = scale_of(series.scale).back
    words = {named: "estimate", "lower": "lower", "upper": "upper"}
    values = {
        name: float(back(np.array(getattr(result, word)))) for name, word in words.items()
    } | {name: float(getattr(result, name)) for name in ON_SCALE}
    found = {name: errors.of(word) for name, word in words.items()}
    found |= {name: errors.of(name) for name in ON_SCALE}
    test: dict[str, float] = {}
    test_errors: dict[str, float] = {}
    if series.chi_square is not None:
        pooled = d2_chi_square(series.chi_square[:m], 1)
        spread = monte_carlo_errors_d2(series.chi_square[:m], 1)
        test = {"df": pooled.df} | {name: float(getattr(pooled, name)) for name in TEST}
        test_errors = {name: float(getattr(spread, name)) for name in TEST}
    return Pooled(values, found, result, test, test_errors)


def reach(all_series: Sequence[Series], plan: Plan, small_sample: bool, drawn: int) -> Growth:
    """The number of data sets at which the printed digits of every contrast hold.

    Printed are the estimate, its limits and the p value, with the decimals of the display formats.
    """
    settings = plan["settings"]
    level = settings["confidence_level"]
    least = min(settings.get("imputations_least", drawn), drawn)

    def moving(m: int) -> list[str]:
        names: list[str] = []
        for series in all_series:
            if not series.estimable(m):
                return ["estimate"]
            pooled = pool(series, m, level, small_sample)
            decimals = decimals_of(series, plan)
            values = {**pooled.values, "p_value": pooled.p_value}
            errors = {**pooled.errors, **{k: v for k, v in pooled.test_errors.items() if k in TEST}}
            names += moving_digits(values, errors, decimals)
        return list(dict.fromkeys(names))

    return grow(moving, least, drawn)


def decimals_of(series: Series, plan: Plan) -> dict[str, int]:
    """The printed decimals of the statistics whose digits are to hold."""
    name, kind = ESTIMATES[series.scale]
    places = plan["decimals"]
    return {**dict.fromkeys((name, "lower", "upper"), places[kind]), "p_value": places["p"]}


def contrast_rows(series: Series, growth: Growth, level: float, small_sample: bool) -> Rows:
    """Every number of one contrast, then the Monte Carlo error of each."""
    name = ESTIMATES[series.scale][0]
    if not series.estimable(growth.m):
        empty = dict.fromkeys((name, "lower", "upper", *ON_SCALE))
        return numbers(series.row, series.group, **empty, level=level, imputations=growth.m)
    pooled = pool(series, growth.m, level, small_sample)
    result = pooled.result
    values: dict[str, Any] = {
        **pooled.values,
        "level": level,
        "within": result.within,
        "between": result.between,
        "monte_carlo_error": pooled.errors[name],
    }
    if series.scale != "identity":
        values["coefficient"] = result.estimate
    rows = numbers(series.row, series.group, **values, imputations=growth.m)
    if pooled.test:
        rows += numbers("test", series.group, **pooled.test)
    rows += numbers(f"monte_carlo:{series.row}", series.group, **pooled.errors)
    if pooled.test:
        rows += numbers("monte_carlo:test", series.group, **pooled.test_errors)
    return rows + numbers("rules", series.group, **_rules(result))


def _rules(result: PooledResult) -> dict[str, int | None]:
    """What the rules of the literature ask for, from the fraction of missing information."""
    share = result.fraction_missing_information
    if not 0 <= share <= 1:
        return {"linear_rule": None, "two_stage_rule": None}
    return {"linear_rule": linear_rule(share), "two_stage_rule": two_stage_rule(share, result.m)}


def growth_rows(growth: Growth, drawn: int) -> Rows:
    """How many data sets are used of those drawn, and whether the digits hold."""
    used = {"imputations": growth.m, "bound": drawn, "least": growth.tried[0]}
    return numbers("growth", "", **used, stable=int(growth.stable))


def of_one_completion(rows: Rows) -> Rows:
    """The numbers of a single completion: one data set, and no Monte Carlo error of anything."""
    kept = [one for one in rows if one["row"] not in ("growth", "rules")]
    return [
        {**one, "value": 1} if one["statistic"] == "imputations" else one
        for one in kept
        if not one["row"].startswith("monte_carlo:")
    ]


def disagreement(series: Series, pooled: Pooled, alpha: float) -> str:
    """A warning where interval and test do not say the same."""
    nothing = float(scale_of(series.scale).back(np.array(0.0)))
    outside = pooled.values["lower"] > nothing or pooled.values["upper"] < nothing
    if (pooled.p_value < alpha) == outside:
        return ""
    return f"{series.group}: the interval and the test disagree."
