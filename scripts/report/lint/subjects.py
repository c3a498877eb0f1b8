"""Numbers that the subjects themselves must give, counted again from ADSL by arm."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from scripts.report.lint.evidence import TOTAL, Evidence

Key = tuple[str, str, str, str]
# Kinds whose total is the whole population, so that its flag alone says who is counted.
WHOLE = ("quantiles_of_time", "time_to_event", "sample_size")


def sizes_of(analysis: str, evidence: Evidence) -> dict[str, int]:
    """N of each group of an analysis: by its population, else by the subjects that it used."""
    plan = evidence.planned(analysis)
    subjects = evidence.used(analysis)
    flag = plan.get("population")
    # A subset or a time leaves out more than the population does.
    if flag in evidence.indexed and "subset" not in plan and plan["kind"] not in WHOLE:
        subjects = evidence.indexed[evidence.indexed[flag] == "Y"]
    return dict(_by_group(subjects, analysis, evidence))


def known_sizes(analysis: str, evidence: Evidence) -> dict[str, int]:
    """`sizes_of`, counted once for each analysis."""
    sizes: dict[str, dict[str, int]] = evidence.memory.setdefault("sizes", {})
    if analysis not in sizes:
        sizes[analysis] = sizes_of(analysis, evidence)
    return sizes[analysis]


def known_numbers(evidence: Evidence) -> dict[Key, Any]:
    """`expected_numbers`, counted once."""
    if "numbers" not in evidence.memory:
        evidence.memory["numbers"] = expected_numbers(evidence)
    numbers: dict[Key, Any] = evidence.memory["numbers"]
    return numbers


def _by_group(
    subjects: pd.DataFrame, analysis: str, evidence: Evidence
) -> Iterator[tuple[str, int]]:
    variable, values = evidence.group_values(analysis)
    if variable not in subjects:
        return
    for group, value in values.items():
        yield group, int((subjects[variable] == value).sum())
    yield TOTAL, int(subjects[variable].isin(list(values.values())).sum())


def expected_numbers(evidence: Evidence) -> dict[Key, Any]:
    """Every number of a result that ADSL gives by counting, by its place in the result."""
    found: dict[Key, Any] = {}
    for name, result in evidence.results.items():
        plan = evidence.planned(name)
        if plan.get("kind") in (None, "sample_size", "power") or not result.get("groups"):
            continue
        sizes = known_sizes(name, evidence)
        for group, size in sizes.items():
            found[name, "groups", group, "N"] = size
            if plan["kind"] == "difference_in_proportions":
                found[name, "proportion", group, "total"] = size
            if plan["kind"] in WHOLE:
                found[name, "arm", group, "n"] = size
                found[name, "time", group, "n"] = size
                found[name, "t=0", group, "at_risk"] = size
        maker = MAKERS.get(plan["kind"])
        if maker is not None:
            found |= maker(name, plan, evidence)
    return found


def _counted(
    name: str, row: str, chosen: "pd.Series[bool]", evidence: Evidence
) -> dict[Key, int]:
    """How many of the chosen subjects stand in each group."""
    inside = evidence.indexed[chosen.reindex(evidence.indexed.index, fill_value=False)]
    return {(name, row, group, "count"): n for group, n in _by_group(inside, name, evidence)}


def _baseline(name: str, plan: Mapping[str, Any], evidence: Evidence) -> dict[Key, Any]:
    subjects = evidence.used(name)
    found: dict[Key, Any] = {}
    for entry in plan.get("variables", []):
        variable = entry["variable"]
        if variable not in subjects:
            continue
        values = subjects[variable]
        if entry["summary"] == "flag":
            found |= _counted(name, variable, values == "Y", evidence)
        elif entry["summary"] == "levels":
            for level in entry.get("levels") or sorted(values.dropna().unique()):
                word = str(int(level)) if isinstance(level, float) else str(level)
                found |= _counted(name, f"{variable}={word}", values == level, evidence)
        else:
            found |= _extremes(name, variable, evidence)
    return found


def _extremes(name: str, variable: str, evidence: Evidence) -> dict[Key, Any]:
    subjects = evidence.used(name)
    by, values = evidence.group_values(name)
    found: dict[Key, Any] = {}
    for group, members in [*((g, [v]) for g, v in values.items()), (TOTAL, list(values.values()))]:
        known = subjects.loc[subjects[by].isin(members), variable].dropna()
        found[name, variable, group, "n"] = len(known)
        if len(known):
            found[name, variable, group, "minimum"] = float(known.min())
            found[name, variable, group, "maximum"] = float(known.max())
    return found


def _disposition(name: str, plan: Mapping[str, Any], evidence: Evidence) -> dict[Key, Any]:
    flow, subjects = plan["flow"], evidence.used(name)
    status = subjects[flow["status"]]
    stopped = status == flow["discontinued"]
    found = _counted(name, "randomised", subjects["RANDFL"] == "Y", evidence)
    found |= _counted(name, "completed", status == flow["completed"], evidence)
    found |= _counted(name, "discontinued", stopped, evidence)
    reason = subjects[flow["reason"]]
    for word in reason[stopped].dropna().unique():
        row = f"discontinued={word}"
        found |= _counted(name, row, stopped & (reason == word), evidence)
    for flag in flow["populations"]:
        found |= _counted(name, flag, subjects[flag] == "Y", evidence)
    everybody = evidence.adsl
    found[name, "screened", TOTAL, "count"] = len(everybody)
    found[name, "excluded", TOTAL, "count"] = int((everybody["RANDFL"] != "Y").sum())
    return found


def _strata(name: str, plan: Mapping[str, Any], evidence: Evidence) -> dict[Key, Any]:
    subjects = evidence.used(name)
    variable = plan.get("by")
    if variable not in subjects:
        return {}
    found: dict[Key, Any] = {}
    for level in subjects[variable].dropna().unique():
        word = str(int(level)) if isinstance(level, float) else str(level)
        counted = _counted(name, word, subjects[variable] == level, evidence)
        # A stratum may be called by its level alone or with the variable before it.
        for row in (word, f"{variable}={word}"):
            found |= {(name, row, group, "total"): n for (_, _, group, _), n in counted.items()}
    return found


MAKERS = {"baseline": _baseline, "disposition": _disposition, "proportions_by": _strata}
