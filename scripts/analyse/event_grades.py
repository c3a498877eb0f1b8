"""Events by term and grade: each subject counts once a term, at the highest grade."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from scripts.analyse.records import ANY, any_of, at_threshold, labels_of, ordered_levels, records_of
from scripts.analyse.results import (
    Analysis,
    AnalysisSet,
    Plan,
    Rows,
    build_result,
    count_of,
    group_entries,
    method_of,
    with_total,
)
from scripts.job import StepError

NOT_GRADED = "not graded"
METHOD = "Subjects with at least one event, each once a term at the highest grade; number of events"


def rank_of(events: pd.DataFrame, variable: str, levels: Sequence[str]) -> pd.Series:
    """The place of each event's grade among the declared ones; -1 where none is recorded.

    Raises StepError for a grade that the plan does not declare.
    """
    grades = events[variable].astype("object").map(str, na_action="ignore")
    strange = sorted(set(grades.dropna()) - set(levels))
    if strange:
        raise StepError(f"{variable}: {strange[0]!r} is none of the declared grades {levels}")
    places = {level: place for place, level in enumerate(levels)}
    return grades.map(places).fillna(-1).astype("int64")


def graded_rows(
    row: str, events: pd.DataFrame, subjects: AnalysisSet, levels: Sequence[str], ungraded: bool
) -> Rows:
    """A term's rows: any grade, then each grade; `RANK` is the place of an event's grade."""
    highest = events.groupby("USUBJID")["RANK"].max()
    names = {place: f"{row}={level}" for place, level in enumerate(levels)}
    names |= {-1: f"{row}={NOT_GRADED}"} if ungraded else {}
    rows: Rows = []
    for group, members in with_total(subjects):
        own = events[events["USUBJID"].isin(members["USUBJID"])]
        count = own["USUBJID"].nunique()
        rows += count_of(row, group, count, len(members), events=len(own))
    for place, name in names.items():
        of_grade = events[events["RANK"] == place]
        who = set(highest.index[highest == place])
        for group, members in with_total(subjects):
            own = int(of_grade["USUBJID"].isin(members["USUBJID"]).sum())
            count = int(members["USUBJID"].isin(who).sum())
            rows += count_of(name, group, count, len(members), events=own)
    return rows


def event_grades(
    name: str, analysis: Analysis, subjects: AnalysisSet, plan: Plan, records: pd.DataFrame
) -> dict[str, Any]:
    """Every term with its grades; `listed` names the terms at or above the plan's threshold."""
    events = records_of(analysis, records, subjects)
    grades: Mapping[str, Any] = analysis["grades"]
    levels = [str(level) for level in grades["levels"]]
    events = events.assign(RANK=rank_of(events, grades["variable"], levels))
    # Whether some event lacks a grade decides for all terms, so that all have the same rows.
    ungraded = bool((events["RANK"] < 0).any())
    statistics = graded_rows(ANY, events, subjects, levels, ungraded)
    column = events[analysis["by"]].astype(str)
    terms = ordered_levels(analysis, events)
    for term in terms:
        statistics += graded_rows(term, events[column == term], subjects, levels, ungraded)
    below = [*levels, *([NOT_GRADED] if ungraded else [])]
    words = {level: str((grades.get("labels") or {}).get(level, level)) for level in below}
    labels = {f"{row}={level}": words[level] for row in (ANY, *terms) for level in below}
    threshold = analysis.get("threshold", 0)
    listed = at_threshold([e for e in statistics if e["row"] in terms], threshold)
    return build_result(
        name,
        analysis,
        plan,
        subjects,
        groups=group_entries(subjects, any_of(statistics), total=True),
        method=method_of("highest_grade", METHOD, {"threshold": threshold}),
        statistics=statistics,
        labels=labels | labels_of(analysis, events),
        listed=[name for row in (ANY, *listed) for name in (row, *(f"{row}={x}" for x in below))],
    )
