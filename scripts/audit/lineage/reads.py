"""What a dependency is: rows of a table that filters keep, and the columns read from them.

A filter is a condition on rows of a table with the columns that decide it. Filters apply in order.
From a row that all filters keep, the value columns matter and so does every column that decided to
keep it. Of a row that a filter leaves out only the columns of the first such filter matter: as
long as they stay, the row stays out, whatever else changes.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

Link = Literal["record", "subject", "all"]
# The column that stands for a record being there at all.
EXISTENCE = "*"
KEPT = -1


@dataclass(frozen=True)
class Filter:
    """A condition that leaves rows of a table out.

    `keeps` is one boolean a row of the table, or one a subject where `by_subject` says so: then the
    condition was decided elsewhere (a population), by columns that another read names, and
    `columns` is empty. `words` is the condition for a reader.
    """

    columns: tuple[str, ...]
    keeps: np.ndarray
    words: str
    by_subject: bool = False


@dataclass(frozen=True)
class Read:
    """Columns of a table that are read from the rows that every filter keeps.

    `link` says which of these rows make one row of what is derived: the record that it was made
    from, all records of its subject, or all.
    """

    table: str
    columns: tuple[str, ...]
    filters: tuple[Filter, ...] = ()
    link: Link = "all"


@dataclass(frozen=True)
class Derivation:
    """Columns of a table and what they are made from.

    `columns` with EXISTENCE says what decides whether a record is there; those conditions are not
    repeated for the other columns, whose link leads to the record as it is. `rows` narrows it to
    some rows of the table, one boolean a row. `function` names the code (module:function), `plan`
    the part of the plan that defines it (dotted), `rule` the rule.
    """

    table: str
    columns: tuple[str, ...]
    reads: tuple[Read, ...]
    rule: str
    function: str
    plan: str
    words: str
    rows: np.ndarray | None = None


@dataclass(frozen=True)
class Table:
    """A table of the run, or a part of one: its file and the subject of every row.

    `subject` gives numbers, -1 for none. A file that holds several things (endpoints, parameters)
    is a table for each, named `file:PARAMCD`, so that a new record of one is none of another;
    `position` then says where its rows stand in the file (None: it is the whole file).
    """

    name: str
    file: str
    subject: np.ndarray
    columns: tuple[str, ...]
    position: np.ndarray | None = None

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.subject)


@dataclass
class Lineage:
    """Everything that is known about dependencies, as the modules declare it.

    `subjects` are the USUBJID in order. `links[(made, source)]` gives for each row of `made` the
    row of `source` that it was made from, -1 for none. `numbers` gives for each address the
    positions in `reads` of what it depends on; `reads` holds each distinct read once. `displays`
    gives for each display those that decide which addresses it has: where one of them changes, an
    address may appear or vanish.
    """

    subjects: list[str]
    tables: dict[str, Table] = field(default_factory=dict)
    links: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)
    derivations: list[Derivation] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    numbers: dict[str, tuple[int, ...]] = field(default_factory=dict)
    displays: dict[str, tuple[int, ...]] = field(default_factory=dict)
    _known: dict[int, int] = field(default_factory=dict, repr=False)

    def add_read(self, read: Read) -> int:
        """The position of a read; the same object has the same position."""
        if id(read) not in self._known:
            self._known[id(read)] = len(self.reads)
            self.reads.append(read)
        return self._known[id(read)]

    def add_number(self, address: str, reads: list[Read]) -> None:
        """What a printed number depends on; no read: on the plan or the code alone."""
        if address in self.numbers:
            raise ValueError(f"{address}: declared twice")
        self.numbers[address] = tuple(dict.fromkeys(self.add_read(read) for read in reads))

    def add_display(self, display: str, reads: list[Read]) -> None:
        """What decides which addresses a display has; no read: the plan or the code alone."""
        self.displays[display] = tuple(dict.fromkeys(self.add_read(read) for read in reads))

    def check(self) -> list[str]:
        """Every declaration that names a table or a column that is not there, or a wrong size."""
        findings = []
        declared = [
            (f"{d.table} {', '.join(d.columns)}", r) for d in self.derivations for r in d.reads
        ]
        declared += [(f"read {number}", read) for number, read in enumerate(self.reads)]
        for who, read in declared:
            table = self.tables.get(read.table)
            if table is None:
                findings.append(f"{who}: no table {read.table}")
                continue
            named = [*read.columns, *(name for part in read.filters for name in part.columns)]
            findings += [
                f"{who}: {read.table} has no column {name}"
                for name in dict.fromkeys(named)
                if name not in table.columns and name != EXISTENCE
            ]
            for part in read.filters:
                size = len(self.subjects) if part.by_subject else table.rows
                if len(part.keeps) != size:
                    findings.append(
                        f"{who}: filter {part.words!r} has {len(part.keeps)} values for {size}"
                    )
        return findings + self._unlinked()

    def _unlinked(self) -> list[str]:
        return [
            f"{made.table} is made record by record from {read.table}, but no link says which"
            for made in self.derivations
            for read in made.reads
            if read.link == "record"
            and read.table != made.table
            and (made.table, read.table) not in self.links
        ]
