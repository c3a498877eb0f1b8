"""Exact unconditional limits and tests by enumeration with scipy.stats.

Tails are added up on an even grid of the open proportion and the highest peaks sought again by
scipy.optimize; the restricted proportions of the score statistic are found by halving. A tail
changes where some outcome's statistic passes that of the observed one. All such places are sought,
and the probability is taken just before each of them, where it is highest.
"""

from functools import lru_cache

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.stats import binom, hypergeom, norm

from scripts.analyse.second.score import Count, Limits, score_difference_limits

SAME = 1e-10
# How far outside the score limits an exact limit is sought, and in how many parts; the whole line
# where there are fewer outcomes than this.
REACH, PARTS, FEW = 0.12, 12, 900


def _largest(tail: np.ndarray, delta: float, wanted: float | None = None) -> float:
    """The largest probability of a tail over the second proportion, exact where it matters."""
    n1, n2 = tail.shape[0] - 1, tail.shape[1] - 1
    low, high = max(0.0, -delta), min(1.0, 1 - delta)

    def probability(p: np.ndarray) -> np.ndarray:
        p = np.atleast_1d(p)[:, None]
        first = binom.pmf(np.arange(n1 + 1), n1, np.clip(p + delta, 0, 1))
        return ((first @ tail) * binom.pmf(np.arange(n2 + 1), n2, p)).sum(axis=1)

    best = 0.0
    for points in (101, 501):
        grid = np.linspace(low, high, points)
        values = probability(grid)
        best, step = max(best, float(values.max())), (high - low) / (points - 1)
        if step == 0 or (wanted is not None and not 0.7 * wanted < best <= wanted):
            return best
    for place in grid[np.argsort(-values)[:3]]:
        ends = (max(low, place - step), min(high, place + step))
        found = minimize_scalar(
            lambda p: -float(probability(p)[0]), bounds=ends, method="bounded",
            options={"xatol": 1e-12},
        )  # fmt: skip
        best = max(best, -float(found.fun))
    return best


def _scores(x1: np.ndarray, n1: int, x2: np.ndarray, n2: int, delta: np.ndarray) -> np.ndarray:
    """The score statistic of outcomes, each for its own hypothesis."""
    x1, x2, delta = np.broadcast_arrays(x1, x2, delta)
    ends = np.maximum(0.0, -delta), np.minimum(1.0, 1 - delta)
    low, high = ends
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in range(54):
            p = (low + high) / 2
            q = p + delta
            rising = np.where(x1 > 0, x1 / q, 0) - np.where(x1 < n1, (n1 - x1) / (1 - q), 0)
            rising += np.where(x2 > 0, x2 / p, 0) - np.where(x2 < n2, (n2 - x2) / (1 - p), 0)
            low, high = np.where(rising > 0, p, low), np.where(rising > 0, high, p)
        p = (low + high) / 2
        # An end that halving only comes near to is meant where the likelihood has its peak there.
        for edge in ends:
            p = np.where(np.abs(p - edge) < 1e-14, edge, p)
        q = np.clip(p + delta, 0, 1)
        variance = q * (1 - q) / n1 + p * (1 - p) / n2
        distance = x1 / n1 - x2 / n2 - delta
        found = distance / np.sqrt(variance)
    none = np.where(np.abs(distance) < 1e-13, 0.0, np.sign(distance) * 1e9)
    return np.where(variance < 1e-15, none, found)


