"""Small hand-made studies for the tests of the checks."""

from typing import Any

import pandas as pd

from scripts.validate.library import run_check
from scripts.validate.study import Study

TRIAL = {
    "arms": [{"code": "NEW", "ratio": 2}, {"code": "OLD", "ratio": 1}],
    "visit_unit": "week",
    "visits": [
        {"VISITNUM": 0, "VISIT": "Start", "nominal": 0, "early": 0, "late": 0},
        {"VISITNUM": 1, "VISIT": "Week 1", "nominal": 1, "early": 1, "late": 2},
        {"VISITNUM": 4, "VISIT": "Week 4", "nominal": 4, "early": 3, "late": 3},
    ],
}
START = "2020-01-01"
DECLARED = {"title": "What should hold", "severity": "error", "category": "data"}


def table(name: str, **columns: list[Any]) -> pd.DataFrame:
    """A table whose rows come from one file, numbered from 1."""
    made = pd.DataFrame(columns)
    made["SRCFILE"] = f"{name.lower()}.csv"
    made["SRCROW"] = range(1, len(made) + 1)
    return made


def people(*subjects: str, **columns: list[Any]) -> pd.DataFrame:
    """DM: the subjects, all of whom start on START, with more columns where they are given."""
    start = {"RFSTDTC": [START] * len(subjects)}
    return table("dm", USUBJID=list(subjects), **(start | columns))


def study(dm: pd.DataFrame | None = None, **tables: pd.DataFrame) -> Study:
    """A study with DM and other tables: upper-case names are domains, the others raw tables."""
    dm = people("S1", "S2") if dm is None else dm
    domains = {name: one for name, one in tables.items() if name.isupper()} | {"DM": dm}
    sources = {name: one for name, one in tables.items() if not name.isupper()}
    return Study(domains, sources, TRIAL, data_cut="2020-12-31")


def found(a_study: Study, **spec: Any) -> pd.DataFrame:
    """The findings of one check."""
    return run_check("a_check", DECLARED | spec, a_study)[0]


def rows_found(a_study: Study, **spec: Any) -> list[int]:
    """The source rows that one check finds."""
    findings = found(a_study, **spec)
    made = findings[findings["CATEGORY"] == "plan"]
    assert made.empty, made["MESSAGE"].tolist()
    return sorted(findings["SRCROW"].tolist())
