"""The plan of what is sent as ADaM: every name that it uses must exist and keep the rules."""

import pytest

from scripts.package.adam.plan_checks import check_adam_plan
from tests.package.small_adam import PLAN, planned

ADAM = PLAN["submission"]["adam"]
ANY = {"kind": "any", "label": "Any", "domain": "CM"}


def found(**changes) -> str:
    plan = planned(**{f"submission__adam__{name}": value for name, value in changes.items()})
    return "\n".join(check_adam_plan(plan))


def test_the_plan_of_three_people_is_as_it_should_be():
    assert check_adam_plan(PLAN) == []


def test_without_a_submission_nothing_is_checked():
    assert check_adam_plan({"submission": {}}) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"names": {**ADAM["names"], "AGEGRR": "X"}}, "'AGEGRR'; did you mean 'AGEGR'"),
        ({"names": {"ANOMDY": "ANOMDAYS"}}, "AGEGR: a name of a group ends in GR and a digit"),
        ({"names": {"AGEGR": "AGEGR1"}}, "ANOMDY: a name that ends in DY is a relative day"),
        ({"names": {**ADAM["names"], "OLDFL": "AGEGR1"}}, "AGEGR1: two variables would be sent"),
        ({"names": {**ADAM["names"], "OLDFL": "OLDDT"}}, "OLDDT: a name that ends in DT is a date"),
        ({"labels": {"HIGHFLL": "x"}}, "did you mean 'HIGHFL'"),
        ({"labels": {"AGEGR": "Age"}}, "label of AGEGR1: the standard has 'Pooled Age Group 1'"),
        ({"core": ["AGEGR", "HIGHFL"]}, "ITTFL is not among them, and it is the flag"),
        ({"core": ["HIGHFL", "ITTFL"]}, "AGEGR1 is not among them, and analyses read it: high"),
        ({"core": [*ADAM["core"], "AGEE"]}, "variable of subjects 'AGEE'; did you mean 'AGE'"),
        ({"verdicts": {}}, "an analysis reads the verdict on HIGH; give it a flag"),
        ({"verdicts": {"HIGHFL": "HIHG"}}, "unknown endpoint 'HIHG'; did you mean 'HIGH'"),
        ({"verdicts": {"OLDFL": "HIGH"}}, "OLDFL is a variable of subjects already"),
        ({"variables": {"AGEGR": ANY}}, "AGEGR is a variable of subjects already"),
    ],
)  # fmt: skip
def test_a_name_that_cannot_be_used_is_named_with_what_to_do(changes, words):
    assert words in found(**changes)


def test_a_label_that_no_transport_file_holds_asks_for_a_shorter_one():
    plan = planned()
    plan["subjects"]["populations"]["ITTFL"]["label"] = "x" * 60
    # That of the standard takes its place.
    assert check_adam_plan(plan) == []
    plan["subjects"]["variables"]["OLDFL"]["label"] = "x" * 41
    assert "labels: OLDFL needs one of at most 40" in "\n".join(check_adam_plan(plan))


def test_a_parameter_code_has_at_most_eight_letters_and_digits():
    plan = planned()
    plan["times"]["times"]["TOOLONGCD"] = plan["times"]["times"]["TT"]
    assert "TOOLONGCD: a parameter code" in "\n".join(check_adam_plan(plan))
