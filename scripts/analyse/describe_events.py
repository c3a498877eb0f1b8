"""Adverse events: an overview by declared rows, incidence by term and grade, and deaths."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.analyse.deaths import deaths
from scripts.analyse.event_grades import event_grades
from scripts.analyse.records import (
    any_of,
    at_threshold,
    labels_of,
    record_rows,
    records_of,
    rows_by_level,
)
from scripts.analyse.results import (
    Analysis,
    AnalysisSet,
    Plan,
    Rows,
    build_result,
    count_of,
    group_entries,
    method_of,
    select,
    with_responses,
    with_total,
)
from scripts.conditions import evaluate
from scripts.job import Job

LABEL = "Subjects with at least one event, and number of events"


def subject_rows(row: Mapping[str, Any], subjects: AnalysisSet) -> Rows:
    """How many subjects a condition on the subject holds for, by group."""
    rows: Rows = []
    for group, members in with_total(subjects):
        count = int(evaluate(row["subjects"], members).sum())
        rows += count_of(row["id"], group, count, len(members))
    return rows


def event_overview(
    name: str, analysis: Analysis, subjects: AnalysisSet, plan: Plan, records: pd.DataFrame
) -> dict[str, Any]:
    """Each declared row counts subjects with such an event, or such subjects."""
    events = records_of(analysis, records, subjects)
    statistics: Rows = []
    for row in analysis["rows"]:
        if "subjects" in row:
            statistics += subject_rows(row, subjects)
        else:
            inside = events[evaluate(row.get("records"), events)]
            statistics += record_rows(row["id"], inside, subjects)
    labels = {row["id"]: row["label"] for row in analysis["rows"]}
    return build_result(
        name,
        analysis,
        plan,
        subjects,
        groups=group_entries(subjects, total=True),
        method=method_of("incidence", LABEL, {}),
        statistics=statistics,
        labels=labels,
    )


def event_terms(
    name: str, analysis: Analysis, subjects: AnalysisSet, plan: Plan, records: pd.DataFrame
) -> dict[str, Any]:
    """Every term with its incidence; `listed` names those at or above the plan's threshold."""
    events = records_of(analysis, records, subjects)
    statistics = rows_by_level(analysis, events, subjects)
    threshold = analysis.get("threshold", 0)
    return build_result(
        name,
        analysis,
        plan,
        subjects,
        groups=group_entries(subjects, any_of(statistics), total=True),
        method=method_of("incidence", LABEL, {"threshold": threshold}),
        statistics=statistics,
        labels=labels_of(analysis, events),
        listed=at_threshold(statistics, threshold),
    )


KINDS = {
    "event_overview": event_overview,
    "event_terms": event_terms,
    "event_grades": event_grades,
    "deaths": deaths,
}


def describe_events(
    adsl: pd.DataFrame, adresp: pd.DataFrame, tables: Mapping[str, pd.DataFrame], plan: Plan
) -> dict[str, dict[str, Any]]:
    """Every result of this family by id."""
    wide = with_responses(adsl, adresp)
    return {
        name: KINDS[analysis["kind"]](
            name, analysis, select(analysis, plan, wide), plan, tables[analysis["records"]]
        )
        for name, analysis in plan["analyses"].items()
    }


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        made = describe_events(
            job.table("adsl"), job.table("adresp"), job.tables("records"), job.plan
        )
        job.write_all("results", made)
