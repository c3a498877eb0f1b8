"""How each subject-level variable is made, in words from its definition in the plan."""

from collections.abc import Callable, Mapping
from typing import Any

from scripts.derive.populations import reason_variable
from scripts.derive.subject_variables import type_of_variable
from scripts.package.adam.explained import Explained, assigned, derived, taken
from scripts.package.adam.names import renames, verdict_flags
from scripts.package.adam.subjects import added_definitions, numbered_categories
from scripts.package.adam.treatment import TAKEN
from scripts.report.layouts.definitions import condition_words, measures_of

Plan = Mapping[str, Any]
Spec = Mapping[str, Any]
RULE = "derive_subjects"
COPIED = ("STUDYID", "USUBJID", "SUBJID", "SITEID", "ARMCD", "AGE", "SEX")


def _where(spec: Spec, plan: Plan, of: str = "with") -> str:
    return f" {of} {condition_words(spec['where'], plan)}" if spec.get("where") else ""


def _value(spec: Spec, plan: Plan) -> str:
    domain = str(spec["domain"]).upper()
    pick = spec.get("pick", "only")
    which = {"only": "the record", "first": "the first record", "last": "the last record"}[pick]
    alone = domain == "DM" and not spec.get("where")
    where = "" if alone else f" of {which}{_where(spec, plan)}"
    text = f"{domain}.{spec['variable']}{where}."
    if spec.get("codes"):
        codes = [f"{old} becomes {new}" for old, new in spec["codes"].items()]
        if "otherwise" in spec:
            codes.append(f"anything else becomes {spec['otherwise']}")
        text += f" Recoded: {'; '.join(codes)}."
    if type_of_variable(spec) == "date":
        text += " As a date; an incomplete date is missing."
    return text if alone else f"{text} Missing for subjects without such a record."


def _baseline(spec: Spec, plan: Plan) -> str:
    measure = spec["measure"]
    sets = plan["measurements"]["sets"].values()
    rules = {code: part for content in sets for code, part in content["parameters"].items()}
    rule = rules[measure].get("baseline") or {}
    return (
        f"The baseline of {measures_of(plan)[measure]} ({measure}): the "
        f"{rule.get('pick', 'last')} value up to day {rule.get('to_day', 0)} of a randomised "
        "subject, counted from the start of treatment, which is day 0."
    )


def _count(spec: Spec, plan: Plan) -> str:
    what = f"distinct values of {spec['distinct']} in the" if "distinct" in spec else ""
    return f"Number of {what} records of {spec['domain'].upper()}{_where(spec, plan)}.".replace(
        "  ", " "
    )


def _any(spec: Spec, plan: Plan) -> str:
    where = _where(spec, plan)
    return f"Y for subjects with a record of {spec['domain'].upper()}{where}; N for all others."


def _condition(spec: Spec, plan: Plan) -> str:
    words = condition_words(spec["condition"], plan)
    return f"Y where {words}, else N; missing where a variable that is compared is missing."


def _recode(spec: Spec, plan: Plan) -> str:
    codes = "; ".join(f"{old} becomes {new}" for old, new in spec["codes"].items())
    rest = f"; anything else becomes {spec['otherwise']}" if "otherwise" in spec else ""
    return f"{spec['variable']} recoded: {codes}{rest}. Missing where it is missing."


def _category(spec: Spec, plan: Plan) -> str:
    parts = [f"{p['label']}: {condition_words(p['condition'], plan)}" for p in spec["categories"]]
    return f"The first of these that holds. {'; '.join(parts)}."


def _days_between(spec: Spec, plan: Plan) -> str:
    unit = spec.get("unit", "day")
    return f"{spec['to']} minus {spec['from']}, in {unit}s."


WORDS: dict[str, Callable[[Spec, Plan], str]] = {
    "value": _value,
    "baseline": _baseline,
    "count": _count,
    "any": _any,
    "condition": _condition,
    "recode": _recode,
    "category": _category,
    "days_between": _days_between,
}


def variable_words(spec: Spec, plan: Plan) -> str:
    """How one subject-level variable of the plan is made."""
    return WORDS[spec["kind"]](spec, plan)


def _copy(spec: Spec) -> bool:
    """Whether a variable is one of demographics as it is."""
    plain = spec["kind"] == "value" and str(spec["domain"]).upper() == "DM"
    return plain and not {"where", "codes"} & set(spec) and type_of_variable(spec) != "date"


def _of_plan(plan: Plan) -> dict[str, Explained]:
    found = {}
    for name, spec in plan["subjects"]["variables"].items():
        known = taken(f"DM.{spec['variable']}") if _copy(spec) else None
        found[name] = known or derived(variable_words(spec, plan), RULE)
    for name, spec in added_definitions(plan).items():
        known = taken(f"DM.{spec['variable']}") if _copy(spec) else None
        found[name] = known or derived(variable_words(spec, plan))
    for name, entry in plan["subjects"]["populations"].items():
        keeps = "; ".join(condition_words(step["condition"], plan) for step in entry["keep"])
        whys = "; ".join(
            f"{condition_words(step['condition'], plan)}, else: {step['otherwise']}"
            for step in entry["keep"]
        )
        found[name] = derived(f"Y for subjects with {keeps}; N for all others.", RULE)
        reason = f"The reason of the first condition that a subject does not meet. {whys}."
        found[reason_variable(name)] = derived(reason, RULE)
    return found


def _treatments(plan: Plan) -> dict[str, Explained]:
    arms = plan["trial"]["arms"]
    words = "; ".join(f"{arm['code']}: {arm['label']}" for arm in arms)
    start = plan["subjects"]["start_of_treatment"]
    date = (
        f"DM.{start} as a date: day 0 of the trial. A randomised subject without one is an error."
    )
    return {
        "TRT01P": derived(f"The label of the arm in DM.ARMCD. {words}.", RULE),
        "TRT01PN": assigned(),
        "TRT01A": derived(f"The label of the arm in DM.ACTARMCD, else DM.ACTARM. {words}."),
        "TRT01AN": assigned(),
        "TRTSDT": derived(date, RULE),
        "TRTEDT": derived("DM.RFXENDTC as a date; an incomplete date is missing."),
        "TRTDURD": derived("TRTEDT minus TRTSDT, plus one."),
        "RFICDT": derived("DM.RFICDTC as a date; an incomplete date is missing."),
        "SCRNFL": derived("Y for every subject of DM.", RULE),
        "RANDFL": derived("Y for subjects with DM.ARMCD; N for all others.", RULE),
    }


def explain_subjects(plan: Plan) -> dict[str, Explained]:
    """Everything that ADSL may hold, by its name in our tables."""
    found = {name: taken(f"DM.{name}") for name in (*COPIED, *TAKEN)}
    found |= _treatments(plan) | _of_plan(plan)
    endpoints = plan["endpoints"]["endpoints"]
    for name, code in verdict_flags(plan).items():
        words = f"ADRESP.AVALC where PARAMCD is {code} ({endpoints[code]['label']})"
        found[name] = derived(f"{words}; missing for subjects who were not randomised.")
    for number, name in numbered_categories(plan).items():
        sent = renames(plan).get(name, name)
        found[number] = assigned(f"The order of the categories of {sent}.")
    return found
