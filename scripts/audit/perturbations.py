"""Which raw values are changed, and into what: drawn with the plan's seed, every column once.

A cell gets several other values, so that what *can* change is judged fairly: what stands in another
row, values far beyond the column's, other codes, other dates, nothing where something is.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scripts.audit.raw_cells import Source, is_rewritable, read_raw
from scripts.raw_files import RawColumn, RawFile

# A column with no more values than this is taken for a code: each of them is tried.
FEW = 12
DAYS = (30, -30, 1, -1)
PER_DAY = {"s": 86400.0, "ms": 86400000.0, "D": 1.0}


@dataclass(frozen=True, order=True)
class Cell:
    """One raw value: its source in the plan, its row from 0, its column."""

    source: str
    row: int
    column: str

    @property
    def address(self) -> tuple[str, int, str]:
        """The cell as the trace index names it: the table after reading, row, column."""
        return f"ingest/raw/{self.source}", self.row, self.column


@dataclass(frozen=True)
class Perturbation:
    """One cell with another value; `how` says what kind of value that is."""

    cell: Cell
    old: Any
    new: Any
    how: str


@dataclass(frozen=True)
class RawTrial:
    """The raw files of a trial as they are, by source."""

    folder: Path
    sources: Mapping[str, Source]
    files: Mapping[str, RawFile]
    rewritable: Mapping[str, bool]

    def path(self, source: str) -> Path:
        """Where the file of a source lies."""
        return self.folder / self.sources[source]["file"]


def read_trial(sources: Mapping[str, Any], root: Path) -> RawTrial:
    """Read every raw file of the plan, and try which can be written again as they are."""
    folder = root / sources["folder"]
    entries = sources["sources"]
    paths = {name: folder / entry["file"] for name, entry in entries.items()}
    return RawTrial(
        folder,
        entries,
        {name: read_raw(paths[name], entry) for name, entry in entries.items()},
        {name: is_rewritable(paths[name], entry) for name, entry in entries.items()},
    )


def stream_of(seed: int, name: str) -> np.random.Generator:
    """The random stream of a name under the plan's seed."""
    digest = hashlib.sha256(f"{seed}:{name}".encode()).digest()
    return np.random.default_rng(np.frombuffer(digest[:16], dtype="<u4"))


def is_missing(value: Any) -> bool:
    """Whether a raw value is none: absent, not a number, or blank text."""
    return bool(pd.isna(value)) or (isinstance(value, str) and not value.strip())


def _columns(trial: RawTrial) -> list[tuple[str, str]]:
    return [(name, column) for name, file in trial.files.items() for column in file.table.columns]


def draw_cells(trial: RawTrial, count: int, seed: int) -> list[Cell]:
    """Cells to change: one of every column that holds a value, then columns and rows at random.

    A column has the same chance whatever its file's length, and no cell stands twice. Where fewer
    are asked for than there are columns, columns are drawn, too.
    """
    stream = stream_of(seed, "perturbations")
    columns = [at for at in _columns(trial) if len(trial.files[at[0]].table)]
    chosen: dict[Cell, None] = {}
    for place in stream.permutation(len(columns))[:count]:
        source, column = columns[place]
        values = trial.files[source].table[column]
        known = np.flatnonzero(~values.map(is_missing).to_numpy(dtype=bool))
        rows = known if len(known) else np.arange(len(values))
        chosen[Cell(source, int(stream.choice(rows)), column)] = None
    cells = sum(len(trial.files[source].table) for source, _ in columns)
    while len(chosen) < min(count, cells):
        source, column = columns[int(stream.integers(len(columns)))]
        row = int(stream.integers(len(trial.files[source].table)))
        chosen.setdefault(Cell(source, row, column))
    return list(chosen)


def _shown(number: float, example: Any, decimal: str) -> Any:
    """A number as the column holds numbers: as text where the file is text."""
    if not isinstance(example, str):
        return float(number)
    return f"{number:.6g}".replace(".", decimal)


def _numbers(values: pd.Series, decimal: str) -> pd.Series:
    if isinstance(values.iloc[0], str):
        values = values.str.strip().str.replace(decimal, ".", regex=False)
    return pd.to_numeric(values, errors="coerce").dropna()


