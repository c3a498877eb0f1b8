"""The verdict: go, or a message that says what is wrong, where, and what to do."""

import pytest

from scripts.job import StepError
from scripts.validate.check_data import check_data, summarise_checks
from scripts.validate.give_verdict import SHOWN_EACH, give_verdict
from tests.validate.cases import people, study

ADULT = {
    "kind": "range",
    "title": "Subjects are adults.",
    "severity": "error",
    "category": "deviation",
    "domain": "DM",
    "variable": "AGE",
    "minimum": 18,
}


def verdict_on(ages: list[int], waivers: list[dict] | None = None, severity: str = "error"):
    """The verdict on subjects of these ages."""
    plan = {"checks": {"adult": ADULT | {"severity": severity}}, "waivers": waivers or []}
    a_study = study(people(*[f"S{n}" for n in range(1, len(ages) + 1)], AGE=ages))
    found, seen = check_data(a_study, plan)
    return give_verdict(found, summarise_checks(found, seen, plan, "T"))


def test_without_findings_the_verdict_is_go():
    expected = {"verdict": "go", "errors": 0, "warnings": 0, "notes": 0, "waived": []}
    assert verdict_on([18, 40]) == expected


def test_warnings_are_counted_and_do_not_stop():
    assert verdict_on([17, 16], severity="warning")["warnings"] == 2


def test_an_error_stops_with_file_row_subject_variable_value_and_what_to_do():
    with pytest.raises(StepError) as stop:
        verdict_on([40, 17])
    text = str(stop.value)
    assert text.startswith("the data have 1 error that is not waived, so the workflow stops here")
    assert "1 of adult: Subjects are adults." in text
    assert "adult: dm.csv row 2, subject S2, AGE = 17: AGE 17 is below 18" in text
    assert "results/validate/findings.txt" in text
    assert "- {check: adult, subject: S2, file: dm.csv, row: 2, reason: why it is to stand}" in text


def test_many_errors_are_counted_and_only_the_first_of_each_check_are_shown():
    with pytest.raises(StepError) as stop:
        verdict_on([17] * (SHOWN_EACH + 5))
    text = str(stop.value)
    assert f"the data have {SHOWN_EACH + 5} errors that are not waived" in text
    shown, example = SHOWN_EACH, 1
    assert text.count("subject S") + text.count("subject: S") == shown + example


def test_a_waived_error_does_not_stop_and_is_printed_with_its_reason():
    waivers = [{"check": "adult", "subject": "S2", "reason": "Agreed with the board."}]
    verdict = verdict_on([40, 17], waivers)
    assert (verdict["verdict"], verdict["errors"]) == ("go", 0)
    assert [(one["USUBJID"], one["REASON"]) for one in verdict["waived"]] == [
        ("S2", "Agreed with the board.")
    ]


def test_a_waiver_that_names_no_finding_stops():
    with pytest.raises(StepError, match="waived, but no such finding: check adult, subject S1"):
        verdict_on([40, 40], [{"check": "adult", "subject": "S1", "reason": "Agreed."}])
