"""One raw column under the plan: its type, and its user-defined missing values as words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from scripts.raw_files import RawColumn

PLAUSIBLE_YEARS = (1800, 2200)
HELD = {"text": "text", "number": "numbers", "date": "dates", "other": "values of mixed types"}


@dataclass(frozen=True)
class Problem:
    """What is wrong with a column, and in which rows (positions from 0; none: the whole column)."""

    words: str
    rows: list[int] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class TypedColumn:
    """A column's values under the plan's type, and why the user-missing ones are missing."""

    values: pd.Series
    reasons: pd.Series | None
    problems: list[Problem]


def natural_type(facts: RawColumn) -> str:
    """The type of a column that the plan only lists as ignored."""
    return facts.kind if facts.kind in ("number", "date") else "text"


def _stripped(values: pd.Series) -> pd.Series:
    return values.astype("str").str.strip()


def _matches(raw: pd.Series, low: Any, high: Any) -> np.ndarray:
    """Rows between two user-defined missing values, as text or as numbers."""
    if isinstance(low, str) and pd.api.types.is_numeric_dtype(raw.dtype):
        return (raw == pd.to_numeric(low, errors="coerce")).to_numpy(dtype=bool)
    if isinstance(low, str):
        return (_stripped(raw) == str(low).strip()).fillna(False).to_numpy(dtype=bool)
    numbers = pd.to_numeric(raw, errors="coerce")
    return numbers.between(low, high).to_numpy(dtype=bool)


def _label_of(value: Any, labels: Mapping[Any, str]) -> str:
    if value in labels:
        return str(labels[value]).strip()
    text = f"{value:g}" if isinstance(value, (int, float)) else str(value).strip()
    return f"missing ({text})"


def read_reasons(raw: pd.Series, facts: RawColumn, declared: Mapping[str, Any]) -> pd.Series | None:
    """Why each value is missing, in the words of its label; None where nothing is declared."""
    ranges = [(item["lo"], item["hi"], None) for item in facts.missing]
    ranges += [(mark, mark, None) for mark in facts.marks]
    ranges += [(item["raw"], item["raw"], item["label"]) for item in declared.get("missing", [])]
    if not ranges:
        return None
    reasons = pd.Series(None, index=raw.index, dtype="str")
    for low, high, label in ranges:
        rows = _matches(raw, low, high)
        if label is not None:
            reasons[rows] = label
        else:
            words = {value: _label_of(value, facts.labels) for value in raw[rows].unique()}
            reasons[rows] = raw[rows].map(words).astype("str")
    return reasons


def _problem_at(rows: Any, raw: pd.Series, words: str) -> list[Problem]:
    at = np.flatnonzero(np.asarray(rows, dtype=bool))
    return [Problem(words, at.tolist(), raw.iloc[at].tolist())] if len(at) else []


def _numbers(
    raw: pd.Series, facts: RawColumn, kind: str, parse: bool, decimal: str
) -> tuple[pd.Series, list[Problem]]:
    if facts.kind == "text" and parse:
        text = _stripped(raw)
        known = text.notna() & (text != "")
        numbers = pd.to_numeric(text.str.replace(decimal, ".", regex=False), errors="coerce")
    elif facts.kind == "number":
        numbers, known = pd.to_numeric(raw, errors="coerce"), raw.notna()
    else:
        return raw, [Problem(f"holds {HELD[facts.kind]}, the plan says {kind}")]
    numbers = numbers.astype("float64")
    finite = pd.Series(np.isfinite(numbers.to_numpy()), index=raw.index)
    problems = _problem_at(known & ~finite, raw, "is not a number")
    numbers = numbers.where(finite)
    if kind == "integer":
        part = finite & (numbers != np.floor(numbers))
        problems += _problem_at(part, raw, "is not a whole number")
        return numbers.where(~part).astype("Int64"), problems
    return numbers, problems


def _dates(raw: pd.Series, facts: RawColumn, form: str | None) -> tuple[pd.Series, list[Problem]]:
    if facts.kind == "text":
        text = _stripped(raw)
        known = text.notna() & (text != "")
        dates = pd.to_datetime(text.where(known), format=form or "%Y-%m-%d", errors="coerce")
        words = f"is not a date ({form or 'YYYY-MM-DD'})"
    elif facts.kind == "date" and facts.unit is not None:
        known = raw.notna()
        dates = _counted(raw, str(facts.unit), str(facts.epoch))
        words = "is not a plausible date"
    elif facts.kind == "date":
        known, dates, words = raw.notna(), raw, "is not a plausible date"
    else:
        return raw, [Problem(f"holds {HELD[facts.kind]} without a date format, the plan says date")]
    # ASSUME: A time of day in a raw date is left out; the trial counts days.
    days = dates.dt.tz_localize(None).dt.floor("D").astype("datetime64[s]")
    right = days.dt.year.between(*PLAUSIBLE_YEARS)
    return days.where(right), _problem_at(known & ~right, raw, words)


def _counted(raw: pd.Series, unit: str, epoch: str) -> pd.Series:
    seconds = pd.to_numeric(raw, errors="coerce") * {"s": 1.0, "ms": 0.001, "D": 86400.0}[unit]
    # Whole seconds in a range that datetime64[s] can hold: what lies outside is no date at all.
    inside = seconds.between(-1e11, 1e11)
    since = np.datetime64(epoch, "s").astype("int64")
    counted = (seconds.where(inside, 0).astype("int64") + since).astype("datetime64[s]")
    return counted.where(inside)


def _texts(raw: pd.Series, facts: RawColumn) -> tuple[pd.Series, list[Problem]]:
    if facts.kind in ("text", "other") or raw.isna().all():
        # None and NaN stay missing; what is text stays as it is, padding included.
        return raw.where(raw.isna(), raw.astype("str")).astype("str"), []
    return raw, [Problem(f"holds {HELD[facts.kind]}, the plan says text")]


def _hidden_missing(values: pd.Series, facts: RawColumn) -> list[Problem]:
    """A measured number that the file gives a label: a lost user-missing value, most likely."""
    labels = {value: text for value, text in facts.labels.items() if not isinstance(value, str)}
    labelled = values.isin(list(labels)) & values.notna()
    shown = ", ".join(f"{value:g} {text!r}" for value, text in labels.items())
    return _problem_at(
        labelled,
        values,
        f"is a number to which the file gives a label ({shown}) but which nothing declares missing;"
        " list it under `missing` in the plan, or declare the column integer if it holds codes",
    )


def type_column(
    raw: pd.Series,
    facts: RawColumn,
    declared: Mapping[str, Any],
    parse: bool = False,
    decimal: str = ".",
) -> TypedColumn:
    """A raw column as the plan declares it.

    `parse` lets text be read as numbers: a CSV file has nothing else. A user-defined missing value
    becomes null and its label a reason.
    """
    reasons = read_reasons(raw, facts, declared)
    known = raw if reasons is None else raw.mask(reasons.notna())
    kind = declared["type"]
    if kind == "text":
        values, problems = _texts(known, facts)
    elif kind == "date":
        values, problems = _dates(known, facts, declared.get("format"))
    else:
        values, problems = _numbers(known, facts, kind, parse, decimal)
    if kind == "number" and facts.labels and not problems:
        problems = _hidden_missing(values, facts)
    return TypedColumn(values, reasons, problems)
