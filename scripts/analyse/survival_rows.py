"""The rows of a time-to-event result: curves, log-rank test and hazard ratios, in long form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from scripts.analyse.results import AnalysisSet, Rows, numbers
from scripts.stats.survival import (
    KaplanMeierResult,
    cox,
    kaplan_meier,
    logrank,
    logrank_hazard_ratio,
    mantel_haenszel_hazard_ratio,
    survival_at,
)

Pairs = Sequence[tuple[str, str]]
CURVE_COLUMNS = ("time", "at_risk", "events", "censored", "survival", "lower", "upper")


@dataclass
class Curves:
    """Kaplan-Meier curves by group, the words for how they were made, labels of time rows."""

    label: str = ""
    by_group: dict[str, KaplanMeierResult] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)


def time_word(time: float) -> str:
    """The id of the row at one time, as `t=12`."""
    return f"t={time:g}"


def survival_rows(
    subjects: AnalysisSet, method: Mapping[str, Any], level: float, times: Sequence[float]
) -> tuple[Rows, Curves, list[str]]:
    """Medians by group and survival at the planned times; a group without subjects is null."""
    curves = Curves(labels={time_word(t): f"{t:g}" for t in times})
    rows: Rows = []
    warnings = []
    for group in subjects.groups:
        members = subjects.of(group)
        median = dict.fromkeys(("median", "median_lower", "median_upper"))
        if len(members):
            curve = kaplan_meier(members["AVAL"], members["event"], level, method["transform"])
            curves.by_group[group.id], curves.label = curve, curve.label
            median = {word: getattr(curve, word) for word in median}
        if median["median"] is None or np.isnan(median["median"]):
            warnings.append(f"{group.id}: the median is not reached.")
        events = int(members["event"].sum())
        counts = {"n": len(members), "events": events, "censored": len(members) - events}
        rows += numbers("arm", group.id, **counts, **median)
    for group_id, curve in curves.by_group.items():
        read = survival_at(curve, list(times))
        for i, time in enumerate(times):
            words = ("survival", "lower", "upper", "at_risk")
            values = {word: getattr(read, word)[i] for word in words}
            rows += numbers(time_word(time), group_id, **values)
    return rows, curves, warnings


def curve_of(curve: KaplanMeierResult | None) -> dict[str, list[Any]]:
    """A curve as arrays that begin at time zero; empty where there is no curve."""
    if curve is None:
        return {word: [] for word in CURVE_COLUMNS}
    arrays = {word: getattr(curve, word).tolist() for word in CURVE_COLUMNS}
    if arrays["time"][0] > 0:
        start = {"time": 0, "at_risk": arrays["at_risk"][0], "events": 0, "censored": 0}
        arrays = {word: [start.get(word, 1.0), *values] for word, values in arrays.items()}
    return arrays


def unit_of(subjects: AnalysisSet) -> str:
    """The unit of the times."""
    units = subjects.subjects["AVALU"].dropna().unique()
    return str(units[0]) if len(units) else ""


def pair_of(subjects: AnalysisSet, a: str, b: str) -> tuple[pd.DataFrame, np.ndarray]:
    """The subjects of two groups, and which of them are in the first."""
    values = {group.id: group.value for group in subjects.groups}
    column = subjects.subjects[subjects.variable]
    members = subjects.subjects[column.isin([values[a], values[b]])]
    return members, (members[subjects.variable] == values[a]).to_numpy()


def estimable(members: pd.DataFrame, first: np.ndarray) -> bool:
    """Whether both groups have subjects and an event was seen."""
    return bool(first.any() and (~first).any() and members["event"].any())


def logrank_rows(subjects: AnalysisSet, pairs: Pairs) -> tuple[Rows, dict[tuple[str, str], float]]:
    """The test over all groups, and pair by pair where there are more than two; p by pair."""
    table = subjects.subjects
    present = [group for group in subjects.groups if len(subjects.of(group))]
    rows: Rows = []
    overall = np.nan
    empty = dict.fromkeys(("statistic", "df", "p_value"))
    if len(present) > 1 and table["event"].any():
        order = [group.value for group in present]
        labels = table[subjects.variable].to_numpy()
        found = logrank(table["AVAL"], table["event"], labels, order)
        overall = found.p_value
        rows += numbers("logrank", "", **{word: getattr(found, word) for word in empty})
        for i, group in enumerate(present):
            rows += numbers(
                "logrank",
                group.id,
                observed=found.observed[i],
                expected=found.expected[i],
                variance=found.variance[i, i],
            )
    else:
        rows += numbers("logrank", "", **empty)
    if len(subjects.groups) == 2:
        return rows, dict.fromkeys(pairs, overall)
    p_values = {}
    for a, b in pairs:
        members, first = pair_of(subjects, a, b)
        values: dict[str, Any] = dict(empty)
        if estimable(members, first):
            found = logrank(members["AVAL"], members["event"], first, [True, False])
            values = {word: getattr(found, word) for word in empty}
        rows += numbers("logrank", f"{a}/{b}", **values)
        p_values[a, b] = np.nan if values["p_value"] is None else values["p_value"]
    return rows, p_values


def _hazard_ratios(
    members: pd.DataFrame, first: np.ndarray, ties: str, level: float
) -> dict[str, dict[str, Any]]:
    time, event = members["AVAL"].to_numpy(float), members["event"].to_numpy(bool)
    words = ("hazard_ratio", "standard_error", "lower", "upper")
    fitted = cox(time, event, first.astype(float)[:, None], ties=ties, level=level)
    ratios = {
        "cox": {word: np.ravel(getattr(fitted, word))[0] for word in words}
        | {"p_value": np.ravel(fitted.p_value)[0]}
    }
    for row, estimator in (
        ("logrank_hazard_ratio", logrank_hazard_ratio),
        ("mantel_haenszel_hazard_ratio", mantel_haenszel_hazard_ratio),
    ):
        found = estimator(time, event, first, level)
        ratios[row] = {word: getattr(found, word) for word in words}
    return ratios


def hazard_rows(
    subjects: AnalysisSet,
    pairs: Pairs,
    method: Mapping[str, Any],
    level: float,
    p_values: Mapping[tuple[str, str], float],
    alpha: float,
) -> tuple[Rows, list[str]]:
    """Hazard ratios in both directions, and where an interval contradicts the log-rank test."""
    rows: Rows = []
    warnings = []
    empty = dict.fromkeys(("hazard_ratio", "standard_error", "lower", "upper"))
    names = ("cox", "logrank_hazard_ratio", "mantel_haenszel_hazard_ratio")
    for a, b in pairs:
        members, first = pair_of(subjects, a, b)
        for top, bottom, numerator in ((a, b, first), (b, a, ~first)):
            found: dict[str, dict[str, Any]] = dict.fromkeys(names, empty)
            if estimable(members, first):
                found = _hazard_ratios(members, numerator, method["ties"], level)
            for row in names:
                rows += numbers(row, f"{top}/{bottom}", **found[row], level=level)
        for row in names:
            lower, upper = found[row]["lower"], found[row]["upper"]
            if lower is None or np.isnan(lower) or np.isnan(p_values[a, b]):
                continue
            outside = lower > 1 or upper < 1
            if outside != (p_values[a, b] < alpha):
                holds = "leaves out" if outside else "holds"
                warnings.append(
                    f"{a}/{b}, {row}: the interval {holds} 1, yet the log-rank test says otherwise."
                )
    return rows, warnings
