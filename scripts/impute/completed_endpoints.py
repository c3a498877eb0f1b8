"""The endpoint of completed data sets: imputed values as records, judged by the derivation code."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from scripts.derive.completed import (
    add_attended,
    add_medication,
    add_records,
    definitions_for,
    repeat_evidence,
)
from scripts.derive.endpoints import derive_verdicts
from scripts.derive.evidence import Evidence, gather_evidence
from scripts.impute.visit_table import (
    Floats,
    Model,
    VisitTable,
    from_scale,
    medication_of,
    until_end,
)

ROWS_AT_ONCE = 150_000  # records judged in one call; more copies than fit are judged in parts


def gather_for(
    model: Model,
    table: VisitTable,
    sources: Mapping[str, Any],
    definitions: Mapping[str, Any],
) -> tuple[Evidence, np.ndarray]:
    """The evidence about the subjects of a table, and for each of them its row in the table.

    `sources` has adsl, measurements, adcm and domains.
    """
    adsl = sources["adsl"]
    adsl = adsl[adsl["USUBJID"].isin(table.subjects["USUBJID"])]
    records = {
        code: until_end(records, model, adsl) for code, records in sources["measurements"].items()
    }
    adcm = medication_of(model, sources["adcm"], records, table.subjects[table.stopped])
    evidence = gather_evidence(
        adsl, records, adcm, sources["domains"], definitions_for(model["derive"], definitions)
    )
    place = pd.Series(np.arange(len(table.subjects)), index=table.subjects["USUBJID"])
    return evidence, place.reindex(evidence.subjects["USUBJID"]).to_numpy("int64")


def derive_completed(
    model: Model,
    table: VisitTable,
    completed: Mapping[str, Floats],
    evidence: Evidence,
    rows: np.ndarray,
) -> np.ndarray:
    """The verdict in every chain of the subjects of the evidence, (chains, subjects) of 0 and 1.

    `completed` holds the values of each measure on the scale of its model, (chains, n, visits).
    """
    chains = len(next(iter(completed.values())))
    each = max(len(rows) * (len(table.visits) + 1) * len(completed), 1)
    size = max(ROWS_AT_ONCE // each, 1)
    parts = []
    for begin in range(0, chains, size):
        part = {measure: values[begin : begin + size] for measure, values in completed.items()}
        parts.append(_judge(model, table, part, evidence, rows))
    return np.concatenate(parts)


def _judge(
    model: Model,
    table: VisitTable,
    completed: Mapping[str, Floats],
    evidence: Evidence,
    rows: np.ndarray,
) -> np.ndarray:
    copies = len(next(iter(completed.values())))
    stacked = repeat_evidence(evidence, copies)
    for measure, values in completed.items():
        spec = model["measures"][measure]
        wanted = table.wanted(measure, model["between"])[rows]
        subject, visit = np.nonzero(wanted)
        value = from_scale(values[:, rows][:, subject, visit], spec).ravel()
        repeated = np.tile(subject, copies) + np.repeat(np.arange(copies), len(subject)) * len(rows)
        if "medication" in spec:
            begun = np.flatnonzero(value > 0)
            days = np.tile(table.begins[rows][subject, visit], copies)
            stacked = add_medication(stacked, spec["medication"], repeated[begun], days[begun])
            continue
        visits = table.visits.iloc[np.tile(visit, copies)]
        base = _base(evidence, measure)[np.tile(subject, copies)]
        stacked = add_records(stacked, measure, repeated, visits, value, base)
        stacked = add_attended(stacked, repeated, visits)
    verdict = derive_verdicts(stacked)[model["derive"]]
    return verdict.met.reshape(copies, len(rows)).astype(np.int8)


def _base(evidence: Evidence, measure: str) -> Floats:
    """The baseline of each subject as its records have it."""
    records = evidence.measured(measure)
    base = np.full(evidence.n, np.nan)
    base[records["subject"].to_numpy()] = records["BASE"].to_numpy(float)
    return base
