"""Which part of the plan each family of analyses depends on."""

from copy import deepcopy

from scripts.analyse.families import (
    FAMILIES,
    analyses_of,
    imputations_of,
    models_made_by,
    plan_of,
    tables_of,
)
from tests.analyse.names import PLAN as NAMES

PLAN = deepcopy(NAMES)
PLAN["settings"] = {"confidence_level": 0.95, "significance_level": 0.05, "imputations": 20}
PLAN["formats"] = {"decimals": {"difference": 3, "ratio": 3, "p": 3, "percent": 1}}
PLAN["trial"] |= {"sites": [], "visits": [{"VISITNUM": 0}], "visit_unit": "day"}


def changed(*steps, value):
    plan = deepcopy(PLAN)
    target = plan
    for step in steps[:-1]:
        target = target[step]
    target[steps[-1]] = value
    return plan


def moved(plan):
    """The families whose slice of the plan differs from the original's."""
    return {
        family
        for family in set(FAMILIES.values())
        if plan_of(plan, family) != plan_of(PLAN, family)
    }


def test_each_analysis_is_made_by_exactly_one_family():
    made = [name for family in set(FAMILIES.values()) for name in analyses_of(PLAN, family)]
    assert sorted(made) == sorted(PLAN["analyses"]["analyses"])


def test_a_family_without_analyses_is_empty():
    assert analyses_of(PLAN, "fit_models") == {}


def test_a_changed_analysis_concerns_its_own_family_only():
    plan = changed("analyses", "analyses", "main", "method", value={"interval": "newcombe"})
    assert moved(plan) == {"compare_proportions"}


def test_a_changed_imputation_model_concerns_the_imputed_analyses_only():
    plan = changed("imputation", "models", "m", "method", value="logistic")
    assert moved(plan) == {"compare_imputed"}


def test_the_schedule_concerns_only_what_is_described_by_visit():
    plan = changed("trial", "visits", value=[{"VISITNUM": 1}])
    assert moved(plan) == {"describe_subjects"}


def test_a_colour_of_an_arm_concerns_no_analysis():
    arms = [{**arm, "color": "red"} for arm in PLAN["trial"]["arms"]]
    assert moved(changed("trial", "arms", value=arms)) == set()


def test_the_wording_of_an_estimand_concerns_no_analysis():
    plan = changed("estimands", "estimands", "e_resp", "label", value="Other words")
    assert moved(plan) == set()


def test_the_confidence_level_concerns_every_family():
    assert moved(changed("settings", "confidence_level", value=0.9)) == set(FAMILIES.values())


def test_tables_of_records_come_from_the_stage_that_makes_them():
    assert tables_of(PLAN, "describe_subjects", "ingest") == ["sv"]
    assert tables_of(PLAN, "describe_subjects", "derive") == []


def test_only_models_that_an_analysis_uses_are_imputed():
    plan = changed("imputation", "models", "spare", value=PLAN["imputation"]["models"]["m"])
    assert imputations_of(plan) == ["m"]


def test_each_model_in_use_is_made_by_one_step_of_the_impute_stage():
    plan = deepcopy(PLAN)
    models = plan["imputation"]["models"]
    assert models_made_by(plan, "impute_responses") == ["m"]
    assert models_made_by(plan, "impute_visits") == []
    models["m"] = {**models["m"], "kind": "by_visit"}
    assert models_made_by(plan, "impute_responses") == []
    assert models_made_by(plan, "impute_visits") == ["m"]
