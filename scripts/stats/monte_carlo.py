"""Monte Carlo errors of pooled statistics: what drawing again would change."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike

from scripts.stats.arguments import FloatArray, checked_vector
from scripts.stats.pooled_tests import d2_moments, f_p_value
from scripts.stats.rubin import check_pooled, pool_moments
from scripts.stats.scales import scale_of

ROUNDING = 1e-12


@dataclass(frozen=True)
class MonteCarloErrors:
    """The Monte Carlo error of every statistic that Rubin's rules give.

    Attributes
    ----------
    estimate, standard_error, lower, upper, statistic, df, p_value : float
        Standard deviation that the pooled statistic would have if imputation were repeated with
        the same m; nan when not estimable. Estimate and limits are back from the scale.
    fraction_missing_information : float
        The same for the fraction of missing information.
    m : int
        Number of completed data sets.
    label : str
        The words for a reader.
    """

    estimate: float
    standard_error: float
    lower: float
    upper: float
    statistic: float
    df: float
    p_value: float
    fraction_missing_information: float
    m: int
    label: str = "Monte Carlo errors: sqrt(B/m) of the estimate, jackknife of the others"

    def of(self, name: str) -> float:
        """Return the error of a statistic by its name."""
        return float(getattr(self, name))


STATISTICS = tuple(f.name for f in fields(MonteCarloErrors) if f.name not in ("m", "label"))


def jackknife_error(left_out: FloatArray) -> float:
    """Return the jackknife standard error from the m values that each leave one set out."""
    if (left_out == left_out[0]).all():
        return 0.0
    if not np.isfinite(left_out).all():
        return float("nan")
    spread = ((left_out - left_out.mean()) ** 2).sum()
    return float(np.sqrt((left_out.size - 1) / left_out.size * spread))


def without_each(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return means and variances of the values without each of them in turn.

    The sums of all are corrected for the one that is left out, so that the work grows with m and
    not with its square.
    """
    m = values.size
    centred = values - values.mean()
    mean = values.mean() - centred / (m - 1)
    if (values == values[0]).all():
        return mean, np.zeros(m)
    total = (centred**2).sum()
    squares = total - m / (m - 1) * centred**2
    # What is left when the only one that differed is out is rounding, not spread.
    return mean, np.where(squares < ROUNDING * total, 0.0, squares) / (m - 2)


def monte_carlo_errors(
    estimates: ArrayLike,
    variances: ArrayLike,
    level: float = 0.95,
    df_complete: float | None = None,
    scale: str = "identity",
) -> MonteCarloErrors:
    """Estimate the Monte Carlo error of every statistic pooled by Rubin's rules.

    Parameters
    ----------
    estimates, variances : array_like, shape (m,)
        As for `rubin_rules`, on the scale where they are pooled.
    level : float
        Confidence level, e.g. 0.95.
    df_complete : float, optional
        As for `rubin_rules`.
    scale : {"identity", "log", "logit", "cloglog"}
        From which estimate and limits are taken back.

    Returns
    -------
    MonteCarloErrors

    Notes
    -----
    Formula: sqrt(B/m) of the mean; of any other statistic s: sqrt((m-1)/m Σ (s(-j) - mean)^2).

    s(-j) is the pooled statistic without data set j (jackknife over imputations). With two data
    sets only the error of the mean is estimable. A statistic that is the same without any of them,
    infinite degrees of freedom too, has the error 0.

    References
    ----------
    White IR, Royston P, Wood AM. Multiple imputation using chained equations: issues and guidance
    for practice. Stat Med 2011;30:377-99, section 7. Royston P, Carlin JB, White IR. Multiple
    imputation of missing values: new features for mim. Stata J 2009;9:252-64.
    """
    q, u = check_pooled(estimates, variances, df_complete)
    chosen, m = scale_of(scale), q.size
    exact = 0.0 if (q == q[0]).all() else float(np.sqrt(q.var(ddof=1) / m))
    if m == 2:
        nothing = dict.fromkeys(STATISTICS, float("nan"))
        return _as_errors(nothing | ({"estimate": exact} if scale == "identity" else {}), m)
    mean, between = without_each(q)
    pooled = pool_moments(mean, without_each(u)[0], between, m - 1, level, df_complete)
    left_out = {name: np.asarray(getattr(pooled, name)) for name in STATISTICS}
    with np.errstate(over="ignore"):
        for name in ("estimate", "lower", "upper"):
            left_out[name] = chosen.back(left_out[name])
    if not chosen.rising:
        left_out["lower"], left_out["upper"] = left_out["upper"], left_out["lower"]
    errors = {name: jackknife_error(values) for name, values in left_out.items()}
    if scale == "identity":
        errors["estimate"] = exact
    return _as_errors(errors, m)


def _as_errors(errors: Mapping[str, float], m: int) -> MonteCarloErrors:
    return MonteCarloErrors(
        estimate=errors["estimate"],
        standard_error=errors["standard_error"],
        lower=errors["lower"],
        upper=errors["upper"],
        statistic=errors["statistic"],
        df=errors["df"],
        p_value=errors["p_value"],
        fraction_missing_information=errors["fraction_missing_information"],
        m=m,
    )


@dataclass(frozen=True)
class MonteCarloErrorsOfTest:
    """Monte Carlo errors of a pooled chi-square test: as the attributes of `PooledTest`."""

    statistic: float
    df_denominator: float
    p_value: float
    m: int
    label: str = "Monte Carlo errors by the jackknife"


def monte_carlo_errors_d2(statistics: ArrayLike, df: float) -> MonteCarloErrorsOfTest:
    """Estimate the Monte Carlo errors of a chi-square test pooled by D2.

    Parameters
    ----------
    statistics : array_like, shape (m,)
        Chi-square statistic from each completed data set.
    df : float
        Its degrees of freedom.

    Returns
    -------
    MonteCarloErrorsOfTest

    Notes
    -----
    Formula: sqrt((m-1)/m Σ (s(-j) - mean)^2), s(-j) the pooled test without data set j.

    With two data sets not estimable.

    References
    ----------
    White IR, Royston P, Wood AM. Multiple imputation using chained equations: issues and guidance
    for practice. Stat Med 2011;30:377-99, section 7.
    """
    d = checked_vector(statistics, "statistics", least=2)
    m, nan = d.size, float("nan")
    if m == 2:
        return MonteCarloErrorsOfTest(nan, nan, nan, m)
    increase = m / (m - 1) * without_each(np.sqrt(d))[1]
    statistic, denominator = d2_moments(without_each(d)[0], increase, df, m - 1)
    p = [f_p_value(one, df, v) for one, v in zip(statistic, denominator, strict=True)]
    return MonteCarloErrorsOfTest(
        statistic=jackknife_error(statistic),
        df_denominator=jackknife_error(denominator),
        p_value=jackknife_error(np.array(p)),
        m=m,
    )
