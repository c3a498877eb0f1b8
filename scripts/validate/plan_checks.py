"""Names in the checks of the plan that must exist: tables, variables, parameters, checks."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from scripts.conditions import nearest, variables_of
from scripts.validate.kinds import (
    COMMON,
    KINDS,
    SELECTION_PARAMETERS,
    VARIABLE_LIST_PARAMETERS,
    VARIABLE_PARAMETERS,
)

CONTRACTS = Path(__file__).resolve().parents[2] / "config" / "schemas" / "tables"
# What every table made ready for a check has beside its own variables and those of DM.
ADDED = {"ADAYS", "DTC"}

Plan = Mapping[str, Any]


def _columns(domain: str) -> set[str]:
    path = CONTRACTS / f"{domain.lower()}.yaml"
    if not path.exists():
        return set()
    return set(yaml.safe_load(path.read_text(encoding="utf-8"))["columns"])


class _Names:
    """What a plan's checks may name."""

    def __init__(self, plan: Plan) -> None:
        self.domains = {str(name).upper() for name in plan["sdtm"]["domains"]}
        self.sources = set(plan["sources"]["sources"])
        self.columns = {domain: _columns(domain) for domain in self.domains}

    def tables(self, spec: Plan) -> list[str]:
        """The domains that a check or a selection reads."""
        return spec.get("domains") or ([spec["domain"]] if "domain" in spec else [])

    def variables(self, spec: Plan, domain: str) -> set[str]:
        """The variables of a domain as a check sees it."""
        own = self.columns[domain] | self.columns.get("DM", set()) | ADDED
        return own | set(spec.get("lookups", {}))


def _unknown(at: str, what: str, name: str, known: Iterable[str]) -> str:
    return f"{at}: unknown {what} {name!r}; {nearest(name, known)}"


def _check_tables(at: str, spec: Plan, names: _Names) -> list[str]:
    given = [key for key in ("domain", "domains", "source") if key in spec]
    if len(given) != 1:
        return [f"{at}: give one of domain, domains or source; given: {', '.join(given) or 'none'}"]
    wrong = [
        _unknown(at, "domain", domain, names.domains)
        for domain in names.tables(spec)
        if domain not in names.domains
    ]
    if "source" in spec and spec["source"] not in names.sources:
        wrong.append(_unknown(at, "source", spec["source"], names.sources))
    return wrong


def _read_by(spec: Plan) -> set[str]:
    """The variables of its own table that a check or a selection reads."""
    read = variables_of(spec.get("where")) | variables_of(spec.get("must"))
    read |= {spec[key] for key in VARIABLE_PARAMETERS if key in spec}
    for key in VARIABLE_LIST_PARAMETERS:
        read |= set(spec.get(key, []))
    return read


def _check_variables(at: str, spec: Plan, names: _Names) -> list[str]:
    """Unknown variables of domains; columns of a raw table are known only when it is read."""
    wrong = []
    for domain in names.tables(spec):
        known = names.variables(spec, domain) if names.columns[domain] else _read_by(spec)
        wrong += [
            _unknown(at, f"variable of {domain}", name, known)
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
    if spec.get("per") == "body_surface" and not {"height", "weight"} <= set(spec):
        wrong.append(f"{at}: a dose per body_surface needs height and weight")
    return wrong


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
