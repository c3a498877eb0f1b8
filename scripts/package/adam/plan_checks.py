"""Checks of the plan of ADaM that no schema can make: known names, and the rules for names."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scripts.analyse.plan_checks import columns_of, tables_of_plan
from scripts.conditions import unknown_words
from scripts.derive.plan_checks import subject_variables
from scripts.derive.subject_variables import type_of_variable
from scripts.package.adam.core_variables import core_variables, needed_core, undeclared_verdicts
from scripts.package.adam.labels import LONGEST, short_labels, subject_labels
from scripts.package.adam.names import renames, sent_name, verdict_flags
from scripts.package.adam.parameters import parameters_of
from scripts.package.adam.standard import check_labels, check_name
from scripts.package.adam.subjects import added_definitions

Plan = Mapping[str, Any]
FILE = "submission.yaml: adam"
# Columns of the tables that count days with a day 0, whatever their name ends in.
FROM_ZERO = ("ADAYS", "ANOMDY")
RECORDS = ("adresp", "adtte")
LONGEST_CODE = 8


def record_columns(plan: Plan) -> set[str]:
    """Every column of the tables that are sent beside the subjects'."""
    names = sorted({*tables_of_plan(plan), *RECORDS})
    known = (columns_of(name) for name in names if name.startswith("ad"))
    return set().union(*(columns or () for columns in known), ["ADAYS"])


def known_variables(plan: Plan) -> set[str]:
    """Every variable that can be renamed, labelled or made a core variable, by our name."""
    added = {*added_definitions(plan), *verdict_flags(plan)}
    return {*subject_variables(plan), *added, *record_columns(plan)}


def _in(place: str, findings: Iterable[str]) -> Iterator[str]:
    for finding in findings:
        yield f"{FILE}.{place}: {finding}"


def _check_names(plan: Plan) -> Iterator[str]:
    known, names = known_variables(plan), renames(plan)
    yield from _in("names", unknown_words(names, known, "variable"))
    sent = [*names.values(), *(known - set(names))]
    twice = sorted({name for name in names.values() if sent.count(name) > 1})
    yield from _in("names", (f"{name}: two variables would be sent under it" for name in twice))


def _types(plan: Plan) -> dict[str, str]:
    """The contract type of each variable that the plan makes of subjects, by our name."""
    specs = {**plan["subjects"]["variables"], **added_definitions(plan)}
    found = {name: type_of_variable(spec) for name, spec in specs.items()}
    found |= dict.fromkeys([*plan["subjects"]["populations"], *verdict_flags(plan)], "flag")
    return found


def _check_rules(plan: Plan) -> Iterator[str]:
    """Names that break a rule of the standard as they would be sent."""
    for name, kind in _types(plan).items():
        yield from _in(
            "names", (f"{f}; give another" for f in check_name(sent_name(name, plan), kind))
        )
    for name in sorted(record_columns(plan) & set(FROM_ZERO)):
        found = check_name(sent_name(name, plan), "integer", counts_from_zero=True)
        yield from _in("names", (f"{finding}; give another" for finding in found))


def _check_labels(plan: Plan) -> Iterator[str]:
    known = {*known_variables(plan), *renames(plan).values()}
    given = short_labels(plan)
    yield from _in("labels", unknown_words(given, known, "variable"))
    sent = {sent_name(name, plan): label for name, label in given.items()}
    yield from _in("labels", check_labels(sent, sent))
    for name, label in subject_labels(plan).items():
        if len(label.encode()) > LONGEST or not label.isascii():
            yield f"{FILE}.labels: {name} needs one of at most {LONGEST} plain letters: {label!r}"


def _check_core(plan: Plan) -> Iterator[str]:
    declared = plan["submission"]["adam"].get("core") or []
    subjects = {*subject_variables(plan), *added_definitions(plan), *verdict_flags(plan)}
    yield from _in("core", unknown_words(declared, subjects, "variable of subjects"))
    core = set(core_variables(plan))
    for name, why in needed_core(plan).items():
        if name not in core:
            yield f"{FILE}.core: {name} is not among them, and {why}"


def _check_verdicts(plan: Plan) -> Iterator[str]:
    endpoints = plan["endpoints"]["endpoints"]
    yield from _in("verdicts", unknown_words(verdict_flags(plan).values(), endpoints, "endpoint"))
    for name in verdict_flags(plan):
        if name in subject_variables(plan):
            yield f"{FILE}.verdicts: {name} is a variable of subjects already"
    for code in undeclared_verdicts(plan):
        yield f"{FILE}.verdicts: an analysis reads the verdict on {code}; give it a flag"


def _check_added(plan: Plan) -> Iterator[str]:
    for name in added_definitions(plan):
        if name in subject_variables(plan):
            yield f"{FILE}.variables: {name} is a variable of subjects already"


def _check_parameters(plan: Plan) -> Iterator[str]:
    for dataset in [*(name.lower() for name in plan["measurements"]["sets"]), *RECORDS]:
        for code in parameters_of(dataset, plan):
            if len(code) > LONGEST_CODE or not code.isalnum() or code[0].isdigit():
                yield f"{FILE}: {code}: a parameter code has 1 to {LONGEST_CODE} letters and digits"


def check_adam_plan(plan: Plan) -> list[str]:
    """Every finding on how ADaM is to be sent; none where nothing is sent."""
    if not plan.get("submission"):
        return []
    wrong = [*_check_verdicts(plan), *_check_added(plan)]
    if wrong:
        # Labels and names are made of these, so that nothing else can be judged yet.
        return wrong
    checks = (_check_names, _check_rules, _check_labels, _check_core, _check_parameters)
    return [finding for check in checks for finding in check(plan)]
