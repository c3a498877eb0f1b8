"""Who was measured at which visit: counts by visit, and the patterns of what is missing."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pandas as pd

from scripts.analyse.results import (
    TOTAL,
    Analysis,
    AnalysisSet,
    Plan,
    Rows,
    build_result,
    group_entries,
    method_of,
    with_total,
)
from scripts.analyse.summaries import flag_rows
from scripts.conditions import evaluate

CLASSES = {
    "complete": "Complete: measured at every visit",
    "monotone": "Dropout: measured at every visit up to one, at none after it",
    "intermittent": "Intermittent: a visit missed, a later one measured",
    "never": "Never measured",
}
HEADS = {"measured": "Measured at the visit", "last": "Dropout, by last visit measured"}


def class_of(seen: Sequence[int]) -> str:
    """The class of one pattern of 0 and 1 in the order of the visits."""
    if not any(seen):
        return "never"
    if all(seen):
        return "complete"
    falls = all(later <= earlier for earlier, later in pairwise(seen))
    return "monotone" if falls else "intermittent"


def measured_at(
    analysis: Analysis, records: pd.DataFrame, subjects: AnalysisSet, visits: Sequence[Any]
) -> pd.DataFrame:
    """One row a subject of the set and one column a visit: 1 where there is a measurement."""
    wanted = records[records["PARAMCD"] == analysis["parameter"]].dropna(subset=["AVAL"])
    wanted = wanted[evaluate(analysis.get("where"), wanted)]
    names = subjects.subjects["USUBJID"]
    seen = {
        visit["VISIT"]: names.isin(wanted.loc[wanted["VISITNUM"] == visit["VISITNUM"], "USUBJID"])
        for visit in visits
    }
    return pd.DataFrame(seen, index=names.index).astype("int64")


def distinct_patterns(
    words: pd.Series, subjects: AnalysisSet, visits: Sequence[str]
) -> list[dict[str, Any]]:
    """Each pattern that occurs, the most frequent first, then the one measured longest."""
    found: list[dict[str, Any]] = []
    # Read backwards, so that among equals the pattern measured longest comes first.
    for word in sorted(words.unique(), reverse=True):
        vector = [int(letter) for letter in word]
        counts = {
            group: int((words.loc[members.index] == word).sum())
            for group, members in with_total(subjects)
        }
        last = word.rfind("1")
        found.append(
            {
                "row": f"pattern={word}",
                "pattern": vector,
                "class": class_of(vector),
                "last": visits[last] if last >= 0 else None,
                "counts": counts,
            }
        )
    return sorted(found, key=lambda item: -item["counts"][TOTAL])


def pattern_rows(seen: pd.DataFrame, subjects: AnalysisSet) -> tuple[Rows, list[dict[str, Any]]]:
    """Counts by visit, by class, by last visit of a dropout, and by pattern; and the patterns."""
    visits = list(seen.columns)
    words = pd.Series(["".join(map(str, row)) for row in seen.to_numpy()], index=seen.index)
    words = words.astype("str")
    classes = words.map({word: class_of([int(letter) for letter in word]) for word in set(words)})
    last = words.str.rfind("1")
    rows: Rows = []
    for visit in visits:
        rows += flag_rows(f"measured={visit}", subjects, seen[visit] == 1)
    for word in CLASSES:
        rows += flag_rows(f"class={word}", subjects, classes == word)
    # Who was measured at the last visit and is a dropout does not exist.
    for place, visit in enumerate(visits[:-1]):
        flags = (classes == "monotone") & (last == place)
        rows += flag_rows(f"last={visit}", subjects, flags)
    patterns = distinct_patterns(words, subjects, visits)
    for pattern in patterns:
        flags = words == pattern["row"].removeprefix("pattern=")
        rows += flag_rows(pattern["row"], subjects, flags)
    return rows, patterns


def missing_patterns(
    name: str, analysis: Analysis, subjects: AnalysisSet, plan: Plan, records: pd.DataFrame
) -> dict[str, Any]:
    """How many have the measurement at each planned visit, and the patterns over the visits."""
    visits = plan["visits"]
    seen = measured_at(analysis, records, subjects, visits)
    statistics, patterns = pattern_rows(seen, subjects)
    groups = {
        group: int(seen.loc[members.index].all(axis=1).sum())
        for group, members in with_total(subjects)
    }
    labels = {f"class={word}": label for word, label in CLASSES.items()}
    labels |= {f"{head}={v['VISIT']}": v["VISIT"] for head in HEADS for v in visits}
    return build_result(
        name,
        analysis,
        plan,
        subjects,
        groups=group_entries(subjects, groups, total=True),
        method=method_of("counts", "Subjects measured, of all subjects of the population", {}),
        statistics=statistics,
        labels=HEADS | labels,
        patterns=patterns,
        time_unit=plan["visit_unit"],
        times={visit["VISIT"]: visit["nominal"] for visit in visits},
    )
