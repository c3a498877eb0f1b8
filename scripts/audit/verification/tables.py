"""What was changed in a table: rows by their key, columns by name, rows in another order."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from scripts.audit.table_digests import describe_table, row_digests
from scripts.audit.verification.folder import short
from scripts.tables import read_arrow

SHOWN = 10


def rows_by_table(tables: Mapping[str, Any], digests: np.ndarray) -> dict[str, np.ndarray]:
    """The digests of each table's rows, cut from the one column that holds all of them.

    Nothing where their number does not fit: then the companion was changed itself.
    """
    sizes = [tables[address]["rows"] for address in sorted(tables)]
    if sum(sizes) != len(digests):
        return {}
    cuts = np.cumsum([0, *sizes])
    return {address: digests[cuts[i] : cuts[i + 1]] for i, address in enumerate(sorted(tables))}


def name_row(table: pa.Table, row: int, keys: Sequence[str]) -> str:
    """A row in words: its number from 1 and the values of the columns that name it."""
    known = [key for key in keys if key in table.column_names]
    named = ", ".join(f"{key}={table[key][row].as_py()}" for key in known)
    return f"row {row + 1} ({named})" if named else f"row {row + 1}"


def _listed(items: Sequence[str]) -> list[str]:
    more = [f"and {len(items) - SHOWN} more"] if len(items) > SHOWN else []
    return [*items[:SHOWN], *more]


def _columns(was: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """(lines, columns whose values differ)."""
    before = {column["name"]: column["sha256"] for column in was["columns"]}
    after = {column["name"]: column["sha256"] for column in now["columns"]}
    lines = [f"column {name} was added" for name in after if name not in before]
    lines += [f"column {name} was removed" for name in before if name not in after]
    if not lines and list(before) != list(after):
        lines.append("columns were reordered")
    differing = [name for name in before if name in after and before[name] != after[name]]
    return lines, differing


def _in_place(
    table: pa.Table, places: np.ndarray, columns: Sequence[str], was: Mapping[str, Any]
) -> list[str]:
    """Rows that were changed where they stand, with what the changed columns now hold."""
    lines = []
    for row in map(int, places[:SHOWN]):
        values = ", ".join(f"{name} (now {table[name][row].as_py()!r})" for name in columns[:5])
        among = "column" if len(columns) == 1 else "among columns"
        lines.append(f"{name_row(table, row, was['keys'])}, {among} {values}")
    if len(places) > SHOWN:
        lines.append(f"and {len(places) - SHOWN} more rows")
    return lines


def _digest_lines(
    was: Mapping[str, Any], now: Mapping[str, Any], columns: Sequence[str]
) -> list[str]:
    before = {column["name"]: column["sha256"] for column in was["columns"]}
    after = {column["name"]: column["sha256"] for column in now["columns"]}
    return [
        f"column {name}: digest was {short(before[name])}…, is {short(after[name])}…"
        for name in columns[:SHOWN]
    ]


def _moved(table: pa.Table, places: np.ndarray, was: Mapping[str, Any]) -> list[str]:
    named = [name_row(table, int(row), was["keys"]) for row in places[:SHOWN]]
    first = f"rows were reordered; {len(places)} stand where another one stood:"
    return [first, *named, *([f"and {len(places) - SHOWN} more"] if len(places) > SHOWN else [])]


def _added_and_removed(
    table: pa.Table, old: np.ndarray, new: np.ndarray, was: Mapping[str, Any]
) -> list[str]:
    """Rows that the table did not have, and places of rows that it no longer has."""
    spare, lacking = Counter(old.tolist()), Counter(new.tolist())
    added, removed = [], []
    for row, digest in enumerate(new.tolist()):
        if spare[digest] > 0:
            spare[digest] -= 1
        else:
            added.append(f"{name_row(table, row, was['keys'])} was added or changed")
    for row, digest in enumerate(old.tolist()):
        if lacking[digest] > 0:
            lacking[digest] -= 1
        else:
            after = _after(table, old, new, row, was)
            removed.append(f"row {row + 1} as it was is gone{after}")
    return _listed(added) + _listed(removed)


def _after(
    table: pa.Table, old: np.ndarray, new: np.ndarray, row: int, was: Mapping[str, Any]
) -> str:
    """Beside which row that is still there a removed row stood."""
    for before in range(row - 1, -1, -1):
        found = np.flatnonzero(new == old[before])
        if len(found):
            return f"; it stood after {name_row(table, int(found[0]), was['keys'])}"
    return "; it stood at the top"


def compare_tables(
    table: pa.Table, was: Mapping[str, Any], old: np.ndarray | None
) -> tuple[str, list[str]]:
    """(kind of change, lines) of a table against what was written down of it."""
    now = describe_table(table, was["keys"])
    lines, columns = _columns(was, now)
    if lines == ["columns were reordered"] and not columns:
        return "reordered", lines
    if lines or old is None:
        return "changed", [*lines, *_digest_lines(was, now, columns)]
    new = row_digests(table)
    if np.array_equal(old, new):
        lines = [f"column {name} has another type, and the same values" for name in columns]
        return "changed", lines or ["the same rows and columns, packed in another way"]
    if len(old) == len(new) and np.array_equal(np.sort(old), np.sort(new)):
        return "reordered", _moved(table, np.flatnonzero(old != new), was)
    same_places = len(old) == len(new) and _stayed(old, new)
    if same_places:
        lines = _in_place(table, np.flatnonzero(old != new), columns, was)
        return "changed", [*lines, *_digest_lines(was, now, columns)]
    if len(old) != len(new):
        lines = [f"{len(old)} rows were written, {len(new)} are there"]
    return "changed", [*lines, *_added_and_removed(table, old, new, was)]


def _stayed(old: np.ndarray, new: np.ndarray) -> bool:
    """Whether rows changed where they stand: none of those that differ stands elsewhere now."""
    differ = old != new
    return not set(old[differ].tolist()) & set(new[differ].tolist())


def explain_table(
    path: Path, was: Mapping[str, Any], old: np.ndarray | None
) -> tuple[str, list[str]]:
    """(kind of change, lines) of a Parquet file that is not the one that was written."""
    try:
        table = read_arrow(path)
    except (pa.ArrowException, OSError, ValueError) as error:
        return "changed", [f"it can no longer be read as a table ({str(error).splitlines()[0]})"]
    try:
        return compare_tables(table, was, old)
    except (pa.ArrowException, UnicodeDecodeError) as error:
        return "changed", [f"its values can no longer be read ({error})"]
