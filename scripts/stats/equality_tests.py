"""Tests of two independent proportions for equality: Pearson's chi-square and Fisher's test."""

import numpy as np
from numpy.typing import NDArray
from scipy import special

from scripts.stats.arguments import FloatArray, checked_counts
from scripts.stats.distributions import TestResult, chi_square_p_value


def pearson_chi_square(
    x1: float, n1: float, x2: float, n2: float, correction: bool = False
) -> TestResult:
    """Test two proportions for equality with Pearson's chi-square, 1 degree of freedom.

    Parameters
    ----------
    x1, n1, x2, n2 : float
        Numbers with the outcome and numbers of subjects in the two groups.
    correction : bool
        Apply Yates's continuity correction.

    Returns
    -------
    TestResult

    Notes
    -----
    Formula: X² = Σ (|O - E| - c)² / E over the four cells, 1 df; c = 0, or 0.5 if corrected.

    Expected counts come from the pooled proportion. The corrected statistic takes off
    min(0.5, |observed - expected|) in each cell, so that it never grows by being corrected (as R's
    `chisq.test` and `prop.test`). When nobody or everybody has the outcome, the statistic is not
    estimable: statistic and p value are nan. n = 0 in a group raises ValueError.

    References
    ----------
    Yates F. Contingency tables involving small numbers and the chi-squared test. Suppl J R Stat
    Soc 1934;1:217-35.
    """
    x1, n1 = checked_counts(x1, n1, "group 1")
    x2, n2 = checked_counts(x2, n2, "group 2")
    method = "pearson_chi_square_corrected" if correction else "pearson_chi_square"
    words = "with" if correction else "without"
    label = f"Pearson chi-square test {words} continuity correction"
    pooled = (x1 + x2) / (n1 + n2)
    if pooled in (0.0, 1.0):
        return TestResult(np.nan, 1.0, np.nan, method, label)
    observed = np.array([[x1, n1 - x1], [x2, n2 - x2]])
    expected = np.array([[n1], [n2]]) * np.array([[pooled, 1 - pooled]])
    distance = np.abs(observed - expected)
    if correction:
        distance = distance - min(0.5, float(distance.min()))
    statistic = float((distance**2 / expected).sum())
    return TestResult(statistic, 1.0, chi_square_p_value(statistic, 1), method, label)


def pearson_chi_square_corrected(x1: float, n1: float, x2: float, n2: float) -> TestResult:
    """Test two proportions for equality with Pearson's chi-square with Yates's correction."""
    return pearson_chi_square(x1, n1, x2, n2, correction=True)


def log_choose(n: float, k: FloatArray | NDArray[np.int64]) -> FloatArray:
    """Return log binomial coefficients."""
    logs = special.gammaln(n + 1.0) - special.gammaln(k + 1.0) - special.gammaln(n - k + 1.0)
    return np.asarray(logs, dtype=np.float64)


def equally_or_less_probable(n1: float, n2: float, total: float) -> FloatArray:
    """Return Fisher's two-sided p value of each table with these margins.

    The tables are ordered by the count of group 1, from max(0, total - n2) to min(n1, total).
    """
    k = np.arange(max(0.0, total - n2), min(n1, total) + 1)
    log_probability = log_choose(n1, k) + log_choose(n2, total - k)
    probability = np.exp(log_probability - log_probability.max())
    probability = probability / probability.sum()
    # the tolerance makes ties of tables that are equally probable but for rounding
    bound = probability * (1 + 1e-7)
    return np.minimum(1.0, (probability <= bound[:, np.newaxis]) @ probability)


def fisher_exact(x1: float, n1: float, x2: float, n2: float) -> TestResult:
    """Test two proportions for equality with Fisher's exact test, two-sided.

    Parameters
    ----------
    x1, n1, x2, n2 : float
        Numbers with the outcome and numbers of subjects in the two groups.

    Returns
    -------
    TestResult
        `statistic` is the sample odds ratio (nan for 0/0, infinite for a zero denominator), `df`
        is nan.

    Notes
    -----
    Formula: P = Σ h(t) over all t with h(t) ≤ h(x1), h hypergeometric.

    The p value adds the probabilities of all tables with the same margins that are no more
    probable than the observed one, with a relative tolerance of 1e-7 for ties (as R's
    `fisher.test`). When nobody or everybody has the outcome there is one table only and p = 1.

    References
    ----------
    Fisher RA. The logic of inductive inference. J R Stat Soc 1935;98:39-82.
    """
    x1, n1 = checked_counts(x1, n1, "group 1")
    x2, n2 = checked_counts(x2, n2, "group 2")
    p_values = equally_or_less_probable(n1, n2, x1 + x2)
    p_value = float(p_values[int(x1 - max(0.0, x1 + x2 - n2))])
    odds, against = x1 * (n2 - x2), x2 * (n1 - x1)
    ratio = odds / against if against > 0 else (np.inf if odds > 0 else np.nan)
    return TestResult(float(ratio), np.nan, p_value, "fisher_exact", "Fisher's exact test")
