"""What differs between two versions of a raw file: its rows, and the values in them."""

from pathlib import Path
from typing import Any

from scripts.audit.difference.plans import shown

ORIGIN = ("SRCFILE", "SRCROW")
MOST = 3


def describe_raw(before: Path, after: Path) -> str:
    """The difference of a raw file in words, from the copies that two runs made of it."""
    # Imported late: only a difference of data needs tables.
    import pyarrow.parquet as pq

    if not (before.exists() and after.exists()):
        return "changed"
    left, right = pq.read_table(before), pq.read_table(after)
    columns = [name for name in left.column_names if name in right.column_names]
    words = []
    if left.num_rows != right.num_rows:
        words.append(f"{left.num_rows} rows -> {right.num_rows}")
    for name in sorted(set(left.column_names) ^ set(right.column_names)):
        words.append(f"column {name} {'added' if name in right.column_names else 'taken out'}")
    values = [
        f"row {row} {name}: {_said(old)} -> {_said(new)}"
        for row, name, old, new in _cells(left, right, columns)
    ]
    words += values[:MOST]
    if len(values) > MOST:
        words.append(f"{len(values) - MOST} more values")
    return "; ".join(words) if words else "changed, and its values are the same"


def _cells(left: Any, right: Any, columns: list[str]) -> list[tuple[int, str, Any, Any]]:
    """Row in the file, column and both values of each cell that differs, row by row."""
    tables = [{name: table[name].to_pylist() for name in columns} for table in (left, right)]
    rows = tables[0].get(ORIGIN[1], list(range(1, left.num_rows + 1)))
    shared = min(left.num_rows, right.num_rows)
    found = [
        (int(rows[at]), name, tables[0][name][at], tables[1][name][at])
        for name in columns
        if name not in ORIGIN
        for at in range(shared)
        if tables[0][name][at] != tables[1][name][at]
    ]
    return sorted(found, key=lambda cell: (cell[0], columns.index(cell[1])))


def _said(value: Any) -> str:
    return "nothing" if value is None else shown(value)
