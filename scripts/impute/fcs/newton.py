"""Newton's method for a concave likelihood in all chains at once, and a draw around each mode.

Every chain stops by itself, so that its result does not depend on the others.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scripts.impute.fcs.linear_algebra import BoolArray, back, factor, forward
from scripts.job import StepError
from scripts.stats.arguments import FloatArray

# A step is good enough when it is shorter than this many posterior standard deviations, squared:
# Newton then leaves an error of the order of its square.
DECREMENT = 1e-3
STEPS = 100
FAR = 9.0  # squared posterior standard deviations beyond which old information is no guide
SHORTEST = 0.1  # share of a step that is kept at least
LONGEST = 5.0  # of a step in one coefficient, for predictors of standard deviation 1

Score = Callable[[FloatArray], FloatArray]
Evaluation = Callable[[FloatArray], tuple[FloatArray, FloatArray]]
Bend = Callable[[FloatArray, FloatArray], FloatArray]


@dataclass(frozen=True, eq=False)
class Mode:
    """What was found.

    Attributes
    ----------
    at, drawn : array, shape (chains, q)
        The mode, and a draw from the normal distribution around it.
    root : array, shape (q, q, chains)
        Cholesky factor of the information.
    dropped : array of bool, shape (q, chains)
        Coefficients that could not be told from those before them; they are 0.
    """

    at: FloatArray
    drawn: FloatArray
    root: FloatArray
    dropped: BoolArray


class Path:
    """Where each chain stands on its way to its mode, and how it goes on.

    A step that overshoots, so that the likelihood falls steeply behind it, is taken back to where
    the line between both slopes is 0; the likelihood is concave, so that this always gets nearer.
    """

    def __init__(self, beta: FloatArray) -> None:
        self.beta = beta.copy()
        self._before, self._move, self._slope = beta, np.zeros(beta.shape), np.zeros(len(beta))

    def corrected(self, score: FloatArray) -> BoolArray:
        """Take back what overshot; which chains that are."""
        now = np.einsum("mq,mq->m", score, self._move)
        over = now < -self._slope / 2
        if over.any():
            share = (self._slope / np.where(over, self._slope - now, 1.0))[over, None]
            self._move[over] *= np.maximum(share, SHORTEST)
            self.beta[over] = self._before[over] + self._move[over]
        return over

    def take(self, move: FloatArray, score: FloatArray, where: BoolArray) -> None:
        """Go on, in some of the chains."""
        chosen = where[:, None]
        self._before = np.where(chosen, self.beta, self._before)
        self._move = np.where(chosen, move, self._move)
        slope = np.einsum("mq,mq->m", score, self._move)
        self._slope = np.where(where, slope, self._slope)
        self.beta = np.where(chosen, self.beta + self._move, self.beta)


def approach(found: Mode, score: Score, steps: int) -> FloatArray:
    """Steps from an earlier mode with its information, each of which costs a score only."""
    beta = found.at
    for _ in range(steps):
        half = forward(found.root, score(beta).T, found.dropped)
        near = np.einsum("qm,qm->m", half, half) < FAR
        beta = beta + back(found.root, (half * near)[:, None])[:, 0].T
    return beta


def maximise(
    start: FloatArray,
    evaluate: Evaluation,
    noise: FloatArray,
    label: str,
    bend: Bend | None = None,
) -> Mode:
    """The mode of a likelihood and a draw around it.

    Parameters
    ----------
    start : array, shape (chains, q)
        Where to begin.
    evaluate : callable
        Score, shape (chains, q), and information, of which the lower triangle is read.
    noise : array, shape (q, chains)
        Standard normal numbers of the draw.
    label : str
        The model, for errors.
    bend : callable, optional
        Shortens a step that leads out of the parameter space.
    """
    chains, size = start.shape
    path = Path(start)
    mode, drawn = np.empty((2, chains, size))
    root, gone = np.empty((size, size, chains)), np.empty((size, chains), dtype=bool)
    moving = np.ones(chains, dtype=bool)
    for _ in range(STEPS):
        score, information = evaluate(path.beta)
        over = path.corrected(score)
        system = np.empty((size + 1, size, chains))
        system[:size], system[size] = information.transpose(1, 2, 0), score.T
        dropped = factor(system)
        half = system[size]
        found = back(system[:size], np.stack([half, noise * ~dropped], axis=1))
        move = np.clip(found[:, 0].T, -LONGEST, LONGEST)
        path.take(move if bend is None else bend(path.beta, move), score, ~over)
        done = moving & ~over & (np.einsum("qm,qm->m", half, half) < DECREMENT)
        if done.any():
            mode[done] = path.beta[done]
            drawn[done] = path.beta[done] + found[:, 1].T[done]
            root[:, :, done], gone[:, done] = system[:size][:, :, done], dropped[:, done]
            moving &= ~done
            if not moving.any():
                return Mode(mode, drawn, root, gone)
    raise StepError(
        f"{label}: the model did not converge in {STEPS} steps; give it fewer predictors"
    )
