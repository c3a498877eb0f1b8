"""Each rule of the gate finds its own fault, and nothing else; a package without faults passes."""

import pytest
import yaml

from scripts.package.check_datasets import check_gate, run_gate
from scripts.package.gate.ids import RULES
from scripts.package.gate.table import RulesError, check_rules, named, parse_rules
from scripts.package.plan_checks import check_conformance_plan
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


def gate_of(rule: str, *answers: dict) -> tuple[dict, list[str]]:
    """What the gate says of the fault of a rule, with these answers."""
    table = [one for one in TABLE if one["id"] == rule]
    gate = run_gate(table, made_package(IN_TABLES.get(rule), AFTERWARDS.get(rule)), answers)
    return gate, check_gate(gate, answers)


def test_an_error_is_listed_with_rule_data_set_record_and_values():
    _, findings = gate_of("TT0320")
    assert findings == [
        "TT0320 in AE: 1 x not so: An event is serious exactly where one of the criteria is met "
        "(SDTMIG 3.4, 6.2.1); first: record 1, ABC-01-001, AESER=N, AESHOSP=Y"
    ]


def test_an_answer_explains_an_error_and_one_to_nothing_is_an_error_itself():
    answer = {"rule": "TT0320", "dataset": "AE", "explanation": "Collected so, as all know."}
    gate, findings = gate_of("TT0320", answer)
    assert findings == []
    assert gate["counts"]["explained"] == 1
    assert gate["rules"][0]["explanation"] == answer["explanation"]
    _, findings = gate_of("TT0320", answer, {**answer, "dataset": "CM"})
    assert findings == ["TT0320 in CM: answered in the plan and not found; take it out"]


def test_a_warning_is_shown_and_stops_nothing():
    gate, findings = gate_of("TT0319")
    assert findings == []
    assert gate["counts"]["warning"] == 1


def test_a_rule_that_looked_at_nothing_is_not_applicable_and_not_passed():
    table = [one for one in TABLE if one["id"] == "TT0101"]
    table += [{**one, "applies": {"names": ["XX"]}} for one in TABLE if one["id"] == "TT0303"]
    gate = run_gate(table, made_package())
    assert gate["counts"]["passed"] == 1
    assert gate["counts"]["not applicable"] == 1
    assert gate["rules"][1]["checked"] == 0


def test_two_dashes_stand_for_the_letters_of_the_domain_wherever_they_are():
    told = {"--DY": "--DTC", "all": [{"variable": "--STAT"}, 1], "plain": "x--"}
    assert named(told, "LB") == {
        "LBDY": "LBDTC", "all": [{"variable": "LBSTAT"}, 1], "plain": "x--"
    }  # fmt: skip


WRONG = [
    ({"check": "uniqe"}, "no check 'uniqe'; did you mean 'unique'?"),
    ({"check": "unique"}, "unique needs by"),
    ({"check": "unique", "parameters": {"by": [], "off": 1}}, "unique takes no 'off'"),
    ({"check": "has_records", "severity": "grave"}, "severity 'grave' is none of"),
    ({"check": "has_records", "messages": "x"}, "unknown key 'messages'; did you mean 'message'?"),
    ({"check": "has_records", "applies": {"name": ["DM"]}}, "applies knows no 'name'"),
    ({"check": "one_study", "applies": {}}, "applies to no single data set"),
]


@pytest.mark.parametrize(("change", "words"), WRONG)
def test_a_table_of_rules_that_is_wrong_says_where_and_names_the_nearest_word(change, words):
    whole = {"id": "X", "source": "S", "severity": "error", "message": "M", **change}
    assert any(words in finding for finding in check_rules([whole]))


def test_a_rule_that_stands_twice_is_an_error():
    whole = dict(TABLE[0])
    assert check_rules([whole, whole]) == [f"{whole['id']}: stands twice"]
    content = yaml.safe_dump({"rules": [whole, whole]}).encode()
    with pytest.raises(RulesError, match="stands twice"):
        parse_rules(content)


def test_the_table_is_about_what_a_gate_is_for():
    sources = " ".join(rule["source"] for rule in TABLE)
    assert len(TABLE) >= 60
    for source in ("TRC 1734", "TRC 1736", "ADaMIG 1.3", "SDTMIG 3.4", "Define-XML 2.1"):
        assert source in sources


def test_a_plan_that_answers_an_unknown_rule_is_told_the_nearest_one():
    plan = {"submission": {"conformance": {"answers": [{"rule": "TT0302O"}]}}, "analyses": {}}
    plan["submission"]["conformance"]["answers"].append({"rule": "CORE-12"})
    findings = check_conformance_plan(plan)
    assert len(findings) == 2
    assert "did you mean 'TT0302'?" in findings[0]
    twice = {"rule": "CORE-000168", "dataset": "DS"}
    plan["submission"]["conformance"]["answers"] = [twice, twice, {"rule": "CORE-000168"}]
    assert check_conformance_plan(plan) == [
        "submission.yaml: conformance.answers: CORE-000168 in DS is answered twice"
    ]
