"""Who the subjects are and what happened to them: populations, baseline, flow, visits, exposure."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.analyse.adherence import visit_adherence
from scripts.analyse.disposition import disposition
from scripts.analyse.exposure import exposure
from scripts.analyse.membership import population_membership
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
    group_entries,
    method_of,
    select,
    with_responses,
)
from scripts.analyse.summaries import variable_rows
from scripts.job import Job
from scripts.stats.quantiles import LABELS as QUANTILE_LABELS

Tables = Mapping[str, pd.DataFrame]


def baseline(
    name: str, analysis: Analysis, subjects: AnalysisSet, plan: Plan, tables: Tables
) -> dict[str, Any]:
    """Declared subject-level variables: quartiles of numbers, counts of flags and levels."""
    type_ = analysis["method"]["quantiles"]
    statistics: Rows = []
    labels = {}
    for variable in analysis["variables"]:
        statistics += variable_rows(variable, subjects, type_)
        labels[variable["variable"]] = variable["label"]
        for value, label in (variable.get("labels") or {}).items():
            labels[f"{variable['variable']}={value}"] = label
    ran = method_of(
        "description", f"Counts, and quartiles, {QUANTILE_LABELS[type_]}", {"quantiles": type_}
    )
    units = {v["variable"]: v["unit"] for v in analysis["variables"] if "unit" in v}
    return build_result(
        name,
        analysis,
        plan,
        subjects,
        groups=group_entries(subjects, total=True),
        method=ran,
        statistics=statistics,
        labels=labels,
        units=units,
    )


def subjects_with_records(
    name: str, analysis: Analysis, subjects: AnalysisSet, plan: Plan, tables: Tables
) -> dict[str, Any]:
    """Subjects with at least one record of each level of a variable."""
    records = records_of(analysis, tables[analysis["records"]], subjects)
    statistics = rows_by_level(analysis, records, subjects)
    ran = method_of("incidence", "Subjects with at least one record, and number of records", {})
    threshold = analysis.get("threshold", 0)
    return build_result(
        name,
        analysis,
        plan,
        subjects,
        groups=group_entries(subjects, any_of(statistics), total=True),
        method=ran,
        statistics=statistics,
        labels=labels_of(analysis, records),
        listed=at_threshold(statistics, threshold),
    )


def attendance(
    name: str, analysis: Analysis, subjects: AnalysisSet, plan: Plan, tables: Tables
) -> dict[str, Any]:
    """Subjects who attended each scheduled visit, of all subjects of the population."""
    records = records_of(analysis, tables[analysis["records"]], subjects)
    statistics: Rows = []
    for visit in plan["visits"]:
        at = records[records["VISITNUM"] == visit["VISITNUM"]].drop_duplicates("USUBJID")
        statistics += [
            entry
            for entry in record_rows(visit["VISIT"], at, subjects)
            if entry["statistic"] != "events"
        ]
    ran = method_of("counts", "Subjects who attended, of all subjects of the population", {})
    return build_result(
        name,
        analysis,
        plan,
        subjects,
        groups=group_entries(subjects, total=True),
        method=ran,
        statistics=statistics,
        time_unit=plan["visit_unit"],
        times={visit["VISIT"]: visit["nominal"] for visit in plan["visits"]},
    )


KINDS = {
    "baseline": baseline,
    "subjects_with_records": subjects_with_records,
    "attendance": attendance,
    "visit_adherence": visit_adherence,
    "exposure": exposure,
}


def describe_subjects(
    adsl: pd.DataFrame, adresp: pd.DataFrame, tables: Tables, plan: Plan
) -> dict[str, dict[str, Any]]:
    """Every result of this family by id."""
    wide = with_responses(adsl, adresp)
    results = {}
    for name, analysis in plan["analyses"].items():
        if analysis["kind"] == "population_membership":
            results[name] = population_membership(name, analysis, adsl, plan)
            continue
        subjects = select(analysis, plan, wide)
        if analysis["kind"] == "disposition":
            results[name] = disposition(name, analysis, subjects, plan, adsl)
        else:
            results[name] = KINDS[analysis["kind"]](name, analysis, subjects, plan, tables)
    return results


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        records = {**job.tables("records"), **job.tables("domains")}
        made = describe_subjects(job.table("adsl"), job.table("adresp"), records, job.plan)
        job.write_all("results", made)
