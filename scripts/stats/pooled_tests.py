"""Tests pooled over m completed data sets: Wald (D1), chi-square (D2), likelihood ratio (D3)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from scripts.stats.arguments import FloatArray, checked_vector
from scripts.stats.distributions import chi_square_p_value


@dataclass(frozen=True)
class PooledTest:
    """A pooled test.

    Attributes
    ----------
    statistic : float
        The F statistic.
    df, df_denominator : float
        Its degrees of freedom; an infinite denominator means that `df` times the statistic is
        chi-square.
    p_value : float
        Upper tail.
    relative_increase : float
        By how much missing data raise the variance, on average.
    m : int
        Number of completed data sets.
    method, label : str
        Closed word and the words for a reader.
    """

    statistic: float
    df: float
    df_denominator: float
    p_value: float
    relative_increase: float
    m: int
    method: str
    label: str


def f_p_value(statistic: float, df: float, df_denominator: float) -> float:
    """Return the upper tail of F; an infinite denominator gives that of chi-square / df."""
    if not np.isfinite(statistic) or np.isnan(df_denominator):
        return float("nan")
    if statistic <= 0:
        return 1.0
    if np.isinf(df_denominator):
        return chi_square_p_value(df * statistic, df)
    return float(special.fdtrc(df, df_denominator, statistic))


def li_raghunathan_rubin_df(increase: float, k: int, m: int) -> float:
    """Return the denominator degrees of freedom of D1 and D3; infinite where nothing increases."""
    t = k * (m - 1)
    if increase == 0:
        return float("inf")
    if t > 4:
        return float(4 + (t - 4) * (1 + (1 - 2 / t) / increase) ** 2)
    return float(t * (1 + 1 / k) * (1 + 1 / increase) ** 2 / 2)


def reiter_df(increase: float, k: int, m: int, df_complete: float) -> float:
    """Return Reiter's denominator degrees of freedom of D1; nan where they have no value."""
    t = k * (m - 1)
    if t <= 4:
        raise ValueError(
            f"k (m - 1) is {t}; Reiter's degrees of freedom need more than 4: impute more often"
        )
    a = increase * t / (t - 2)
    complete = (df_complete + 1) / (df_complete + 3) * df_complete
    two, four, one = complete - 2 * (1 + a), complete - 4 * (1 + a), 1 + a
    if four <= 0:
        return float("nan")
    parts = (
        a**2 * two / (one**2 * four)
        + 8 * a**2 * two / (one * four**2)
        + 4 * a**2 / (one * four)
        + 4 * a**2 / (four * two)
        + 16 * a**2 * two / four**3
        + 8 * a**2 / four**2
    )
    return float(4 + 1 / (1 / four + parts / (t - 4)))


def _checked_sets(estimates: ArrayLike, covariances: ArrayLike) -> tuple[FloatArray, FloatArray]:
    q = np.asarray(estimates, dtype=np.float64)
    u = np.asarray(covariances, dtype=np.float64)
    if q.ndim != 2 or q.shape[0] < 2:
        raise ValueError(f"estimates has shape {q.shape}; it needs (m, k) with m of at least 2")
    if u.shape != (*q.shape, q.shape[1]):
        raise ValueError(f"covariances has shape {u.shape}; it needs {(*q.shape, q.shape[1])}")
    if not (np.isfinite(q).all() and np.isfinite(u).all()):
        raise ValueError("estimates and covariances must be finite")
    return q, u


def d1_wald(
    estimates: ArrayLike,
    covariances: ArrayLike,
    null: ArrayLike = 0.0,
    df_complete: float | None = None,
) -> PooledTest:
    """Test several parameters together from m estimates and covariance matrices (D1).

    Parameters
    ----------
    estimates : array_like, shape (m, k)
        Estimates of k parameters from each completed data set.
    covariances : array_like, shape (m, k, k)
        Their covariance matrix in each.
    null : array_like, shape (k,) or scalar
        The parameters under the hypothesis.
    df_complete : float, optional
        Degrees of freedom that the analysis would have without missing data. Given, Reiter's
        denominator degrees of freedom are used, otherwise those of Li, Raghunathan and Rubin.

    Returns
    -------
    PooledTest

    Notes
    -----
    Formula: D1 = Q' W^-1 Q / (k (1 + r)), r = (1 + 1/m) tr(B W^-1) / k, against F(k, v).

    Q is the mean of the estimates less the hypothesis, W the mean covariance, B the covariance of
    the estimates. With t = k (m - 1): v = 4 + (t - 4) (1 + (1 - 2/t) / r)^2 for t > 4, else v =
    t (1 + 1/k) (1 + 1/r)^2 / 2. For one parameter the statistic is the square of Rubin's t, while
    the degrees of freedom are not Rubin's. Without any increase (r = 0) k D1 is chi-square.
    Reiter's degrees of freedom are not estimable where few complete-data degrees are left; t <= 4
    with them, a singular W, or shapes that do not fit raise ValueError.

    References
    ----------
    Li KH, Raghunathan TE, Rubin DB. Large-sample significance levels from multiply imputed data
    using moment-based statistics and an F reference distribution. J Am Stat Assoc
    1991;86:1065-73. Reiter JP. Small-sample degrees of freedom for multi-component significance
    tests with multiple imputation for missing data. Biometrika 2007;94:502-8.
    """
    q, u = _checked_sets(estimates, covariances)
    m, k = q.shape
    within = u.mean(axis=0)
    if np.linalg.matrix_rank(within) < k:
        raise ValueError("the mean covariance matrix is singular: no test of all parameters")
    centred = np.zeros_like(q) if (q == q[0]).all() else q - q.mean(axis=0)
    between = centred.T @ centred / (m - 1)
    increase = float((1 + 1 / m) * np.trace(np.linalg.solve(within, between)) / k)
    away = q.mean(axis=0) - np.asarray(null, dtype=np.float64)
    statistic = float(away @ np.linalg.solve(within, away) / (k * (1 + increase)))
    if df_complete is None:
        df, rule = li_raghunathan_rubin_df(increase, k, m), "Li-Raghunathan-Rubin"
    else:
        df, rule = reiter_df(increase, k, m, df_complete), "Reiter"
    return PooledTest(
        statistic=statistic,
        df=float(k),
        df_denominator=df,
        p_value=f_p_value(statistic, k, df),
        relative_increase=increase,
        m=m,
        method="d1",
        label=f"Pooled Wald test (D1), {rule} degrees of freedom",
    )


