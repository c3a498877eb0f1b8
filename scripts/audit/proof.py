"""Whether the trace is true: what changed in print against what the trace said could change.

Sound: nothing changed that was not predicted. Precise: much of what was predicted can change.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from scripts.audit.perturbations import Cell
from scripts.audit.trials import Entry, Outcome


@dataclass(frozen=True)
class CellProof:
    """One cell: what was predicted, what changed under its values, what was not foreseen.

    `missed` has a record for every address that changed unpredicted under a value. `precision` is
    the share of the predicted addresses that changed under at least one value; None where nothing
    was predicted or every value stopped the run.
    """

    cell: Cell
    outcomes: Sequence[Outcome]
    predicted: int
    changed: int
    precision: float | None
    missed: list[dict[str, Any]] = field(default_factory=list)

    @property
    def printed(self) -> list[Outcome]:
        """The outcomes in which the run reached its end."""
        return [outcome for outcome in self.outcomes if outcome.stopped is None]


def display_of(address: str) -> str:
    """The table, figure or page that an address stands in."""
    return address.partition("/")[0]


@dataclass(frozen=True)
class Predicted:
    """What a cell may reach: numbers by address, displays in which addresses may come and go."""

    numbers: Set[str]
    displays: Set[str] = frozenset()


@dataclass(frozen=True)
class Trace:
    """What the trace says: the addresses that it knows, and what a cell may reach."""

    known: Set[str]
    predict: Callable[[Cell], Predicted]


def unforeseen(
    outcome: Outcome, trace: Trace, predicted: Predicted, entries: Mapping[str, Entry]
) -> list[str]:
    """Addresses that changed and were not predicted.

    One that came or went must stand in a display that may gain or lose addresses, where it was not
    predicted itself. One that the trace does not know though the runs made again print it (they
    have fewer completed data sets) is foreseen, too, where the trace names another number of the
    same display that is from the same file.
    """
    places = {(display_of(n), entries[n][2]) for n in predicted.numbers if n in entries}

    def foreseen(name: str) -> bool:
        display = display_of(name)
        if name in predicted.numbers:
            return True
        if name in outcome.new or name in outcome.gone:
            return display in predicted.displays
        return name not in trace.known and (display, entries[name][2]) in places

    return [name for name in outcome.changed if not foreseen(name)]


def prove_cell(
    cell: Cell, outcomes: Sequence[Outcome], trace: Trace, entries: Mapping[str, Entry]
) -> CellProof:
    """Hold what changed under the values of one cell against what was predicted for it."""
    predicted = trace.predict(cell)
    missed = [
        {
            "source": cell.source,
            "row": cell.row + 1,
            "column": cell.column,
            "new": outcome.perturbation.new,
            "address": address,
        }
        for outcome in outcomes
        for address in unforeseen(outcome, trace, predicted, entries)
    ]
    known = predicted.numbers & entries.keys()
    changed = {name for outcome in outcomes for name in outcome.changed}
    judged = known and any(outcome.stopped is None for outcome in outcomes)
    precision = len(changed & known) / len(known) if judged else None
    return CellProof(cell, outcomes, len(known), len(changed), precision, missed)


def prove(
    tried: Mapping[Cell, Sequence[Outcome]], trace: Trace, entries: Mapping[str, Entry]
) -> list[CellProof]:
    """Every cell that was tried against the trace."""
    return [prove_cell(cell, outcomes, trace, entries) for cell, outcomes in tried.items()]


def quartiles(values: Sequence[float]) -> dict[str, float | None]:
    """Median and quartiles; nothing of none."""
    if not len(values):
        return {"lower": None, "median": None, "upper": None}
    lower, median, upper = np.quantile(np.asarray(values, dtype=float), [0.25, 0.5, 0.75])
    return {"lower": float(lower), "median": float(median), "upper": float(upper)}


def summarise(proofs: Sequence[CellProof], addresses: int) -> dict[str, Any]:
    """Cells, values, how they ended, what was missed, how much was predicted and can change."""
    outcomes = [outcome for proof in proofs for outcome in proof.outcomes]
    stops = sorted({outcome.stopped for outcome in outcomes if outcome.stopped is not None})
    return {
        "cells": len(proofs),
        "values": len(outcomes),
        "printed": sum(outcome.stopped is None for outcome in outcomes),
        "stopped": {name: sum(outcome.stopped == name for outcome in outcomes) for name in stops},
        "broken": sum(outcome.is_broken for outcome in outcomes),
        "unchanged": sum(not o.changed for o in outcomes if o.stopped is None),
        "missed": sum(len(proof.missed) for proof in proofs),
        "predicted": quartiles([proof.predicted / max(addresses, 1) for proof in proofs]),
        "precision": quartiles([p.precision for p in proofs if p.precision is not None]),
    }


def by_column(proofs: Sequence[CellProof], addresses: int) -> list[dict[str, Any]]:
    """The summary of every column that was tried, in the order of source and name."""
    groups: dict[tuple[str, str], list[CellProof]] = {}
    for proof in proofs:
        groups.setdefault((proof.cell.source, proof.cell.column), []).append(proof)
    return [
        {"source": source, "column": column, **summarise(group, addresses)}
        for (source, column), group in sorted(groups.items())
    ]
