"""Proportional odds model: cutpoints and slopes drawn first, then a category."""

import numpy as np
from scipy.special import expit

from scripts.impute.fcs.categorical import (
    Outcomes,
    gather_facts,
    outcomes_of,
    pick,
)
from scripts.impute.fcs.cells import Cell
from scripts.impute.fcs.newton import maximise
from scripts.impute.fcs.step import Step
from scripts.impute.fcs.streams import Needs
from scripts.stats.arguments import FloatArray

LEAST = 1e-12  # of the chance of a category, below which digits would be lost
HALVINGS = 40


def needs(cell: Cell) -> Needs:
    """Noise of cutpoints and slopes, and one number for each value."""
    size = max(len(cell.levels) - 1, 0) + len(cell.predictors) - 1
    return Needs(normals=size, uniforms=len(cell.missing))


class ProportionalOdds:
    """Score and information of cutpoints z and slopes b: P(y <= k) = expit(z_k - x b)."""

    def __init__(self, outcomes: list[Outcomes], cuts: int, size: int) -> None:
        self._outcomes, self._cuts, self._size = outcomes, cuts, size

    def sums(self, beta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Score, shape (chains, cuts + slopes), and information."""
        cuts = self._cuts
        total = cuts + self._size - 1
        score = np.zeros((len(beta), total))
        information = np.zeros((len(beta), total, total))
        slopes = np.concatenate([np.zeros((len(beta), 1)), beta[:, cuts:]], axis=1)
        for outcome in self._outcomes:
            wide = outcome.block.widen(slopes)
            for piece in outcome.block.pieces():
                weights = outcome.block.weights
                self._add(
                    outcome.block,
                    piece,
                    piece.predict(wide),
                    beta[:, :cuts],
                    outcome.category[piece.span],
                    1.0 if weights is None else weights[piece.span],
                    score,
                    information,
                )
        # The matrix is filled from its lower triangle by the factorisation.
        return score, information

    def _add(self, block, piece, eta, cut, category, weights, score, information) -> None:  # type: ignore[no-untyped-def]
        cuts, chains = self._cuts, len(eta)
        ends = np.concatenate([np.full((chains, 1), -np.inf), cut, np.full((chains, 1), np.inf)], 1)
        upper = expit(ends[:, category + 1] - eta)
        lower = expit(ends[:, category] - eta)
        chance = np.maximum(upper - lower, LEAST)
        above, below = upper * (1 - upper), lower * (1 - lower)
        up, down = above / chance, below / chance
        score[:, cuts:] += block.narrow_cross(piece.cross((upper + lower - 1) * weights))[:, 1:]
        gram = block.narrow_gram(piece.gram((above + below) * weights))
        information[:, cuts:, cuts:] += gram[:, 1:, 1:]
        own_up = (up**2 - above * (1 - 2 * upper) / chance) * weights
        own_down = (down**2 + below * (1 - 2 * lower) / chance) * weights
        for k in range(cuts):
            at, after = category == k, category == k + 1
            score[:, k] += (up * weights * at - down * weights * after).sum(axis=1)
            information[:, k, k] += (own_up * at + own_down * after).sum(axis=1)
            cross = piece.cross((above * at + below * after) * weights)
            information[:, cuts:, k] -= block.narrow_cross(cross)[:, 1:]
            if k:
                # Subjects in category k lie between cutpoints k - 1 and k.
                information[:, k, k - 1] -= (up * down * weights * at).sum(axis=1)


def _kept_in_order(cuts: int):  # type: ignore[no-untyped-def]
    def bend(beta: FloatArray, move: FloatArray) -> FloatArray:
        """Halve a chain's step until its cutpoints are in order."""
        move = move.copy()
        for _ in range(HALVINGS):
            crossed = (np.diff((beta + move)[:, :cuts], axis=1) <= 0).any(axis=1)
            if not crossed.any():
                break
            move[crossed] /= 2
        return move

    return bend


def _start(cell: Cell, chains: int, size: int) -> FloatArray:
    """Cutpoints at the observed shares, slopes 0."""
    counts = np.array([(cell.pool == level).sum() for level in cell.levels], dtype=float)
    share = np.cumsum(counts)[:-1] / counts.sum()
    return np.tile(np.concatenate([np.log(share / (1 - share)), np.zeros(size - 1)]), (chains, 1))


def draw(step: Step) -> FloatArray:
    """Values of the missing ones, shape (chains, k).

    Notes
    -----
    Formula: P(y ≤ k) = 1 / (1 + exp(xβ − ζk)); (ζ, β) ~ N(mode, information⁻¹), augmented.

    Drawn cutpoints that are out of order, in very small categories, are put at their predecessor.
    """
    cell = step.cell
    chains, size, cuts = len(step.seen), len(cell.predictors), len(cell.levels) - 1
    if cuts == 0:
        return np.full(step.new.shape[:2], cell.levels[0])
    model = ProportionalOdds(outcomes_of(step), cuts, size)
    noise = step.numbers.normals.T
    if cell.model.parameters == "fitted":
        noise = np.zeros(noise.shape)
    known = step.memory.get("mode")
    start = _start(cell, chains, size) if known is None else known.at
    found = maximise(start, model.sums, noise, cell.label, _kept_in_order(cuts))
    step.memory["mode"] = found
    gather_facts(step, found.at[:, cuts:], np.insert(found.dropped[cuts:], 0, False, axis=0))
    cut = np.maximum.accumulate(found.drawn[:, :cuts], axis=1)
    slopes = np.concatenate([np.zeros((chains, 1)), found.drawn[:, cuts:]], axis=1)
    eta = step.predict_new(slopes)
    if cell.shift is not None:
        eta += cell.shift
    chances = [expit(cut[:, k : k + 1] - eta) for k in range(cuts)]
    return pick(cell.levels, chances, step.numbers.uniforms)
