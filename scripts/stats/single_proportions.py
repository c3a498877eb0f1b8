"""Confidence intervals of one proportion."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from scripts.stats.arguments import checked_counts, checked_fraction
from scripts.stats.distributions import normal_critical


@dataclass(frozen=True)
class ProportionResult:
    """A proportion with its confidence interval.

    Attributes
    ----------
    count, total : int
        Numerator and denominator.
    estimate, lower, upper : float
        count / total and the limits, between 0 and 1.
    level : float
        Confidence level.
    method, label : str
        Closed word and the words for a reader.
    """

    count: int
    total: int
    estimate: float
    lower: float
    upper: float
    level: float
    method: str
    label: str


def wilson_interval(x: float, n: float, level: float = 0.95) -> ProportionResult:
    """Compute the score interval of a proportion without continuity correction.

    Parameters
    ----------
    x, n : float
        Number with the outcome and number of subjects, whole numbers.
    level : float
        Confidence level, e.g. 0.95.

    Returns
    -------
    ProportionResult

    Notes
    -----
    Inverts the test with variance p(1-p)/n under the hypothesis. At x = 0 the lower limit is
    exactly 0, at x = n the upper limit is exactly 1. n = 0 raises ValueError.

    References
    ----------
    Wilson EB. Probable inference, the law of succession, and statistical inference. J Am Stat
    Assoc 1927;22:209-12.
    """
    x, n = checked_counts(x, n)
    z = normal_critical(level)
    middle = (x + z**2 / 2) / (n + z**2)
    half = z / (n + z**2) * np.sqrt(x * (n - x) / n + z**2 / 4)
    lower = 0.0 if x == 0 else float(middle - half)
    upper = 1.0 if x == n else float(middle + half)
    label = "Wilson score interval"
    return ProportionResult(int(x), int(n), x / n, lower, upper, level, "wilson", label)


def clopper_pearson_interval(x: float, n: float, level: float = 0.95) -> ProportionResult:
    """Compute the exact (equal-tailed binomial) interval of a proportion.

    Parameters
    ----------
    x, n : float
        Number with the outcome and number of subjects, whole numbers.
    level : float
        Confidence level, e.g. 0.95.

    Returns
    -------
    ProportionResult

    Notes
    -----
    Limits are beta quantiles: lower B(alpha/2; x, n-x+1), upper B(1-alpha/2; x+1, n-x). At x = 0
    the lower limit is 0, at x = n the upper limit is 1. n = 0 raises ValueError.

    References
    ----------
    Clopper CJ, Pearson ES. The use of confidence or fiducial limits illustrated in the case of
    the binomial. Biometrika 1934;26:404-13.
    """
    x, n = checked_counts(x, n)
    tail = (1 - checked_fraction(level, "level")) / 2
    lower = 0.0 if x == 0 else float(special.betaincinv(x, n - x + 1, tail))
    upper = 1.0 if x == n else float(special.betaincinv(x + 1, n - x, 1 - tail))
    label = "Clopper-Pearson exact interval"
    return ProportionResult(int(x), int(n), x / n, lower, upper, level, "clopper_pearson", label)
