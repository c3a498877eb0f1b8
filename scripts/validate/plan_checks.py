"""Names in the checks of the plan that must exist: tables, variables, parameters, checks."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from scripts.conditions import nearest, variables_of
from scripts.validate.kinds import (
    COMMON,
    KINDS,
    SELECTION_PARAMETERS,
    VARIABLE_LIST_PARAMETERS,
    VARIABLE_PARAMETERS,
)

# What every table made ready for a check has beside its own variables and those of DM.
ADDED = {"ADAYS", "DTC"}

Plan = Mapping[str, Any]


# What the mapping makes for every record without being told.
MADE = {"STUDYID", "DOMAIN", "USUBJID", "SRCFILE", "SRCROW"}


def _mapped(domain: str, spec: Plan) -> set[str]:
    """The variables of a domain: those that the plan maps, and those made for every record."""
    made = MADE | {f"{domain}SEQ"} | ({"SUBJID"} if domain == "DM" else set())
    return made.union(*(block["variables"] for block in spec["records"]))


def _read(spec: Plan) -> set[str]:
    """The columns of a raw table: those that the plan reads, and why a value is missing."""
    columns = {name for name, column in spec["columns"].items() if column.get("type")}
    return {*columns, *(f"{name}_MISSING" for name in columns), "SRCFILE", "SRCROW"}


class _Names:
    """What a plan's checks may name."""

    def __init__(self, plan: Plan) -> None:
        domains, sources = plan["sdtm"]["domains"], plan["sources"]["sources"]
        self.domains = {name: _mapped(name, spec) for name, spec in domains.items()}
        self.sources = {name: _read(spec) for name, spec in sources.items()}

    def tables(self, spec: Plan) -> dict[str, set[str]]:
        """The tables that a check or a selection reads, with their columns."""
        if "source" in spec:
            return {spec["source"]: self.sources[spec["source"]] | {"USUBJID"}}
        names = spec.get("domains") or [spec["domain"]]
        return {name: self.domains[name] for name in names}


def _unknown(at: str, what: str, name: str, known: Iterable[str]) -> str:
    return f"{at}: unknown {what} {name!r}; {nearest(name, known)}"


def _check_tables(at: str, spec: Plan, names: _Names) -> list[str]:
    given = [key for key in ("domain", "domains", "source") if key in spec]
    if len(given) != 1:
        return [f"{at}: give one of domain, domains or source; given: {', '.join(given) or 'none'}"]
    domains = spec.get("domains", []) + ([spec["domain"]] if "domain" in spec else [])
    wrong = [
        _unknown(at, "domain", domain, names.domains)
        for domain in domains
        if domain not in names.domains
    ]
    if "source" in spec and spec["source"] not in names.sources:
        wrong.append(_unknown(at, "source", spec["source"], names.sources))
    return wrong


def _read_by(spec: Plan) -> set[str]:
    """The variables of its own table that a check or a selection reads."""
    read = variables_of(spec.get("where")) | variables_of(spec.get("must"))
    read |= {spec[key] for key in (*VARIABLE_PARAMETERS, "subject") if key in spec}
    for key in VARIABLE_LIST_PARAMETERS:
        read |= set(spec.get(key, []))
    return read


def _check_variables(at: str, spec: Plan, names: _Names) -> list[str]:
    wrong = []
    for table, own in names.tables(spec).items():
        known = own | names.domains.get("DM", set()) | ADDED | set(spec.get("lookups", {}))
        wrong += [
            _unknown(at, f"variable of {table}", name, known)
            for name in sorted(_read_by(spec) - known)
        ]
    return wrong


def _check_selection(at: str, spec: Plan, names: _Names) -> list[str]:
    wrong = _check_tables(at, spec, names) or _check_variables(at, spec, names)
    for name, lookup in spec.get("lookups", {}).items():
        wrong += _check_selection(f"{at}.lookups.{name}", lookup, names)
        if lookup["take"] != "count" and "variable" not in lookup:
            wrong.append(f"{at}.lookups.{name}: take {lookup['take']} needs a variable")
    return wrong


def _check_parameters(at: str, spec: Plan) -> list[str]:
    kind = KINDS[spec["kind"]]
    allowed = {*COMMON, *kind.needs, *kind.may}
    wrong = [
        f"{at}: {spec['kind']} does not take {key!r}; {nearest(key, allowed - set(COMMON))}"
        for key in spec
        if key not in allowed
    ]
    wrong += [f"{at}: {spec['kind']} needs {key!r}" for key in kind.needs if key not in spec]
    if spec["kind"] == "agreement" and ("other" in spec) == ("against" in spec):
        wrong.append(f"{at}: agreement needs either other or against")
    if "pattern" in spec:
        wrong += _check_pattern(at, spec["pattern"])
    if spec.get("per") == "body_surface" and not {"height", "weight"} <= set(spec):
        wrong.append(f"{at}: a dose per body_surface needs height and weight")
    return wrong


def _check_pattern(at: str, pattern: str) -> list[str]:
    try:
        re.compile(pattern)
    except re.error as error:
        return [f"{at}: pattern {pattern!r} is no regular expression: {error}"]
    return []


def _check_category(at: str, spec: Plan) -> list[str]:
    wrong = []
    if "grade" in spec and spec["category"] != "deviation":
        wrong.append(f"{at}: only a deviation has a grade")
    if spec["category"] == "deviation":
        if spec["kind"] == "allocation_ratio":
            wrong.append(f"{at}: a deviation belongs to a subject, which allocation_ratio has not")
        if "source" in spec and "subject" not in spec:
            wrong.append(f"{at}: a deviation belongs to a subject; name its column as subject")
    return wrong


def _check_one(at: str, spec: Plan, names: _Names) -> list[str]:
    if spec["kind"] not in KINDS:
        return [_unknown(at, "kind", spec["kind"], KINDS)]
    wrong = _check_parameters(at, spec) + _check_category(at, spec)
    wrong += _check_selection(at, spec, names)
    for key in SELECTION_PARAMETERS:
        if key in spec:
            wrong += _check_selection(f"{at}.{key}", spec[key], names)
    for number, statement in enumerate(spec.get("statements", [])):
        wrong += _check_selection(f"{at}.statements.{number}", statement, names)
    people = {"domain": "DM", **spec.get("subjects", {})}
    # `until` is a date of the subject, so it is looked for where the subjects are.
    if "until" in spec:
        people["variable"] = spec["until"]
    if "subjects" in spec or "until" in spec:
        wrong += _check_selection(f"{at}.subjects", people, names)
    return wrong


def check_checks_plan(plan: Plan) -> list[str]:
    """Every name in the plan's checks and waivers that does not exist, with the nearest one."""
    names, checks = _Names(plan), plan["checks"]["checks"]
    file = plan.get("files", {}).get("checks", "checks.yaml")
    wrong = []
    for check, spec in checks.items():
        wrong += _check_one(f"{file}: checks.{check}", spec, names)
    for number, waiver in enumerate(plan["checks"].get("waivers", [])):
        if waiver["check"] not in checks:
            at = f"{file}: waivers.{number}"
            wrong.append(_unknown(at, "check", waiver["check"], checks))
    return wrong
