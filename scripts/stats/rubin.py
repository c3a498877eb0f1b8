"""Rubin's rules: one inference from m completed data sets."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scripts.stats.arguments import checked_vector
from scripts.stats.distributions import t_critical, t_p_value


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


def pooled_df(missing_share: float, m: int, df_complete: float | None) -> float:
    """Return Rubin's degrees of freedom, or Barnard and Rubin's when `df_complete` is given."""
    old = np.inf if missing_share == 0 else (m - 1) / missing_share**2
    if df_complete is None or np.isinf(df_complete):
        return float(old)
    observed = (df_complete + 1) / (df_complete + 3) * df_complete * (1 - missing_share)
    return float(observed if np.isinf(old) else old * observed / (old + observed))


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
    q, u = checked_vector(estimates, "estimates", least=2), checked_vector(variances, "variances")
    if u.size != q.size:
        raise ValueError(f"{q.size} estimates but {u.size} variances")
    if (u < 0).any() or not (u > 0).any():
        raise ValueError("variances must not be negative, nor all zero")
    if df_complete is not None and not df_complete > 0:
        raise ValueError(f"df_complete is {df_complete!r}; it must be positive")
    m = q.size
    estimate, within = float(q.mean()), float(u.mean())
    between = 0.0 if (q == q[0]).all() else float(q.var(ddof=1))
    added = (1 + 1 / m) * between
    share, increase = added / (within + added), added / within
    error = float(np.sqrt(within + added))
    df = pooled_df(share, m, df_complete)
    half = t_critical(level, df) * error
    rule = "Rubin" if df_complete is None else "Barnard-Rubin"
    return PooledResult(
        estimate=estimate,
        standard_error=error,
        lower=estimate - half,
        upper=estimate + half,
        level=float(level),
        statistic=estimate / error,
        df=df,
        p_value=float(t_p_value(estimate / error, df)),
        within=within,
        between=between,
        relative_increase=increase,
        missing_share=share,
        fraction_missing_information=(increase + 2 / (df + 3)) / (increase + 1),
        monte_carlo_error=float(np.sqrt(between / m)),
        m=m,
        label=f"Rubin's rules, {rule} degrees of freedom",
    )
