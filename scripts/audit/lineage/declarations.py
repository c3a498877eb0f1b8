"""The desk at which dependencies are declared: tables as they stand, filters and reads each once.

Equal filters and equal reads are one object, so that the index holds them once however many
numbers share them.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from scripts.audit.lineage.filters import subjects_with
from scripts.audit.lineage.reads import Filter, Lineage, Link, Read
from scripts.audit.lineage.run import DERIVED, Run, frame_of
from scripts.conditions import describe, evaluate, variables_of

SUBJECTS = f"{DERIVED}/adsl"
# Columns that their contracts do not allow to be missing: a record there has the value, so that
# whether it is known is whether the record is there.
NEVER_MISSING = {"adresp": ("AVALC", "AVAL"), "adtte": ("AVAL", "CNSR"), "bds": ("AVAL", "ADAYS")}
Reads = list[Read]


class Declarations:
    """A lineage that is being filled, the run that it is about, and what was declared before."""

    def __init__(self, lineage: Lineage, run: Run) -> None:
        self.lineage = lineage
        self.run = run
        self.plan = run.plan
        self._filters: dict[Any, Filter] = {}
        self._reads: dict[Any, Read] = {}
        self._frames: dict[str, pd.DataFrame] = {}

    # Tables

    def has(self, table: str) -> bool:
        """Whether the run has a table; one of a parameter that nobody has is not there."""
        return table in self.lineage.tables

    def frame(self, table: str) -> pd.DataFrame:
        """The rows of a table of the index, in the index's order."""
        if table not in self._frames:
            self._frames[table] = frame_of(self.run, self.lineage.tables[table])
        return self._frames[table]

    def parts(self, stem: str, folder: str = DERIVED) -> list[str]:
        """Every table of the index that is a part of one file, the file itself where it is one."""
        name = f"{folder}/{stem}"
        return [t for t in self.lineage.tables if t == name or t.startswith(f"{name}:")]

    def columns(self, table: str) -> tuple[str, ...]:
        """The columns of a table."""
        return self.lineage.tables[table].columns

    def subject_of(self, table: str) -> np.ndarray:
        """The subject's number of every row, -1 for none."""
        return self.lineage.tables[table].subject

    def of_subjects(self, table: str, rows: Any) -> np.ndarray:
        """Which subjects have a chosen row: one boolean a subject."""
        chosen = np.asarray(rows, dtype=bool)
        return subjects_with(chosen, self.subject_of(table), len(self.lineage.subjects))

    def to_rows(self, table: str, keeps: np.ndarray) -> np.ndarray:
        """One boolean a subject as one a row."""
        return np.append(keeps, False)[self.subject_of(table)]

    # Declared things, each once

    def filter(
        self, columns: Iterable[str], keeps: Any, words: str, by_subject: bool = False
    ) -> Filter:
        """A filter; an equal one that was made before where there is one."""
        named = tuple(dict.fromkeys(columns))
        kept = np.asarray(keeps, dtype=bool)
        key = (named, words, by_subject, len(kept), np.packbits(kept).tobytes())
        if key not in self._filters:
            self._filters[key] = Filter(named, kept, words, by_subject)
        return self._filters[key]

    def read(
        self, table: str, columns: Iterable[str] = (), filters: Iterable[Filter] = (),
        link: Link = "all",
    ) -> Read:  # fmt: skip
        """A read; an equal one that was made before where there is one."""
        named, applied = tuple(dict.fromkeys(columns)), tuple(filters)
        key = (table, named, tuple(map(id, applied)), link)
        if key not in self._reads:
            self._reads[key] = Read(table, named, applied, link)
        return self._reads[key]

    def where(self, table: str, condition: Mapping[str, Any] | None) -> list[Filter]:
        """A condition of the plan on the rows of a table; none where it has none."""
        if not condition:
            return []
        keeps = evaluate(condition, self.frame(table)).to_numpy(bool)
        return [self.filter(sorted(variables_of(condition)), keeps, describe(condition))]

    def equals(self, table: str, column: str, value: Any, as_text: bool = False) -> Filter:
        """The rows whose column has a value."""
        values = self.frame(table)[column]
        values = values.astype(str) if as_text else values
        keeps = (values == value).fillna(False).to_numpy(bool)
        return self.filter((column,), keeps, f"{column} is {value}")


def unite(*parts: Iterable[Read]) -> Reads:
    """All reads of several lists, each once."""
    return list({id(read): read for part in parts for read in part}.values())
