"""What verdicts are made from: records of all subjects with row numbers instead of names.

A subject is a number from 0 to n - 1, so that arrays answer for all subjects at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from scripts.derive.dates import DAYS_OF_UNIT, days_since
from scripts.derive.measurements import Tables, numbers
from scripts.derive.subject_variables import date_of

# What is kept of the record at which something happened.
EVENT_COLUMNS = ["ADT", "ADY", "ADAYS", "ANOMDY", "AVISIT", "VISITNUM", "SRCDOM", "SRCSEQ"]
RECORD_COLUMNS = ["subject", "AVAL", "BASE", "CHG", *EVENT_COLUMNS]
NEVER = np.iinfo(np.int64).max
# ASSUME: Endpoints look at records from the day after the start of treatment on, unless the plan
# gives another first day.
FIRST_DAY = 1
SCALES = {"nominal": "ANOMDY", "actual": "ADAYS"}
LEVELS = 1 << 20  # more days than any trial has, so that (subject, day) fits one integer


def within(
    days: pd.Series, first_day: int | None = None, last_day: int | None = None
) -> np.ndarray:
    """Whether days are in a range; a missing day is in no range that has a limit."""
    known = days.notna().to_numpy(bool)
    whole = days.fillna(0).to_numpy("int64")
    inside = np.ones(len(days), dtype=bool)
    if first_day is not None:
        inside &= known & (whole >= first_day)
    if last_day is not None:
        inside &= known & (whole <= last_day)
    return inside


@dataclass(frozen=True)
class Verdict:
    """The answer for each subject, the record behind it, and the trace of the decision.

    `met` is one boolean a subject; `event` has the columns of EVENT_COLUMNS; `clause` and
    `reason` say what decided (the clause that failed first, or the loss that came first), and
    are missing where there is nothing to say; `trace` has a row for each clause and record.
    """

    met: np.ndarray
    event: pd.DataFrame
    confirmed: pd.Series
    clause: pd.Series
    reason: pd.Series
    trace: pd.DataFrame


@dataclass(frozen=True)
class Evidence:
    """Subjects, their measurements by parameter, medications, attended visits and domains.

    `verdicts` fills as endpoints are judged; `assessed` keeps the assessments asked for before.
    """

    subjects: pd.DataFrame
    records: dict[str, pd.DataFrame]
    medications: pd.DataFrame
    attended: pd.DataFrame
    domains: Tables = field(default_factory=dict)
    definitions: Mapping[str, Any] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    assessed: dict[tuple[str, int], pd.DataFrame] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """The number of subjects."""
        return len(self.subjects)

    def measured(self, measure: str) -> pd.DataFrame:
        """All records of a measure, before treatment too; none where nobody was ever measured."""
        nothing = next(iter(self.records.values())).iloc[:0]
        return self.records.get(measure, nothing)

    def assessments(self, measure: str, first_day: int = FIRST_DAY) -> pd.DataFrame:
        """The records of a measure from a day on, in order of subject and day."""
        key = (measure, first_day)
        if key not in self.assessed:
            records = self.measured(measure)
            later = within(records["ADAYS"], first_day)
            self.assessed[key] = records[later].reset_index(drop=True)
        return self.assessed[key]

    def medication(
        self, category: str, first_day: int | None = None, last_day: int | None = None
    ) -> pd.DataFrame:
        """The medication records of a category that start in a range of days."""
        table = self.medications
        chosen = (table["CATEGORY"] == category).to_numpy(bool)
        return table[chosen & within(table["ADAYS"], first_day, last_day)].reset_index(drop=True)


def unit_days(unit: str) -> float:
    """The days of a unit of time."""
    return DAYS_OF_UNIT[unit]


def subject_day(subject: Any, day: Any) -> np.ndarray:
    """(subject, day) as one integer that sorts like the pair."""
    return np.asarray(subject, dtype=np.int64) * LEVELS + np.asarray(day, dtype=np.int64)


def first_of(subject: np.ndarray, n: int) -> np.ndarray:
    """The first row of each subject in rows sorted by subject, -1 where there is none."""
    position = np.full(n, -1, dtype=np.int64)
    found, row = np.unique(subject, return_index=True)
    position[found] = row
    return position


def last_of(subject: np.ndarray, n: int) -> np.ndarray:
    """The last row of each subject in rows sorted by subject, -1 where there is none."""
    position = np.full(n, -1, dtype=np.int64)
    position[subject] = np.arange(len(subject))
    return position


def any_of(subject: Any, chosen: np.ndarray, n: int) -> np.ndarray:
    """Whether a subject has a chosen row."""
    return np.bincount(np.asarray(subject)[chosen], minlength=n) > 0


def events_at(records: pd.DataFrame, position: np.ndarray) -> pd.DataFrame:
    """The records at these positions, one row a subject; -1 gives a row of missing values."""
    # No record has label -1, so that reindexing makes those rows missing.
    return records[EVENT_COLUMNS].reindex(position).reset_index(drop=True)


def rows_where(chosen: np.ndarray, table: pd.DataFrame) -> pd.DataFrame:
    """The table with missing values in the rows that are not chosen."""
    return table.reindex(np.where(chosen, np.arange(len(table)), -1)).reset_index(drop=True)


def choose(chosen: np.ndarray, first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Each row from the first table where it is chosen, from the second elsewhere."""
    both = pd.concat([first, second], ignore_index=True)
    rows = np.arange(len(first))
    return both.iloc[np.where(chosen, rows, rows + len(first))].reset_index(drop=True)


