"""The same evidence many times over, with records added: what endpoints of completed data need.

Each copy of a subject is a subject of its own, so that one call of `derive_verdicts` judges all
completed data sets at once by the definitions that judged the observed data.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from scripts.derive.dates import study_day
from scripts.derive.evidence import RECORD_COLUMNS, Evidence, in_order

MARK = "#"


def definitions_for(code: str, definitions: Mapping[str, Any]) -> dict[str, Any]:
    """An endpoint and those on which it builds, in the order of the plan."""
    wanted = {code}
    for name in reversed(list(definitions)):
        if name in wanted:
            wanted |= _named(definitions[name], set(definitions))
    return {name: entry for name, entry in definitions.items() if name in wanted}


def _named(value: Any, known: set[str]) -> set[str]:
    """Every endpoint that a definition names, at any depth."""
    if isinstance(value, Mapping):
        return set().union(*(_named(item, known) for item in value.values()))
    if isinstance(value, (list, tuple)):
        return set().union(*(_named(item, known) for item in value))
    return {value} & known if isinstance(value, str) else set()


def _tiled(table: pd.DataFrame, copies: int) -> tuple[pd.DataFrame, np.ndarray]:
    """The table so many times below itself, and the number of the copy of each row."""
    rows = np.tile(np.arange(len(table)), copies)
    return table.iloc[rows].reset_index(drop=True), np.repeat(np.arange(copies), len(table))


def _renamed(table: pd.DataFrame, copies: int) -> pd.DataFrame:
    tiled, copy = _tiled(table, copies)
    names = tiled["USUBJID"].astype(object) + MARK + pd.Series(copy, dtype=object).astype(str)
    return tiled.assign(USUBJID=names.astype("str"))


def _shifted(table: pd.DataFrame, copies: int, n: int) -> pd.DataFrame:
    tiled, copy = _tiled(table, copies)
    return tiled.assign(subject=tiled["subject"].to_numpy("int64") + copy * n)


def repeat_evidence(evidence: Evidence, copies: int) -> Evidence:
    """The evidence of so many copies of every subject; subject s of copy c is s + c n."""
    n = evidence.n
    read = {str(one.get("domain", "")).lower() for one in evidence.definitions.values()}
    return Evidence(
        subjects=_renamed(evidence.subjects, copies),
        records={
            code: in_order(_shifted(table, copies, n)) for code, table in evidence.records.items()
        },
        medications=in_order(_shifted(evidence.medications, copies, n)),
        attended=_shifted(evidence.attended, copies, n),
        domains={
            name: _renamed(table, copies)
            for name, table in evidence.domains.items()
            if name in read and "USUBJID" in table.columns
        },
        definitions=evidence.definitions,
    )


def add_records(
    evidence: Evidence,
    measure: str,
    subject: np.ndarray,
    visits: pd.DataFrame,
    value: np.ndarray,
    base: np.ndarray,
) -> Evidence:
    """The evidence with records of a measure at planned visits.

    `subject`, `visits` (VISITNUM, AVISIT, ANOMDY), `value` and `base` have a row for each record.
    """
    # ASSUME: An imputed record stands at the nominal day of its visit.
    days = visits["ANOMDY"].reset_index(drop=True).astype("Int64")
    start = evidence.subjects["TRTSDT"].take(subject).reset_index(drop=True)
    added = pd.DataFrame(
        {
            "subject": np.asarray(subject, dtype=np.int64),
            "AVAL": value,
            "BASE": base,
            "CHG": value - base,
            "ADT": start + pd.to_timedelta(days.astype("int64"), unit="D"),
            "ADY": study_day(days),
            "ADAYS": days,
            "ANOMDY": days,
            "AVISIT": visits["AVISIT"].to_numpy(),
            "VISITNUM": visits["VISITNUM"].reset_index(drop=True),
            "SRCDOM": pd.Series(None, index=range(len(days)), dtype="str"),
            "SRCSEQ": pd.array([pd.NA] * len(days), dtype="Int64"),
        }
    )
    known = evidence.measured(measure)
    added = added.astype({name: known[name].dtype for name in RECORD_COLUMNS})
    joined = in_order(pd.concat([known, added], ignore_index=True)[RECORD_COLUMNS])
    return replace(evidence, records={**evidence.records, measure: joined}, assessed={})


def add_medication(
    evidence: Evidence, category: str, subject: np.ndarray, day: np.ndarray
) -> Evidence:
    """The evidence with medication of a category that began on these days."""
    # ASSUME: Imputed medication begins on the day of the visit before its interval.
    known = evidence.medications
    days = pd.Series(day, dtype="Int64")
    start = evidence.subjects["TRTSDT"].take(subject).reset_index(drop=True)
    added = pd.DataFrame(
        {
            "subject": np.asarray(subject, dtype=np.int64),
            "CATEGORY": category,
            "ADT": start + pd.to_timedelta(days.astype("int64"), unit="D"),
            "ADY": study_day(days),
            "ADAYS": days,
            "ANOMDY": days,
            "AVISIT": pd.Series(None, index=range(len(days)), dtype="str"),
            "VISITNUM": pd.array([pd.NA] * len(days), dtype="Int64"),
            "SRCDOM": pd.Series(None, index=range(len(days)), dtype="str"),
            "SRCSEQ": pd.array([pd.NA] * len(days), dtype="Int64"),
        }
    ).astype(known.dtypes.to_dict())
    joined = in_order(pd.concat([known, added[list(known.columns)]], ignore_index=True))
    return replace(evidence, medications=joined)


def add_attended(evidence: Evidence, subject: np.ndarray, visits: pd.DataFrame) -> Evidence:
    """The evidence with visits that would have been attended, each once."""
    days = visits["ANOMDY"].reset_index(drop=True)
    start = evidence.subjects["TRTSDT"].take(subject).reset_index(drop=True)
    added = pd.DataFrame(
        {
            "subject": np.asarray(subject, dtype=np.int64),
            "VISITNUM": visits["VISITNUM"].to_numpy(float),
            "ADT": start + pd.to_timedelta(days.astype("int64"), unit="D"),
            "ADAYS": days.to_numpy(),
        }
    ).drop_duplicates(["subject", "VISITNUM"])
    if not len(evidence.attended):
        return evidence
    kinds = evidence.attended.dtypes
    added = added[list(evidence.attended.columns)].astype(kinds.to_dict())
    joined = pd.concat([evidence.attended, added], ignore_index=True)
    return replace(evidence, attended=joined)
