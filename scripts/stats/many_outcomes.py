"""One model fitted to many outcomes of the same subjects: completed data sets share a design."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from scripts.stats.arguments import FloatArray, checked_matrix, checked_names
from scripts.stats.newton import ITERATIONS, SINGULAR, STEP, standardise

# Rows of weights that are held at once, so that memory does not grow with the number of outcomes.
CHUNK = 256
# Of a sum of squares: what is left of it below this share is rounding.
ROUNDING = 1e-24


@dataclass(frozen=True, eq=False)
class ManyFits:
    """Fits of one model to m outcomes.

    Attributes
    ----------
    coefficient : array, shape (m, p + 1)
        Coefficients, the intercept first; nan where not estimable.
    variance : array, shape (m, p + 1)
        Squared standard errors.
    df : float
        Residual degrees of freedom, n - p - 1.
    failed : array, shape (m,)
        Outcomes for which there is no finite estimate.
    label : str
        The words for a reader.
    """

    coefficient: FloatArray
    variance: FloatArray
    df: float
    failed: np.ndarray
    label: str


def _design(x: ArrayLike, outcomes: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Outcomes, standardised design with an intercept, and the way back for the coefficients."""
    y = np.asarray(outcomes, dtype=np.float64)
    if y.ndim != 2 or not np.isfinite(y).all():
        raise ValueError(f"outcomes has shape {y.shape}; it needs finite numbers, (m, n)")
    matrix = checked_matrix(x, y.shape[1], "x")
    if y.shape[1] <= matrix.shape[1] + 1:
        raise ValueError(f"{y.shape[1]} subjects cannot fit {matrix.shape[1] + 1} coefficients")
    scaled, scaling = standardise(matrix, checked_names(None, matrix.shape[1]))
    back = np.diag(np.concatenate([[1.0], 1 / scaling.spread]))
    back[0, 1:] = -scaling.centre / scaling.spread
    return y, np.column_stack([np.ones(y.shape[1]), scaled]), back


def linear_many(x: ArrayLike, outcomes: ArrayLike) -> ManyFits:
    """Fit a linear regression with an intercept to many outcomes of the same subjects.

    Parameters
    ----------
    x : array_like, shape (n,) or (n, p)
        Covariates, without a column for the intercept.
    outcomes : array_like, shape (m, n)
        The outcomes, one a row.

    Returns
    -------
    ManyFits

    Notes
    -----
    Formula: y = β0 + β x by least squares, the design factorised once for all outcomes.

    Variance RSS / (n - p - 1) (X'X)^-1 in each data set, as for one outcome; 0 where the fit is
    perfect, e.g. of an outcome that does not vary, and not what rounding leaves. n <= p + 1,
    constant or collinear columns raise ValueError.

    References
    ----------
    Seber GAF, Lee AJ. Linear regression analysis, 2nd ed. Wiley, 2003.
    """
    y, design, back = _design(x, outcomes)
    df = float(design.shape[0] - design.shape[1])
    q, r = np.linalg.qr(design)
    root = back @ np.linalg.inv(r)
    fitted = y @ q
    residual = y - fitted @ q.T
    left = (residual**2).sum(axis=1)
    left = np.where(left <= ROUNDING * (y**2).sum(axis=1), 0.0, left)
    variance = left / df
    return ManyFits(
        coefficient=fitted @ root.T,
        variance=variance[:, None] * (root**2).sum(axis=1),
        df=df,
        failed=np.zeros(len(y), dtype=bool),
        label="Linear regression, ordinary least squares",
    )


