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
        step[free] = np.linalg.solve(block, score[free])
        if not score @ step >= GAIN * max(1.0, abs(loglik)):
            break
        step *= min(1.0, STRIDE / np.abs(step).sum())
        step, (loglik, score, curvature) = halved_step(objective, beta, step, loglik)
        beta = beta + step
    return beta, loglik


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
    free = np.arange(best.size) != place
    last = best.copy()

    def drop(value: float) -> float:
        nonlocal last
        start = last.copy()
        start[place] = value
        last, loglik = constrained_maximum(objective, start, free)
        return float(np.sqrt(min(max(0.0, 2 * (top - loglik)), FAR)))

    limits = []
    for sign, endless_side in ((-1.0, endless[0]), (1.0, endless[1])):
        last = best.copy()
        if endless_side:
            limits.append(sign * np.inf)
            continue
        begin = sign * best[place] if not any(endless) else 0.0
        found = crossing(lambda u, s=sign: drop(s * u) - critical, begin, width)  # type: ignore[misc]
        limits.append(sign * found)
    last = best.copy()
    return Profile(limits[0], limits[1], drop(0.0) ** 2)
