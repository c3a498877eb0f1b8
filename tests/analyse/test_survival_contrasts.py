"""Landmarks and restricted means of a handful of subjects."""

from math import sqrt

import pytest

from tests.analyse.test_compare_times import compare
from tests.analyse.trial import THREE_ARMS, rows, values

CONTRASTS = {
    "kind": "survival_contrasts",
    "endpoint": "TIME",
    "method": {"transform": "plain"},
    "landmarks": [3],
    "restricted_mean": 4,
}
ARMS, TIMES, CENSORED = "AAAABBBB", [2, 3, 5, 6, 1, 2, 3, 7], "01001000"


def test_a_landmark_has_the_survival_of_each_group_and_their_difference():
    found = compare(ARMS, TIMES, CENSORED, CONTRASTS)
    # A: one of four by time 3; B: the first is censored at 1, then 2/3 and 1/3
    assert values(found, "t=3", "A")["survival"] == pytest.approx(3 / 4)
    assert values(found, "t=3", "B")["survival"] == pytest.approx(2 / 3 * 1 / 2)
    difference = values(found, "t=3", "A-B")
    assert difference["estimate"] == pytest.approx(3 / 4 - 1 / 3)
    greenwood = (3 / 4) ** 2 / (4 * 3) + (1 / 3) ** 2 * (1 / (3 * 2) + 1 / (2 * 1))
    assert difference["standard_error"] == pytest.approx(sqrt(greenwood))


def test_restricted_means_are_areas_with_difference_and_ratio():
    found = compare(ARMS, TIMES, CENSORED, CONTRASTS)
    # areas up to 4: A 2 + 2 * 3/4; B 2 + 1 * 2/3 + 1 * 1/3
    assert values(found, "restricted_mean", "A")["restricted_mean"] == pytest.approx(3.5)
    assert values(found, "restricted_mean", "B")["restricted_mean"] == pytest.approx(3)
    assert values(found, "restricted_mean", "A-B")["time_difference"] == pytest.approx(0.5)
    assert values(found, "restricted_mean_ratio", "A/B")["ratio"] == pytest.approx(3.5 / 3)
    assert values(found, "follow_up", "B") == {"maximum": 7}
    assert found["labels"]["restricted_mean"] == "Restricted mean up to 4"


def test_a_group_that_was_not_followed_so_long_has_no_mean_and_the_result_says_so():
    analysis = {**CONTRASTS, "landmarks": [3, 6.5], "restricted_mean": 6.5}
    found = compare("AAAABBBB", TIMES, "01011000", analysis)
    assert values(found, "restricted_mean", "A")["restricted_mean"] is None
    assert values(found, "restricted_mean", "B")["restricted_mean"] is not None
    assert values(found, "restricted_mean", "A-B")["time_difference"] is None
    assert values(found, "t=6.5", "A-B")["estimate"] is None
    assert found["warnings"] == [
        "A: follow-up ends at 6; survival is not known at 6.5.",
        "A: follow-up ends at 6, before 6.5; the restricted mean is not estimable.",
    ]


def test_a_group_in_which_everybody_had_the_event_is_known_to_be_at_zero():
    # A ends at 2 with events alone; its mean up to 4 and its survival at 3 are both known.
    found = compare("AABBBB", [1, 2, 5, 6, 7, 8], "000000", CONTRASTS)
    assert values(found, "t=3", "A")["survival"] == 0
    assert values(found, "t=3", "A-B")["estimate"] == -1
    assert values(found, "restricted_mean", "A")["restricted_mean"] == pytest.approx(1.5)
    assert found["warnings"] == []


def test_a_group_without_subjects_is_printed_without_values():
    found = compare("AACCC", [1, 2, 3, 4, 5], "00000", CONTRASTS, THREE_ARMS)
    assert values(found, "t=3", "B") == dict.fromkeys(("survival", "lower", "upper", "at_risk"))
    assert values(found, "restricted_mean", "B")["restricted_mean"] is None
    assert values(found, "t=3", "C-B")["estimate"] is None
    assert {"A-B", "C-B"} <= {s["group"] for s in found["statistics"]}
    assert [g["N"] for g in found["groups"]] == [2, 3, 0]


def test_only_what_the_plan_asks_for_is_computed():
    analysis = {key: value for key, value in CONTRASTS.items() if key != "restricted_mean"}
    found = compare(ARMS, TIMES, CENSORED, analysis)
    assert set(rows(found)) == {"t=3", "follow_up"}
    assert found["method"]["options"] == {"transform": "plain", "landmarks": [3]}
    assert found["method"]["name"] == "survival_difference"
