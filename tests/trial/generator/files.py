"""Writes the raw forms as SPSS and CSV files, and reads them back with all their metadata."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from tests.trial.generator.codebook import FORMS, Column, Form

Row = dict[str, Any]


def padded(text: str, column: Column) -> str:
    """The text with the blanks that the form's fixed-width fields leave around it."""
    return (" " * column.lead + text).ljust(column.width) if text else text


def cells(rows: list[Row], name: str, column: Column) -> list[Any]:
    """The values of one variable as SPSS stores them."""
    if column.is_text:
        return [padded(row[name], column) for row in rows]
    if column.is_date:
        return [row[name] for row in rows]
    return [None if row[name] is None else float(row[name]) for row in rows]


def frame_of(rows: list[Row], form: Form) -> pd.DataFrame:
    """The rows of a form as a table, columns in the order of its code book."""
    columns = form.columns.items()
    return pd.DataFrame(
        {
            name: pd.Series(
                cells(rows, name, column),
                dtype="object" if column.is_text or column.is_date else "float64",
            )
            for name, column in columns
        }
    )


def write_form(rows: list[Row], path: Path) -> None:
    """Write one SPSS file with labels, value labels, user-missing values and formats."""
    form = FORMS[path.name]
    columns = form.columns
    pyreadstat.write_sav(
        frame_of(rows, form),
        os.fspath(path),
        file_label=form.label,
        row_compress=True,
        column_labels={name: column.label for name, column in columns.items()},
        variable_value_labels={n: c.values for n, c in columns.items() if c.values},
        missing_ranges={n: list(c.missing) for n, c in columns.items() if c.missing},
        variable_format={n: c.format for n, c in columns.items() if not c.is_text},
        variable_measure={n: "nominal" if c.values else "scale" for n, c in columns.items()},
    )


def write_list(rows: list[Row], path: Path) -> None:
    """Write the central randomisation list as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_forms(forms: dict[str, list[Row]], folder: Path) -> None:
    """Write all raw files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in forms.items():
        (write_form if name.endswith(".sav") else write_list)(rows, folder / name)


def content(path: Path) -> dict[str, Any]:
    """Data and metadata of a raw file, without the creation time that an SPSS file carries."""
    if path.suffix == ".csv":
        return {"text": path.read_text(encoding="utf-8")}
    table, meta = pyreadstat.read_sav(os.fspath(path), user_missing=True)
    return {
        "rows": table.astype("object").where(table.notna(), None).to_dict("split"),
        "label": meta.file_label,
        "labels": meta.column_names_to_labels,
        "values": meta.variable_value_labels,
        "missing": meta.missing_ranges,
        "formats": meta.original_variable_types,
        "measures": meta.variable_measure,
    }
