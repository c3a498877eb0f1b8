"""Dependencies followed backwards: the cells that a number came from.

What a read depends on is said once, in `reads`; here it is walked from the number to raw values.
With candidates it is the exact counterpart of `Graph.affected`: the cells that reach the number.
"""

from collections.abc import Iterable, Mapping

import numpy as np

from scripts.audit.lineage.graph import Graph, Marks, asks_existence, deciding
from scripts.audit.lineage.reads import EXISTENCE, KEPT, Derivation, Read


def sources(graph: Graph, reads: Iterable[Read], candidates: bool = False) -> Marks:
    """Every cell that the reads depend on, through all derivations.

    `candidates` takes in what is left out but could come in: rows with the columns that leave them
    out, and raw rows of which no record was made.
    """
    return _Walk(graph, candidates).walk(reads)


def cells_of(marks: Marks) -> Mapping[str, list[tuple[int, str]]]:
    """The marked cells as (row, column) by table, in order; EXISTENCE is no column."""
    return {
        table: sorted(
            (int(row), name)
            for name, rows in columns.items()
            if name != EXISTENCE
            for row in np.flatnonzero(rows)
        )
        for table, columns in sorted(marks.cells.items())
    }


class _Walk:
    """One walk: what is needed so far, and of whom a new record would be read."""

    def __init__(self, graph: Graph, candidates: bool) -> None:
        self.graph = graph
        self.candidates = candidates
        self.marks = Marks()

    def walk(self, reads: Iterable[Read]) -> Marks:
        everybody = np.ones(self.graph.size, dtype=bool)
        waiting: dict[str, None] = {}
        for read in reads:
            rows = np.ones(self.graph.lineage.tables[read.table].rows, dtype=bool)
            self._need(read, rows, rows, everybody)
            waiting[read.table] = None
        while waiting:
            table = next(iter(waiting))
            del waiting[table]
            for made in self.graph.by_output[table]:
                for read in made.reads:
                    if self._need(read, *self._asked(made, read), asks_existence(made, read)):
                        waiting[read.table] = None
        return self.marks

    def _asked(self, made: Derivation, read: Read) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rows of a read that make marked cells, rows that could, subjects asked about."""
        graph = self.graph
        out, source = graph.lineage.tables[made.table], graph.lineage.tables[read.table]
        wanted = np.zeros(out.rows, dtype=bool)
        for name in set(self.marks.cells.get(made.table, {})) & set(made.columns):
            wanted |= self.marks.cells[made.table][name]
        if made.rows is not None:
            wanted &= made.rows
        born = graph.nobody()
        if EXISTENCE in made.columns and made.table in self.marks.born:
            born = self.marks.born[made.table]
        subjects = graph.of_subjects(out.subject, wanted) | born
        if read.link == "all":
            asked = np.full(source.rows, bool(subjects.any() or wanted.any()))
            return asked, asked, np.full(graph.size, bool(asked.any()))
        of_subjects = np.append(subjects, False)[source.subject]
        if read.link == "subject":
            return of_subjects, of_subjects, subjects
        linked = np.zeros(source.rows + 1, dtype=bool)
        linked[graph.link(made.table, read.table)[wanted]] = True
        of_born = np.append(born, False)[source.subject]
        return linked[:-1], linked[:-1] | of_born, born

    def _need(
        self,
        read: Read,
        asked: np.ndarray,
        possible: np.ndarray,
        subjects: np.ndarray,
        exists: bool = True,
    ) -> bool:
        """Mark the cells of a read that matter; whether anything was new."""
        state = self.graph.state(read, np.arange(len(asked)))
        kept = asked & (state == KEPT)
        names = [EXISTENCE] * exists + [*read.columns, *deciding(read)]
        wanted = dict.fromkeys(names, kept)
        new = False
        if self.candidates:
            for number, part in enumerate(read.filters):
                for name in part.columns:
                    wanted[name] = wanted[name] | (possible & (state == number))
            known = self.marks.born.setdefault(read.table, self.graph.nobody())
            more = subjects & self.graph.subjects_inside(read)
            new = bool((more & ~known).any())
            known |= more
        for name, rows in sorted(wanted.items()):
            if rows.any():
                marked = self.graph.column(self.marks, read.table, name)
                new |= bool((rows & ~marked).any())
                marked |= rows
        return new
