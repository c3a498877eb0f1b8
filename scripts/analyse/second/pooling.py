"""Rubin's rules, D2 and Monte Carlo errors from the papers, with scipy.stats, one set at a time."""

from collections.abc import Callable, Mapping
from math import ceil, exp, log, sqrt
from typing import Any

import numpy as np
from scipy.stats import chi2, norm
from scipy.stats import f as fisher
from scipy.stats import t as student

Numbers = dict[str, float]


def pool(estimates: np.ndarray, variances: np.ndarray, left: float, level: float, df: str) -> dict:
    """Rubin (1987) chapter 3; `left` is the residual degrees of freedom of complete data."""
    m = len(estimates)
    within, between = variances.mean(), estimates.var(ddof=1)
    if np.ptp(estimates) == 0:
        between = np.float64(0)
    extra = (1 + 1 / m) * between
    total = within + extra
    share = extra / total
    with np.errstate(divide="ignore"):
        freedom = np.float64(m - 1) / np.float64(share) ** 2
    if df == "barnard_rubin":
        freedom = 1 / (1 / freedom + 1 / ((left + 1) / (left + 3) * left * (1 - share)))
    estimate, error = estimates.mean(), sqrt(total)
    half = student.ppf((1 + level) / 2, freedom) * error
    ratio = extra / within
    return {
        "estimate": estimate,
        "standard_error": error,
        "lower": estimate - half,
        "upper": estimate + half,
        "statistic": estimate / error,
        "df": freedom,
        "p_value": 2 * student.sf(abs(estimate / error), freedom),
        "within": within,
        "between": between,
        "fraction_missing_information": (ratio + 2 / (freedom + 3)) / (1 + ratio),
    }


def pool_chi_square(statistics: np.ndarray) -> Numbers:
    """Li, Meng, Raghunathan and Rubin (1991) for one degree of freedom."""
    m = len(statistics)
    spread = np.var(np.sqrt(statistics), ddof=1) if np.ptp(statistics) else 0.0
    r = (1 + 1 / m) * spread
    value = (statistics.mean() - (m + 1) / (m - 1) * r) / (1 + r)
    if r == 0:
        return {"statistic": value, "df_denominator": np.inf, "p_value": chi2.sf(value, 1)}
    v = (m - 1) * (1 + 1 / r) ** 2
    return {"statistic": value, "df_denominator": v, "p_value": fisher.sf(value, 1, v)}


def left_out_error(pooled: Callable[[np.ndarray], Mapping[str, float]], m: int) -> Numbers:
    """White, Royston and Wood (2011) section 7: the jackknife, each data set left out in turn."""
    if m < 3:
        return {}
    every = [pooled(np.delete(np.arange(m), j)) for j in range(m)]
    errors = {}
    for name in every[0]:
        values = np.array([one[name] for one in every])
        if np.isfinite(values).all():
            errors[name] = sqrt((m - 1) / m * ((values - values.mean()) ** 2).sum())
        else:
            errors[name] = 0.0 if (values == values[0]).all() else np.nan
    return errors


def _printed(value: float, decimals: int, probability: bool) -> str:
    """The characters that are printed, a bound for a p value near 0 or 1."""
    unit = 10**-decimals
    if probability and (value < unit or value > 1 - unit):
        return "<" if value < unit else ">"
    scaled = abs(value) / unit + 0.5
    return str(int(scaled // 1) * (1 if value >= 0 else -1))


def holds(value: float, error: float | None, decimals: int, probability: bool = False) -> bool:
    """Whether two Monte Carlo errors leave the printed digits, or one is below half of the last."""
    if error is None or not np.isfinite([value, error]).all():
        return False
    ends = [value - 2 * error, value + 2 * error]
    if probability:
        ends = [min(max(end, 0.0), 1.0) for end in ends]
    one, other = (_printed(end, decimals, probability) for end in ends)
    return one == other or error < 10**-decimals / 2


def rules(share: float, m: int) -> dict[str, Any]:
    """Imputations by White, Royston and Wood (2011) and by von Hippel (2020)."""
    if not 0 <= share <= 1:
        return {"linear_rule": None, "two_stage_rule": None}
    limit = share
    if 0 < share < 1:
        limit = 1 / (1 + exp(-(log(share / (1 - share)) + norm.ppf(0.975) * sqrt(2 / m))))
    asked = ceil(round(100 * share, 9))
    return {
        "linear_rule": max(2, asked),
        "two_stage_rule": ceil(1 + 0.5 * (limit / 0.05) ** 2),
    }
