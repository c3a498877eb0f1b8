"""Made-up subjects: every variable, population and endpoint of the plan has some value in each arm.

The values only have to bring every row of the analyses about. They are spread by counting, never
drawn, and none of them is ever printed.
"""

from collections.abc import Iterable, Mapping
from string import ascii_uppercase
from typing import Any

import pandas as pd

from scripts.conditions import variables_of
from scripts.shells.conditions import DATE, values_for

Plan = Mapping[str, Any]
# Enough for a variable that changes with every seventh subject to take each of six values.
LEAST = 42
PER_SITE = 4
SCREENED_ONLY = 21
NUMBERS = {"integer", "number"}
ALWAYS_THERE = {"SEX": ["M", "F"], "SCRNFL": ["Y"], "TRTSDT": [DATE]}


def letters(word: str, count: int = 3) -> list[str]:
    """Words for what only the data know, such as <term A>."""
    names = [*ascii_uppercase, *(a + b for a in ascii_uppercase for b in ascii_uppercase)]
    return [f"<{word} {name}>" for name in names[:count]]


def known_levels(plan: Plan) -> dict[str, list[Any]]:
    """The values of subject-level variables that the plan itself names."""
    found: dict[str, list[Any]] = {key: list(values) for key, values in ALWAYS_THERE.items()}
    for name, variable in plan["subjects"]["variables"].items():
        words = [entry["label"] for entry in variable.get("categories", [])]
        words += [*variable.get("codes", {}).values()]
        words += [variable["otherwise"]] if "otherwise" in variable else []
        found.setdefault(name, []).extend(words)
    for analysis in plan["analyses"]["analyses"].values():
        for name, words in _levels_of(analysis):
            found.setdefault(name, []).extend(words)
    return {name: list(dict.fromkeys(words)) for name, words in found.items() if words}


def _levels_of(analysis: Mapping[str, Any]) -> Iterable[tuple[str, list[Any]]]:
    if "groups" in analysis:
        levels = analysis["groups"]["levels"]
        yield analysis["groups"]["variable"], [level["value"] for level in levels]
    described = [*analysis.get("variables", []), *analysis.get("subgroups", [])]
    for variable in [*described, *analysis.get("strata", [])]:
        yield variable["variable"], list(variable.get("levels", []))
    flow = analysis.get("flow")
    if flow:
        yield flow["status"], [flow["completed"], flow["discontinued"]]
        yield flow["reason"], list(analysis.get("labels", {})) or letters("reason")
        if "time" in flow:
            yield flow["time"], [1]
        if "excluded_by" in flow:
            yield flow["excluded_by"], letters("reason")


def _kind_of(variable: Mapping[str, Any]) -> str:
    if variable["kind"] in ("any", "condition") or variable.get("type") == "flag":
        return "flag"
    if variable["kind"] in ("count", "baseline"):
        return "integer" if variable["kind"] == "count" else variable.get("type", "number")
    if variable["kind"] == "days_between":
        return str(variable.get("type", "number"))
    return str(variable.get("type", "text"))


def _spread(kind: str, place: int, size: int, levels: list[Any] | None) -> list[Any]:
    """Values of one variable, by the place of the variable and of the subject."""
    turns = range(place, place + size)
    if kind == "flag":
        # A pattern of its own for each flag: no two are copies of one another.
        return ["Y" if (turn * (2 + place % 5)) % 7 < 4 else "N" for turn in turns]
    if levels:
        # Neighbours change at different speeds: a reason goes with each state, and a state with it.
        return [levels[turn // (1 + place % 7) % len(levels)] for turn in turns]
    if kind in NUMBERS:
        return [1 + (turn * 7) % 20 for turn in turns]
    return [DATE] * size if kind == "date" else [letters("level")[turn % 3] for turn in turns]


def make_subjects(plan: Plan, size: int = LEAST) -> pd.DataFrame:
    """Randomised subjects of every arm and centre; some screened only, where the plan has such."""
    arms, sites = plan["trial"]["arms"], plan["trial"].get("sites") or [{"id": "<centre A>"}]
    size = max(size, PER_SITE * len(sites))
    rows = [
        {"ARMCD": arm["code"], "TRT01P": arm["label"], "RANDFL": "Y", "place": place}
        for arm in arms
        for place in range(size)
    ]
    flows = [analysis.get("flow", {}) for analysis in plan["analyses"]["analyses"].values()]
    if any("excluded_by" in flow for flow in flows):
        rows += [{"RANDFL": "N", "place": place} for place in range(SCREENED_ONLY)]
    table = pd.DataFrame(rows)
    total = len(table)
    columns: dict[str, list[Any]] = {
        "USUBJID": [f"subject {number:05d}" for number in range(total)],
        "SITEID": [sites[place % len(sites)]["id"] for place in table["place"]],
        "AGE": _spread("integer", 0, total, None),
    }
    levels = known_levels(plan)
    for name in ("SEX", "SCRNFL", "TRTSDT"):
        columns[name] = _spread("text", 0, total, levels[name])
    for place, (name, variable) in enumerate(plan["subjects"]["variables"].items(), start=1):
        columns[name] = _spread(_kind_of(variable), place, total, levels.get(name))
    made = pd.concat([table, pd.DataFrame(columns)], axis=1)
    return _with_populations(made, plan).drop(columns="place")


def _with_populations(table: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Flags and reasons: of each arm one subject lacks each condition that can still fail."""
    certain = {"RANDFL"}
    for flag, population in plan["subjects"]["populations"].items():
        failing = [s for s in population["keep"] if not variables_of(s["condition"]) <= certain]
        if not failing:
            certain.add(flag)
        inside = ["Y" if word == "Y" else "N" for word in table["RANDFL"]]
        reasons: list[str | None] = [None] * len(table)
        for row, place in enumerate(table["place"]):
            if place < len(failing):
                inside[row], reasons[row] = "N", failing[place]["otherwise"]
        table = table.assign(**{flag: inside, flag.removesuffix("FL") + "RS": reasons})
    return table


def make_responses(plan: Plan, subjects: pd.DataFrame) -> pd.DataFrame:
    """A verdict on every endpoint for every randomised subject, one column an endpoint."""
    randomised = subjects.loc[subjects["RANDFL"] == "Y", ["USUBJID"]]
    verdicts = {
        code: _spread("flag", place + 3, len(randomised), None)
        for place, code in enumerate(plan["endpoints"]["endpoints"])
    }
    return randomised.assign(**verdicts)


def set_subset(
    analysis: Mapping[str, Any], subjects: pd.DataFrame, responses: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both tables with every other subject inside the subset of an analysis."""
    wanted = values_for(analysis.get("subset"))
    made = []
    for table in (subjects, responses):
        own = {name: value for name, value in wanted.items() if name in table.columns}
        chosen = pd.Series([row % 2 == 0 for row in range(len(table))], index=table.index)
        changed = {name: table[name].mask(chosen, value) for name, value in own.items()}
        made.append(table.assign(**changed))
    return made[0], made[1]
