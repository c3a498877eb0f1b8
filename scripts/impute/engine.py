"""Multiple imputation by fully conditional specification, many chains at once.

Each incomplete column is drawn in turn from its own model given the others, sweep after sweep; a
monotone pattern needs one pass. All chains move together: subjects without a gap, who are the same
in every chain, are stored once; sums of products are kept for each chain and corrected after each
draw; Newton starts where the sweep before ended; Cholesky factors are computed for all chains at
once. Each chain has a stream of random numbers of its own, and every operation that mixes chains
has a fixed shape: the first k imputations do not depend on how many there are, and nothing depends
on workers or on the size of chunks, to the last bit.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from scripts.impute.fcs.blocks import TILE
from scripts.impute.fcs.cells import Cell, Rows, cells_of, check_columns
from scripts.impute.fcs.chunk import Chunk, Prepared
from scripts.impute.fcs.design import Design
from scripts.impute.fcs.models import Conditional, Method, Passive
from scripts.impute.fcs.notes import VariableReport, notes_of, reports_of
from scripts.impute.fcs.pattern import monotone_order, strata_of
from scripts.impute.fcs.streams import generators_of
from scripts.stats.arguments import FloatArray

__all__ = ["Completed", "Conditional", "Method", "Passive", "Trace", "impute_chains"]

CONVERGENCE = "Gelman and Rubin's R-hat of the mean, plain, second half of the sweeps"
CHUNK_BYTES = 1 << 23  # of the design of the subjects with gaps; about what stays in cache
LARGEST_CHUNK = 512

Facts = list[dict[str, np.ndarray]]


@dataclass(frozen=True, eq=False)
class Trace:
    """Mean and standard deviation of a variable's drawn values, shape (chains, sweeps)."""

    mean: FloatArray
    deviation: FloatArray


@dataclass(frozen=True, eq=False)
class Completed:
    """Draws of all chains.

    Attributes
    ----------
    values : dict of str to array, shape (chains, missing)
        Drawn values of each variable.
    rows : dict of str to array, shape (missing,)
        The subjects to whom they belong, by position.
    trace : dict of str to Trace
        How they moved.
    reports : tuple of VariableReport
        Method, predictors, separation and convergence by variable, in the order of the sweep.
    order : tuple of str
        Order of the sweep.
    monotone : bool
        Whether one pass was exact.
    sweeps : int
        Sweeps made.
    notes : tuple of str
        What a reader should know.
    """

    values: dict[str, FloatArray]
    rows: dict[str, np.ndarray]
    trace: dict[str, Trace]
    reports: tuple[VariableReport, ...]
    order: tuple[str, ...]
    monotone: bool
    sweeps: int
    notes: tuple[str, ...]


def _prepare(
    columns: Mapping[str, FloatArray],
    models: Mapping[str, Conditional],
    passive: Mapping[str, Passive],
) -> tuple[Prepared, tuple[str, ...], bool]:
    """What chains share, the order of the sweep, and whether the pattern is monotone."""
    gaps = {name: np.isnan(values) for name, values in columns.items() if name in models}
    active = {name: models[name] for name in models if gaps[name].any()}
    order = monotone_order({name: gaps[name] for name in active})
    by = dict.fromkeys(model.by for model in active.values() if model.by is not None)
    size = len(next(iter(columns.values())))
    stratum, strata = strata_of([columns[name] for name in by], size)
    missing = np.zeros(size, dtype=bool)
    for gap in gaps.values():
        missing |= gap
    rows = Rows.sorted_by(missing, stratum, len(strata))
    design = Design(columns, passive, active)
    cells: list[Cell] = []
    for position, name in enumerate(order or active):
        before = None if order is None else order[:position]
        cells += cells_of(name, active[name], design, rows, stratum, before)
    return Prepared.of(design, rows, cells), order or tuple(active), order is not None


