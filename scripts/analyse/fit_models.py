"""Logistic models: how an endpoint depends on what is known of a subject."""

from typing import Any

import pandas as pd

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
from scripts.job import Job, StepError
from scripts.stats.logistic import LogisticResult, logistic_regression

# Fewer events, or fewer subjects without one, than this for each term make a fit unsteady.
EVENTS_PER_TERM = 10


def compute_terms(table: pd.DataFrame, terms: list[str]) -> pd.DataFrame:
    """The terms as numbers: Y is 1 and N is 0, numbers stay as they are."""
    columns = {}
    wrong = []
    for term in terms:
        values = table[term]
        if pd.api.types.is_numeric_dtype(values):
            columns[term] = values.astype(float)
        elif set(values.dropna().unique()) <= {"Y", "N"}:
            columns[term] = values.map({"Y": 1.0, "N": 0.0}).astype(float)
        else:
            wrong.append(term)
    if wrong:
        raise StepError(
            f"a term of a model must be a number or a Y/N flag, which these are not: "
            f"{', '.join(wrong)}; derive a flag for each level in the plan of the subjects"
        )
    return pd.DataFrame(columns, index=table.index)


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


def fit(design: pd.DataFrame, outcome: pd.Series, level: float) -> LogisticResult | None:
    """The fitted model, or None where a term does not vary or copies another."""
    try:
        return logistic_regression(
            design.to_numpy(), outcome.to_numpy(float), names=list(design.columns), level=level
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


def check_fit(fitted: LogisticResult | None, n: int, events: int, terms: list[str]) -> list[str]:
    """What a reader must know about the fit, in words."""
    if fitted is None:
        return ["A term does not vary or copies another, so the model cannot be fitted."]
    if not fitted.converged:
        return [f"The model has no finite estimate ({fitted.problem.replace('_', ' ')})."]
    if min(events, n - events) < EVENTS_PER_TERM * len(terms):
        return [f"Fewer than {EVENTS_PER_TERM} subjects with, or without, the endpoint a term."]
    return []


def logistic(name: str, analysis: Analysis, subjects: AnalysisSet, plan: Plan) -> dict[str, Any]:
    """One logistic model of an endpoint, all its terms together."""
    endpoint, terms = analysis["endpoint"], list(analysis["terms"])
    level = plan["settings"]["confidence_level"]
    missing = subjects.subjects[[endpoint, *terms]].isna().any(axis=1)
    subjects = subjects.without(missing, "The endpoint or a term of the model is missing")
    outcome = subjects.subjects[endpoint] == "Y"
    design = compute_terms(subjects.subjects, terms)
    fitted = fit(design, outcome, level)
    events = int(outcome.sum())
    statistics = term_rows(fitted, terms, level)
    statistics += numbers("model", "", n=len(outcome), events=events)
    statistics += level_rows(subjects, terms, outcome)
    label = "Logistic regression, maximum likelihood, Wald limits"
    words = "one term" if len(terms) == 1 else f"{len(terms)} terms together"
    ran = method_of("logistic_regression", label, {"terms": terms, "adjustment": words})
    contributing = {g.id: int((subjects.of(g)[endpoint] == "Y").sum()) for g in subjects.groups}
    return build_result(
        name,
        analysis,
        plan,
        subjects,
        groups=group_entries(subjects, contributing),
        method=ran,
        statistics=statistics,
        warnings=check_fit(fitted, len(outcome), events, terms),
        labels=dict(analysis.get("labels", {})),
    )


def fit_models(adsl: pd.DataFrame, adresp: pd.DataFrame, plan: Plan) -> dict[str, dict[str, Any]]:
    """Every result of this family by id."""
    wide = with_responses(adsl, adresp)
    return {
        name: logistic(name, analysis, select(analysis, plan, wide), plan)
        for name, analysis in plan["analyses"].items()
    }


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        made = fit_models(job.table("adsl"), job.table("adresp"), job.plan)
        job.write_all("results", made)
