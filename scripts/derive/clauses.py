"""Clauses of endpoint definitions: what a record, or a subject, must be for a verdict to stand.

A record clause answers for each record, a subject clause for each subject. Loops run over the
clauses of a definition, never over subjects.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from scripts.conditions import OPERATORS, evaluate
from scripts.derive.evidence import (
    FIRST_DAY,
    NEVER,
    SCALES,
    Evidence,
    any_of,
    first_of,
    subject_day,
)

Clause = Mapping[str, Any]


def compare_numbers(values: Any, operator: str, other: Any) -> np.ndarray:
    """Comparison of numbers that is false where one is missing."""
    left, right = np.asarray(values, dtype=float), np.asarray(other, dtype=float)
    known = ~(np.isnan(left) | np.isnan(right))
    return np.asarray(OPERATORS[operator](left, right), dtype=bool) & known


def _threshold(clause: Clause, records: pd.DataFrame, evidence: Evidence) -> np.ndarray:
    """The value stands in a relation to a number."""
    return compare_numbers(records["AVAL"], clause["operator"], clause["value"])


def _baseline_fold(clause: Clause, records: pd.DataFrame, evidence: Evidence) -> np.ndarray:
    """The value stands in a relation to a multiple of the baseline."""
    limit = clause["factor"] * records["BASE"].to_numpy(float)
    return compare_numbers(records["AVAL"], clause["operator"], limit)


def _change(clause: Clause, records: pd.DataFrame, evidence: Evidence) -> np.ndarray:
    """The change from baseline stands in a relation to a number."""
    return compare_numbers(records["CHG"], clause["operator"], clause["value"])


def _other_measure(clause: Clause, records: pd.DataFrame, evidence: Evidence) -> np.ndarray:
    """Another measure at the same visit stands in a relation to a number.

    With several records of it at the visit, all must. None at the visit: as the plan says.
    """
    other = evidence.measured(clause["measure"])
    holds = compare_numbers(other["AVAL"], clause["operator"], clause["value"])
    key = ["subject", "VISITNUM"]
    by_visit = other[key].assign(holds=holds).groupby(key, as_index=False)["holds"].min()
    joined = records[key].merge(by_visit, on=key, how="left", validate="many_to_one")["holds"]
    missing = joined.isna().to_numpy() | records["VISITNUM"].isna().to_numpy()
    found = joined.to_numpy(dtype=object, na_value=False).astype(bool)
    return np.where(missing, clause["when_missing"] == "met", found)


def _medication_free(clause: Clause, records: pd.DataFrame, evidence: Evidence) -> np.ndarray:
    """No medication of the category started on the day or in so many days before it."""
    taken = evidence.medication(clause["category"])
    taken = taken[taken["ADAYS"].notna()]
    starts = subject_day(taken["subject"], taken["ADAYS"])
    here = subject_day(records["subject"], records["ADAYS"])
    # The last start not after the record; a start of another subject is further away than any day.
    last = np.searchsorted(starts, here, side="right") - 1
    since = np.where(last >= 0, here - starts[last] if len(starts) else 0, NEVER)
    return since > clause["days"]


def first_medication_day(category: str, first_day: int, evidence: Evidence) -> np.ndarray:
    """The day of the first medication of a category from a day on, NEVER where there is none."""
    taken = evidence.medication(category, first_day)
    row = first_of(taken["subject"].to_numpy(), evidence.n)
    days = taken["ADAYS"].to_numpy("int64")
    return np.where(row >= 0, days[row] if len(days) else 0, NEVER)


def _before_medication(clause: Clause, records: pd.DataFrame, evidence: Evidence) -> np.ndarray:
    """The record stands before the first medication of the category from a day on."""
    first = first_medication_day(clause["category"], clause["from_day"], evidence)
    return records["ADAYS"].to_numpy("int64") < first[records["subject"].to_numpy()]


def _window(clause: Clause, records: pd.DataFrame, evidence: Evidence) -> np.ndarray:
    """The record stands in a range of days since the start of treatment."""
    days = records[SCALES[clause["scale"]]].to_numpy("int64")
    return (days >= clause.get("from_day", -NEVER)) & (days <= clause.get("to_day", NEVER))


def _subject(clause: Clause, evidence: Evidence) -> np.ndarray:
    """A condition on the subject-level variables."""
    return evaluate(clause["condition"], evidence.subjects).to_numpy()


def _requires(clause: Clause, evidence: Evidence) -> np.ndarray:
    """Another endpoint is met."""
    return evidence.verdicts[clause["endpoint"]].met


def _never(clause: Clause, evidence: Evidence) -> np.ndarray:
    """No record of a measure, from a day on, stands in a relation to a number."""
    records = evidence.assessments(clause["measure"], clause.get("from_day", FIRST_DAY))
    return ~any_of(records["subject"], _threshold(clause, records, evidence), evidence.n)


def _no_medication(clause: Clause, evidence: Evidence) -> np.ndarray:
    """No medication of the category started in a range of days."""
    taken = evidence.medication(clause["category"], clause.get("from_day"), clause.get("to_day"))
    return ~any_of(taken["subject"], np.ones(len(taken), dtype=bool), evidence.n)


RECORD_CLAUSES: dict[str, Callable[[Clause, pd.DataFrame, Evidence], np.ndarray]] = {
    "threshold": _threshold,
    "baseline_fold": _baseline_fold,
    "change": _change,
    "other_measure": _other_measure,
    "medication_free": _medication_free,
    "before_medication": _before_medication,
    "window": _window,
}
SUBJECT_CLAUSES: dict[str, Callable[[Clause, Evidence], np.ndarray]] = {
    "subject": _subject,
    "requires": _requires,
    "never": _never,
    "no_medication": _no_medication,
}


def given(clauses: Mapping[str, Clause | None]) -> dict[str, Clause]:
    """The clauses of a definition without those that a variant leaves out by giving null."""
    return {name: clause for name, clause in clauses.items() if clause is not None}