def d2_chi_square(statistics: ArrayLike, df: float) -> PooledTest:
    """Pool m chi-square statistics of which nothing else is known (D2).

    Parameters
    ----------
    statistics : array_like, shape (m,)
        Chi-square (or Wald) statistic from each completed data set.
    df : float
        Its degrees of freedom.

    Returns
    -------
    PooledTest

    Notes
    -----
    Formula: D2 = (mean d / k - (m + 1)/(m - 1) r) / (1 + r), r = (1 + 1/m) var(sqrt d), F(k, v).

    v = k^(-3/m) (m - 1) (1 + 1/r)^2. It is cruder than D1 and D3, since it sees no estimates; a
    negative D2 has the p value 1. Without any spread (r = 0) k D2 is chi-square. m < 2, negative
    statistics or degrees of freedom raise ValueError.

    References
    ----------
    Li KH, Meng XL, Raghunathan TE, Rubin DB. Significance levels from repeated p-values with
    multiply-imputed data. Stat Sinica 1991;1:65-92.
    """
    d = checked_vector(statistics, "statistics", least=2)
    if (d < 0).any() or not df > 0:
        raise ValueError("statistics must not be negative, and df must be positive")
    m = d.size
    increase = 0.0 if (d == d[0]).all() else float((1 + 1 / m) * np.sqrt(d).var(ddof=1))
    statistic, denominator = (float(part) for part in d2_moments(d.mean(), increase, df, m))
    return PooledTest(
        statistic=statistic,
        df=float(df),
        df_denominator=denominator,
        p_value=f_p_value(statistic, df, denominator),
        relative_increase=increase,
        m=m,
        method="d2",
        label="Pooled chi-square test (D2), Li-Meng-Raghunathan-Rubin",
    )


def d2_moments(
    mean: ArrayLike, increase: ArrayLike, df: float, m: int
) -> tuple[FloatArray, FloatArray]:
    """Return D2 and its denominator degrees of freedom from moments, for many sets at once."""
    r = np.asarray(increase, dtype=np.float64)
    statistic = (np.asarray(mean) / df - (m + 1) / (m - 1) * r) / (1 + r)
    with np.errstate(divide="ignore"):
        denominator = df ** (-3 / m) * (m - 1) * (1 + 1 / r) ** 2
    return np.asarray(statistic), np.asarray(denominator)


def d3_likelihood_ratio(separate: ArrayLike, common: ArrayLike, df: float) -> PooledTest:
    """Pool likelihood-ratio statistics (D3).

    Parameters
    ----------
    separate : array_like, shape (m,)
        In each completed data set, twice the difference of the log likelihoods of the larger and
        the smaller model, each at its own maximum there.
    common : array_like, shape (m,)
        The same with both models at their pooled estimates, the same in every data set.
    df : float
        Parameters by which the models differ.

    Returns
    -------
    PooledTest

    Notes
    -----
    Formula: D3 = c / (k (1 + r)), r = (m + 1) (s - c) / (k (m - 1)), against F(k, v).

    s and c are the means of `separate` and `common`; v is as for D1. In large samples r is not
    negative; where it is, it is taken as 0, and k D3 is chi-square with c as it is.
    m < 2, lengths that differ or a df that is not whole raise ValueError.

    References
    ----------
    Meng XL, Rubin DB. Performing likelihood ratio tests with multiply-imputed data sets.
    Biometrika 1992;79:103-11.
    """
    own, pooled = checked_vector(separate, "separate", least=2), checked_vector(common, "common")
    if own.size != pooled.size or not df > 0:
        raise ValueError(f"{own.size} and {pooled.size} statistics, df {df!r}: they do not fit")
    if df != int(df):
        raise ValueError(f"df is {df!r}; models differ by a whole number of parameters")
    m, k = own.size, int(df)
    increase = max(float((m + 1) / (k * (m - 1)) * (own.mean() - pooled.mean())), 0.0)
    statistic = float(pooled.mean() / (k * (1 + increase)))
    denominator = li_raghunathan_rubin_df(increase, k, m)
    return PooledTest(
        statistic=statistic,
        df=float(k),
        df_denominator=denominator,
        p_value=f_p_value(statistic, k, denominator),
        relative_increase=increase,
        m=m,
        method="d3",
        label="Pooled likelihood-ratio test (D3), Meng-Rubin",
    )
