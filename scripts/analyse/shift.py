"""Shift of a measurement: the category at baseline against one after it, by group."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

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

MISSING = "missing"
TOTAL_ID = "total"


def category_of(values: pd.Series, categories: Sequence[Mapping[str, Any]]) -> pd.Series:
    """The id of the first category whose limit `below` lies above each value."""
    found = pd.Series(MISSING, index=values.index, dtype="object")
    for category in reversed(categories):
        inside = values.notna() if "below" not in category else values < category["below"]
        found[inside.fillna(False).to_numpy(bool)] = category["id"]
    return found


def later_value(records: pd.DataFrame, shift: Mapping[str, Any]) -> pd.Series:
    """One value a subject within the period: the last, the lowest or the highest."""
    days = records["ADAYS"]
    inside = days >= shift["from_day"]
    if "to_day" in shift:
        inside &= days <= shift["to_day"]
    wanted = records[inside].sort_values(["USUBJID", "ADAYS", "SRCSEQ"], kind="stable")
    grouped = wanted.groupby("USUBJID")["AVAL"]
    return {"last": grouped.last, "lowest": grouped.min, "highest": grouped.max}[shift["pick"]]()


def shift_rows(
    first: pd.Series, second: pd.Series, subjects: AnalysisSet, names: Sequence[str]
) -> Rows:
    """Each pair of categories, with the totals of rows and columns, of all in the group."""
    rows: Rows = []
    for one in (*names, TOTAL_ID):
        for other in (*names, TOTAL_ID):
            inside = (one == TOTAL_ID) | (first == one)
            inside &= (other == TOTAL_ID) | (second == other)
            for group, members in with_total(subjects):
                count = int(inside.loc[members.index].sum())
                rows += count_of(f"{one} to {other}", group, count, len(members))
    return rows


def method_words(shift: Mapping[str, Any]) -> str:
    """What is set against what, in words."""
    until = f" to day {shift['to_day']}" if "to_day" in shift else " on"
    return (
        f"Category at baseline (rows) against that of the {shift['pick']} value from day "
        f"{shift['from_day']}{until} (columns); percentages are of all subjects of the group"
    )


def shift(
    name: str, analysis: Analysis, subjects: AnalysisSet, plan: Plan, records: pd.DataFrame
) -> dict[str, Any]:
    """The table of shifts of one parameter."""
    chosen: Mapping[str, Any] = analysis["shift"]
    wanted = records[records["PARAMCD"] == analysis["parameter"]].dropna(subset=["AVAL"])
    who = subjects.subjects["USUBJID"]
    baseline = wanted.loc[wanted["ABLFL"] == "Y"].set_index("USUBJID")["AVAL"]
    first = category_of(who.map(baseline), chosen["categories"])
    second = category_of(who.map(later_value(wanted, chosen)), chosen["categories"])
    names = [str(category["id"]) for category in chosen["categories"]] + [MISSING]
    both = (first != MISSING) & (second != MISSING)
    known = {group: int(both.loc[m.index].sum()) for group, m in with_total(subjects)}
    labels = {str(category["id"]): str(category["label"]) for category in chosen["categories"]}
    unit = wanted["AVALU"].dropna().unique()
    return build_result(
        name,
        analysis,
        plan,
        subjects,
        groups=group_entries(subjects, known, total=True),
        method=method_of("shift", method_words(chosen), {"value": chosen["pick"]}),
        statistics=shift_rows(first, second, subjects, names),
        labels=labels | {MISSING: "Missing", TOTAL_ID: "Total"},
        unit=str(unit[0]) if len(unit) else "",
    )
