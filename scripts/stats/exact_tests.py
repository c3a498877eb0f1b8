"""Exact unconditional tests of two independent proportions for equality: Barnard and Boschloo."""

import numpy as np

from scripts.stats.arguments import FloatArray, checked_word
from scripts.stats.differences import checked_groups
from scripts.stats.distributions import TestResult
from scripts.stats.equality_tests import equally_or_less_probable
from scripts.stats.exact_differences import TIE, outcomes
from scripts.stats.score_differences import score_statistic
from scripts.stats.unconditional import POINTS, largest_probability

STATISTICS = ("score", "wald")


def wald_of_outcomes(n1: float, n2: float) -> FloatArray:
    """Return the Wald z statistic (unpooled variance) of every outcome."""
    first, second = outcomes(n1, n2)
    p1, p2 = first / n1, second / n2
    error = np.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(p1 == p2, 0.0, (p1 - p2) / error), dtype=np.float64)


def fisher_of_outcomes(n1: float, n2: float) -> FloatArray:
    """Return the two-sided p value of Fisher's test of every outcome."""
    found = np.empty((int(n1) + 1, int(n2) + 1))
    for total in range(int(n1 + n2) + 1):
        first = np.arange(max(0, total - int(n2)), min(int(n1), total) + 1)
        found[first, total - first] = equally_or_less_probable(n1, n2, float(total))
    return found


def barnard_exact(
    x1: float, n1: float, x2: float, n2: float, statistic: str = "score", points: int = POINTS
) -> TestResult:
    """Test two proportions for equality with Barnard's exact unconditional test, two-sided.

    Parameters
    ----------
    x1, n1, x2, n2 : float
        Numbers with the outcome and numbers of subjects in the two groups, whole numbers.
    statistic : {"score", "wald"}
        What orders the outcomes: the z statistic with pooled or with unpooled variance.
    points : int
        Values of the common proportion, before the highest peaks are refined.

    Returns
    -------
    TestResult
        `statistic` is z, `df` is nan.

    Notes
    -----
    Formula: P = sup over p of P(|Z| ≥ |z|), Z = (p1 - p2) / √(p (1 - p) (1/n1 + 1/n2)), p pooled.

    Outcomes are ordered by the absolute z statistic, pooled unless "wald" is asked for (then Z is
    infinite where both groups are all alike but differ). When nobody or everybody has the outcome
    z is 0 and P = 1. Barnard's own ordering, built outcome by outcome, is not this one. n = 0
    raises ValueError.

    References
    ----------
    Barnard GA. Significance tests for 2 x 2 tables. Biometrika 1947;34:123-38. Suissa S, Shuster
    JJ. Exact unconditional sample sizes for the 2 x 2 binomial trial. J R Stat Soc A
    1985;148:317-27.
    """
    x1, n1, x2, n2 = checked_groups(x1, n1, x2, n2)
    if checked_word(statistic, STATISTICS, "statistic") == "wald":
        values = wald_of_outcomes(n1, n2)
    else:
        first, second = outcomes(n1, n2)
        values = score_statistic(first, n1, second, n2, 0.0, 1.0)
    observed = values[int(x1), int(x2)]
    bound = abs(observed) * (1 - TIE) - TIE if np.isfinite(observed) else np.inf
    p_value = min(1.0, largest_probability(np.abs(values) >= bound, 0.0, points))
    words = "pooled" if statistic == "score" else "unpooled"
    label = f"Barnard's exact unconditional test (z statistic with {words} variance)"
    return TestResult(float(observed), np.nan, p_value, "barnard", label)


def boschloo_exact(x1: float, n1: float, x2: float, n2: float, points: int = POINTS) -> TestResult:
    """Test two proportions for equality with Boschloo's exact unconditional test, two-sided.

    Parameters
    ----------
    x1, n1, x2, n2 : float
        Numbers with the outcome and numbers of subjects in the two groups, whole numbers.
    points : int
        Values of the common proportion, before the highest peaks are refined.

    Returns
    -------
    TestResult
        `statistic` is the p value of Fisher's test, `df` is nan.

    Notes
    -----
    Formula: P = sup over p of P(F ≤ f), F the two-sided p value of Fisher's exact test.

    Never larger than the p value of Fisher's test. Outcomes are ordered by the two-sided p value;
    programs that double a one-sided test (as scipy's `boschloo_exact`) order them otherwise. When
    nobody or everybody has the outcome P = 1. n = 0 raises ValueError.

    References
    ----------
    Boschloo RD. Raised conditional level of significance for the 2 x 2-table when testing the
    equality of two probabilities. Stat Neerl 1970;24:1-9.
    """
    x1, n1, x2, n2 = checked_groups(x1, n1, x2, n2)
    values = fisher_of_outcomes(n1, n2)
    observed = float(values[int(x1), int(x2)])
    p_value = largest_probability(values <= observed * (1 + TIE), 0.0, points)
    label = "Boschloo's exact unconditional test"
    return TestResult(observed, np.nan, min(1.0, p_value), "boschloo", label)
