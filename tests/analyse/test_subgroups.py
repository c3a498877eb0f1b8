"""Subgroups: the difference in everybody and within each declared level."""

import pytest

from scripts.analyse.compare_proportions import compare_proportions
from tests.analyse.trial import plan_with, responses, rows, subjects, values

ANALYSIS = {
    "kind": "subgroups",
    "endpoint": "RESP",
    "method": {"interval": "wald"},
    "subgroups": [
        {"variable": "SEX", "label": "Sex", "levels": ["F", "M"], "labels": {"F": "Women"}},
        {"variable": "GRADE", "label": "Grade", "levels": [1, 2, 3]},
    ],
}
ARMS = "AAAABBBB"


def found(sex="FFMMFFMM", grade=(1, 1, 2, 2, 1, 1, 1, 2), verdicts="YNYYYNNN"):
    adsl = subjects(ARMS).assign(SEX=list(sex), GRADE=list(grade))
    plan = plan_with(ANALYSIS)
    return compare_proportions(adsl, responses(adsl, verdicts), plan)["one"]


def test_everybody_stands_first_then_each_declared_level_in_the_order_of_the_plan():
    assert rows(found()) == ["overall", "SEX=F", "SEX=M", "GRADE=1", "GRADE=2", "GRADE=3"]


def test_the_difference_of_a_level_is_that_of_its_subjects_alone():
    result = found()
    assert values(result, "overall", "A") == {"count": 3, "total": 4, "proportion": 3 / 4}
    assert values(result, "overall", "A-B")["estimate"] == pytest.approx(3 / 4 - 1 / 4)
    # women: 1 of 2 against 1 of 2; men: 2 of 2 against 0 of 2
    women = values(result, "SEX=F", "A-B")
    assert women["estimate"] == 0
    half = 1.959963984540054 * (0.5 * 0.5 / 2 + 0.5 * 0.5 / 2) ** 0.5
    assert (women["lower"], women["upper"]) == (pytest.approx(-half), pytest.approx(half))
    assert values(result, "SEX=M", "A-B")["estimate"] == 1


def test_a_level_that_nobody_has_is_a_row_without_an_estimate():
    result = found()
    assert values(result, "GRADE=3", "A") == {"count": 0, "total": 0, "proportion": None}
    assert values(result, "GRADE=3", "A-B")["estimate"] is None


def test_who_is_in_no_level_is_said_and_still_counts_overall():
    result = found(sex=["F", "F", "M", "M", "F", "F", "M", None])
    assert "Sex: 1 subject(s) are in no level of it." in result["warnings"]
    assert values(result, "overall", "B")["total"] == 4
    assert values(result, "SEX=M", "B")["total"] == 1


def test_levels_with_small_expected_counts_are_named_by_their_words():
    (warning,) = found()["warnings"]
    assert warning.startswith("An expected count is below 5 in: All; Sex: Women; Sex: M; Grade: 1")
