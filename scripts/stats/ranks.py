"""Rank tests."""

import numpy as np
from numpy.typing import ArrayLike

from scripts.stats.arguments import checked_vector
from scripts.stats.distributions import TestResult, normal_p_value


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
    n1 n2 / 12 (N + 1 - sum(t^3 - t) / (N (N - 1))), as R's `wilcox.test(exact = FALSE)`. The
    correction never carries the statistic past its expectation. When all observations are equal
    the variance is zero and p is nan. An empty group raises ValueError.

    References
    ----------
    Mann HB, Whitney DR. On a test of whether one of two random variables is stochastically larger
    than the other. Ann Math Stat 1947;18:50-60.
    """
    first, second = checked_vector(x, "x"), checked_vector(y, "y")
    n1, n2 = first.size, second.size
    n = n1 + n2
    _, group, tied = np.unique(
        np.concatenate([first, second]), return_inverse=True, return_counts=True
    )
    # the mean rank of a tied set is the last of its ranks less half of the others
    ranks = (np.cumsum(tied) - (tied - 1) / 2)[group]
    u = float(ranks[:n1].sum() - n1 * (n1 + 1) / 2)
    ties = float((tied.astype(np.float64) ** 3 - tied).sum())
    variance = n1 * n2 / 12 * (n + 1 - ties / (n * (n - 1)))
    words = "with" if correction else "without"
    label = f"Mann-Whitney test, normal approximation, tie-corrected, {words} continuity correction"
    if tied.size == 1:
        return TestResult(u, np.nan, np.nan, "mann_whitney", label)
    distance = max(0.0, abs(u - n1 * n2 / 2) - (0.5 if correction else 0.0))
    p_value = min(1.0, float(normal_p_value(distance / np.sqrt(variance))))
    return TestResult(u, np.nan, p_value, "mann_whitney", label)
