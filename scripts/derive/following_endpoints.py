"""Endpoints that follow a response: it is sustained, it is lost, it lasts to a visit."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from scripts.derive.clauses import given
from scripts.derive.confirmed_response import Reasons
from scripts.derive.evidence import (
    SCALES,
    Evidence,
    Verdict,
    any_of,
    events_at,
    first_of,
    last_of,
    rows_where,
    trace_of,
    unit_days,
)
from scripts.derive.loss import find_losses, onset_days

RESPONSE = "response"
NO_RESPONSE = "no response"
NO_LOSS = "no loss observed"
TOO_SHORT = "not followed long enough after the response"
NOT_ATTENDED = "visit not attended"


def measure_of(endpoint: str, evidence: Evidence) -> str:
    """The measure of a response, or of the response that an endpoint follows."""
    definition = evidence.definitions[endpoint]
    return (
        definition["measure"] if "measure" in definition else measure_of(definition["of"], evidence)
    )


def _response_trace(of: Verdict, evidence: Evidence) -> pd.DataFrame:
    return trace_of(RESPONSE, np.arange(evidence.n), of.met)


def _days(table: pd.DataFrame, scale: str) -> np.ndarray:
    return table[SCALES[scale]].to_numpy(float, na_value=np.nan)


def derive_loss_of_response(definition: Mapping[str, Any], evidence: Evidence) -> Verdict:
    """Whether, when and by which clause a response was lost; only responders can lose it."""
    of = evidence.verdicts[definition["of"]]
    measure = measure_of(definition["of"], evidence)
    losses = find_losses(given(definition["loss"]), measure, onset_days(of.met, of.event), evidence)
    reasons = Reasons(evidence.n)
    reasons.add(~of.met, RESPONSE, NO_RESPONSE)
    reasons.add(~losses.happened, "loss", NO_LOSS)
    return Verdict(
        met=losses.happened,
        event=losses.event,
        confirmed=pd.Series(pd.NaT, index=range(evidence.n), dtype="datetime64[s]"),
        clause=losses.clause.fillna(reasons.clause),
        reason=losses.reason.fillna(reasons.reason),
        trace=pd.concat([_response_trace(of, evidence), losses.trace], ignore_index=True),
    )


def derive_sustained_response(definition: Mapping[str, Any], evidence: Evidence) -> Verdict:
    """Whether a response was held, and seen to be held, for a length of time."""
    n, scale = evidence.n, definition["scale"]
    of = evidence.verdicts[definition["of"]]
    measure = measure_of(definition["of"], evidence)
    onset = onset_days(of.met, of.event)
    losses = find_losses(given(definition["loss"]), measure, onset, evidence)
    # ASSUME: A response is followed until the last assessment of its own measure.
    records = evidence.assessments(measure)
    subject = records["subject"].to_numpy()
    last = events_at(records, last_of(subject, n))
    begin, lost, seen = (_days(table, scale) for table in (of.event, losses.event, last))
    needed = definition["duration"] * unit_days(definition["unit"])
    held = np.where(losses.happened, lost, seen) - begin
    met = of.met & (np.nan_to_num(held, nan=-1.0) >= needed)
    reasons = Reasons(n)
    reasons.add(~of.met, RESPONSE, NO_RESPONSE)
    for name, clause in given(definition["loss"]).items():
        reasons.add((losses.clause == name).to_numpy(bool) & ~met, name, clause["reason"])
    reasons.add(~met, "duration", TOO_SHORT)
    reached = _days(records, scale) - begin[subject] >= needed
    rows = np.flatnonzero(reached)
    first = first_of(subject[rows], n)
    held_at = np.full(n, -1)
    held_at[met & (first >= 0)] = rows[first[met & (first >= 0)]]
    duration = trace_of("duration", np.arange(n)[of.met], met[of.met])
    return Verdict(
        met=met,
        event=rows_where(met, of.event),
        confirmed=events_at(records, held_at)["ADT"],
        clause=reasons.clause.where(~met),
        reason=reasons.reason.where(~met),
        trace=pd.concat([_response_trace(of, evidence), losses.trace, duration]),
    )


def derive_durable_remission(definition: Mapping[str, Any], evidence: Evidence) -> Verdict:
    """Whether a response was not lost and a visit was attended."""
    n = evidence.n
    of, loss = evidence.verdicts[definition["of"]], evidence.verdicts[definition["without"]]
    visits = evidence.attended
    at = visits[visits["VISITNUM"] == definition["visit"]]
    attended = any_of(at["subject"], np.ones(len(at), dtype=bool), n)
    met = of.met & ~loss.met & attended
    reasons = Reasons(n)
    reasons.add(~of.met, RESPONSE, NO_RESPONSE)
    reasons.add(loss.met, "without", loss.reason)
    reasons.add(~attended, "visit", definition.get("reason", NOT_ATTENDED))
    date = at.drop_duplicates("subject").set_index("subject")["ADT"].reindex(range(n))
    traces = [
        _response_trace(of, evidence),
        trace_of("without", np.arange(n), ~loss.met),
        trace_of("visit", np.arange(n), attended),
    ]
    return Verdict(
        met=met,
        event=rows_where(met, of.event),
        confirmed=date.where(met).reset_index(drop=True),
        clause=reasons.clause,
        reason=reasons.reason,
        trace=pd.concat(traces, ignore_index=True),
    )
