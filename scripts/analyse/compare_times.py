"""Times to an event: quantiles with a rank test, and survival curves with hazard ratios."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from scripts.analyse.hazard_sensitivity import hazard_sensitivity
from scripts.analyse.rank_rows import rank_rows, shift_rows
from scripts.analyse.results import (
    Analysis,
    AnalysisSet,
    Plan,
    Rows,
    build_result,
    contrasts_of,
    group_entries,
    method_of,
    numbers,
    select,
    with_responses,
)
from scripts.analyse.survival_contrasts import survival_contrasts
from scripts.analyse.survival_rows import (
    curve_of,
    hazard_rows,
    logrank_rows,
    survival_rows,
    unit_of,
)
from scripts.job import Job
from scripts.stats.quantiles import LABELS as QUANTILE_LABELS
from scripts.stats.quantiles import quartiles

TIME_COLUMNS = ["USUBJID", "AVAL", "AVALU", "CNSR"]


def with_times(
    subjects: AnalysisSet, adtte: pd.DataFrame, analysis: Analysis, plan: Plan
) -> AnalysisSet:
    """The subjects that have the time, with its columns; `event` is the reverse of CNSR."""
    endpoint = analysis["endpoint"]
    label = plan["endpoints"].get(endpoint, {}).get("label", endpoint)
    times = adtte.loc[adtte["PARAMCD"] == endpoint, TIME_COLUMNS].dropna(subset=["AVAL"])
    joined = subjects.subjects.merge(times, on="USUBJID", how="left", validate="1:1")
    joined = joined.assign(event=joined["CNSR"] == 0)
    merged = AnalysisSet(joined, subjects.excluded, subjects.variable, subjects.groups)
    reason = analysis.get("without_record") or f"No time is defined: {label}"
    return merged.without(joined["AVAL"].isna(), reason)


def summary_of(values: Sequence[float], type_: int) -> dict[str, Any]:
    """Size, quartiles and extremes; null where there is no value."""
    if len(values) == 0:
        return {"n": 0, **dict.fromkeys(("median", "q1", "q3", "minimum", "maximum"))}
    q1, median, q3 = quartiles(values, type_)
    return {
        "n": len(values),
        "median": median,
        "q1": q1,
        "q3": q3,
        "minimum": min(values),
        "maximum": max(values),
    }


def _quantile_words(method: Mapping[str, Any], test_label: str) -> dict[str, Any]:
    chosen = ("quantiles", "censored", "rank_test", "shift")
    return method_of(
        "quartiles",
        f"Quartiles, {QUANTILE_LABELS[method['quantiles']]}",
        {key: method[key] for key in chosen if key in method},
        test=method.get("rank_test", "mann_whitney"),
        test_label=test_label,
    )


def quantiles_of_time(
    name: str, analysis: Analysis, subjects: AnalysisSet, plan: Plan
) -> dict[str, Any]:
    """Quartiles of the times by group, taken as they are, with a rank test for each contrast."""
    method = analysis["method"]
    censored = ~subjects.subjects["event"]
    warnings = []
    if method["censored"] == "excluded":
        reason = analysis.get("without_event") or "Censored: the event was not observed"
        subjects = subjects.without(censored, reason)
    elif censored.any():
        warnings.append("Censored times are taken as if the event had happened then.")
    values = {g.id: subjects.of(g)["AVAL"].astype(float).tolist() for g in subjects.groups}
    statistics: Rows = []
    for group, times in values.items():
        statistics += numbers("time", group, **summary_of(times, method["quantiles"]))
    contrasts = contrasts_of(analysis, plan, subjects.groups)
    tests, label, refused = rank_rows(values, contrasts, method.get("rank_test"))
    shifts, shift_label, too_many = shift_rows(
        values, contrasts, method.get("shift"), plan["settings"]["confidence_level"]
    )
    statistics += tests + shifts
    groups = group_entries(subjects, {group: len(times) for group, times in values.items()})
    return build_result(
        name,
        analysis,
        plan,
        subjects,
        groups=groups,
        method=_quantile_words(method, "; ".join(filter(None, [label, shift_label]))),
        statistics=statistics,
        warnings=warnings + refused + too_many,
        unit=unit_of(subjects),
        labels={"shift": shift_label} if shift_label else {},
    )


def time_to_event(
    name: str, analysis: Analysis, subjects: AnalysisSet, plan: Plan
) -> dict[str, Any]:
    """Kaplan-Meier curves by group, the log-rank test and hazard ratios of each contrast."""
    method = analysis["method"]
    level = plan["settings"]["confidence_level"]
    alpha = plan["settings"]["significance_level"]
    contrasts = contrasts_of(analysis, plan, subjects.groups)
    statistics, curves, warnings = survival_rows(subjects, method, level, analysis["times"])
    tests, p_values = logrank_rows(subjects, contrasts)
    hazards, disagreements = hazard_rows(subjects, contrasts, method, level, p_values, alpha)
    ran = method_of(
        "kaplan_meier",
        curves.label,
        {key: method[key] for key in ("transform", "ties")},
        test="logrank",
        test_label="Log-rank test (Mantel-Cox)",
    )
    events = {g.id: int(subjects.of(g)["event"].sum()) for g in subjects.groups}
    return build_result(
        name,
        analysis,
        plan,
        subjects,
        groups=group_entries(subjects, events),
        method=ran,
        statistics=statistics + tests + hazards,
        warnings=warnings + disagreements,
        unit=unit_of(subjects),
        labels=HAZARD_LABELS | curves.labels,
        curve={group.id: curve_of(curves.by_group.get(group.id)) for group in subjects.groups},
    )


HAZARD_LABELS = {
    "arm": "Kaplan-Meier estimate",
    "logrank": "Log-rank test (Mantel-Cox)",
    "cox": "Cox proportional hazards model",
    "logrank_hazard_ratio": "Log-rank hazard ratio (O1/E1)/(O2/E2)",
    "mantel_haenszel_hazard_ratio": "Mantel-Haenszel (one-step) hazard ratio exp((O1 - E1)/V)",
}
KINDS = {
    "quantiles_of_time": quantiles_of_time,
    "time_to_event": time_to_event,
    "survival_contrasts": survival_contrasts,
    "hazard_sensitivity": hazard_sensitivity,
}


def compare_times(
    adsl: pd.DataFrame, adresp: pd.DataFrame, adtte: pd.DataFrame, plan: Plan
) -> dict[str, dict[str, Any]]:
    """Every result of this family by id."""
    wide = with_responses(adsl, adresp)
    results = {}
    for name, analysis in plan["analyses"].items():
        subjects = with_times(select(analysis, plan, wide), adtte, analysis, plan)
        results[name] = KINDS[analysis["kind"]](name, analysis, subjects, plan)
    return results


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        made = compare_times(job.table("adsl"), job.table("adresp"), job.table("adtte"), job.plan)
        job.write_all("results", made)
