"""A chunk of chains from their start to their last sweep."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from scripts.impute.fcs import logistic, matching, multinomial, normal, ordinal
from scripts.impute.fcs.blocks import Shared
from scripts.impute.fcs.cells import Cell, Rows
from scripts.impute.fcs.design import Design
from scripts.impute.fcs.newton import Mode
from scripts.impute.fcs.step import Scales, Step
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
    index : dict
        For each variable and gappy subject its place among the drawn values, -1 where observed.
    changed : dict
        Positions in the design that change when a variable is drawn.
    """

    design: Design
    rows: Rows
    cells: list[Cell]
    needs: list[Needs]
    complete: FloatArray
    gappy: FloatArray
    gram: FloatArray
    shared: list[list[Shared]]
    index: dict[str, np.ndarray]
    changed: dict[str, list[int]]

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
        names = dict.fromkeys(cell.variable for cell in cells)
        return cls(
            design,
            rows,
            cells,
            [NEEDS[cell.model.method](cell) for cell in cells],
            complete,
            gappy,
            np.stack([part.T @ part for part in parts]),
            shared,
            {name: _places(design.columns[name], rows.gappy) for name in names},
            {
                name: [at for at, entry in enumerate(design.entries) if name in entry.sources]
                for name in names
            },
        )


def _places(values: FloatArray, gappy: np.ndarray) -> np.ndarray:
    """The place of each gappy subject among those in whom a variable is missing, or -1."""
    gap = np.isnan(values)
    return np.where(gap, np.cumsum(gap) - 1, -1)[gappy]


def _standard(design: Design, rows: np.ndarray, fill: float) -> FloatArray:
    """The design of given subjects; `fill` where a column depends on something missing."""
    found = np.full((len(rows), len(design.entries)), fill)
    for position, entry in enumerate(design.entries):
        known = np.ones(len(rows), dtype=bool)
        for source in entry.sources:
            known &= ~np.isnan(design.columns[source][rows])
        some = rows[known]
        values = entry.standard(design.lookup(some))
        if position == 0:
            values = np.ones((1, len(some)))
        found[known, position] = np.broadcast_to(values, (1, len(some)))[0]
    return found


@dataclass(eq=False)
class DrawnValues:
    """Raw values of some of the gappy subjects by name, with what is drawn filled in."""

    prepared: Prepared
    values: dict[str, FloatArray]
    at: np.ndarray
    known: dict[str, FloatArray]

    def __call__(self, name: str) -> FloatArray:
        """Values of one column, shape (chains or 1, subjects)."""
        design = self.prepared.design
        if name in design.passive:
            return design.passive[name].of(self)
        if name in self.known:
            return self.known[name]
        plain = design.columns[name][self.prepared.rows.gappy[self.at]][None]
        if name not in self.values:
            return plain
        index = self.prepared.index[name][self.at]
        hit = index >= 0
        full = np.repeat(plain, len(self.values[name]), axis=0)
        full[:, hit] = self.values[name][:, index[hit]]
        self.known[name] = full
        return full


class Chunk:
    """Some chains, all moving together; the first axis of every array is the chain."""

    def __init__(self, prepared: Prepared, generators: Sequence[np.random.Generator]) -> None:
        self._p = prepared
        self._streams = Streams(generators, prepared.needs)
        self.chains = chains = len(generators)
        self._own = np.repeat(prepared.gappy[None], chains, axis=0)
        most = max((len(cell.missing) for cell in prepared.cells), default=0)
        self._scratch = np.empty(chains * most * prepared.gappy.shape[1])
        self._memory: list[dict[str, Mode]] = [{} for _ in prepared.cells]
        self.facts: list[dict[str, np.ndarray]] = [{} for _ in prepared.cells]
        self._scales = Scales.of(prepared.design)
        self.values = {
            name: np.empty((chains, int((index >= 0).sum())))
            for name, index in prepared.index.items()
        }
        self._start()

    def _start(self) -> None:
        """Fill every gap by a random draw from the observed values of its cell."""
        uniform = self._streams.start(sum(len(cell.missing) for cell in self._p.cells))
        at = 0
        for cell in self._p.cells:
            some = uniform[:, at : at + len(cell.missing)]
            self._keep(cell, cell.pool[(some * len(cell.pool)).astype(np.intp)])
            at += len(cell.missing)
        for cell in self._p.cells:
            drawn = self.values[cell.variable][:, cell.place]
            look = self._lookup(cell.variable, drawn, cell.missing)
            for place in self._p.changed[cell.variable]:
                values = self._p.design.entries[place].standard(look)
                self._own[:, cell.missing, place] = values
        self.refresh()

    def _keep(self, cell: Cell, drawn: FloatArray) -> None:
        """Put drawn values where they belong."""
        self.values[cell.variable][:, cell.place] = drawn

    def refresh(self) -> None:
        """Compute the sums of products anew, so that rounding does not add up over sweeps."""
        parts = [self._own[:, span] for span in self._p.rows.gappy_bounds]
        self._gram = np.stack(
            [
                shared + np.matmul(part.transpose(0, 2, 1), part)
                for shared, part in zip(self._p.gram, parts, strict=True)
            ]
        )

    def _lookup(self, variable: str, drawn: FloatArray, at: np.ndarray) -> "DrawnValues":
        """Raw values of some of the gappy subjects by name; those of one variable are given."""
        return DrawnValues(self._p, self.values, at, {variable: drawn})

    def _gathered(self, at: np.ndarray) -> FloatArray:
        """The design of some of the gappy subjects, in memory that is used again and again."""
        chains, _, width = self._own.shape
        found = self._scratch[: chains * len(at) * width].reshape(chains, len(at), width)
        # "clip" spares take() a buffer of its own; every position exists.
        return np.take(self._own, at, axis=1, out=found, mode="clip")

    def sweep(self, last: bool) -> None:
        """Draw every variable once."""
        for number, drawn in enumerate(self._streams.sweep()):
            self._draw(number, drawn, last)

    def _draw(self, number: int, numbers: Numbers, last: bool) -> None:
        cell = self._p.cells[number]
        if not len(cell.missing):
            return
        new = self._gathered(cell.missing)
        total = self._gram[list(cell.strata)].sum(axis=0)
        step = Step(
            cell,
            total,
            total - np.matmul(new.transpose(0, 2, 1), new),
            new,
            numbers,
            self._own,
            self._scales,
            self._p.shared[number],
            [self._p.rows.gappy_bounds[code] for code in cell.strata],
            self._memory[number],
            last,
            self.facts[number],
        )
        drawn = DRAWS[cell.model.method](step)
        self._keep(cell, drawn)
        self._update(cell, drawn, new)

    def _update(self, cell: Cell, drawn: FloatArray, new: FloatArray) -> None:
        """Bring the design and its sums of products in line with values just drawn."""
        changed = self._p.changed[cell.variable]
        look = self._lookup(cell.variable, drawn, cell.missing)
        for place in changed:
            values = self._p.design.entries[place].standard(look)
            moved = values - new[:, :, place]
            new[:, :, place] = values
            self._own[:, cell.missing, place] = values
            for code, span in cell.pieces:
                gram = self._gram[code]
                some = moved[:, span]
                cross = np.matmul(some[:, None], new[:, span])[:, 0]
                gram[:, place] += cross
                gram[:, :, place] += cross
                gram[:, place, place] -= np.einsum("ck,ck->c", some, some)
