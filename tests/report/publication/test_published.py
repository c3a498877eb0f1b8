"""Published numbers against computed ones, on a small made-up publication."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.report.publication.printed_numbers import (
    is_printed_as,
    replace_numbers,
    round_as_printed,
)
from scripts.report.publication.published import (
    INFERRED,
    MISPRINT,
    NOT_CHECKABLE,
    NOT_REPRODUCED,
    REPRODUCED,
    compare_items,
    summarise,
)
from scripts.report.publication.published_checks import check_published_plan
from scripts.report.publication.statistics_index import StatisticsIndex
from scripts.report.results import OutputsError

CONFIG = Path(__file__).resolve().parents[3] / "config"
SETTINGS = {"imputations": 20, "confidence_level": 0.95, "significance_level": 0.05}


def statistics(row: str, group: str, **values: float | None) -> list[dict[str, Any]]:
    """Statistics of one row and group as a result holds them."""
    return [
        {"row": row, "group": group, "statistic": name, "value": value}
        for name, value in values.items()
    ]


def result_of_counts(x1: int, n1: int, x2: int, n2: int) -> dict[str, Any]:
    """A result that holds two proportions and their difference."""
    entries = statistics("proportion", "A", count=x1, total=n1, proportion=x1 / n1)
    entries += statistics("proportion", "B", count=x2, total=n2, proportion=x2 / n2)
    entries += statistics("difference", "A-B", estimate=x1 / n1 - x2 / n2, lower=0.05, upper=0.36)
    return {
        "id": "cured",
        "kind": "difference_in_proportions",
        "method": {"label": "Wald interval"},
        "statistics": entries,
    }


def proportion_item(name: str, group: str, count: str, total: str, percent: str) -> dict[str, Any]:
    return {
        "id": name,
        "section": "1",
        "description": f"Cured, {group}",
        "where": "Table 1",
        "text": f"{count} ({percent})",
        "parts": [
            {
                "at": ["cured", "proportion", group],
                "printed": {"count": count, "total": total, "proportion": percent},
            }
        ],
    }


def difference_item(estimate: str) -> dict[str, Any]:
    return {
        "id": "D",
        "section": "2",
        "description": "Difference",
        "where": "Table 1",
        "text": f"{estimate} (0.05-0.36)",
        "parts": [
            {
                "at": ["cured", "difference", "A-B"],
                "printed": {"estimate": estimate, "lower": "0.05", "upper": "0.36"},
                "from": {
                    "statistic": "estimate",
                    "formula": "difference_of_proportions",
                    "items": ["A", "B"],
                },
            }
        ],
    }


def plan_with(estimate: str = "0.21", count: str = "90") -> dict[str, Any]:
    return {
        "source": "A made-up publication.",
        "sections": [{"id": "1", "title": "Proportions"}, {"id": "2", "title": "Differences"}],
        "items": [
            proportion_item("A", "A", count, "112", "80%"),
            proportion_item("B", "B", "33", "56", "59%"),
            difference_item(estimate),
        ],
    }


INDEX = StatisticsIndex({"cured": result_of_counts(90, 112, 33, 56)})


def verdicts(plan: dict[str, Any], index: StatisticsIndex = INDEX) -> dict[str, str]:
    return {item["id"]: item["verdict"] for item in compare_items(plan, index, SETTINGS)}


def test_a_half_is_rounded_up_at_the_printed_decimals() -> None:
    assert round_as_printed(7 / 112, "6.3%") == "6.3%"  # 6.25 per cent
    assert round_as_printed(7 / 56, "13%") == "13%"  # 12.5 per cent
    assert round_as_printed(-0.125, "-0.12") == "-0.13"


def test_a_printed_zero_has_no_sign() -> None:
    assert round_as_printed(-0.004, "0.00") == "0.00"


def test_the_printed_number_keeps_its_missing_leading_zero() -> None:
    assert round_as_printed(0.00726, ".007") == ".007"


def test_a_number_next_to_the_printed_one_does_not_match_however_close() -> None:
    assert is_printed_as(0.2149999, "0.21")
    assert not is_printed_as(0.215, "0.21")
    assert not is_printed_as(90 / 112 - 33 / 56, "0.22")  # 0.2143


def test_a_printed_bound_holds_for_values_beyond_it_only() -> None:
    assert is_printed_as(0.0009, "<0.001")
    assert not is_printed_as(0.001, "<0.001")
    assert is_printed_as(0.02, ">1%")


def test_what_could_not_be_estimated_matches_nothing() -> None:
    assert not is_printed_as(None, "0")


def test_computed_numbers_replace_the_printed_ones_in_their_order_and_not_inside_others() -> None:
    text = replace_numbers("0.22 (95% CI, 0.07-0.36)", [("0.22", "0.21"), ("0.36", "0.37")])
    assert text == "0.21 (95% CI, 0.07-0.37)"
    assert replace_numbers("15 of 5", [("5", "6")]) == "15 of 6"


def test_matching_digits_are_reproduced() -> None:
    assert set(verdicts(plan_with()).values()) == {REPRODUCED}


def test_a_difference_that_its_own_printed_counts_contradict_is_a_misprint() -> None:
    items = {item["id"]: item for item in compare_items(plan_with("0.22"), INDEX, SETTINGS)}
    assert items["D"]["verdict"] == MISPRINT
    assert items["D"]["published"] == "0.22 (0.05-0.36)"
    assert items["D"]["computed_text"] == "0.21 (0.05-0.36)"
    assert items["A"]["verdict"] == items["B"]["verdict"] == REPRODUCED


def test_a_wrong_difference_is_no_misprint_when_a_printed_count_is_not_reproduced() -> None:
    found = verdicts(plan_with("0.22", count="91"))
    assert found["D"] == NOT_REPRODUCED
    assert found["A"] == NOT_REPRODUCED


def test_a_wrong_difference_is_no_misprint_when_the_printed_counts_do_not_give_our_value() -> None:
    result = result_of_counts(90, 112, 33, 56)
    for entry in result["statistics"]:
        if entry["statistic"] == "estimate":
            entry["value"] = 0.25
    assert verdicts(plan_with("0.22"), StatisticsIndex({"cured": result}))["D"] == NOT_REPRODUCED


def test_a_wrong_limit_is_not_excused_by_a_misprinted_estimate() -> None:
    plan = plan_with("0.22")
    plan["items"][2]["parts"][0]["printed"]["upper"] = "0.35"
    assert verdicts(plan)["D"] == NOT_REPRODUCED


def test_a_percentage_that_its_own_count_and_total_contradict_is_a_misprint() -> None:
    plan = plan_with()
    plan["items"][0] = proportion_item("A", "A", "90", "112", "81%")  # 80.36 per cent
    assert verdicts(plan)["A"] == MISPRINT


def test_an_item_that_holds_under_an_inferred_set_says_so_only_when_it_holds() -> None:
    plan = plan_with()
    plan["items"][0]["set"] = {"id": "U1", "words": "Those seen at the end."}
    assert verdicts(plan)["A"] == INFERRED
    plan["items"][0]["parts"][0]["printed"]["count"] = "89"
    assert verdicts(plan)["A"] == NOT_REPRODUCED


def test_an_item_with_nothing_to_compare_gives_its_reason() -> None:
    plan = plan_with()
    item = {key: plan["items"][0][key] for key in ("section", "description", "where")}
    plan["items"].append({**item, "id": "F", "text": "-", "reason": "It stands in a figure only."})
    found = compare_items(plan, INDEX, SETTINGS)[-1]
    assert found["verdict"] == NOT_CHECKABLE
    assert found["note"] == "It stands in a figure only."


def test_an_item_that_needs_more_imputations_than_the_run_has_is_not_judged() -> None:
    plan = plan_with()
    plan["items"][0]["needs"] = {"imputations": 1000}
    assert verdicts(plan)["A"] == NOT_CHECKABLE
    plan["items"][0]["needs"] = {"imputations": 20}
    assert verdicts(plan)["A"] == REPRODUCED


def test_a_published_order_holds_only_if_it_holds_in_every_row() -> None:
    result = result_of_counts(90, 112, 33, 56)
    result["statistics"] += statistics("Day 1", "A", median=5) + statistics("Day 1", "B", median=4)
    result["statistics"] += statistics("Day 2", "A", median=5) + statistics("Day 2", "B", median=5)
    plan = plan_with()
    order = {"analysis": "cured", "statistic": "median", "higher": "A", "lower": "B"}
    item = {**plan["items"][0], "ordering": {**order, "rows": ["Day 1"]}}
    item.pop("parts")
    plan["items"][0] = item
    index = StatisticsIndex({"cured": result})
    assert verdicts(plan, index)["A"] == REPRODUCED
    item["ordering"]["rows"] = ["Day 1", "Day 2"]
    assert verdicts(plan, index)["A"] == NOT_REPRODUCED


def test_every_address_that_does_not_exist_is_listed_with_the_nearest_right_word() -> None:
    plan = plan_with()
    plan["items"][0]["parts"][0]["at"] = ["cured", "proportions", "A"]
    plan["items"][1]["parts"][0]["at"] = ["curd", "proportion", "B"]
    with pytest.raises(OutputsError) as caught:
        compare_items(plan, INDEX, SETTINGS)
    message = str(caught.value)
    assert "2 address(es)" in message  # a wrong row and a wrong analysis, each said once
    assert "(in A)" in message and "(in B)" in message
    assert "did you mean 'proportion'?" in message
    assert "did you mean 'cured'?" in message


def test_totals_count_items_numbers_and_percentages_by_section() -> None:
    plan = plan_with("0.22")
    plan["checks"] = [
        {"name": "Counts", "items": ["A", "B"]},
        {"name": "Difference", "items": ["A", "D"]},
    ]
    summary = summarise(plan, compare_items(plan, INDEX, SETTINGS))
    assert summary["verdicts"][REPRODUCED] == 2
    assert summary["verdicts"][MISPRINT] == 1
    assert summary["percentages"] == {"total": 2, "match": 2}
    assert summary["numbers"] == {"total": 3 + 3 + 3, "match": 3 + 3 + 2}
    assert [section["percentages"]["total"] for section in summary["sections"]] == [2, 0]
    checks = summary["checks"]
    assert (checks["total"], checks["match"], checks["misprint"]) == (2, 1, 1)


def whole_plan(published: dict[str, Any]) -> dict[str, Any]:
    return {
        "published": published,
        "analyses": {"analyses": {"cured": {}}},
        "trial": {"arms": [{"code": "A"}, {"code": "B"}]},
    }


def test_a_plan_with_right_names_has_no_finding() -> None:
    assert check_published_plan(whole_plan(plan_with())) == []


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (
            lambda p: p["items"][0]["parts"][0].update(at=["cure", "x", "A"]),
            "did you mean 'cured'?",
        ),
        (lambda p: p["items"][0].update(section="9"), "unknown section '9'"),
        (lambda p: p["items"][0].update(id="B"), "item 'B' stands 2 times"),
        (lambda p: p["items"][0].pop("parts"), "either parts to compare or the reason"),
        (lambda p: p["items"][0].update(text="80% (90)"), "1 compared number(s) do not stand"),
        (lambda p: p["items"][2]["parts"][0]["from"].update(items=["A", "C"]), "unknown item 'C'"),
        (lambda p: p.update(checks=[{"name": "n", "items": ["X"]}]), "check 'n': unknown item 'X'"),
        (
            lambda p: p.update(
                inconsistencies=[{"id": "I", "rules": [{"rule": "undecided_boundary"}]}]
            ),
            "needs measurement, value",
        ),
        (
            lambda p: p.update(
                inconsistencies=[{"id": "I", "rules": [{"rule": "misprint", "value": 3}]}]
            ),
            "does not use value",
        ),
    ],
)
def test_a_plan_with_a_wrong_name_is_refused_with_the_place(break_it: Any, words: str) -> None:
    published = plan_with()
    break_it(published)
    findings = check_published_plan(whole_plan(published))
    assert any(words in finding for finding in findings), findings


def embedded() -> dict[str, Any]:
    return yaml.safe_load((CONFIG / "published.yaml").read_text(encoding="utf-8"))


def test_the_embedded_plan_holds_91_percentages_in_three_sections_and_80_checks() -> None:
    plan = embedded()
    percent = [
        item["section"]
        for item in plan["items"]
        for part in item.get("parts", [])
        for printed in part["printed"].values()
        if printed.endswith("%")
    ]
    assert [percent.count(section) for section in ("1.1", "1.4", "1.5")] == [29, 32, 30]
    assert len(percent) == 91
    assert len(plan["checks"]) == 80
    assert len(plan["inconsistencies"]) == 20


def test_the_embedded_plan_does_not_say_which_number_is_a_misprint() -> None:
    plan = copy.deepcopy(embedded())
    text = yaml.safe_dump({"items": plan["items"], "checks": plan["checks"]}).lower()
    assert "misprint" not in text
    assert "0.21 " not in text
