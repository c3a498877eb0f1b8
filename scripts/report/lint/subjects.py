"""Numbers that the subjects themselves must give, counted again from ADSL by arm."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from scripts.report.lint.evidence import TOTAL, Evidence

Key = tuple[str, str, str, str]
# Kinds whose total is the whole population, so that its flag alone says who is counted.
WHOLE = (
    *("quantiles_of_time", "time_to_event", "survival_contrasts", "hazard_sensitivity"),
    "sample_size",
)


def sizes_of(analysis: str, evidence: Evidence) -> dict[str, int]:
    """N of each group of an analysis: by its population, else by the subjects that it used."""
    plan = evidence.planned(analysis)
    subjects = evidence.used(analysis)
    flag = plan.get("population")
    # A subset or a time leaves out more than the population does.
    if flag in evidence.indexed and "subset" not in plan and plan["kind"] not in WHOLE:
        column = evidence.indexed[flag]
        subjects = column.index[column == "Y"]
    sizes = dict(_by_group(subjects, analysis, evidence))
    if plan["kind"] == "population_membership":
        # Everybody has a column there, those of no arm too.
        sizes[TOTAL] = len(evidence.adsl)
    return sizes


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


def _by_group(subjects: pd.Index, analysis: str, evidence: Evidence) -> Iterator[tuple[str, int]]:
    variable, values = evidence.group_values(analysis)
    if variable not in evidence.indexed:
        return
    groups = evidence.indexed[variable].loc[subjects]
    for group, value in values.items():
        yield group, int((groups == value).sum())
    yield TOTAL, int(groups.isin(list(values.values())).sum())


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
            if plan["kind"] in ("difference_in_proportions", "effect_measures"):
                found[name, "proportion", group, "total"] = size
            if plan["kind"] in WHOLE:
                found[name, "arm", group, "n"] = size
                found[name, "time", group, "n"] = size
                found[name, "t=0", group, "at_risk"] = size
        maker = MAKERS.get(plan["kind"])
        if maker is not None:
            found |= maker(name, plan, evidence)
    return found


def _counted(name: str, row: str, chosen: "pd.Series[bool]", evidence: Evidence) -> dict[Key, int]:
    """How many of the chosen subjects stand in each group."""
    inside = chosen.index[chosen.fillna(False).astype(bool)]
    return {(name, row, group, "count"): n for group, n in _by_group(inside, name, evidence)}


def _column(name: str, variable: str, evidence: Evidence) -> "pd.Series[Any]":
    """A variable of the subjects that an analysis used."""
    return evidence.indexed[variable].loc[evidence.used(name)]


def _baseline(name: str, plan: Mapping[str, Any], evidence: Evidence) -> dict[Key, Any]:
    found: dict[Key, Any] = {}
    for entry in plan.get("variables", []):
        variable = entry["variable"]
        if variable not in evidence.indexed:
            continue
        values = _column(name, variable, evidence)
        if entry["summary"] == "flag":
            found |= _counted(name, variable, values == "Y", evidence)
        elif entry["summary"] == "levels":
            for level in entry.get("levels") or sorted(values.dropna().unique()):
                row = f"{variable}={_word(level)}"
                found |= _counted(name, row, values == level, evidence)
        else:
            found |= _extremes(name, variable, evidence)
    return found


def _word(level: Any) -> str:
    return str(int(level)) if isinstance(level, float) and level == int(level) else str(level)


def _extremes(name: str, variable: str, evidence: Evidence) -> dict[Key, Any]:
    values = _column(name, variable, evidence)
    by, levels = evidence.group_values(name)
    groups = _column(name, by, evidence)
    found: dict[Key, Any] = {}
    for group, members in [*((g, [v]) for g, v in levels.items()), (TOTAL, list(levels.values()))]:
        known = values[groups.isin(members)].dropna()
        found[name, variable, group, "n"] = len(known)
        if len(known):
            found[name, variable, group, "minimum"] = float(known.min())
            found[name, variable, group, "maximum"] = float(known.max())
    return found


def _disposition(name: str, plan: Mapping[str, Any], evidence: Evidence) -> dict[Key, Any]:
    flow = plan["flow"]
    status = _column(name, flow["status"], evidence)
    stopped = status == flow["discontinued"]
    randomised = evidence.indexed["RANDFL"]
    found = _counted(name, "randomised", _column(name, "RANDFL", evidence) == "Y", evidence)
    found |= _counted(name, "completed", status == flow["completed"], evidence)
    found |= _counted(name, "discontinued", stopped, evidence)
    reason = _column(name, flow["reason"], evidence)
    for word in reason[stopped].dropna().unique():
        row = f"discontinued={word}"
        found |= _counted(name, row, stopped & (reason == word), evidence)
    for flag in flow["populations"]:
        found |= _counted(name, flag, _column(name, flag, evidence) == "Y", evidence)
    found[name, "screened", TOTAL, "count"] = len(randomised)
    found[name, "excluded", TOTAL, "count"] = int((randomised != "Y").sum())
    return found


def _strata(name: str, plan: Mapping[str, Any], evidence: Evidence) -> dict[Key, Any]:
    variable = plan.get("by")
    if variable not in evidence.indexed:
        return {}
    values = _column(name, str(variable), evidence)
    found: dict[Key, Any] = {}
    for level in values.dropna().unique():
        counted = _counted(name, "", values == level, evidence)
        # A stratum may be called by its level alone or with the variable before it.
        for row in (_word(level), f"{variable}={_word(level)}"):
            found |= {(name, row, group, "total"): n for (_, _, group, _), n in counted.items()}
    return found


def _combined_strata(name: str, plan: Mapping[str, Any], evidence: Evidence) -> dict[Key, Any]:
    """Subjects of each combination of levels; its row names the variables with their levels."""
    found: dict[Key, Any] = {}
    variables = [one["variable"] for one in plan.get("strata", [])]
    for row in evidence.rows.get(name, []):
        levels = dict(part.partition("=")[::2] for part in row.split(", "))
        if "=" not in row or list(levels) != variables or set(levels) - set(evidence.indexed):
            continue
        chosen = evidence.indexed["RANDFL"].loc[evidence.used(name)] == "Y"
        for variable, level in levels.items():
            chosen &= _column(name, variable, evidence).map(_word) == level
        counted = _counted(name, row, chosen, evidence)
        found |= {(name, row, group, "total"): n for (_, _, group, _), n in counted.items()}
    return found


def _membership(name: str, plan: Mapping[str, Any], evidence: Evidence) -> dict[Key, Any]:
    found: dict[Key, Any] = {}
    for row in evidence.rows.get(name, []):
        flag, _, reason = row.partition("=")
        if flag not in evidence.indexed:
            continue
        column = evidence.indexed[flag.removesuffix("FL") + "RS" if reason else flag]
        chosen = column == (reason or "Y")
        found |= _counted(name, row, chosen, evidence)
        found[name, row, TOTAL, "count"] = int(chosen.sum())
    return found


def _completed(name: str, model: Mapping[str, Any], evidence: Evidence) -> "pd.Series[bool] | None":
    """Whom a model of imputation completes, among the subjects of its population."""
    rule, flag = model.get("missing_when"), model.get("population")
    if not rule or rule["variable"] not in evidence.indexed or flag not in evidence.indexed:
        return None
    inside = evidence.indexed[flag] == "Y"
    chosen: pd.Series[bool] = (evidence.indexed[rule["variable"]] == rule["is"])[inside]
    return chosen


def _models(evidence: Evidence) -> Mapping[str, Any]:
    models: Mapping[str, Any] = (evidence.plan.get("imputation") or {}).get("models") or {}
    return models


def _imputed(name: str, plan: Mapping[str, Any], evidence: Evidence) -> dict[Key, Any]:
    """How many subjects of an analysis are completed, by group."""
    chosen = _completed(name, _models(evidence).get(str(plan.get("imputation")), {}), evidence)
    if chosen is None:
        return {}
    inside = chosen.index.intersection(evidence.used(name))
    counted = _counted(name, "", chosen.loc[inside], evidence)
    wanted = ("missing", "count") if plan["kind"] == "tipping_point" else ("mean", "missing")
    return {(name, wanted[0], group, wanted[1]): n for (_, _, group, _), n in counted.items()}


def _diagnosed(name: str, plan: Mapping[str, Any], evidence: Evidence) -> dict[Key, Any]:
    """How many subjects each model completes, and how many it does not, by group."""
    found: dict[Key, Any] = {}
    for model in plan.get("models", []):
        chosen = _completed(name, _models(evidence).get(model, {}), evidence)
        for word, part in (("imputed", chosen), ("observed", None if chosen is None else ~chosen)):
            if part is not None:
                counted = _counted(name, f"{word}: {model}", part, evidence)
                found |= {(*key[:3], "total"): n for key, n in counted.items()}
    return found


def _layers(name: str, plan: Mapping[str, Any], evidence: Evidence) -> dict[Key, Any]:
    """Strata of a test are the combinations of levels that occur."""
    variables = list(plan.get("stratify_by", []))
    if not variables or set(variables) - set(evidence.indexed):
        return {}
    levels = evidence.indexed.loc[evidence.used(name), variables].dropna()
    return {(name, "strata", "", "count"): len(levels.drop_duplicates())}


MAKERS = {
    "difference_imputed": _imputed,
    "tipping_point": _imputed,
    "imputation_diagnostics": _diagnosed,
    "hazard_sensitivity": _layers,
    "population_membership": _membership,
    "baseline": _baseline,
    "disposition": _disposition,
    "proportions_by": _strata,
    "stratified_difference": _combined_strata,
}
