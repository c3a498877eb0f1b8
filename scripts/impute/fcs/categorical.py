"""What both models of several categories share."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scripts.impute.fcs.augmentation import augment
from scripts.impute.fcs.blocks import Block
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
    for shared in step.shared:
        found.append(Outcomes(shared, codes[at : at + shared.count]))
        at += shared.count
    every = np.zeros(step.own.shape[1], dtype=np.intp)
    every[cell.observed] = codes[at:]
    for span, own in zip(step.spans, step.own_blocks(), strict=True):
        found.append(Outcomes(own, every[span]))
    rows = augment(step, len(cell.levels))
    return [*found, Outcomes(rows.block(), rows.outcome)]


def pick(levels: FloatArray, cumulative: Sequence[FloatArray], uniform: FloatArray) -> FloatArray:
    """The level in which a number in [0, 1) falls, given cumulative chances but the last."""
    code = np.zeros(uniform.shape, dtype=np.intp)
    for chance in cumulative:
        code += uniform >= chance
    return levels[code]
