"""Strata, weights and proportional hazards of a handful of subjects."""

import pandas as pd
import pytest

from scripts.analyse.compare_times import compare_times
from scripts.stats.survival import cox, proportional_hazards_test, weighted_logrank
from tests.analyse.trial import PLAN, THREE_ARMS, plan_with, responses, rows, subjects, values

HAZARDS = {
    "kind": "hazard_sensitivity",
    "endpoint": "TIME",
    "method": {"ties": "efron"},
    "stratify_by": ["SITEID"],
    "weights": ["gehan_breslow"],
    "fleming_harrington": [[0, 1]],
    "proportional_hazards": ["km"],
}
ARMS = "ABABABABABAB"
TIMES = [2, 1, 5, 3, 7, 4, 9, 3, 6, 8, 4, 2]
CENSORED = "000100010000"
SITES = ["01"] * 6 + ["02"] * 6


def compare(analysis=None, arms=ARMS, sites=SITES, plan=PLAN, times=TIMES):
    adsl = subjects(arms).assign(SITEID=sites)
    table = pd.DataFrame({"USUBJID": adsl["USUBJID"], "PARAMCD": "TIME", "AVAL": times})
    table = table.assign(AVALU="DAYS", CNSR=[int(flag) for flag in CENSORED])
    made = plan_with(analysis or HAZARDS, plan)
    return compare_times(adsl, responses(adsl, "Y" * len(adsl)), table, made)["one"]


def data(arms=ARMS):
    event = [flag == "0" for flag in CENSORED]
    return TIMES, event, [float(arm == "A") for arm in arms]


def test_the_stratified_test_and_model_are_those_of_the_estimators():
    found = compare()
    test = weighted_logrank(*data(), strata=SITES)
    assert values(found, "stratified_logrank") == {
        "statistic": pytest.approx(test.statistic), "df": 1, "p_value": pytest.approx(test.p_value),
    }  # fmt: skip
    model = cox(*data(), strata=SITES)
    ratio = values(found, "stratified_cox", "A/B")
    assert ratio["hazard_ratio"] == pytest.approx(model.hazard_ratio[0])
    back = values(found, "stratified_cox", "B/A")
    assert back["lower"] == pytest.approx(1 / ratio["upper"])
    assert values(found, "strata") == {"count": 2}


def test_each_weight_has_a_row_with_its_words():
    found = compare()
    test = weighted_logrank(*data(), "fleming_harrington", rho=0, gamma=1)
    assert values(found, "fleming_harrington 0 1")["statistic"] == pytest.approx(test.statistic)
    assert "rho = 0, gamma = 1" in found["labels"]["fleming_harrington 0 1"]
    assert values(found, "gehan_breslow")["df"] == 1
    assert found["method"]["options"]["fleming_harrington"] == ["rho 0 with gamma 1"]


def test_the_check_of_proportional_hazards_is_of_the_model_without_strata():
    found = values(compare(), "proportional_hazards km", "A/B")
    check = proportional_hazards_test(*data())
    assert found["statistic"] == pytest.approx(check.global_statistic)
    assert found["p_value"] == pytest.approx(check.global_p_value)


def test_who_has_no_stratum_is_left_out_with_the_reason():
    found = compare(sites=[None, *SITES[1:]])
    assert found["subjects"]["excluded"] == [
        {"reason": "No value of SITEID, which makes the strata", "USUBJID": ["S00"]}
    ]


def test_with_more_groups_each_contrast_has_its_tests():
    found = compare(arms="ABCABCABCABC", plan=THREE_ARMS)
    groups = {s["group"] for s in found["statistics"] if s["row"] == "stratified_logrank"}
    assert groups == {"", "A/B", "C/B"}
    assert values(found, "stratified_logrank")["df"] == 2


def test_one_group_alone_leaves_nothing_to_compare():
    found = compare(arms="A" * 12)
    assert values(found, "stratified_logrank")["p_value"] is None
    assert values(found, "stratified_cox", "A/B")["hazard_ratio"] is None
    assert values(found, "proportional_hazards km", "A/B")["p_value"] is None


def test_an_event_at_time_zero_has_no_logarithm_and_no_check_on_that_scale():
    analysis = {**HAZARDS, "proportional_hazards": ["log", "identity"]}
    found = compare(analysis, times=[0, *TIMES[1:]])
    assert values(found, "proportional_hazards log", "A/B")["statistic"] is None
    assert values(found, "proportional_hazards identity", "A/B")["statistic"] is not None


def test_only_what_the_plan_asks_for_is_computed():
    analysis = {key: HAZARDS[key] for key in ("kind", "endpoint", "method", "weights")}
    assert set(rows(compare(analysis))) == {"gehan_breslow"}
