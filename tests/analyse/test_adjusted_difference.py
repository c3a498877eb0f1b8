"""Proportions adjusted for covariates, and what cannot be adjusted."""

import numpy as np
import pytest

from scripts.analyse.fit_models import fit_models
from scripts.analyse.second.adjusted import judge_adjusted
from scripts.analyse.second.comparison import compare
from scripts.stats.standardisation import standardised_difference
from scripts.tables import plain
from tests.analyse.trial import HEAD, PLAN, THREE_ARMS, plan_with, responses, rows, subjects, values

ANALYSIS = {"kind": "adjusted_difference", "endpoint": "RESP", "covariates": ["AGE", "MALEFL"]}


def trial(arms, seed=1, **columns):
    """Subjects with an age and a flag, and verdicts, from a seed."""
    random = np.random.default_rng(seed)
    adsl = subjects(arms).assign(
        AGE=random.integers(20, 70, len(arms)).astype(float),
        MALEFL=random.choice(["Y", "N"], len(arms)),
        **columns,
    )
    return adsl, random.choice(["Y", "N"], len(arms))


def judged(adsl, verdicts, base=PLAN, **more):
    """The result, and what the second implementation says of it."""
    adresp, analysis = responses(adsl, verdicts), {**ANALYSIS, **more}
    plan = plan_with(analysis, base)
    found = plain(fit_models(adsl, adresp, plan)["one"])
    return found, compare(found, judge_adjusted({**HEAD, **analysis}, plan, adsl, adresp))


def test_the_difference_is_that_of_standardised_risks():
    adsl, verdicts = trial("AB" * 30)
    found, opinion = judged(adsl, verdicts)
    x = np.column_stack([adsl["AGE"], adsl["MALEFL"] == "Y"]).astype(float)
    ours = standardised_difference(adsl["ARMCD"] == "A", x, verdicts == "Y", 1, 0)
    assert values(found, "adjusted", "A")["risk"] == pytest.approx(ours.risk[1], rel=1e-9)
    assert values(found, "difference", "A-B")["lower"] == pytest.approx(ours.difference.lower)
    assert values(found, "ratio", "A/B")["risk_ratio"] == pytest.approx(ours.ratio.estimate)
    conditional = values(found, "conditional_odds_ratio", "A/B")
    assert conditional["odds_ratio"] == pytest.approx(ours.conditional.estimate)
    assert opinion["status"] == "agrees"
    assert found["method"]["options"] == {"covariates": ["AGE", "MALEFL"]}


def test_observed_counts_stand_beside_the_adjusted_risks():
    adsl, _ = trial("A" * 20 + "B" * 20)
    found, _ = judged(adsl, "Y" * 12 + "N" * 8 + "Y" * 5 + "N" * 15)
    observed = values(found, "observed", "A")
    assert observed == {"count": 12, "total": 20, "proportion": 12 / 20}
    assert rows(found) == [
        "observed", "adjusted", "difference", "ratio", "marginal_odds_ratio",
        "conditional_odds_ratio",
    ]  # fmt: skip


def test_who_lacks_a_covariate_is_left_out_by_its_name_and_counted():
    adsl, verdicts = trial("AB" * 30)
    adsl.loc[[3, 8], "AGE"] = np.nan
    adsl.loc[4, "MALEFL"] = None
    found, opinion = judged(adsl, verdicts, labels={"AGE": "age in years"})
    assert found["subjects"]["excluded"] == [
        {"reason": "A covariate is missing: age in years", "USUBJID": ["S03", "S08"]},
        {"reason": "A covariate is missing: MALEFL", "USUBJID": ["S04"]},
    ]
    assert [group["N"] for group in found["groups"]] == [28, 29]
    assert opinion["status"] == "agrees"


def test_a_separated_arm_is_named_and_has_firth_s_penalty_and_the_model_based_variance():
    adsl, _ = trial("A" * 20 + "B" * 20)
    found, opinion = judged(adsl, "Y" * 20 + "YN" * 10)
    assert found["warnings"] == [
        "Quasi-complete separation by Active: the outcome of 20 of 40 subjects follows from it, so "
        "Firth's penalised likelihood was used.",
        "Fewer than 10 subjects with, or without, the endpoint a term.",
        "The variance is the model-based one.",
    ]
    assert values(found, "difference", "A-B")["lower"] > 0
    assert opinion["status"] == "agrees"


def test_firth_s_fit_of_a_separated_arm_has_the_model_based_variance_and_says_so():
    adsl, _ = trial("A" * 20 + "B" * 20)
    found, opinion = judged(adsl, "Y" * 20 + "YN" * 10, method={"fit": "firth"})
    assert "The variance is the model-based one." in found["warnings"]
    assert values(found, "adjusted", "A")["standard_error"] > 0.02
    assert opinion["status"] == "agrees"


def test_by_maximum_likelihood_a_separated_arm_has_no_estimate():
    adsl, _ = trial("A" * 20 + "B" * 20)
    method = {"fit": "maximum_likelihood"}
    found, opinion = judged(adsl, "Y" * 20 + "YN" * 10, method=method)
    assert values(found, "difference", "A-B")["estimate"] is None
    assert values(found, "conditional_odds_ratio", "A/B")["upper"] is None
    assert "so the model has no finite estimate" in found["warnings"][0]
    assert opinion["status"] == "agrees"


@pytest.mark.parametrize("verdicts", ["N" * 40, "Y" * 40])
def test_nobody_or_everybody_responding_is_said(verdicts):
    adsl, _ = trial("AB" * 20)
    found, opinion = judged(adsl, verdicts)
    assert found["warnings"][0].startswith(
        "Complete separation (the endpoint does not vary): the outcome of 40 of 40 subjects"
    )
    assert opinion["status"] == "agrees"


@pytest.mark.parametrize(
    ("arms", "columns"), [("A" * 12, {}), ("AB" * 20, {"AGE": 50.0}), ("AB", {})]
)
def test_an_empty_arm_a_constant_covariate_or_too_few_subjects_give_nulls_and_a_warning(
    arms, columns
):
    adsl, verdicts = trial(arms)
    found, opinion = judged(adsl.assign(**columns), verdicts)
    assert values(found, "difference", "A-B")["estimate"] is None
    assert values(found, "adjusted", "A")["risk"] is None
    assert found["warnings"] == [
        "A group is empty, or a covariate does not vary or copies another."
    ]
    assert opinion["status"] == "agrees"


@pytest.mark.parametrize("seed", range(3))
def test_three_arms_are_in_one_model_and_each_is_compared_with_the_reference(seed):
    adsl, verdicts = trial("ABC" * 25, seed)
    found, opinion = judged(adsl, verdicts, THREE_ARMS)
    risks = {arm: values(found, "adjusted", arm)["risk"] for arm in "ABC"}
    for arm in "AC":
        estimate = values(found, "difference", f"{arm}-B")["estimate"]
        assert estimate == pytest.approx(risks[arm] - risks["B"], rel=1e-6)
    assert opinion["status"] == "agrees"


def test_the_method_says_the_fit_the_limits_and_the_variance():
    adsl, verdicts = trial("AB" * 30)
    method = {"fit": "firth", "variance": "influence_function_corrected"}
    found, _ = judged(adsl, verdicts, method=method)
    label = found["method"]["label"]
    assert "Firth's penalised likelihood, Wald limits" in label
    assert "valid whether or not the model holds, times n / (n - coefficients)" in label
    assert "(under separation: model-based variance" in label
    assert found["method"]["name"] == "standardised_difference_firth"
