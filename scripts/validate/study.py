"""What the checks read: the tables of the study, and a table made ready for one check.

Every table is given the variables of the subject (those of DM that it does not have itself), the
days since start (ADAYS), its date (DTC), the test that a result belongs to (TEST), and the values
that the check looks up in other tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from scripts.conditions import ConditionError, evaluate, nearest

UNIT_DAYS = {"day": 1, "week": 7}
SUBJECTS = "DM"
START = "RFSTDTC"


@dataclass(frozen=True)
class Study:
    """The domains by upper-case name, the raw tables by source, and the design of the trial."""

    domains: dict[str, pd.DataFrame]
    sources: dict[str, pd.DataFrame]
    trial: Mapping[str, Any]
    data_cut: str
    # Tables made ready, because many checks read the same ones.
    ready: dict[Any, pd.DataFrame] = field(default_factory=dict, compare=False, repr=False)


def to_dates(values: pd.Series) -> pd.Series:
    """Dates from ISO text or dates; what is not a full and possible date becomes missing."""
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return values.astype("datetime64[s]")
    text = values.astype("str").str.strip().str.slice(0, 10)
    return pd.to_datetime(text, format="%Y-%m-%d", errors="coerce").astype("datetime64[s]")


def days_between(earlier: pd.Series, later: pd.Series) -> pd.Series:
    """Whole days from one date to another; missing where a date is."""
    return (to_dates(later) - to_dates(earlier)).dt.days.astype("Float64")


def table_of(study: Study, selection: Mapping[str, Any]) -> tuple[str, pd.DataFrame]:
    """The name and the table of a selection, which gives a `domain` or a `source`."""
    kind, tables = ("domain", study.domains)
    if "source" in selection:
        kind, tables = ("source", study.sources)
    name = str(selection[kind])
    if name not in tables:
        raise ConditionError(f"unknown {kind} {name!r}; {nearest(name, tables)}")
    return name, tables[name]


def column(rows: pd.DataFrame, name: str) -> pd.Series:
    """A column by its name; a ConditionError with the nearest name when there is none."""
    if name not in rows.columns:
        raise ConditionError(f"unknown variable {name!r}; {nearest(name, rows.columns)}")
    return rows[name]


def default_date(name: str, table: pd.DataFrame) -> str | None:
    """The date of a domain's records: start of the record, else date of collection."""
    for candidate in (f"{name}STDTC", f"{name}DTC", START if name == SUBJECTS else ""):
        if candidate in table.columns:
            return candidate
    return None


def subjects_of(study: Study) -> pd.DataFrame:
    """The subject-level table, one record each (a repeated subject is another check's matter)."""
    table = study.domains.get(SUBJECTS, pd.DataFrame({"USUBJID": pd.Series(dtype="str")}))
    return table.drop_duplicates("USUBJID")


def _with_subjects(study: Study, name: str, table: pd.DataFrame, subject: str | None):
    people = subjects_of(study)
    if "USUBJID" not in table.columns:
        if subject is None:
            return table
        raw = column(table, subject).astype("str").str.strip()
        known = people.set_index("SUBJID")["USUBJID"] if "SUBJID" in people else pd.Series()
        known = known[~known.index.duplicated()]
        table = table.assign(USUBJID=raw.map(known).astype("str").where(lambda v: v.notna(), raw))
    if name == SUBJECTS:
        return table
    own = set(table.columns) - {"USUBJID"}
    extra = [c for c in people.columns if c not in own and c not in ("SRCFILE", "SRCROW", "DOMAIN")]
    return table.merge(people[extra], on="USUBJID", how="left")


def _made_ready(study: Study, selection: Mapping[str, Any]) -> pd.DataFrame:
    """A table with the subject's variables, and DTC, ADAYS and TEST where it has them."""
    name, table = table_of(study, selection)
    key = (name, "source" in selection, selection.get("subject"), selection.get("date"))
    if key in study.ready:
        return study.ready[key]
    rows = _with_subjects(study, name, table.reset_index(drop=True), selection.get("subject"))
    date = selection.get("date") or default_date(name, table)
    if date is not None:
        rows = rows.assign(DTC=to_dates(column(rows, date)).dt.strftime("%Y-%m-%d"))
        if START in rows.columns:
            rows = rows.assign(ADAYS=days_between(rows[START], rows["DTC"]))
    if f"{name}TESTCD" in table.columns:
        rows = rows.assign(TEST=rows[f"{name}TESTCD"])
    study.ready[key] = rows
    return rows


def rows_of(study: Study, selection: Mapping[str, Any]) -> pd.DataFrame:
    """The records of a selection (`domain` or `source`, `where`, `lookups`, `date`), made ready."""
    rows = _made_ready(study, selection)
    for new, lookup in selection.get("lookups", {}).items():
        values = look_up(study, lookup)
        found = rows["USUBJID"].map(values)
        rows = rows.assign(**{new: found.fillna(0) if lookup["take"] == "count" else found})
    return rows[evaluate(selection.get("where"), rows)].reset_index(drop=True)


def look_up(study: Study, lookup: Mapping[str, Any]) -> pd.Series:
    """One value for each subject from the records of another table, by subject."""
    rows = rows_of(study, lookup)
    if lookup["take"] == "count":
        return rows.groupby("USUBJID").size().astype("Float64")
    values = column(rows, lookup["variable"])
    rows = rows[values.notna()]
    if lookup["take"] in ("first", "last"):
        order = [name for name in ("DTC", "SRCROW") if name in rows.columns]
        rows = rows.sort_values(order, kind="stable")
    chosen = rows.groupby("USUBJID")[lookup["variable"]]
    return {
        "first": chosen.first,
        "last": chosen.last,
        "minimum": chosen.min,
        "maximum": chosen.max,
        "sum": chosen.sum,
    }[lookup["take"]]()


def schedule_of(study: Study) -> pd.DataFrame:
    """The visit schedule in days since start: VISITNUM, VISIT, NOMINAL, FIRST and LAST day."""
    unit = UNIT_DAYS[study.trial["visit_unit"]]
    visits = pd.DataFrame(list(study.trial["visits"]))
    nominal = np.asarray(visits["nominal"], dtype=float) * unit
    return pd.DataFrame(
        {
            "VISITNUM": visits["VISITNUM"].astype("float64"),
            "VISIT": visits["VISIT"].astype("str"),
            "NOMINAL": nominal,
            "FIRST": nominal - visits["early"].to_numpy(dtype=float),
            "LAST": nominal + visits["late"].to_numpy(dtype=float),
        }
    )
