"""Logistic regression by maximum likelihood."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from scripts.stats.arguments import FloatArray, checked_word
from scripts.stats.logistic_likelihood import (
    LogisticData,
    likelihood_of,
    logistic_data,
    null_log_likelihood,
)
from scripts.stats.logistic_result import (
    INTERVALS,
    Fitted,
    LogisticResult,
    profiles_of,
    result_of,
)
from scripts.stats.newton import Maximum, maximise
from scripts.stats.profile_likelihood import constrained_maximum
from scripts.stats.separation import Separation, find_separation

# From so many subjects on, Newton starts where a share of them has its maximum.
MANY, SHARE = 20_000, 32


def newton_fit(data: LogisticData) -> Maximum:
    """Return the maximum; with many subjects Newton starts from the fit of a share of them."""
    size = len(data.names)
    start = None
    if data.subjects >= MANY:
        part = likelihood_of(data.design[:, ::SHARE].copy(), data.outcome[::SHARE].copy())
        few = maximise(part, size)
        start = None if few.problem else few.coefficient
    return maximise(likelihood_of(data.design, data.outcome), size, start)


def endless_fit(data: LogisticData, separation: Separation) -> tuple[FloatArray, FloatArray, float]:
    """Return a place where a separated likelihood no longer grows, its limit and its bound.

    The limit has the coefficients as given: infinite ones with their sign, those of which the data
    say nothing as nan.
    """
    size = len(data.names)
    objective = likelihood_of(data.design, data.outcome)
    place, top = constrained_maximum(objective, np.zeros(size), np.ones(size, dtype=bool))
    limit = data.back @ place
    limit[separation.grows] = np.inf
    limit[separation.falls] = -np.inf
    limit[separation.grows & separation.falls] = np.nan
    return place, limit, top


def logistic_regression(
    x: ArrayLike,
    y: ArrayLike,
    names: Sequence[str] | None = None,
    level: float = 0.95,
    interval: str = "wald",
) -> LogisticResult:
    """Fit a logistic regression with an intercept.

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
        "wald" or "profile_likelihood".

    Returns
    -------
    LogisticResult

    Notes
    -----
    Formula: ln(p / (1 - p)) = β0 + β x by maximum likelihood; limits of exp(β): exp(β ± z SE).

    Newton-Raphson (iteratively reweighted least squares); variance from the inverse information;
    normal (Wald) limits and p values. Profile-likelihood limits hold every β whose likelihood
    ratio against the maximum does not reject; the p value is then that of the likelihood ratio
    test of β = 0. Under complete or quasi-complete separation (e.g. a zero cell in a table of x
    and y), or when y does not vary, there is no finite estimate: estimates, Wald limits and
    standard errors are nan, `converged` is False and `problem` is "infinite_estimate".
    Profile-likelihood limits exist even then, infinite on the side on which the likelihood grows
    for ever. Constant or collinear columns and n = 0 raise ValueError.

    References
    ----------
    Hosmer DW, Lemeshow S, Sturdivant RX. Applied logistic regression, 3rd ed. Wiley, 2013.
    Albert A, Anderson JA. On the existence of maximum likelihood estimates in logistic regression
    models. Biometrika 1984;71:1-10. Venzon DJ, Moolgavkar SH. A method for computing
    profile-likelihood-based confidence intervals. Appl Stat 1988;37:87-94.
    """
    words = INTERVALS[checked_word(interval, INTERVALS, "interval")]
    data = logistic_data(x, y, names)
    fit = newton_fit(data)
    coefficient, place, top = data.back @ fit.coefficient, fit.coefficient, fit.loglik
    problem, separation = fit.problem, None
    if problem:
        separation = find_separation(x, y, data.names[1:])
        problem = "not_converged" if separation.kind == "none" else "infinite_estimate"
    covariance = data.back @ fit.covariance @ data.back.T
    profiles = None
    if interval == "profile_likelihood" and problem != "not_converged":
        if separation is not None:
            place, coefficient, top = endless_fit(data, separation)
        objectives = {
            "centred": likelihood_of(data.design, data.outcome),
            "uncentred": likelihood_of(data.uncentred(), data.outcome),
        }
        errors = np.sqrt(np.diag(covariance))
        profiles = profiles_of(
            data, objectives, place, top, errors=errors, level=level, separation=separation
        )
    return result_of(
        data,
        Fitted(coefficient, covariance, profiles),
        likelihoods=(top, null_log_likelihood(data.events, data.subjects)),
        problem=problem,
        level=level,
        method="maximum_likelihood",
        label=f"Logistic regression, maximum likelihood, {words}",
        separation=separation,
    )
