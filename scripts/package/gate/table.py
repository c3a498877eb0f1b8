"""The table of rules: read and checked as data, and run over the data sets."""

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from scripts.conditions import nearest
from scripts.package.gate import (
    kinds_analysis,
    kinds_files,
    kinds_package,
    kinds_related,
    kinds_specification,
    kinds_values,
)
from scripts.package.gate.held import Check, Held, Outcome, Package

OF_DATASETS = (kinds_files, kinds_specification, kinds_values, kinds_related, kinds_analysis)
CHECKS: dict[str, Check] = {c.__name__: c for kinds in OF_DATASETS for c in kinds.CHECKS}
WHOLE: dict[str, Check] = {check.__name__: check for check in kinds_package.WHOLE}
KEYS = ("id", "source", "severity", "check", "message")
MAY = ("applies", "parameters")
APPLIES = ("standard", "names", "classes", "with", "without", "described")
SEVERITIES = ("error", "warning")


class RulesError(ValueError):
    """A table of rules that cannot be used; the message lists every finding."""


def check_rules(rules: Sequence[Mapping[str, Any]]) -> list[str]:
    """Every way in which a table of rules is wrong: keys, kinds, parameters, ids."""
    findings = []
    ids = [rule.get("id") for rule in rules]
    for rule in rules:
        name = rule.get("id")
        findings += [f"{name}: no {key}" for key in KEYS if key not in rule]
        findings += [
            f"{name}: unknown key {key!r}; {nearest(key, [*KEYS, *MAY])}"
            for key in rule
            if key not in (*KEYS, *MAY)
        ]
        findings += [
            f"{name}: applies knows no {key!r}; {nearest(key, APPLIES)}"
            for key in rule.get("applies", {})
            if key not in APPLIES
        ]
        if rule.get("severity") not in SEVERITIES:
            findings.append(f"{name}: severity {rule.get('severity')!r} is none of {SEVERITIES}")
        findings += _check_parameters(rule)
        if ids.count(name) > 1:
            findings.append(f"{name}: stands twice")
    return list(dict.fromkeys(findings))


def _check_parameters(rule: Mapping[str, Any]) -> list[str]:
    name, check = (
        rule.get("id"),
        CHECKS.get(rule.get("check", "")) or WHOLE.get(rule.get("check", "")),
    )
    if check is None:
        return [f"{name}: no check {rule.get('check')!r}; {nearest(rule.get('check', ''), CHECKS)}"]
    if rule["check"] in WHOLE and "applies" in rule:
        return [f"{name}: a check of the whole package applies to no single data set"]
    known = {
        key: parameter
        for key, parameter in inspect.signature(check).parameters.items()
        if key not in ("held", "package")
    }
    given = rule.get("parameters", {})
    findings = [
        f"{name}: {rule['check']} takes no {k!r}; {nearest(k, known)}"
        for k in given
        if k not in known
    ]
    return findings + [
        f"{name}: {rule['check']} needs {key}"
        for key, parameter in known.items()
        if parameter.default is inspect.Parameter.empty and key not in given
    ]


def parse_rules(content: bytes) -> list[dict[str, Any]]:
    """The rules of a table. Raises RulesError with every finding."""
    rules = yaml.safe_load(content.decode("utf-8"))["rules"]
    findings = check_rules(rules)
    if findings:
        raise RulesError("\n  ".join(["the table of rules cannot be used", *findings]))
    return rules


def named(value: Any, prefix: str) -> Any:
    """A value of the table with the two letters of the domain for `--`, wherever it stands."""
    if isinstance(value, str):
        return prefix + value[2:] if value.startswith("--") else value
    if isinstance(value, dict):
        return {named(key, prefix): named(item, prefix) for key, item in value.items()}
    if isinstance(value, list):
        return [named(item, prefix) for item in value]
    return value


def applies_to(applies: Mapping[str, Any], held: Held) -> bool:
    """Whether a rule speaks of a data set."""
    applies = named(dict(applies), held.prefix)
    described = held.described or {}
    return (
        applies.get("standard", held.standard) == held.standard
        and held.name in applies.get("names", [held.name])
        and described.get("class") in applies.get("classes", [described.get("class")])
        and all(name in held.table for name in applies.get("with", []))
        and not any(name in held.table for name in applies.get("without", []))
        and not (applies.get("described") and held.described is None)
    )


def run_rule(rule: Mapping[str, Any], package: Package) -> list[tuple[str, Outcome]]:
    """What a rule finds, data set by data set; the whole package stands under no name."""
    parameters = rule.get("parameters", {})
    if rule["check"] in WHOLE:
        return [("", WHOLE[rule["check"]](package, **parameters))]
    return [
        (held.name, CHECKS[rule["check"]](held, package, **named(parameters, held.prefix)))
        for held in package.datasets.values()
        if applies_to(rule.get("applies", {}), held)
    ]
