"""Rules about inconsistencies: each finds what is there, and nothing where there is nothing."""

from typing import Any

import pandas as pd
import pytest

from scripts.report.publication.evidence import Evidence, Material
from scripts.report.publication.inconsistencies import RULES, find_inconsistencies
from scripts.report.publication.published import compare_items
from scripts.report.publication.published_checks import NEEDED
from scripts.report.publication.statistics_index import StatisticsIndex
from scripts.report.publication.subject_rules import make_subject_table
from scripts.report.results import OutputsError
from scripts.stats.proportions import DIFFERENCES, pearson_chi_square

SETTINGS = {"imputations": 20, "confidence_level": 0.95, "significance_level": 0.05}
ARMS = {"A": "Active", "B": "Basic"}


def entries(row: str, group: str, **values: float | None) -> list[dict[str, Any]]:
    return [
        {"row": row, "group": group, "statistic": name, "value": value}
        for name, value in values.items()
    ]


def result(name: str, kind: str, statistics: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    groups = [{"id": "A", "label": "Active", "N": 112}, {"id": "B", "label": "Basic", "N": 56}]
    method = {"label": f"Method of {name}", "options": more.pop("options", {})}
    head = {"id": name, "title": name, "kind": kind, "groups": groups, "method": method}
    return {**head, "statistics": statistics, **more}


def difference(name: str, x1: int, n1: int, x2: int, n2: int, method: str) -> dict[str, Any]:
    """A difference of two proportions with one interval and both chi-square tests."""
    made = DIFFERENCES[method](x1, n1, x2, n2, 0.95)
    rows = entries("proportion", "A", count=x1, total=n1, proportion=x1 / n1)
    rows += entries("proportion", "B", count=x2, total=n2, proportion=x2 / n2)
    rows += entries("difference", "A-B", estimate=made.estimate, lower=made.lower, upper=made.upper)
    for row, corrected in (("test", False), ("test_corrected", True)):
        test = pearson_chi_square(x1, n1, x2, n2, correction=corrected)
        rows += entries(row, "", p_value=test.p_value)
    return result(name, "difference_in_proportions", rows)


def item(name: str, text: str, at: list[str], **printed: str) -> dict[str, Any]:
    head = {"id": name, "section": "1", "description": name, "where": "Text", "text": text}
    return {**head, "parts": [{"at": at, "printed": printed}]}


def interval(name: str, analysis: str, estimate: str, lower: str, upper: str) -> dict[str, Any]:
    at = [analysis, "difference", "A-B"]
    text = f"{estimate} ({lower} to {upper})"
    return item(name, text, at, estimate=estimate, lower=lower, upper=upper)


def material(
    items: list[dict[str, Any]],
    results: list[dict[str, Any]],
    **tables: pd.DataFrame,
) -> Material:
    index = StatisticsIndex({made["id"]: made for made in results})
    compared = compare_items({"items": items}, index, SETTINGS)
    return Material({i["id"]: i for i in compared}, index, SETTINGS, ARMS, tables)


def run(rule: str, given: Material, **options: Any) -> Evidence:
    return RULES[rule](given, {"rule": rule, **options})


def subjects(**columns: list[Any]) -> pd.DataFrame:
    return pd.DataFrame(columns)


# Two published differences: 45/112 against 14/56 by Wald's method, 0.1518 (0.0065, 0.2971), and
# 21/112 against 19/56 with continuity correction, -0.1518 (-0.3087, 0.0051).
PLAIN = difference("plain", 45, 112, 14, 56, "wald")
CORRECTED = difference("corrected", 21, 112, 19, 56, "wald_corrected")
PLAIN_ITEM = interval("D1", "plain", "0.15", "0.01", "0.30")
CORRECTED_ITEM = interval("D2", "corrected", "-0.15", "-0.31", "0.01")


def test_every_rule_that_the_plan_may_name_exists_and_none_else() -> None:
    assert set(RULES) == set(NEEDED)


def test_intervals_that_no_single_method_gives_are_mixed() -> None:
    found = run(
        "mixed_interval_methods", material([PLAIN_ITEM, CORRECTED_ITEM], [PLAIN, CORRECTED])
    )
    assert found.shown
    assert found.values["fits"]["D1"]["wald"] and not found.values["fits"]["D1"]["wald_corrected"]
    assert found.values["fits"]["D2"]["wald_corrected"] and not found.values["fits"]["D2"]["wald"]
    # 0.1518 -+ (1.96 s + (1/112 + 1/56)/2), s = 0.0741
    assert found.values["under_the_other"]["D1"]["wald_corrected"] == "-0.01 to 0.31"
    assert "D1 0.15 (0.01 to 0.30) would be -0.01 to 0.31 by the" in found.sentence


def test_intervals_that_one_method_gives_are_not_mixed() -> None:
    found = run("mixed_interval_methods", material([PLAIN_ITEM], [PLAIN]))
    assert not found.shown


def test_an_interval_without_zero_beside_a_test_that_does_not_reject_is_found_and_the_reverse() -> (
    None
):
    given = material([PLAIN_ITEM, CORRECTED_ITEM], [PLAIN, CORRECTED])
    found = run("interval_and_test_disagree", given)
    assert found.shown
    assert found.values["D1"]["disagree"] == ["test", "test_corrected"]
    assert "D1: the interval 0.0065 to 0.2971 leaves out 0, chi-square p = 0.052" in found.sentence
    assert "D2: the interval -0.3087 to 0.0051 holds 0, chi-square p = 0.029" in found.sentence


def test_an_interval_that_agrees_with_its_test_is_not_found() -> None:
    clear = difference("clear", 90, 112, 33, 56, "wald")
    given = material([interval("D", "clear", "0.21", "0.07", "0.36")], [clear])
    assert not run("interval_and_test_disagree", given).shown


def test_a_misprint_is_found_with_the_value_that_the_printed_counts_give() -> None:
    made = difference("or", 90, 112, 33, 56, "wald")
    counts = [
        item(name, f"{x}", ["or", "proportion", name], count=x, total=n)
        for name, x, n in (("A", "90", "112"), ("B", "33", "56"))
    ]
    wrong = interval("D", "or", "0.22", "0.07", "0.36")
    formula = {"formula": "difference_of_proportions", "items": ["A", "B"]}
    wrong["parts"][0]["from"] = {"statistic": "estimate", **formula}
    found = run("misprint", material([*counts, wrong], [made]))
    assert found.shown
    assert (
        "printed 0.22, but the printed counts give 0.2143, which rounds to 0.21" in found.sentence
    )
    assert not run("misprint", material(counts, [made])).shown


def survival(ratio: float, lower: float, upper: float, p_value: float) -> dict[str, Any]:
    rows = entries("hr", "B/A", hazard_ratio=ratio, lower=lower, upper=upper)
    rows += entries("hr", "A/B", hazard_ratio=ratio, lower=lower, upper=upper)
    rows += entries("cox", "B/A", hazard_ratio=1.95, lower=1.2, upper=3.2, p_value=0.006)
    return result("rfs", "time_to_event", rows + entries("logrank", "", p_value=p_value))


def ratio_items(group: str, p_text: str) -> list[dict[str, Any]]:
    at = ["rfs", "hr", group]
    text = "1.875 (1.082-3.248)"
    ratio = item("HR", text, at, hazard_ratio="1.875", lower="1.082", upper="3.248")
    return [ratio, item("P", p_text, ["rfs", "logrank", ""], p_value=p_text)]


RATIO = {"item": "HR", "test_item": "P", "named_first": "A", "beside": ["rfs", "cox", "B/A"]}


def test_a_ratio_above_one_of_the_second_named_group_is_turned_round() -> None:
    given = material(ratio_items("B/A", ".007"), [survival(1.8749, 1.0823, 3.248, 0.0073)])
    found = run("ratio_direction", given, **RATIO)
    assert found.shown
    assert found.values["numerator"] == "B"
    # z = ln 1.875 / (ln(3.248/1.082) / 3.92) = 0.6286 / 0.2804 = 2.242, two-sided p = 0.025
    assert found.values["implied_p"] == pytest.approx(0.025, abs=0.0005)
    assert "imply p = 0.025; printed is p = 0.007" in found.sentence


def test_a_ratio_of_the_first_named_group_whose_interval_gives_its_p_is_in_order() -> None:
    given = material(ratio_items("A/B", ".025"), [survival(1.8749, 1.0823, 3.248, 0.0250)])
    assert not run("ratio_direction", given, **RATIO).shown


def test_an_item_that_holds_only_under_an_inferred_set_is_found_and_one_that_holds_is_not() -> None:
    inferred = difference("inferred", 47, 100, 7, 48, "wald")  # 0.3242 (0.1844, 0.4639)
    stated = difference("stated", 47, 86, 7, 40, "wald")  # 0.3715
    published = interval("D", "inferred", "0.32", "0.18", "0.46")
    published["set"] = {"id": "U", "words": "W.", "stated": ["stated", "difference", "A-B"]}
    found = run("not_reproducible_from_stated_set", material([published], [inferred, stated]))
    assert found.shown
    assert "gives 0.37" in found.sentence
    same = {**inferred, "id": "stated"}
    assert not run(
        "not_reproducible_from_stated_set", material([published], [inferred, same])
    ).shown


def logistic(name: str, term: str, ratio: float, terms: list[str] | None = None) -> dict[str, Any]:
    rows = entries(term, "", odds_ratio=ratio, lower=ratio / 2, upper=ratio * 2)
    return result(name, "logistic", rows, options={"terms": terms or [term]})


def counted_items() -> list[dict[str, Any]]:
    model = item("M", "0.855", ["narrow", "N1", ""], odds_ratio="0.855")
    model["set"] = {"id": "U", "words": "Without one kind.", "stated": ["wide", "N2", ""]}
    counts = [
        item(f"C{i}", x, ["counts", "row", g], count=x)
        for i, (x, g) in enumerate((("3", "A"), ("4", "B")))
    ]
    return [model, *counts]


COUNTS = result("counts", "baseline", entries("row", "A", count=3) + entries("row", "B", count=4))


def test_a_model_that_holds_on_another_total_than_the_printed_counts_is_found() -> None:
    table = subjects(N1=[2, 3], N2=[3, 4])  # sums 5 and 7; the printed counts are 3 + 4 = 7
    results = [logistic("narrow", "N1", 0.8545), logistic("wide", "N2", 0.83), COUNTS]
    options = {"item": "M", "items": ["C0", "C1"], "variables": ["N2", "N1"]}
    found = run(
        "count_total_mismatch", material(counted_items(), results, subjects=table), **options
    )
    assert found.shown
    assert "The printed counts add up to 7; in the data N2 adds up to 7 and N1 adds up to 5" in (
        found.sentence
    )
    results[1] = logistic("wide", "N2", 0.8546)
    assert not run(
        "count_total_mismatch", material(counted_items(), results, subjects=table), **options
    ).shown


def test_models_with_one_covariate_are_told_from_models_with_more() -> None:
    one = item("O", "0.99", ["one", "AGE", ""], odds_ratio="0.99")
    two = item("T", "26.8", ["two", "CR", ""], odds_ratio="26.8")
    results = [logistic("one", "AGE", 0.9927), logistic("two", "CR", 26.84, ["CR", "AGE"])]
    found = run("single_covariate_models", material([one, two], results))
    assert found.shown
    assert found.values == {"single": ["O"], "several": ["T"]}
    assert not run("single_covariate_models", material([two], results)).shown


def pooled(name: str, estimate: float, lower: float = 0.1, upper: float = 0.35) -> dict[str, Any]:
    rows = entries("difference", "A-B", estimate=estimate, lower=lower, upper=upper)
    return result(name, "difference_imputed", rows)


def test_a_pooled_estimate_that_prints_like_the_complete_cases_adds_nothing() -> None:
    published = interval("MI", "mi", "0.23", "0.11", "0.35")
    given = material([published], [pooled("mi", 0.2309), pooled("cc", 0.2312), pooled("l", 0.23)])
    found = run("imputation_adds_nothing", given, item="MI", analysis="cc", other="l")
    assert found.shown
    assert "do not hold for the other imputation model, which gives 0.10 to 0.35" in found.sentence
    given = material([published], [pooled("mi", 0.2309), pooled("cc", 0.2509)])
    assert not run("imputation_adds_nothing", given, item="MI", analysis="cc").shown


@pytest.mark.parametrize(("error", "shown"), [(0.0034, True), (0.0033, False)])
def test_a_pooled_estimate_within_twice_its_monte_carlo_error_adds_nothing(
    error: float, shown: bool
) -> None:
    published = interval("MI", "mi", "0.23", "0.11", "0.35")
    made = pooled("mi", 0.2376)  # prints 0.24, and 0.2376 - 0.2309 = 0.0067 = 2 x 0.00335
    made["statistics"] += entries("difference", "A-B", monte_carlo_error=error)
    given = material([published], [made, pooled("cc", 0.2309)])
    found = run("imputation_adds_nothing", given, item="MI", analysis="cc")
    assert found.shown is shown


def test_another_reading_with_other_counts_is_found() -> None:
    made = [difference("a", 21, 112, 19, 56, "wald"), difference("b", 29, 112, 26, 56, "wald")]
    found = run("alternative_definition_changes_count", material([], made), analysis="a", other="b")
    assert found.shown
    assert "a: 21 and 19; b: 29 and 26" in found.sentence
    same = run("alternative_definition_changes_count", material([], made), analysis="a", other="a")
    assert not same.shown


@pytest.mark.parametrize(
    ("events", "estimated", "shown"), [(17, 50.0, True), (17, 43.0, False), (33, 50.0, False)]
)
def test_a_plain_median_is_found_only_if_censored_times_change_it(
    events: int, estimated: float, shown: bool
) -> None:
    times = result("dor", "quantiles_of_time", entries("time", "A", median=43.0))
    curve = result(
        "rfs", "time_to_event", entries("arm", "A", n=33, events=events, median=estimated)
    )
    given = material([item("M", "43.0", ["dor", "time", "A"], median="43.0")], [times, curve])
    assert run("median_ignores_censoring", given, items=["M"], other="rfs").shown is shown


def test_a_trial_smaller_than_planned_is_found_with_the_power_that_is_left() -> None:
    rows = entries("v", "A", n=125) + entries("v", "B", n=63)
    design = result("size", "sample_size", rows)
    power = result(
        "power", "power", entries("v", "", power=0.9319) + entries("w", "", power=0.9539)
    )
    planned = item("S", "125", ["size", "v", "A"], n="125")
    planned["parts"].append({"at": ["size", "v", "B"], "printed": {"n": "63"}})
    given = material([planned], [design, power, PLAIN])
    options = {"item": "S", "analysis": "plain", "other": "power"}
    found = run("planned_size_not_reached", given, **options)
    assert found.shown
    # 125 + 63 = 188 planned, 112 + 56 = 168 randomised
    assert found.sentence.startswith("188 were planned (125 and 63), 168 randomised (112 and 56).")
    assert "0.932 to 0.954" in found.sentence
    small = result("size", "sample_size", entries("v", "A", n=100) + entries("v", "B", n=50))
    assert not run(
        "planned_size_not_reached", material([planned], [small, power, PLAIN]), **options
    ).shown


MISSING = {
    "among": {"variable": "DONE", "is": "Y"},
    "subjects": {"variable": "SEEN", "is": "N"},
    "outcome": {"variable": "OK", "is": "N"},
}


@pytest.mark.parametrize(("ok", "shown"), [("NNYYN", True), ("NYYYN", False), ("NNNNN", False)])
def test_missingness_is_informative_if_all_missing_and_not_all_others_fail(
    ok: str, shown: bool
) -> None:
    table = subjects(DONE=list("YYYYN"), SEEN=list("NNYYN"), OK=list(ok))
    found = run("informative_missingness", material([], [], subjects=table), **MISSING)
    assert found.shown is shown
    assert found.values["missing"] == 2  # the fifth subject is not among those asked


def test_subjects_counted_against_the_literal_words_are_found() -> None:
    table = subjects(RESCUED=list("YYN"), OK=list("YNY"))
    conditions = {
        "subjects": {"variable": "RESCUED", "is": "Y"},
        "outcome": {"variable": "OK", "is": "Y"},
    }
    found = run("literal_reading_excludes", material([], [], subjects=table), **conditions)
    assert found.shown and found.values == {"subjects": 2, "counted": 1}
    table["OK"] = "N"
    assert not run("literal_reading_excludes", material([], [], subjects=table), **conditions).shown


def test_a_rule_carried_out_for_some_of_those_it_names_is_found() -> None:
    table = subjects(BLED=[0, 1, 3], HELPED=list("NNY"))
    conditions = {
        "subjects": {"variable": "BLED", "operator": ">=", "value": 1},
        "outcome": {"variable": "HELPED", "is": "Y"},
    }
    found = run("rule_applied_to_few", material([], [], subjects=table), **conditions)
    assert found.shown and found.values == {"named": 2, "applied": 1}
    table["HELPED"] = "Y"
    assert not run("rule_applied_to_few", material([], [], subjects=table), **conditions).shown


@pytest.mark.parametrize(("week", "shown"), [(6, True), (5, False)])
def test_withdrawals_at_the_end_of_treatment_are_found(week: int, shown: bool) -> None:
    table = subjects(STOPPED=["Y", "N"], WEEK=pd.array([week, None], dtype="Int64"))
    found = run(
        "withdrawal_at_treatment_end",
        material([], [], subjects=table),
        subjects={"variable": "STOPPED", "is": "Y"},
        outcome={"variable": "WEEK", "operator": ">=", "value": 6},
    )
    assert found.shown is shown


@pytest.mark.parametrize(("value", "shown"), [(30.0, True), (29.0, False)])
def test_a_boundary_is_shown_only_by_a_value_on_it(value: float, shown: bool) -> None:
    table = pd.DataFrame({"PARAMCD": ["X", "X", "Y"], "AVAL": [value, None, 30.0]})
    found = run("undecided_boundary", material([], [], values=table), measurement="X", value=30)
    assert found.shown is shown
    assert found.values["values"] == 1  # a missing value and another measurement do not count


def test_a_predictor_that_needs_the_same_endpoint_as_the_response_is_structural() -> None:
    table = subjects(GATE=list("YYYYNN"), P=list("YYNNNN"), R=list("YNYNNN"))
    options = {"predictor": "P", "response": "R", "gate": "GATE"}
    found = run("structural_association", material([], [], subjects=table), **options)
    assert found.shown
    assert found.values["crude"] == pytest.approx(
        1 * 3 / (1 * 1)
    )  # both 1, P only 1, R only 1, none 3
    assert found.values["within"] == pytest.approx(1 * 1 / (1 * 1))
    table.loc[5, "P"] = "Y"
    assert not run("structural_association", material([], [], subjects=table), **options).shown


def test_a_dichotomy_is_shown_with_every_cut_off_that_makes_it() -> None:
    model = item("L", "1.33", ["m", "LONG", ""], odds_ratio="1.33")
    table = subjects(MONTHS=[5, 11, 14, 40], LONG=list("NNYY"))
    given = material([model], [logistic("m", "LONG", 1.3263)], subjects=table)
    found = run("unstated_cut_off", given, item="L", variable="MONTHS", flag="LONG")
    assert found.shown
    assert found.values == {"highest_below": 11.0, "lowest_above": 14.0}
    table["LONG"] = list("NYNY")  # no cut of the months makes this flag
    assert not run("unstated_cut_off", given, item="L", variable="MONTHS", flag="LONG").shown


def test_events_of_a_category_that_no_row_counts_are_found() -> None:
    events = pd.DataFrame({"USUBJID": ["1", "2", "2"], "GRADE": ["5", "5", "3"]})
    options = {
        "subjects": {"variable": "GRADE", "in": ["3", "4"]},
        "outcome": {"variable": "GRADE", "is": "5"},
    }
    found = run("category_outside_table", material([], [], adae=events), **options)
    assert found.shown and found.values == {"inside": 1, "beyond": 1}  # subject 2 is in the row
    assert not run("category_outside_table", material([], [], adae=events[1:]), **options).shown


def test_two_times_are_the_same_only_if_they_are_for_every_subject() -> None:
    times = pd.DataFrame(
        {"USUBJID": list("1212"), "PARAMCD": ["S", "S", "T", "T"], "AVAL": [1.0, 2.0, 1.0, 2.0]}
    )
    assert run("same_quantity_twice", material([], [], adtte=times), times=["S", "T"]).shown
    times.loc[3, "AVAL"] = 3.0
    assert not run("same_quantity_twice", material([], [], adtte=times), times=["S", "T"]).shown
    shorter = times[:3]
    assert not run("same_quantity_twice", material([], [], adtte=shorter), times=["S", "T"]).shown


def test_the_subject_table_holds_the_randomised_with_a_column_for_each_endpoint() -> None:
    adsl = pd.DataFrame({"USUBJID": ["1", "2"], "RANDFL": ["Y", "N"], "AGE": [40, 50]})
    adresp = pd.DataFrame({"USUBJID": ["1", "1"], "PARAMCD": ["P", "AGE"], "AVALC": ["Y", "N"]})
    table = make_subject_table(adsl, adresp)
    assert table["USUBJID"].tolist() == ["1"]
    assert table["P"].tolist() == ["Y"]
    assert table["AGE"].tolist() == [40]  # a variable of the subject is not overwritten


def test_an_entry_is_shown_if_one_of_its_rules_is_and_one_without_rules_gives_its_reason() -> None:
    table = subjects(A=list("YN"), B=list("NN"))
    rule = {"rule": "literal_reading_excludes", "subjects": {"variable": "A", "is": "Y"}}
    plan = {
        "inconsistencies": [
            {
                "id": "I1",
                "title": "One",
                "rules": [
                    {**rule, "outcome": {"variable": "B", "is": "Y"}},
                    {**rule, "outcome": {"variable": "A", "is": "Y"}},
                ],
            },
            {"id": "I2", "title": "Two", "reason": "It is a matter of the printed page."},
        ]
    }
    found = find_inconsistencies(material([], [], subjects=table), plan)
    assert [entry["shown"] for entry in found] == [True, False]
    assert [part["shown"] for part in found[0]["values"]] == [False, True]
    assert found[1]["reason"] == "It is a matter of the printed page."


def test_every_rule_that_cannot_be_evaluated_is_listed() -> None:
    rule = {"rule": "alternative_definition_changes_count", "analysis": "x", "other": "y"}
    condition = {"variable": "NOWHERE", "is": "Y"}
    few = {"rule": "rule_applied_to_few", "subjects": condition, "outcome": condition}
    plan = {
        "inconsistencies": [
            {"id": "I1", "title": "One", "rules": [rule]},
            {"id": "I2", "title": "Two", "rules": [few]},
        ]
    }
    with pytest.raises(OutputsError) as caught:
        find_inconsistencies(material([], [PLAIN], subjects=subjects(A=["Y"])), plan)
    assert "I1: no result 'x'" in str(caught.value)
    assert "I2: unknown variable 'NOWHERE'" in str(caught.value)
