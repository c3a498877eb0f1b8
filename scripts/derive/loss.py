"""Loss of a response: which clause was met first after the response began, and when."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scripts.derive.clauses import RECORD_CLAUSES, Clause
from scripts.derive.evidence import (
    EVENT_COLUMNS,
    FIRST_DAY,
    NEVER,
    Evidence,
    events_at,
    first_of,
    subject_day,
    trace_of,
    words,
)


@dataclass(frozen=True)
class Losses:
    """The first loss of each subject (missing values where there is none) and the trace."""

    event: pd.DataFrame
    clause: pd.Series
    reason: pd.Series
    trace: pd.DataFrame

    @property
    def happened(self) -> np.ndarray:
        """Whether a subject lost the response."""
        return self.clause.notna().to_numpy()


def _after(records: pd.DataFrame, onset: np.ndarray) -> pd.DataFrame:
    """The records after the onset of their subject; none of a subject without an onset."""
    later = records["ADAYS"].to_numpy("int64") > onset[records["subject"].to_numpy()]
    return records[later].reset_index(drop=True)


def _losses_in_records(
    name: str, clause: Clause, measure: str, onset: np.ndarray, evidence: Evidence
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Candidate losses and trace of a clause about a measure."""
    records = _after(evidence.assessments(clause.get("measure", measure)), onset)
    met = RECORD_CLAUSES[clause["kind"]](clause, records, evidence)
    return records[met], trace_of(name, records["subject"], met, records)


def _dated_at_assessment(taken: pd.DataFrame, assessments: pd.DataFrame) -> pd.DataFrame:
    """The medications with the day and visit of the first assessment on or after each.

    A medication after the last assessment keeps its own day.
    """
    # ASSUME: A loss by medication is dated at the first assessment on or after the start of the
    # medication, and at the medication itself where no assessment follows.
    here = subject_day(taken["subject"], taken["ADAYS"])
    places = subject_day(assessments["subject"], assessments["ADAYS"])
    row = np.searchsorted(places, here, side="left")
    follows = row < len(places)
    follows[follows] = (
        assessments["subject"].to_numpy()[row[follows]] == taken["subject"].to_numpy()[follows]
    )
    at = events_at(assessments, np.where(follows, row, -1))
    dated = taken.reset_index(drop=True).copy()
    for column in ("ADT", "ADY", "ADAYS", "ANOMDY", "AVISIT", "VISITNUM"):
        dated[column] = dated[column].mask(follows, at[column])
    return dated


def _losses_by_medication(
    name: str, clause: Clause, assessments: pd.DataFrame, onset: np.ndarray, evidence: Evidence
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Candidate losses and trace of a clause about a medication."""
    first_day = clause.get("from_day", FIRST_DAY)
    taken = _after(evidence.medication(clause["category"], first_day), onset)
    met = np.ones(len(taken), dtype=bool)
    dated = _dated_at_assessment(taken, assessments)
    return dated, trace_of(name, taken["subject"], met, taken)


def assessments_of(clauses: Mapping[str, Clause], measure: str, evidence: Evidence) -> pd.DataFrame:
    """Every assessment of the measures that the clauses look at, in order of subject and day."""
    measures = {measure} | {clause.get("measure", measure) for clause in clauses.values()}
    parts = [evidence.assessments(name) for name in sorted(measures)]
    table = pd.concat(parts, ignore_index=True)
    return table.sort_values(["subject", "ADAYS"], kind="stable", ignore_index=True)


def find_losses(
    clauses: Mapping[str, Clause], measure: str, onset: np.ndarray, evidence: Evidence
) -> Losses:
    """The first loss after `onset` (days since start; NEVER for a subject without a response).

    Several losses on one day: the clause that stands first in the plan gives the reason.
    """
    assessments = assessments_of(clauses, measure, evidence)
    candidates, traces = [], []
    for order, (name, clause) in enumerate(clauses.items()):
        if clause["kind"] == "medication":
            rows, trace = _losses_by_medication(name, clause, assessments, onset, evidence)
        else:
            rows, trace = _losses_in_records(name, clause, measure, onset, evidence)
        named = rows[["subject", *EVENT_COLUMNS]].assign(
            order=order, clause=name, reason=clause["reason"]
        )
        candidates.append(named)
        traces.append(trace)
    table = pd.concat(candidates, ignore_index=True)
    table = table.sort_values(["subject", "ADAYS", "order"], kind="stable", ignore_index=True)
    position = first_of(table["subject"].to_numpy(), evidence.n)
    one = table.reindex(position).reset_index(drop=True)
    return Losses(
        event=one[EVENT_COLUMNS],
        clause=words(evidence.n).fillna(one["clause"]),
        reason=words(evidence.n).fillna(one["reason"]),
        trace=pd.concat(traces, ignore_index=True),
    )


def onset_days(met: np.ndarray, event: pd.DataFrame) -> np.ndarray:
    """The day on which each response began, NEVER where there was none."""
    days = event["ADAYS"].fillna(0).to_numpy("int64")
    return np.where(met, days, NEVER)
