"""Endpoints that are one event: a medication, a record of a domain, a state of the subject."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from scripts.conditions import evaluate
from scripts.derive.confirmed_response import Reasons
from scripts.derive.dates import days_since, study_day
from scripts.derive.evidence import (
    EVENT_COLUMNS,
    Evidence,
    Verdict,
    any_of,
    events_at,
    first_of,
    trace_of,
    within,
)
from scripts.derive.measurements import domain_of
from scripts.derive.subject_variables import date_of


def _verdict(
    met: np.ndarray, events: pd.DataFrame, clause: str, reason: str, traces: list[pd.DataFrame]
) -> Verdict:
    n = len(met)
    reasons = Reasons(n)
    reasons.add(~met, clause, reason)
    position = first_of(events["subject"].to_numpy("int64"), n)
    event = events_at(events.reset_index(drop=True), position)
    return Verdict(
        met=met,
        event=event,
        confirmed=pd.Series(pd.NaT, index=range(n), dtype="datetime64[s]"),
        clause=reasons.clause,
        reason=reasons.reason,
        trace=pd.concat(traces, ignore_index=True),
    )


def derive_medication_use(definition: Mapping[str, Any], evidence: Evidence) -> Verdict:
    """Whether a medication of a category started in a range of days."""
    n = evidence.n
    taken = evidence.medication(definition["category"])
    inside = evidence.medication(
        definition["category"], definition.get("from_day"), definition.get("to_day")
    )
    met = any_of(inside["subject"], np.ones(len(inside), dtype=bool), n)
    among = pd.MultiIndex.from_frame(taken[["subject", "SRCSEQ"]]).isin(
        pd.MultiIndex.from_frame(inside[["subject", "SRCSEQ"]])
    )
    traces = [trace_of("medication", taken["subject"], among, taken)]
    if "counts_too" in definition:
        # A failure by definition, such as withdrawal, has no record of a medication.
        counted = evaluate(definition["counts_too"], evidence.subjects).to_numpy()
        traces.append(trace_of("counts_too", np.arange(n), counted))
        met = met | counted
    return _verdict(met, inside, "medication", definition["reason"], traces)


def records_as_events(
    source: Mapping[str, Any], domains: Mapping[str, pd.DataFrame], subjects: pd.DataFrame
) -> pd.DataFrame:
    """The records of a domain that meet a condition, by day, with the columns of an event.

    The original columns stay, so that a description can be taken from them.
    """
    prefix = source["domain"].upper()
    table = domain_of(source["domain"], domains)
    table = table[evaluate(source.get("where"), table)]
    number = pd.Series(np.arange(len(subjects)), index=subjects["USUBJID"])
    table = table[table["USUBJID"].isin(number.index)]
    starts = table["USUBJID"].map(subjects.set_index("USUBJID")["TRTSDT"])
    dates = date_of(prefix, table)
    if dates is None:
        raise KeyError(f"{prefix} has no date of its records")
    days = days_since(dates, starts)
    table = table.assign(
        subject=table["USUBJID"].map(number).astype("int64"),
        ADT=dates,
        ADAYS=days,
        ADY=study_day(days),
        # ASSUME: An event outside visits has its actual day as nominal day.
        ANOMDY=days,
        AVISIT=pd.Series(None, index=table.index, dtype="str"),
        VISITNUM=pd.array([pd.NA] * len(table), dtype="Int64"),
        SRCDOM=prefix,
        SRCSEQ=table[f"{prefix}SEQ"].astype("Int64"),
    )
    return table.sort_values(["subject", "ADAYS", "SRCSEQ"], kind="stable", ignore_index=True)


def derive_any_record(definition: Mapping[str, Any], evidence: Evidence) -> Verdict:
    """Whether a subject has a record of a domain that meets a condition, in a range of days."""
    events = records_as_events(definition, evidence.domains, evidence.subjects)
    inside = within(events["ADAYS"], definition.get("from_day"), definition.get("to_day"))
    met = any_of(events["subject"], inside, evidence.n)
    traces = [trace_of("record", events["subject"], inside, events)]
    chosen = events[inside][["subject", *EVENT_COLUMNS]]
    return _verdict(met, chosen, "record", definition["reason"], traces)


def derive_subject_state(definition: Mapping[str, Any], evidence: Evidence) -> Verdict:
    """Whether a condition on the subject-level variables holds."""
    met = evaluate(definition["condition"], evidence.subjects).to_numpy()
    none = evidence.medications.iloc[:0]
    traces = [trace_of("condition", np.arange(evidence.n), met)]
    return _verdict(met, none, "condition", definition["reason"], traces)
