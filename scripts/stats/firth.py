"""Logistic regression with Firth's penalty, which has a finite estimate under separation too."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from scripts.stats.arguments import checked_word
from scripts.stats.logistic import logistic_regression
from scripts.stats.logistic_likelihood import (
    LogisticData,
    leverages,
    logistic_data,
    penalised_likelihood_of,
)
from scripts.stats.logistic_result import (
    INTERVALS,
    Fitted,
    LogisticResult,
    profiles_of,
    result_of,
)
from scripts.stats.newton import Objective, maximise
from scripts.stats.profile_likelihood import constrained_maximum

FITS = {
    "maximum_likelihood": "maximum likelihood",
    "firth": "Firth's penalised likelihood",
    "firth_if_separated": "maximum likelihood, or Firth's penalised likelihood under separation",
}
ITERATIONS = 500  # the curvature of the augmented data is near, not equal to, that of the penalty


def null_of(data: LogisticData, objective: Objective) -> float:
    """Return the penalised log likelihood with all slopes at zero, the penalty of all columns."""
    only = np.arange(len(data.names)) == 0
    return constrained_maximum(objective, np.zeros(len(data.names)), only)[1]


def firth_logistic_regression(
    x: ArrayLike,
    y: ArrayLike,
    names: Sequence[str] | None = None,
    level: float = 0.95,
    interval: str = "profile_likelihood",
) -> LogisticResult:
    """Fit a logistic regression with Firth's penalty on all coefficients, the intercept too.

    Parameters
    ----------
    x : array_like, shape (n,) or (n, p)
        Covariates, without a column for the intercept.
    y : array_like, shape (n,)
        Outcome, 0 or 1.
    names : sequence of str, optional
        Names of the columns; x1, x2, ... when not given.
    level : float
        Confidence level, e.g. 0.95.
    interval : str
        "profile_likelihood" (of the penalised likelihood) or "wald".

    Returns
    -------
    LogisticResult

    Notes
    -----
    Formula: ln L*(β) = ln L(β) + ½ ln |I(β)|, I the information; score X'(y - p + h (½ - p)).

    h are the leverages. Estimates are finite whatever the separation, also when y does not vary.
    The standard errors come from the inverse information at the estimates, without the penalty.
    Profile penalised-likelihood limits and p values by the penalised likelihood ratio keep the
    penalty of all coefficients while one is held, as Heinze and Schemper do; far out in
    separated data there can be several maxima with one held, of which the highest found counts. Log
    likelihoods are the penalised ones for the columns as given. Constant or collinear columns and
    n = 0 raise ValueError.

    References
    ----------
    Firth D. Bias reduction of maximum likelihood estimates. Biometrika 1993;80:27-38. Heinze G,
    Schemper M. A solution to the problem of separation in logistic regression. Stat Med
    2002;21:2409-19. Kosmidis I, Firth D. Jeffreys-prior penalty, finiteness and shrinkage in
    binomial-response generalized linear models. Biometrika 2021;108:71-82.
    """
    words = INTERVALS[checked_word(interval, INTERVALS, "interval")]
    data = logistic_data(x, y, names)
    objective = penalised_likelihood_of(data.design, data.outcome)
    fit = maximise(objective, len(data.names), iterations=ITERATIONS)
    problem = "not_converged" if fit.problem else ""
    covariance = np.full_like(fit.covariance, np.nan)
    if not problem:
        information = leverages(data.design, fit.coefficient).information
        covariance = data.back @ np.linalg.inv(information) @ data.back.T
    profiles = None
    if interval == "profile_likelihood" and not problem:
        plain = penalised_likelihood_of(data.uncentred(), data.outcome)
        forms, errors = {"centred": objective, "uncentred": plain}, np.sqrt(np.diag(covariance))
        profiles = profiles_of(
            data, forms, fit.coefficient, fit.loglik, errors=errors, level=level, separation=None
        )
        words = f"penalised {words}"
    # The penalty of the columns as given differs from that of the standardised ones by a constant.
    constant = float(np.log(data.scaling.spread).sum())
    return result_of(
        data,
        Fitted(data.back @ fit.coefficient, covariance, profiles),
        likelihoods=(fit.loglik + constant, null_of(data, objective) + constant),
        problem=problem,
        level=level,
        method="firth",
        label=f"Logistic regression, Firth's penalised likelihood, {words}",
        separation=None,
    )


def fit_logistic(
    x: ArrayLike,
    y: ArrayLike,
    names: Sequence[str] | None = None,
    *,
    level: float = 0.95,
    fit: str = "maximum_likelihood",
    interval: str = "wald",
) -> LogisticResult:
    """Fit a logistic regression by the method that the plan names.

    Parameters
    ----------
    x, y, names, level
        As in `logistic_regression`.
    fit : str
        "maximum_likelihood", "firth", or "firth_if_separated": maximum likelihood where it has a
        finite estimate, else Firth's penalty. The result's `method` says which ran.
    interval : str
        "wald" or "profile_likelihood"; Firth's penalty after separation always has the profile.

    Returns
    -------
    LogisticResult

    Notes
    -----
    Formula: the first fit; where its data are separated, Firth's with its own limits.

    Wald limits after separation are far from their level, so they are not given then.

    References
    ----------
    Heinze G, Schemper M. A solution to the problem of separation in logistic regression. Stat Med
    2002;21:2409-19.
    """
    checked_word(fit, FITS, "fit")
    if fit == "firth":
        return firth_logistic_regression(x, y, names, level, interval)
    if fit == "maximum_likelihood":
        return logistic_regression(x, y, names, level, interval)
    first = logistic_regression(x, y, names, level)
    if first.problem == "infinite_estimate":
        second = firth_logistic_regression(x, y, names, level)
        return replace(second, separation=first.separation)
    return first if interval == "wald" else logistic_regression(x, y, names, level, interval)
