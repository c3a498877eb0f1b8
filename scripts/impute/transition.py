"""A measure that is absent or present at a visit, drawn visit after visit from one logistic model.

Where a state is rare no visit has enough events for a model of its own. One model for all visits
gives the chance of the state from the arm, the state before, other measures at the visit and
baseline covariates.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from scripts.job import StepError
from scripts.stats.newton import Objective, maximise

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Transitions:
    """The fitted model: intercept, state before, other measures, arms and covariates.

    `mode` and `root` (root times its transpose is the covariance) hold the `kept` of `width`
    coefficients; one whose predictor never varies is zero. `visits` were learnt from, `events` of
    them present.
    """

    mode: Floats
    root: Floats
    kept: NDArray[np.int64]
    width: int
    visits: int
    events: int


def last_known(values: Floats, baseline: Floats) -> Floats:
    """The last known state before each visit: the visit before, or the one before that, and on."""
    known = np.column_stack([baseline, values])
    place = np.where(np.isnan(known), 0, np.arange(known.shape[1]))
    return np.take_along_axis(known, np.maximum.accumulate(place, axis=1), axis=1)[:, :-1]


def fit_transitions(
    values: Floats, baseline: Floats, given: Sequence[Floats], fixed: Floats, what: str
) -> Transitions:
    """The pooled model from all observed visits.

    Parameters
    ----------
    values : array, shape (n, visits)
        0 or 1, NaN where missing.
    baseline : array, shape (n,)
    given : arrays, shape (n, visits)
        Other measures; a visit at which one is missing is not learnt from.
    fixed : array, shape (n, q)
        Arms and baseline covariates.
    what : str
        Name of the measure, for errors.

    Returns
    -------
    Transitions

    Notes
    -----
    Augmented against separation as by White, Daniel and Royston (2010).
    """
    # ASSUME: A model of transitions takes the visits of a subject as independent given the state
    # before, and the last known state where the visit before was missed.
    before = last_known(values, baseline)
    n, visits = values.shape
    repeated = np.broadcast_to(fixed[:, None, :], (n, visits, fixed.shape[1]))
    design = np.concatenate(
        [
            np.ones((n, visits, 1)),
            before[:, :, None],
            *(one[:, :, None] for one in given),
            repeated,
        ],
        axis=2,
    )
    known = ~np.isnan(values) & ~np.isnan(design).any(axis=2)
    x, y = design[known], values[known]
    if not 0 < y.mean() < 1:
        state = "present" if y.mean() == 1 else "absent"
        raise StepError(f"{what}: {state} at every visit of everybody; there is nothing to learn")
    # A predictor without any spread says nothing and would make the information singular.
    spread = x.std(axis=0)
    kept = np.flatnonzero((spread > 0) | (np.arange(x.shape[1]) == 0))
    centre = np.where(spread > 0, x.mean(axis=0), 0.0)[kept]
    scale = np.where(spread > 0, spread, 1.0)[kept]
    found = maximise(_likelihood(*_augmented((x[:, kept] - centre) / scale, y)), len(kept))
    if found.problem:
        raise StepError(f"{what}: predictors of the state are linear combinations of others")
    # Back from centred columns: the intercept takes the centres, everything its scale.
    back = np.diag(1 / scale)
    back[0, 1:] = -(centre / scale)[1:]
    return Transitions(
        mode=back @ found.coefficient,
        root=back @ np.linalg.cholesky(found.covariance),
        kept=kept,
        width=x.shape[1],
        visits=len(y),
        events=int(y.sum()),
    )


def _augmented(x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    """Standardised design, outcome and weights with rows that keep every estimate finite.

    For each predictor rows at plus and minus half a standard deviation, with outcome 0 and 1,
    together weighing as many visits as there are coefficients.
    """
    width = x.shape[1]
    predictors = width - 1
    if not predictors:
        return x, y, np.ones(len(y))
    shifts = np.concatenate([np.eye(width)[1:], -np.eye(width)[1:]]) / 2
    shifts[:, 0] = 1.0
    rows = np.repeat(shifts, 2, axis=0)
    weights = np.full(len(rows), width / len(rows))
    return (
        np.concatenate([x, rows]),
        np.concatenate([y, np.tile([0.0, 1.0], len(shifts))]),
        np.concatenate([np.ones(len(y)), weights]),
    )


def _likelihood(x: Floats, y: Floats, weights: Floats) -> Objective:
    """Weighted log likelihood of a logistic model with its score and information."""

    def objective(beta: Floats) -> tuple[float, Floats, Floats]:
        linear = np.einsum("ni,i->n", x, beta)
        fitted = expit(linear)
        loglik = float((weights * (y * linear - np.logaddexp(0.0, linear))).sum())
        score = np.einsum("ni,n->i", x, weights * (y - fitted))
        spread = x * (weights * fitted * (1 - fitted))[:, None]
        return loglik, score, np.einsum("ni,nj->ij", spread, x)

    return objective


def draw_coefficients(fitted: Transitions, noise: Floats) -> Floats:
    """Draws of the coefficients, (chains, width), from the normal approximation to the posterior.

    `noise` is standard normal, shape (chains, width).
    """
    beta = np.zeros((len(noise), fitted.width))
    scatter = np.einsum("ij,cj->ci", fitted.root, noise[:, fitted.kept])
    beta[:, fitted.kept] = fitted.mode + scatter
    return beta


def draw_states(
    values: Floats,
    baseline: Floats,
    given: Sequence[Floats],
    fixed: Floats,
    coefficients: Floats,
    chance: Floats,
) -> Floats:
    """The states with every missing one drawn, visit after visit.

    Parameters
    ----------
    values, baseline : arrays, shapes (n, visits) and (n,)
    given : arrays, shape (chains, n, visits)
        Other measures, completed.
    fixed : array, shape (n, visits, q)
        Arms and covariates as they count at each visit: an assumption may change the arm.
    coefficients : array, shape (chains, k)
    chance : array, shape (chains, n, visits)
        Uniform.

    Returns
    -------
    array, shape (chains, n, visits)
    """
    chains = len(coefficients)
    before = np.repeat(baseline[None], chains, axis=0)
    completed = np.repeat(values[None], chains, axis=0)
    shared = coefficients[:, 2 + len(given) :]
    for visit in range(values.shape[1]):
        linear = coefficients[:, :1] + coefficients[:, 1:2] * before
        for place, one in enumerate(given):
            linear = linear + coefficients[:, 2 + place, None] * one[:, :, visit]
        linear = linear + np.einsum("nq,cq->cn", fixed[:, visit], shared)
        drawn = (chance[:, :, visit] < expit(linear)) * 1.0
        known = values[:, visit]
        before = np.where(np.isnan(known), drawn, known)
        completed[:, :, visit] = before
    return completed
