"""Proportional odds model: cutpoints and slopes drawn first, then a category."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from scripts.impute.fcs.augmentation import note_fit
from scripts.impute.fcs.categorical import Outcomes, outcomes_of, pick
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


@dataclass(frozen=True, eq=False)
class Terms:
    """What some subjects add, shape (chains, subjects), all of them weighted.

    `above` and `below` are the densities at the cutpoints over and under a subject's category, up
    and down the slopes of its log likelihood there, `bend_up` and `bend_down` minus the second
    derivatives, `slope` and `bend` the same for the linear predictor.
    """

    above: FloatArray
    below: FloatArray
    up: FloatArray
    down: FloatArray
    bend_up: FloatArray
    bend_down: FloatArray
    both: FloatArray
    slope: FloatArray
    bend: FloatArray

    @classmethod
    def of(
        cls, eta: FloatArray, cut: FloatArray, category: np.ndarray, weights: FloatArray | float
    ) -> "Terms":
        """Those of subjects with given linear predictors and categories."""
        far = np.full((len(eta), 1), np.inf)
        ends = np.concatenate([-far, cut, far], axis=1)
        upper, lower = expit(ends[:, category + 1] - eta), expit(ends[:, category] - eta)
        chance = np.maximum(upper - lower, LEAST)
        above, below = upper * (1 - upper), lower * (1 - lower)
        up, down = above / chance, below / chance
        return cls(
            above=above * weights,
            below=below * weights,
            up=up * weights,
            down=down * weights,
            bend_up=(up**2 - up * (1 - 2 * upper)) * weights,
            bend_down=(down**2 + down * (1 - 2 * lower)) * weights,
            both=up * down * weights,
            slope=(upper + lower - 1) * weights,
            bend=(above + below) * weights,
        )


class ProportionalOdds:
    """Score and information of cutpoints z and slopes b: P(y <= k) = expit(z_k - x b)."""

    def __init__(self, outcomes: list[Outcomes], cuts: int, size: int) -> None:
        self._outcomes, self._cuts, self._size = outcomes, cuts, size

    def sums(self, beta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Score, shape (chains, cuts + slopes), and the lower triangle of the information."""
        cuts, chains = self._cuts, len(beta)
        score = np.zeros((chains, cuts + self._size - 1))
        information = np.zeros((*score.shape, score.shape[1]))
        slopes = np.concatenate([np.zeros((chains, 1)), beta[:, cuts:]], axis=1)
        for outcome in self._outcomes:
            block = outcome.block
            wide = block.widen(slopes)
            for piece in block.pieces():
                weights = 1.0 if block.weights is None else block.weights[piece.span]
                category = outcome.category[piece.span]
                terms = Terms.of(piece.predict(wide), beta[:, :cuts], category, weights)
                score[:, cuts:] += block.narrow_cross(piece.cross(terms.slope))[:, 1:]
                gram = block.narrow_gram(piece.gram(terms.bend))
                information[:, cuts:, cuts:] += gram[:, 1:, 1:]
                self._add_cuts(score, information, terms, category)
                for k in range(cuts):
                    density = terms.above * (category == k) + terms.below * (category == k + 1)
                    cross = block.narrow_cross(piece.cross(density))
                    information[:, cuts:, k] -= cross[:, 1:]
        return score, information

    def _add_cuts(
        self, score: FloatArray, information: FloatArray, terms: Terms, category: np.ndarray
    ) -> None:
        for k in range(self._cuts):
            at, after = category == k, category == k + 1
            score[:, k] += (terms.up * at - terms.down * after).sum(axis=1)
            information[:, k, k] += (terms.bend_up * at + terms.bend_down * after).sum(axis=1)
            if k:
                # Subjects in category k lie between cutpoints k - 1 and k.
                information[:, k, k - 1] -= (terms.both * at).sum(axis=1)


@dataclass(frozen=True)
class KeptInOrder:
    """Halves a chain's step until its cutpoints are in order."""

    cuts: int

    def __call__(self, beta: FloatArray, move: FloatArray) -> FloatArray:
        """The step to take."""
        move = move.copy()
        for _ in range(HALVINGS):
            crossed = (np.diff((beta + move)[:, : self.cuts], axis=1) <= 0).any(axis=1)
            if not crossed.any():
                break
            move[crossed] /= 2
        return move


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
    found = maximise(start, model.sums, noise, cell.label, KeptInOrder(cuts))
    step.memory["mode"] = found
    note_fit(step, found.at[:, cuts:], np.insert(found.dropped[cuts:], 0, False, axis=0))
    cut = np.maximum.accumulate(found.drawn[:, :cuts], axis=1)
    slopes = np.concatenate([np.zeros((chains, 1)), found.drawn[:, cuts:]], axis=1)
    eta = step.predict_new(slopes)
    if cell.shift is not None:
        eta += cell.shift
    chances = [expit(cut[:, k : k + 1] - eta) for k in range(cuts)]
    return pick(cell.levels, chances, step.numbers.uniforms)
