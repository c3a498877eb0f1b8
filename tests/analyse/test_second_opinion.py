"""The second opinion: agreement is stated, and a number that differs stops the road."""

import copy

import pytest

from scripts.analyse.compare_proportions import compare_proportions
from scripts.analyse.second_opinion import Tables, check_agreement, second_opinion
from scripts.job import StepError
from tests.analyse.trial import plan_with, responses, subjects

ANALYSIS = {
    "kind": "difference_in_proportions",
    "endpoint": "RESP",
    "method": {"interval": "wald", "test": "pearson_chi_square"},
}


def both(analysis=ANALYSIS):
    """The tables, the first implementation's results, and the plan by family."""
    adsl = subjects("A" * 10 + "B" * 8)
    adresp = responses(adsl, "Y" * 6 + "N" * 4 + "Y" * 2 + "N" * 6)
    plan = plan_with(analysis)
    results = compare_proportions(adsl, adresp, plan)
    return Tables(adsl, adresp, None, {}), results, {"compare_proportions": plan}


def test_two_implementations_agree_on_a_two_by_two_table():
    opinion = second_opinion(*both())
    judged = opinion["analyses"]["one"]
    assert judged["status"] == "agrees"
    assert judged["compared"] > 10
    assert judged["largest_relative_difference"] < opinion["tolerance"]["relative"]
    assert opinion["summary"]["differ"] == 0
    check_agreement(opinion)


@pytest.mark.parametrize(
    ("row", "statistic"),
    [("difference", "estimate"), ("difference", "upper"), ("test", "p_value")],
)
def test_a_number_changed_in_its_fourth_digit_stops_the_step_and_is_named(row, statistic):
    tables, results, plan = both()
    wrong = copy.deepcopy(dict(results))
    for item in wrong["one"]["statistics"]:
        if (item["row"], item["statistic"]) == (row, statistic):
            item["value"] *= 1 + 1e-4
    opinion = second_opinion(tables, wrong, plan)
    assert opinion["analyses"]["one"]["status"] == "differs"
    with pytest.raises(StepError, match=rf"one: row {row}, .*{statistic}: first"):
        check_agreement(opinion)


def test_a_number_that_no_second_implementation_can_judge_is_listed_with_the_reason():
    opinion = second_opinion(
        *both(
            {**ANALYSIS, "method": {"interval": "miettinen_nurminen", "test": "pearson_chi_square"}}
        )
    )
    listed = {(item["row"], item["statistic"]): item["reason"] for item in opinion["not_compared"]}
    assert ("difference", "lower") in listed
    assert all(listed.values())


def test_a_plan_without_comparisons_has_an_empty_opinion():
    tables, _, _ = both()
    assert second_opinion(tables, {}, {})["analyses"] == {}
