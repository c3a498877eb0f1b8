"""Code lists of the analysis data sets: those of the standard as far as the plan has them, and our
own, whose words come from the plan.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from scripts.derive.populations import reason_variable
from scripts.package.adam.names import renames, sent_name
from scripts.package.adam.parameters import parameters_of
from scripts.package.adam.standard import LISTS
from scripts.package.adam.subjects import added_definitions, numbered_categories
from scripts.tables import type_of

Plan = Mapping[str, Any]
# The list of the standard that a variable takes its terms from.
STANDARD = {
    "SEX": "SEX",
    "AGEU": "AGEU",
    "RACE": "RACE",
    "ETHNIC": "ETHNIC",
    "AVALC": "NY",
    "AESER": "NY",
    "AEACN": "ACN",
    "AEOUT": "OUT",
    "AESEV": "AESEV",
    "EXROUTE": "ROUTE",
    "EXDOSFRQ": "FREQ",
    "EXDOSU": "UNIT",
    "CMDOSU": "UNIT",
    "ADURU": "UNIT",
    "AVALU": "UNIT",
    "EOSSTT": "SBJTSTAT",
    "EOTSTT": "SBJTSTAT",
    "DCTREAS": "NCOMPLT",
    "DCSREAS": "NCOMPLT",
    "SVOCCUR": "NY",
}
YES_NO = ("N", "Y")
CENSORED = {0: "Event", 1: "Censored"}


def term(value: Any, decode: str | None = None, **more: Any) -> dict[str, Any]:
    """One term of a list, a sponsor's own unless it has a code."""
    return {"value": value, "decode": decode, "code": None, "extended": False, **more}


def own_list(name: str, terms: Iterable[dict[str, Any]], type_: str = "text") -> dict[str, Any]:
    """A list of our own."""
    return {
        "name": name,
        "code": None,
        "extensible": False,
        "type": type_,
        "terms": list(terms),
        "external": None,
    }


def standard_list(name: str, values: Iterable[str], plan: Plan) -> dict[str, Any]:
    """A list of the standard with its terms and any other that is used.

    Of its terms those that are used, and both answers to a question. Where neither the standard of
    ADaM nor the plan has the list, the values that are used stand in it without codes.
    """
    lists = {**LISTS, **(plan["terminology"].get("codelists") or {})}
    known = lists.get(name, {})
    terms, extensible = known.get("terms", {}), bool(known.get("extensible", False))
    used = {*values, *(YES_NO if name == "NY" else ())}
    found = [
        term(value, entry["decode"], code=entry["code"], extended=entry["code"] is None)
        for value, entry in terms.items()
        if value in used
    ]
    decode = bool(known)
    more = sorted(used - set(terms))
    found += [term(v, v if decode else None, extended=decode) for v in more]
    made = own_list(known.get("name", name), found)
    head = {"code": known.get("code"), "extensible": extensible}
    return made | head | ({"package": known["package"]} if "package" in known else {})


