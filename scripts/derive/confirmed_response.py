"""Confirmed response: every clause is met on enough occasions far enough apart."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from scripts.derive.clauses import RECORD_CLAUSES, SUBJECT_CLAUSES, Clause, given
from scripts.derive.confirmation import confirm
from scripts.derive.evidence import (
    FIRST_DAY,
    Evidence,
    Verdict,
    any_of,
    events_at,
    first_of,
    trace_of,
    words,
)

CONFIRMED = "confirmed"


class Reasons:
    """The clause that failed first for each subject, filled in the order of asking."""

    def __init__(self, n: int) -> None:
        self.clause = words(n)
        self.reason = words(n)

    def add(self, failed: np.ndarray, clause: str, reason: str | pd.Series) -> None:
        """Give this reason, one for all or one for each, to those who failed and have none yet."""
        new = pd.Series(failed & self.clause.isna().to_numpy())
        if not new.any():
            return
        self.clause = self.clause.mask(new, clause)
        self.reason = self.reason.mask(new, reason)


def judge_subjects(
    clauses: Mapping[str, Clause], evidence: Evidence, reasons: Reasons
) -> tuple[np.ndarray, list[pd.DataFrame]]:
    """Whether each subject meets all subject clauses, with the trace."""
    holds = np.ones(evidence.n, dtype=bool)
    traces = []
    for name, clause in clauses.items():
        met = SUBJECT_CLAUSES[clause["kind"]](clause, evidence)
        reasons.add(~met, name, clause["reason"])
        traces.append(trace_of(name, np.arange(evidence.n), met))
        holds &= met
    return holds, traces


def judge_records(
    clauses: Mapping[str, Clause], records: pd.DataFrame, evidence: Evidence, reasons: Reasons
) -> tuple[np.ndarray, list[pd.DataFrame]]:
    """Whether each record meets all record clauses, with the trace.

    A subject's reason is the clause at which the last of its records dropped out: the closest
    that it came.
    """
    holds = np.ones(len(records), dtype=bool)
    traces = []
    for name, clause in clauses.items():
        met = RECORD_CLAUSES[clause["kind"]](clause, records, evidence)
        traces.append(trace_of(name, records["subject"], met, records))
        holds &= met
        reasons.add(~any_of(records["subject"], holds, evidence.n), name, clause["reason"])
    return holds, traces


def split_clauses(
    clauses: Mapping[str, Clause | None],
) -> tuple[dict[str, Clause], dict[str, Clause]]:
    """Subject clauses and record clauses, each in the order of the plan."""
    left = given(clauses)
    about_subject = {name: c for name, c in left.items() if c["kind"] in SUBJECT_CLAUSES}
    about_record = {name: c for name, c in left.items() if c["kind"] in RECORD_CLAUSES}
    return about_subject, about_record


def derive_confirmed_response(definition: Mapping[str, Any], evidence: Evidence) -> Verdict:
    """The verdict on a confirmed response.

    Subject clauses are asked first, then record clauses in the order of the plan, then the
    confirmation; the first that fails is the reason.
    """
    n, rule = evidence.n, definition["confirmation"]
    about_subject, about_record = split_clauses(definition["clauses"])
    records = evidence.assessments(definition["measure"], definition.get("from_day", FIRST_DAY))
    reasons = Reasons(n)
    allowed, traces = judge_subjects(about_subject, evidence, reasons)
    assessed = any_of(records["subject"], np.ones(len(records), dtype=bool), n)
    reasons.add(~assessed, "assessed", "not assessed after the start of treatment")
    holds, more = judge_records(about_record, records, evidence, reasons)
    subject, day = records["subject"].to_numpy(), records["ADAYS"].to_numpy("int64")
    confirming = confirm(
        subject, day, holds, rule["occasions"], rule["gap_days"], rule["consecutive"]
    )
    traces += more
    traces.append(trace_of(CONFIRMED, subject, confirming >= 0, records))
    # The first confirmed record of each subject, and the record that confirms it.
    rows = np.flatnonzero(confirming >= 0)
    first = first_of(subject[rows], n)
    found = (first >= 0) & allowed
    begin = np.full(n, -1)
    begin[found] = rows[first[found]]
    end = np.where(found, confirming[begin] if len(confirming) else -1, -1)
    reasons.add(~found, CONFIRMED, rule["reason"])
    return Verdict(
        met=found,
        event=events_at(records, begin if rule["onset"] == "first" else end),
        confirmed=events_at(records, end)["ADT"],
        clause=reasons.clause.where(~found),
        reason=reasons.reason.where(~found),
        trace=pd.concat(traces, ignore_index=True),
    )
