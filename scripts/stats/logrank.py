"""The log-rank test, and two hazard ratios that are computed from its parts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scripts.stats.arguments import FloatArray, checked_binary, checked_survival
from scripts.stats.distributions import chi_square_p_value, normal_critical


@dataclass(frozen=True, eq=False)
class LogRankResult:
    """A log-rank test of k groups.

    Attributes
    ----------
    groups : tuple
        The groups, in the order of the arrays.
    n : array of int, shape (k,)
        Subjects in each group.
    observed, expected : array, shape (k,)
        Observed events, and events expected if the hazards were equal.
    variance : array, shape (k, k)
        Hypergeometric covariance matrix of observed - expected.
    statistic, df, p_value : float
        Chi-square statistic, degrees of freedom (k - 1), p value.
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
    method: str = "logrank"
    label: str = "Log-rank test (Mantel-Cox)"


@dataclass(frozen=True)
class HazardRatioResult:
    """A hazard ratio with its limits.

    Attributes
    ----------
    hazard_ratio : float
        Hazard of the numerator group relative to the other.
    standard_error : float
        Standard error of the log hazard ratio.
    lower, upper, level : float
        Limits and confidence level.
    method, label : str
        Closed word and the words for a reader.
    """

    hazard_ratio: float
    standard_error: float
    lower: float
    upper: float
    level: float
    method: str
    label: str


def group_order(labels: NDArray[np.generic], order: Sequence[object] | None) -> tuple[object, ...]:
    """Return the groups in the caller's order, or sorted; all that occur and no others."""
    present = tuple(np.unique(labels).tolist())
    if order is None:
        return present
    if set(order) != set(present) or len(set(order)) != len(order):
        raise ValueError(f"order {list(order)!r} is not the groups that occur: {list(present)!r}")
    return tuple(order)


def logrank(
    time: ArrayLike, event: ArrayLike, group: ArrayLike, order: Sequence[object] | None = None
) -> LogRankResult:
    """Compare the survival of k groups by the log-rank test.

    Parameters
    ----------
    time : array_like, shape (n,)
        Times to event or censoring, not negative, any unit.
    event : array_like, shape (n,)
        1 or True for an event, 0 or False for censoring.
    group : array_like, shape (n,)
        Group of each subject (numbers, text or bool).
    order : sequence, optional
        The groups in the order wanted in the result; sorted when not given.

    Returns
    -------
    LogRankResult

    Notes
    -----
    At each event time the events of a group are hypergeometric given the margins: covariance
    d (N - d) / (N - 1) (n_i / N) (1[i = j] - n_j / N), zero when one subject is left. Statistic
    (O - E)' V^-1 (O - E) without the last group, chi-square with k - 1 degrees of freedom. Groups
    never at risk at an event time have E = 0; they are left out of statistic and df (as R's
    `survdiff`). With no event, or with none while two groups are at risk, statistic and p are
    nan. One group only, or n = 0, raises ValueError.

    References
    ----------
    Mantel N. Evaluation of survival data and two new rank order statistics arising in its
    consideration. Cancer Chemother Rep 1966;50:163-70. Peto R, Peto J. Asymptotically efficient
    rank invariant test procedures. J R Stat Soc A 1972;135:185-207.
    """
    times, had_event = checked_survival(time, event)
    labels = np.asarray(group)
    if labels.shape != times.shape:
        raise ValueError(f"group has shape {labels.shape}; it needs {times.size}, one a subject")
    groups = group_order(labels, order)
    if len(groups) < 2:
        raise ValueError(f"the log-rank test needs two groups or more; only {groups[0]!r} occurs")
    member = np.stack([labels == one for one in groups])
    moments = np.unique(times[had_event])
    at_risk = np.stack(
        [row.sum() - np.searchsorted(np.sort(times[row]), moments, side="left") for row in member]
    ).astype(np.float64)
    deaths = np.array([(times[had_event] == moment).sum() for moment in moments], dtype=float)
    total = at_risk.sum(axis=0)
    share = at_risk / total
    expected = share @ deaths
    weight = deaths * (total - deaths) / np.maximum(total - 1, 1)
    variance = np.diag(share @ weight) - (share * weight) @ share.T
    observed = (member & had_event).sum(axis=1).astype(np.float64)
    statistic, df = quadratic_form(observed - expected, variance, expected > 0)
    return LogRankResult(
        groups=groups,
        n=member.sum(axis=1),
        observed=observed,
        expected=expected,
        variance=variance,
        statistic=statistic,
        df=df,
        p_value=float("nan") if np.isnan(statistic) else chi_square_p_value(statistic, df),
    )


