"""Who is in each analysis population, and why everybody else is not."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.analyse.results import (
    TOTAL,
    Analysis,
    AnalysisSet,
    Group,
    Plan,
    Rows,
    build_result,
    count_of,
    groups_of,
    method_of,
)

# Every screened subject has a column: those of no arm stand in one of their own.
OUTSIDE = Group("NONE", "Not randomised", "N")
EVERYBODY = {"id": "SCRNFL", "label": "All screened"}


def reason_variable(flag: str) -> str:
    """The column that says why somebody is outside: ABCRS for ABCFL."""
    return flag.removesuffix("FL") + "RS"


def columns_of(
    adsl: pd.DataFrame, analysis: Analysis, plan: Plan
) -> list[tuple[str, str, pd.DataFrame]]:
    """Id, label and subjects of each arm, of those in no arm if there are any, and of all."""
    randomised = adsl["RANDFL"] == "Y"
    variable, groups = groups_of(analysis, plan)
    parts = [(g.id, g.label, adsl[randomised & (adsl[variable] == g.value)]) for g in groups]
    if not randomised.all():
        parts.append((OUTSIDE.id, OUTSIDE.label, adsl[~randomised]))
    return [*parts, (TOTAL, EVERYBODY["label"], adsl)]


def membership_rows(
    flag: str, declared: list[str], adsl: pd.DataFrame, parts: list[tuple[str, str, pd.DataFrame]]
) -> Rows:
    """Those inside a population, then those outside by each declared reason, zero included."""
    column = reason_variable(flag)
    recorded = [word for word in sorted(adsl[column].dropna().unique()) if word not in declared]
    rows: Rows = []
    for group, _, members in parts:
        rows += count_of(flag, group, int((members[flag] == "Y").sum()), len(members))
    for reason in [*declared, *recorded]:
        for group, _, members in parts:
            count = int((members[column] == reason).sum())
            rows += count_of(f"{flag}={reason}", group, count, len(members))
    return rows


def population_membership(
    name: str, analysis: Analysis, adsl: pd.DataFrame, plan: Plan
) -> dict[str, Any]:
    """Each declared population with its subjects, and the reasons for leaving somebody out."""
    parts = columns_of(adsl, analysis, plan)
    declared: Mapping[str, Any] = plan["membership"]
    statistics: Rows = []
    labels: dict[str, str] = {}
    for flag in analysis.get("populations", declared):
        reasons = list(dict.fromkeys(declared[flag]["reasons"]))
        statistics += membership_rows(flag, reasons, adsl, parts)
        labels[flag] = declared[flag]["label"]
        labels |= {f"{flag}={reason}": f"Excluded: {reason}" for reason in reasons}
    everybody = AnalysisSet(adsl, [], "RANDFL", [])
    words = "Subjects in each population; outside it, by the first condition that is not met"
    return build_result(
        name,
        analysis,
        plan,
        everybody,
        groups=[
            {"id": group, "label": label, "N": len(members), "n": len(members)}
            for group, label, members in parts
        ],
        method=method_of("counts", words, {}),
        statistics=statistics,
        labels=labels,
        population=EVERYBODY,
    )
