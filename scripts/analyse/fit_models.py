"""Logistic models: how an endpoint depends on what is known of a subject, and on the group."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.analyse.adjusted_difference import adjusted_difference
from scripts.analyse.results import (
    Analysis,
    AnalysisSet,
    Plan,
    Rows,
    build_result,
    count_of,
    group_entries,
    method_of,
    numbers,
    select,
    with_responses,
)
from scripts.analyse.terms import check_fit, compute_terms, fit_words
from scripts.job import Job
from scripts.stats.firth import fit_logistic
from scripts.stats.logistic_result import LogisticResult

# The word of the method in a result, by the fit that is planned.
NAMES = {
    "maximum_likelihood": "logistic_regression",
    "firth": "firth_logistic_regression",
    "firth_if_separated": "logistic_or_firth_regression",
}


def level_rows(subjects: AnalysisSet, terms: list[str], outcome: pd.Series) -> Rows:
    """For each Y/N term, how many with and without it have the endpoint."""
    rows: Rows = []
    table = subjects.subjects
    for term in terms:
        if pd.api.types.is_numeric_dtype(table[term]):
            continue
        for level in ("Y", "N"):
            inside = table[term] == level
            rows += count_of(f"{term}={level}", "", int(outcome[inside].sum()), int(inside.sum()))
    return rows


def fit(
    design: pd.DataFrame, outcome: pd.Series, level: float, method: Mapping[str, str]
) -> LogisticResult | None:
    """The fitted model, or None where a term does not vary or copies another."""
    try:
        return fit_logistic(
            design.to_numpy(),
            outcome.to_numpy(float),
            names=list(design.columns),
            level=level,
            fit=method.get("fit", "maximum_likelihood"),
            interval=method.get("interval", "wald"),
        )
    except ValueError:
        return None


def term_rows(fitted: LogisticResult | None, terms: list[str], level: float) -> Rows:
    """Coefficient and odds ratio of each term and of the intercept."""
    words = ("coefficient", "standard_error", "odds_ratio", "lower", "upper", "p_value")
    rows: Rows = []
    for position, term in enumerate(["intercept", *terms]):
        values: dict[str, Any] = dict.fromkeys(words)
        if fitted is not None:
            values = {word: getattr(fitted, word)[position] for word in words}
        rows += numbers(term, "", **values, level=level)
    return rows


def logistic(name: str, analysis: Analysis, subjects: AnalysisSet, plan: Plan) -> dict[str, Any]:
    """One logistic model of an endpoint, all its terms together."""
    endpoint, terms = analysis["endpoint"], list(analysis["terms"])
    labels = dict(analysis.get("labels", {}))
    level = plan["settings"]["confidence_level"]
    missing = subjects.subjects[[endpoint, *terms]].isna().any(axis=1)
    subjects = subjects.without(missing, "The endpoint or a term of the model is missing")
    outcome = subjects.subjects[endpoint] == "Y"
    design = compute_terms(subjects.subjects, terms)
    method = analysis.get("method", {})
    fitted = fit(design, outcome, level, method)
    events = int(outcome.sum())
    statistics = term_rows(fitted, terms, level)
    statistics += numbers("model", "", n=len(outcome), events=events)
    statistics += level_rows(subjects, terms, outcome)
    planned = method.get("fit", "maximum_likelihood")
    label = f"Logistic regression, {fit_words(planned, method.get('interval', 'wald'))}"
    words = "one term" if len(terms) == 1 else f"{len(terms)} terms together"
    ran = method_of(NAMES[planned], label, {"terms": terms, "adjustment": words})
    contributing = {g.id: int((subjects.of(g)[endpoint] == "Y").sum()) for g in subjects.groups}
    return build_result(
        name,
        analysis,
        plan,
        subjects,
        groups=group_entries(subjects, contributing),
        method=ran,
        statistics=statistics,
        warnings=check_fit(fitted, terms, labels),
        labels=labels,
    )


KINDS = {"logistic": logistic, "adjusted_difference": adjusted_difference}


def fit_models(adsl: pd.DataFrame, adresp: pd.DataFrame, plan: Plan) -> dict[str, dict[str, Any]]:
    """Every result of this family by id."""
    wide = with_responses(adsl, adresp)
    return {
        name: KINDS[analysis["kind"]](name, analysis, select(analysis, plan, wide), plan)
        for name, analysis in plan["analyses"].items()
    }


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        made = fit_models(job.table("adsl"), job.table("adresp"), job.plan)
        job.write_all("results", made)