def unknown_terms(lists: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Terms that are used and that a list does not have which sponsors may not extend."""
    return [
        f"code list {name}: {entry['value']!r} is none of its terms, and it may not be extended"
        for name, codelist in lists.items()
        if codelist["code"] and not codelist["extensible"]
        for entry in codelist["terms"]
        if entry["code"] is None
    ]


def _parameter_lists(name: str, labels: Mapping[str, str], plan: Plan) -> dict[str, Any]:
    codes = parameters_of(name, plan)
    if not codes:
        return {}
    stem = name.upper()
    return {
        f"PARAMCD_{stem}": own_list(
            f"Parameter codes of {stem}", [term(code, labels[code]) for code in codes]
        ),
        f"PARAM_{stem}": own_list(f"Parameters of {stem}", [term(labels[code]) for code in codes]),
        f"PARAMN_{stem}": own_list(
            f"Numbers of the parameters of {stem}",
            [term(place, labels[code]) for place, code in enumerate(codes, start=1)],
            "integer",
        ),
    }


def _plan_lists(plan: Plan) -> dict[str, Any]:
    arms, names = plan["trial"]["arms"], renames(plan)
    visits = plan["trial"]["visits"]
    numbers = enumerate(arms, start=1)
    found = {
        "ARMCD": own_list("Arms", [term(arm["code"], arm["label"]) for arm in arms]),
        "TRT": own_list("Treatments", [term(arm["label"]) for arm in arms]),
        "TRTN": own_list(
            "Numbers of the treatments", [term(n, arm["label"]) for n, arm in numbers], "integer"
        ),
        "AVISIT": own_list("Planned visits", [term(visit["VISIT"]) for visit in visits]),
        "AVISITN": own_list(
            f"Planned visits by {plan['trial']['visit_unit']}",
            [term(visit["nominal"], visit["VISIT"]) for visit in visits],
            "float" if any(float(v["nominal"]) % 1 for v in visits) else "integer",
        ),
        "SITEID": own_list(
            "Sites", [term(site["id"], site["label"]) for site in plan["trial"].get("sites") or []]
        ),
        "CNSR": own_list("Censoring", [term(n, w) for n, w in CENSORED.items()], "integer"),
    }
    specs = {**plan["subjects"]["variables"], **added_definitions(plan)}
    for name, spec in specs.items():
        if spec["kind"] == "category":
            labels = [part["label"] for part in spec["categories"]]
            sent = names.get(name, name)
            found[sent] = own_list(str(spec["label"]), [term(label) for label in labels])
    for number, name in numbered_categories(plan).items():
        labels = [part["label"] for part in specs[name]["categories"]]
        terms = [term(place, label) for place, label in enumerate(labels, start=1)]
        found[number] = own_list(f"{specs[name]['label']} by number", terms, "integer")
    for name, entry in plan["subjects"]["populations"].items():
        reasons = dict.fromkeys(step["otherwise"] for step in entry["keep"])
        sent = sent_name(reason_variable(name), plan)
        found[sent] = own_list(f"Reasons for not being in {name}", [term(r) for r in reasons])
    return found


ALIKE = {
    "ACTARMCD": "ARMCD",
    "ARM": "TRT",
    "ACTARM": "TRT",
    "TRT01P": "TRT",
    "TRT01A": "TRT",
    "TRTP": "TRT",
    "TRTA": "TRT",
    "TRT01PN": "TRTN",
    "TRT01AN": "TRTN",
    "TRTPN": "TRTN",
    "TRTAN": "TRTN",
}
# Words of verdicts and times: the list is what occurs.
OCCURRING = {"CLAUSE", "REASON", "EVNTDESC", "CNSDTDSC"}


def is_flag(name: str, values: pd.Series) -> bool:
    """Whether a variable is a flag: by its name, and by what it holds."""
    return name.endswith("FL") and set(values.dropna().unique()) <= {"Y", "N"}


def list_of(name: str, values: pd.Series, dataset: str, own: Mapping[str, Any]) -> str | None:
    """The id of the list of one variable of a data set, else None; `own` are the plan's lists."""
    if name.startswith("PARAM"):
        return f"{name}_{dataset.upper()}"
    if name in OCCURRING:
        return f"{name}_{dataset.upper()}" if values.notna().any() else None
    if is_flag(name, values):
        return "NY"
    if name in STANDARD and type_of(values) == "text":
        return STANDARD[name] if values.notna().any() else None
    found = ALIKE.get(name, name)
    return found if found in own and own[found]["terms"] else None


def codelists_of(
    tables: Mapping[str, pd.DataFrame], labels: Mapping[str, Mapping[str, str]], plan: Plan
) -> tuple[dict[str, dict[str, Any]], dict[tuple[str, str], str]]:
    """Every list that is used, by id, and the id for each (data set, variable) that has one.

    `labels` gives the label of each parameter by data set and code.
    """
    own = _plan_lists(plan)
    for name in tables:
        own |= _parameter_lists(name, labels.get(name, {}), plan)
    used: dict[tuple[str, str], str] = {}
    occurring: dict[str, set[Any]] = {}
    for dataset, table in tables.items():
        for name in table.columns:
            found = list_of(name, table[name], dataset, own)
            if found is not None:
                used[(dataset, name)] = found
                occurring.setdefault(found, set()).update(table[name].dropna().unique())
    lists = {}
    for found in sorted(occurring):
        if found in own:
            lists[found] = _with_unplanned(own[found], occurring[found])
        elif found.rpartition("_")[0] in OCCURRING:
            words = found.replace("_", " of ")
            lists[found] = own_list(words, [term(word) for word in sorted(occurring[found])])
        else:
            lists[found] = standard_list(found, occurring[found], plan)
    return lists, used


def _with_unplanned(codelist: dict[str, Any], values: set[Any]) -> dict[str, Any]:
    """A list of the plan with whatever else occurs, such as an arm that nobody planned."""
    known = {entry["value"] for entry in codelist["terms"]}
    more = [term(value) for value in sorted(values - known)]
    return codelist | {"terms": [*codelist["terms"], *more]}
