"""Checks of arguments that the estimators share: each raises ValueError and says what is wrong."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def checked_word(value: str, allowed: Iterable[str], name: str) -> str:
    """Return `value` if it is one of the closed words `allowed`."""
    words = list(allowed)
    if value not in words:
        raise ValueError(f"{name} is {value!r}; allowed: {', '.join(words)}")
    return value


def checked_fraction(value: float, name: str) -> float:
    """Return `value` as a float if it lies strictly between 0 and 1."""
    number = float(value)
    if not 0.0 < number < 1.0:
        raise ValueError(f"{name} is {value!r}; it must lie strictly between 0 and 1")
    return number


def checked_counts(x: float, n: float, which: str = "") -> tuple[float, float]:
    """Return count and denominator as floats if they are whole, n >= 1 and 0 <= x <= n."""
    suffix = f" of {which}" if which else ""
    for name, value in (("count", x), ("denominator", n)):
        if not np.isfinite(value) or value != np.floor(value):
            raise ValueError(f"the {name}{suffix} is {value!r}; it must be a whole number")
    if n < 1:
        raise ValueError(f"the denominator{suffix} is {n!r}; at least one subject is needed")
    if not 0 <= x <= n:
        raise ValueError(f"the count{suffix} is {x!r}; it must lie between 0 and {n!r}")
    return float(x), float(n)


def checked_vector(values: ArrayLike, name: str, least: int = 1) -> FloatArray:
    """Return a one-dimensional float array of finite numbers with at least `least` elements."""
    vector = np.asarray(values, dtype=np.float64)
    if vector.ndim != 1:
        raise ValueError(f"{name} has {vector.ndim} dimensions; it must have one")
    if vector.size < least:
        raise ValueError(f"{name} has {vector.size} values; at least {least} needed")
    if not np.isfinite(vector).all():
        count = int((~np.isfinite(vector)).sum())
        raise ValueError(f"{name} has {count} missing or infinite values; leave them out first")
    return vector


def checked_matrix(values: ArrayLike, rows: int, name: str) -> FloatArray:
    """Return an (n, p) float array of finite numbers; a vector becomes a single column."""
    matrix = np.asarray(values, dtype=np.float64)
    matrix = matrix[:, np.newaxis] if matrix.ndim == 1 else matrix
    if matrix.ndim != 2 or matrix.shape[0] != rows:
        raise ValueError(f"{name} has shape {np.shape(values)}; it needs {rows} rows")
    if not np.isfinite(matrix).all():
        count = int((~np.isfinite(matrix)).sum())
        raise ValueError(f"{name} has {count} missing or infinite values; leave them out first")
    return matrix


def checked_binary(values: ArrayLike, rows: int, name: str) -> NDArray[np.bool_]:
    """Return a boolean array if `values` holds only 0/1 or True/False, one for each subject."""
    vector = checked_vector(values, name)
    if vector.size != rows:
        raise ValueError(f"{name} has {vector.size} values; it needs {rows}, one a subject")
    ones = vector == 1.0
    if not (ones | (vector == 0.0)).all():
        raise ValueError(f"{name} must hold only 0 and 1")
    return ones


def checked_survival(time: ArrayLike, event: ArrayLike) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Return times (not negative) and event indicators of the same length."""
    times = checked_vector(time, "time")
    if (times < 0).any():
        raise ValueError(f"time has {int((times < 0).sum())} negative values")
    return times, checked_binary(event, times.size, "event")


def checked_names(names: Iterable[str] | None, columns: int) -> tuple[str, ...]:
    """Return one name for each column; x1, x2, ... when no names are given."""
    if names is None:
        return tuple(f"x{i + 1}" for i in range(columns))
    given = tuple(names)
    if len(given) != columns:
        raise ValueError(f"{len(given)} names for {columns} columns of x: {', '.join(given)}")
    return given


def checked_strata(strata: ArrayLike | None, rows: int) -> tuple[NDArray[np.int64] | None, int]:
    """Return the number of each subject's stratum and how many strata there are."""
    if strata is None:
        return None, 1
    labels = np.asarray(strata)
    if labels.shape != (rows,):
        raise ValueError(f"strata has shape {labels.shape}; it needs {rows}, one a subject")
    names, number = np.unique(labels, return_inverse=True)
    return number.astype(np.int64), names.size
