"""A table as columns of codes: its distinct values once, its rows in pieces of some thousand.

The codes of a row are numbers from 1, 0 is a missing value. A column of whole numbers or dates
needs no list of values: its codes count from its least value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scripts.audit.explorer.codes import encode_integers, to_document, to_piece
from scripts.tables import type_of

# Rows of one piece: one subject's rows are found without unpacking everybody's.
ROWS = 16384
LARGEST = 2**31 - 2


@dataclass(frozen=True)
class Column:
    """One column: how its codes are read, and the codes. `values` or `base`, as the kind asks."""

    kind: str
    codes: np.ndarray
    values: tuple[Any, ...] = ()
    base: int = 0

    def described(self) -> dict[str, Any]:
        """What a browser needs to turn codes into values."""
        return {"kind": self.kind, "values": list(self.values), "base": self.base}


def _counted(kind: str, numbers: np.ndarray, known: np.ndarray) -> Column | None:
    """A column of whole numbers by its least one; None where they are spread too far."""
    whole = numbers[known].astype(np.int64)
    if not len(whole):
        return Column("text", np.zeros(len(numbers), np.int64))
    base = int(whole.min())
    if int(whole.max()) - base > LARGEST:
        return None
    codes = np.zeros(len(numbers), np.int64)
    codes[known] = whole - base + 1
    return Column(kind, codes, base=base)


def _listed(kind: str, values: pd.Series) -> Column:
    """A column by the list of its distinct values."""
    codes, found = pd.factorize(values)
    return Column(kind, codes.astype(np.int64) + 1, tuple(found.tolist()))


def encode_column(values: pd.Series) -> Column:
    """One column of any type that a table of a run has."""
    kind, known = type_of(values), values.notna().to_numpy(bool)
    if kind == "date":
        # ASSUME: dates of analysis data sets have no time of day.
        days = values.to_numpy("datetime64[D]").astype(np.int64)
        return _counted("date", days, known) or _listed("text", values.dt.strftime("%Y-%m-%d"))
    if kind in ("integer", "number"):
        numbers = values.to_numpy(dtype=float, na_value=np.nan)
        if bool((numbers[known] == np.floor(numbers[known])).all()):
            counted = _counted("integer", numbers, known)
            if counted is not None:
                return counted
        return _listed("number", pd.Series(numbers))
    return _listed("text", values.astype("str").where(values.notna(), None))


def starts_of(subjects: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray | None]:
    """Where the rows of each subject begin, and the rows in that order where it is another.

    `subjects` are numbers, -1 for none; rows of none stand before all.
    """
    counts = np.bincount(subjects + 1, minlength=size + 1)
    starts = np.cumsum(counts)
    if len(subjects) < 2 or bool((np.diff(subjects) >= 0).all()):
        return starts, None
    return starts, np.argsort(subjects, kind="stable")


def pack_table(table: pd.DataFrame, subjects: np.ndarray, size: int) -> list[str]:
    """The pieces of a table: description, where each subject's rows are, then the rows."""
    columns = {str(name): encode_column(table[name]) for name in table.columns}
    return pack_columns(columns, len(table), subjects, size)


def pack_columns(
    columns: Mapping[str, Column], rows: int, subjects: np.ndarray, size: int
) -> list[str]:
    """The pieces of encoded columns, as of a table."""
    starts, order = starts_of(subjects, size)
    description = {
        "rows": rows,
        "piece": ROWS,
        "ordered": order is None,
        "names": list(columns),
        "columns": [column.described() for column in columns.values()],
    }
    places = encode_integers(starts) + (b"" if order is None else encode_integers(order))
    pieces = [to_piece(to_document(description)), to_piece(places)]
    for first in range(0, rows, ROWS):
        part = slice(first, first + ROWS)
        content = b"".join(encode_integers(column.codes[part]) for column in columns.values())
        pieces.append(to_piece(content))
    return pieces
