"""Profile likelihood: limits of one coefficient with the others at their best for each value."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scripts.stats.arguments import FloatArray
from scripts.stats.newton import Objective, halved_step

ITERATIONS = 200
STRIDE = 5.0  # longest step: where fitted probabilities are 0 or 1 the curvature tells nothing
GAIN = 1e-12  # what another step would add to the log likelihood, of one part in it
FAR = 1e6  # likelihood ratio beyond which it does not matter how large it is
PLACE = 1e-10  # of the limit, and of the square root of the likelihood ratio there


@dataclass(frozen=True, eq=False)
class Profile:
    """Limits of a coefficient by its profile, and the likelihood ratio statistic for zero."""

    lower: float
    upper: float
    chi_square: float


def constrained_maximum(
    objective: Objective, start: FloatArray, free: NDArray[np.bool_]
) -> tuple[FloatArray, float]:
    """Return where a log likelihood is largest with some coefficients held, and its value.

    Where it grows for ever in the others, a place where it no longer grows within rounding.
    """
    beta = start.copy()
    loglik, score, curvature = objective(beta)
    if not free.any():
        return beta, loglik
    inside = np.ix_(free, free)
    for _ in range(ITERATIONS):
        block = curvature[inside]
        # Enough to be solved where nothing is left to gain, too little to be felt elsewhere.
        block = block + np.diag(np.full(len(block), 1e-15 * max(1.0, np.abs(block).max())))
        step = np.zeros(beta.size)
        step[free] = newton_step(block, score[free])
        if not score @ step >= GAIN * max(1.0, abs(loglik)):
            break
        step *= min(1.0, STRIDE / np.abs(step).sum())
        step, (loglik, score, curvature) = halved_step(objective, beta, step, loglik)
        beta = beta + step
    return beta, loglik


def newton_step(curvature: FloatArray, slope: FloatArray) -> FloatArray:
    """Return Newton's step; none in directions in which rounding leaves no curvature."""
    try:
        return np.asarray(np.linalg.solve(curvature, slope), dtype=np.float64)
    except np.linalg.LinAlgError:
        # Whether rounding leaves exactly nothing differs between processors.
        return np.asarray(np.linalg.lstsq(curvature, slope, rcond=None)[0], dtype=np.float64)


def crossing(height: Callable[[float], float], start: float, width: float) -> float:
    """Return where an increasing function is zero, by false position within a bracket."""
    low = high = start
    at_low = at_high = height(start)
    for _ in range(60):
        if at_low <= 0 <= at_high:
            break
        if at_high < 0:
            low, at_low, high = high, at_high, high + width
            at_high = height(high)
        else:
            high, at_high, low = low, at_low, low - width
            at_low = height(low)
        width *= 2
    else:
        return np.nan
    side = 0
    for _ in range(100):
        if high - low <= PLACE * max(abs(high), abs(low), 1e-3) or at_high - at_low == 0:
            break
        middle = low - at_low * (high - low) / (at_high - at_low)
        found = height(middle)
        if abs(found) < PLACE:
            return middle
        # The end that stays twice is taken to be lower than it is (Illinois): both close in.
        if found < 0:
            low, at_low, at_high = middle, found, at_high / (2 if side < 0 else 1)
            side = -1
        else:
            high, at_high, at_low = middle, found, at_low / (2 if side > 0 else 1)
            side = 1
    return (low + high) / 2


@dataclass
class Drop:
    """How far the profile lies below the top, as a root, at values of one coefficient.

    Each maximum is sought from where the last one was; a thorough search tries other places too,
    because a penalised likelihood with one coefficient held can have more than one maximum.
    """

    objective: Objective
    place: int
    top: float
    best: FloatArray
    last: FloatArray
    thorough: bool = False

    def __call__(self, value: float) -> float:
        """Return the root of the likelihood ratio at a value."""
        free = np.arange(self.last.size) != self.place
        starts = [self.last]
        if self.thorough:
            others = self.last * np.where(free, -1, 1)
            held = self.best[self.place]
            ray = self.best * np.clip(value / held, -1e3, 1e3) if held else self.best
            starts += [others, ray, np.where(free, 0.0, self.last)]
        found = []
        for start in starts:
            begin = start.copy()
            begin[self.place] = value
            found.append(constrained_maximum(self.objective, begin, free))
        self.last, loglik = max(found, key=lambda pair: pair[1])
        return float(np.sqrt(min(max(0.0, 2 * (self.top - loglik)), FAR)))


def limit_of(drop: Drop, sign: float, begin: float, width: float, critical: float) -> float:
    """Return the limit on one side of the estimate; `begin` is on the scale sign * coefficient."""

    def height(moved: float) -> float:
        return drop(sign * moved) - critical

    found = crossing(height, begin, width)
    # Every value within a limit is one that the likelihood ratio does not reject.
    drop.thorough = True
    if height(found) < -1e-7:
        found = crossing(height, found, width)
    drop.thorough = False
    return sign * found


def profile(
    objective: Objective,
    best: FloatArray,
    place: int,
    *,
    top: float,
    width: float,
    critical: float,
    endless: tuple[bool, bool] = (False, False),
) -> Profile:
    """Return the limits of one coefficient by the likelihood ratio.

    Parameters
    ----------
    objective : callable
        Coefficients to log likelihood, score and curvature.
    best : array
        Where the log likelihood is largest, or no longer grows.
    place : int
        Which coefficient.
    top : float
        The largest log likelihood, or its bound.
    width : float
        A first guess of the distance of a limit, e.g. the Wald one.
    critical : float
        Standard normal critical value.
    endless : pair of bool
        Whether the coefficient can fall, grow for ever: that limit is then infinite.

    Returns
    -------
    Profile
    """
    limits = []
    for sign, never in ((-1.0, endless[0]), (1.0, endless[1])):
        if never:
            limits.append(sign * np.inf)
            continue
        begin = 0.0 if any(endless) else sign * float(best[place])
        drop = Drop(objective, place, top, best, best)
        limits.append(limit_of(drop, sign, begin, width, critical))
    zero = Drop(objective, place, top, best, best, thorough=True)
    return Profile(limits[0], limits[1], zero(0.0) ** 2)
