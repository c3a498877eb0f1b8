"""Rubin's rules in every cell of a grid at once, from counts by group and imputation."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from scripts.stats.arguments import FloatArray, checked_counts, checked_fraction, checked_word

VARIANCES = {
    "wald": "unpooled variance of each group",
    "least_squares": "one residual variance of both groups",
}


@dataclass(frozen=True, eq=False)
class PooledGrid:
    """Pooled differences between two proportions; arrays hold one number a cell, shape (a, b).

    Attributes
    ----------
    estimate, standard_error, lower, upper : array
        Mean of the m differences, its standard error and t limits.
    df, p_value : array
        Degrees of freedom (infinite where the imputations agree) and two-sided p values (nan where
        the standard error is zero).
    within, between, monte_carlo_error : array
        The two parts of the variance, and sqrt(between / m).
    level : float
        Confidence level.
    m : int
        Number of imputations.
    variance, label : str
        Closed word, and the words for a reader.
    """

    estimate: FloatArray
    standard_error: FloatArray
    lower: FloatArray
    upper: FloatArray
    df: FloatArray
    p_value: FloatArray
    within: FloatArray
    between: FloatArray
    monte_carlo_error: FloatArray
    level: float
    m: int
    variance: str
    label: str


def checked_numbers(counts: ArrayLike, total: float, which: str) -> FloatArray:
    """Return numbers with the outcome, shape (m, cells), each a count of `total` subjects."""
    numbers = np.asarray(counts, dtype=np.float64)
    if numbers.ndim != 2 or numbers.shape[0] < 2 or numbers.shape[1] < 1:
        raise ValueError(
            f"the counts of {which} have shape {numbers.shape}; it must be (m >= 2, k)"
        )
    for extreme in (numbers.min(), numbers.max()):
        checked_counts(extreme, total, which)
    if (numbers != np.floor(numbers)).any():
        raise ValueError(f"a count of {which} is not a whole number")
    return numbers


def mean_variances(x1: FloatArray, n1: float, x2: FloatArray, n2: float, word: str) -> FloatArray:
    """Return the variance of the difference in each cell, averaged over imputations, (a, b)."""
    spread1, spread2 = ((x * (1 - x / n)).mean(axis=0) for x, n in ((x1, n1), (x2, n2)))
    first, second = spread1[:, np.newaxis], spread2[np.newaxis, :]
    if word == "wald":
        return np.asarray(first / n1**2 + second / n2**2)
    return np.asarray((first + second) / (n1 + n2 - 2) * (1 / n1 + 1 / n2))


def degrees_of_freedom(share: FloatArray, m: int, complete: float | None) -> FloatArray:
    """Return Rubin's degrees of freedom, or Barnard and Rubin's where `complete` is given."""
    with np.errstate(divide="ignore"):
        old = (m - 1) / share**2
    if complete is None:
        return np.asarray(old)
    observed = (complete + 1) / (complete + 3) * complete * (1 - share)
    with np.errstate(divide="ignore"):
        return np.asarray(1 / (1 / old + 1 / observed))


def checked_pair(
    x1: ArrayLike, n1: float, x2: ArrayLike, n2: float
) -> tuple[FloatArray, FloatArray]:
    """Return the counts of both groups, of as many imputations each."""
    first, second = checked_numbers(x1, n1, "group 1"), checked_numbers(x2, n2, "group 2")
    if len(first) != len(second):
        raise ValueError(f"{len(first)} imputations of group 1 but {len(second)} of group 2")
    return first, second


def label_of(variance: str, barnard_rubin: bool) -> str:
    """Return the words for a reader."""
    rule = "Barnard-Rubin" if barnard_rubin else "Rubin"
    return (
        f"Difference in proportions ({VARIANCES[variance]}) in each completed data set, pooled by "
        f"Rubin's rules, {rule} degrees of freedom"
    )


def t_or_normal(t: FloatArray, df: FloatArray, tail: float) -> tuple[FloatArray, FloatArray]:
    """Return quantiles and two-sided p values of t, normal ones where `df` is infinite."""
    infinite = np.isinf(df)
    finite = np.where(infinite, 1.0, df)
    critical = np.where(infinite, special.ndtri(tail), special.stdtrit(finite, tail))
    below = np.where(infinite, special.ndtr(-np.abs(t)), special.stdtr(finite, -np.abs(t)))
    return critical, 2 * below


def rubin_grid(
    x1: ArrayLike,
    n1: float,
    x2: ArrayLike,
    n2: float,
    level: float = 0.95,
    variance: str = "wald",
    barnard_rubin: bool = False,
) -> PooledGrid:
    """Pool the difference between two proportions in every cell of a grid by Rubin's rules.

    Parameters
    ----------
    x1, x2 : array_like, shapes (m, a) and (m, b)
        Number with the outcome in each group by imputation and assumption; a cell is an assumption
        about the first group and one about the second.
    n1, n2 : float
        Subjects of each group, whose outcome is observed or imputed.
    level : float
        Confidence level, e.g. 0.95.
    variance : str
        Variance of the difference in a completed data set: "wald" is p1(1-p1)/n1 + p2(1-p2)/n2,
        "least_squares" that of the linear regression on the group, RSS/(n1+n2-2) (1/n1+1/n2).
    barnard_rubin : bool
        Small-sample degrees of freedom, with n1 + n2 - 2 those of complete data.

    Returns
    -------
    PooledGrid

    Notes
    -----
    Formula: in each cell the mean of m differences; T = W + (1 + 1/m) B; limits with t quantiles.

    Where the imputations do not differ (B = 0) normal quantiles are used with Rubin's degrees of
    freedom; where the variance is zero as well the interval has width zero and there is no p value.
    Fewer than two imputations, counts that are not whole or above their total, and n1 + n2 < 3 with
    least squares raise ValueError.

    References
    ----------
    Rubin DB. Multiple imputation for nonresponse in surveys. Wiley, 1987, chapter 3.
    Barnard J, Rubin DB. Biometrika 1999;86:948-55.
    """
    word = checked_word(variance, VARIANCES, "variance")
    first, second = checked_pair(x1, n1, x2, n2)
    if word == "least_squares" and n1 + n2 < 3:
        raise ValueError(f"{n1 + n2:g} subjects leave no residual degree of freedom")
    tail = (1 + checked_fraction(level, "level")) / 2
    m = len(first)
    p1, p2 = first / n1, second / n2
    estimate = p1.mean(axis=0)[:, np.newaxis] - p2.mean(axis=0)
    within = mean_variances(first, n1, second, n2, word)
    between = (p1[:, :, np.newaxis] - p2[:, np.newaxis, :]).var(axis=0, ddof=1)
    between = np.where(unchanging(first)[:, np.newaxis] & unchanging(second), 0.0, between)
    added = (1 + 1 / m) * between
    error = np.sqrt(within + added)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(error > 0, added / (within + added), 0.0)
        df = degrees_of_freedom(share, m, n1 + n2 - 2 if barnard_rubin else None)
        t = np.where(error > 0, estimate / error, np.nan)
    critical, p_value = t_or_normal(t, df, tail)
    return PooledGrid(
        estimate=estimate,
        standard_error=error,
        lower=estimate - critical * error,
        upper=estimate + critical * error,
        df=df,
        p_value=p_value,
        within=within,
        between=between,
        monte_carlo_error=np.sqrt(between / m),
        level=float(level),
        m=m,
        variance=word,
        label=label_of(word, barnard_rubin),
    )


def unchanging(numbers: FloatArray) -> NDArray[np.bool_]:
    """Return the assumptions under which every imputation has the same count."""
    return np.asarray((numbers == numbers[0]).all(axis=0))
