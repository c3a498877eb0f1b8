"""The shared form of a result: who is in it, in which groups, and its numbers in long form."""

import importlib.metadata
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy

import scripts
from scripts.conditions import describe, evaluate

Analysis = Mapping[str, Any]
Plan = Mapping[str, Any]
Rows = list[dict[str, Any]]

TOTAL = "TOTAL"
TOTAL_LABEL = "All"
ARM_VARIABLE = "ARMCD"


@dataclass(frozen=True)
class Group:
    """One column of a result: the subjects whose grouping variable has this value."""

    id: str
    label: str
    value: Any


@dataclass(frozen=True)
class AnalysisSet:
    """The subjects of one analysis, those it leaves out and why, and how they are grouped."""

    subjects: pd.DataFrame
    excluded: list[dict[str, Any]]
    variable: str
    groups: list[Group]

    def of(self, group: Group) -> pd.DataFrame:
        """The subjects of one group."""
        return self.subjects[self.subjects[self.variable] == group.value]

    def without(self, missing: pd.Series, reason: str) -> "AnalysisSet":
        """The same set without some of its subjects, for a stated reason."""
        excluded = self.excluded + _left_out(self.subjects[missing], reason)
        return AnalysisSet(self.subjects[~missing], excluded, self.variable, self.groups)


def _left_out(subjects: pd.DataFrame, reason: str) -> list[dict[str, Any]]:
    names = sorted(subjects["USUBJID"])
    return [{"reason": reason, "USUBJID": names}] if names else []


def with_responses(adsl: pd.DataFrame, adresp: pd.DataFrame | None) -> pd.DataFrame:
    """Randomised subjects with each endpoint as a Y/N column named by its code."""
    randomised = adsl[adsl["RANDFL"] == "Y"]
    if adresp is None or adresp.empty:
        return randomised.reset_index(drop=True)
    wide = adresp.set_index(["USUBJID", "PARAMCD"])["AVALC"].unstack().reset_index()  # noqa: PD010
    return randomised.merge(wide, on="USUBJID", how="left", validate="1:1")


def groups_of(analysis: Analysis, plan: Plan) -> tuple[str, list[Group]]:
    """The grouping variable and its groups: the arms unless the plan says otherwise."""
    declared = analysis.get("groups")
    if declared is None:
        return ARM_VARIABLE, [Group(a["code"], a["label"], a["code"]) for a in plan["arms"]]
    levels = [
        level if isinstance(level, Mapping) else {"value": level} for level in declared["levels"]
    ]
    return declared["variable"], [
        Group(str(v["value"]), str(v.get("label", v["value"])), v["value"]) for v in levels
    ]


def contrasts_of(analysis: Analysis, plan: Plan, groups: Sequence[Group]) -> list[tuple[str, str]]:
    """Pairs of groups that are compared: each group against each reference unless declared."""
    if "contrasts" in analysis:
        return [(str(a), str(b)) for a, b in analysis["contrasts"]]
    names = [group.id for group in groups]
    references = [arm["code"] for arm in plan["arms"] if arm.get("reference")]
    references = [name for name in references if name in names] or names[-1:]
    return [(a, b) for a in names if a not in references for b in references]


def outside_population(flag: str, label: str, subjects: pd.DataFrame) -> list[dict[str, Any]]:
    """Subjects outside a population by the reason that the derivation of its flag gave."""
    # The reason for ABCFL stands beside it, in ABCRS.
    reasons = flag.removesuffix("FL") + "RS"
    unnamed = f"Not in the population: {label}"
    if reasons not in subjects.columns:
        return _left_out(subjects, unnamed)
    words = subjects[reasons].fillna(unnamed)
    return [
        part for word in sorted(words.unique()) for part in _left_out(subjects[words == word], word)
    ]


