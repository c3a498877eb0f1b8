"""Builds the domains of hand-made subjects, and derives them by the plan of the embedded trial."""

import copy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from scripts.derive.derive_measurements import derive_measurements
from scripts.derive.derive_medications import derive_medications
from scripts.derive.derive_subjects import derive_subjects
from scripts.derive.derive_times import derive_times
from scripts.derive.endpoints import decision_table, derive_verdicts, response_table
from scripts.derive.evidence import Evidence, gather_evidence

PROJECT = Path(__file__).resolve().parent.parent.parent
SECTIONS = ("trial", "sdtm", "subjects", "measurements", "endpoints", "times", "events")
START = pd.Timestamp("2018-01-01")


@dataclass(frozen=True)
class Visit:
    """A visit in a week; `shift` days from it; None is a value that is not known."""

    week: int
    count: float | None
    grade: int | None = 0
    shift: int = 0

    @property
    def day(self) -> int:
        return 7 * self.week + self.shift


def at(week: int, count: float | None, grade: int | None = 0, shift: int = 0) -> Visit:
    """A visit, in few characters."""
    return Visit(week, count, grade, shift)


@dataclass(frozen=True)
class Case:
    """One subject, and what a person says about it."""

    sentence: str
    visits: list[Visit]
    expect: dict[str, Any]
    rescue: list[int] = field(default_factory=list)
    baseline: float = 10
    grade: int = 0
    completed: bool = True


def read_plan() -> dict[str, Any]:
    """The plan of the embedded trial, as far as the derivation needs it."""
    return copy.deepcopy(_read_plan())


@cache
def _read_plan() -> dict[str, Any]:
    folder = PROJECT / "config"
    return {
        name: yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8"))
        for name in SECTIONS
    }


def on(day: int) -> str:
    """The date of a day since the start of treatment."""
    return (START + pd.Timedelta(days=day)).date().isoformat()


def name_of(number: int) -> str:
    """The subject number of a case."""
    return f"S-{number:03d}"


def table(rows: list[dict[str, Any]], columns: dict[str, str]) -> pd.DataFrame:
    """Rows as a domain with these columns and types."""
    made = pd.DataFrame(rows, columns=list(columns))
    return made.astype(columns)


def demographics(cases: list[Case]) -> pd.DataFrame:
    """DM of the cases, all in the first arm."""
    rows = [
        {
            "STUDYID": "T",
            "USUBJID": name_of(n),
            "SUBJID": name_of(n),
            "SITEID": "01",
            "ARMCD": "COMBO",
            "AGE": 40,
            "SEX": "F",
            "RFSTDTC": on(0),
            "DTHDTC": None,
        }
        for n in range(len(cases))
    ]
    texts = ["STUDYID", "USUBJID", "SUBJID", "SITEID", "ARMCD", "SEX", "RFSTDTC", "DTHDTC"]
    return table(rows, {**dict.fromkeys(texts, "str"), "AGE": "Int64"})


def disposition(cases: list[Case]) -> pd.DataFrame:
    """DS: how treatment ended."""
    rows = [
        {
            "USUBJID": name_of(n),
            "DSSEQ": 1,
            "DSTERM": "Completed treatment" if case.completed else "Lost to follow-up",
            "DSDECOD": "COMPLETED" if case.completed else "LOST TO FOLLOW-UP",
            "DSCAT": "DISPOSITION EVENT",
            "DSSCAT": "STUDY TREATMENT",
            "DSSTDTC": on(84),
            "VISITNUM": None if case.completed else 12,
        }
        for n, case in enumerate(cases)
    ]
    texts = ["USUBJID", "DSTERM", "DSDECOD", "DSCAT", "DSSCAT", "DSSTDTC"]
    return table(rows, {**dict.fromkeys(texts, "str"), "DSSEQ": "Int64", "VISITNUM": "Int64"})


