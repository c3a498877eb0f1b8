"""Terms of a model as numbers, and what a reader must know about a model with them."""

from collections.abc import Sequence

import pandas as pd

from scripts.job import StepError
from scripts.stats.firth import FITS
from scripts.stats.logistic_result import INTERVALS, LogisticResult

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


def fit_words(fit: str, interval: str) -> str:
    """How a logistic model is fitted and its limits are found, in words, before there are data."""
    limits = INTERVALS[interval]
    if fit == "firth" and interval == "profile_likelihood":
        limits = f"penalised {limits}"
    if fit == "firth_if_separated":
        return (
            f"maximum likelihood, {limits}; under separation Firth's penalised likelihood, "
            f"penalised {INTERVALS['profile_likelihood']}"
        )
    return f"{FITS[fit]}, {limits}"


def describe_separation(fitted: LogisticResult, labels: dict[str, str]) -> list[str]:
    """Which columns separate the outcomes, and what was done about it, in words."""
    found = fitted.separation
    if found is None or found.kind == "none":
        return []
    named = [labels.get(column, column) for column in found.columns]
    of = f" by {', '.join(named)}" if named else " (the endpoint does not vary)"
    kind = f"{found.label[:1].upper()}{found.label[1:]}"
    told = f"{kind}{of}: the outcome of {found.subjects} of {fitted.n} subjects follows from it"
    if fitted.method == "firth":
        return [f"{told}, so Firth's penalised likelihood was used."]
    return [f"{told}, so the model has no finite estimate."]


def check_fit(
    fitted: LogisticResult | None, terms: Sequence[str], labels: dict[str, str]
) -> list[str]:
    """What a reader must know about the fit, in words."""
    if fitted is None:
        return ["A term does not vary or copies another, so the model cannot be fitted."]
    words = describe_separation(fitted, labels)
    if not fitted.converged:
        return words or ["The model has no estimate (not converged)."]
    if min(fitted.events, fitted.n - fitted.events) < EVENTS_PER_TERM * len(terms):
        words.append(
            f"Fewer than {EVENTS_PER_TERM} subjects with, or without, the endpoint a term."
        )
    return words
