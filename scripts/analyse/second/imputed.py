"""Regression in every completed data set by statsmodels, pooled by Rubin's rules from the book."""

from collections.abc import Mapping
from math import sqrt
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t as student
from statsmodels.regression.linear_model import OLS

from scripts.analyse.second.opinion import Opinion
from scripts.analyse.second.selection import Selection, select
from scripts.job import StepError

LIBRARIES = "statsmodels OLS in each completed data set, Rubin's rules with scipy.stats.t"


def completed(imputed: pd.DataFrame, subjects: pd.Series) -> pd.DataFrame:
    """Values by subject (rows, in the order given) and imputation (columns)."""
    drawn = imputed[imputed["IMPUTATION"] > 0]
    known = imputed[imputed["IMPUTATION"] == 0].set_index("USUBJID")["AVAL"]
    values = drawn.pivot(index="USUBJID", columns="IMPUTATION", values="AVAL")  # noqa: PD010
    values = values.reindex(subjects)
    values = values.T.fillna(known.reindex(subjects)).T
    if values.isna().any(axis=None):
        names = values.index[values.isna().any(axis=1)].tolist()
        raise StepError(f"{len(names)} subject(s) without a completed value, first: {names[0]}")
    return values.astype(float)


def pool(estimates: np.ndarray, variances: np.ndarray, left: int, level: float, df: str) -> dict:
    """Rubin (1987) chapter 3; `left` is the residual degrees of freedom of complete data."""
    m = len(estimates)
    within, between = variances.mean(), estimates.var(ddof=1)
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
        "level": level,
        "statistic": estimate / error,
        "df": freedom,
        "p_value": 2 * student.sf(abs(estimate / error), freedom),
        "within": within,
        "between": between,
        "fraction_missing_information": (ratio + 2 / (freedom + 3)) / (1 + ratio),
        "monte_carlo_error": sqrt(between / m),
        "imputations": m,
    }


def _design(selection: Selection, covariates: list[str]) -> pd.DataFrame:
    """One column a group and no intercept, so that a difference is one contrast of them."""
    columns = {
        group: (selection.table["GROUP"] == group).astype(float) for group in selection.groups
    }
    covered = {name: selection.table[name].astype(float) for name in covariates}
    return pd.DataFrame(columns | covered)


def judge_imputed(
    analysis: Mapping[str, Any],
    plan: Mapping[str, Any],
    adsl: pd.DataFrame,
    adresp: pd.DataFrame,
    imputed: pd.DataFrame,
) -> Opinion:
    """The opinion on one difference from completed data sets."""
    selection = select(analysis, plan, adsl, adresp)
    table = selection.table
    values = completed(imputed, table["USUBJID"])
    opinion = Opinion(selection.used(), selection.counts(), LIBRARIES)
    drawn = set(imputed.loc[imputed["IMPUTATION"] > 0, "USUBJID"])
    for group in selection.groups:
        inside = (table["GROUP"] == group).to_numpy()
        mean = values[inside].mean().mean() if inside.any() else None
        missing = int(table.loc[inside, "USUBJID"].isin(drawn).sum())
        opinion.add("mean", group, {"mean": mean, "total": int(inside.sum()), "missing": missing})
    design = _design(selection, list(analysis.get("covariates", [])))
    fits = [OLS(values[number].to_numpy(), design.to_numpy()).fit() for number in values]
    df = analysis.get("method", {}).get("df", "rubin")
    for one, other in selection.pairs:
        weights = (design.columns == one).astype(float) - (design.columns == other).astype(float)
        estimates = np.array([fit.params @ weights for fit in fits])
        variances = np.array([weights @ fit.cov_params() @ weights for fit in fits])
        left = int(fits[0].df_resid)
        opinion.add(
            "difference", f"{one}-{other}", pool(estimates, variances, left, selection.level, df)
        )
    return opinion
