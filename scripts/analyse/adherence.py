"""Visits done of those expected while a subject was in the study, and those within the window."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.analyse.records import records_of
from scripts.analyse.results import (
    Analysis,
    AnalysisSet,
    Plan,
    Rows,
    build_result,
    count_of,
    group_entries,
    method_of,
    with_total,
)
from scripts.derive.dates import DAYS_OF_UNIT, days_since, parse_dates

LABELS = {"done": "Visits done, of those expected", "window": "Visits within the window"}
METHOD = (
    "Visits done, of those expected; visits within the planned window, of those done. A visit is "
    "expected of whoever was in the study on its planned day, and of whoever attended it"
)


def expected_and_done(
    analysis: Analysis, visits: pd.DataFrame, subjects: pd.DataFrame, plan: Plan
) -> pd.DataFrame:
    """One row for each subject and visit: whether expected, done, and done within the window."""
    start = parse_dates(subjects["TRTSDT"])
    of_visit = visits["USUBJID"].map(start.set_axis(subjects["USUBJID"]))
    days = days_since(parse_dates(visits["SVSTDTC"]), of_visit)
    seen = visits.assign(DAYS=days).dropna(subset=["DAYS"])
    left = days_since(parse_dates(subjects[analysis["left"]]), start)
    unit = DAYS_OF_UNIT[plan["visit_unit"]]
    parts = []
    for visit in plan["visits"]:
        # ASSUME: Of several records of one visit the first decides whether it was in its window.
        at = seen[seen["VISITNUM"] == visit["VISITNUM"]].sort_values("DAYS", kind="stable")
        day = subjects["USUBJID"].map(at.drop_duplicates("USUBJID").set_index("USUBJID")["DAYS"])
        planned = visit["nominal"] * unit
        done = day.notna()
        inside = day.between(planned - visit["early"], planned + visit["late"])
        parts.append(
            pd.DataFrame(
                {
                    "USUBJID": subjects["USUBJID"],
                    "VISIT": visit["VISIT"],
                    "EXPECTED": done | left.isna() | (left >= planned).fillna(False),
                    "DONE": done,
                    "WINDOW": done & inside.fillna(False),
                }
            ).astype({"EXPECTED": bool, "DONE": bool, "WINDOW": bool})
        )
    return pd.concat(parts, ignore_index=True)


def adherence_rows(table: pd.DataFrame, subjects: AnalysisSet, visits: list[str]) -> Rows:
    """Done of expected and within the window of done: over all visits, then at each."""
    rows: Rows = []
    for visit in [None, *visits]:
        at = table if visit is None else table[table["VISIT"] == visit]
        tail = "" if visit is None else f"={visit}"
        for group, members in with_total(subjects):
            own = at[at["USUBJID"].isin(members["USUBJID"])]
            done, expected = int(own["DONE"].sum()), int(own["EXPECTED"].sum())
            rows += count_of(f"done{tail}", group, done, expected)
            rows += count_of(f"window{tail}", group, int(own["WINDOW"].sum()), done)
    return rows


def visit_adherence(
    name: str,
    analysis: Analysis,
    subjects: AnalysisSet,
    plan: Plan,
    tables: Mapping[str, pd.DataFrame],
) -> dict[str, Any]:
    """Visits done of visits expected, and visits within their window of visits done."""
    records = records_of(analysis, tables[analysis["records"]], subjects)
    table = expected_and_done(analysis, records, subjects.subjects, plan)
    visits = [visit["VISIT"] for visit in plan["visits"]]
    return build_result(
        name,
        analysis,
        plan,
        subjects,
        groups=group_entries(subjects, total=True),
        method=method_of("counts", METHOD, {}),
        statistics=adherence_rows(table, subjects, visits),
        labels=LABELS | {f"{head}={visit}": visit for head in LABELS for visit in visits},
        time_unit=plan["visit_unit"],
        times={visit["VISIT"]: visit["nominal"] for visit in plan["visits"]},
    )