class _Outcomes:
    """Every outcome against the observed one: how far its statistic is above at a hypothesis."""

    def __init__(self, first: Count, second: Count, method: str, side: int) -> None:
        (self.x1, self.n1), (self.x2, self.n2) = first, second
        self.method, self.side = method, side

    def above(self, a: np.ndarray, b: np.ndarray, delta: np.ndarray) -> np.ndarray:
        """The statistic of outcomes (a, b) less that of the observed one, on one side."""
        if self.method == "santner_snell":
            theirs, own = a / self.n1 - b / self.n2, np.array(self.x1 / self.n1 - self.x2 / self.n2)
        else:
            own = _scores(np.array(self.x1), self.n1, np.array(self.x2), self.n2, delta)
            theirs = _scores(a, self.n1, b, self.n2, delta)
        return self.side * (theirs - own) + np.zeros_like(delta)

    def tail(self, delta: float) -> np.ndarray:
        """Which outcomes are at least as extreme as the observed one, as 1 and 0."""
        a, b = np.arange(self.n1 + 1.0)[:, None], np.arange(self.n2 + 1.0)[None, :]
        return (self.above(a, b, np.array(delta)) >= -SAME).astype(float)

    def places(self, start: float, end: float) -> list[float]:
        """Where between two hypotheses the tail changes, in order from the start."""
        edges = np.linspace(start, end, PARTS + 1)
        tails = [self.tail(float(edge)) for edge in edges]
        found = [np.array([end])]
        for one, other, before, after in zip(edges, edges[1:], tails, tails[1:], strict=False):
            changed = np.nonzero(before != after)
            a, b = (place.astype(float) for place in changed)
            inside = before[changed] == 1
            low, high = np.full(a.shape, one), np.full(a.shape, other)
            for _ in range(44 if a.size else 0):
                middle = (low + high) / 2
                same = (self.above(a, b, middle) >= -SAME) == inside
                low, high = np.where(same, middle, low), np.where(same, high, middle)
            found.append((low + high) / 2)
        return sorted(np.concatenate(found), key=lambda place: self.side * place)


def _limit(outcomes: _Outcomes, start: float, estimate: float, tail_size: float) -> float:
    before = start
    for place in outcomes.places(start, estimate):
        if abs(place - before) > 1e-12:
            tail = outcomes.tail((before + place) / 2)
            if _largest(tail, place, tail_size) > tail_size:
                outside, inside = before, place
                for _ in range(40):
                    middle = (outside + inside) / 2
                    kept = _largest(tail, middle, tail_size) > tail_size
                    outside, inside = (outside, middle) if kept else (middle, inside)
                return (outside + inside) / 2
            before = place
    return estimate


@lru_cache
def exact_limits(first: Count, second: Count, level: float, method: str) -> Limits:
    """The limits of Chan and Zhang, or of Santner and Snell."""
    (x1, n1), (x2, n2) = first, second
    near = score_difference_limits(first, second, float(norm.ppf((1 + level) / 2)), 1.0)
    reach = REACH if n1 * n2 >= FEW and method == "chan_zhang" else 2.0
    estimate = x1 / n1 - x2 / n2
    limits = []
    for side, score in ((1, near[0]), (-1, near[1])):
        if abs(estimate + side) < 1e-9:
            limits.append(-float(side))
            continue
        start = -side * min(1 - 1e-6, -side * score + reach)
        outcomes = _Outcomes(first, second, method, side)
        limits.append(_limit(outcomes, start, estimate, (1 - level) / 2))
    return limits[0], limits[1]


def barnard_p(first: Count, second: Count) -> float:
    """The p value of Barnard's test, outcomes ordered by the chi-square statistic.

    `scipy.stats.barnard_exact` loses outcomes that tie but for rounding, and is not used.
    """
    (x1, n1), (x2, n2) = first, second
    a, b = np.arange(n1 + 1.0)[:, None], np.arange(n2 + 1.0)[None, :]
    spread = (a + b) * (n1 + n2 - a - b)
    with np.errstate(divide="ignore", invalid="ignore"):
        chi = np.where(spread > 0, (a * n2 - b * n1) ** 2 / spread, 0.0)
    return min(1.0, _largest((chi >= chi[x1, x2] * (1 - SAME)).astype(float), 0.0))


@lru_cache
def boschloo_p(first: Count, second: Count) -> float:
    """The p value of Boschloo's test, outcomes ordered by the two-sided p of Fisher's test."""
    (x1, n1), (x2, n2) = first, second
    fisher = np.empty((n1 + 1, n2 + 1))
    for total in range(n1 + n2 + 1):
        k = np.arange(max(0, total - n2), min(n1, total) + 1)
        chance = hypergeom.pmf(k, n1 + n2, n1, total)
        fisher[k, total - k] = [chance[chance <= one * (1 + 1e-7)].sum() for one in chance]
    return min(1.0, _largest((fisher <= fisher[x1, x2] * (1 + SAME)).astype(float), 0.0))
