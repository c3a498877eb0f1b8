"""Logistic regression by maximum likelihood."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from scripts.stats.arguments import (
    FloatArray,
    checked_binary,
    checked_matrix,
    checked_names,
    checked_vector,
)
from scripts.stats.distributions import normal_critical, normal_p_value
from scripts.stats.newton import maximise, standardise


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
        exp(coefficient) and Wald limits.
    z, p_value : array, shape (p + 1,)
        Wald statistics and two-sided p values.
    covariance : array, shape (p + 1, p + 1)
        Covariance matrix of the coefficients.
    loglik, loglik_null : float
        Log likelihood at the maximum and of the model with the intercept only.
    n, events : int
        Subjects, and subjects with y = 1.
    converged : bool
        Whether a finite maximum was found; if not, estimates are nan.
    problem : str
        "", "infinite_estimate" (separation) or "not_converged".
    level : float
        Confidence level.
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
    covariance: FloatArray
    loglik: float
    loglik_null: float
    n: int
    events: int
    converged: bool
    problem: str
    level: float
    label: str = "Logistic regression, maximum likelihood, Wald limits"


def log_likelihood(
    design: FloatArray, y: FloatArray, beta: FloatArray
) -> tuple[float, FloatArray, FloatArray]:
    """Return log likelihood, score and information at `beta`."""
    linear = design @ beta
    fitted = special.expit(linear)
    weight = fitted * special.expit(-linear)
    loglik = float((y * linear - np.logaddexp(0.0, linear)).sum())
    return loglik, design.T @ (y - fitted), (design * weight[:, None]).T @ design


def null_log_likelihood(events: int, n: int) -> float:
    """Return the log likelihood of the model with the intercept only."""
    return float(special.xlogy(events, events / n) + special.xlogy(n - events, 1 - events / n))


def logistic_regression(
    x: ArrayLike,
    y: ArrayLike,
    names: Sequence[str] | None = None,
    level: float = 0.95,
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

    Returns
    -------
    LogisticResult

    Notes
    -----
    Formula: ln(p / (1 - p)) = β0 + β x by maximum likelihood; limits of exp(β): exp(β ± z SE).

    Newton-Raphson (iteratively reweighted least squares); variance from the inverse information;
    normal (Wald) limits and p values. Under complete or quasi-complete separation (e.g. a zero
    cell in a table of x and y), or when y does not vary, there is no finite estimate: all
    estimates are nan, `converged` is False and `problem` is "infinite_estimate". Constant or
    collinear columns and n = 0 raise ValueError.

    References
    ----------
    Hosmer DW, Lemeshow S, Sturdivant RX. Applied logistic regression, 3rd ed. Wiley, 2013.
    Albert A, Anderson JA. On the existence of maximum likelihood estimates in logistic regression
    models. Biometrika 1984;71:1-10.
    """
    outcome = checked_binary(y, checked_vector(y, "y").size, "y").astype(np.float64)
    matrix = checked_matrix(x, outcome.size, "x")
    columns = checked_names(names, matrix.shape[1])
    scaled, scaling = standardise(matrix, columns)
    design = np.column_stack([np.ones(outcome.size), scaled])
    fit = maximise(lambda beta: log_likelihood(design, outcome, beta), design.shape[1])
    back = np.diag(np.concatenate([[1.0], 1 / scaling.spread]))
    back[0, 1:] = -scaling.centre / scaling.spread
    coefficient, covariance = back @ fit.coefficient, back @ fit.covariance @ back.T
    error, critical = np.sqrt(np.diag(covariance)), normal_critical(level)
    events = int(outcome.sum())
    return LogisticResult(
        names=("intercept", *columns),
        coefficient=coefficient,
        standard_error=error,
        odds_ratio=np.exp(coefficient),
        lower=np.exp(coefficient - critical * error),
        upper=np.exp(coefficient + critical * error),
        z=coefficient / error,
        p_value=normal_p_value(coefficient / error),
        covariance=covariance,
        loglik=fit.loglik,
        loglik_null=null_log_likelihood(events, outcome.size),
        n=outcome.size,
        events=events,
        converged=not fit.problem,
        problem=fit.problem,
        level=float(level),
    )
