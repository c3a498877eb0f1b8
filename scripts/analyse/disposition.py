"""The flow of subjects through the trial: screened, randomised, discontinued, analysed."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from scripts.analyse.results import (
    TOTAL,
    Analysis,
    AnalysisSet,
    Plan,
    Rows,
    build_result,
    count_of,
    group_entries,
    method_of,
)
from scripts.analyse.summaries import flag_rows, word_of
from scripts.conditions import evaluate

# Before the flag of a population, the row of those outside it.
OUTSIDE = "outside "


def screening_rows(adsl: pd.DataFrame, reason: str | None) -> Rows:
    """Subjects screened, and those not randomised by reason."""
    screened = len(adsl)
    lost = adsl[adsl["RANDFL"] != "Y"]
    rows = count_of("screened", TOTAL, screened, screened)
    rows += count_of("excluded", TOTAL, len(lost), screened)
    if reason is not None and len(lost):
        counts = lost[reason].fillna("Reason not recorded").value_counts()
        for word in sorted(counts.index):
            rows += count_of(f"excluded={word}", TOTAL, int(counts[word]), screened)
    return rows


def discontinuation_rows(subjects: AnalysisSet, flow: Mapping[str, Any]) -> Rows:
    """Subjects who completed or discontinued treatment: by reason, by time, and by both."""
    table = subjects.subjects
    stopped = table[flow["status"]] == flow["discontinued"]
    rows = flag_rows("completed", subjects, table[flow["status"]] == flow["completed"])
    rows += flag_rows("discontinued", subjects, stopped)
    reason = table[flow["reason"]]
    for word in sorted(reason[stopped].dropna().unique()):
        rows += flag_rows(f"discontinued={word}", subjects, stopped & (reason == word))
    if "time" not in flow:
        return rows
    time = table[flow["time"]]
    known = pd.DataFrame({"time": time, "reason": reason})[stopped].dropna()
    for moment in sorted(known["time"].unique()):
        at = stopped & (time == moment)
        rows += flag_rows(f"time={word_of(float(moment))}", subjects, at)
        for word in sorted(known.loc[known["time"] == moment, "reason"].unique()):
            row = f"time={word_of(float(moment))}, {word}"
            rows += flag_rows(row, subjects, at & (reason == word))
    return rows


def allocation_rows(subjects: AnalysisSet, flow: Mapping[str, Any]) -> Rows:
    """Subjects randomised and, where the plan says how to tell, those who were treated or not."""
    table = subjects.subjects
    rows = flag_rows("randomised", subjects, table["RANDFL"] == "Y")
    if "treated" in flow:
        treated = evaluate(flow["treated"], table)
        rows += flag_rows("treated", subjects, treated)
        rows += flag_rows("untreated", subjects, ~treated)
    return rows


def population_rows(subjects: AnalysisSet, populations: Sequence[str]) -> Rows:
    """Subjects inside and outside each population, and those outside by reason."""
    table = subjects.subjects
    rows: Rows = []
    for flag in populations:
        inside = table[flag] == "Y"
        rows += flag_rows(flag, subjects, inside)
        rows += flag_rows(f"{OUTSIDE}{flag}", subjects, ~inside)
        # The reason for ABCFL stands beside it, in ABCRS.
        reasons = flag.removesuffix("FL") + "RS"
        if reasons in table.columns:
            for word in sorted(table.loc[~inside, reasons].dropna().unique()):
                flags = ~inside & (table[reasons] == word)
                rows += flag_rows(f"{OUTSIDE}{flag}={word}", subjects, flags)
    return rows


def labels_of_rows(rows: Rows, words: Mapping[str, str], unit: str) -> dict[str, str]:
    """Words for rows of reasons and times, from the plan's words for the reasons."""
    labels = {}
    for row in dict.fromkeys(entry["row"] for entry in rows):
        head, _, tail = row.partition("=")
        if head == "time":
            time, _, reason = tail.partition(", ")
            label = f"{unit.capitalize()} {time}"
            labels[row] = f"{label}: {words.get(reason, reason)}" if reason else label
        elif tail:
            labels[row] = words.get(tail, tail)
    return labels


def disposition(
    name: str, analysis: Analysis, subjects: AnalysisSet, plan: Plan, adsl: pd.DataFrame
) -> dict[str, Any]:
    """Every count of a CONSORT flow diagram."""
    flow = analysis["flow"]
    statistics = screening_rows(adsl, flow.get("excluded_by"))
    statistics += allocation_rows(subjects, flow)
    statistics += discontinuation_rows(subjects, flow)
    statistics += population_rows(subjects, flow["populations"])
    labels = {p: plan["populations"].get(p, {}).get("label", p) for p in flow["populations"]}
    labels |= {f"{OUTSIDE}{p}": f"Not in: {label}" for p, label in labels.items()}
    labels |= labels_of_rows(statistics, analysis.get("labels", {}), plan["visit_unit"])
    unsettled = ~subjects.subjects[flow["status"]].isin([flow["completed"], flow["discontinued"]])
    warnings = [f"{int(unsettled.sum())} subject(s) neither completed nor discontinued."]
    return build_result(
        name,
        analysis,
        plan,
        subjects,
        groups=group_entries(subjects, total=True),
        method=method_of("counts", "Numbers of subjects", {}),
        statistics=statistics,
        labels=labels,
        warnings=warnings if unsettled.any() else [],
    )
