"""The exact distribution of a rank sum, for samples with ties as well."""

import numpy as np

from scripts.stats.arguments import FloatArray

LARGEST = 4e9  # additions; more than that take many seconds


def pooled_ranks(pooled: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the mean rank of each observation, and the sizes of the tied sets."""
    _, place, tied = np.unique(pooled, return_inverse=True, return_counts=True)
    # the mean rank of a tied set is the last of its ranks less half of the others
    return (np.cumsum(tied) - (tied - 1) / 2)[place], tied.astype(np.float64)


def rank_sum_distribution(ranks: FloatArray, size: int) -> tuple[FloatArray, FloatArray]:
    """Return the values of the rank sum of `size` of the subjects, and their probabilities.

    Every choice of subjects is equally likely. Ranks are doubled, so that mean ranks are whole,
    and choices are counted by dynamic programming over the subjects: one more subject either stays
    out or adds its rank. Counts are sums of positive numbers and lose no digits.
    """
    doubled = np.rint(2 * ranks).astype(np.int64)
    n = doubled.size
    other = n - size
    taken = min(size, other)  # the smaller group is counted, the other is the rest
    most = int(np.sort(doubled)[::-1][:taken].sum())
    if float(n) * taken * most > LARGEST:
        raise ValueError(
            f"the exact distribution of a rank sum is too large for groups of {size} and {other}; "
            "use the normal approximation"
        )
    ways = np.zeros((taken + 1, most + 1))
    ways[0, 0] = 1.0
    for rank in doubled:
        ways[1:, rank:] += ways[:-1, : most + 1 - rank]
    chance = ways[taken] / ways[taken].sum()
    reached = np.flatnonzero(chance)
    sums = reached / 2
    if taken != size:
        sums = ranks.sum() - sums
    return sums, chance[reached]
