"""Predictive mean matching: the value of a subject whose prediction is near."""

import numpy as np

from scripts.impute.fcs.cells import Cell
from scripts.impute.fcs.normal import degrees_of_freedom, draw_linear
from scripts.impute.fcs.step import Step
from scripts.impute.fcs.streams import Needs
from scripts.stats.arguments import FloatArray

DONORS = 5
GRID = 1 << 32  # steps over the range of predictions
MANY = 256  # subjects from which on they are searched in order
SLACK = 2  # steps by which distances may differ and be equal: what rounding to the grid can do


def needs(cell: Cell) -> Needs:
    """Noise of the coefficients, and one number for each choice."""
    return Needs(
        normals=len(cell.predictors), uniforms=len(cell.missing), df=degrees_of_freedom(cell)
    )


def donor_predictions(step: Step, beta: FloatArray) -> FloatArray:
    """Predictions of the observed ones in the order of the cell's pool, shape (chains, n)."""
    chains, cell = len(beta), step.cell
    found = np.empty((chains, cell.n_observed))
    at = 0
    for block in step.shared:
        for piece in block.pieces():
            last = at + piece.x.shape[1]
            found[:, at:last] = piece.predict(block.widen(beta))
            at = last
    if len(cell.observed):
        wide = np.zeros((chains, step.own.shape[2]))
        wide[:, cell.predictors] = beta
        every = np.matmul(step.own, wide[:, :, None])[:, :, 0]
        found[:, at:] = every[:, cell.observed]
    return found


def choose_donors(
    donors: FloatArray, wanted: FloatArray, uniform: FloatArray, count: int
) -> np.ndarray:
    """Which donor each subject gets, by number, shape (chains, k).

    Parameters
    ----------
    donors : array, shape (chains, n)
        Predictions of those with a value.
    wanted, uniform : array, shape (chains, k)
        Predictions of those without, and numbers in [0, 1) that decide.
    count : int
        Size of the pool of nearest donors.

    Notes
    -----
    Of the `count` nearest each has the same chance. Donors equally far at the edge of the pool
    share the places left in it evenly, which is what breaking ties at random comes to.
    """
    count = min(count, donors.shape[1])
    if wanted.shape[1] < MANY:
        return _choose(donors, wanted, uniform, count)
    # Searching in order keeps the memory that is looked at near; it changes no choice.
    order = np.argsort(wanted, axis=1)
    sorted_wanted, its_uniform = (np.take_along_axis(v, order, 1) for v in (wanted, uniform))
    found = np.empty(wanted.shape, dtype=np.int64)
    chosen = _choose(donors, sorted_wanted, its_uniform, count)
    np.put_along_axis(found, order, chosen, axis=1)
    return found


def _choose(donors: FloatArray, wanted: FloatArray, uniform: FloatArray, count: int) -> np.ndarray:
    chains, size = donors.shape
    keys, index, queries = _on_a_grid(donors, wanted)
    ends = np.arange(chains)[:, None] * size
    place = np.searchsorted(keys, queries)
    edge = _distance_of(keys, queries, place, ends, ends + size, count)
    outer, closer = edge + SLACK, edge - SLACK
    left_from = np.searchsorted(keys, queries - outer, "left")
    right_to = np.searchsorted(keys, queries + outer, "right")
    # Where even the edge is at no distance, all that are near are tied, on one side.
    whole = closer < 0
    left_to = np.where(whole, right_to, np.searchsorted(keys, queries - closer, "right"))
    right_from = np.where(whole, right_to, np.searchsorted(keys, queries + closer, "left"))
    left, inner = left_to - left_from, right_from - left_to
    tied = left + right_to - right_from
    turn = uniform * count
    number = np.minimum(turn.astype(np.int64), count - 1)
    among = np.minimum(((turn - number) * tied).astype(np.int64), tied - 1)
    at_edge = np.where(among < left, left_from + among, right_from + among - left)
    return index[np.where(number < inner, left_to + number, at_edge)]


def _on_a_grid(donors: FloatArray, wanted: FloatArray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Predictions as whole numbers: those of donors sorted, all chains in one row; their index."""
    chains, size = donors.shape
    low = donors.min(axis=1, keepdims=True)
    spread = donors.max(axis=1, keepdims=True) - low
    unit = GRID / np.where(spread > 0, spread, 1.0)
    bits = max(int(size - 1).bit_length(), 1)
    packed = np.rint((donors - low) * unit).astype(np.int64)
    packed <<= bits
    packed |= np.arange(size)
    packed.sort(axis=1)
    index = packed & ((1 << bits) - 1)
    packed >>= bits
    # Chains lie so far apart that no query of one comes near the donors of another.
    offset = np.arange(chains, dtype=np.int64)[:, None] * (8 * GRID)
    queries = np.rint(np.clip((wanted - low) * unit, -GRID, 2 * GRID)).astype(np.int64)
    return (packed + offset).ravel(), index.ravel(), queries + offset


def _distance_of(
    keys: np.ndarray,
    queries: np.ndarray,
    place: np.ndarray,
    first: np.ndarray,
    last: np.ndarray,
    count: int,
) -> np.ndarray:
    """Distance of the `count`-th nearest key: the best split between both sides."""
    far = np.int64(4 * GRID)
    found = np.full(queries.shape, far)
    for left in range(count + 1):
        right = count - left
        distance = np.zeros(queries.shape, dtype=np.int64)
        if left:
            at = place - left
            gap = queries - keys[np.maximum(at, 0)]
            distance = np.where(at >= first, gap, far)
        if right:
            at = place + right - 1
            gap = keys[np.minimum(at, len(keys) - 1)] - queries
            distance = np.maximum(distance, np.where(at < last, gap, far))
        found = np.minimum(found, distance)
    return found


def draw(step: Step) -> FloatArray:
    """Values of the missing ones, each an observed value, shape (chains, k).

    Notes
    -----
    Formula: donors nearest |x b - x β|: b fitted for those observed, β drawn for those missing.

    Matching of type 1, as mice does by default.

    References
    ----------
    Little RJA. Missing-data adjustments in large surveys. J Bus Econ Stat 1988;6:287-96. van Buuren
    S. Flexible imputation of missing data, 2nd ed. CRC, 2018, section 3.4.
    """
    model = draw_linear(step)
    wanted = step.predict_new(model.drawn)
    if step.cell.shift is not None:
        wanted = wanted + step.cell.shift / step.scales.scale[step.cell.target[0]]
    donors = donor_predictions(step, model.fitted)
    return step.cell.pool[choose_donors(donors, wanted, step.numbers.uniforms, DONORS)]
