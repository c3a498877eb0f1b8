"""Dependencies followed forwards: what a raw value reaches.

Cells are marked in boolean arrays: `marks[table][column][row]`. A record that a change could bring
into being has no row yet; it is marked as born for its subject.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from scripts.audit.lineage.reads import EXISTENCE, KEPT, Derivation, Lineage, Read

Cell = tuple[str, int, str]


@dataclass
class Marks:
    """Marked cells by table and column, and subjects for whom a record of a table may appear."""

    cells: dict[str, dict[str, np.ndarray]] = field(default_factory=lambda: defaultdict(dict))
    born: dict[str, np.ndarray] = field(default_factory=dict)


class Graph:
    """The lineage, and which derivations and numbers read each table."""

    def __init__(self, lineage: Lineage) -> None:
        self.lineage = lineage
        self.size = len(lineage.subjects)
        self._by_input: dict[str, list[Derivation]] = defaultdict(list)
        self.by_output: dict[str, list[Derivation]] = defaultdict(list)
        for made in lineage.derivations:
            self.by_output[made.table].append(made)
            for table in dict.fromkeys(read.table for read in made.reads):
                self._by_input[table].append(made)
        self._readers = readers_of(lineage.numbers)
        self._displays = readers_of(lineage.displays)

    # One read

    def state(self, read: Read, rows: np.ndarray) -> np.ndarray:
        """For each of these rows of the read's table: KEPT, or the first filter that fails."""
        subject = self.lineage.tables[read.table].subject[rows]
        state = np.full(len(rows), KEPT, dtype=np.int16)
        for number in reversed(range(len(read.filters))):
            part = read.filters[number]
            keeps = np.append(part.keeps, False)[subject] if part.by_subject else part.keeps[rows]
            state[~keeps] = number
        return state

    def subjects_inside(self, read: Read) -> np.ndarray:
        """The subjects that no filter on subjects leaves out: a new record of theirs is read."""
        inside = np.ones(self.size, dtype=bool)
        for part in read.filters:
            if part.by_subject:
                inside &= part.keeps
        return inside

    def hits(
        self, read: Read, marks: Marks, exists: bool = True
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """What marks mean to a read: rows that it keeps, rows that could come in (both as row
        numbers), and the subjects (booleans) of whom it could read a new record. Without `exists`
        it does not matter whether the rows are there."""
        marked = marks.cells.get(read.table, {})
        names = [EXISTENCE] * exists + [*read.columns, *deciding(read)]
        rows = union_of(marked, names)
        state = self.state(read, rows)
        entering = np.zeros(len(rows), dtype=bool)
        for number, part in enumerate(read.filters):
            for name in set(part.columns) & set(marked):
                entering |= marked[name][rows] & (state == number)
        born = marks.born.get(read.table)
        subjects = self.nobody() if born is None else born & self.subjects_inside(read)
        return rows[state == KEPT], rows[entering], subjects

    def nobody(self) -> np.ndarray:
        """No subject: one boolean a subject."""
        return np.zeros(self.size, dtype=bool)

    # Forwards: from cells to what depends on them

    def affected(self, cells: Iterable[Cell]) -> set[str]:
        """The addresses of every printed number that may change when these cells change."""
        return self.affected_by(self.reached(cells))[0]

    def affected_displays(self, cells: Iterable[Cell]) -> set[str]:
        """The displays in which an address may appear or vanish when these cells change."""
        return self.affected_by(self.reached(cells))[1]

    def affected_by(self, marks: Marks) -> tuple[set[str], set[str]]:
        """(addresses whose number, displays whose addresses) may change with what is marked."""
        numbers: set[str] = set()
        displays: set[str] = set()
        for number, read in enumerate(self.lineage.reads):
            if read.table in marks.cells or read.table in marks.born:
                kept, entering, born = self.hits(read, marks)
                if kept.size or entering.size or born.any():
                    numbers.update(self._readers[number])
                    displays.update(self._displays[number])
        return numbers, displays

    def reached(self, cells: Iterable[Cell]) -> Marks:
        """Every cell of every table that may change when these cells do: (table, row, column)."""
        marks = Marks()
        waiting: dict[str, None] = {}
        for table, row, column in cells:
            self.column(marks, table, column)[row] = True
            waiting[table] = None
        while waiting:
            table = next(iter(waiting))
            del waiting[table]
            for made in self._by_input[table]:
                if self._spread(made, marks):
                    waiting[made.table] = None
        return marks

    def column(self, marks: Marks, table: str, column: str) -> np.ndarray:
        """The marks of one column, to be written to."""
        columns = marks.cells[table]
        if column not in columns:
            columns[column] = np.zeros(self.lineage.tables[table].rows, dtype=bool)
        return columns[column]

    def _spread(self, made: Derivation, marks: Marks) -> bool:
        """Mark what a derivation makes of the marked cells; whether anything was new."""
        rows = np.zeros(self.lineage.tables[made.table].rows, dtype=bool)
        born = self.nobody()
        for read in made.reads:
            hit, new = self._made_from(made, read, marks)
            rows |= hit
            born |= new
        if made.rows is not None:
            rows &= made.rows
        return self._mark(made, rows, born, marks)

    def _made_from(
        self, made: Derivation, read: Read, marks: Marks
    ) -> tuple[np.ndarray, np.ndarray]:
        """The derived rows that marked rows of one read make, and the subjects of new ones."""
        out = self.lineage.tables[made.table]
        source = self.lineage.tables[read.table]
        kept, entering, born = self.hits(read, marks, asks_existence(made, read))
        if read.link == "all":
            touched = bool(kept.size or entering.size or born.any())
            return np.full(out.rows, touched), np.full(self.size, touched)
        subjects = self.of_subjects(source.subject, entering) | born
        if read.link == "subject":
            subjects |= self.of_subjects(source.subject, kept)
            return np.append(subjects, False)[out.subject], subjects
        some = np.zeros(source.rows + 1, dtype=bool)
        some[kept] = some[entering] = True
        return some[self.link(made.table, read.table)], subjects

    def of_subjects(self, subject: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """The subjects (booleans) of some rows, given the subject of every row."""
        found = np.zeros(self.size + 1, dtype=bool)
        found[subject[rows]] = True
        return found[:-1]

    def link(self, made: str, source: str) -> np.ndarray:
        """For each row of a table the row that it was made from; in one table, the row itself."""
        if made == source:
            return np.arange(self.lineage.tables[made].rows)
        return self.lineage.links[(made, source)]

    def _mark(self, made: Derivation, rows: np.ndarray, born: np.ndarray, marks: Marks) -> bool:
        new = False
        for name in made.columns:
            marked = self.column(marks, made.table, name) if rows.any() else None
            if marked is not None and (rows & ~marked).any():
                marked |= rows
                new = True
        if EXISTENCE in made.columns and born.any():
            known = marks.born.setdefault(made.table, self.nobody())
            new |= bool((born & ~known).any())
            known |= born
        return new


def asks_existence(made: Derivation, read: Read) -> bool:
    """Whether it matters to what is made that a row of the read is there.

    A value made record by record goes with its record: that this is there is declared for itself.
    """
    return read.link != "record" or EXISTENCE in made.columns


def readers_of(declared: Mapping[str, Iterable[int]]) -> dict[int, list[str]]:
    """Who depends on each read, by the read's position."""
    readers: dict[int, list[str]] = defaultdict(list)
    for name, reads in declared.items():
        for number in reads:
            readers[number].append(name)
    return readers


def deciding(read: Read) -> list[str]:
    """The columns that decide which rows a read keeps."""
    return [name for part in read.filters for name in part.columns]


def union_of(marked: Mapping[str, np.ndarray], names: Iterable[str]) -> np.ndarray:
    """The numbers of the rows that are marked in any of the columns."""
    found = [marked[name] for name in dict.fromkeys(names) if name in marked]
    if not found:
        return np.zeros(0, dtype=np.intp)
    return np.flatnonzero(np.logical_or.reduce(found))
