"""Separation in logistic regression: which outcomes the columns tell without error."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scripts.stats.arguments import (
    FloatArray,
    checked_binary,
    checked_matrix,
    checked_names,
    checked_vector,
)
from scripts.stats.newton import standardise

KINDS = {
    "none": "no separation",
    "quasi_complete": "quasi-complete separation",
    "complete": "complete separation",
}
# Rows have length 1, so this is a share of what is looked for.
NEGLIGIBLE = 1e-8


@dataclass(frozen=True, eq=False)
class Separation:
    """Whether the likelihood of a logistic model grows for ever, and along what.

    Attributes
    ----------
    kind : str
        "none", "quasi_complete" or "complete" (a word of KINDS).
    columns : tuple of str
        Columns that separate: as few as separate all that are separated, the later ones left out
        first; none where the outcome does not vary.
    subjects : int
        Subjects whose outcome is told without error; all of them under complete separation.
    grows, falls : array of bool, shape (p + 1,)
        Whether the coefficient, the intercept first, can grow (fall) for ever without the
        likelihood falling; with both, the data say nothing of it.
    label : str
        The words for a reader.
    """

    kind: str
    columns: tuple[str, ...]
    subjects: int
    grows: NDArray[np.bool_]
    falls: NDArray[np.bool_]
    label: str


def distance_from_cone(rows: FloatArray, target: FloatArray) -> FloatArray:
    """Return what is left of `target` after the nearest sum of rows with weights not negative.

    Lawson and Hanson's active-set algorithm; zero where the target lies in the cone of the rows.
    """
    chosen: list[int] = []
    weights = np.zeros(len(rows))
    left = target.copy()
    for _ in range(20 * (rows.shape[1] + 1)):
        gain = rows @ left
        gain[chosen] = -np.inf
        best = int(np.argmax(gain)) if gain.size else 0
        if not gain.size or gain[best] <= NEGLIGIBLE * NEGLIGIBLE + 1e-13 * np.abs(target).max():
            break
        chosen.append(best)
        while True:
            found = np.linalg.lstsq(rows[chosen].T, target, rcond=None)[0]
            if (found > 0).all():
                break
            held = weights[chosen]
            bad = found <= 0
            share = np.min(held[bad] / np.maximum(held[bad] - found[bad], 1e-300))
            held = held + share * (found - held)
            weights[chosen] = held
            kept = [row for row, value in zip(chosen, held, strict=True) if value > 1e-14]
            weights[[row for row in chosen if row not in kept]] = 0.0
            if best not in kept and len(kept) == len(chosen) - 1 and share == 0:
                return left  # rounding: the row that promised a gain brings none
            chosen = kept
        weights[chosen] = found
        left = target - rows[chosen].T @ found
    return left


def separated_rows(rows: FloatArray) -> NDArray[np.bool_]:
    """Return which rows some direction makes positive while it makes none negative, at most."""
    separated = np.zeros(len(rows), dtype=bool)
    while not separated.all():
        rest = rows[~separated]
        total = rest.sum(axis=0)
        left = -distance_from_cone(rest, -total)
        length = float(np.linalg.norm(left))
        if length <= NEGLIGIBLE * max(1.0, float(np.linalg.norm(total))):
            break
        found = rest @ left / length > NEGLIGIBLE
        if not found.any():
            break
        # What lies on the positive side stays there however the rest is turned, if far enough.
        separated[np.flatnonzero(~separated)[found]] = True
    return separated


def unit_rows(rows: FloatArray) -> FloatArray:
    """Return the rows with length 1."""
    return np.asarray(rows / np.linalg.norm(rows, axis=1)[:, None], dtype=np.float64)


def can_grow(rows: FloatArray, direction: FloatArray) -> bool:
    """Return whether a direction that makes no row negative has a positive product with another."""
    unit = direction / np.linalg.norm(direction)
    return bool(np.linalg.norm(distance_from_cone(rows, -unit)) > NEGLIGIBLE)


def fewest_columns(rows: FloatArray, names: tuple[str, ...], count: int) -> tuple[str, ...]:
    """Return columns none of which can be left out without separating fewer subjects."""
    kept = list(range(len(names)))
    for column in reversed(range(len(names))):
        without = [0, *(k + 1 for k in kept if k != column)]
        if int(separated_rows(unit_rows(rows[:, without])).sum()) == count:
            kept.remove(column)
    return tuple(names[k] for k in kept)


def find_separation(x: ArrayLike, y: ArrayLike, names: tuple[str, ...] | None = None) -> Separation:
    """Find out whether columns separate the outcomes of a logistic regression with an intercept.

    Parameters
    ----------
    x : array_like, shape (n,) or (n, p)
        Covariates, without a column for the intercept.
    y : array_like, shape (n,)
        Outcome, 0 or 1.
    names : sequence of str, optional
        Names of the columns; x1, x2, ... when not given.

    Returns
    -------
    Separation

    Notes
    -----
    Formula: some b ≠ 0 with (2y - 1) (1, x) b ≥ 0 for every subject.

    Decided by projection on the cone of the rows (2y - 1)(1, x), by Farkas' lemma the same as
    Konis' linear programme. A subject is separated when some such b makes its product positive:
    all of them under complete separation, some of them under quasi-complete separation. An outcome
    that does not vary is completely separated by the intercept. Constant or collinear columns
    raise ValueError.

    References
    ----------
    Albert A, Anderson JA. On the existence of maximum likelihood estimates in logistic regression
    models. Biometrika 1984;71:1-10. Konis K. Linear programming algorithms for detecting separated
    data in binary logistic regression models. Thesis, Oxford, 2007. Lawson CL, Hanson RJ. Solving
    least squares problems. Prentice-Hall, 1974, chapter 23.
    """
    outcome = checked_binary(y, checked_vector(y, "y").size, "y")
    matrix = checked_matrix(x, outcome.size, "x")
    columns = checked_names(names, matrix.shape[1])
    scaled, scaling = standardise(matrix, columns)
    toward = np.where(outcome, 1.0, -1.0)[:, None]
    signed = toward * np.column_stack([np.ones(outcome.size), scaled])
    rows = unit_rows(signed)
    count = int(separated_rows(rows).sum())
    size = matrix.shape[1] + 1
    if not count:
        nothing = np.zeros(size, dtype=bool)
        return Separation("none", (), 0, nothing, nothing.copy(), KINDS["none"])
    kind = "complete" if count == outcome.size else "quasi_complete"
    directions = np.eye(size)
    directions[0, 1:] = -scaling.centre / scaling.spread  # the intercept where x is zero
    return Separation(
        kind=kind,
        columns=fewest_columns(signed, columns, count),
        subjects=count,
        grows=np.array([can_grow(rows, d) for d in directions]),
        falls=np.array([can_grow(rows, -d) for d in directions]),
        label=KINDS[kind],
    )
