"""Wrong names in the plans of profiles and listings are found before anything runs."""

from collections.abc import Callable
from typing import Any

from scripts.report.companion_checks import check_companions_plan
from scripts.report.companions import listed_in, sources_of
from tests.report import people


def findings(change: Callable[[dict[str, Any]], object]) -> list[str]:
    plan = people.plan()
    change(plan)
    return check_companions_plan(plan)


def listing_with(**changes: Any) -> list[str]:
    return findings(
        lambda plan: plan["listings"]["listings"].__setitem__(0, people.listing(**changes))
    )


def test_a_right_plan_has_no_findings() -> None:
    assert check_companions_plan(people.plan()) == []


def test_a_plan_without_profiles_has_no_findings() -> None:
    assert findings(lambda plan: plan.update(profiles={})) == []


def test_an_unknown_endpoint_names_the_nearest() -> None:
    [found] = findings(lambda plan: plan["profiles"]["endpoints"][1].update(endpoint="HELPD"))
    assert found.endswith("endpoints: unknown endpoint 'HELPD'; did you mean 'HELPED'?")


def test_an_unknown_measure_names_the_nearest() -> None:
    [found] = findings(lambda plan: plan["profiles"]["measurement"].update(measure="SUGER"))
    assert found.endswith("unknown measure 'SUGER'; did you mean 'SUGAR'?")


def test_the_selection_for_print_may_name_subject_variables_and_verdicts_only() -> None:
    condition = {"all": [{"variable": "GOOD", "is": "Y"}, {"variable": "AGES", "is": 1}]}
    [found] = findings(lambda plan: plan["profiles"]["printed"].update(condition=condition))
    assert found.endswith("printed: unknown variable 'AGES'; did you mean 'AGE'?")


def test_an_unknown_column_of_a_listing_names_the_nearest() -> None:
    columns = [*people.listing()["columns"][:2], {"variable": "LBORES", "label": "S", "width": 9}]
    [found] = listing_with(columns=columns)
    assert found.endswith("l_sugar: columns: unknown column 'LBORES'; did you mean 'LBORRES'?")


def test_an_unknown_source_names_the_nearest() -> None:
    [found] = listing_with(source="adslx")
    assert found.endswith("l_sugar: unknown source 'adslx'; did you mean 'adsl'?")


def test_a_group_is_made_of_the_first_columns() -> None:
    [found] = listing_with(group=["LBDTC"])
    assert found.endswith("group must be the first columns in order: USUBJID")


def test_columns_that_are_too_wide_for_the_page_are_found() -> None:
    wide = [{**column, "width": 50} for column in people.listing()["columns"]]
    [found] = listing_with(columns=wide)
    # Four columns of 50 letters with three gaps of two.
    assert found.endswith("the columns are 206 letters wide; a line has room for 172")


def test_an_id_is_used_once() -> None:
    found = findings(lambda plan: plan["listings"]["listings"].append(people.listing(number="x")))
    assert [text.split(": ")[-1] for text in found] == ["the id 'l_sugar' is used twice"]


def test_a_rule_reads_the_tables_that_the_listings_name_and_the_subjects() -> None:
    plan = people.plan()
    assert listed_in(plan, "ingest/sdtm") == ["lb"]
    assert listed_in(plan, "derive") == ["adsl"]
    assert sources_of(plan)["lb"] == "results/ingest/sdtm/lb.parquet"
