"""The plan in words follows the plan: comparisons, windows, models, multiplicity."""

import pytest

from scripts.report.cells import FIGURE_SPACE, Sheet, text_of
from scripts.report.layouts import plan_rules, planned
from scripts.report.layouts.frame import Context
from scripts.report.numbers import formats_of
from scripts.report.registry import WORDS
from scripts.report.tabulate import LAYOUTS
from tests.shells.plans import plan_of


def printed(layout, plan: dict) -> dict[str, str]:
    """The text of every row of a layout by the row's label."""
    context = Context(plan, {})
    body = layout({"id": "x"}, Sheet("x", formats_of(plan)), context)
    return {
        row["label"]: " | ".join(text_of(c["parts"]).strip(FIGURE_SPACE) for c in row["cells"])
        for row in body["rows"]
    }


def test_every_layout_of_words_can_be_printed():
    assert set(LAYOUTS) >= WORDS


def test_one_confirmatory_comparison_is_tested_at_the_level_of_the_plan():
    assert plan_rules.multiplicity_words(plan_of("embedded")).startswith(
        "One comparison is confirmatory, tested at the two-sided level 0.05."
    )


def test_two_arms_against_one_are_two_comparisons_that_are_not_adjusted():
    words = plan_rules.multiplicity_words(plan_of("second"))
    assert words.startswith(
        "2 comparisons are confirmatory, each tested at the two-sided level 0.1;"[:-1]
    )
    assert "not adjusted" in words


def test_a_visit_may_fall_on_the_days_of_its_window():
    # Week 6 is day 42; the plan allows no day before it and two after.
    rows = printed(plan_rules.schedule, plan_of("embedded"))
    assert rows["Week 6"] == "6 | 42 | 42 to 44 | 6"
    # In days: day 28, two before and two after.
    assert printed(plan_rules.schedule, plan_of("second"))["Day 28"] == "28 | 28 | 26 to 30 | 4"


def test_the_number_of_imputations_in_words_is_that_of_the_settings():
    plan = plan_of("second")
    plan["settings"]["imputations"] = 77
    texts = printed(planned.imputation_models, plan).values()
    assert len(texts) == len(plan["imputation"]["models"])
    assert all("77 completed data sets from the seed 7;" in text for text in texts)


def test_an_imputation_model_says_how_its_draws_are_limited_and_where_it_is_fitted():
    plan = plan_of("second")
    name, model = next(iter(plan["imputation"]["models"].items()))
    model.update(method="normal", bounds=[0, None], by="SITEID", interactions=[["ARMCD", "AGE"]])
    text = next(t for key, t in printed(planned.imputation_models, plan).items() if name in key)
    assert "Draws are not below 0: the normal distribution is truncated." in text
    assert "A model by itself in each value of SITEID." in text
    assert "Interactions: ARMCD x AGE." in text


def test_a_trial_that_imputes_nothing_says_so():
    plan = plan_of("second")
    plan["imputation"] = {"models": {}}
    assert printed(planned.imputation_models, plan)["None"].startswith("Nothing is imputed")


@pytest.mark.parametrize(("kind", "example"), [("P value", "0.063"), ("Percent", "6.3")])
def test_the_example_of_a_kind_of_number_is_rounded_half_up(kind, example):
    # 0.0625 with three decimals, and 6.25 percent with one: both are ties.
    assert printed(plan_rules.display_rules, plan_of("embedded"))[kind].endswith(f"| {example}")


def test_the_baseline_in_words_is_the_day_of_the_plan():
    plan = plan_of("second")
    measure = plan["measurements"]["sets"]["adscore"]["parameters"]["ITCHNRS"]
    measure["baseline"] = {"pick": "first", "to_day": 3}
    rows = printed(plan_rules.data_rules, plan)
    assert rows[f"{measure['label']} (ITCHNRS)"].startswith("The first value up to day 3.")


def test_the_guide_finds_every_part_of_the_plan_or_prints_a_dash():
    plan = plan_of("embedded")
    assert "–" not in printed(planned.plan_guide, plan).values()
    del plan["outputs"]["shells"]
    assert printed(planned.plan_guide, plan)["Schedule of visits"] == "–"
