"""Times to event: from a start to an event, or to the censoring that came instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scripts.conditions import evaluate
from scripts.derive.dates import DAYS_OF_UNIT, days_since
from scripts.derive.evidence import SCALES, choose, first_of, last_of, rows_where, words
from scripts.derive.measurements import Tables
from scripts.derive.single_events import records_as_events
from scripts.derive.subject_variables import date_variable_of
from scripts.job import StepError

POINT = ["ADT", "ADAYS", "ANOMDY", "SRCDOM", "SRCVAR", "SRCSEQ", "WORDS"]


@dataclass(frozen=True)
class History:
    """Subjects (rows 0 to n - 1), their verdicts and measurements, and the domains."""

    subjects: pd.DataFrame
    responses: pd.DataFrame
    measurements: Mapping[str, pd.DataFrame]
    domains: Tables

    @property
    def number(self) -> pd.Series:
        """Row numbers by USUBJID."""
        return pd.Series(np.arange(len(self.subjects)), index=self.subjects["USUBJID"])


def date_variables(history: History) -> dict[str, str]:
    """The variable of each domain that dates its records."""
    found = {}
    for name, table in history.domains.items():
        variable = date_variable_of(name, table)
        if variable is not None:
            found[name.upper()] = variable
    return found


def _points(table: pd.DataFrame, position: np.ndarray, history: History) -> pd.DataFrame:
    """Points in time from the rows at these positions; -1 gives missing values."""
    columns = [name for name in POINT if name in table.columns]
    points = table[columns].reindex(position).reset_index(drop=True)
    if "SRCVAR" not in points.columns:
        points["SRCVAR"] = points["SRCDOM"].map(date_variables(history)).astype("str")
    return points.reindex(columns=POINT)


def endpoint_point(code: str, history: History) -> pd.DataFrame:
    """When each subject met an endpoint; missing for those who did not."""
    table = history.responses
    table = table[(table["PARAMCD"] == code) & (table["AVALC"] == "Y")].reset_index(drop=True)
    table = table.assign(WORDS=table["EVNTDESC"])
    position = np.full(len(history.subjects), -1)
    position[table["USUBJID"].map(history.number)] = np.arange(len(table))
    return _points(table, position, history)


def variable_point(name: str, history: History) -> pd.DataFrame:
    """A date of the subject-level data set."""
    dates = history.subjects[name].astype("datetime64[s]")
    days = days_since(dates, history.subjects["TRTSDT"])
    # ASSUME: A date that belongs to no visit is the same on the nominal and the actual scale.
    table = pd.DataFrame({"ADT": dates, "ADAYS": days, "ANOMDY": days, "SRCDOM": "ADSL"})
    known = table.assign(SRCVAR=name)
    return rows_where(dates.notna().to_numpy(), _points(known, np.arange(len(table)), history))


def last_assessment_point(measure: str, history: History) -> pd.DataFrame:
    """The last assessment of a measure."""
    parts = [table[table["PARAMCD"] == measure] for table in history.measurements.values()]
    table = pd.concat(parts, ignore_index=True)
    subject = table["USUBJID"].map(history.number)
    table = table.assign(subject=subject).dropna(subset="subject")
    table = table.sort_values(["subject", "ADAYS"], kind="stable", ignore_index=True)
    last = last_of(table["subject"].to_numpy("int64"), len(history.subjects))
    return _points(table, last, history)


def record_point(source: Mapping[str, Any], history: History) -> pd.DataFrame:
    """The first record of a domain that meets a condition."""
    events = records_as_events(source, history.domains, history.subjects)
    if "description_from" in source:
        events["WORDS"] = events[source["description_from"]].astype("str")
    first = first_of(events["subject"].to_numpy("int64"), len(history.subjects))
    return _points(events, first, history)


def point(source: Mapping[str, Any], history: History) -> pd.DataFrame:
    """One point in time a subject, from whatever source the plan names."""
    if "endpoint" in source:
        found = endpoint_point(source["endpoint"], history)
    elif "variable" in source:
        found = variable_point(source["variable"], history)
    elif "last_assessment" in source:
        found = last_assessment_point(source["last_assessment"], history)
    else:
        found = record_point(source["record"], history)
    given = pd.Series(source.get("words"), index=found.index, dtype="str")
    return found.assign(WORDS=found["WORDS"].astype("str").fillna(given))


def earliest(points: list[pd.DataFrame]) -> pd.DataFrame:
    """The earliest of several points of each subject; the one named first where days agree."""
    table = pd.concat(points, keys=range(len(points)), names=["order", "subject"]).reset_index()
    table = table[table["ADAYS"].notna()]
    table = table.sort_values(["subject", "ADAYS", "order"], kind="stable", ignore_index=True)
    return table.reindex(first_of(table["subject"].to_numpy(), len(points[0]))).reset_index()[POINT]


def first_known(points: list[pd.DataFrame]) -> pd.DataFrame:
    """The first of several points that is known for each subject."""
    result = points[0]
    for other in points[1:]:
        result = choose(result["ADAYS"].notna().to_numpy(), result, other)
    return result


def _among(spec: Mapping[str, Any], history: History) -> np.ndarray:
    """Who has a time: everybody, those who met an endpoint, or those of a condition."""
    among = spec.get("among", {})
    chosen = np.ones(len(history.subjects), dtype=bool)
    if "endpoint" in among:
        chosen &= endpoint_point(among["endpoint"], history)["ADAYS"].notna().to_numpy()
    if "condition" in among:
        chosen &= evaluate(among["condition"], history.subjects).to_numpy()
    return chosen


def _stopped(spec: Mapping[str, Any], event: pd.DataFrame, history: History) -> np.ndarray:
    """Whether the event came after a censoring that ends the observation."""
    stopped = np.zeros(len(event), dtype=bool)
    for source in spec.get("censor", []):
        if source.get("ends_observation", False):
            limit = point(source, history)["ADAYS"]
            stopped |= (event["ADAYS"] > limit).fillna(False).to_numpy(bool)
    return stopped


def derive_time(code: str, spec: Mapping[str, Any], history: History) -> pd.DataFrame:
    """One time to event: a record for each subject who is among those who can have it."""
    start = point(spec["start"], history)
    event = earliest([point(source, history) for source in spec["event"]])
    happened = event["ADAYS"].notna().to_numpy() & ~_stopped(spec, event, history)
    end, censored = rows_where(happened, event), words(len(event))
    if spec.get("censor"):
        limit = first_known([point(source, history) for source in spec["censor"]])
        end = choose(happened, event, limit)
        censored = limit["WORDS"].where(~happened)
    scale = SCALES[spec["scale"]]
    # ASSUME: A time is the difference of two days: the day on which it starts is not counted.
    days = end[scale].astype("Float64") - start[scale].astype("Float64")
    table = history.subjects[["STUDYID", "USUBJID", "ARMCD", "TRT01P"]].assign(
        PARAMCD=code,
        PARAM=spec["label"],
        AVAL=(days / DAYS_OF_UNIT[spec["unit"]]).to_numpy(float, na_value=np.nan),
        AVALU=spec["unit"].upper() + "S",
        STARTDT=start["ADT"],
        ADT=end["ADT"],
        CNSR=pd.array(np.where(happened, 0, 1), dtype="Int64"),
        EVNTDESC=event["WORDS"].where(happened),
        CNSDTDSC=censored,
        **{name: end[name] for name in ("SRCDOM", "SRCVAR", "SRCSEQ")},
    )
    table = table[_among(spec, history)]
    _check_time(code, table)
    return table


def _check_time(code: str, table: pd.DataFrame) -> None:
    """Every time must have an end, not before its start. Raises StepError listing subjects."""
    for wrong, what in (
        (table["AVAL"].isna(), "neither an event nor a date of censoring"),
        (table["AVAL"] < 0, "an end before the start"),
    ):
        who = table.loc[wrong, "USUBJID"]
        if len(who):
            raise StepError(f"{code}: {len(who)} subject(s) with {what}: {', '.join(who.head(5))}")
