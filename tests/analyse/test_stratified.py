"""A difference within strata: rows, weights, empty strata, what is left out."""

import pytest

from scripts.analyse.compare_proportions import compare_proportions
from tests.analyse.trial import PLAN, THREE_ARMS, plan_with, responses, rows, subjects, values

ANALYSIS = {
    "kind": "stratified_difference",
    "endpoint": "RESP",
    "method": {"interval": "mantel_haenszel"},
    "strata": [{"variable": "SITEID", "label": "Clinic"}],
}


def run(arms, verdicts, sites, plan=PLAN, **more):
    adsl = subjects(arms).assign(SITEID=list(sites))
    adsl["SITEID"] = adsl["SITEID"].map({"1": "01", "2": "02", "3": "03"})
    planned = plan_with({**ANALYSIS, **more}, plan)
    return compare_proportions(adsl, responses(adsl, verdicts), planned)["one"]


def test_each_stratum_has_counts_a_difference_and_its_share_of_the_weight():
    # Clinic 1: 2/3 against 1/3, weight 3*3/6; clinic 2: 1/1 against 0/1, weight 1*1/2.
    result = run("AAABBBAB", "YYNYNNYN", "11111122")
    assert values(result, "SITEID=01", "A")["count"] == 2
    first, second = (values(result, f"SITEID=0{k}", "A-B") for k in (1, 2))
    assert (first["weight"], second["weight"]) == pytest.approx((0.75, 0.25))
    common = values(result, "difference", "A-B")
    assert common["estimate"] == pytest.approx(0.75 * (2 / 3 - 1 / 3) + 0.25 * 1)
    assert common["lower"] < common["estimate"] < common["upper"] <= 1
    assert result["labels"]["SITEID=01"] == "North"
    assert rows(result)[-4:] == ["common_odds_ratio", "test", "test_corrected", "homogeneity"]


def test_a_stratum_with_one_group_and_one_without_subjects_weigh_nothing_and_are_named():
    strata = [{"variable": "SITEID", "label": "Clinic", "levels": ["01", "02", "03"]}]
    result = run("AABBAA", "YNYNYY", "111122", strata=strata)
    assert values(result, "SITEID=02", "A-B") == {
        "estimate": None, "standard_error": None, "lower": None, "upper": None, "level": 0.95,
        "weight": 0.0,
    }  # fmt: skip
    assert values(result, "SITEID=03", "A") == {"count": 0, "total": 0, "proportion": None}
    assert result["warnings"] == [
        "A-B: the stratum South has subjects of Active only; it adds nothing to the comparison.",
        "A-B: the stratum 03 has no subjects.",
    ]


def test_a_stratum_in_which_everybody_or_nobody_has_the_endpoint_is_named():
    result = run("AABBABAB", "YNYNYYNN", "11112233")
    assert result["warnings"] == [
        "A-B: in the stratum South everybody has the endpoint; it adds nothing to the tests and to "
        "the odds ratio.",
        "A-B: in the stratum 03 nobody has the endpoint; it adds nothing to the tests and to the "
        "odds ratio.",
    ]
    assert values(result, "homogeneity")["p_value"] is None


def test_where_no_stratum_has_both_groups_nothing_is_estimable():
    result = run("AABB", "YNYN", "1122")
    assert values(result, "difference", "A-B")["estimate"] is None
    assert values(result, "test")["p_value"] is None
    assert result["warnings"][-1] == (
        "A-B: no stratum has subjects of both groups; nothing is estimable."
    )


def test_a_subject_without_a_stratum_or_in_none_of_those_planned_is_left_out_with_the_reason():
    strata = [{"variable": "SITEID", "label": "Clinic", "levels": ["01"]}]
    result = run("AABBAB", "YNYNYN", "11112.", strata=strata)
    assert [(e["reason"], e["USUBJID"]) for e in result["subjects"]["excluded"]] == [
        ("Clinic is missing", ["S05"]),
        ("In none of the strata of Clinic", ["S04"]),
    ]


def test_strata_of_two_variables_are_their_combinations():
    adsl = subjects("AABB").assign(SITEID=["01"] * 4, SEX=["F", "M", "F", "M"])
    strata = [
        {"variable": "SITEID", "label": "Clinic"},
        {"variable": "SEX", "label": "Sex", "levels": ["M", "F"], "labels": {"F": "Women"}},
    ]
    plan = plan_with({**ANALYSIS, "strata": strata})
    result = compare_proportions(adsl, responses(adsl, "YNYN"), plan)["one"]
    assert result["labels"] == {
        "SITEID=01, SEX=M": "Clinic: North; Sex: M",
        "SITEID=01, SEX=F": "Clinic: North; Sex: Women",
    }


def test_with_three_arms_each_contrast_has_tests_of_its_own():
    result = run("ABCABC", "YNYNYN", "111222", plan=THREE_ARMS)
    groups = {s["group"] for s in result["statistics"] if s["row"] == "test"}
    assert groups == {"A-B", "C-B"}


def test_the_method_names_everything_that_was_chosen():
    result = run("AABB", "YNYN", "1111")
    assert result["method"]["label"] == (
        "Mantel-Haenszel difference with Sato variance; within strata Newcombe hybrid score "
        "interval without continuity correction; Mantel-Haenszel odds ratio, "
        "Robins-Breslow-Greenland interval; Breslow-Day test of homogeneity with Tarone's "
        "correction"
    )
    assert result["method"]["test"] == "cochran_mantel_haenszel"