def logistic_many(x: ArrayLike, outcomes: ArrayLike) -> ManyFits:
    """Fit a logistic regression with an intercept to many outcomes of the same subjects.

    Parameters
    ----------
    x : array_like, shape (n,) or (n, p)
        Covariates, without a column for the intercept.
    outcomes : array_like, shape (m, n)
        The outcomes, 0 or 1, one a row.

    Returns
    -------
    ManyFits

    Notes
    -----
    Formula: ln(p / (1 - p)) = β0 + β x by maximum likelihood, all outcomes together.

    Newton-Raphson with the information of every data set as one product of matrices; equal
    outcomes are fitted once. Where the maximum is at infinity (separation, an outcome that does
    not vary) the fit has failed and its estimates are nan. Constant or collinear columns and
    outcomes other than 0 and 1 raise ValueError.

    References
    ----------
    Hosmer DW, Lemeshow S, Sturdivant RX. Applied logistic regression, 3rd ed. Wiley, 2013.
    """
    y, design, back = _design(x, outcomes)
    if not np.isin(y, (0.0, 1.0)).all():
        raise ValueError("outcomes must hold only 0 and 1")
    different, place = np.unique(y, axis=0, return_inverse=True)
    parts = [
        _newton(design, different[start : start + CHUNK])
        for start in range(0, len(different), CHUNK)
    ]
    beta, covariance = (np.concatenate(found)[place.ravel()] for found in zip(*parts, strict=True))
    covariance = np.einsum("ij,mjk,ik->mi", back, covariance, back)
    return ManyFits(
        coefficient=beta @ back.T,
        variance=covariance,
        df=float(design.shape[0] - design.shape[1]),
        failed=np.isnan(beta).any(axis=1),
        label="Logistic regression, maximum likelihood",
    )


def _newton(design: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Coefficients and covariances of every outcome; nan where no finite maximum is found."""
    n, columns = design.shape
    products = (design[:, :, None] * design[:, None, :]).reshape(n, columns**2)
    beta = np.full((len(y), columns), np.nan)
    covariance = np.full((len(y), columns, columns), np.nan)
    rows = np.arange(len(y))
    current = np.zeros((len(y), columns))
    loglik = np.full(len(y), -n * np.log(2.0))
    for _ in range(ITERATIONS):
        fitted = special.expit(current @ design.T)
        information = ((fitted * (1 - fitted)) @ products).reshape(-1, columns, columns)
        regular = np.linalg.eigvalsh(information)[:, 0] > SINGULAR
        rows, current, loglik = rows[regular], current[regular], loglik[regular]
        if not rows.size:
            break
        score = (y[rows] - fitted[regular]) @ design
        step = np.linalg.solve(information[regular], score[:, :, None])[:, :, 0]
        current, loglik = _halved(design, y[rows], current, step, loglik)
        done = np.abs(step).max(axis=1) < STEP
        beta[rows[done]] = current[done]
        covariance[rows[done]] = np.linalg.inv(information[regular][done])
        rows, current, loglik = rows[~done], current[~done], loglik[~done]
    return beta, covariance


def _halved(
    design: FloatArray, y: FloatArray, beta: FloatArray, step: FloatArray, before: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """The points after the steps, each halved until its log likelihood does not fall."""
    size = np.ones(len(y))
    for _ in range(20):
        point = beta + size[:, None] * step
        linear = point @ design.T
        loglik = (y * linear - np.logaddexp(0.0, linear)).sum(axis=1)
        worse = loglik < before - 1e-12 * np.abs(before)
        if not worse.any():
            break
        size = np.where(worse, size / 2, size)
    return point, loglik


def differences_many(
    first: ArrayLike, n_first: float, second: ArrayLike, n_second: float
) -> tuple[FloatArray, FloatArray]:
    """Return differences of proportions and their Wald variances from counts, shape (m,)."""
    p1, p2 = np.asarray(first) / n_first, np.asarray(second) / n_second
    return p1 - p2, p1 * (1 - p1) / n_first + p2 * (1 - p2) / n_second


def pearson_many(
    first: ArrayLike, n_first: float, second: ArrayLike, n_second: float
) -> FloatArray:
    """Return Pearson's chi-square, without correction, of many 2 by 2 tables of the same margins.

    A table in which nobody or everybody has the event shows no difference: its statistic is 0.
    """
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    share = (a + b) / (n_first + n_second)
    variance = share * (1 - share) * (1 / n_first + 1 / n_second)
    squared = (a / n_first - b / n_second) ** 2
    return np.divide(squared, variance, out=np.zeros_like(squared), where=variance > 0)
