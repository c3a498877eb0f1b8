"""A few weighted rows that keep every estimate of a categorical model finite; signs of separation.

With a zero cell, or predictors that tell the outcomes apart, the likelihood has no finite maximum.
For each predictor, rows at its mean plus and minus half a standard deviation are added with every
outcome, together weighing as many subjects as there are coefficients.

References
----------
White IR, Daniel R, Royston P. Avoiding bias due to perfect prediction in multiple imputation of
incomplete categorical variables. Comput Stat Data Anal 2010;54:2267-75.
"""

from dataclasses import dataclass

import numpy as np

from scripts.impute.fcs.blocks import Own
from scripts.impute.fcs.linear_algebra import BoolArray
from scripts.impute.fcs.step import Step
from scripts.stats.arguments import FloatArray


@dataclass(frozen=True, eq=False)
class Augmented:
    """Rows of an augmentation, shape (chains, rows, q); `outcome` numbers their category."""

    rows: FloatArray
    outcome: np.ndarray
    weight: float

    def block(self) -> Own:
        """The rows as a block of a likelihood."""
        return Own(self.rows, None, np.full(self.rows.shape[1], self.weight))


def augment(step: Step, categories: int) -> Augmented:
    """Rows for so many outcomes, one after the other; none for a model of the intercept alone.

    Means and standard deviations are over all subjects of the cell, observed or not; shifted values
    stay within the observed range, as in R mice.
    """
    at = step.cell.predictors
    predictors, chains = len(at) - 1, len(step.total)
    if predictors == 0:
        return Augmented(np.empty((chains, 0, 1)), np.empty(0, dtype=np.intp), 0.0)
    n = step.cell.n
    mean = step.total[:, 0, at] / n
    spread = step.total[:, at, at] - n * mean**2
    half = np.sqrt(np.maximum(spread, 0.0) / max(n - 1, 1)) / 2
    rows = np.empty((chains, 2 * predictors, predictors + 1))
    rows[:] = mean[:, None]
    each = np.arange(predictors)
    rows[:, each, each + 1] = np.minimum(mean + half, np.maximum(step.scales.high[at], mean))[:, 1:]
    low = np.maximum(mean - half, np.minimum(step.scales.low[at], mean))
    rows[:, predictors + each, each + 1] = low[:, 1:]
    weight = (predictors + 1) / (2 * predictors * categories)
    outcome = np.repeat(np.arange(categories), 2 * predictors)
    repeated = rows if categories == 1 else np.tile(rows, (1, categories, 1))
    return Augmented(repeated, outcome, weight)


def zero_cells(step: Step) -> BoolArray:
    """Chains in which a predictor of two values leaves an outcome without subjects in one of them.

    Counts are read off the sums of products; without the augmentation such a model has no finite
    estimates.
    """
    at = step.cell.predictors[1:]
    at = at[step.scales.binary[at]]
    total = step.seen[:, 0, 0][:, None]
    ones = step.seen[:, 0, at]
    found = np.zeros(len(step.seen), dtype=bool)
    varies = (ones > 0.5) & (ones < total - 0.5)
    for target in step.cell.target:
        events = step.seen[:, target, 0][:, None]
        both = step.seen[:, target, at]
        empty = [both, ones - both, events - both, total - ones - events + both]
        found |= (np.any(np.array(empty) < 0.5, axis=0) & varies).any(axis=1)
        found |= (events[:, 0] < 0.5) | (events[:, 0] > total[:, 0] - 0.5)
    return found


def note_fit(step: Step, slopes: FloatArray, dropped: BoolArray) -> None:
    """Keep for the notes whether outcomes are separated, the largest slope, what was dropped.

    `slopes` has the shape (chains, anything), `dropped` that of the predictors, (q, chains).
    """
    if step.last:
        step.note("separated", zero_cells(step))
        step.note("largest", np.abs(slopes).max(axis=1, initial=0.0))
        if dropped.any():
            step.note("dropped", dropped.T)