def quadratic_form(
    distance: FloatArray, variance: FloatArray, informative: NDArray[np.bool_]
) -> tuple[float, float]:
    """Return (O - E)' V^-1 (O - E) and its degrees of freedom, among the informative groups."""
    df = float(max(int(informative.sum()) - 1, 0))
    kept = np.flatnonzero(informative)[:-1]
    block = variance[np.ix_(kept, kept)]
    if df == 0 or np.linalg.matrix_rank(block) < kept.size:
        return float("nan"), df
    return float(distance[kept] @ np.linalg.solve(block, distance[kept])), df


def two_group_logrank(time: ArrayLike, event: ArrayLike, group: ArrayLike) -> LogRankResult:
    """Return the log-rank test with the numerator group (group = 1) first."""
    numerator = checked_binary(group, np.size(group), "group")
    return logrank(time, event, numerator, order=(True, False))


def logrank_hazard_ratio(
    time: ArrayLike, event: ArrayLike, group: ArrayLike, level: float = 0.95
) -> HazardRatioResult:
    """Compute the hazard ratio (O1/E1) / (O2/E2) from the log-rank test.

    Parameters
    ----------
    time, event : array_like, shape (n,)
        Times, and 1 or True for an event.
    group : array_like of bool, shape (n,)
        True for the numerator group, False for the other.
    level : float
        Confidence level, e.g. 0.95.

    Returns
    -------
    HazardRatioResult

    Notes
    -----
    SE(ln HR) = sqrt(1/E1 + 1/E2), normal limits on the log scale: what GraphPad Prism prints as
    "hazard ratio (logrank)". It tends towards 1 compared with Cox's estimate, and its standard
    error is not that of the test, so limits and log-rank p value can disagree. With no event in a
    group the ratio is 0 or infinite and the limits nan; with none at all everything is nan.

    References
    ----------
    Bernstein L, Anderson J, Pike MC. Estimation of the proportional hazard in two-treatment-group
    clinical trials. Biometrics 1981;37:513-9. Machin D, Cheung YB, Parmar M. Survival analysis,
    2nd ed. Wiley, 2006, chapter 3. GraphPad Prism: hazard ratio from survival analysis.
    """
    test = two_group_logrank(time, event, group)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = test.observed / test.expected
        ratio, error = ratios[0] / ratios[1], np.sqrt((1 / test.expected).sum())
    return hazard_ratio_result(
        float(ratio),
        float(error),
        level,
        "logrank_hazard_ratio",
        "Log-rank hazard ratio (O1/E1)/(O2/E2)",
    )


def mantel_haenszel_hazard_ratio(
    time: ArrayLike, event: ArrayLike, group: ArrayLike, level: float = 0.95
) -> HazardRatioResult:
    """Compute the hazard ratio exp((O1 - E1) / V) from the log-rank test.

    Parameters
    ----------
    time, event : array_like, shape (n,)
        Times, and 1 or True for an event.
    group : array_like of bool, shape (n,)
        True for the numerator group, False for the other.
    level : float
        Confidence level, e.g. 0.95.

    Returns
    -------
    HazardRatioResult

    Notes
    -----
    SE(ln HR) = 1 / sqrt(V), V the log-rank variance of O1: the one-step (Peto) estimate, which
    Prism prints as "hazard ratio (Mantel-Haenszel)". Its limits agree with the log-rank test: 1
    is outside exactly when p < 1 - level. It is biased away from 1 when the true ratio is far
    from 1 or the groups are of unequal size. With V = 0 (no event while both groups are at risk)
    everything is nan.

    References
    ----------
    Yusuf S, Peto R, Lewis J, Collins R, Sleight P. Beta blockade during and after myocardial
    infarction. Prog Cardiovasc Dis 1985;27:335-71. Machin D, Cheung YB, Parmar M. Survival
    analysis, 2nd ed. Wiley, 2006, chapter 3.
    """
    test = two_group_logrank(time, event, group)
    variance = float(test.variance[0, 0])
    log_ratio, error = np.nan, np.nan
    if variance > 0:
        log_ratio = float((test.observed[0] - test.expected[0]) / variance)
        error = 1 / float(np.sqrt(variance))
    return hazard_ratio_result(
        float(np.exp(log_ratio)),
        error,
        level,
        "mantel_haenszel_hazard_ratio",
        "Mantel-Haenszel (one-step) hazard ratio exp((O1 - E1)/V)",
    )


def hazard_ratio_result(
    ratio: float, error: float, level: float, method: str, label: str
) -> HazardRatioResult:
    """Return the ratio with normal limits on the log scale; nan limits when it is 0 or infinite."""
    lower = upper = float("nan")
    if np.isfinite(ratio) and ratio > 0:
        factor = float(np.exp(normal_critical(level) * error))
        lower, upper = ratio / factor, ratio * factor
    return HazardRatioResult(ratio, error, lower, upper, float(level), method, label)
