"""Differences between two proportions common to several strata, with their intervals.

All three have the Mantel-Haenszel estimate: differences of the strata weighted by n1 n2 / N.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from scripts.stats.arguments import FloatArray, checked_fraction, checked_word
from scripts.stats.differences import DifferenceResult
from scripts.stats.distributions import normal_critical
from scripts.stats.score_differences import HALVINGS, constrained_proportions
from scripts.stats.strata import Strata, checked_tables, shares

LABELS = {
    "mantel_haenszel": "Mantel-Haenszel difference with Sato variance",
    "stratified_newcombe": "Stratified Newcombe interval (Yan and Su) with Mantel-Haenszel weights",
    "stratified_miettinen_nurminen": "Stratified Miettinen-Nurminen interval with Mantel-Haenszel "
    "weights",
}


def common_estimate(strata: Strata) -> float:
    """Return the Mantel-Haenszel difference."""
    differences = strata.x1 / strata.n1 - strata.x2 / strata.n2
    return float(shares(strata.weights) @ differences)


def stratified_result(
    estimate: float, error: float, limits: tuple[float, float], level: float, method: str
) -> DifferenceResult:
    """Return the result with limits kept inside -1 and 1."""
    lower, upper = max(-1.0, float(limits[0])), min(1.0, float(limits[1]))
    return DifferenceResult(estimate, error, lower, upper, float(level), method, LABELS[method])


def sato_variance(strata: Strata, estimate: float) -> float:
    """Return the variance of the Mantel-Haenszel difference for many or for large strata."""
    x1, n1, x2, n2, total = strata.x1, strata.n1, strata.x2, strata.n2, strata.total
    p = (n1**2 * x2 - n2**2 * x1 + n1 * n2 * (n2 - n1) / 2) / total**2
    q = (x1 * (n2 - x2) + x2 * (n1 - x1)) / (2 * total)
    return float((estimate * p.sum() + q.sum()) / strata.weights.sum() ** 2)


def mantel_haenszel_difference(
    x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, level: float = 0.95
) -> DifferenceResult:
    """Compute the Mantel-Haenszel difference of proportions over strata with Sato's variance.

    Parameters
    ----------
    x1, n1, x2, n2 : array, shape (strata,)
        Numbers with the outcome and numbers of subjects of the two groups in each stratum.
    level : float
        Confidence level, e.g. 0.95.

    Returns
    -------
    DifferenceResult

    Notes
    -----
    Formula: d ± z √((d ΣP + ΣQ) / (Σw)²), d = Σ w (p1 - p2) / Σw, w = n1 n2 / N, P = (n1² x2 - n2² x1 + n1 n2 (n2 - n1) / 2) / N², Q = (x1 (n2 - x2) + x2 (n1 - x1)) / (2 N).

    Holds for many small strata and for few large ones. A stratum without one of the groups tells
    nothing and is left out. A variance below zero, which rounding can give, is taken as zero.
    Limits are cut at -1 and 1. Without any stratum that has both groups ValueError is raised.

    References
    ----------
    Sato T. On the variance estimator for the Mantel-Haenszel risk difference. Biometrics
    1989;45:1323-4.
    """  # noqa: E501
    strata = checked_tables(x1, n1, x2, n2)
    estimate = common_estimate(strata)
    error = float(np.sqrt(max(0.0, sato_variance(strata, estimate))))
    half = normal_critical(level) * error
    return stratified_result(
        estimate, error, (estimate - half, estimate + half), level, "mantel_haenszel"
    )


def stratified_wilson(
    x: FloatArray, n: FloatArray, weights: FloatArray, z: float
) -> tuple[float, float]:
    """Return the weighted limits of the Wilson intervals of the strata, each at a smaller z.

    The smaller z makes the weighted half-widths add up to that of the weighted proportion. Where
    the proportions of all strata are 0 or 1, so that they have no spread, they are taken to have
    the same one.
    """
    p = x / n
    parts = weights**2 * p * (1 - p) / n
    parts = parts if parts.sum() > 0 else weights**2 / n
    own = z * np.sqrt(parts.sum()) / np.sqrt(parts).sum()
    middle, half = x + own**2 / 2, own * np.sqrt(x * (n - x) / n + own**2 / 4)
    lower = np.where(x == 0, 0.0, (middle - half) / (n + own**2))
    upper = np.where(x == n, 1.0, (middle + half) / (n + own**2))
    return float(weights @ lower), float(weights @ upper)


def stratified_newcombe_difference(
    x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, level: float = 0.95
) -> DifferenceResult:
    """Compute the stratified Newcombe interval of a common difference.

    Parameters
    ----------
    x1, n1, x2, n2 : array, shape (strata,)
        Numbers with the outcome and numbers of subjects of the two groups in each stratum.
    level : float
        Confidence level, e.g. 0.95.

    Returns
    -------
    DifferenceResult
        `standard_error` is nan: the limits come from two stratified Wilson intervals.

    Notes
    -----
    Formula: d - z √(λ1 l1 (1 - l1) + λ2 u2 (1 - u2)) to d + z √(λ1 u1 (1 - u1) + λ2 l2 (1 - l2)), d = Σ w (p1 - p2), λi = Σ w² / ni, w = (n1 n2 / N) / Σ (n1 n2 / N).

    l and u are the limits of the stratified Wilson interval of each group: weighted means of
    Wilson limits of the strata at z √(Σ v) / Σ √v, v = w² p (1 - p) / n. The weights are those of
    Mantel and Haenszel, for the estimate and for both groups; the weights that Yan and Su find by
    iteration are not used. With one stratum it is Newcombe's interval without correction. Where
    the proportions of a group are 0 or 1 in every stratum v is w² / n. A stratum without one of
    the groups is left out. Without any stratum that has both groups ValueError is raised.

    References
    ----------
    Yan X, Su XG. Stratified Wilson and Newcombe confidence intervals for multiple binomial
    proportions. Stat Biopharm Res 2010;2:329-35.
    """  # noqa: E501
    strata = checked_tables(x1, n1, x2, n2)
    z, weights, estimate = normal_critical(level), shares(strata.weights), common_estimate(strata)
    lower1, upper1 = stratified_wilson(strata.x1, strata.n1, weights, z)
    lower2, upper2 = stratified_wilson(strata.x2, strata.n2, weights, z)
    first, second = float(weights**2 @ (1 / strata.n1)), float(weights**2 @ (1 / strata.n2))
    below = z * np.sqrt(first * lower1 * (1 - lower1) + second * upper2 * (1 - upper2))
    above = z * np.sqrt(first * upper1 * (1 - upper1) + second * lower2 * (1 - lower2))
    limits = (estimate - below, estimate + above)
    return stratified_result(estimate, np.nan, limits, level, "stratified_newcombe")


def stratified_score(strata: Strata, delta: float) -> float:
    """Return the score z statistic of the hypothesis that every stratum's difference is delta."""
    p1, p2 = constrained_proportions(strata.x1, strata.n1, strata.x2, strata.n2, delta)
    weights, total = shares(strata.weights), strata.total
    variance = (p1 * (1 - p1) / strata.n1 + p2 * (1 - p2) / strata.n2) * total / (total - 1)
    spread = float(weights**2 @ variance)
    distance = common_estimate(strata) - delta
    if spread <= 0:
        return 0.0 if abs(distance) < 1e-14 else float(np.copysign(np.inf, distance))
    return float(distance / np.sqrt(spread))


