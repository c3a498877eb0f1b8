"""The effect by several measures: rows, directions, empty cells and groups."""

import pytest

from scripts.analyse.compare_proportions import compare_proportions
from tests.analyse.trial import plan_with, responses, rows, subjects, values

ANALYSIS = {
    "kind": "effect_measures",
    "endpoint": "RESP",
    "method": {"interval": "newcombe"},
}


def run(arms, verdicts, **method):
    adsl = subjects(arms)
    plan = plan_with({**ANALYSIS, "method": {**ANALYSIS["method"], **method}})
    return compare_proportions(adsl, responses(adsl, verdicts), plan)["one"]


def test_every_measure_has_a_row_of_its_own():
    # 3 of 4 against 1 of 4: difference 1/2, ratio 3, odds ratio (3/1)/(1/3), number needed 2.
    result = run("AAAABBBB", "YYYNYNNN")
    assert rows(result) == ["proportion", "difference", "risk_ratio", "odds_ratio", "number_needed"]
    assert values(result, "difference", "A-B")["estimate"] == 0.5
    assert values(result, "risk_ratio", "A-B")["risk_ratio"] == 3
    assert values(result, "odds_ratio", "A-B")["odds_ratio"] == 9
    needed, limits = values(result, "number_needed", "A-B"), values(result, "difference", "A-B")
    assert needed["benefit"] == 2 and needed["harm"] is None
    assert needed["benefit_from"] == pytest.approx(1 / limits["upper"])
    assert needed["harm_from"] == pytest.approx(-1 / limits["lower"])


def test_where_lower_is_better_more_of_them_is_harm():
    needed = values(run("AAAABBBB", "YYYNYNNN", better="lower"), "number_needed", "A-B")
    assert needed["harm"] == 2 and needed["benefit"] is None


def test_an_infinite_ratio_is_null_and_a_warning_says_why():
    result = run("AAAABBBB", "YYYNNNNN", ratio="katz")
    assert values(result, "risk_ratio", "A-B") == {
        "risk_ratio": None, "lower": None, "upper": None, "level": 0.95,
    }  # fmt: skip
    assert any("a cell is empty" in words for words in result["warnings"])


def test_without_subjects_in_a_group_nothing_is_estimable():
    result = run("AAAA", "YYNN")
    assert values(result, "odds_ratio", "A-B")["odds_ratio"] is None
    assert values(result, "number_needed", "A-B")["benefit"] is None
    assert result["warnings"] == ["A-B: a group has no subjects, so nothing is estimable."]


def test_an_exact_test_is_computed_where_the_plan_names_it_and_only_there():
    adsl = subjects("AAAABBBB")
    found = {}
    for test in ("boschloo", "pearson_chi_square"):
        method = {"interval": "chan_zhang", "test": test}
        plan = plan_with({**ANALYSIS, "kind": "difference_in_proportions", "method": method})
        found[test] = compare_proportions(adsl, responses(adsl, "YYYNYNNN"), plan)["one"]
    assert 0 < values(found["boschloo"], "test_boschloo")["p_value"] < 1
    assert "test_boschloo" not in rows(found["pearson_chi_square"])
    assert found["boschloo"]["method"]["test_label"] == "Boschloo's exact unconditional test"
