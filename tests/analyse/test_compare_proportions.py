"""Proportions by arm and their differences: the arithmetic of a two-by-two table."""

from math import sqrt

import pytest

from scripts.analyse.compare_proportions import compare_proportions
from tests.analyse.trial import THREE_ARMS, plan_with, responses, rows, subjects, values

Z = 1.959963984540054
ANALYSIS = {
    "kind": "difference_in_proportions",
    "endpoint": "RESP",
    "method": {"interval": "wald", "test": "pearson_chi_square"},
}


def compare(arms, verdicts, analysis=ANALYSIS, **columns):
    adsl = subjects(arms).assign(**columns)
    return compare_proportions(adsl, responses(adsl, verdicts), plan_with(analysis))["one"]


def test_a_difference_is_that_of_the_proportions_with_its_interval():
    result = compare("A" * 10 + "B" * 8, "Y" * 6 + "N" * 4 + "Y" * 2 + "N" * 6)
    assert values(result, "proportion", "A") == {"count": 6, "total": 10, "proportion": 6 / 10}
    error = sqrt(0.6 * 0.4 / 10 + 0.25 * 0.75 / 8)
    found = values(result, "difference", "A-B")
    assert found["estimate"] == pytest.approx(6 / 10 - 2 / 8)
    assert found["standard_error"] == pytest.approx(error)
    assert found["lower"] == pytest.approx(0.35 - Z * error)
    assert found["upper"] == pytest.approx(0.35 + Z * error)
    assert found["level"] == 0.95
    assert [group["n"] for group in result["groups"]] == [6, 2]


def test_tests_stand_with_and_without_correction_and_exact():
    result = compare("A" * 10 + "B" * 10, "Y" * 7 + "N" * 3 + "Y" * 2 + "N" * 8)
    # N (ad - bc)^2 over the product of the margins; the corrected one takes N/2 off |ad - bc|
    margins = 10 * 10 * 9 * 11
    assert values(result, "test")["statistic"] == pytest.approx(20 * (7 * 8 - 3 * 2) ** 2 / margins)
    corrected = values(result, "test_corrected")["statistic"]
    assert corrected == pytest.approx(20 * (50 - 20 / 2) ** 2 / margins)
    # hypergeometric: P(7), P(8), P(9) and the mirrored tail, of choose(20, 9) tables
    tail = 120 * 45 + 45 * 10 + 10
    assert values(result, "test_exact")["p_value"] == pytest.approx(2 * tail / 167960)


def test_the_interval_that_the_plan_names_is_used_and_named():
    analysis = {**ANALYSIS, "method": {"interval": "wald_corrected"}}
    result = compare("A" * 10 + "B" * 10, "Y" * 7 + "N" * 3 + "Y" * 2 + "N" * 8, analysis)
    half = Z * sqrt(0.7 * 0.3 / 10 + 0.2 * 0.8 / 10) + 0.5 * (1 / 10 + 1 / 10)
    assert values(result, "difference", "A-B")["upper"] == pytest.approx(0.5 + half)
    assert result["method"]["name"] == "wald_corrected_difference"
    assert "with Yates" in result["method"]["label"]


def test_a_difference_that_the_interval_and_the_test_see_differently_is_a_warning():
    # 45 of 112 against 14 of 56: the interval leaves out zero, p = .052
    result = compare("A" * 112 + "B" * 56, "Y" * 45 + "N" * 67 + "Y" * 14 + "N" * 42)
    assert values(result, "difference", "A-B")["lower"] > 0
    assert values(result, "test")["p_value"] == pytest.approx(0.052, abs=0.0005)
    assert any("leaves out zero" in warning for warning in result["warnings"])


def test_no_warning_where_interval_and_tests_agree():
    result = compare("A" * 100 + "B" * 100, "Y" * 80 + "N" * 20 + "Y" * 40 + "N" * 60)
    assert result["warnings"] == []


def test_a_small_expected_count_is_a_warning():
    result = compare("AAAABBBB", "YYNNYNNN")
    assert any("expected count is below 5" in warning for warning in result["warnings"])


def test_an_arm_without_subjects_gives_nulls_and_a_warning():
    result = compare("AAA", "YYN")
    assert values(result, "difference", "A-B")["estimate"] is None
    assert values(result, "proportion", "B") == {"count": 0, "total": 0, "proportion": None}
    assert values(result, "test")["p_value"] is None
    assert "A-B: a group has no subjects, so nothing is estimable." in result["warnings"]


def test_a_subject_without_a_verdict_is_left_out_with_the_reason():
    adsl = subjects("AABB")
    table = responses(adsl, "YNYN").iloc[:3]
    result = compare_proportions(adsl, table, plan_with(ANALYSIS))["one"]
    assert values(result, "proportion", "B")["total"] == 1
    assert result["subjects"]["excluded"] == [
        {"reason": "No verdict on Response", "USUBJID": ["S03"]}
    ]


def test_three_arms_are_each_compared_with_the_reference_and_tested_by_contrast():
    adsl = subjects("AAAACCCCBBBB")
    plan = plan_with(ANALYSIS, THREE_ARMS)
    result = compare_proportions(adsl, responses(adsl, "YYYNYYNNYNNN"), plan)["one"]
    assert values(result, "difference", "A-B")["estimate"] == pytest.approx(3 / 4 - 1 / 4)
    assert values(result, "difference", "C-B")["estimate"] == pytest.approx(2 / 4 - 1 / 4)
    # (3 x 3 - 1 x 1)^2 x 8 / 4^4
    assert values(result, "test", "A-B")["statistic"] == pytest.approx(8 * 8**2 / 4**4)


def test_groups_may_be_those_of_another_variable():
    groups = {
        "variable": "MEDFL",
        "levels": [{"value": "Y", "label": "With"}, {"value": "N", "label": "Without"}],
    }
    analysis = {**ANALYSIS, "groups": groups, "contrasts": [["Y", "N"]]}
    result = compare("AAAABBBB", "YYNNYNNN", analysis, MEDFL=list("YYNNNNYN"))
    assert values(result, "proportion", "Y") == {"count": 2, "total": 3, "proportion": 2 / 3}
    assert values(result, "difference", "Y-N")["estimate"] == pytest.approx(2 / 3 - 1 / 5)


def test_strata_are_rows_with_their_own_difference_and_label():
    analysis = {**ANALYSIS, "kind": "proportions_by", "by": "SITEID"}
    sites = ["01", "01", "02", "02", "01", "02", "02", "02"]
    result = compare("AAAABBBB", "YNYYYNYN", analysis, SITEID=sites)
    assert rows(result) == ["01", "02"]
    assert values(result, "01", "A") == {"count": 1, "total": 2, "proportion": 1 / 2}
    assert values(result, "02", "A-B")["estimate"] == pytest.approx(2 / 2 - 1 / 3)
    assert result["labels"] == {"01": "North", "02": "South"}
    assert "An expected count is below 5 in: North, South." in result["warnings"]
