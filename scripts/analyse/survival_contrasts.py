"""Groups compared by their survival curves alone: at landmarks, and by restricted means."""

from collections.abc import Mapping, Sequence
from typing import Any

from scripts.analyse.results import (
    Analysis,
    AnalysisSet,
    Plan,
    Rows,
    build_result,
    contrasts_of,
    group_entries,
    method_of,
    numbers,
)
from scripts.analyse.survival_rows import Pairs, time_word, unit_of
from scripts.stats.survival import (
    ContrastResult,
    KaplanMeierResult,
    RestrictedMeanResult,
    kaplan_meier,
    restricted_mean,
    restricted_mean_difference,
    restricted_mean_ratio,
    survival_at,
    survival_difference,
)

Curves = Mapping[str, KaplanMeierResult]
READ = ("survival", "lower", "upper", "at_risk")
CONTRAST = ("estimate", "standard_error", "lower", "upper", "statistic", "p_value")
TIME = ("time_difference", "standard_error", "time_difference_lower", "time_difference_upper")
MEAN = ("restricted_mean", "standard_error", "restricted_mean_lower", "restricted_mean_upper")
PLACES = ("mean", "standard_error", "lower", "upper")


def landmark_rows(
    curves: Curves, groups: Sequence[str], pairs: Pairs, times: Sequence[float], scale: str
) -> tuple[Rows, str]:
    """Survival of each group and the difference of each contrast at the times; the words for it."""
    rows: Rows = []
    label = ""
    for time in times:
        at = time_word(time)
        for group in groups:
            values: dict[str, Any] = dict.fromkeys(READ)
            if group in curves:
                read = survival_at(curves[group], [time])
                values = {word: getattr(read, word)[0] for word in READ}
            rows += numbers(at, group, **values)
        for a, b in pairs:
            values = dict.fromkeys(CONTRAST)
            if a in curves and b in curves:
                found = survival_difference(curves[a], curves[b], time, scale)
                values = {word: getattr(found, word) for word in CONTRAST}
                label = found.label
            rows += numbers(at, f"{a}-{b}", **values)
    return rows, label


def _as_time(words: Sequence[str], found: ContrastResult | RestrictedMeanResult | None) -> Any:
    """An estimate with its error and limits under words that say that they are times."""
    if found is None:
        return dict.fromkeys(words)
    first = "estimate" if isinstance(found, ContrastResult) else "mean"
    return {
        word: getattr(found, place) for word, place in zip(words, (first, *PLACES[1:]), strict=True)
    }


def restricted_rows(
    means: Mapping[str, RestrictedMeanResult], groups: Sequence[str], pairs: Pairs
) -> Rows:
    """Restricted means by group, then difference and ratio of each contrast."""
    rows: Rows = []
    for group in groups:
        rows += numbers("restricted_mean", group, **_as_time(MEAN, means.get(group)))
    for a, b in pairs:
        both = (means[a], means[b]) if a in means and b in means else None
        difference = restricted_mean_difference(*both) if both else None
        tests = {w: getattr(difference, w, None) for w in ("statistic", "p_value")}
        rows += numbers("restricted_mean", f"{a}-{b}", **_as_time(TIME, difference), **tests)
        ratio = restricted_mean_ratio(*both) if both else None
        words = ("standard_error", "lower", "upper", "statistic", "p_value")
        values = {word: getattr(ratio, word, None) for word in words}
        rows += numbers(
            "restricted_mean_ratio", f"{a}/{b}", ratio=getattr(ratio, "estimate", None), **values
        )
    return rows


def too_short(curves: Curves, times: Sequence[float], horizon: float | None) -> list[str]:
    """A warning for each group whose follow-up ends before a time that is asked for."""
    warnings = []
    for group, curve in curves.items():
        last, ended = float(curve.time[-1]), curve.survival[-1] == 0
        late = [f"{time:g}" for time in times if time > last]
        if late and not ended:
            warnings.append(
                f"{group}: follow-up ends at {last:g}; survival is not known at {', '.join(late)}."
            )
        if horizon is not None and horizon > last and not ended:
            warnings.append(
                f"{group}: follow-up ends at {last:g}, before {horizon:g}; the restricted mean is "
                "not estimable."
            )
    return warnings


def labels_of(times: Sequence[float], horizon: float | None) -> dict[str, str]:
    """The rows in words."""
    labels = {time_word(time): f"{time:g}" for time in times}
    labels["follow_up"] = "Longest observed time"
    if horizon is not None:
        labels["restricted_mean"] = f"Restricted mean up to {horizon:g}"
        labels["restricted_mean_ratio"] = f"Ratio of restricted means up to {horizon:g}"
    return labels


def survival_contrasts(
    name: str, analysis: Analysis, subjects: AnalysisSet, plan: Plan
) -> dict[str, Any]:
    """Differences of survival at landmarks, and of restricted means, of each contrast."""
    level = plan["settings"]["confidence_level"]
    scale = analysis["method"]["transform"]
    times, horizon = analysis.get("landmarks", []), analysis.get("restricted_mean")
    pairs = contrasts_of(analysis, plan, subjects.groups)
    groups = [group.id for group in subjects.groups]
    members = {group.id: subjects.of(group) for group in subjects.groups}
    data = {g: (m["AVAL"], m["event"]) for g, m in members.items() if len(m)}
    curves = {g: kaplan_meier(*columns, level, scale) for g, columns in data.items()}
    rows, label = landmark_rows(curves, groups, pairs, times, scale)
    for group in groups:
        last = curves[group].time[-1] if group in curves else None
        rows += numbers("follow_up", group, maximum=last)
    words = [label or "Kaplan-Meier estimates"] if times else []
    if horizon is not None:
        means = {g: restricted_mean(*columns, horizon, level) for g, columns in data.items()}
        rows += restricted_rows(means, groups, pairs)
        words.append("Restricted mean survival time, normal limits with Greenwood's variance")
    options = {"transform": scale, "landmarks": list(times), "restricted_mean": horizon}
    events = {group: int(table["event"].sum()) for group, table in members.items()}
    return build_result(
        name,
        analysis,
        plan,
        subjects,
        groups=group_entries(subjects, events),
        method=method_of(
            "survival_difference" if times else "restricted_mean",
            "; ".join(words),
            {key: value for key, value in options.items() if value not in (None, [])},
        ),
        statistics=rows,
        warnings=too_short(curves, times, horizon),
        unit=unit_of(subjects),
        labels=labels_of(times, horizon),
    )
