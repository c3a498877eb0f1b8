"""SAS transport files (XPORT version 5) without what their usual writer does in silence.

pyreadstat cuts labels, writes values longer than 200 bytes, turns infinity and numbers outside of
the range into others, and stamps the hour. Here each of these is a finding, and the stamps are
those of the data cut, so that the same table is the same bytes.
"""

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat

from scripts.tables import type_of

NAME = re.compile(r"[A-Z][A-Z0-9_]{0,7}\Z")
LABEL_BYTES = 40
VALUE_BYTES = 200
# What the base 16 floating point numbers of the format can hold.
LEAST, GREATEST = 5.4e-79, 7.2e75
EPOCH = pd.Timestamp("1960-01-01")
# Created and modified, of the library and of its member.
STAMPS = (144, 160, 464, 480)
MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
HEADS = {0: b"HEADER RECORD*******LIBRARY", 240: b"HEADER RECORD*******MEMBER"}
DATE_FORMAT = "DATE9."


class TransportError(ValueError):
    """A table that a transport file cannot hold as it is; the message lists every finding."""


@dataclass(frozen=True)
class Transported:
    """What a transport file holds: the table, and what its head says."""

    table: pd.DataFrame
    name: str
    label: str
    labels: dict[str, str]
    lengths: dict[str, int]
    formats: dict[str, str]


def _text_findings(what: str, text: str, most: int) -> list[str]:
    findings = []
    if not text.isascii():
        findings.append(f"{what}: not ASCII: {text!r}")
    if not text.isprintable():
        findings.append(f"{what}: holds a character that does not print: {text!r}")
    size = len(text.encode())
    if size > most:
        findings.append(f"{what}: {size} bytes, at most {most}: {text!r}")
    return findings


def _value_findings(name: str, values: pd.Series, format_: str | None) -> list[str]:
    kind = type_of(values)
    if kind == "text":
        known = values.dropna()
        if not all(isinstance(value, str) for value in known):
            return [f"{name}: holds other things than text"]
        findings = []
        for value in known.unique():
            findings += _text_findings(name, value, VALUE_BYTES)
            if value != value.rstrip(" "):
                findings.append(f"{name}: trailing blanks would be lost: {value!r}")
            if value == "":
                findings.append(f"{name}: an empty text would be read as missing")
        return findings
    if kind == "date":
        return []
    if kind == "boolean":
        return [f"{name}: a truth value has no type here; use Y and N"]
    size = values.astype("float64").abs()
    findings = [f"{name}: an infinite value"] if np.isinf(size).any() else []
    if ((size > 0) & np.isfinite(size) & ((size < LEAST) | (size > GREATEST))).any():
        findings.append(f"{name}: a number outside of {LEAST} to {GREATEST}")
    if name.endswith(("DT", "DTM", "TM")) and not format_:
        findings.append(f"{name}: a numeric date or time without a format")
    return findings


def check_transport(
    table: pd.DataFrame,
    name: str,
    label: str,
    labels: Mapping[str, str],
    formats: Mapping[str, str],
) -> list[str]:
    """Every way in which a transport file could not hold the table as it is."""
    findings = _text_findings("label of the data set", label, LABEL_BYTES)
    for word in (name, *table.columns):
        if not NAME.match(word):
            findings.append(f"{word}: a name has 1 to 8 capital letters, digits, underscores")
    for column in table.columns:
        if not labels.get(column):
            findings.append(f"{column}: no label")
        else:
            findings += _text_findings(f"label of {column}", labels[column], LABEL_BYTES)
        findings += _value_findings(column, table[column], formats.get(column))
    # A last record that is all blank cannot be told from padding.
    last = table.iloc[-1:]
    if len(last) and all(type_of(table[c]) == "text" for c in table) and last.isna().all(axis=None):
        findings.append("the last record is empty and would be lost")
    return [f"{name}: {finding}" for finding in findings]


def days_since_epoch(values: pd.Series) -> pd.Series:
    """Dates as the numbers that a transport file holds: days since 1960-01-01."""
    return (values - EPOCH).dt.days.astype("float64")


def dates_since_epoch(values: pd.Series) -> pd.Series:
    """The dates that numbers of days since 1960-01-01 stand for."""
    return (EPOCH + pd.to_timedelta(values, unit="D")).astype("datetime64[s]")


