"""What both models of several categories share: their outcomes, and Newton's steps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from scripts.impute.fcs.augmentation import augment, zero_cells
from scripts.impute.fcs.blocks import Block
from scripts.impute.fcs.linear_algebra import BoolArray, back, factor
from scripts.impute.fcs.step import Step
from scripts.job import StepError
from scripts.stats.arguments import FloatArray

DECREMENT = 1e-3
STEPS = 60
LONGEST = 5.0


@dataclass(frozen=True, eq=False)
class Outcomes:
    """A block of subjects and the number of the category of each; 0 where it is missing."""

    block: Block
    category: np.ndarray


def outcomes_of(step: Step) -> list[Outcomes]:
    """All blocks of a likelihood, augmentation last."""
    cell = step.cell
    codes = np.searchsorted(cell.levels, cell.pool)
    found: list[Outcomes] = []
    at = 0
    for block in step.shared:
        found.append(Outcomes(block, codes[at : at + block.count]))
        at += block.count
    every = np.zeros(step.own.shape[1], dtype=np.intp)
    every[cell.observed] = codes[at:]
    for span, block in zip(step.spans, step.own_blocks(), strict=True):
        found.append(Outcomes(block, every[span]))
    rows = augment(step, len(cell.levels))
    return [*found, Outcomes(rows.block(), rows.outcome)]


Evaluation = Callable[[FloatArray], tuple[FloatArray, FloatArray]]
Bend = Callable[[FloatArray, FloatArray], FloatArray]


def maximise(
    step: Step, start: FloatArray, evaluate: Evaluation, noise: FloatArray, bend: Bend | None = None
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Mode and a draw around it, shape (chains, q), and coefficients dropped, shape (q, chains).

    `evaluate` gives score and information at coefficients; `bend` shortens a step that leads out
    of the parameter space. Every chain stops by itself.
    """
    chains, size = start.shape
    beta = step.memory.get("mode", start)
    mode, drawn = beta.copy(), beta.copy()
    gone = np.zeros((size, chains), dtype=bool)
    moving = np.ones(chains, dtype=bool)
    for _ in range(STEPS):
        score, information = evaluate(beta)
        system = np.empty((size + 1, size, chains))
        system[:size], system[size] = information.transpose(1, 2, 0), score.T
        dropped = factor(system)
        half = system[size]
        found = back(system[:size], np.stack([half, noise * ~dropped], axis=1))
        move = np.clip(found[:, 0].T, -LONGEST, LONGEST)
        beta = beta + (move if bend is None else bend(beta, move))
        mode[moving], gone[:, moving] = beta[moving], dropped[:, moving]
        drawn[moving] = beta[moving] + found[:, 1].T[moving]
        moving &= np.einsum("qm,qm->m", half, half) >= DECREMENT
        if not moving.any():
            step.memory["mode"] = mode
            return mode, drawn, gone
    raise StepError(f"{step.cell.label}: its model did not converge in {STEPS} steps")


def gather_facts(step: Step, slopes: FloatArray, dropped: BoolArray | None) -> None:
    """Facts for the notes, in the last sweep."""
    if step.last:
        step.facts["separated"] = zero_cells(step)
        step.facts["largest"] = np.abs(slopes).reshape(len(slopes), -1).max(axis=1, initial=0.0)
        if dropped is not None and dropped.any():
            step.facts["dropped"] = dropped.T


def pick(levels: FloatArray, cumulative: Sequence[FloatArray], uniform: FloatArray) -> FloatArray:
    """The level in which a number in [0, 1) falls, given cumulative chances but the last."""
    code = np.zeros(uniform.shape, dtype=np.intp)
    for chance in cumulative:
        code += uniform >= chance
    return levels[code]
