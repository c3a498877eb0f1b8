"""How many subjects have records of a kind, and how many records: medications, events."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.analyse.results import TOTAL, Analysis, AnalysisSet, Rows, count_of, with_total
from scripts.conditions import evaluate

ANY = "any"


def records_of(
    analysis: Mapping[str, Any], records: pd.DataFrame, subjects: AnalysisSet
) -> pd.DataFrame:
    """The records that the analysis is about, of its subjects only."""
    wanted = records[evaluate(analysis.get("where"), records)]
    return wanted[wanted["USUBJID"].isin(subjects.subjects["USUBJID"])]


def record_rows(row: str, records: pd.DataFrame, subjects: AnalysisSet) -> Rows:
    """Subjects with at least one of the records, and the number of records, by group."""
    rows: Rows = []
    for group, members in with_total(subjects):
        inside = records[records["USUBJID"].isin(members["USUBJID"])]
        count = inside["USUBJID"].nunique()
        rows += count_of(row, group, count, len(members), events=len(inside))
    return rows


def ordered_levels(analysis: Analysis, records: pd.DataFrame) -> list[str]:
    """The levels in the plan's order, or the most frequent (by subjects) first, then by name."""
    if "levels" in analysis:
        return [str(level) for level in analysis["levels"]]
    counts = records.groupby(analysis["by"])["USUBJID"].nunique()
    return [str(level) for level in sorted(counts.index, key=lambda name: (-counts[name], name))]


def rows_by_level(analysis: Analysis, records: pd.DataFrame, subjects: AnalysisSet) -> Rows:
    """One row for any record at all, then one for each level of the variable that splits them."""
    rows = record_rows(ANY, records, subjects)
    column = records[analysis["by"]].astype(str)
    for level in ordered_levels(analysis, records):
        rows += record_rows(level, records[column == level], subjects)
    return rows


def labels_of(analysis: Analysis, records: pd.DataFrame) -> dict[str, str]:
    """Words for the levels: the plan's, and before them those of the variable `label_by`."""
    labels: dict[str, str] = {}
    if "label_by" in analysis:
        known = records[[analysis["by"], analysis["label_by"]]].dropna().astype(str)
        first = known.sort_values(analysis["label_by"]).drop_duplicates(analysis["by"])
        labels = dict(zip(first[analysis["by"]], first[analysis["label_by"]], strict=True))
    return labels | dict(analysis.get("labels", {}))


def any_of(rows: Rows) -> dict[str, int]:
    """Subjects with any record, by group, for the heads of the columns."""
    return {
        entry["group"]: entry["value"]
        for entry in rows
        if entry["row"] == ANY and entry["statistic"] == "count"
    }


def at_threshold(rows: Rows, threshold: float) -> list[str]:
    """The rows that at least this share of all subjects have."""
    return [
        entry["row"]
        for entry in rows
        if entry["group"] == TOTAL
        and entry["statistic"] == "proportion"
        and entry["row"] != ANY
        and entry["value"] is not None
        and entry["value"] >= threshold
    ]
