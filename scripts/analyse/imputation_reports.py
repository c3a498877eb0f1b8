"""What the impute stage says of a model, in one form: its variables, and whether it iterates."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Variable:
    """One incomplete variable: how it is drawn, in how many subjects, from how many."""

    name: str
    id: str
    label: str
    missing: int | None
    observed: int | None
    separated: int | None
    convergence: float | None


@dataclass(frozen=True)
class ModelReport:
    """The incomplete variables of a model in the order of its sweep, and what was noted."""

    variables: list[Variable]
    sweeps: int
    iterates: bool
    notes: list[str]


METHODS = {
    "normal": "linear model",
    "logistic": "logistic model",
    "ordinal": "proportional-odds model",
    "multinomial": "multinomial model",
    "matching": "predictive mean matching",
    "transition": "logistic model of transitions",
}
ONE = "One variable is incomplete: one pass is exact, and nothing iterates."
MONOTONE = "The pattern of missing values is monotone: one pass is exact, and nothing iterates."

NOTHING = "Nothing iterates."
SINGLE = "One sweep of a pattern that is not monotone: the chains had no time to converge."


def report_of(
    spec: Mapping[str, Any], noted: Mapping[str, Any] | None, imputed: pd.DataFrame
) -> ModelReport:
    """The report of one model; where the stage noted nothing, what the plan and the draws say."""
    noted = noted or {}
    variables = [_variable(entry) for entry in noted.get("variables", [])]
    if not variables:
        drawn = imputed["IMPUTED"] == "Y"
        missing, observed = (imputed.loc[p, "USUBJID"].nunique() for p in (drawn, ~drawn))
        label = f"{spec['endpoint']}, {METHODS.get(spec.get('method', ''), 'model of its own')}"
        variables = [
            Variable(
                spec["endpoint"], spec["endpoint"], label, int(missing), int(observed), None, None
            )
        ]
    sweeps = int(noted.get("sweeps", spec.get("sweeps", 1)))
    monotone = bool(noted.get("monotone", len(variables) == 1))
    iterates = not monotone and sweeps > 1
    notes = [_sentence(str(note)) for note in noted.get("notes", [])]
    if not monotone and not iterates:
        notes.append(SINGLE)
    elif not iterates and any("one pass" in note for note in notes):
        notes.append(NOTHING)
    elif not iterates:
        notes.append(ONE if len(variables) == 1 else MONOTONE)
    return ModelReport(variables, sweeps, iterates, notes)


def _variable(entry: Mapping[str, Any]) -> Variable:
    name, method = str(entry["variable"]), str(entry["method"])
    # A variable that is drawn by group has a model, and so an id, in each group.
    own = str(entry.get("label", name))
    numbers = (entry.get(word) for word in ("missing", "observed", "separated"))
    missing, observed, separated = (None if value is None else int(value) for value in numbers)
    label = f"{own}, {METHODS.get(method, method)}"
    return Variable(name, own, label, missing, observed, separated, entry.get("convergence"))


def _sentence(text: str) -> str:
    """A note as a sentence."""
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
