"""Linear regression by ordinary least squares."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scripts.stats.arguments import (
    FloatArray,
    checked_matrix,
    checked_names,
    checked_vector,
)
from scripts.stats.distributions import t_critical, t_p_value
from scripts.stats.newton import standardise


@dataclass(frozen=True, eq=False)
class LinearResult:
    """A fitted linear model; arrays hold one element for each term, the intercept first.

    Attributes
    ----------
    names : tuple of str
        "intercept" and the columns of x.
    coefficient, standard_error : array, shape (p + 1,)
        Least-squares coefficients and their standard errors.
    lower, upper : array, shape (p + 1,)
        Limits by the t distribution.
    t, p_value : array, shape (p + 1,)
        t statistics and two-sided p values.
    covariance : array, shape (p + 1, p + 1)
        Covariance matrix of the coefficients.
    residual_variance : float
        Residual sum of squares / df.
    df : float
        Residual degrees of freedom, n - p - 1.
    n : int
        Subjects.
    level : float
        Confidence level.
    label : str
        The words for a reader.
    """

    names: tuple[str, ...]
    coefficient: FloatArray
    standard_error: FloatArray
    lower: FloatArray
    upper: FloatArray
    t: FloatArray
    p_value: FloatArray
    covariance: FloatArray
    residual_variance: float
    df: float
    n: int
    level: float
    label: str = "Linear regression, ordinary least squares, t limits"


def linear_regression(
    x: ArrayLike,
    y: ArrayLike,
    names: Sequence[str] | None = None,
    level: float = 0.95,
) -> LinearResult:
    """Fit a linear regression with an intercept by ordinary least squares.

    Parameters
    ----------
    x : array_like, shape (n,) or (n, p)
        Covariates, without a column for the intercept.
    y : array_like, shape (n,)
        Outcome; with a 0/1 outcome and a 0/1 group the slope is the difference in proportions.
    names : sequence of str, optional
        Names of the columns; x1, x2, ... when not given.
    level : float
        Confidence level, e.g. 0.95.

    Returns
    -------
    LinearResult

    Notes
    -----
    Formula: y = β0 + β x by least squares.

    Variance RSS / (n - p - 1) (X'X)^-1 with one residual variance for all subjects (no sandwich).
    A perfect fit has standard errors of zero or of rounding size, and t statistics that mean
    nothing. n <= p + 1 (no residual degree of freedom), constant or collinear columns raise
    ValueError.

    References
    ----------
    Seber GAF, Lee AJ. Linear regression analysis, 2nd ed. Wiley, 2003.
    """
    outcome = checked_vector(y, "y")
    matrix = checked_matrix(x, outcome.size, "x")
    columns = checked_names(names, matrix.shape[1])
    df = float(outcome.size - len(columns) - 1)
    if df < 1:
        raise ValueError(f"{outcome.size} subjects cannot fit {len(columns) + 1} coefficients")
    scaled, scaling = standardise(matrix, columns)
    q, r = np.linalg.qr(np.column_stack([np.ones(outcome.size), scaled]))
    back = np.diag(np.concatenate([[1.0], 1 / scaling.spread]))
    back[0, 1:] = -scaling.centre / scaling.spread
    root = back @ np.linalg.inv(r)
    coefficient = root @ (q.T @ outcome)
    residual = outcome - q @ (q.T @ outcome)
    residual_variance = float(residual @ residual / df)
    covariance = residual_variance * root @ root.T
    error, critical = np.sqrt(np.diag(covariance)), t_critical(level, df)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = coefficient / error
    return LinearResult(
        names=("intercept", *columns),
        coefficient=coefficient,
        standard_error=error,
        lower=coefficient - critical * error,
        upper=coefficient + critical * error,
        t=t,
        p_value=t_p_value(t, df),
        covariance=covariance,
        residual_variance=residual_variance,
        df=df,
        n=outcome.size,
        level=float(level),
    )
