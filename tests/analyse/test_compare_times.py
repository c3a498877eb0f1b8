"""Quantiles of times, survival curves and hazard ratios on a handful of subjects."""

from math import exp, sqrt

import pandas as pd
import pytest

from scripts.analyse.compare_times import compare_times
from scripts.stats.ranks import mann_whitney_exact
from scripts.stats.shifts import hodges_lehmann
from tests.analyse.trial import THREE_ARMS, plan_with, responses, rows, subjects, values

QUANTILES = {
    "kind": "quantiles_of_time",
    "endpoint": "TIME",
    "method": {"quantiles": 6, "censored": "excluded"},
}
SURVIVAL = {
    "kind": "time_to_event",
    "endpoint": "TIME",
    "method": {"transform": "log-log", "ties": "efron"},
    "times": [0, 2, 9],
}


def compare(arms, times, censored, analysis, plan=None):
    adsl = subjects(arms)
    table = pd.DataFrame(
        {"USUBJID": adsl["USUBJID"], "PARAMCD": "TIME", "AVAL": times, "AVALU": "DAYS"}
    )
    table = table.assign(CNSR=[int(flag) for flag in censored]).dropna(subset=["AVAL"])
    made = plan_with(analysis) if plan is None else plan_with(analysis, plan)
    return compare_times(adsl, responses(adsl, "Y" * len(adsl)), table, made)["one"]


def test_quartiles_are_of_the_type_that_the_plan_names():
    times = [1, 2, 3, 4, 5, 6, 7, 8, 10, 20]
    found = compare("A" * 6 + "BBBB", times, "0" * 10, QUANTILES)
    # type 6: position p (n + 1) of 1..6 is 1.75, 3.5, 5.25
    assert values(found, "time", "A") == {
        "n": 6, "median": 3.5, "q1": 1 + 0.75, "q3": 5 + 0.25, "minimum": 1, "maximum": 6,
    }  # fmt: skip
    other = {**QUANTILES, "method": {"quantiles": 7, "censored": "excluded"}}
    # type 7: position 1 + p (n - 1) is 2.25
    assert values(compare("A" * 6 + "BBBB", times, "0" * 10, other), "time", "A")["q1"] == 2.25
    assert "type 6" in found["method"]["label"]
    assert found["unit"] == "DAYS"


def test_censored_times_are_left_out_or_taken_as_they_are():
    times = [1, 2, 30, 4, 5, 60]
    without = compare("AAABBB", times, "001001", QUANTILES)
    assert values(without, "time", "A")["maximum"] == 2
    assert without["subjects"]["excluded"] == [
        {"reason": "Censored: the event was not observed", "USUBJID": ["S02", "S05"]}
    ]
    analysis = {**QUANTILES, "method": {"quantiles": 6, "censored": "as_observed"}}
    with_them = compare("AAABBB", times, "001001", analysis)
    assert values(with_them, "time", "A")["maximum"] == 30
    assert any("as if the event" in warning for warning in with_them["warnings"])


def test_subjects_without_a_time_are_left_out_with_the_plans_reason():
    analysis = {**QUANTILES, "without_record": "No response"}
    found = compare("AAABBB", [1, 2, None, 4, 5, None], "000000", analysis)
    assert found["subjects"]["excluded"] == [{"reason": "No response", "USUBJID": ["S02", "S05"]}]
    assert [group["N"] for group in found["groups"]] == [2, 2]


def test_ranks_count_pairs_in_which_the_first_group_is_longer():
    found = compare("AAABBB", [1, 5, 7, 2, 3, 5], "000000", QUANTILES)
    # 1 beats none; 5 beats 2, 3 and ties 5; 7 beats all three
    assert values(found, "test")["statistic"] == 0 + 2.5 + 3


def test_survival_falls_by_the_share_of_those_at_risk():
    found = compare("AAAABB", [1, 2, 3, 4, 1, 9], "010010", SURVIVAL)
    assert values(found, "arm", "A") == {
        "n": 4, "events": 3, "censored": 1, "median": 3,
        "median_lower": values(found, "arm", "A")["median_lower"],
        "median_upper": values(found, "arm", "A")["median_upper"],
    }  # fmt: skip
    at_two = values(found, "t=2", "A")
    assert at_two["survival"] == pytest.approx(3 / 4)
    assert at_two["at_risk"] == 3
    # the last of A has the event at 4, so that nobody is left without it
    assert values(found, "t=9", "A") == {"survival": 0, "lower": None, "upper": None, "at_risk": 0}
    assert values(found, "t=0", "B") == {"survival": 1, "lower": 1, "upper": 1, "at_risk": 2}


def test_a_curve_begins_at_time_zero_with_everybody_at_risk():
    found = compare("AAAABB", [1, 2, 3, 4, 1, 9], "010010", SURVIVAL)
    curve = found["curve"]["A"]
    assert curve["time"] == [0, 1, 2, 3, 4]
    assert curve["at_risk"] == [4, 4, 3, 2, 1]
    assert curve["censored"] == [0, 0, 1, 0, 0]
    assert curve["survival"] == pytest.approx([1, 3 / 4, 3 / 4, 3 / 8, 0])
    assert curve["lower"][0] == curve["upper"][0] == 1


