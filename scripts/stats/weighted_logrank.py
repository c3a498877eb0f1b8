"""Log-rank tests with strata, and with weights that look at early or late differences."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scripts.stats.arguments import FloatArray, checked_strata, checked_survival, checked_word
from scripts.stats.distributions import chi_square_p_value
from scripts.stats.logrank import (
    EventTable,
    checked_labels,
    event_table,
    expected_events,
    quadratic_form,
)

WEIGHTS = {
    "logrank": "Log-rank test (Mantel-Cox)",
    "gehan_breslow": "Gehan-Breslow test (weights: number at risk)",
    "tarone_ware": "Tarone-Ware test (weights: square root of the number at risk)",
    "peto_peto": "Peto-Peto test (weights: Peto and Peto's survival estimate)",
    "fleming_harrington": "Fleming-Harrington test",
}


@dataclass(frozen=True, eq=False)
class WeightedLogRankResult:
    """A weighted and perhaps stratified log-rank test of k groups.

    Attributes
    ----------
    groups : tuple
        The groups, in the order of the arrays.
    n : array of int, shape (k,)
        Subjects in each group.
    observed, expected : array, shape (k,)
        Weighted sums of observed and expected events.
    variance : array, shape (k, k)
        Covariance matrix of observed - expected.
    statistic, df, p_value : float
        Chi-square statistic, degrees of freedom (k - 1), p value.
    rho, gamma : float
        Exponents of the Fleming-Harrington weights; nan for the others.
    strata : int
        Number of strata; 1 without.
    method, label : str
        Closed word and the words for a reader.
    """

    groups: tuple[object, ...]
    n: NDArray[np.int64]
    observed: FloatArray
    expected: FloatArray
    variance: FloatArray
    statistic: float
    df: float
    p_value: float
    rho: float
    gamma: float
    strata: int
    method: str
    label: str


def event_weights(table: EventTable, weight: str, rho: float, gamma: float) -> FloatArray:
    """Return the weight of each event time, by the pooled sample."""
    total = table.at_risk.sum(axis=0)
    if weight == "gehan_breslow":
        return total
    if weight == "tarone_ware":
        return np.sqrt(total)
    if weight == "peto_peto":
        return np.cumprod(1 - table.deaths / (total + 1))
    if weight == "fleming_harrington":
        survival = np.cumprod(1 - table.deaths / total)
        before = np.concatenate([[1.0], survival[:-1]])  # just before each time
        return np.asarray(before**rho * (1 - before) ** gamma)  # 0 ** 0 is 1
    return np.ones(total.size)


def _exponents(weight: str, rho: float | None, gamma: float | None) -> tuple[float, float]:
    given = [value for value in (rho, gamma) if value is not None]
    if weight != "fleming_harrington":
        if given:
            raise ValueError(f"rho and gamma belong to fleming_harrington, not to {weight}")
        return np.nan, np.nan
    if len(given) < 2 or not all(np.isfinite(value) and value >= 0 for value in given):
        raise ValueError("fleming_harrington needs rho and gamma, finite and not negative")
    return float(given[0]), float(given[1])


def weighted_logrank(
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    weight: str = "logrank",
    *,
    rho: float | None = None,
    gamma: float | None = None,
    strata: ArrayLike | None = None,
    order: Sequence[object] | None = None,
) -> WeightedLogRankResult:
    """Compare the survival of k groups by a log-rank test whose event times have weights.

    Parameters
    ----------
    time : array_like, shape (n,)
        Times to event or censoring, not negative, any unit.
    event : array_like, shape (n,)
        1 or True for an event, 0 or False for censoring.
    group : array_like, shape (n,)
        Group of each subject (numbers, text or bool).
    weight : str
        "logrank" (1), "gehan_breslow" (number at risk), "tarone_ware" (its square root),
        "peto_peto" or "fleming_harrington".
    rho, gamma : float
        Exponents, needed by "fleming_harrington" and by no other.
    strata : array_like, shape (n,), optional
        Stratum of each subject.
    order : sequence, optional
        The groups in the order wanted in the result; sorted when not given.

    Returns
    -------
    WeightedLogRankResult

    Notes
    -----
    Formula: X² = U' V⁻¹ U, k - 1 df; U = Σ w (d(i) - n(i) d / n), V = Σ w² Var(d(i)).

    Fleming-Harrington weights are S(t-)^rho (1 - S(t-))^gamma with the Kaplan-Meier estimate of all
    groups together just before the time: rho > 0 looks at early, gamma > 0 at late differences
    (rho alone is R's `survdiff`). Peto and Peto's estimate is the product of 1 - d / (n + 1) up to
    and with the time. With strata, U and V are those of each stratum added up, and weights come
    from the stratum's own events. Groups never at risk at an event time that has a weight are left
    out of statistic and df; when no event time tells the groups apart statistic and p are nan. A
    test whose weights were chosen after seeing the curves has no valid p. One group only, or
    n = 0, raises ValueError.

    References
    ----------
    Fleming TR, Harrington DP. Counting processes and survival analysis. Wiley, 1991, chapter 7.
    Gehan EA. Biometrika 1965;52:203-23. Tarone RE, Ware J. Biometrika 1977;64:156-60. Peto R,
    Peto J. J R Stat Soc A 1972;135:185-207.
    """
    checked_word(weight, WEIGHTS, "weight")
    exponents = _exponents(weight, rho, gamma)
    times, had_event = checked_survival(time, event)
    labels, groups = checked_labels(group, times.size, order)
    number, count = checked_strata(strata, times.size)
    member = np.stack([labels == one for one in groups])
    size = len(groups)
    observed, expected, variance = np.zeros(size), np.zeros(size), np.zeros((size, size))
    for one in range(count):
        rows = slice(None) if number is None else number == one
        parts = _stratum(times[rows], had_event[rows], member[:, rows], weight, exponents)
        observed, expected = observed + parts[0], expected + parts[1]
        variance = variance + parts[2]
    statistic, df = quadratic_form(observed - expected, variance, expected > 0)
    return WeightedLogRankResult(
        groups=groups,
        n=member.sum(axis=1),
        observed=observed,
        expected=expected,
        variance=variance,
        statistic=statistic,
        df=df,
        p_value=float("nan") if np.isnan(statistic) else chi_square_p_value(statistic, df),
        rho=exponents[0],
        gamma=exponents[1],
        strata=count,
        method=weight if strata is None else f"stratified_{weight}",
        label=_label(weight, exponents, strata is not None),
    )


def _stratum(
    times: FloatArray,
    had_event: NDArray[np.bool_],
    member: NDArray[np.bool_],
    weight: str,
    exponents: tuple[float, float],
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return weighted observed and expected events and their covariance."""
    table = event_table(times, had_event, member)
    weights = event_weights(table, weight, *exponents)
    expected, variance = expected_events(table, weights)
    place = np.searchsorted(table.moments, times[had_event])
    observed = np.array([weights[place[row[had_event]]].sum() for row in member])
    return observed, expected, variance


def _label(weight: str, exponents: tuple[float, float], stratified: bool) -> str:
    words = WEIGHTS[weight]
    if weight == "fleming_harrington":
        words += f" (rho = {exponents[0]:g}, gamma = {exponents[1]:g})"
    if stratified and weight == "logrank":
        return f"Stratified {words[0].lower()}{words[1:]}"
    return f"{words}, stratified" if stratified else words


def stratified_logrank(
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    strata: ArrayLike,
    order: Sequence[object] | None = None,
) -> WeightedLogRankResult:
    """Compare the survival of k groups by the log-rank test within strata.

    Parameters
    ----------
    time : array_like, shape (n,)
        Times to event or censoring, not negative, any unit.
    event : array_like, shape (n,)
        1 or True for an event, 0 or False for censoring.
    group, strata : array_like, shape (n,)
        Group and stratum of each subject.
    order : sequence, optional
        The groups in the order wanted in the result; sorted when not given.

    Returns
    -------
    WeightedLogRankResult

    Notes
    -----
    Formula: X² = U' V⁻¹ U, k - 1 df; U = Σ (O - E) and V = Σ V over the strata.

    Observed and expected events and their covariance are those of the log-rank test in each
    stratum, added up before they are divided, so that groups are compared within strata only. A
    stratum with one group, or without events, adds nothing. Otherwise as the log-rank test.

    References
    ----------
    Mantel N. Cancer Chemother Rep 1966;50:163-70. Machin D, Cheung YB, Parmar M. Survival
    analysis, 2nd ed. Wiley, 2006, chapter 3.
    """
    return weighted_logrank(time, event, group, strata=strata, order=order)
