"""A measurement over the schedule of visits: distribution, shift, and what is missing."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.analyse.missing_patterns import missing_patterns
from scripts.analyse.results import (
    TOTAL,
    Analysis,
    AnalysisSet,
    Plan,
    Rows,
    build_result,
    group_entries,
    method_of,
    numbers,
    select,
    with_responses,
)
from scripts.analyse.shift import shift
from scripts.analyse.summaries import distribution_of
from scripts.job import Job
from scripts.stats.quantiles import LABELS as QUANTILE_LABELS

CURVE_WORDS = ("n", "median", "q1", "q3")


def measurements_over_time(
    name: str, analysis: Analysis, subjects: AnalysisSet, plan: Plan, records: pd.DataFrame
) -> dict[str, Any]:
    """Size, quartiles and extremes of a measurement at every scheduled visit."""
    type_ = analysis["method"]["quantiles"]
    wanted = records[records["PARAMCD"] == analysis["parameter"]].dropna(subset=["AVAL"])
    columns = ["USUBJID", subjects.variable]
    joined = wanted[["USUBJID", "VISITNUM", "AVAL"]].merge(
        subjects.subjects[columns], on="USUBJID", how="inner", validate="m:1"
    )
    statistics: Rows = []
    curves: dict[str, dict[str, list[Any]]] = {}
    parts = [(g.id, joined[joined[subjects.variable] == g.value]) for g in subjects.groups]
    for group, part in [*parts, (TOTAL, joined)]:
        curve: dict[str, list[Any]] = {word: [] for word in ("time", *CURVE_WORDS)}
        for visit in plan["visits"]:
            values = part.loc[part["VISITNUM"] == visit["VISITNUM"], "AVAL"]
            summary = distribution_of(values, type_)
            statistics += numbers(visit["VISIT"], group, **summary)
            curve["time"].append(visit["nominal"])
            for word in CURVE_WORDS:
                curve[word].append(summary[word])
        curves[group] = curve
    unit = wanted["AVALU"].dropna().unique() if "AVALU" in wanted else []
    known = set(joined["USUBJID"])
    counts = {g.id: int(subjects.of(g)["USUBJID"].isin(known).sum()) for g in subjects.groups}
    ran = method_of("quartiles", f"Quartiles, {QUANTILE_LABELS[type_]}", {"quantiles": type_})
    return build_result(
        name,
        analysis,
        plan,
        subjects,
        groups=group_entries(subjects, counts | {TOTAL: len(known)}, total=True),
        method=ran,
        statistics=statistics,
        curve=curves,
        unit=str(unit[0]) if len(unit) else "",
        time_unit=plan["visit_unit"],
    )


KINDS = {
    "measurements_over_time": measurements_over_time,
    "missing_patterns": missing_patterns,
    "shift": shift,
}


def describe_measurements(
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
        made = describe_measurements(
            job.table("adsl"), job.table("adresp"), job.tables("records"), job.plan
        )
        job.write_all("results", made)