def findings(cases: list[Case], prefix: str, constants: dict[str, str], field_: str) -> Any:
    """A findings domain with the counts or the grades of all visits."""
    rows = []
    for n, case in enumerate(cases):
        visits = [Visit(0, case.baseline, case.grade), *case.visits]
        for number, visit in enumerate(visits, start=1):
            rows.append(
                {
                    "USUBJID": name_of(n),
                    f"{prefix}SEQ": number,
                    **constants,
                    f"{prefix}STRESN": getattr(visit, field_),
                    f"{prefix}DTC": on(visit.day),
                    "VISITNUM": visit.week,
                }
            )
    types = dict.fromkeys(["USUBJID", *constants, f"{prefix}DTC"], "str")
    return table(
        rows, {**types, f"{prefix}SEQ": "Int64", f"{prefix}STRESN": "float64", "VISITNUM": "Int64"}
    )


def medications(cases: list[Case]) -> pd.DataFrame:
    """CM: the rescue therapies."""
    rows = [
        {
            "USUBJID": name_of(n),
            "CMSEQ": number,
            "CMCAT": "RESCUE",
            "CMDECOD": "IMMUNOGLOBULIN",
            "CMSTDTC": on(day),
        }
        for n, case in enumerate(cases)
        for number, day in enumerate(case.rescue, start=1)
    ]
    texts = ["USUBJID", "CMCAT", "CMDECOD", "CMSTDTC"]
    return table(rows, {**dict.fromkeys(texts, "str"), "CMSEQ": "Int64"})


def domains_of(cases: list[Case]) -> dict[str, pd.DataFrame]:
    """The SDTM domains of the cases."""
    counts = findings(cases, "LB", {"LBTESTCD": "PLAT"}, "count")
    grades = findings(cases, "FA", {"FATESTCD": "WHOGRADE", "FAOBJ": "BLEEDING"}, "grade")
    visits = counts.rename(columns={"LBDTC": "SVSTDTC"})[["USUBJID", "VISITNUM", "SVSTDTC"]]
    none = {"USUBJID": "str", "SCTESTCD": "str", "SCSTRESN": "float64", "SCSEQ": "Int64"}
    return {
        "dm": demographics(cases),
        "ds": disposition(cases),
        "lb": counts,
        "fa": grades,
        "sv": visits,
        "cm": medications(cases),
        "sc": table([], none),
    }


@dataclass(frozen=True)
class Derived:
    """The analysis data sets of the cases."""

    adsl: pd.DataFrame
    measurements: dict[str, pd.DataFrame]
    adcm: pd.DataFrame
    domains: dict[str, pd.DataFrame]


def prepare(cases: list[Case], plan: dict[str, Any]) -> Derived:
    """Everything that stands before the endpoints; populations are of no matter here."""
    domains = domains_of(cases)
    only = {**plan, "subjects": {**plan["subjects"], "populations": {}}}
    adsl = derive_subjects(domains, only)
    measurements = derive_measurements(adsl, domains, plan["measurements"], plan["trial"])
    adcm = derive_medications(adsl, domains, plan["events"])
    return Derived(adsl, measurements, adcm, domains)


def judge(derived: Derived, definitions: dict[str, Any]) -> Evidence:
    """The evidence with the verdicts on these endpoints."""
    evidence = gather_evidence(
        derived.adsl, derived.measurements, derived.adcm, derived.domains, definitions
    )
    derive_verdicts(evidence)
    return evidence


def responses(derived: Derived, definitions: dict[str, Any]) -> pd.DataFrame:
    """ADRESP by subject and endpoint."""
    return response_table(judge(derived, definitions)).set_index(["USUBJID", "PARAMCD"])


def decisions(derived: Derived, definitions: dict[str, Any]) -> pd.DataFrame:
    """The decision trace."""
    return decision_table(judge(derived, definitions))


def times(derived: Derived, plan: dict[str, Any]) -> pd.DataFrame:
    """ADTTE by subject and parameter."""
    adresp = response_table(judge(derived, plan["endpoints"]["endpoints"]))
    adtte = derive_times(
        derived.adsl, adresp, derived.measurements, derived.domains, plan["times"]["times"]
    )
    return adtte.set_index(["USUBJID", "PARAMCD"])
