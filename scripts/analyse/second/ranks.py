"""Rank tests and shifts by scipy, and exact with ties by counting choices set by set."""

from math import comb
from typing import Any

import numpy as np
from scipy.stats import mannwhitneyu, rankdata

ROUNDING = 1e-12
SHIFT = ("time_difference", "time_difference_lower", "time_difference_upper")


def exact_with_ties(x: np.ndarray, y: np.ndarray) -> float:
    """Twice the smaller tail among all choices of subjects, tied set by tied set."""
    first, pooled = len(x), np.concatenate([x, y])
    ranks = np.rint(2 * rankdata(pooled)).astype(int)
    values, counts = np.unique(ranks, return_counts=True)
    ways = np.zeros((first + 1, int(ranks.sum()) + 1))
    ways[0, 0] = 1.0
    for rank, count in zip(values, counts, strict=True):
        more = np.zeros_like(ways)
        for taken in range(min(count, first) + 1):
            moved = rank * taken
            end = ways.shape[1] - moved
            more[taken:, moved:] += comb(count, taken) * ways[: first + 1 - taken, :end]
        ways = more
    chances, own = ways[first] / ways[first].sum(), int(ranks[:first].sum())
    return min(1.0, 2 * float(min(chances[: own + 1].sum(), chances[own:].sum())))


def rank_test(x: np.ndarray, y: np.ndarray, word: str) -> dict[str, Any]:
    """The statistic and the p of the test that the plan names."""
    if not (len(x) and len(y)):
        return {"statistic": None, "p_value": None}
    corrected = word != "mann_whitney_asymptotic"
    with np.errstate(all="ignore"):
        result = mannwhitneyu(x, y, method="asymptotic", use_continuity=corrected)
    if word == "mann_whitney_exact":
        return {"statistic": result.statistic, "p_value": exact_with_ties(x, y)}
    # Where all times are the same the ranks have no variance and say nothing.
    tied = len(np.unique([*x, *y])) == 1
    return {"statistic": result.statistic, "p_value": None if tied else result.pvalue}


def _p_value(x: np.ndarray, y: np.ndarray, word: str) -> float:
    if word == "hodges_lehmann_exact":
        return float(mannwhitneyu(x, y, method="exact").pvalue)
    corrected = word == "hodges_lehmann_corrected"
    with np.errstate(all="ignore"):
        found = mannwhitneyu(x, y, method="asymptotic", use_continuity=corrected).pvalue
    return float(np.nan_to_num(found, nan=0.0))


def shift(x: np.ndarray, y: np.ndarray, word: str, level: float) -> dict[str, Any]:
    """The median of all differences, and the shifts at which the test begins to reject.

    Between two neighbouring differences no pair is tied, and the test says the same throughout.
    """
    found: dict[str, Any] = dict.fromkeys(SHIFT)
    if len(x) and len(y):
        differences = np.sort(np.subtract.outer(x, y), axis=None)
        distinct = np.unique(differences)
        between = [distinct[0] - 1, *((distinct[1:] + distinct[:-1]) / 2), distinct[-1] + 1]
        p_values = np.array([_p_value(x - d, y, word) for d in between])
        kept = p_values >= 1 - level - ROUNDING
        if kept[0] or kept[-1]:
            # A p of exactly what the level leaves is kept inside, but not for ever.
            kept = p_values > 1 - level + ROUNDING
        found["time_difference"] = float(np.median(differences))
        inside = np.flatnonzero(kept)
        # With samples this small no shift is rejected, however large, or (all tied) every one is.
        if not len(inside):
            # The test turns from one side to the other at one difference: both limits are there.
            above = np.array([(np.subtract.outer(x - d, y) > 0).mean() for d in between])
            turn = float(distinct[np.argmax(above < 0.5) - 1])
            found["time_difference_lower"] = found["time_difference_upper"] = turn
        elif not kept[0] and not kept[-1]:
            found["time_difference_lower"] = float(distinct[inside[0] - 1])
            found["time_difference_upper"] = float(distinct[inside[-1]])
    return found | {"level": level}
