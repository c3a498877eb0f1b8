"""How far one sample is shifted against another."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scripts.stats.arguments import FloatArray, checked_fraction, checked_vector, checked_word
from scripts.stats.distributions import normal_critical
from scripts.stats.rank_distributions import rank_sum_distribution

LIMITS = {
    "exact": "exact distribution of U (Moses)",
    "asymptotic": "normal approximation (Moses), without continuity correction",
    "asymptotic_corrected": "normal approximation (Moses), with continuity correction",
}
ROUNDING = 1e-12  # of a sum of probabilities


@dataclass(frozen=True)
class ShiftResult:
    """The shift between two samples with its limits.

    Attributes
    ----------
    estimate, lower, upper : float
        Shift of x against y and its limits, in their unit; limits are nan when the samples are too
        small for the level.
    position : int
        The limits are the ordered differences at this place from below and from above; 0: none.
    level : float
        Confidence level.
    method, label : str
        Closed word and the words for a reader.
    """

    estimate: float
    lower: float
    upper: float
    position: int
    level: float
    method: str
    label: str


def _inner_ties(values: FloatArray) -> float:
    _, count = np.unique(values, return_counts=True)
    tied = count.astype(np.float64)
    return float((tied**3 - tied).sum())


def _position(x: FloatArray, y: FloatArray, level: float, limits: str) -> int:
    """Return the place of the limits among the ordered differences, counted from either end."""
    n1, n2 = x.size, y.size
    n = n1 + n2
    if limits == "exact":
        sums, chance = rank_sum_distribution(np.arange(1.0, n + 1), n1)
        order = np.argsort(sums)
        tail, half = np.cumsum(chance[order]), (1 - level) / 2
        place = int(np.argmax(tail >= half - ROUNDING))
        # with a tail of exactly half at 0 the extreme differences keep the level
        return 1 if place == 0 and tail[0] <= half + ROUNDING else place
    ties = _inner_ties(x) + _inner_ties(y)
    variance = n1 * n2 / 12 * (n + 1 - ties / (n * (n - 1)))
    place = n1 * n2 / 2 - normal_critical(level) * np.sqrt(variance)
    if limits == "asymptotic_corrected":
        return int(np.floor(place + 0.5))
    return int(np.floor(place)) + 1


def hodges_lehmann(
    x: ArrayLike, y: ArrayLike, level: float = 0.95, limits: str = "asymptotic_corrected"
) -> ShiftResult:
    """Estimate the shift of x against y: the median of all differences between them.

    Parameters
    ----------
    x : array_like, shape (n1,)
        Observations of the first group, without missing values.
    y : array_like, shape (n2,)
        Observations of the second group, in the same unit.
    level : float
        Confidence level, e.g. 0.95.
    limits : str
        "exact", "asymptotic" or "asymptotic_corrected".

    Returns
    -------
    ShiftResult

    Notes
    -----
    Formula: Δ = median of x(i) - y(j); limits D(k) and D(n1 n2 + 1 - k) of the ordered differences.

    k is the smallest number with P(U ≤ k) ≥ (1 - level) / 2: the limits hold the shifts that the
    Mann-Whitney test does not reject. Exact: the distribution of U without ties (with ties the
    limits are conservative). Otherwise U is normal with variance
    n1 n2 / 12 (N + 1 - sum(t^3 - t) / (N (N - 1))), t being the ties inside each group, which
    remain at every shift. With k < 1 there are no limits (nan): R's `wilcox.test` then
    gives the extreme differences at a lower level. An empty group raises ValueError.

    References
    ----------
    Hodges JL, Lehmann EL. Estimates of location based on rank tests. Ann Math Stat 1963;34:598-611.
    Moses LE, in Walker HM, Lev J. Statistical inference. Holt, 1953, chapter 18. Hollander M, Wolfe
    DA. Nonparametric statistical methods, 2nd ed. Wiley, 1999, section 4.3.
    """
    words = LIMITS[checked_word(limits, LIMITS, "limits")]
    checked = checked_fraction(level, "level")
    first, second = checked_vector(x, "x"), checked_vector(y, "y")
    differences = np.sort((first[:, None] - second[None, :]).ravel())
    place = _position(first, second, checked, limits)
    lower = upper = float("nan")
    if 1 <= place <= (differences.size + 1) // 2:
        lower, upper = float(differences[place - 1]), float(differences[-place])
    return ShiftResult(
        estimate=float(np.median(differences)),
        lower=lower,
        upper=upper,
        position=max(place, 0),
        level=checked,
        method="hodges_lehmann" if limits != "exact" else "hodges_lehmann_exact",
        label=f"Hodges-Lehmann shift (median of all differences), limits: {words}",
    )
