"""Cross-checks of the derivation's plan: every name that it uses must exist where it should.

Schemas cannot see that an endpoint names a measure, or a population a variable, that is not
there. Every finding names the file, the place, and the nearest right word.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scripts.conditions import nearest, variables_of
from scripts.derive.populations import reason_variable

Plan = Mapping[str, Any]

# The columns of ADSL that every trial has, beside the plan's own.
CORE_VARIABLES = [
    "STUDYID",
    "USUBJID",
    "SUBJID",
    "SITEID",
    "ARMCD",
    "TRT01P",
    "TRT01PN",
    "AGE",
    "SEX",
    "SCRNFL",
    "RANDFL",
    "TRTSDT",
]


def subject_variables(plan: Plan) -> list[str]:
    """Every column of ADSL that the plan gives, populations and their reasons included."""
    populations = list(plan["subjects"]["populations"])
    reasons = [reason_variable(name) for name in populations]
    return [*CORE_VARIABLES, *plan["subjects"]["variables"], *populations, *reasons]


def measures(plan: Plan) -> list[str]:
    """The parameter codes of all measures."""
    return [
        code for content in plan["measurements"]["sets"].values() for code in content["parameters"]
    ]


def _unknown(place: str, what: str, word: Any, known: Iterable[str]) -> Iterator[str]:
    known = list(known)
    if word not in known:
        yield f"{place}: unknown {what} {word!r}; {nearest(str(word), known)}"


def _condition(place: str, condition: Any, known: Iterable[str]) -> Iterator[str]:
    for name in sorted(variables_of(condition)):
        yield from _unknown(place, "variable", name, known)


def _domain(place: str, spec: Plan, plan: Plan) -> Iterator[str]:
    if "domain" in spec:
        yield from _unknown(place, "domain", spec["domain"], plan["sdtm"]["domains"])


def _check_measurements(plan: Plan) -> Iterator[str]:
    seen: dict[str, str] = {}
    for name, content in plan["measurements"]["sets"].items():
        for code, spec in content["parameters"].items():
            place = f"measurements: sets.{name}.parameters.{code}"
            yield from _domain(place, spec, plan)
            if code in seen:
                yield f"{place}: the code stands in set {seen[code]} too; codes must be unique"
            seen[code] = name


def _variable(place: str, spec: Plan, known: list[str], plan: Plan) -> Iterator[str]:
    yield from _domain(place, spec, plan)
    if spec["kind"] == "baseline":
        yield from _unknown(place, "measure", spec["measure"], measures(plan))
    if spec["kind"] == "condition":
        yield from _condition(place, spec["condition"], known)
    if spec["kind"] == "category":
        for part in spec["categories"]:
            yield from _condition(place, part["condition"], known)
    if spec["kind"] == "recode":
        yield from _unknown(place, "variable", spec["variable"], known)
    if spec["kind"] == "days_between":
        for key in ("from", "to"):
            yield from _unknown(place, "variable", spec[key], known)


def _check_subjects(plan: Plan) -> Iterator[str]:
    # A variable may use those before it only, so the known names grow as the plan is read.
    known = list(CORE_VARIABLES)
    for name, spec in plan["subjects"]["variables"].items():
        place = f"subjects: variables.{name}"
        if name in known:
            yield f"{place}: the name is taken; choose another"
        yield from _variable(place, spec, known, plan)
        known.append(name)
    for name, content in plan["subjects"]["populations"].items():
        place = f"subjects: populations.{name}"
        for column in (name, reason_variable(name)):
            if column in known:
                yield f"{place}: the column {column} is taken; choose another name"
        for part in content["keep"]:
            yield from _condition(place, part["condition"], known)
        known += [name, reason_variable(name)]


def _clause(place: str, clause: Plan, before: list[str], plan: Plan) -> Iterator[str]:
    if "measure" in clause:
        yield from _unknown(place, "measure", clause["measure"], measures(plan))
    if "endpoint" in clause:
        yield from _unknown(place, "endpoint before this one", clause["endpoint"], before)
    if "condition" in clause:
        yield from _condition(place, clause["condition"], subject_variables(plan))
    if clause.get("from_day", 0) > clause.get("to_day", clause.get("from_day", 0)):
        yield f"{place}: from_day is after to_day"


def _has_measure(code: str, plan: Plan) -> bool:
    definition = plan["endpoints"]["endpoints"].get(code, {})
    return "measure" in definition or ("of" in definition and _has_measure(definition["of"], plan))


def _endpoint(code: str, spec: Plan, before: list[str], plan: Plan) -> Iterator[str]:
    place = f"endpoints: endpoints.{code}"
    yield from _domain(place, spec, plan)
    yield from _clause(place, spec, before, plan)
    for key in ("of", "without"):
        if key in spec:
            yield from _unknown(f"{place}.{key}", "endpoint before this one", spec[key], before)
    if spec.get("of") in before and not _has_measure(spec["of"], plan):
        yield f"{place}.of: {spec['of']} is not a response; name one of kind confirmed_response"
    if "counts_too" in spec:
        yield from _condition(f"{place}.counts_too", spec["counts_too"], subject_variables(plan))
    if "visit" in spec:
        visits = [visit["VISITNUM"] for visit in plan["trial"]["visits"]]
        if spec["visit"] not in visits:
            close = min(visits, key=lambda number: abs(number - spec["visit"]))
            yield f"{place}.visit: unknown visit {spec['visit']}; did you mean {close}?"
    for part in ("clauses", "loss"):
        for name, clause in spec.get(part, {}).items():
            if clause is not None:
                yield from _clause(f"{place}.{part}.{name}", clause, before, plan)


def _check_endpoints(plan: Plan) -> Iterator[str]:
    before: list[str] = []
    for code, spec in plan["endpoints"]["endpoints"].items():
        yield from _endpoint(code, spec, before, plan)
        before.append(code)


def _point(place: str, spec: Plan, plan: Plan) -> Iterator[str]:
    if "endpoint" in spec:
        yield from _unknown(place, "endpoint", spec["endpoint"], plan["endpoints"]["endpoints"])
    if "variable" in spec:
        yield from _unknown(place, "variable", spec["variable"], subject_variables(plan))
        made = plan["subjects"]["variables"].get(spec["variable"])
        if spec["variable"] != "TRTSDT" and made is not None and made.get("type") != "date":
            yield f"{place}: {spec['variable']} is not a date"
    if "last_assessment" in spec:
        yield from _unknown(place, "measure", spec["last_assessment"], measures(plan))
    if "record" in spec:
        yield from _domain(place, spec["record"], plan)


def _check_times(plan: Plan) -> Iterator[str]:
    for code, spec in plan["times"]["times"].items():
        place = f"times: times.{code}"
        among = spec.get("among", {})
        if "endpoint" in among:
            endpoints = plan["endpoints"]["endpoints"]
            yield from _unknown(f"{place}.among", "endpoint", among["endpoint"], endpoints)
        yield from _condition(f"{place}.among", among.get("condition"), subject_variables(plan))
        yield from _point(f"{place}.start", spec["start"], plan)
        for part in ("event", "censor"):
            for source in spec.get(part, []):
                yield from _point(f"{place}.{part}", source, plan)


def check_derivation_plan(plan: Plan) -> list[str]:
    """Every name in subjects, measurements, endpoints and times that is not where it should be."""
    findings: list[str] = []
    for check in (_check_measurements, _check_subjects, _check_endpoints, _check_times):
        findings += check(plan)
    return findings
