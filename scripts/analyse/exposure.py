"""Exposure to each treatment: administrations, days, cumulative dose and interruptions."""

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
    numbers,
    with_total,
)
from scripts.analyse.summaries import distribution_of
from scripts.conditions import evaluate
from scripts.stats.quantiles import LABELS as QUANTILE_LABELS

MEASURES = {
    "records": "Administrations or periods",
    "days": "Days on treatment",
    "dose": "Cumulative dose",
}


def by_subject(
    treatment: Mapping[str, Any], records: pd.DataFrame, interrupted: Any
) -> pd.DataFrame:
    """For each treated subject: records, days covered, cumulative dose, whether interrupted."""
    own = records[records["EXTRT"] == treatment["value"]]
    days = own["ADURN"].astype(float)
    dose = own["EXDOSE"].astype(float) * (days if treatment["dose"] == "per_day" else 1)
    stopped = evaluate(interrupted, own) if interrupted else pd.Series(False, index=own.index)
    made = own.assign(records=1, days=days, dose=dose, interrupted=stopped)
    sums = made.groupby("USUBJID")[["records", "days", "dose"]].sum(min_count=1)
    return sums.assign(interrupted=made.groupby("USUBJID")["interrupted"].any())


def treatment_rows(
    treatment: Mapping[str, Any], treated: pd.DataFrame, subjects: AnalysisSet, type_: int
) -> Rows:
    """Treated and interrupted subjects, and the distribution of each measure among the treated."""
    name = treatment["value"]
    rows: Rows = []
    for group, members in with_total(subjects):
        own = treated.reindex(members["USUBJID"]).dropna(subset=["records"])
        rows += count_of(f"{name} treated", group, len(own), len(members))
        stopped = int(own["interrupted"].astype(bool).sum())
        rows += count_of(f"{name} interrupted", group, stopped, len(own))
        for measure in MEASURES:
            summary = distribution_of(own[measure], type_)
            rows += numbers(f"{name} {measure}", group, **summary)
    return rows


def exposure(
    name: str,
    analysis: Analysis,
    subjects: AnalysisSet,
    plan: Plan,
    tables: Mapping[str, pd.DataFrame],
) -> dict[str, Any]:
    """Exposure to every declared treatment, by group."""
    type_ = analysis["method"]["quantiles"]
    records = records_of(analysis, tables[analysis["records"]], subjects)
    statistics: Rows = []
    labels: dict[str, str] = {}
    units: dict[str, str] = {}
    for treatment in analysis["treatments"]:
        treated = by_subject(treatment, records, analysis.get("interrupted"))
        statistics += treatment_rows(treatment, treated, subjects, type_)
        value, label = treatment["value"], treatment["label"]
        words = {**MEASURES, "treated": "Subjects treated", "interrupted": "Treatment interrupted"}
        labels |= {f"{value} {word}": f"{label}: {text}" for word, text in words.items()}
        units[f"{value} dose"] = treatment["unit"]
    ran = method_of(
        "description", f"Counts, and quartiles, {QUANTILE_LABELS[type_]}", {"quantiles": type_}
    )
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
