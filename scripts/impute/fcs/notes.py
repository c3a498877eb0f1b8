"""What the engine found, variable by variable, and in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from scripts.stats.arguments import FloatArray
from scripts.stats.convergence import second_half_rhat

if TYPE_CHECKING:
    from scripts.impute.fcs.chunk import Prepared


@dataclass(frozen=True, eq=False)
class VariableReport:
    """One model of one variable, in all subjects or in those with one value of `by`.

    Attributes
    ----------
    variable, label, method : str
        The variable, the words for the model, and how it is drawn.
    predictors : tuple of str
        Columns of its design, without the intercept.
    n_missing, n_observed : int
        Subjects in whom it is drawn and from whom it is learnt.
    separated : int or None
        Chains in which, in the last sweep, a predictor of two values left an outcome without
        subjects, so that only the augmentation kept the estimates finite; None for other methods.
    largest : float or None
        Largest coefficient in any chain, for predictors of standard deviation 1 or values 0 and 1.
    constant : tuple of str
        Predictors left out because they have one value in all subjects of the model.
    dropped : dict of str to int
        Predictors that followed from others, and in how many chains of the last sweep.
    rhat_mean, rhat_deviation : float or None
        Convergence of mean and standard deviation of the variable's drawn values.
    """

    variable: str
    label: str
    method: str
    predictors: tuple[str, ...]
    n_missing: int
    n_observed: int
    separated: int | None
    largest: float | None
    constant: tuple[str, ...]
    dropped: Mapping[str, int]
    rhat_mean: float | None
    rhat_deviation: float | None


def convergence_of(trace: FloatArray) -> float | None:
    """R-hat of a trace of all chains, as it is written down; None where it cannot be judged."""
    found = second_half_rhat(trace)
    return None if np.isnan(found) else found


def _joined(facts: Sequence[Sequence[Mapping[str, FloatArray]]], cell: int, what: str) -> Any:
    found = [chunk[cell][what] for chunk in facts if what in chunk[cell]]
    return np.concatenate(found) if found else None


def reports_of(
    prepared: "Prepared",
    facts: Sequence[Sequence[Mapping[str, FloatArray]]],
    trace: Mapping[str, Any],
    chains: int,
) -> tuple[VariableReport, ...]:
    """Reports of all models in the order of the sweep."""
    found = []
    for number, cell in enumerate(prepared.cells):
        names = [prepared.design.entries[at].name for at in cell.predictors]
        separated = _joined(facts, number, "separated")
        largest = _joined(facts, number, "largest")
        gone = _joined(facts, number, "dropped")
        counts = np.zeros(len(names), dtype=int) if gone is None else gone.sum(axis=0)
        moved = trace[cell.variable]
        found.append(
            VariableReport(
                cell.variable,
                cell.label,
                cell.model.method,
                tuple(names[1:]),
                len(cell.missing),
                cell.n_observed,
                None if separated is None else int(separated.sum()),
                None if largest is None else float(largest.max()),
                cell.constant,
                {n: int(k) for n, k in zip(names, counts, strict=True) if k},
                convergence_of(moved.mean),
                convergence_of(moved.deviation),
            )
        )
    return tuple(found)


def notes_of(
    reports: Sequence[VariableReport], order: Sequence[str], monotone: bool, chains: int
) -> tuple[str, ...]:
    """Sentences for a reader."""
    found = []
    if monotone and len(order) > 1:
        found.append(
            "the pattern of missing values is monotone: one pass in the order "
            f"{', '.join(order)}, each variable from those before it, is exact"
        )
    elif monotone and order:
        found.append(f"only {order[0]} is incomplete: one pass is exact")
    for report in reports:
        if report.separated:
            found.append(
                f"{report.label}: a predictor leaves an outcome without subjects in "
                f"{report.separated} of {chains} chains; augmentation keeps the estimates finite"
            )
        if report.constant:
            found.append(
                f"{report.label}: {', '.join(report.constant)} left out, the same in all subjects"
            )
        for name, count in report.dropped.items():
            found.append(
                f"{report.label}: predictor {name} follows from the others in {count} of {chains} "
                "chains and is left out there"
            )
    return tuple(found)