def chains_at_once(prepared: Prepared, chains: int) -> int:
    """Chains of a chunk: as many as memory allows, a multiple of a tile."""
    bytes_each = 8 * max(prepared.gappy.size, 1)
    fitting = max(CHUNK_BYTES // bytes_each // TILE, 1) * TILE
    needed = -(-max(chains, 1) // TILE) * TILE
    return int(min(fitting, LARGEST_CHUNK, needed))


def impute_chains(
    columns: Mapping[str, FloatArray],
    models: Mapping[str, Conditional],
    *,
    key: str,
    seed: int,
    chains: int,
    sweeps: int,
    passive: Mapping[str, Passive] | None = None,
    workers: int = 1,
    chunk: int | None = None,
) -> Completed:
    """Draw every missing value `chains` times.

    Parameters
    ----------
    columns : mapping of str to array, shape (n,)
        Variables by name, NaN where missing; categories are numbers such as 0, 1, 2.
    models : mapping of str to Conditional
        The model of every incomplete column, in the order of the sweep.
    key, seed : str, int
        What random numbers are keyed by: the same give the same draws.
    chains, sweeps : int
        Number of imputations, and cycles through the incomplete columns.
    passive : mapping of str to Passive, optional
        Columns that follow from others, for use as predictors.
    workers : int
        Threads; each works on a chunk of chains.
    chunk : int, optional
        Chains that move together, a multiple of 8; chosen by memory when not given.

    Returns
    -------
    Completed

    References
    ----------
    van Buuren S. Flexible imputation of missing data, 2nd ed. CRC, 2018, chapters 3 and 4.
    """
    columns = {name: np.asarray(values, float) for name, values in columns.items()}
    check_columns(columns, models)
    prepared, order, monotone = _prepare(columns, models, passive or {})
    together = chunk or chains_at_once(prepared, chains)
    if together % TILE:
        raise ValueError(f"chunk is {together}; it must be a multiple of {TILE}")
    rows = {name: np.flatnonzero(np.isnan(columns[name])) for name in order}
    collected = Collected(rows, chains, 1 if monotone else sweeps)

    def work(first: int) -> Facts:
        block = Chunk(prepared, generators_of(key, seed, first + 1, together))
        return collected.run(block, first)

    facts = list(_run(work, range(0, chains, together) if order else (), workers))
    reports = reports_of(prepared, facts, collected.trace, chains)
    return Completed(
        collected.values,
        rows,
        collected.trace,
        reports,
        order,
        monotone,
        collected.sweeps,
        notes_of(reports, order, monotone, chains),
    )


def _run(work: Callable[[int], Facts], starts: Iterable[int], workers: int) -> Iterator[Facts]:
    if workers == 1:
        yield from map(work, starts)
        return
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(work, starts)


class Collected:
    """What all chunks leave behind; each writes into its own part."""

    def __init__(self, rows: Mapping[str, np.ndarray], chains: int, sweeps: int) -> None:
        self.sweeps, self._chains = sweeps, chains
        self.values = {name: np.empty((chains, len(found))) for name, found in rows.items()}
        shape = (chains, sweeps)
        self.trace = {name: Trace(np.empty(shape), np.empty(shape)) for name in rows}

    def run(self, block: Chunk, first: int) -> Facts:
        """All sweeps of a chunk; chains beyond those asked for, which fill it, are left out."""
        kept = slice(0, min(block.chains, self._chains - first))
        for sweep in range(self.sweeps):
            if sweep:
                block.refresh()
            block.sweep(last=sweep == self.sweeps - 1)
            for name, drawn in block.values.items():
                self._follow(name, drawn[kept], first, sweep)
        for name, drawn in block.values.items():
            self.values[name][first : first + block.chains] = drawn[kept]
        return [{what: fact[kept] for what, fact in facts.items()} for facts in block.facts]

    def _follow(self, name: str, drawn: FloatArray, first: int, sweep: int) -> None:
        """Write down where some chains are."""
        chains, count = drawn.shape
        span, trace = slice(first, first + chains), self.trace[name]
        mean = drawn.mean(axis=1)
        trace.mean[span, sweep] = mean
        squares = ((drawn - mean[:, None]) ** 2).sum(axis=1)
        trace.deviation[span, sweep] = np.sqrt(squares / (count - 1)) if count > 1 else np.nan