def _plain(values: pd.Series) -> pd.Series:
    kind = type_of(values)
    if kind == "date":
        return days_since_epoch(values)
    if kind == "text":
        return values.astype("object").where(values.notna(), "")
    return values.astype("float64")


def _stamp(day: date) -> bytes:
    return f"{day:%d}{MONTHS[day.month - 1]}{day:%y}:00:00:00".encode()


def _stamped(made: bytearray, name: str, day: date) -> bytes:
    for offset, head in HEADS.items():
        if not made[offset:].startswith(head):
            raise TransportError(f"{name}: the head of the file is not where it should be")
    for offset in STAMPS:
        made[offset : offset + 16] = _stamp(day)
    return bytes(made)


def write_transport(
    table: pd.DataFrame,
    *,
    name: str,
    label: str,
    labels: Mapping[str, str],
    formats: Mapping[str, str] | None = None,
    day: date,
) -> bytes:
    """The bytes of a transport file of one table.

    Parameters
    ----------
    table : columns of text, numbers or dates; a date column gets the format DATE9.
    name : the data set's name; the file is to be called the same in lower case.
    label, labels : of the data set and of each of its columns, at most 40 bytes of ASCII.
    formats : SAS formats by column.
    day : what the file says of when it was made: the data cut, never the clock.

    Raises TransportError listing everything that the file could not hold as it is.
    """
    formats = dict(formats or {})
    for column in table.columns:
        if type_of(table[column]) == "date":
            formats.setdefault(column, DATE_FORMAT)
    findings = check_transport(table, name, label, labels, formats)
    if findings:
        raise TransportError("\n  ".join([f"{len(findings)} finding(s)", *findings]))
    plain = pd.DataFrame({column: _plain(table[column]) for column in table.columns})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{name.lower()}.xpt")
        pyreadstat.write_xport(
            plain.reset_index(drop=True),
            str(path),
            file_label=label,
            table_name=name,
            column_labels={column: labels[column] for column in table.columns},
            variable_format=formats,
            file_format_version=5,
        )
        made = bytearray(path.read_bytes())
    return _stamped(made, name, day)


def read_transport(content: bytes) -> Transported:
    """What a transport file holds; numeric dates stay numbers, blank text is missing."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "table.xpt")
        path.write_bytes(content)
        table, meta = pyreadstat.read_xport(str(path), disable_datetime_conversion=True)
    texts = [c for c in table.columns if type_of(table[c]) == "text"]
    for column in texts:
        table[column] = table[column].astype("str").where(table[column].astype("str") != "")
    return Transported(
        table=table,
        name=meta.table_name or "",
        label=meta.file_label or "",
        labels={c: label or "" for c, label in meta.column_names_to_labels.items()},
        lengths=dict(meta.variable_storage_width),
        formats={c: f for c, f in meta.original_variable_types.items() if f and f != "NULL"},
    )


def differences(ours: pd.DataFrame, theirs: pd.DataFrame, keys: Sequence[str] = ()) -> list[str]:
    """Where two tables of transport files hold other values: column, row, both values.

    Rows are compared in their order; `keys` are the columns that name a row in words.
    """
    if list(ours.columns) != list(theirs.columns):
        gone = [c for c in ours.columns if c not in theirs.columns]
        new = [c for c in theirs.columns if c not in ours.columns]
        return [f"other columns: without {gone}, with {new}"]
    if len(ours) != len(theirs):
        return [f"{len(theirs)} records instead of {len(ours)}"]
    findings = []
    for column in ours.columns:
        left, right = _plain(ours[column]), _plain(theirs[column])
        same = (left == right) | (left.isna() & right.isna())
        for row in np.flatnonzero(~same.to_numpy()):
            named = {key: ours[key].iloc[row] for key in keys}
            findings.append(
                f"{column}, record {row + 1} {named or ''}: "
                f"{theirs[column].iloc[row]!r} instead of {ours[column].iloc[row]!r}"
            )
    return findings


def day_of(study: Mapping[str, Any]) -> date:
    """The day that every file of the package says it was made on: the data cut."""
    return date.fromisoformat(study["data_cut"])
