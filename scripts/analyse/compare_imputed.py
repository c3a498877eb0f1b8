"""Contrasts of groups from completed data sets: an estimate in each of them, then pooled."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from scripts.analyse.imputed_fits import (
    CHI_SQUARE,
    LINEAR,
    LOGISTIC,
    PROPORTIONS,
    Series,
    fit_contrast,
)
from scripts.analyse.pooled_rows import (
    contrast_rows,
    disagreement,
    growth_rows,
    of_one_completion,
    pool,
    reach,
)
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
from scripts.impute.assumptions import is_completion
from scripts.job import Job, StepError

DEGREES = {"rubin": "Rubin", "barnard_rubin": "Barnard and Rubin"}
# Name, label, test and its label of each estimator.
WALD = "Difference in proportions with its Wald variance in each completed data set, pooled"
ESTIMATORS = {
    LINEAR: (
        "pooled_linear_regression",
        "Linear regression in each completed data set, pooled",
        "t",
        "Pooled t test",
    ),
    PROPORTIONS: ("pooled_proportions", WALD, "t", "Pooled t test"),
    LOGISTIC: (
        "pooled_logistic_regression",
        "Logistic regression in each completed data set, odds ratio pooled on the log scale",
        "t",
        "Pooled t test",
    ),
    CHI_SQUARE: (
        "pooled_chi_square",
        WALD,
        "d2",
        "Pearson chi-square of each completed data set, pooled by D2",
    ),
}
SINGLE = (
    " in the single completed data set; nothing is drawn, so that the variance between imputations "
    "is 0; "
)
# Nothing is pooled then: limits, test and its label by the degrees of freedom that are planned.
ALONE = {
    "rubin": ("normal limits", "z", "z test"),
    "barnard_rubin": (
        "t limits with Barnard and Rubin's degrees of freedom of complete data", "t", "t test",
    ),
}  # fmt: skip
PEARSON = ("pearson_chi_square", "Pearson chi-square test without continuity correction")
# One completion stands for as many equal ones as one likes: nothing varies between them.
EQUAL = 3


def complete(imputed: pd.DataFrame, subjects: pd.DataFrame) -> np.ndarray:
    """Completed outcomes, one row a data set and one column a subject in the given order.

    Observed values are stored once, as imputation 0, and enter every data set. Where nobody is
    missing they are the only one.
    """
    order = subjects["USUBJID"]
    observed = imputed[imputed["IMPUTATION"] == 0].set_index("USUBJID")["AVAL"]
    drawn = imputed[imputed["IMPUTATION"] > 0]
    wide = drawn.pivot_table(index="IMPUTATION", columns="USUBJID", values="AVAL")
    wide = wide if len(wide) else pd.DataFrame(index=[1])
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


def method_words(analysis: Analysis, plan: Plan, drawn: int, single: bool) -> dict[str, Any]:
    """The imputation model, the estimator and the pooling, in words; `single`: nothing is drawn."""
    model = plan["models"][analysis["imputation"]]
    method = analysis.get("method", {})
    df, estimator = method.get("df", "rubin"), method.get("estimator", LINEAR)
    name, words, test, test_label = ESTIMATORS[estimator]
    options = {
        "imputation": analysis["imputation"],
        "model": model["label"],
        "predictors": list(model.get("predictors", [])),
        "imputations": drawn,
        "df": df,
        "covariates": list(analysis.get("covariates", [])),
    }
    if "imputations_least" in plan["settings"] and not single:
        options["imputations_least"] = plan["settings"]["imputations_least"]
    label = f"{words} by Rubin's rules ({DEGREES[df]})"
    if single:
        limits, *alone = ALONE[df]
        label = words.partition(" in each")[0] + SINGLE + limits
        test, test_label = PEARSON if estimator == CHI_SQUARE else alone
    return method_of(name, label, options, test=test, test_label=test_label)


def note_words(model: Mapping[str, Any], plan: Plan, imputations: int) -> str | None:
    """What was completed and judged again, of a model by visit; nothing of others."""
    if model.get("kind") != "by_visit":
        return None
    derived = plan["endpoints"][model["derive"]]["label"]
    return (
        f"{imputations} completed data sets; the endpoint ({derived}, {model['derive']}) is "
        "derived again in each."
    )


def why_not(series: Series, count: int) -> str:
    """Why a contrast is not estimable, in words; copies of a single completion count once."""
    if series.problem:
        return f"{series.group}: not estimable, because {series.problem}."
    if not series.failed:
        return f"{series.group}: not estimable, because nothing varies in any completed data set."
    return (
        f"{series.group}: not estimable, because in {min(series.failed, count)} of {count} "
        "completed data sets the estimate is infinite or nothing varies."
    )


def difference_imputed(
    name: str,
    analysis: Analysis,
    subjects: AnalysisSet,
    plan: Plan,
    imputed: pd.DataFrame,
) -> dict[str, Any]:
    """The pooled contrast of each pair of groups under one imputation model."""
    level, alpha = (plan["settings"][f"{word}_level"] for word in ("confidence", "significance"))
    method = analysis.get("method", {})
    small_sample = method.get("df", "rubin") == "barnard_rubin"
    covariates = list(analysis.get("covariates", []))
    lost = subjects.subjects[covariates].isna().any(axis=1)
    subjects = subjects.without(lost, "A covariate of the regression is missing")
    outcomes = complete(imputed, subjects.subjects)
    count = len(outcomes)
    # Nobody missing leaves one data set as well, whatever the model.
    single = is_completion(plan["models"][analysis["imputation"]]) or count == 1
    if single:
        outcomes = np.repeat(outcomes, EQUAL, axis=0)
    pairs = contrasts_of(analysis, plan, subjects.groups)
    estimator = method.get("estimator", LINEAR)
    contrasts = [fit_contrast(estimator, outcomes, subjects, pair, covariates) for pair in pairs]
    growth = reach(contrasts, plan, small_sample, len(outcomes))
    drawn = set(imputed.loc[imputed["IMPUTED"] == "Y", "USUBJID"])
    inside = subjects.subjects["USUBJID"].isin(drawn)
    statistics = group_rows(subjects, outcomes[: growth.m], inside)
    warnings = []
    for series in contrasts:
        statistics += contrast_rows(series, growth, level, small_sample)
        if series.estimable(growth.m):
            warnings.append(
                disagreement(series, pool(series, growth.m, level, small_sample), alpha)
            )
        else:
            warnings.append(why_not(series, count))
    ran = method_words(analysis, plan, count, single)
    said = note_words(plan["models"][analysis["imputation"]], plan, growth.m)
    if said:
        analysis = {**analysis, "note": " ".join(filter(None, [analysis.get("note"), said]))}
    statistics += growth_rows(growth, count)
    return build_result(
        name,
        analysis,
        plan,
        subjects,
        groups=group_entries(subjects),
        method=ran,
        statistics=of_one_completion(statistics) if single else statistics,
        warnings=filter(None, warnings),
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
