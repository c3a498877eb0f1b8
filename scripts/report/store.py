"""The results store as the report reads it: one document for each analysis."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.job import Job


def _plain(value: float) -> float | int | None:
    """A stored number; a whole one, such as a count, without decimals."""
    if pd.isna(value):
        return None
    return int(value) if float(value).is_integer() else float(value)


def documents_of(store: pd.DataFrame, described: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Each result with its statistics and curves, by the id of its analysis.

    `store` holds one record a statistic; `described` what is no number of each analysis.
    """
    documents = {name: {**entry, "statistics": []} for name, entry in described.items()}
    columns = ["ANALYSIS", "ROW", "GROUP", "STATISTIC", "POINT", "VALUE"]
    ordered = store.sort_values(["ANALYSIS", "RSEQ"])
    for name, row, group, statistic, point, value in zip(
        *(ordered[column].tolist() for column in columns), strict=True
    ):
        if pd.isna(point):
            entry = {"row": row, "group": group, "statistic": statistic, "value": _plain(value)}
            documents[name]["statistics"].append(entry)
        else:
            curves = documents[name].setdefault(row, {})
            curves.setdefault(group, {}).setdefault(statistic, []).append(_plain(value))
    return documents


def read_results(job: Job) -> dict[str, dict[str, Any]]:
    """The results of the run from the inputs `store` and `described` of a step."""
    return documents_of(job.table("store"), job.json("described"))
