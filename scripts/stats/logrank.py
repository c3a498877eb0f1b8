"""The log-rank test of k groups."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scripts.stats.arguments import FloatArray, checked_survival
from scripts.stats.distributions import chi_square_p_value


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


@dataclass(frozen=True, eq=False)
class EventTable:
    """Event times (m,), the events at each (m,), and by group those at risk before it (k, m)."""

    moments: FloatArray
    deaths: FloatArray
    at_risk: FloatArray


def checked_labels(
    group: ArrayLike, rows: int, order: Sequence[object] | None
) -> tuple[NDArray[np.generic], tuple[object, ...]]:
    """Return the labels of the subjects and the groups in order, two of them or more."""
    labels = np.asarray(group)
    if labels.shape != (rows,):
        raise ValueError(f"group has shape {labels.shape}; it needs {rows}, one a subject")
    groups = group_order(labels, order)
    if len(groups) < 2:
        raise ValueError(f"the log-rank test needs two groups or more; only {groups[0]!r} occurs")
    return labels, groups


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
    Formula: X² = (O - E)' V⁻¹ (O - E), k - 1 df; E = Σ n(i) d / n over the event times.

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
    labels, groups = checked_labels(group, times.size, order)
    member = np.stack([labels == one for one in groups])
    table = event_table(times, had_event, member)
    expected, variance = expected_events(table, np.ones(table.moments.size))
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


def event_table(
    times: FloatArray, had_event: NDArray[np.bool_], member: NDArray[np.bool_]
) -> EventTable:
    """Return the events at each event time and, by group, who is at risk; `member` is (k, n)."""
    moments, deaths = np.unique(times[had_event], return_counts=True)
    at_risk = np.stack(
        [row.sum() - np.searchsorted(np.sort(times[row]), moments, side="left") for row in member]
    ).astype(np.float64)
    return EventTable(moments, deaths.astype(np.float64), at_risk)


def expected_events(table: EventTable, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return expected events (k,) and their hypergeometric covariance (k, k), weighted by time."""
    total = table.at_risk.sum(axis=0)
    share = table.at_risk / total
    expected = share @ (weight * table.deaths)
    spread = weight**2 * table.deaths * (total - table.deaths) / np.maximum(total - 1, 1)
    return expected, np.diag(share @ spread) - (share * spread) @ share.T


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
