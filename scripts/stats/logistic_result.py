"""What a logistic fit gives: estimates, limits by Wald or by the profile, tests."""

from dataclasses import dataclass

import numpy as np

from scripts.stats.arguments import FloatArray
from scripts.stats.distributions import (
    TestResult,
    chi_square_p_value,
    normal_critical,
    normal_p_value,
)
from scripts.stats.logistic_likelihood import LogisticData
from scripts.stats.newton import Objective
from scripts.stats.profile_likelihood import Profile, profile
from scripts.stats.separation import Separation

INTERVALS = {
    "wald": "Wald limits",
    "profile_likelihood": "profile-likelihood limits",
}


@dataclass(frozen=True, eq=False)
class LogisticResult:
    """A fitted logistic model; arrays hold one element for each term, the intercept first.

    Attributes
    ----------
    names : tuple of str
        "intercept" and the columns of x.
    coefficient, standard_error : array, shape (p + 1,)
        Log odds ratios for one unit of x, and standard errors from the information.
    odds_ratio, lower, upper : array, shape (p + 1,)
        exp(coefficient) and limits.
    z, p_value : array, shape (p + 1,)
        Wald statistics, and two-sided p values by them, or by the likelihood ratio where the
        limits are.
    chi_square : array, shape (p + 1,)
        Likelihood ratio statistics of each coefficient; nan with Wald limits.
    covariance : array, shape (p + 1, p + 1)
        Covariance matrix of the coefficients.
    loglik, loglik_null : float
        Log likelihood (penalised, if the fit is) at the maximum, and with all slopes at zero.
    n, events : int
        Subjects, and subjects with y = 1.
    converged : bool
        Whether a finite maximum was found; if not, estimates are nan.
    problem : str
        "", "infinite_estimate" (separation) or "not_converged".
    level : float
        Confidence level.
    method, interval : str
        Closed words of the fit that ran and of its limits.
    separation : Separation or None
        Which columns separate the outcomes; None where the fit did not have to ask.
    label : str
        The words for a reader.
    """

    names: tuple[str, ...]
    coefficient: FloatArray
    standard_error: FloatArray
    odds_ratio: FloatArray
    lower: FloatArray
    upper: FloatArray
    z: FloatArray
    p_value: FloatArray
    chi_square: FloatArray
    covariance: FloatArray
    loglik: float
    loglik_null: float
    n: int
    events: int
    converged: bool
    problem: str
    level: float
    method: str = "maximum_likelihood"
    interval: str = "wald"
    separation: Separation | None = None
    label: str = "Logistic regression, maximum likelihood, Wald limits"


@dataclass(frozen=True, eq=False)
class Fitted:
    """What a maximum on standardised columns says of the columns as given."""

    coefficient: FloatArray
    covariance: FloatArray
    profiles: list[Profile] | None


def profiles_of(
    data: LogisticData,
    objective_of: dict[str, Objective],
    best: FloatArray,
    top: float,
    *,
    errors: FloatArray,
    level: float,
    separation: Separation | None,
) -> list[Profile]:
    """Return limits and statistic of every coefficient, on the scale of the columns as given.

    `objective_of` has the likelihood on "centred" and on "uncentred" columns: only with the
    latter is the intercept, where all columns are zero, a coefficient of its own.
    """
    critical = normal_critical(level)
    found = []
    for place in range(best.size):
        start, kind = best.copy(), "centred"
        if place == 0:
            start[0], kind = float(data.back[0] @ best), "uncentred"
        spread = 1.0 if place == 0 else float(data.scaling.spread[place - 1])
        endless = (False, False)
        if separation is not None:
            endless = (bool(separation.falls[place]), bool(separation.grows[place]))
        width = critical * errors[place] * spread
        one = profile(
            objective_of[kind],
            start,
            place,
            top=top,
            width=float(width) if np.isfinite(width) and width > 0 else 1.0,
            critical=critical,
            endless=endless,
        )
        found.append(Profile(one.lower / spread, one.upper / spread, one.chi_square))
    return found


def inference_of(fitted: Fitted, level: float) -> tuple[FloatArray, ...]:
    """Return lower and upper limits, chi-squares and p values: of the profiles, or Wald's."""
    if fitted.profiles is not None:
        chi_square = np.array([one.chi_square for one in fitted.profiles])
        return (
            np.array([one.lower for one in fitted.profiles]),
            np.array([one.upper for one in fitted.profiles]),
            chi_square,
            np.array([chi_square_p_value(value, 1) for value in chi_square]),
        )
    error, critical = np.sqrt(np.diag(fitted.covariance)), normal_critical(level)
    z = fitted.coefficient / error
    lower, upper = fitted.coefficient - critical * error, fitted.coefficient + critical * error
    return lower, upper, np.full(z.size, np.nan), normal_p_value(z)


def result_of(
    data: LogisticData,
    fitted: Fitted,
    *,
    likelihoods: tuple[float, float],
    problem: str,
    level: float,
    method: str,
    label: str,
    separation: Separation | None,
) -> LogisticResult:
    """Return the result with the limits and p values that the profiles, or Wald, give."""
    coefficient, error = fitted.coefficient, np.sqrt(np.diag(fitted.covariance))
    lower, upper, chi_square, p_value = inference_of(fitted, level)
    with np.errstate(over="ignore"):
        ratios = np.exp([coefficient, lower, upper])
    return LogisticResult(
        names=data.names,
        coefficient=coefficient,
        standard_error=error,
        odds_ratio=ratios[0],
        lower=ratios[1],
        upper=ratios[2],
        z=coefficient / error,
        p_value=p_value,
        chi_square=chi_square,
        covariance=fitted.covariance,
        loglik=likelihoods[0],
        loglik_null=likelihoods[1],
        n=data.subjects,
        events=data.events,
        converged=not problem,
        problem=problem,
        level=float(level),
        method=method,
        interval="wald" if fitted.profiles is None else "profile_likelihood",
        separation=separation,
        label=label,
    )


def likelihood_ratio_test(fitted: LogisticResult) -> TestResult:
    """Test all slopes of a logistic model together against none.

    Parameters
    ----------
    fitted : LogisticResult
        The model.

    Returns
    -------
    TestResult

    Notes
    -----
    Formula: χ² = 2 (ln L - ln L0), L0 with all slopes at zero.

    Degrees of freedom are the columns of x; after Firth's fit both likelihoods have the penalty of
    all columns. Not estimable (nan) where the likelihood has no maximum or there is no column.

    References
    ----------
    Hosmer DW, Lemeshow S, Sturdivant RX. Applied logistic regression, 3rd ed. Wiley, 2013.
    """
    df = float(len(fitted.names) - 1)
    statistic = 2 * (fitted.loglik - fitted.loglik_null)
    if not fitted.converged or not df:
        statistic = np.nan
    return TestResult(
        statistic=float(statistic),
        df=df,
        p_value=chi_square_p_value(statistic, df) if np.isfinite(statistic) else np.nan,
        method="likelihood_ratio",
        label="Likelihood ratio test",
    )
