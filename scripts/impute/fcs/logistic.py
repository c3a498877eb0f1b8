"""Logistic model: parameters from the normal approximation to their posterior, then 0 or 1."""

from collections.abc import Sequence

import numpy as np

from scripts.impute.fcs.augmentation import Augmented, augment, zero_cells
from scripts.impute.fcs.blocks import Block
from scripts.impute.fcs.cells import Cell
from scripts.impute.fcs.linear_algebra import BoolArray, back, factor, forward
from scripts.impute.fcs.step import Step
from scripts.impute.fcs.streams import Needs
from scripts.job import StepError
from scripts.stats.arguments import FloatArray

# A step is good enough when it is shorter than this many posterior standard deviations, squared:
# Newton then leaves an error of the order of its square.
DECREMENT = 1e-3
STEPS = 60
CHORD_STEPS = 2
LONGEST = 5.0  # of a step in one coefficient, for predictors of standard deviation 1


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
        rows = augment(step, 2)
        # Both outcomes of a row have the same predictors: one row with twice the weight.
        half = rows.rows.shape[1] // 2
        once = Augmented(rows.rows[:, :half], rows.outcome[:half], 2 * rows.weight)
        self._blocks: Sequence[Block] = [*step.shared, *step.own_blocks(), once.block()]
        extra = np.matmul(once.rows.transpose(0, 2, 1), once.rows) * once.weight
        self._gram = step.seen[:, at[:, None], at] + extra
        self._score = step.seen[:, at, target] - step.seen[:, at, 0] / 2

    def sums(self, beta: FloatArray, information: bool) -> tuple[FloatArray, FloatArray]:
        """Score, shape (chains, q), and information, shape (chains, q, q), empty if not asked."""
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


def newton(
    step: Step, likelihood: Likelihood, noise: FloatArray
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Mode, a draw around it, and predictors dropped; (chains, q), (chains, q) and (q, chains).

    From the second sweep on the start is the mode of the sweep before; the first steps then use
    its information again and only compute a score. Every chain stops by itself, so that its result
    does not depend on the others.
    """
    chains, size = len(step.seen), len(step.cell.predictors)
    beta = step.memory.get("mode", np.zeros((chains, size)))
    if "root" in step.memory:
        root, dropped = step.memory["root"], step.memory["dropped"]
        for _ in range(CHORD_STEPS):
            score, _ = likelihood.sums(beta, information=False)
            move = back(root, forward(root, score.T, dropped)[:, None])[:, 0].T
            beta = beta + np.clip(move, -LONGEST, LONGEST)
    mode, drawn = beta.copy(), beta.copy()
    kept, gone = np.empty((size, size, chains)), np.empty((size, chains), dtype=bool)
    moving = np.ones(chains, dtype=bool)
    for _ in range(STEPS):
        score, information = likelihood.sums(beta, information=True)
        system = np.empty((size + 1, size, chains))
        system[:size] = information.transpose(1, 2, 0)
        system[size] = score.T
        dropped = factor(system)
        half = system[size]
        found = back(system[:size], np.stack([half, noise * ~dropped], axis=1))
        move = np.clip(found[:, 0].T, -LONGEST, LONGEST)
        beta = beta + move
        mode[moving] = beta[moving]
        drawn[moving] = beta[moving] + found[:, 1].T[moving]
        kept[:, :, moving], gone[:, moving] = system[:size][:, :, moving], dropped[:, moving]
        moving &= np.einsum("qm,qm->m", half, half) >= DECREMENT
        if not moving.any():
            step.memory.update(mode=mode, root=kept, dropped=gone)
            return mode, drawn, gone
    raise StepError(f"{step.cell.label}: its logistic model did not converge in {STEPS} steps")


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
    mode, drawn, dropped = newton(step, Likelihood(step), noise)
    eta = step.predict_new(drawn)
    if step.cell.shift is not None:
        eta += step.cell.shift
    if step.last:
        step.facts["separated"] = zero_cells(step)
        step.facts["largest"] = np.abs(mode).max(axis=1)
        if dropped.any():
            step.facts["dropped"] = dropped.T
    np.tanh(eta / 2, out=eta)
    # u < (1 + t) / 2
    return (2 * step.numbers.uniforms - 1 < eta) * 1.0
