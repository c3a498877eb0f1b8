"""Ratios, proportions, survival and risk differences pooled from completed data sets."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scripts.stats.arguments import checked_vector, checked_word
from scripts.stats.many_outcomes import differences_many
from scripts.stats.rubin import PooledResult, rubin_rules
from scripts.stats.scales import scale_of, to_scale

PROBLEMS = {
    "": "pooled",
    "infinite_estimate": "in some data set the estimate has no finite value on the scale",
}


@dataclass(frozen=True)
class PooledEstimate:
    """An estimate pooled on a scale where it is about normal.

    Attributes
    ----------
    estimate, lower, upper : float
        Pooled estimate and its limits, back from the scale; nan when not estimable.
    on_scale : PooledResult or None
        What Rubin's rules gave on the scale: standard error, test, degrees of freedom, and the
        fraction of missing information; None when not estimable.
    scale : str
        identity, log, logit or cloglog.
    failed : int
        Data sets without a finite estimate on the scale.
    problem : str
        "" or "infinite_estimate".
    label : str
        The words for a reader; they name the scale.
    """

    estimate: float
    lower: float
    upper: float
    on_scale: PooledResult | None
    scale: str
    failed: int
    problem: str
    label: str


def pool_on_scale(
    values: ArrayLike, variances: ArrayLike, scale: str, level: float, df_complete: float | None,
    what: str,
) -> PooledEstimate:  # fmt: skip
    """Pool values that are on a scale already; one that is not finite makes nothing estimable."""
    chosen = scale_of(scale)
    label = f"Pooled {what} by Rubin's rules ({chosen.label})"
    q, u = np.asarray(values, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    failed = int((~np.isfinite(q) | ~np.isfinite(u)).sum())
    if failed:
        nan = float("nan")
        return PooledEstimate(nan, nan, nan, None, scale, failed, "infinite_estimate", label)
    pooled = rubin_rules(q, u, level, df_complete)
    lower, upper = (pooled.lower, pooled.upper) if chosen.rising else (pooled.upper, pooled.lower)
    back = chosen.back(np.array([pooled.estimate, lower, upper]))
    estimate, lower, upper = (float(value) for value in back)
    return PooledEstimate(estimate, lower, upper, pooled, scale, 0, "", label)


def pooled_odds_ratio(
    log_odds_ratios: ArrayLike,
    standard_errors: ArrayLike,
    level: float = 0.95,
    df_complete: float | None = None,
) -> PooledEstimate:
    """Pool odds ratios on the log scale.

    Parameters
    ----------
    log_odds_ratios, standard_errors : array_like, shape (m,)
        Log odds ratio and its standard error from each completed data set; nan where it is
        infinite (a zero cell, separation).
    level : float
        Confidence level, e.g. 0.95.
    df_complete : float, optional
        For Barnard and Rubin's degrees of freedom.

    Returns
    -------
    PooledEstimate

    Notes
    -----
    Formula: exp(mean of the log odds ratios), limits exp(mean ± t SE), SE by Rubin's rules.

    The test is of an odds ratio of 1. If the odds ratio is infinite or zero in a single data set
    the pooled one is not estimable.

    References
    ----------
    White IR, Royston P, Wood AM. Multiple imputation using chained equations. Stat Med
    2011;30:377-99.
    """
    u = np.asarray(standard_errors, dtype=np.float64) ** 2
    return pool_on_scale(log_odds_ratios, u, "log", level, df_complete, "odds ratio")


def pooled_hazard_ratio(
    log_hazard_ratios: ArrayLike,
    standard_errors: ArrayLike,
    level: float = 0.95,
    df_complete: float | None = None,
) -> PooledEstimate:
    """Pool hazard ratios on the log scale.

    Parameters
    ----------
    log_hazard_ratios, standard_errors : array_like, shape (m,)
        Log hazard ratio and its standard error from each completed data set.
    level : float
        Confidence level, e.g. 0.95.
    df_complete : float, optional
        For Barnard and Rubin's degrees of freedom.

    Returns
    -------
    PooledEstimate

    Notes
    -----
    Formula: exp(mean of the log hazard ratios), limits exp(mean ± t SE), SE by Rubin's rules.

    The test is of a hazard ratio of 1. A data set in which the ratio is infinite makes it not
    estimable.

    References
    ----------
    White IR, Royston P. Imputing missing covariate values for the Cox model. Stat Med
    2009;28:1982-98.
    """
    u = np.asarray(standard_errors, dtype=np.float64) ** 2
    return pool_on_scale(log_hazard_ratios, u, "log", level, df_complete, "hazard ratio")


def pooled_survival(
    survival: ArrayLike,
    standard_errors: ArrayLike,
    level: float = 0.95,
    df_complete: float | None = None,
    scale: str = "cloglog",
) -> PooledEstimate:
    """Pool Kaplan-Meier estimates of survival at one time.

    Parameters
    ----------
    survival, standard_errors : array_like, shape (m,)
        Survival at the time and Greenwood's standard error from each completed data set.
    level : float
        Confidence level, e.g. 0.95.
    df_complete : float, optional
        For Barnard and Rubin's degrees of freedom.
    scale : {"cloglog", "logit", "identity"}
        Where they are pooled.

    Returns
    -------
    PooledEstimate

    Notes
    -----
    Formula: y = ln(-ln S), SE(y) = SE(S) / |S ln S|, pooled by Rubin's rules; S = exp(-exp(y)).

    The pooled survival is not the mean of the m values of survival, which it is near to. If S is 0
    or 1 in a data set it is not estimable on the complementary log-log and logit scales.

    References
    ----------
    Marshall A, Altman DG, Holder RL, Royston P. Combining estimates of interest in prognostic
    modelling studies after multiple imputation. BMC Med Res Methodol 2009;9:57. Morisot A et al.
    Prostate cancer: net survival and cause-specific survival rates after multiple imputation. BMC
    Med Res Methodol 2015;15:54.
    """
    checked_word(scale, ("cloglog", "logit", "identity"), "scale")
    s = checked_vector(survival, "survival")
    if ((s < 0) | (s > 1)).any():
        raise ValueError("survival must lie between 0 and 1")
    values, variances = to_scale(s, checked_vector(standard_errors, "standard_errors"), scale)
    return pool_on_scale(values, variances, scale, level, df_complete, "survival")


def pooled_proportion(
    counts: ArrayLike,
    total: float,
    level: float = 0.95,
    df_complete: float | None = None,
    scale: str = "logit",
) -> PooledEstimate:
    """Pool proportions of one group.

    Parameters
    ----------
    counts : array_like, shape (m,)
        Subjects with the event in each completed data set.
    total : float
        Subjects.
    level : float
        Confidence level, e.g. 0.95.
    df_complete : float, optional
        For Barnard and Rubin's degrees of freedom.
    scale : {"logit", "cloglog", "identity"}
        Where they are pooled.

    Returns
    -------
    PooledEstimate

    Notes
    -----
    Formula: y = logit(p), SE(y) = 1 / sqrt(n p (1 - p)), pooled by Rubin's rules; p = expit(y).

    The variance of p is p (1 - p) / n. A count of none or all in a data set makes it not
    estimable, save on the scale as it is, where that data set has the variance 0.

    References
    ----------
    van Buuren S. Flexible imputation of missing data, 2nd ed. CRC, 2018, table 5.2.
    """
    checked_word(scale, ("logit", "cloglog", "identity"), "scale")
    x = checked_vector(counts, "counts")
    if not total > 0 or ((x < 0) | (x > total)).any():
        raise ValueError(f"counts must lie between 0 and the total, which is {total!r}")
    p = x / total
    values, variances = to_scale(p, np.sqrt(p * (1 - p) / total), scale)
    return pool_on_scale(values, variances, scale, level, df_complete, "proportion")


def pooled_risk_difference(
    first: ArrayLike,
    n_first: float,
    second: ArrayLike,
    n_second: float,
    level: float = 0.95,
    df_complete: float | None = None,
) -> PooledEstimate:
    """Pool differences in proportions with their Wald variances.

    Parameters
    ----------
    first, second : array_like, shape (m,)
        Subjects with the event in each group and completed data set.
    n_first, n_second : float
        Subjects of each group.
    level : float
        Confidence level, e.g. 0.95.
    df_complete : float, optional
        For Barnard and Rubin's degrees of freedom.

    Returns
    -------
    PooledEstimate

    Notes
    -----
    Formula: mean of p1 - p2, W the mean of p1 (1 - p1) / n1 + p2 (1 - p2) / n2, by Rubin's rules.

    The variance is not pooled over the groups. Where both groups have none or all in every data
    set the variance is zero and nothing can be inferred, which raises ValueError.

    References
    ----------
    Rubin DB. Multiple imputation for nonresponse in surveys. Wiley, 1987, chapter 3.
    """
    counts = checked_vector(first, "first"), checked_vector(second, "second")
    values, variances = differences_many(counts[0], n_first, counts[1], n_second)
    return pool_on_scale(values, variances, "identity", level, df_complete, "risk difference")