def _extremes(values: pd.Series, decimal: str) -> Iterator[tuple[str, Any]]:
    """The ends of a column of numbers, and values far beyond all others."""
    numbers = _numbers(values, decimal)
    if numbers.empty:
        return
    low, high = float(numbers.min()), float(numbers.max())
    span = max(high - low, 1.0)
    beyond = np.floor(low - 2 * span) if low < 0 else (0.0 if low > 0 else -1.0)
    ends = {
        "highest": high,
        "lowest": low,
        "far above": np.ceil(high + 2 * span),
        "far below": beyond,
    }
    for how, number in ends.items():
        yield how, _shown(number, values.iloc[0], decimal)


def _other_days(
    old: Any, values: pd.Series, facts: RawColumn, declared: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    """Dates some days before and after; from another row's date where there is none."""
    from_value = values.iloc[0] if is_missing(old) else old
    for days in DAYS:
        if isinstance(from_value, str):
            form = declared.get("format") or "%Y-%m-%d"
            date = pd.to_datetime(from_value.strip(), format=form, errors="coerce")
            if pd.isna(date):
                return
            yield f"{days:+d} days", (date + timedelta(days=days)).strftime(form)
        elif facts.unit is not None:
            yield f"{days:+d} days", float(from_value) + days * PER_DAY[facts.unit]
        else:
            yield f"{days:+d} days", from_value + timedelta(days=days)


def _of_its_kind(
    old: Any, values: pd.Series, facts: RawColumn, declared: Mapping[str, Any], decimal: str
) -> Iterator[tuple[str, Any]]:
    kind = declared.get("type", facts.kind)
    if kind in ("number", "integer"):
        yield from _extremes(values, decimal)
    elif kind == "date":
        yield from _other_days(old, values, facts, declared)
    elif kind == "text":
        yield "other text", ("" if is_missing(old) else str(old).rstrip()) + "x"


def _in_turn(*lists: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """The first of each list, then the second of each, and so on."""
    for round_ in zip_longest(*lists):
        yield from (item for item in round_ if item is not None)


def values_for(
    trial: RawTrial, cell: Cell, most: int, stream: np.random.Generator
) -> list[Perturbation]:
    """Other values of a cell, at most `most`: of other rows, of its kind and none at all, in turn.

    A code tries the other codes first: a value that is none of them stops the run at once.
    """
    source, file = trial.sources[cell.source], trial.files[cell.source]
    facts = file.columns[cell.column]
    values = file.table[cell.column]
    old = values.iloc[cell.row]
    known = values[~values.map(is_missing).to_numpy(dtype=bool)]
    others = [value for value in dict.fromkeys(known) if value != old]
    drawn = [("of another row", others[at]) for at in stream.permutation(len(others))]
    none = [] if is_missing(old) else [("missing", "" if isinstance(old, str) else None)]
    none += [("user-missing", item["lo"]) for item in facts.missing]
    kind: list[tuple[str, Any]] = []
    if len(known):
        declared = source["columns"].get(cell.column, {})
        kind = list(_of_its_kind(old, known, facts, declared, source.get("decimal", ".")))
    few = drawn if len(others) <= FEW else []
    offered = [*few, *none, *kind] if few else _in_turn(drawn[:2], kind, none)
    return list(islice(_distinct(cell, old, offered), most))


def _distinct(cell: Cell, old: Any, offered: Iterable[tuple[str, Any]]) -> Iterator[Perturbation]:
    seen = {repr(plain_value(old))}
    for how, value in offered:
        mark = repr(plain_value(value))
        if mark not in seen:
            seen.add(mark)
            yield Perturbation(cell, plain_value(old), plain_value(value), how)


def plain_value(value: Any) -> Any:
    """A raw value as JSON can hold it: text, number, or nothing."""
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float, np.integer, np.floating)):
        return float(value)
    return str(value)


def draw_perturbations(
    trial: RawTrial, cells: int, values: int, seed: int
) -> dict[Cell, list[Perturbation]]:
    """Every drawn cell with its other values, in the order in which they were drawn."""
    return {
        cell: values_for(trial, cell, values, stream_of(seed, "/".join(map(str, cell.address))))
        for cell in draw_cells(trial, cells, seed)
    }
