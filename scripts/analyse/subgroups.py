"""The difference in proportions within the levels of several variables, and in everybody."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from scripts.analyse.proportion_rows import (
    SMALL_EXPECTED,
    count_responders,
    difference_rows,
    known_responses,
    smallest_expected,
)
from scripts.analyse.results import (
    Analysis,
    AnalysisSet,
    Plan,
    Rows,
    build_result,
    contrasts_of,
    count_of,
    group_entries,
    method_of,
)
from scripts.analyse.summaries import word_of
from scripts.stats.proportions import DIFFERENCES

OVERALL = "overall"


def parts_of(analysis: Analysis, subjects: AnalysisSet) -> Iterator[tuple[str, AnalysisSet]]:
    """Everybody, then each declared level of each variable, by the id of its row."""
    yield OVERALL, subjects
    for one in analysis["subgroups"]:
        column = subjects.subjects[one["variable"]]
        for level in one["levels"]:
            inside = (column == level).fillna(False).to_numpy(bool)
            part = AnalysisSet(subjects.subjects[inside], [], subjects.variable, subjects.groups)
            yield f"{one['variable']}={word_of(level)}", part


def labels_of_rows(analysis: Analysis) -> dict[str, str]:
    """Words for the variables and for their levels."""
    labels = {OVERALL: "All"}
    for one in analysis["subgroups"]:
        labels[one["variable"]] = one["label"]
        for level in map(word_of, one["levels"]):
            words: Mapping[str, Any] = one.get("labels") or {}
            labels[f"{one['variable']}={level}"] = str(words.get(level, level))
    return labels


def check_levels(analysis: Analysis, subjects: pd.DataFrame) -> list[str]:
    """How many subjects are in none of the declared levels of a variable, in words."""
    found = []
    for one in analysis["subgroups"]:
        outside = ~subjects[one["variable"]].isin(one["levels"])
        if outside.any():
            found.append(f"{one['label']}: {int(outside.sum())} subject(s) are in no level of it.")
    return found


def warn_small(small: list[str], labels: Mapping[str, str]) -> list[str]:
    """Where the normal approximation is doubtful, in words."""
    if not small:
        return []
    named = []
    for row in dict.fromkeys(small):
        variable = row.partition("=")[0]
        named.append(f"{labels[variable]}: {labels[row]}" if row != OVERALL else labels[row])
    return [f"An expected count is below {SMALL_EXPECTED} in: {'; '.join(named)}."]


def subgroups(name: str, analysis: Analysis, subjects: AnalysisSet, plan: Plan) -> dict[str, Any]:
    """Proportions and differences overall and within each declared level."""
    subjects = known_responses(subjects, analysis, plan)
    interval = analysis["method"]["interval"]
    level = plan["settings"]["confidence_level"]
    contrasts = contrasts_of(analysis, plan, subjects.groups)
    statistics: Rows = []
    small: list[str] = []
    for row, part in parts_of(analysis, subjects):
        counts = count_responders(part, analysis["endpoint"])
        for group, (count, total) in counts.items():
            statistics += count_of(row, group, count, total)
        for a, b in contrasts:
            pair = {a: counts[a], b: counts[b]}
            statistics += difference_rows(row, f"{a}-{b}", pair, interval, level)
            small += [row] if smallest_expected(pair) < SMALL_EXPECTED else []
    counts = count_responders(subjects, analysis["endpoint"])
    labels = labels_of_rows(analysis)
    label = DIFFERENCES[interval](1, 2, 1, 2).label
    return build_result(
        name,
        analysis,
        plan,
        subjects,
        groups=group_entries(subjects, {group: count for group, (count, _) in counts.items()}),
        method=method_of(f"{interval}_difference", label, {"interval": interval}),
        statistics=statistics,
        warnings=[*check_levels(analysis, subjects.subjects), *warn_small(small, labels)],
        labels=labels,
    )
