"""What both models of several categories share."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scripts.impute.fcs.augmentation import augment, zero_cells
from scripts.impute.fcs.blocks import Block
from scripts.impute.fcs.linear_algebra import BoolArray
from scripts.impute.fcs.step import Step
from scripts.stats.arguments import FloatArray


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