def words(n: int) -> pd.Series:
    """A text column of missing values."""
    return pd.Series(None, index=range(n), dtype="str")


def trace_of(
    clause: str, subject: Any, met: Any, records: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Decision rows of one clause: about records, or about subjects where none are given."""
    size = len(np.asarray(subject))
    if records is None:
        origin = {"SRCDOM": "ADSL", "SRCSEQ": pd.array([pd.NA] * size, dtype="Int64")}
        days = pd.array([pd.NA] * size, dtype="Int64")
    else:
        origin = {"SRCDOM": records["SRCDOM"].array, "SRCSEQ": records["SRCSEQ"].array}
        days = records["ADAYS"].array
    return pd.DataFrame(
        {
            "subject": np.asarray(subject),
            "CLAUSE": clause,
            **origin,
            "ADAYS": days,
            "MET": np.asarray(met, dtype=bool),
        }
    )


def _numbered(table: pd.DataFrame, subjects: pd.DataFrame) -> pd.DataFrame:
    number = pd.Series(np.arange(len(subjects)), index=subjects["USUBJID"])
    known = table[table["USUBJID"].isin(number.index)]
    return known.assign(subject=known["USUBJID"].map(number).astype("int64"))


def in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Records by subject and day; those without a day come first."""
    return table.sort_values(
        ["subject", "ADAYS", "SRCSEQ"], kind="stable", ignore_index=True, na_position="first"
    )


def _medications(adcm: pd.DataFrame, category: str, subjects: pd.DataFrame) -> pd.DataFrame:
    """Medication starts with the columns of an event, at no visit."""
    table = _numbered(adcm, subjects)
    # ASSUME: A medication has no planned day: on the nominal scale its actual day is used.
    table = table.assign(
        CATEGORY=table[category],
        ADT=table["ASTDT"],
        ADY=table["ASTDY"],
        ANOMDY=table["ADAYS"],
        AVISIT=pd.Series(None, index=table.index, dtype="str"),
        VISITNUM=pd.array([pd.NA] * len(table), dtype="Int64"),
    )
    return in_order(table[["subject", "CATEGORY", *EVENT_COLUMNS]])


def _attended(visits: pd.DataFrame | None, subjects: pd.DataFrame) -> pd.DataFrame:
    if visits is None:
        return pd.DataFrame({"subject": pd.array([], "int64"), "VISITNUM": [], "ADT": []})
    occurred = visits["SVOCCUR"] != "N" if "SVOCCUR" in visits.columns else slice(None)
    table = _numbered(visits[occurred], subjects)
    dates = date_of("SV", table)
    start = table["subject"].map(subjects["TRTSDT"].reset_index(drop=True))
    return pd.DataFrame(
        {
            "subject": table["subject"],
            "VISITNUM": numbers(table["VISITNUM"]),
            "ADT": dates,
            "ADAYS": days_since(dates, start) if dates is not None else pd.NA,
        }
    ).reset_index(drop=True)


def gather_evidence(
    adsl: pd.DataFrame,
    measurements: Mapping[str, pd.DataFrame],
    adcm: pd.DataFrame,
    domains: Tables,
    definitions: Mapping[str, Any],
    category: str = "CMCAT",
) -> Evidence:
    """The evidence about all randomised subjects from the analysis data sets and domains."""
    subjects = adsl[adsl["RANDFL"] == "Y"].sort_values("USUBJID", ignore_index=True)
    records: dict[str, pd.DataFrame] = {}
    for table in measurements.values():
        numbered = in_order(_numbered(table, subjects))
        for code in numbered["PARAMCD"].unique():
            own = numbered.loc[numbered["PARAMCD"] == code, RECORD_COLUMNS]
            records[code] = own.reset_index(drop=True)
    return Evidence(
        subjects=subjects,
        records=records,
        medications=_medications(adcm, category, subjects),
        attended=_attended(domains.get("sv"), subjects),
        domains=domains,
        definitions=definitions,
    )
