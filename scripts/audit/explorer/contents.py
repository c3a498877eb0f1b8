"""What the explorer says of the trial beside its rows: displays, analyses, files, code, words."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd

from scripts.audit.explorer.people import population_reason
from scripts.report.numbers import typeset_powers
from scripts.report.profiles.frame import frame_around
from scripts.report.profiles.subjects import visit_days
from scripts.report.profiles.verdicts import words_of
from scripts.tables import Contract

Plan = Mapping[str, Any]
Tables = Mapping[str, pd.DataFrame]


def describe_sections(plan: Plan, displays: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Sections with their displays, in the order of the report."""
    sections = []
    for section in plan["outputs"]["sections"]:
        own = [displays[one["id"]] for one in section["displays"] if one["id"] in displays]
        named = [{key: one[key] for key in ("id", "number", "title", "word", "kind")}
                 for one in own]  # fmt: skip
        sections.append({"title": section["title"], "displays": named})
    return [section for section in sections if section["displays"]]


def describe_endpoints(plan: Plan, tables: Tables) -> dict[str, Any]:
    """Every endpoint with its clauses in words, in the order in which they are asked."""
    named = [tables[name][["PARAMCD", "CLAUSE"]] for name in ("derive/decisions", "derive/adresp")]
    asked = pd.concat(named).dropna().drop_duplicates()
    found: dict[str, Any] = {}
    for code, definition in plan["endpoints"]["endpoints"].items():
        given = definition.get("clauses") or definition.get("loss") or {}
        planned = [name for name, clause in given.items() if clause is not None]
        others = asked.loc[asked["PARAMCD"] == code, "CLAUSE"].tolist()
        names = list(dict.fromkeys([*planned, *others]))
        found[code] = {
            "label": definition["label"],
            "kind": definition["kind"],
            "planned": planned,
            "words": {n: typeset_powers(words_of(n, definition, plan)) for n in names},
        }
    return found


def describe_labels(plan: Plan, contracts: Mapping[str, Contract], tables: Tables) -> dict:
    """The label of every variable by table; variables of the plan have theirs from the plan."""
    planned = {code: one["label"] for code, one in plan["subjects"]["variables"].items()}
    for code, one in plan["subjects"]["populations"].items():
        planned[code] = f"{one['label']} (population)"
        planned[population_reason(code)] = f"Reason for being left out: {one['label']}"
    labels = {}
    for name, table in tables.items():
        contract = contracts.get(name.rpartition("/")[2]) or contracts["bds"]
        own = {
            column: str(rule["label"])
            for column, rule in contract.columns.items()
            if "label" in rule and column in table
        }
        if name == "derive/adsl":
            own |= {code: str(label) for code, label in planned.items() if code in table}
        labels[name] = own
    return labels


def describe_made(seals: Mapping[str, Any]) -> dict[str, Any]:
    """Rules with the code that they ran, and the rule that made each file."""
    rules: dict[str, dict[str, str]] = {}
    files: dict[str, str] = {}
    for name, seal in seals.items():
        code = {
            path.removeprefix("code:"): entry["sha256"]
            for path, entry in seal["inputs"].items()
            if path.startswith("code:scripts/")
        }
        rules[name] = code
        files |= dict.fromkeys(seal["outputs"], name)
    return {"rules": rules, "files": files}


def describe_picture(plan: Plan, tables: Tables) -> dict[str, Any] | None:
    """What the picture of a subject shows, with the axes that all pictures share."""
    profiles = plan["profiles"]
    if not profiles:
        return None
    sets = {
        code: f"derive/{name.lower()}"
        for name, one in plan["measurements"]["sets"].items()
        for code in one["parameters"]
    }
    shown = profiles["measurement"]
    table = tables[sets[shown["measure"]]]
    own = table[table["PARAMCD"] == shown["measure"]]
    frame = asdict(frame_around(plan, _known(own["ADAYS"]), _known(own["AVAL"])))
    frame["x"] = [frame["x"]["low"], frame["x"]["high"]]
    return {
        "frame": frame,
        "curve": {
            **shown,
            "label": typeset_powers(shown["label"]),
            "table": sets[shown["measure"]],
        },
        "grades": [{**one, "table": sets[one["measure"]]} for one in profiles.get("grades", [])],
        "medications": profiles.get("medications", []),
        "exposure": profiles.get("exposure", []),
        "visits": profiles.get("visits"),
        "schedule": [[number, label, day] for number, (label, day) in visit_days(plan).items()],
        "ends": profiles.get("end", []),
        "facts": profiles.get("facts", []),
        "endpoints": profiles["endpoints"],
    }


def _known(values: pd.Series) -> list[float]:
    return values.dropna().astype(float).tolist()
