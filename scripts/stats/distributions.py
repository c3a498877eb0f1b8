"""Normal, t and chi-square probabilities as the estimators need them (from scipy.special)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from scripts.stats.arguments import FloatArray, checked_fraction


@dataclass(frozen=True)
class TestResult:
    """A significance test.

    Attributes
    ----------
    statistic : float
        The test statistic; nan when the test has none or it is not estimable.
    df : float
        Degrees of freedom; nan when the reference distribution has none.
    p_value : float
        Two-sided p value; nan when not estimable.
    method, label : str
        Closed word and the words for a reader.
    """

    __test__ = False  # the name begins with Test, but it is no test case for pytest

    statistic: float
    df: float
    p_value: float
    method: str
    label: str


def normal_critical(level: float) -> float:
    """Return the two-sided standard normal critical value of a confidence level."""
    return float(special.ndtri(0.5 + checked_fraction(level, "level") / 2))


def t_critical(level: float, df: float) -> float:
    """Return the two-sided t critical value; infinite `df` gives the normal one."""
    if np.isinf(df):
        return normal_critical(level)
    return float(special.stdtrit(df, 0.5 + checked_fraction(level, "level") / 2))


def normal_p_value(z: ArrayLike) -> FloatArray:
    """Return two-sided p values of standard normal statistics."""
    return np.asarray(2 * special.ndtr(-np.abs(z)), dtype=np.float64)


def t_p_value(t: ArrayLike, df: float) -> FloatArray:
    """Return two-sided p values of t statistics; infinite `df` gives the normal ones."""
    if np.isinf(df):
        return normal_p_value(t)
    return np.asarray(2 * special.stdtr(df, -np.abs(t)), dtype=np.float64)


def chi_square_p_value(statistic: float, df: float) -> float:
    """Return the upper tail of the chi-square distribution."""
    return float(special.chdtrc(df, statistic))
