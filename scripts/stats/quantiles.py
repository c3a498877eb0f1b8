"""Sample quantiles, with the definition named."""

import numpy as np
from numpy.typing import ArrayLike

from scripts.stats.arguments import checked_vector

LABELS = {
    2: "type 2 (averaged at jumps; SAS default)",
    5: "type 5 (Hazen)",
    6: "type 6 (weighted (n + 1) p; SPSS and Prism)",
    7: "type 7 (weighted (n - 1) p + 1; R, Excel and numpy default)",
}
OFFSETS = {5: 0.5, 6: 0.0, 7: 1.0}
FUZZ = 4 * float(np.finfo(np.float64).eps)


def quantile(x: ArrayLike, p: float, type_: int) -> float:
    """Compute a sample quantile by one of the definitions of Hyndman and Fan.

    Parameters
    ----------
    x : array_like, shape (n,)
        Observations, any unit, in any order; without missing values.
    p : float
        Probability between 0 and 1 inclusive; 0.5 is the median.
    type_ : int
        2, 5, 6 or 7.

    Returns
    -------
    float
        The quantile, in the unit of `x`.

    Notes
    -----
    Formula: x[j] + g (x[j + 1] - x[j]) with j + g the position of the type.

    Positions: type 2 takes observation ceil(np), or the mean of two neighbours when np is whole;
    types 5, 6 and 7 interpolate at position np + 0.5, (n + 1) p and (n - 1) p + 1. Positions
    beyond an end give the extreme observation. A position within 4 machine epsilon of a whole
    number counts as whole (as in R), so that 0.1 * 30 does. All four agree on the median.
    n = 0 raises ValueError.

    References
    ----------
    Hyndman RJ, Fan Y. Sample quantiles in statistical packages. Am Stat 1996;50:361-5.
    """
    if type_ not in LABELS:
        raise ValueError(f"type_ is {type_!r}; allowed: {', '.join(map(str, LABELS))}")
    if not 0 <= p <= 1:
        raise ValueError(f"p is {p!r}; it must lie between 0 and 1")
    ordered = np.sort(checked_vector(x, "x"))
    n = ordered.size
    offset = OFFSETS.get(type_, 0.5)
    position = n * p if type_ == 2 else offset + p * (n + 1 - 2 * offset)
    whole = int(np.floor(position + FUZZ * max(1.0, position)))
    weight = position - whole
    if abs(weight) < FUZZ * max(1.0, position):
        weight = 0.0
    if type_ == 2:
        weight = 0.5 if weight == 0 else 1.0
    lower, upper = ordered[min(max(whole, 1), n) - 1], ordered[min(max(whole + 1, 1), n) - 1]
    # the two ends are equal where neighbours are: no rounding error enters a plain observation
    return float(lower if lower == upper else (1 - weight) * lower + weight * upper)


def quartiles(x: ArrayLike, type_: int) -> tuple[float, float, float]:
    """Compute the lower quartile, median and upper quartile by one definition of `quantile`."""
    return quantile(x, 0.25, type_), quantile(x, 0.5, type_), quantile(x, 0.75, type_)