def stratified_miettinen_nurminen_difference(
    x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, level: float = 0.95
) -> DifferenceResult:
    """Compute the stratified Miettinen-Nurminen score interval of a common difference.

    Parameters
    ----------
    x1, n1, x2, n2 : array, shape (strata,)
        Numbers with the outcome and numbers of subjects of the two groups in each stratum.
    level : float
        Confidence level, e.g. 0.95.

    Returns
    -------
    DifferenceResult
        `standard_error` is nan: the variance changes along the interval.

    Notes
    -----
    Formula: all δ with (Σ w (p1 - p2 - δ))² / Σ w² V(δ) N / (N - 1) ≤ z², w = (n1 n2 / N) / Σ (n1 n2 / N).

    V is the variance of each stratum at its constrained maximum likelihood proportions. The
    weights are those of Mantel and Haenszel and do not change along the interval; the weights
    that Miettinen and Nurminen find by iteration are not used. With one stratum it is their
    interval of one table. A stratum without one of the groups is left out. Without any stratum
    that has both groups ValueError is raised.

    References
    ----------
    Miettinen O, Nurminen M. Comparative analysis of two rates. Stat Med 1985;4:213-26.
    """  # noqa: E501
    strata = checked_tables(x1, n1, x2, n2)
    z, estimate = normal_critical(checked_fraction(level, "level")), common_estimate(strata)
    limits = []
    for end, sign in ((-1.0, 1.0), (1.0, -1.0)):
        outside, inside = end, estimate
        for _ in range(HALVINGS):
            middle = (outside + inside) / 2
            rejected = sign * stratified_score(strata, middle) > z
            outside, inside = (middle, inside) if rejected else (outside, middle)
        limits.append((outside + inside) / 2)
    method = "stratified_miettinen_nurminen"
    return stratified_result(estimate, np.nan, (limits[0], limits[1]), level, method)


STRATIFIED: dict[str, Callable[..., DifferenceResult]] = {
    "mantel_haenszel": mantel_haenszel_difference,
    "stratified_newcombe": stratified_newcombe_difference,
    "stratified_miettinen_nurminen": stratified_miettinen_nurminen_difference,
}


def stratified_difference(
    x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, level: float = 0.95,
    method: str = "mantel_haenszel",
) -> DifferenceResult:  # fmt: skip
    """Compute the common difference that the word `method` names (a key of STRATIFIED)."""
    return STRATIFIED[checked_word(method, STRATIFIED, "method")](x1, n1, x2, n2, level)
