"""An imputation model by visit in words: what the plan has, and nothing that it has not."""

import copy

import pytest

from scripts.report.layouts.visit_words import visit_model_words
from tests.shells.plans import plan_of

PLAN = plan_of("embedded")


def words(name="or_visits", **more):
    model = {**copy.deepcopy(PLAN["imputation"]["models"][name]), **more}
    return visit_model_words(model, PLAN)


def test_the_words_name_the_endpoint_its_variant_and_what_is_missing():
    said = words()
    assert said[0].startswith("Completes: Overall response (OR), in the population ")
    assert said[0].endswith("as Overall response as if treatment had gone on (ORHYP).")
    assert "after the last record or after DCTDT" in said[1]


def test_the_words_name_scale_band_bounds_and_the_model_of_bleeding():
    said = words()
    assert said[3] == (
        "Platelet count (10^9/L) (PLAT); on the logarithmic scale: fully conditional "
        "specification, linear model with normal errors; draws are not rounded, a model for each "
        "arm; given arm, its "
        "baseline, 6 visits before it; kept within 1 to 1000."
    )
    assert said[4] == (
        "RESCUE, medication of category RESCUE begun since the visit before: one logistic model of "
        "all visits given the state before, PLAT at the visit, PLAT at the visit before, arm; what "
        "is drawn begins on the day of the visit before."
    )
    assert said[5] == (
        "WHO bleeding grade (BLEED) above 0: one logistic model of all visits given the state "
        "before, PLAT at the visit, arm; drawn visit after visit as 0 or 1."
    )


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("or_visits", "Those who stopped go on as their own arm"),
        ("or_visits_j2r", "Jump to reference: after the end the mean is that of LD-RTX."),
        ("or_visits_cr", "Copy reference: those who stopped are taken to have been LD-RTX"),
        ("or_visits_cir", "Copy increments in reference: after the end the mean changes"),
    ],
)
def test_each_assumption_is_said(name, start):
    assert any(line.startswith(start) for line in words(name))
    assert any("reference's chance" in line for line in words(name)) == (name != "or_visits")


def test_visits_that_follow_other_measures_and_shifts_are_said_where_the_plan_has_them():
    counts = PLAN["imputation"]["models"]["or_visits"]["measures"]["PLAT"]
    shifted = {
        **counts,
        "delta": {"by_arm": {"COMBO": -0.25}, "growing": True},
        "bounds": [None, 9],
    }
    graded = {"method": "ordinal"}
    said = words(next=1, measures={"PLAT": shifted, "BLEED": graded}, between="imputed")
    counts_said = next(line for line in said if line.startswith("Platelet"))
    assert "6 visits before and 1 after it, BLEED at the visit" in counts_said
    assert "kept within no limit to 9" in counts_said
    assert "shifted by COMBO -0.25 with each visit after the end" in counts_said
    assert any("proportional-odds model" in line for line in said)
    assert any(line.endswith("are completed too.") for line in said)


def test_medication_is_said():
    assert any("counts as recorded" in line for line in words())
    assert any("later RESCUE is drawn" in line for line in words())
    counts = {"PLAT": PLAN["imputation"]["models"]["or_visits"]["measures"]["PLAT"]}
    early = words(medication="before_end", measures=counts)
    assert any("is left out; none is assumed after the end" in line for line in early)


def test_how_often_and_from_which_seed_is_said():
    assert words(sweeps=1)[-1].startswith("1 sweep; 1000 completed data sets from the seed 2022;")
