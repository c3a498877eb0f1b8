"""Largest tail probability of two binomials over the proportion that a hypothesis leaves open.

A hypothesis p1 - p2 = delta leaves p2 open. The tail is a set of outcomes (x1, x2), as a table of
n1 + 1 rows and n2 + 1 columns; its probability is a polynomial of degree n1 + n2 in p2.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import special

from scripts.stats.arguments import FloatArray
from scripts.stats.equality_tests import log_choose

# Points between the ends of p2, even on the scale of the arcsine of its root, on which a binomial
# has the same spread everywhere. The highest peaks are then searched again, each time between the
# neighbours of the best point: a step of 0.012 becomes one of 5e-8.
# ASSUME: exact intervals and tests take the largest probability over 129 values of the proportion
# that is left open and refine the four highest peaks; 4001 values move no limit by 1e-7.
POINTS = 129
PEAKS = 4
ROUNDS = 9
WITHIN = 9


@lru_cache(maxsize=64)
def _coefficients(n: int) -> FloatArray:
    return log_choose(n, np.arange(n + 1.0))


def binomial_probabilities(n: int, p: FloatArray) -> FloatArray:
    """Return the probability of 0, ..., n events (columns) for each p (rows)."""
    k = np.arange(n + 1.0)
    logs = special.xlogy(k, p[:, None]) + special.xlog1py(n - k, -p[:, None])
    return np.asarray(np.exp(_coefficients(n) + logs), dtype=np.float64)


def open_proportions(scale: FloatArray, delta: float) -> FloatArray:
    """Return p2 between its ends for places from 0 to pi/2 on the arcsine scale."""
    low, high = max(0.0, -delta), min(1.0, 1 - delta)
    return low + (high - low) * np.sin(scale) ** 2


def tail_probabilities(tail: NDArray[np.bool_], p2: FloatArray, delta: float) -> FloatArray:
    """Return the probability of the outcomes in `tail` for each p2, with p1 = p2 + delta."""
    n1, n2 = tail.shape[0] - 1, tail.shape[1] - 1
    p1 = np.clip(p2 + delta, 0.0, 1.0)
    inner = binomial_probabilities(n1, p1) @ tail.astype(np.float64)
    return np.asarray((inner * binomial_probabilities(n2, p2)).sum(axis=1))


def largest_probability(
    tail: NDArray[np.bool_], delta: float, points: int = POINTS, enough: float = np.inf
) -> float:
    """Return the largest probability of `tail` over p2; the search stops once it is `enough`.

    Parameters
    ----------
    tail : array of bool, shape (n1 + 1, n2 + 1)
        The outcomes that are as extreme as the observed one, or more.
    delta : float
        The hypothesis p1 - p2.
    points : int
        Size of the first grid.
    enough : float
        A probability above this one need not be known exactly; nor one below 0.8 of it.
    """
    scale = np.linspace(0.0, np.pi / 2, points)
    found = tail_probabilities(tail, open_proportions(scale, delta), delta)
    best = float(found.max())
    if best > enough or best < 0.8 * enough < np.inf:
        return best
    edges = np.concatenate(([-np.inf], found, [-np.inf]))
    peaks = np.flatnonzero((found >= edges[:-2]) & (found >= edges[2:]))
    peaks = peaks[np.argsort(-found[peaks], kind="stable")][:PEAKS]
    centre, step = scale[peaks], scale[1]
    for _ in range(ROUNDS):
        near = centre[:, None] + np.linspace(-step, step, WITHIN)
        near = np.clip(near, 0.0, np.pi / 2)
        again = tail_probabilities(tail, open_proportions(near.ravel(), delta), delta)
        again = again.reshape(near.shape)
        centre = near[np.arange(len(near)), again.argmax(axis=1)]
        step *= 2 / (WITHIN - 1)
        best = max(best, float(again.max()))
        if best > enough:
            break
    return best
