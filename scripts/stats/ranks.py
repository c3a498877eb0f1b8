"""Rank tests."""

import numpy as np
from numpy.typing import ArrayLike

from scripts.stats.arguments import checked_vector
from scripts.stats.distributions import TestResult, normal_p_value
from scripts.stats.rank_distributions import pooled_ranks, rank_sum_distribution


def mann_whitney(x: ArrayLike, y: ArrayLike, correction: bool = True) -> TestResult:
    """Compare two samples with the Mann-Whitney (Wilcoxon rank-sum) test, two-sided.

    Parameters
    ----------
    x : array_like, shape (n1,)
        Observations of the first group, without missing values.
    y : array_like, shape (n2,)
        Observations of the second group, in the same unit.
    correction : bool
        Apply the continuity correction of 0.5.

    Returns
    -------
    TestResult
        `statistic` is U of the first group (the number of pairs with x > y, ties counting one
        half; R's W), `df` is nan.

    Notes
    -----
    Formula: z = (|U - n1 n2 / 2| - 0.5) / √V(U).

    Normal approximation with the variance corrected for ties,
    n1 n2 / 12 (N + 1 - sum(t^3 - t) / (N (N - 1))), as R's `wilcox.test(exact = FALSE)`. Without
    continuity correction the 0.5 is left out. The correction never carries the statistic past its
    expectation. When all observations are equal the variance is zero and p is nan. An empty group
    raises ValueError.

    References
    ----------
    Mann HB, Whitney DR. On a test of whether one of two random variables is stochastically larger
    than the other. Ann Math Stat 1947;18:50-60.
    """
    first, second = checked_vector(x, "x"), checked_vector(y, "y")
    n1, n2 = first.size, second.size
    n = n1 + n2
    ranks, tied = pooled_ranks(np.concatenate([first, second]))
    u = float(ranks[:n1].sum() - n1 * (n1 + 1) / 2)
    variance = n1 * n2 / 12 * (n + 1 - float((tied**3 - tied).sum()) / (n * (n - 1)))
    words = "with" if correction else "without"
    label = f"Mann-Whitney test, normal approximation, tie-corrected, {words} continuity correction"
    if tied.size == 1:
        return TestResult(u, np.nan, np.nan, "mann_whitney", label)
    distance = max(0.0, abs(u - n1 * n2 / 2) - (0.5 if correction else 0.0))
    p_value = min(1.0, float(normal_p_value(distance / np.sqrt(variance))))
    return TestResult(u, np.nan, p_value, "mann_whitney", label)


def mann_whitney_exact(x: ArrayLike, y: ArrayLike) -> TestResult:
    """Compare two samples with the exact Mann-Whitney (Wilcoxon rank-sum) test, two-sided.

    Parameters
    ----------
    x : array_like, shape (n1,)
        Observations of the first group, without missing values.
    y : array_like, shape (n2,)
        Observations of the second group, in the same unit.

    Returns
    -------
    TestResult
        `statistic` is U of the first group, `df` is nan.

    Notes
    -----
    Formula: p = min(1, 2 min(P(U ≤ u), P(U ≥ u))) over all choices of n1 of the N observations.

    The permutation distribution of the mean ranks as they are, with ties too: without ties it is
    the tabled distribution of U (R's `wilcox.test(exact = TRUE)`, which has none for ties). When
    all observations are equal p is 1. Groups so large that the distribution would take minutes, or
    an empty one, raise ValueError.

    References
    ----------
    Mann HB, Whitney DR. Ann Math Stat 1947;18:50-60. Streitberg B, Röhmel J. Exact distributions
    for permutation and rank tests: an introduction to some recently published algorithms. Stat
    Software Newsletter 1986;12:10-7.
    """
    first, second = checked_vector(x, "x"), checked_vector(y, "y")
    n1 = first.size
    ranks, _ = pooled_ranks(np.concatenate([first, second]))
    total = ranks[:n1].sum()
    sums, chance = rank_sum_distribution(ranks, n1)
    # sums are halves of whole numbers, which floats hold without error
    tails = (chance[sums <= total].sum(), chance[sums >= total].sum())
    p_value = min(1.0, 2 * float(min(tails)))
    label = "Mann-Whitney test, exact (permutation distribution, ties as they are)"
    u = float(total - n1 * (n1 + 1) / 2)
    return TestResult(u, np.nan, p_value, "mann_whitney_exact", label)
