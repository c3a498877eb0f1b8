"""Descriptive summaries of one variable, by group and in total, as rows of a result."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from scripts.analyse.results import AnalysisSet, Rows, count_of, numbers, with_total
from scripts.stats.quantiles import quartiles

DISTRIBUTION = ("median", "q1", "q3", "mean", "sd", "minimum", "maximum")


def distribution_of(values: pd.Series, type_: int) -> dict[str, Any]:
    """Size, quartiles of the given type, mean, standard deviation and extremes of known values."""
    known = values.dropna().to_numpy(float)
    n, missing = len(known), int(values.isna().sum())
    if n == 0:
        return {"n": 0, "missing": missing, **dict.fromkeys(DISTRIBUTION)}
    q1, median, q3 = quartiles(known, type_)
    return {
        "n": n,
        "missing": missing,
        "median": median,
        "q1": q1,
        "q3": q3,
        "mean": known.mean(),
        "sd": known.std(ddof=1) if n > 1 else None,
        "minimum": known.min(),
        "maximum": known.max(),
    }


def number_rows(row: str, subjects: AnalysisSet, column: str, type_: int) -> Rows:
    """The distribution of a number in every group and in total."""
    rows: Rows = []
    for group, members in with_total(subjects):
        rows += numbers(row, group, **distribution_of(members[column], type_))
    return rows


def flag_rows(row: str, subjects: AnalysisSet, flags: pd.Series) -> Rows:
    """How many subjects have a flag, in every group and in total."""
    rows: Rows = []
    for group, members in with_total(subjects):
        inside = flags.loc[members.index]
        known = int(inside.notna().sum())
        rows += count_of(row, group, int((inside == True).sum()), known)  # noqa: E712
    return rows


def level_rows(
    row: str, subjects: AnalysisSet, column: str, levels: Sequence[Any] | None = None
) -> Rows:
    """How many subjects have each level of a variable, of those in whom it is known."""
    values = subjects.subjects[column]
    present = sorted(values.dropna().unique()) if levels is None else list(levels)
    rows: Rows = []
    for level in present:
        has = (values == level).astype("boolean").mask(values.isna())
        rows += flag_rows(f"{row}={word_of(level)}", subjects, has)
    return rows


def word_of(level: Any) -> str:
    """A level as it stands in a row id; whole numbers without a decimal point."""
    if isinstance(level, (float, np.floating)) and float(level).is_integer():
        return str(int(level))
    return str(level)


def yes_of(values: pd.Series) -> pd.Series:
    """A Y/N column as booleans that may be missing."""
    return values.map({"Y": True, "N": False}).astype("boolean")


def missing_rows(row: str, subjects: AnalysisSet, column: str) -> Rows:
    """How many subjects lack a variable, in every group and in total; nothing where none does."""
    if not subjects.subjects[column].isna().any():
        return []
    rows: Rows = []
    for group, members in with_total(subjects):
        rows += numbers(row, group, missing=int(members[column].isna().sum()))
    return rows


def variable_rows(variable: Mapping[str, Any], subjects: AnalysisSet, type_: int) -> Rows:
    """The rows of one declared variable by its kind of summary."""
    name, summary = variable["variable"], variable["summary"]
    if summary == "numbers":
        return number_rows(name, subjects, name, type_)
    if summary == "flag":
        rows = flag_rows(name, subjects, yes_of(subjects.subjects[name]))
    else:
        rows = level_rows(name, subjects, name, variable.get("levels"))
    return rows + missing_rows(f"{name} missing", subjects, name)
