"""Cholesky factors and triangular solutions of many small systems, the chain as the last axis.

Every operation is elementwise over chains, so that a chain's bits do not depend on its companions.
"""

import numpy as np
from numpy.typing import NDArray

from scripts.stats.arguments import FloatArray

COLLINEAR = 1e-9  # share of a predictor's sum of squares that others must leave to it

BoolArray = NDArray[np.bool_]


def factor(matrix: FloatArray) -> BoolArray:
    """Replace the lower triangle of the first q rows by their Cholesky factor, in place.

    Parameters
    ----------
    matrix : array, shape (r, q, chains), r >= q
        A symmetric matrix, of which the lower triangle is read, and below it right-hand sides as
        rows, which become solutions of the forward substitution.

    Returns
    -------
    array of bool, shape (q, chains)
        Predictors that follow from those before them. Their pivot is 1 and all else in their
        column 0, so that their coefficients come out as 0.
    """
    size = matrix.shape[1]
    limit = COLLINEAR * np.einsum("jjm->jm", matrix[:size])
    original = matrix.copy()
    with np.errstate(invalid="ignore", divide="ignore"):
        for j in range(size):
            _eliminate(matrix, j)
            matrix[j:, j] /= np.sqrt(matrix[j, j])
    roots = np.einsum("jjm->jm", matrix[:size])
    if (roots * roots > limit).all():
        return np.zeros(limit.shape, dtype=bool)
    matrix[:] = original
    return _factor_guarded(matrix, limit)


def _eliminate(matrix: FloatArray, j: int) -> None:
    if j:
        matrix[j:, j] -= np.einsum("akm,km->am", matrix[j:, :j], matrix[j, :j])


def _factor_guarded(matrix: FloatArray, limit: FloatArray) -> BoolArray:
    """The same where some chain has a predictor to drop; bits of the others are the same."""
    dropped = np.zeros(limit.shape, dtype=bool)
    for j in range(matrix.shape[1]):
        _eliminate(matrix, j)
        column = matrix[j:, j]
        dropped[j] = ~(column[0] > limit[j])
        column[:, dropped[j]] = 0.0
        column[0, dropped[j]] = 1.0
        column /= np.sqrt(column[0])
    return dropped


def forward(root: FloatArray, right: FloatArray, dropped: BoolArray) -> FloatArray:
    """Solve L x = right; shapes (q, q, chains) and (q, chains)."""
    found = right.copy()
    last = len(found) - 1
    for j in range(last + 1):
        found[j] /= root[j, j]
        if j < last:
            found[j + 1 :] -= root[j + 1 :, j] * found[j]
    found[dropped] = 0.0
    return found


def back(root: FloatArray, right: FloatArray) -> FloatArray:
    """Solve L' x = right; shapes (q, q, chains) and (q, k, chains)."""
    found = right.copy()
    for j in range(len(found) - 1, -1, -1):
        found[j] /= root[j, j]
        if j:
            found[:j] -= root[j, :j, None] * found[j]
    return found
