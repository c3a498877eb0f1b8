"""Names in the checks of a plan that do not exist, and the schema that closes the rest."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from scripts.validate.kinds import COMMON, KINDS
from scripts.validate.library import LIBRARY
from scripts.validate.plan_checks import check_checks_plan

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "config" / "schemas"
SPEC = {
    "kind": "range",
    "title": "Age is possible.",
    "severity": "error",
    "category": "data",
    "domain": "DM",
    "variable": "AGE",
    "minimum": 0,
}


def read(name: str) -> Any:
    return yaml.safe_load((SCHEMAS / f"{name}.yaml").read_text(encoding="utf-8"))


def wrong(spec: dict[str, Any], waivers: list[dict[str, Any]] | None = None) -> list[str]:
    """What the cross-checks say about one check in a plan with the domains DM, CM and LB."""
    mapped = {"DM": ["AGE", "SEX", "RFSTDTC"], "CM": ["CMCAT", "CMSTDTC"], "LB": ["LBSTRESN"]}
    domains = {
        name: {"records": [{"variables": dict.fromkeys(variables)}]}
        for name, variables in mapped.items()
    }
    visits = {"columns": {"ID": {"type": "text"}, "COUNT": {"type": "number"}}}
    plan = {
        "sdtm": {"domains": domains},
        "sources": {"sources": {"visits": visits}},
        "checks": {"checks": {"a_check": spec}, "waivers": waivers or []},
    }
    return check_checks_plan(deepcopy(plan))


def schema_errors(spec: dict[str, Any], **more: Any) -> list[str]:
    condition = Resource.from_contents(read("condition"))
    registry = Registry().with_resources([("condition.yaml", condition)])
    validator = Draft202012Validator(read("checks"), registry=registry)
    value = {"checks": {"a_check": spec}} | more
    return [error.message for error in validator.iter_errors(value)]


def test_a_sound_check_is_not_complained_about():
    assert wrong(SPEC) == []
    assert schema_errors(SPEC) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"domain": "DMM"}, "unknown domain 'DMM'; did you mean 'DM'?"),
        ({"variable": "AGEE"}, "unknown variable of DM 'AGEE'; did you mean 'AGE'?"),
        ({"kind": "rnage"}, "unknown kind 'rnage'; did you mean 'range'?"),
        ({"minimun": 3}, "range does not take 'minimun'; did you mean 'minimum'?"),
        ({"where": {"variable": "SEXX", "is": "F"}}, "'SEXX'; did you mean 'SEX'?"),
        ({"source": "visits"}, "give one of domain, domains or source; given: domain, source"),
        ({"grade": "major"}, "only a deviation has a grade"),
        (
            {"lookups": {"X": {"domain": "LBB", "take": "count"}}},
            "checks.a_check.lookups.X: unknown domain 'LBB'; did you mean 'LB'?",
        ),
        (
            {"lookups": {"X": {"domain": "LB", "take": "first"}}},
            "checks.a_check.lookups.X: take first needs a variable",
        ),
    ],
)
def test_an_unknown_name_is_found_with_the_nearest_right_one(change, expected):
    findings = wrong(SPEC | change)
    assert len(findings) == 1
    assert expected in findings[0]
    assert findings[0].startswith("checks.yaml: checks.a_check")


def test_a_missing_parameter_of_the_kind_is_found():
    without = {key: value for key, value in SPEC.items() if key != "variable"}
    assert wrong(without) == ["checks.yaml: checks.a_check: range needs 'variable'"]


def test_a_pattern_that_cannot_be_read_is_found():
    spec = {key: value for key, value in SPEC.items() if key != "minimum"}
    findings = wrong(spec | {"kind": "pattern", "pattern": "(a"})
    assert len(findings) == 1
    assert findings[0].startswith("checks.yaml: checks.a_check: pattern '(a' is no regular")


def test_names_in_the_records_of_another_table_are_checked_too():
    spec = {key: SPEC[key] for key in ("title", "severity", "category", "domain")}
    record = {"domain": "CM", "where": {"variable": "CMCATT", "is": "R"}}
    findings = wrong(spec | {"kind": "record_required", "record": record})
    assert findings == [
        "checks.yaml: checks.a_check.record: unknown variable of CM 'CMCATT'; did you mean 'CMCAT'?"
    ]


def test_a_looked_up_value_may_be_used_as_a_variable():
    lookups = {"COUNT": {"domain": "LB", "variable": "LBSTRESN", "take": "first"}}
    assert wrong(SPEC | {"variable": "COUNT", "lookups": lookups}) == []


def test_an_unknown_raw_table_is_found():
    spec = {key: value for key, value in SPEC.items() if key != "domain"} | {"source": "visit"}
    assert wrong(spec) == [
        "checks.yaml: checks.a_check: unknown source 'visit'; did you mean 'visits'?"
    ]


def test_a_deviation_in_a_raw_table_needs_to_know_the_subject():
    spec = {key: value for key, value in SPEC.items() if key != "domain"}
    spec |= {"source": "visits", "category": "deviation", "variable": "COUNT"}
    assert len(wrong(spec)) == 1
    assert wrong(spec | {"subject": "ID"}) == []


def test_an_unknown_column_of_a_raw_table_is_found():
    spec = {key: value for key, value in SPEC.items() if key != "domain"} | {"source": "visits"}
    assert wrong(spec | {"variable": "COUNTT"}) == [
        "checks.yaml: checks.a_check: unknown variable of visits 'COUNTT'; did you mean 'COUNT'?"
    ]


def test_a_waiver_of_an_unknown_check_is_found():
    findings = wrong(SPEC, [{"check": "a_chek", "reason": "Agreed."}])
    assert findings == ["checks.yaml: waivers.0: unknown check 'a_chek'; did you mean 'a_check'?"]


@pytest.mark.parametrize(
    "change",
    [{"kind": "rnage"}, {"minimun": 3}, {"severity": "fatal"}, {"where": {"is": 3, "x": 1}}],
)
def test_the_schema_refuses_unknown_words(change):
    assert len(schema_errors(SPEC | change)) >= 1


def test_the_schema_refuses_a_waiver_without_a_reason():
    assert schema_errors(SPEC, waivers=[{"check": "a_check"}]) == [
        "'reason' is a required property"
    ]


def test_the_schema_knows_every_kind_and_parameter_of_the_library_and_no_other():
    known = read("checks")["$defs"]["check"]["properties"]
    parameters = {name for kind in KINDS.values() for name in (*kind.needs, *kind.may)}
    assert set(known["kind"]["enum"]) == set(KINDS) == set(LIBRARY)
    assert set(known) == {*COMMON, *parameters}


def test_every_key_of_the_schema_is_described():
    def undescribed(node: Any, at: str) -> list[str]:
        if not isinstance(node, dict):
            return []
        missing = []
        for name, value in node.get("properties", {}).items():
            target = value.get("$ref", "")
            described = "description" in value or target.startswith("#/$defs/")
            missing += [] if described else [f"{at}.{name}"]
            missing += undescribed(value, f"{at}.{name}")
        for name, value in node.get("$defs", {}).items():
            missing += [] if "description" in value else [f"{at}.{name}"]
            missing += undescribed(value, f"{at}.{name}")
        return missing

    assert undescribed(read("checks"), "checks") == []
