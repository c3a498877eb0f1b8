"""Running all declared checks: nothing raises, nothing is dropped, waivers are applied."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from scripts.tables import check_table, read_contract
from scripts.validate.check_data import check_data, list_deviations, summarise_checks
from scripts.validate.listing import format_listing
from tests.validate.cases import people, study, table

CONTRACTS = Path(__file__).resolve().parents[2] / "config" / "schemas" / "tables"
ADULT = {
    "kind": "range",
    "title": "Subjects are adults.",
    "severity": "error",
    "category": "deviation",
    "grade": "major",
    "domain": "DM",
    "variable": "AGE",
    "minimum": 18,
    "action": "Query the centre.",
}
KNOWN = {
    "kind": "subject_known",
    "title": "Records belong to a subject.",
    "severity": "warning",
    "category": "data",
    "domain": "AE",
}


def given(**plan: Any):
    """A study with two minors and one orphan, and what the plan makes of it."""
    dm = people("S1", "S2", "S3", AGE=[17, 16, 40])
    a_study = study(dm, AE=table("ae", USUBJID=["S9", "S1"]))
    plan = {"checks": {"adult": ADULT, "known": KNOWN}} | plan
    found, seen = check_data(a_study, plan)
    return plan, found, summarise_checks(found, seen, plan, "T")


def counted(summary: dict[str, Any], key: str) -> dict[str, int]:
    return {check["check"]: check[key] for check in summary["checks"]}


def test_every_finding_of_every_check_is_listed_in_the_order_of_the_plan():
    _, found, _ = given()
    assert found[["FNDSEQ", "CHECK", "USUBJID", "SEVERITY"]].to_numpy().tolist() == [
        [1, "adult", "S1", "error"],
        [2, "adult", "S2", "error"],
        [3, "known", "S9", "warning"],
    ]


def test_findings_and_deviations_keep_their_contracts():
    plan, found, _ = given()
    deviations = list_deviations(found, plan, "T")
    assert check_table(found, read_contract(CONTRACTS / "findings.yaml")) == []
    assert check_table(deviations, read_contract(CONTRACTS / "deviations.yaml")) == []


def test_no_findings_at_all_keep_the_contracts_too():
    plan = {"checks": {"adult": ADULT | {"minimum": 0}}}
    found, _ = check_data(study(people("S1", AGE=[40])), plan)
    assert len(found) == 0
    assert check_table(found, read_contract(CONTRACTS / "findings.yaml")) == []
    deviations = list_deviations(found, plan, "T")
    assert check_table(deviations, read_contract(CONTRACTS / "deviations.yaml")) == []


def test_the_summary_counts_every_declared_check_zero_included():
    checks = {"adult": ADULT, "old": ADULT | {"minimum": 0}}
    _, _, summary = given(checks=checks)
    assert counted(summary, "findings") == {"adult": 2, "old": 0, "waivers": 0}
    assert counted(summary, "records") == {"adult": 3, "old": 3, "waivers": 0}
    assert summary["totals"] == {"findings": 2, "waived": 0, "error": 2, "warning": 0, "note": 0}


def test_deviations_are_listed_by_subject_with_their_grade():
    plan, found, _ = given()
    deviations = list_deviations(found, plan, "T")
    assert deviations[["USUBJID", "DVSEQ", "DVCAT", "DVDECOD"]].to_numpy().tolist() == [
        ["S1", 1, "MAJOR", "Subjects are adults."],
        ["S2", 1, "MAJOR", "Subjects are adults."],
    ]
    assert deviations["DVTERM"][0] == "AGE 17 is below 18, the minimum allowed"


@pytest.mark.parametrize(
    "waiver",
    [
        {"subject": "S1"},
        {"file": "dm.csv", "row": 1},
        {"subject": "S1", "file": "dm.csv", "row": 1, "variable": "AGE"},
        {"value": "17"},
    ],
)
def test_a_waiver_covers_the_finding_that_it_names_and_no_other(waiver):
    _, found, summary = given(waivers=[{"check": "adult", "reason": "Agreed.", **waiver}])
    assert found["WAIVED"].tolist() == ["Y", "N", "N"]
    assert found["REASON"].tolist()[0] == "Agreed."
    assert (summary["totals"]["waived"], summary["totals"]["error"]) == (1, 1)


def test_a_waiver_without_a_place_covers_all_findings_of_its_check():
    _, found, _ = given(waivers=[{"check": "adult", "reason": "Agreed."}])
    assert found["WAIVED"].tolist() == ["Y", "Y", "N"]


@pytest.mark.parametrize(
    "waiver", [{"subject": "S3"}, {"subject": "S1", "row": 2}, {"file": "other.csv", "row": 1}]
)
def test_a_waiver_that_names_no_finding_is_an_error(waiver):
    _, found, summary = given(waivers=[{"check": "adult", "reason": "Agreed.", **waiver}])
    assert found["WAIVED"].tolist() == ["N", "N", "N", "N"]
    last = found.iloc[3]
    assert (last["CHECK"], last["SEVERITY"], last["CATEGORY"]) == ("waivers", "error", "plan")
    assert last["MESSAGE"].startswith("waived, but no such finding: check adult")
    assert counted(summary, "findings")["waivers"] == 1


def test_a_check_on_an_unknown_variable_is_an_error_that_names_the_nearest_one():
    _, found, _ = given(checks={"adult": ADULT | {"variable": "AGEE"}})
    only = found.iloc[0]
    assert (only["SEVERITY"], only["CATEGORY"], len(found)) == ("error", "plan", 1)
    expected = "the check could not be made in DM: unknown variable 'AGEE'; did you mean 'AGE'?"
    assert only["MESSAGE"] == expected


def test_a_check_on_an_unknown_domain_does_not_hide_what_the_others_find():
    checks = {"known": KNOWN | {"domain": "AEE"}, "adult": ADULT}
    _, found, _ = given(checks=checks)
    assert found["CHECK"].tolist() == ["known", "adult", "adult"]
    assert found.iloc[0]["SEVERITY"] == "error"


def test_what_keeps_a_check_from_being_made_cannot_be_waived():
    plan = {"checks": {"adult": ADULT | {"variable": "AGEE"}}}
    plan["waivers"] = [{"check": "adult", "reason": "Agreed."}]
    found, _ = check_data(study(people("S1", AGE=[1])), plan)
    assert found["WAIVED"].tolist() == ["N", "N"]
    assert found["CHECK"].tolist() == ["adult", "waivers"]


def test_values_that_cannot_be_compared_are_a_finding_and_no_crash():
    _, found, _ = given(checks={"known": KNOWN | {"kind": "range", "variable": "SRCFILE"}})
    assert found["CATEGORY"].tolist() == ["plan"]


def test_the_listing_counts_every_check_first_and_then_tells_each_finding():
    waivers = [{"check": "adult", "subject": "S1", "reason": "Agreed."}]
    checks = {"adult": ADULT, "old": ADULT | {"minimum": 0, "title": "Age is not negative."}}
    plan, found, summary = given(checks=checks, waivers=waivers)
    text = format_listing(found, summary, plan["waivers"])
    lines = text.splitlines()
    assert lines[0] == "Findings of the checks on study T"
    assert lines[2].startswith("3 checks, 2 findings: 1 error, 0 warnings, 0 notes; 1 waived.")
    counts = [line for line in lines if line.endswith("Age is not negative.")]
    assert counts[0].split()[:3] == ["0", "0", "3"]
    told = "dm.csv row 1, subject S1, AGE = 17: AGE 17 is below 18, the minimum allowed"
    assert f"  1. {told} [waived: Agreed.]" in lines
    assert "  What to do: Query the centre." in lines
    assert lines[-1] == "  check adult, subject S1: Agreed."


def test_findings_are_the_same_on_every_run():
    assert given()[1].equals(given()[1])


def test_a_finding_keeps_the_row_of_its_raw_file_as_a_whole_number():
    _, found, _ = given()
    assert found["SRCROW"].dtype == pd.Int64Dtype()
    assert found["SRCROW"].tolist() == [1, 2, 1]
