"""Weighted sums over subjects, chain by chain: what every likelihood is made of.

Subjects without a gap are the same in all chains and are stored once: `Shared`. Their sums are
products of matrices in which chains are rows, always TILE chains together, so that a chain's bits
depend neither on the number of chains nor on how they are grouped. Subjects with a gap differ from
chain to chain: `Own`. Both are cut into pieces of fixed size, so that the pieces stay in cache.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scripts.stats.arguments import FloatArray

TILE = 8  # chains in one matrix product; every chunk holds a multiple of it
SHARED_ROWS = 2048
OWN_ROWS = 256
KEPT_PRODUCTS = 1 << 21  # numbers: products of pairs of predictors are stored up to here


def products_of(x: FloatArray) -> FloatArray:
    """Products of all pairs of rows a <= b, pairs in the order of rows of a triangle."""
    size = len(x)
    found = np.empty((size * (size + 1) // 2, x.shape[1]))
    at = 0
    for row in range(size):
        width = size - row
        np.multiply(x[row], x[row:], out=found[at : at + width])
        at += width
    return found


def triangle_index(size: int) -> np.ndarray:
    """Where in `products_of` the product of columns a and b stands, shape (size, size)."""
    index = np.empty((size, size), dtype=np.intp)
    upper = np.triu_indices(size)
    index[upper] = np.arange(len(upper[0]))
    index[upper[1], upper[0]] = index[upper]
    return index


@dataclass(eq=False)
class SharedPiece:
    """Some subjects without a gap, as columns of x; `span` says which of the block's."""

    x: FloatArray
    span: slice
    products: FloatArray | None

    def predict(self, beta: FloatArray) -> FloatArray:
        """Linear predictor, shape (chains, subjects), for coefficients of shape (chains, q)."""
        return self._times(beta, self.x)

    def cross(self, weights: FloatArray) -> FloatArray:
        """Sum of weight times x, shape (chains, q)."""
        return self._times(weights, self.x.T)

    def gram(self, weights: FloatArray) -> FloatArray:
        """Sum of weight times products of pairs, shape (chains, pairs)."""
        products = products_of(self.x) if self.products is None else self.products
        return self._times(weights, products.T)

    def _times(self, left: FloatArray, right: FloatArray) -> FloatArray:
        tiles = left.reshape(-1, TILE, left.shape[1])
        return np.matmul(tiles, right).reshape(len(left), -1)


class Shared:
    """Subjects without a gap, with the predictors of one model; x has shape (subjects, q)."""

    weights: FloatArray | None = None

    def __init__(self, x: FloatArray) -> None:
        self.count, size = x.shape
        self._index = triangle_index(size)
        keep = x.size * (size + 1) // 2 <= KEPT_PRODUCTS
        self._pieces = []
        for start in range(0, self.count, SHARED_ROWS):
            span = slice(start, min(start + SHARED_ROWS, self.count))
            part = np.ascontiguousarray(x[span].T)
            self._pieces.append(SharedPiece(part, span, products_of(part) if keep else None))

    def pieces(self) -> Iterator[SharedPiece]:
        """The pieces in their order."""
        return iter(self._pieces)

    def widen(self, beta: FloatArray) -> FloatArray:
        """Coefficients as `predict` takes them."""
        return np.ascontiguousarray(beta)

    def narrow_cross(self, total: FloatArray) -> FloatArray:
        """A total of `cross` by predictor."""
        return total

    def narrow_gram(self, total: FloatArray) -> FloatArray:
        """A total of `gram` by pair of predictors, shape (chains, q, q)."""
        return total[:, self._index]


@dataclass(eq=False)
class OwnPiece:
    """Some subjects with a gap; x has shape (chains, rows, columns)."""

    x: FloatArray
    span: slice

    def predict(self, beta: FloatArray) -> FloatArray:
        """Linear predictor, shape (chains, rows)."""
        return np.matmul(self.x, beta[:, :, None])[:, :, 0]

    def cross(self, weights: FloatArray) -> FloatArray:
        """Sum of weight times x, shape (chains, columns)."""
        return np.matmul(weights[:, None, :], self.x)[:, 0]

    def gram(self, weights: FloatArray) -> FloatArray:
        """Sum of weight times x x', shape (chains, columns, columns)."""
        return np.matmul((self.x * weights[:, :, None]).transpose(0, 2, 1), self.x)


class Own:
    """Subjects with a gap, or rows of an augmentation, that differ from chain to chain.

    Where most columns are predictors, the others stay in place with coefficient 0, because that
    costs less than copying; the choice hangs on their number alone.
    """

    def __init__(
        self, x: FloatArray, predictors: np.ndarray | None, weights: FloatArray | None
    ) -> None:
        self.weights = weights
        self._wide = predictors is not None and len(predictors) * 2 > x.shape[2]
        self._predictors = predictors
        if predictors is not None and not self._wide:
            x = x[:, :, predictors]
        self._x = x

    def pieces(self) -> Iterator[OwnPiece]:
        """The pieces in their order."""
        rows = self._x.shape[1]
        for start in range(0, rows, OWN_ROWS):
            span = slice(start, min(start + OWN_ROWS, rows))
            yield OwnPiece(self._x[:, span], span)

    def widen(self, beta: FloatArray) -> FloatArray:
        """Coefficients as `predict` takes them."""
        if not self._wide:
            return beta
        wide = np.zeros((len(beta), self._x.shape[2]))
        wide[:, self._predictors] = beta
        return wide

    def narrow_cross(self, total: FloatArray) -> FloatArray:
        """A total of `cross` by predictor."""
        return total[:, self._predictors] if self._wide else total

    def narrow_gram(self, total: FloatArray) -> FloatArray:
        """A total of `gram` by pair of predictors."""
        if not self._wide:
            return total
        at = self._predictors
        assert at is not None
        return total[:, at[:, None], at]


Block = Shared | Own