def select(analysis: Analysis, plan: Plan, subjects: pd.DataFrame) -> AnalysisSet:
    """The subjects of an analysis: its population, then its subset, then its groups."""
    flag = analysis["population"]
    label = plan["populations"].get(flag, {}).get("label", flag)
    inside = subjects[flag] == "Y"
    excluded = outside_population(flag, label, subjects[~inside])
    kept = subjects[inside]
    if "subset" in analysis:
        matching = evaluate(analysis["subset"], kept)
        words = analysis.get("subset_label") or describe(analysis["subset"])
        excluded += _left_out(kept[~matching], f"Outside the subset: {words}")
        kept = kept[matching]
    variable, groups = groups_of(analysis, plan)
    grouped = kept[variable].isin([group.value for group in groups])
    excluded += _left_out(kept[~grouped], f"In none of the groups of {variable}")
    return AnalysisSet(kept[grouped].reset_index(drop=True), excluded, variable, groups)


def value_of(number: Any) -> Any:
    """A number as a result holds it: what is not estimable is None."""
    if number is None or number is pd.NA:
        return None
    if isinstance(number, (bool, np.bool_)):
        return bool(number)
    if isinstance(number, (int, np.integer)):
        return int(number)
    return float(number) if math.isfinite(float(number)) else None


def numbers(row: str, group: str, **statistics: Any) -> Rows:
    """Long-form records of one row and group, one for each statistic."""
    return [
        {"row": row, "group": group, "statistic": word, "value": value_of(number)}
        for word, number in statistics.items()
    ]


def count_of(row: str, group: str, count: int, total: int, **more: Any) -> Rows:
    """Count, total and proportion of one row and group."""
    proportion = count / total if total else None
    return numbers(row, group, count=count, total=total, proportion=proportion, **more)


def with_total(subjects: AnalysisSet, total: bool = True) -> list[tuple[str, pd.DataFrame]]:
    """Each group's id and subjects, and all subjects together at the end."""
    parts = [(group.id, subjects.of(group)) for group in subjects.groups]
    return [*parts, (TOTAL, subjects.subjects)] if total else parts


def software() -> dict[str, str]:
    """Our own version and those of the libraries that did the arithmetic."""
    return {
        "package": "trialtrace",
        "version": scripts.__version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "pandas": importlib.metadata.version("pandas"),
    }


def method_of(name: str, label: str, options: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """The method as it ran."""
    return {"name": name, "label": label, "options": dict(options), **more, "software": software()}


def group_entries(
    subjects: AnalysisSet, contributing: Mapping[str, int] | None = None, total: bool = False
) -> list[dict[str, Any]]:
    """The groups of a result: N subjects, of whom n have the outcome or contribute a value."""
    entries = []
    labels = {group.id: group.label for group in subjects.groups} | {TOTAL: TOTAL_LABEL}
    for name, members in with_total(subjects, total):
        size = len(members)
        n = size if contributing is None else contributing.get(name, size)
        entries.append({"id": name, "label": labels[name], "N": size, "n": int(n)})
    return entries


def build_result(
    name: str,
    analysis: Analysis,
    plan: Plan,
    subjects: AnalysisSet | None,
    *,
    groups: list[dict[str, Any]],
    method: Mapping[str, Any],
    statistics: Rows,
    warnings: Iterable[str] = (),
    **more: Any,
) -> dict[str, Any]:
    """One result in the form that config/schemas/result.yaml describes."""
    flag = analysis.get("population")
    label = plan["populations"].get(flag, {}).get("label", flag) if flag else None
    endpoint = analysis.get("endpoint")
    subset = analysis.get("subset")
    words = (analysis.get("subset_label") or describe(subset)) if subset else None
    used = sorted(subjects.subjects["USUBJID"]) if subjects else []
    excluded = subjects.excluded if subjects else []
    return {
        "id": name,
        "title": analysis["title"],
        "kind": analysis["kind"],
        "role": analysis["role"],
        "estimand": analysis["estimand"],
        "population": {"id": flag, "label": label} if flag else None,
        "subset": words,
        "missing": analysis.get("missing"),
        "endpoint": endpoint,
        "endpoint_label": plan["endpoints"].get(endpoint, {}).get("label", endpoint),
        "note": analysis.get("note"),
        "method": dict(method),
        "groups": groups,
        "statistics": statistics,
        "warnings": list(dict.fromkeys(warnings)),
        "subjects": {"used": used, "excluded": excluded},
        **more,
    }
