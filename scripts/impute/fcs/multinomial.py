"""Baseline-category logits: coefficients drawn first, then a category."""

import numpy as np

from scripts.impute.fcs.augmentation import note_fit
from scripts.impute.fcs.categorical import Outcomes, outcomes_of, pick
from scripts.impute.fcs.cells import Cell
from scripts.impute.fcs.newton import maximise
from scripts.impute.fcs.step import Step
from scripts.impute.fcs.streams import Needs
from scripts.stats.arguments import FloatArray


def needs(cell: Cell) -> Needs:
    """Noise of the coefficients of each category but the first, and one number for each value."""
    size = max(len(cell.levels) - 1, 0) * len(cell.predictors)
    return Needs(normals=size, uniforms=len(cell.missing))


def chances_of(etas: FloatArray) -> FloatArray:
    """Chances of the categories but the first, shape (others, chains, rows), without overflow."""
    top = np.maximum(etas.max(axis=0), 0.0)
    odds = np.exp(etas - top)
    return odds / (odds.sum(axis=0) + np.exp(-top))


class Logits:
    """Score and information of the logits of each category against the first."""

    def __init__(self, outcomes: list[Outcomes], others: int, size: int) -> None:
        self._outcomes, self._others, self._size = outcomes, others, size

    def sums(self, beta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Score, shape (chains, others * q), and information."""
        others, size, chains = self._others, self._size, len(beta)
        score = np.zeros((chains, others, size))
        information = np.zeros((chains, others, size, others, size))
        each = beta.reshape(chains, others, size)
        for outcome in self._outcomes:
            block = outcome.block
            wide = [block.widen(np.ascontiguousarray(each[:, k])) for k in range(others)]
            for piece in block.pieces():
                weight = 1.0 if block.weights is None else block.weights[piece.span]
                category = outcome.category[piece.span]
                chance = chances_of(np.stack([piece.predict(part) for part in wide]))
                for k in range(others):
                    residual = ((category == k + 1) - chance[k]) * weight
                    score[:, k] += block.narrow_cross(piece.cross(residual))
                    for other in range(k + 1):
                        weights = chance[k] * ((k == other) - chance[other]) * weight
                        gram = block.narrow_gram(piece.gram(weights))
                        information[:, k, :, other] += gram
        total = others * size
        return score.reshape(chains, total), information.reshape(chains, total, total)


def draw(step: Step) -> FloatArray:
    """Values of the missing ones, shape (chains, k).

    Notes
    -----
    Formula: P(y = k) = exp(xβk) / Σ exp(xβj), β0 = 0; β ~ N(mode, information⁻¹), augmented.
    """
    cell = step.cell
    chains, size, others = len(step.seen), len(cell.predictors), len(cell.levels) - 1
    if others == 0:
        return np.full(step.new.shape[:2], cell.levels[0])
    model = Logits(outcomes_of(step), others, size)
    noise = step.numbers.normals.T
    if cell.model.parameters == "fitted":
        noise = np.zeros(noise.shape)
    known = step.memory.get("mode")
    start = np.zeros((chains, others * size)) if known is None else known.at
    found = maximise(start, model.sums, noise, cell.label)
    step.memory["mode"] = found
    gone = found.dropped.reshape(others, size, chains)
    note_fit(step, found.at, np.asarray(gone.any(axis=0)))
    each = found.drawn.reshape(chains, others, size)
    chance = chances_of(np.stack([step.predict_new(each[:, k]) for k in range(others)]))
    first = 1 - chance.sum(axis=0)
    cumulative = [first + chance[:k].sum(axis=0) for k in range(others)]
    return pick(cell.levels, cumulative, step.numbers.uniforms)
