"""A chunk of chains from their start to their last sweep."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from scripts.impute.fcs import logistic, matching, multinomial, normal, ordinal
from scripts.impute.fcs.blocks import Shared
from scripts.impute.fcs.cells import Cell, Rows
from scripts.impute.fcs.design import Design
from scripts.impute.fcs.step import Step
from scripts.impute.fcs.streams import Needs, Numbers, Streams
from scripts.stats.arguments import FloatArray

NEEDS: dict[str, Callable[[Cell], Needs]] = {
    "normal": normal.needs,
    "logistic": logistic.needs,
    "ordinal": ordinal.needs,
    "multinomial": multinomial.needs,
    "matching": matching.needs,
}
DRAWS: dict[str, Callable[[Step], FloatArray]] = {
    "normal": normal.draw,
    "logistic": logistic.draw,
    "ordinal": ordinal.draw,
    "multinomial": multinomial.draw,
    "matching": matching.draw,
}


@dataclass(eq=False)
class Prepared:
    """Everything about an imputation that does not differ between chains.

    Attributes
    ----------
    design, rows, cells : Design, Rows, list of Cell
        Columns, subjects, and models in the order of the sweep.
    complete : array, shape (subjects without gaps, Q)
        Their design.
    gappy : array, shape (subjects with gaps, Q)
        Theirs, 0 where it depends on something missing.
    gram : array, shape (strata, Q, Q)
        Sums of products over those without gaps.
    shared : list of list of Shared
        Those without gaps with the predictors of each cell, by stratum.
    missing : dict
        Where among the gappy subjects each variable is missing.
    """

    design: Design
    rows: Rows
    cells: list[Cell]
    needs: list[Needs]
    complete: FloatArray
    gappy: FloatArray
    gram: FloatArray
    shared: list[list[Shared]]
    missing: dict[str, np.ndarray]

    @classmethod
    def of(cls, design: Design, rows: Rows, cells: list[Cell]) -> "Prepared":
        """Compute the parts that chains share."""
        complete = _standard(design, rows.complete, 0.0)
        gappy = _standard(design, rows.gappy, np.nan)
        gappy = np.where(np.isnan(gappy), 0.0, gappy)
        parts = [complete[bounds] for bounds in rows.complete_bounds]
        fitted = ("logistic", "ordinal", "multinomial", "matching")
        shared = [
            [Shared(parts[code][:, cell.predictors]) for code in cell.strata]
            if cell.model.method in fitted
            else []
            for cell in cells
        ]
        return cls(
            design,
            rows,
            cells,
            [NEEDS[cell.model.method](cell) for cell in cells],
            complete,
            gappy,
            np.stack([part.T @ part for part in parts]),
            shared,
            {
                name: np.flatnonzero(np.isnan(design.columns[name][rows.gappy]))
                for name in dict.fromkeys(cell.variable for cell in cells)
            },
        )


def _standard(design: Design, rows: np.ndarray, fill: float) -> FloatArray:
    """The design of given subjects; `fill` where a column depends on something missing."""
    found = np.full((len(rows), len(design.entries)), fill)
    for position, entry in enumerate(design.entries):
        known = np.ones(len(rows), dtype=bool)
        for source in entry.sources:
            known &= ~np.isnan(design.columns[source][rows])
        some = rows[known]
        values = entry.standard(design.lookup(some, {}))
        if position == 0:
            values = np.ones((1, len(some)))
        found[known, position] = np.broadcast_to(values, (1, len(some)))[0]
    return found


class Chunk:
    """Some chains, all moving together; the first axis of every array is the chain."""

    def __init__(self, prepared: Prepared, generators: Sequence[np.random.Generator]) -> None:
        self._p = prepared
        self._streams = Streams(generators, prepared.needs)
        chains = len(generators)
        self._own = np.tile(prepared.gappy, (chains, 1, 1))
        self._memory: list[dict[str, object]] = [{} for _ in prepared.cells]
        self.facts: list[dict[str, FloatArray]] = [{} for _ in prepared.cells]
        entries = prepared.design.entries
        self._bounds = tuple(
            np.array([getattr(entry, name) for entry in entries])
            for name in ("centre", "scale", "low", "high", "binary")
        )
        self.values = {
            name: np.empty((chains, len(at))) for name, at in prepared.missing.items()
        }
        self._start()

    def _start(self) -> None:
        """Fill every gap by a random draw from the observed values of its cell."""
        chains = len(self._own)
        uniform = self._streams.start(sum(len(cell.missing) for cell in self._p.cells))
        at = 0
        for cell in self._p.cells:
            some = uniform[:, at : at + len(cell.missing)]
            picks = (some * len(cell.pool)).astype(np.intp)
            self.values[cell.variable][:, cell.place] = cell.pool[picks]
            at += len(cell.missing)
        every = np.arange(self._own.shape[1])
        for position, entry in enumerate(self._p.design.entries):
            if entry.sources:
                values = entry.standard(self._lookup(every))
                self._own[:, :, position] = np.broadcast_to(values, (chains, len(every)))
        self.refresh()

    def refresh(self) -> None:
        """Compute the sums of products anew, so that rounding does not add up over sweeps."""
        parts = [self._own[:, span] for span in self._p.rows.gappy_bounds]
        self._gram = np.stack(
            [
                shared + np.matmul(part.transpose(0, 2, 1), part)
                for shared, part in zip(self._p.gram, parts, strict=True)
            ]
        )

    def _lookup(self, at: np.ndarray):  # type: ignore[no-untyped-def]
        """Raw values of some of the gappy subjects by name, with what is drawn filled in."""
        drawn: dict[str, FloatArray] = {}
        design, rows = self._p.design, self._p.rows.gappy[at]
        plain = design.lookup(rows, drawn)

        def look(name: str) -> FloatArray:
            if name in self.values and name not in drawn:
                gaps = self._p.missing[name]
                full = np.repeat(design.columns[name][rows][None], len(self._own), axis=0)
                place = np.searchsorted(gaps, at)
                place[place == len(gaps)] = 0
                hit = gaps[place] == at if len(gaps) else np.zeros(len(at), dtype=bool)
                full[:, hit] = self._by_row(name)[:, place[hit]]
                drawn[name] = full
            return plain(name) if name in drawn or name not in design.passive else passive(name)

        def passive(name: str) -> FloatArray:
            rule = design.passive[name]
            return np.asarray(rule.compute(*(look(part) for part in rule.inputs)), float)

        return look

    def _by_row(self, name: str) -> FloatArray:
        """Drawn values in the order of the gappy subjects."""
        gap = np.flatnonzero(np.isnan(self._p.design.columns[name]))
        order = np.searchsorted(gap, self._p.rows.gappy[self._p.missing[name]])
        return self.values[name][:, order]

    def sweep(self, last: bool) -> None:
        """Draw every variable once."""
        for number, drawn in enumerate(self._streams.sweep()):
            self._draw(number, drawn, last)

    def _draw(self, number: int, numbers: Numbers, last: bool) -> None:
        cell = self._p.cells[number]
        if not len(cell.missing):
            return
        new = self._own[:, cell.missing]
        total = self._gram[list(cell.strata)].sum(axis=0)
        step = Step(
            cell,
            total,
            total - np.matmul(new.transpose(0, 2, 1), new),
            new,
            numbers,
            self._own,
            *self._bounds,
            self._p.shared[number],
            [self._p.rows.gappy_bounds[code] for code in cell.strata],
            self._memory[number],
            last,
            self.facts[number],
        )
        self.values[cell.variable][:, cell.place] = DRAWS[cell.model.method](step)
        self._update(cell, new)

    def _update(self, cell: Cell, new: FloatArray) -> None:
        """Bring the design and its sums of products in line with values just drawn."""
        entries = self._p.design.entries
        changed = [at for at, entry in enumerate(entries) if cell.variable in entry.sources]
        look = self._lookup(cell.missing)
        before = new[:, :, changed]
        for position in changed:
            new[:, :, position] = entries[position].standard(look)
        self._own[:, cell.missing[:, None], changed] = new[:, :, changed]
        moved = new[:, :, changed] - before
        for code, span in cell.pieces:
            cross = np.matmul(new[:, span].transpose(0, 2, 1), moved[:, span])
            self._gram[code][:, :, changed] += cross
            self._gram[code][:, changed, :] += cross.transpose(0, 2, 1)
            twice = np.matmul(moved[:, span].transpose(0, 2, 1), moved[:, span])
            self._gram[code][:, np.array(changed)[:, None], changed] -= twice
