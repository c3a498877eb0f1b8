"""One cell of a raw file with another value: the file as its source would have sent it.

Values stay as the file counts them: codes and dates as numbers, text as text. A form of file that
cannot be written again so that it reads the same is not changed here; whoever asks is told so.
"""

import csv
import io
import struct
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from scripts.raw_files import RawFile, read_raw_file

# Where the head of an SPSS file holds its compression and the time at which it was made.
COMPRESSION = slice(72, 76)
MADE_AT = slice(92, 109)
Source = Mapping[str, Any]


def read_raw(path: Path, source: Source) -> RawFile:
    """A raw file as the plan says that it is read."""
    return read_raw_file(path, source.get("encoding"), source.get("delimiter", ","))


def _padded(values: pd.Series, form: str | None) -> pd.Series:
    """Text of which the first value fills the column's width: a file is as wide as its longest."""
    values = values.fillna("").astype("object")
    width = int("".join(filter(str.isdigit, form or "")) or 0)
    if len(values) and values.map(lambda text: len(text.encode())).max() < width:
        first = values.iloc[0]
        values.iloc[0] = first + " " * (width - len(first.encode()))
    return values


def _write_sav(path: Path, cell: tuple[int, str, Any] | None, target: Path) -> None:
    content = path.read_bytes()
    table, facts = pyreadstat.read_sav(
        io.BytesIO(content), disable_datetime_conversion=True, user_missing=True
    )
    if cell is not None:
        row, column, value = cell
        table[column] = table[column].astype("object")
        table.loc[row, column] = value
    for name in table.columns:
        if facts.readstat_variable_types[name] == "string":
            table[name] = _padded(table[name], facts.original_variable_types[name])
        else:
            table[name] = table[name].astype("float64")
    packed = struct.unpack("<i", content[COMPRESSION])[0]
    pyreadstat.write_sav(
        table,
        str(target),
        file_label=facts.file_label or "",
        note=facts.notes or None,
        compress=packed == 2,
        row_compress=packed == 1,
        column_labels=facts.column_names_to_labels,
        variable_value_labels=facts.variable_value_labels,
        missing_ranges=facts.missing_ranges,
        variable_measure=dict(facts.variable_measure),
        variable_display_width=facts.variable_display_width,
        variable_format={
            name: form
            for name, form in facts.original_variable_types.items()
            if form is not None and facts.readstat_variable_types[name] != "string"
        },
    )
    made = bytearray(target.read_bytes())
    made[MADE_AT] = content[MADE_AT]
    target.write_bytes(made)


def _write_csv(path: Path, source: Source, cell: tuple[int, str, Any] | None, target: Path) -> None:
    content = path.read_bytes()
    encoding = source.get("encoding") or "utf-8"
    mark = content.startswith(b"\xef\xbb\xbf")
    encoding = "utf-8-sig" if mark else encoding
    delimiter = source.get("delimiter", ",")
    text = content.decode(encoding)
    lines = [
        line for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if line
    ]
    if cell is not None:
        row, column, value = cell
        place = [name.strip() for name in lines[0]].index(column)
        lines[row + 1][place] = "" if value is None else str(value)
    out = io.StringIO(newline="")
    end = "\r\n" if "\r\n" in text else "\n"
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(lines)
    target.write_bytes(out.getvalue().encode(encoding))


WRITERS = {
    ".sav": lambda path, source, cell, target: _write_sav(path, cell, target),
    ".zsav": lambda path, source, cell, target: _write_sav(path, cell, target),
    ".csv": _write_csv,
}


def changed_file(path: Path, source: Source, row: int, column: str, value: Any) -> bytes:
    """The bytes of a raw file with one value replaced; `row` is counted from 0."""
    return _rewritten(path, source, (row, column, value))


def _rewritten(path: Path, source: Source, cell: tuple[int, str, Any] | None) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / path.name
        WRITERS[path.suffix.lower()](path, source, cell, target)
        return target.read_bytes()


def is_rewritable(path: Path, source: Source) -> bool:
    """Whether the file, written again as it is, reads the same in every value and every fact."""
    if path.suffix.lower() not in WRITERS:
        return False
    with tempfile.TemporaryDirectory() as folder:
        again = Path(folder) / path.name
        again.write_bytes(_rewritten(path, source, None))
        old, new = read_raw(path, source), read_raw(again, source)
    return old.table.equals(new.table) and old.columns == new.columns
