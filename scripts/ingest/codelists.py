"""Raw codes to submission values, and every code that the plan does not know."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

SHOWN = 3


@dataclass(frozen=True)
class Unmapped:
    """Raw values of one column that its code list does not know, a row each."""

    file: str
    column: str
    codelist: str
    rows: pd.DataFrame  # value, row, subject


def code_key(raw: Any, numeric: bool) -> Any:
    """A code of the plan as it is compared with a raw value: 1 is '1' in a column of text."""
    if not numeric:
        return str(raw).strip()
    try:
        return float(raw)
    except ValueError:
        return None


def map_codes(
    values: pd.Series, codelist: Mapping[str, Any], take: str = "to"
) -> tuple[pd.Series, pd.Series]:
    """(mapped values, which known values have no code)."""
    numeric = pd.api.types.is_numeric_dtype(values.dtype)
    table = {code_key(code["raw"], numeric): code.get(take) for code in codelist["codes"]}
    keys = values.astype("float64") if numeric else values
    unknown = keys.notna() & ~keys.isin(list(table))
    mapped = keys.map(table)
    given = [value for value in table.values() if value is not None]
    kind = "str" if any(isinstance(value, str) for value in given) else "float64"
    return mapped.where(mapped.notna(), None).astype(kind), unknown


def describe_unmapped(found: list[Unmapped]) -> list[str]:
    """One finding for each file, column, code list and value, with its count and first rows."""
    seen: set[tuple[Any, ...]] = set()
    findings = []
    for item in found:
        for value, rows in item.rows.groupby("value", sort=True):
            first = rows.sort_values("row", kind="stable")
            mark = (item.file, item.column, item.codelist, str(value), tuple(first["row"]))
            if mark in seen:
                continue
            seen.add(mark)
            shown = first.head(SHOWN)
            at = [
                f"row {row} subject {subject}"
                for row, subject in zip(shown["row"], shown["subject"], strict=True)
            ]
            findings.append(
                f"{item.file}: column {item.column}, value {value!r} is not in {item.codelist} "
                f"({len(rows)} row(s): {', '.join(at)}{' ...' if len(rows) > SHOWN else ''})"
            )
    return findings


def _labels_of(column: Mapping[str, Any], numeric: bool) -> dict[Any, str]:
    return {
        code_key(item["value"], numeric): str(item["label"]).strip() for item in column["values"]
    }


def check_labels(
    name: str, codelist: Mapping[str, Any], file: str, column: Mapping[str, Any]
) -> Iterator[str]:
    """Codes that the raw file labels otherwise than the plan: exchanged, perhaps."""
    numeric = column["type"] != "text"
    labels = _labels_of(column, numeric)
    for code in codelist["codes"]:
        found = labels.get(code_key(code["raw"], numeric))
        expected = code.get("label")
        if expected is None or found is None:
            continue
        if found.casefold() != str(expected).strip().casefold():
            yield (
                f"{file}: column {column['name']}, the file labels {code['raw']!r} as {found!r}, "
                f"code list {name} as {expected!r}; mend whichever is wrong"
            )


def note_unlabelled(values: pd.Series, file: str, column: Mapping[str, Any]) -> Iterator[str]:
    """Coded values that occur without a label in a file that labels others."""
    numeric = column["type"] != "text"
    labels = _labels_of(column, numeric)
    if not labels:
        return
    keys = values.dropna().astype("float64" if numeric else "str")
    for value, count in keys[~keys.isin(list(labels))].value_counts(sort=False).items():
        shown = f"{value:g}" if isinstance(value, float) else repr(value)
        yield f"{file}: column {column['name']}, value {shown} has no label in the file ({count})"
