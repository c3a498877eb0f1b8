"""Rubin's rules: one inference from m completed data sets."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from scripts.stats.arguments import FloatArray, checked_fraction, checked_vector
from scripts.stats.distributions import normal_critical, normal_p_value


@dataclass(frozen=True)
class PooledResult:
    """A pooled estimate.

    Attributes
    ----------
    estimate : float
        Mean of the m estimates.
    standard_error : float
        Square root of the total variance, within + (1 + 1/m) between.
    lower, upper, level : float
        t limits and confidence level.
    statistic, df, p_value : float
        t statistic of the hypothesis 0, its degrees of freedom, two-sided p value.
    within, between : float
        Mean of the m variances, and variance of the m estimates.
    relative_increase : float
        (1 + 1/m) between / within: by how much missing data raise the variance.
    missing_share : float
        (1 + 1/m) between / total: share of the variance due to missing data (lambda).
    fraction_missing_information : float
        (r + 2 / (df + 3)) / (r + 1), r the relative increase.
    monte_carlo_error : float
        sqrt(between / m): standard error of the estimate from having drawn only m times.
    m : int
        Number of completed data sets.
    label : str
        The words for a reader.
    """

    estimate: float
    standard_error: float
    lower: float
    upper: float
    level: float
    statistic: float
    df: float
    p_value: float
    within: float
    between: float
    relative_increase: float
    missing_share: float
    fraction_missing_information: float
    monte_carlo_error: float
    m: int
    label: str


@dataclass(frozen=True, eq=False)
class PooledArrays:
    """What follows from means, within and between variances: arrays, one element for each set."""

    estimate: FloatArray
    standard_error: FloatArray
    lower: FloatArray
    upper: FloatArray
    statistic: FloatArray
    df: FloatArray
    p_value: FloatArray
    missing_share: FloatArray
    fraction_missing_information: FloatArray


def pooled_df(share: ArrayLike, m: int, df_complete: float | None) -> FloatArray:
    """Return Rubin's degrees of freedom, or Barnard and Rubin's when `df_complete` is given.

    `share` is (1 + 1/m) between / total; where it is 0 Rubin's are infinite.
    """
    missing = np.asarray(share, dtype=np.float64)
    with np.errstate(divide="ignore"):
        inverse = missing**2 / (m - 1)
        if df_complete is None or np.isinf(df_complete):
            return np.asarray(1 / inverse)
        observed = (df_complete + 1) / (df_complete + 3) * df_complete * (1 - missing)
        return np.asarray(1 / (inverse + 1 / observed))


def pool_moments(
    mean: ArrayLike,
    within: ArrayLike,
    between: ArrayLike,
    m: int,
    level: float = 0.95,
    df_complete: float | None = None,
) -> PooledArrays:
    """Return the inference of Rubin's rules from moments, for many sets of them at once.

    `mean`, `within` and `between` have one shape: means of m estimates, means of their variances,
    variances of the estimates. Not estimable where the total variance is 0.
    """
    tail = 0.5 + checked_fraction(level, "level") / 2
    q, w = np.asarray(mean, dtype=np.float64), np.asarray(within, dtype=np.float64)
    added = (1 + 1 / m) * np.asarray(between, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        error, share = np.sqrt(w + added), added / (w + added)
        statistic = q / error
    df = pooled_df(share, m, df_complete)
    finite = np.where(np.isinf(df), 1.0, df)
    critical = np.where(np.isinf(df), normal_critical(level), special.stdtrit(finite, tail))
    p = 2 * special.stdtr(finite, -np.abs(statistic))
    return PooledArrays(
        estimate=q,
        standard_error=error,
        lower=q - critical * error,
        upper=q + critical * error,
        statistic=statistic,
        df=df,
        p_value=np.where(np.isinf(df), normal_p_value(statistic), p),
        missing_share=share,
        # (r + 2 / (df + 3)) / (r + 1), which has no value at within = 0 although its limit has.
        fraction_missing_information=share + (1 - share) * 2 / (df + 3),
    )


def check_pooled(
    estimates: ArrayLike, variances: ArrayLike, df_complete: float | None
) -> tuple[FloatArray, FloatArray]:
    """Return estimates and variances if Rubin's rules can pool them; else raise ValueError."""
    q, u = checked_vector(estimates, "estimates", least=2), checked_vector(variances, "variances")
    if u.size != q.size:
        raise ValueError(f"{q.size} estimates but {u.size} variances")
    if (u < 0).any() or not (u > 0).any():
        raise ValueError("variances must not be negative, nor all zero")
    if df_complete is not None and not df_complete > 0:
        raise ValueError(f"df_complete is {df_complete!r}; it must be positive")
    return q, u


def rubin_rules(
    estimates: ArrayLike,
    variances: ArrayLike,
    level: float = 0.95,
    df_complete: float | None = None,
) -> PooledResult:
    """Pool m estimates of one quantity by Rubin's rules.

    Parameters
    ----------
    estimates : array_like, shape (m,)
        Estimate from each completed data set, on a scale where it is about normal.
    variances : array_like, shape (m,)
        Its squared standard error in each.
    level : float
        Confidence level, e.g. 0.95.
    df_complete : float, optional
        Degrees of freedom that the analysis would have without missing data (e.g. n - 2). Given,
        the small-sample degrees of freedom of Barnard and Rubin are used, otherwise Rubin's.

    Returns
    -------
    PooledResult

    Notes
    -----
    Formula: mean of m estimates; T = W + (1 + 1/m) B; limits with t quantiles.

    Total variance T = W + (1 + 1/m) B. Rubin: df = (m - 1) / lambda^2. Barnard-Rubin: 1/df =
    lambda^2/(m - 1) + 1/df_obs with df_obs = (dfc + 1)/(dfc + 3) dfc (1 - lambda). When the
    estimates do not differ (B = 0), Rubin's df is infinite and normal quantiles are used. m < 2, a
    negative variance, or variances all zero raise ValueError.

    References
    ----------
    Rubin DB. Multiple imputation for nonresponse in surveys. Wiley, 1987, chapter 3.
    Barnard J, Rubin DB. Small-sample degrees of freedom with multiple imputation. Biometrika
    1999;86:948-55. van Buuren S. Flexible imputation of missing data, 2nd ed. CRC, 2018, 2.3.
    """
    q, u = check_pooled(estimates, variances, df_complete)
    within = float(u.mean())
    between = 0.0 if (q == q[0]).all() else float(q.var(ddof=1))
    pooled = pool_moments(q.mean(), within, between, q.size, level, df_complete)
    rule = "Rubin" if df_complete is None else "Barnard-Rubin"
    return PooledResult(
        estimate=float(pooled.estimate),
        standard_error=float(pooled.standard_error),
        lower=float(pooled.lower),
        upper=float(pooled.upper),
        level=float(level),
        statistic=float(pooled.statistic),
        df=float(pooled.df),
        p_value=float(pooled.p_value),
        within=within,
        between=between,
        relative_increase=(1 + 1 / q.size) * between / within,
        missing_share=float(pooled.missing_share),
        fraction_missing_information=float(pooled.fraction_missing_information),
        monte_carlo_error=float(np.sqrt(between / q.size)),
        m=q.size,
        label=f"Rubin's rules, {rule} degrees of freedom",
    )