def test_the_logrank_parts_and_the_ratios_made_from_them_agree():
    found = compare("AABB", [2, 4, 1, 3], "0000", SURVIVAL)
    # at 1: 2 of 4 in A, 1 event; at 2: 2 of 3; at 3: 1 of 2; at 4: 1 of 1
    expected = 2 / 4 + 2 / 3 + 1 / 2 + 1
    assert values(found, "logrank", "A")["expected"] == pytest.approx(expected)
    assert values(found, "logrank", "A")["observed"] == 2
    variance = 1 / 4 + 2 / 9 + 1 / 4
    statistic = (2 - expected) ** 2 / variance
    assert values(found, "logrank")["statistic"] == pytest.approx(statistic)
    ratio = values(found, "logrank_hazard_ratio", "A/B")
    assert ratio["hazard_ratio"] == pytest.approx((2 / expected) / (2 / (4 - expected)))
    assert ratio["standard_error"] == pytest.approx(sqrt(1 / expected + 1 / (4 - expected)))
    one_step = values(found, "mantel_haenszel_hazard_ratio", "A/B")["hazard_ratio"]
    assert one_step == pytest.approx(exp((2 - expected) / variance))


@pytest.mark.parametrize("row", ["cox", "logrank_hazard_ratio", "mantel_haenszel_hazard_ratio"])
def test_the_two_directions_of_a_hazard_ratio_are_reciprocal(row):
    found = compare("AAAABBBB", [5, 6, 7, 9, 1, 2, 8, 4], "00010010", SURVIVAL)
    there, back = values(found, row, "A/B"), values(found, row, "B/A")
    assert there["hazard_ratio"] * back["hazard_ratio"] == pytest.approx(1)
    assert there["lower"] * back["upper"] == pytest.approx(1)
    assert there["hazard_ratio"] < 1


def test_three_arms_have_one_test_for_all_and_one_for_each_contrast():
    found = compare("AACCBB", [5, 6, 3, 4, 1, 2], "000000", SURVIVAL, THREE_ARMS)
    assert values(found, "logrank")["df"] == 2
    assert values(found, "logrank", "A/B")["df"] == 1
    assert values(found, "cox", "C/B")["hazard_ratio"] is None  # each event of B before any of C
    assert "observed" in values(found, "logrank", "C")


def test_no_event_at_all_gives_nulls_and_says_that_medians_are_not_reached():
    found = compare("AABB", [1, 2, 3, 4], "1111", SURVIVAL)
    assert values(found, "logrank")["p_value"] is None
    assert values(found, "cox", "A/B")["hazard_ratio"] is None
    assert values(found, "arm", "A")["median"] is None
    assert "A: the median is not reached." in found["warnings"]


def test_an_arm_without_subjects_keeps_its_place():
    found = compare("AAA", [1, 2, 3], "000", SURVIVAL)
    assert values(found, "arm", "B")["n"] == 0
    assert found["curve"]["B"]["time"] == []
    assert values(found, "logrank")["statistic"] is None


def test_rows_stand_in_reading_order():
    found = compare("AABB", [2, 4, 1, 3], "0000", SURVIVAL)
    assert rows(found) == [
        "arm", "t=0", "t=2", "t=9", "logrank", "cox", "logrank_hazard_ratio",
        "mantel_haenszel_hazard_ratio",
    ]  # fmt: skip


def test_the_plan_names_the_rank_test_and_the_limits_of_the_shift():
    times = [1, 5, 7, 9, 2, 3, 5, 4]
    method = {**QUANTILES["method"], "rank_test": "mann_whitney_exact",
              "shift": "hodges_lehmann_exact"}  # fmt: skip
    found = compare("AAAABBBB", times, "0" * 8, {**QUANTILES, "method": method})
    assert found["method"]["test"] == "mann_whitney_exact"
    assert "exact" in found["method"]["test_label"]
    assert "Hodges-Lehmann" in found["method"]["test_label"]
    x, y = times[:4], times[4:]
    assert values(found, "test")["p_value"] == pytest.approx(mann_whitney_exact(x, y).p_value)
    shift = hodges_lehmann(x, y, limits="exact")
    assert values(found, "shift") == {
        "time_difference": shift.estimate, "time_difference_lower": shift.lower,
        "time_difference_upper": shift.upper, "level": 0.95,
    }  # fmt: skip


def test_a_plan_that_names_no_rank_test_has_the_corrected_one_and_no_shift():
    found = compare("AAABBB", [1, 5, 7, 2, 3, 5], "000000", QUANTILES)
    assert found["method"]["test"] == "mann_whitney"
    assert "with continuity correction" in found["method"]["test_label"]
    assert values(found, "shift") == {}


def test_each_contrast_of_three_groups_has_its_shift():
    method = {**QUANTILES["method"], "shift": "hodges_lehmann_corrected"}
    found = compare("AABBCC", [1, 5, 7, 2, 3, 5], "000000", {**QUANTILES, "method": method},
                    THREE_ARMS)  # fmt: skip
    assert values(found, "shift", "A-B")["time_difference"] == (1 - 7 + 5 - 2) / 2
    assert values(found, "shift", "C-B")["time_difference"] == (3 - 7 + 5 - 2) / 2


def test_groups_too_large_for_an_exact_test_are_not_estimable_and_the_result_says_why():
    method = {**QUANTILES["method"], "rank_test": "mann_whitney_exact"}
    times = list(range(600))
    found = compare("AB" * 300, times, "0" * 600, {**QUANTILES, "method": method})
    assert values(found, "test")["p_value"] is None
    assert "too large for groups of 300 and 300" in found["warnings"][0]
