"""Rubin's rules, D2 and Monte Carlo errors from the papers, with scipy.stats, one set at a time."""

from collections.abc import Callable, Mapping
from math import ceil, exp, log, sqrt
from typing import Any

import numpy as np
from scipy.stats import chi2, norm
from scipy.stats import f as fisher
from scipy.stats import t as student

Numbers = dict[str, float]
# So many data sets are left out at once, that memory stays small.
BLOCK = 200


def _between(values: np.ndarray) -> np.ndarray:
    """Variance along the last axis; exactly 0 where all values are the same."""
    if values.shape[-1] == 1:
        return np.zeros(values.shape[:-1])[()]
    return np.where(np.ptp(values, axis=-1) == 0, 0.0, values.var(axis=-1, ddof=1))[()]


def pool(estimates: np.ndarray, variances: np.ndarray, left: float, level: float, df: str) -> dict:
    """Rubin (1987) chapter 3 along the last axis; `left` is the complete data's residual df."""
    m = estimates.shape[-1]
    within, between = variances.mean(axis=-1), _between(estimates)
    extra = (1 + 1 / m) * between
    total = within + extra
    with np.errstate(divide="ignore", invalid="ignore"):
        share = extra / total
        freedom = np.where(share > 0, (m - 1) / np.float64(share) ** 2, np.inf)
        if df == "barnard_rubin":
            freedom = 1 / (1 / freedom + 1 / ((left + 1) / (left + 3) * left * (1 - share)))
        ratio = extra / within
        estimate, error = estimates.mean(axis=-1), np.sqrt(total)
        half = student.ppf((1 + level) / 2, freedom) * error
        statistic = estimate / error
        missing = (ratio + 2 / (freedom + 3)) / (1 + ratio)
    found = {
        "estimate": estimate,
        "standard_error": error,
        "lower": estimate - half,
        "upper": estimate + half,
        "statistic": statistic,
        "df": freedom,
        "p_value": 2 * student.sf(abs(statistic), freedom),
        "within": within,
        "between": between,
        "fraction_missing_information": missing,
    }
    return {name: np.asarray(value)[()] for name, value in found.items()}


def pool_chi_square(statistics: np.ndarray) -> dict:
    """Li, Meng, Raghunathan and Rubin (1991) for one degree of freedom, along the last axis."""
    m = statistics.shape[-1]
    r = (1 + 1 / m) * _between(np.sqrt(statistics))
    value = (statistics.mean(axis=-1) - (m + 1) / (m - 1) * r) / (1 + r)
    with np.errstate(divide="ignore"):
        v = (m - 1) * (1 + 1 / r) ** 2
    p = np.where(r == 0, chi2.sf(value, 1), fisher.sf(value, 1, np.where(r == 0, 1.0, v)))
    return {"statistic": value, "df_denominator": v, "p_value": p[()]}


def left_out_error(pooled: Callable[[np.ndarray], Mapping[str, Any]], m: int) -> Numbers:
    """White, Royston and Wood (2011) section 7: the jackknife, each data set left out in turn."""
    if m < 3:
        return {}
    found: dict[str, list[np.ndarray]] = {}
    for start in range(0, m, BLOCK):
        left = range(start, min(start + BLOCK, m))
        others = np.array([[k for k in range(m) if k != j] for j in left])
        for name, part in pooled(others).items():
            found.setdefault(name, []).append(part)
    errors = {}
    for name, parts in found.items():
        values = np.concatenate(parts)
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
