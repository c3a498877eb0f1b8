"""Logistic model: parameters from the normal approximation to their posterior, then 0 or 1."""

from collections.abc import Sequence

import numpy as np

from scripts.impute.fcs.augmentation import augment, note_fit
from scripts.impute.fcs.blocks import Block
from scripts.impute.fcs.cells import Cell
from scripts.impute.fcs.newton import approach, maximise
from scripts.impute.fcs.step import Step
from scripts.impute.fcs.streams import Needs
from scripts.stats.arguments import FloatArray

CHORD_STEPS = 2


def needs(cell: Cell) -> Needs:
    """Noise of the coefficients, and one number for each value."""
    return Needs(normals=len(cell.predictors), uniforms=len(cell.missing))


class Likelihood:
    """Score and information of a logistic model, augmented, in all chains.

    With t = tanh(eta / 2) the chance is (1 + t) / 2 and the weight (1 - t^2) / 4, so that
    score = X'(y - 1/2) - X't / 2 and information = (X'X - X' diag(t^2) X) / 4, where everything
    without t is known from the sums of products.
    """

    def __init__(self, step: Step) -> None:
        at, target = step.cell.predictors, step.cell.target[0]
        # Rows with both outcomes and the same predictors: one row with y = 1/2, which adds nothing
        # to X'(y - 1/2).
        rows = augment(step, 1)
        self._blocks: Sequence[Block] = [*step.shared, *step.own_blocks(), rows.block()]
        extra = np.matmul(rows.rows.transpose(0, 2, 1), rows.rows) * rows.weight
        self._gram = step.seen[:, at[:, None], at] + extra
        self._score = step.seen[:, at, target] - step.seen[:, at, 0] / 2

    def score(self, beta: FloatArray) -> FloatArray:
        """Score, shape (chains, q)."""
        return self._sums(beta, information=False)[0]

    def both(self, beta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Score, and information, shape (chains, q, q)."""
        return self._sums(beta, information=True)

    def _sums(self, beta: FloatArray, information: bool) -> tuple[FloatArray, FloatArray]:
        score, gram = self._score.copy(), self._gram.copy() if information else np.empty(0)
        for block in self._blocks:
            cross, squares = None, None
            wide = block.widen(beta / 2)
            for piece in block.pieces():
                t = piece.predict(wide)
                np.tanh(t, out=t)
                weighted = t if block.weights is None else t * block.weights[piece.span]
                found = piece.cross(weighted)
                cross = found if cross is None else cross + found
                if information:
                    t *= weighted
                    found = piece.gram(t)
                    squares = found if squares is None else squares + found
            if cross is not None:
                score -= block.narrow_cross(cross) / 2
            if squares is not None:
                gram -= block.narrow_gram(squares)
        return score, gram / 4 if information else gram


def draw(step: Step) -> FloatArray:
    """Values of the missing ones, shape (chains, k).

    Notes
    -----
    Formula: β ~ N(mode, information⁻¹), augmented against separation; P(1) = 1 / (1 + exp(−xβ)).
    """
    size = len(step.cell.predictors)
    noise = step.numbers.normals[:, :size].T
    if step.cell.model.parameters == "fitted":
        noise = np.zeros(noise.shape)
    likelihood = Likelihood(step)
    known = step.memory.get("mode")
    start = np.zeros((len(step.seen), size))
    if known is not None:
        start = approach(known, likelihood.score, CHORD_STEPS)
    found = maximise(start, likelihood.both, noise, step.cell.label)
    step.memory["mode"] = found
    eta = step.predict_new(found.drawn)
    if step.cell.shift is not None:
        eta += step.cell.shift
    note_fit(step, found.at, found.dropped)
    np.tanh(eta / 2, out=eta)
    # u < (1 + t) / 2
    return np.where(2 * step.numbers.uniforms - 1 < eta, 1.0, 0.0)
