"""Populations, subsets, groups and the shared form of a result."""

import jsonschema
import numpy as np
import pytest
import yaml

from scripts.analyse.compare_proportions import compare_proportions
from scripts.analyse.results import (
    contrasts_of,
    groups_of,
    numbers,
    select,
    value_of,
    with_responses,
)
from scripts.seals import PROJECT
from tests.analyse.trial import HEAD, PLAN, THREE_ARMS, plan_with, responses, subjects


def test_only_randomised_subjects_are_candidates():
    adsl = subjects("AB.A")
    found = select(HEAD, PLAN, with_responses(adsl, responses(adsl, "YNY")))
    assert found.subjects["USUBJID"].tolist() == ["S00", "S01", "S03"]
    assert found.excluded == []


def test_subjects_outside_the_population_are_listed_under_the_reason_of_the_derivation():
    adsl = subjects("AABB").assign(PPFL=list("YNNY"), PPRS=[None, "stopped", "died", None])
    found = select({**HEAD, "population": "PPFL"}, PLAN, with_responses(adsl, None))
    assert found.subjects["USUBJID"].tolist() == ["S00", "S03"]
    assert found.excluded == [
        {"reason": "died", "USUBJID": ["S02"]},
        {"reason": "stopped", "USUBJID": ["S01"]},
    ]


def test_a_subset_may_ask_for_an_endpoint_and_is_given_in_words():
    adsl = subjects("AABB")
    wide = with_responses(adsl, responses(adsl, "YNYN"))
    analysis = {**HEAD, "subset": {"variable": "RESP", "is": "Y"}}
    found = select(analysis, PLAN, wide)
    assert found.subjects["USUBJID"].tolist() == ["S00", "S02"]
    assert found.excluded == [
        {"reason": "Outside the subset: RESP is Y", "USUBJID": ["S01", "S03"]}
    ]


def test_subjects_in_no_group_are_left_out_with_that_reason():
    adsl = subjects("AAB").assign(MEDFL=["Y", None, "N"])
    groups = {
        "variable": "MEDFL",
        "levels": [{"value": "Y", "label": "With"}, {"value": "N", "label": "Without"}],
    }
    found = select({**HEAD, "groups": groups}, PLAN, with_responses(adsl, None))
    assert [group.label for group in found.groups] == ["With", "Without"]
    assert found.excluded == [{"reason": "In none of the groups of MEDFL", "USUBJID": ["S01"]}]


def test_each_arm_is_compared_with_the_reference_unless_contrasts_are_declared():
    assert contrasts_of({}, PLAN, groups_of({}, PLAN)[1]) == [("A", "B")]
    groups = groups_of({}, THREE_ARMS)[1]
    assert contrasts_of({}, THREE_ARMS, groups) == [("A", "B"), ("C", "B")]
    assert contrasts_of({"contrasts": [["A", "C"]]}, THREE_ARMS, groups) == [("A", "C")]


def test_without_a_reference_the_last_group_is_compared_with():
    groups = {
        "variable": "X",
        "levels": [{"value": "u", "label": "u"}, {"value": "v", "label": "v"}],
    }
    found = groups_of({"groups": groups}, PLAN)[1]
    assert contrasts_of({}, PLAN, found) == [("u", "v")]


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf, None])
def test_what_is_not_estimable_is_none(number):
    assert value_of(number) is None


def test_whole_numbers_stay_whole():
    assert type(value_of(np.int64(3))) is int
    assert numbers("r", "g", count=np.int64(3)) == [
        {"row": "r", "group": "g", "statistic": "count", "value": 3}
    ]


def test_a_result_holds_what_its_schema_asks_for():
    adsl = subjects("AAABBB")
    plan = plan_with(
        {
            "kind": "difference_in_proportions",
            "endpoint": "RESP",
            "method": {"interval": "wald"},
            "subset": {"variable": "ARMCD", "in": ["A", "B"]},
        }
    )
    result = compare_proportions(adsl, responses(adsl, "YYNYNN"), plan)["one"]
    schema = yaml.safe_load((PROJECT / "config/schemas/result.yaml").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(result)
    assert result["population"] == {"id": "ITTFL", "label": "All randomised"}
    assert result["subset"] == "ARMCD is one of A, B"
    assert result["groups"][0] == {"id": "A", "label": "Active", "N": 3, "n": 2}
    assert result["method"]["software"]["package"] == "trialtrace"
