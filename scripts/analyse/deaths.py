"""Deaths by the term of the fatal event, and whether subjects and events agree on them."""

from typing import Any

import pandas as pd

from scripts.analyse.records import labels_of, ordered_levels, records_of
from scripts.analyse.results import (
    Analysis,
    AnalysisSet,
    Plan,
    build_result,
    group_entries,
    method_of,
    with_total,
)
from scripts.analyse.summaries import flag_rows
from scripts.conditions import evaluate

UNEXPLAINED = "death=no fatal event"
ALIVE = "fatal"
METHOD = "Subjects who died, by the term of the event that was fatal"
LABELS = {
    "death": "Died",
    UNEXPLAINED: "No fatal event recorded",
    ALIVE: "Fatal event recorded, no death",
}


def deaths(
    name: str, analysis: Analysis, subjects: AnalysisSet, plan: Plan, records: pd.DataFrame
) -> dict[str, Any]:
    """Who died, of what, and where the two sources of a death do not agree."""
    table = subjects.subjects
    died = evaluate(analysis["died"], table)
    events = records_of(analysis, records, subjects)
    fatal = events[evaluate(analysis["fatal"], events)]
    of_term = fatal[analysis["by"]].astype(str)
    terms = ordered_levels(analysis, fatal)
    explained = table["USUBJID"].isin(fatal["USUBJID"])
    counted = {"death": died}
    for term in terms:
        counted[f"death={term}"] = died & table["USUBJID"].isin(
            fatal.loc[of_term == term, "USUBJID"]
        )
    counted |= {UNEXPLAINED: died & ~explained, ALIVE: ~died & explained}
    statistics = [
        entry for row, flags in counted.items() for entry in flag_rows(row, subjects, flags)
    ]
    warnings = [
        f"{int(counted[row].sum())} subject(s): {LABELS[row].lower()}."
        for row in (UNEXPLAINED, ALIVE)
        if counted[row].any()
    ]
    dead = {group: int(died.loc[members.index].sum()) for group, members in with_total(subjects)}
    words = {f"death={term}": label for term, label in labels_of(analysis, fatal).items()}
    return build_result(
        name,
        analysis,
        plan,
        subjects,
        groups=group_entries(subjects, dead, total=True),
        method=method_of("counts", METHOD, {}),
        statistics=statistics,
        labels={f"death={term}": term for term in terms} | words | LABELS,
        warnings=warnings,
    )
