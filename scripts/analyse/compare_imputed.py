"""Differences between groups from completed data sets: a linear regression in each, then pooled."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from scripts.analyse.fit_models import compute_terms
from scripts.analyse.results import (
    Analysis,
    AnalysisSet,
    Plan,
    Rows,
    build_result,
    contrasts_of,
    group_entries,
    method_of,
    numbers,
    select,
    with_responses,
)
from scripts.job import Job, StepError
from scripts.stats.linear import linear_regression
from scripts.stats.rubin import PooledResult, rubin_rules

DEGREES = {"rubin": "Rubin", "barnard_rubin": "Barnard and Rubin"}


def complete(imputed: pd.DataFrame, subjects: pd.DataFrame) -> np.ndarray:
    """Completed outcomes, one row a data set and one column a subject in the given order.

    Observed values are stored once, as imputation 0, and enter every data set.
    """
    order = subjects["USUBJID"]
    observed = imputed[imputed["IMPUTATION"] == 0].set_index("USUBJID")["AVAL"]
    drawn = imputed[imputed["IMPUTATION"] > 0]
    wide = drawn.pivot_table(index="IMPUTATION", columns="USUBJID", values="AVAL")
    known = np.broadcast_to(observed.reindex(order).to_numpy(float), (len(wide), len(order)))
    values = np.where(np.isnan(known), wide.reindex(columns=order).to_numpy(float), known)
    lost = np.flatnonzero(np.isnan(values).any(axis=0))
    if len(lost):
        names = ", ".join(order.iloc[lost[:5]])
        raise StepError(
            f"{len(lost)} subject(s) have no observed and no imputed value, first: {names}; "
            "the imputation model must cover the population of the analysis"
        )
    return values


def pool_contrast(outcomes: np.ndarray, design: np.ndarray, level: float, df: str) -> PooledResult:
    """The first coefficient of the regression in every completed data set, by Rubin's rules."""
    fits = [linear_regression(design, outcome) for outcome in outcomes]
    return rubin_rules(
        [fitted.coefficient[1] for fitted in fits],
        [fitted.covariance[1, 1] for fitted in fits],
        level,
        df_complete=fits[0].df if df == "barnard_rubin" else None,
    )


def design_of(subjects: AnalysisSet, first: str, second: str, covariates: list[str]) -> np.ndarray:
    """The indicator of the first group, of every group but the second, and the covariates."""
    column = subjects.subjects[subjects.variable]
    values = {group.id: group.value for group in subjects.groups}
    others = [g for g in values if g not in (first, second) and (column == values[g]).any()]
    indicators = [(column == values[g]).to_numpy(float) for g in [first, *others]]
    terms = compute_terms(subjects.subjects, covariates).to_numpy(float).T
    return np.column_stack([*indicators, *terms])


def difference_rows(name: str, pooled: PooledResult) -> Rows:
    """The pooled difference and where its uncertainty comes from."""
    words = (
        "estimate",
        "standard_error",
        "lower",
        "upper",
        "level",
        "statistic",
        "df",
        "p_value",
        "within",
        "between",
        "fraction_missing_information",
        "monte_carlo_error",
    )
    values = {word: getattr(pooled, word) for word in words}
    return numbers("difference", name, **values, imputations=pooled.m)


def group_rows(subjects: AnalysisSet, outcomes: np.ndarray, imputed: pd.Series) -> Rows:
    """Mean outcome by group over all completed data sets; whose values were imputed."""
    rows: Rows = []
    column = subjects.subjects[subjects.variable]
    for group in subjects.groups:
        inside = (column == group.value).to_numpy()
        mean = float(outcomes[:, inside].mean()) if inside.any() else None
        lost = int(imputed[inside].sum())
        rows += numbers("mean", group.id, mean=mean, total=int(inside.sum()), missing=lost)
    return rows


def method_words(analysis: Analysis, plan: Plan, df: str, imputations: int) -> dict[str, Any]:
    """The imputation model, the regression and the pooling, in words."""
    model = plan["models"][analysis["imputation"]]
    label = f"Linear regression in each completed data set, pooled by Rubin's rules ({DEGREES[df]})"
    options = {
        "imputation": analysis["imputation"],
        "model": model.get("label", model["method"]),
        "predictors": list(model["predictors"]),
        "imputations": imputations,
        "df": df,
        "covariates": list(analysis.get("covariates", [])),
    }
    return method_of(
        "pooled_linear_regression", label, options, test="t", test_label="Pooled t test"
    )


def difference_imputed(
    name: str,
    analysis: Analysis,
    subjects: AnalysisSet,
    plan: Plan,
    imputed: pd.DataFrame,
) -> dict[str, Any]:
    """The pooled difference of each contrast under one imputation model."""
    level, alpha = (plan["settings"][f"{word}_level"] for word in ("confidence", "significance"))
    df = analysis.get("method", {}).get("df", "rubin")
    covariates = list(analysis.get("covariates", []))
    lost = subjects.subjects[covariates].isna().any(axis=1)
    subjects = subjects.without(lost, "A covariate of the regression is missing")
    outcomes = complete(imputed, subjects.subjects)
    drawn = set(imputed.loc[imputed["IMPUTED"] == "Y", "USUBJID"])
    statistics = group_rows(subjects, outcomes, subjects.subjects["USUBJID"].isin(drawn))
    warnings = []
    for a, b in contrasts_of(analysis, plan, subjects.groups):
        design = design_of(subjects, a, b, covariates)
        pooled = pool_contrast(outcomes, design, level, df)
        statistics += difference_rows(f"{a}-{b}", pooled)
        if (pooled.p_value < alpha) != (pooled.lower > 0 or pooled.upper < 0):
            warnings.append(f"{a}-{b}: the interval and the test disagree.")
    ran = method_words(analysis, plan, df, len(outcomes))
    return build_result(
        name,
        analysis,
        plan,
        subjects,
        groups=group_entries(subjects),
        method=ran,
        statistics=statistics,
        warnings=warnings,
    )


def compare_imputed(
    adsl: pd.DataFrame, adresp: pd.DataFrame, imputed: Mapping[str, pd.DataFrame], plan: Plan
) -> dict[str, dict[str, Any]]:
    """Every result of this family by id."""
    wide = with_responses(adsl, adresp)
    results = {}
    for name, analysis in plan["analyses"].items():
        subjects = select(analysis, plan, wide)
        model = analysis["imputation"]
        results[name] = difference_imputed(name, analysis, subjects, plan, imputed[model])
    return results


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        made = compare_imputed(
            job.table("adsl"), job.table("adresp"), job.tables("imputed"), job.plan
        )
        job.write_all("results", made)
