"""Each rule of the gate finds its own fault, and nothing else; a package without faults passes."""

import pytest

from scripts.package.check_datasets import run_gate
from scripts.package.gate.table import RULES, parse_rules
from tests.package.gate_faults import AFTERWARDS, IN_TABLES
from tests.package.made_package import made_package

TABLE = parse_rules(RULES.read_bytes())
IDS = [rule["id"] for rule in TABLE]


@pytest.fixture(scope="module")
def valid() -> dict:
    return run_gate(TABLE, made_package())


def test_a_package_without_faults_passes_every_rule_and_every_rule_looks_at_something(valid):
    assert {rule["id"]: rule["examples"] for rule in valid["rules"] if rule["findings"]} == {}
    assert [rule["id"] for rule in valid["rules"] if not rule["checked"]] == []
    assert valid["counts"]["passed"] == len(TABLE)


@pytest.mark.parametrize("rule", IDS)
def test_a_planted_fault_is_found_by_its_rule_and_by_no_other(rule):
    package = made_package(IN_TABLES.get(rule), AFTERWARDS.get(rule))
    assert rule in IN_TABLES or rule in AFTERWARDS
    gate = run_gate(TABLE, package)
    assert [found["id"] for found in gate["rules"] if found["findings"]] == [rule]


def test_every_planted_fault_has_a_rule():
    assert sorted({*IN_TABLES, *AFTERWARDS}) == sorted(IDS)
