"""Regression in completed data sets, pooled: the difference of arm means and its two variances."""

from math import sqrt

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from scripts.analyse.compare_imputed import compare_imputed, complete
from scripts.analyse.second.comparison import compare as judge
from scripts.analyse.second.imputed import judge_imputed
from scripts.job import StepError
from scripts.tables import plain
from tests.analyse.trial import HEAD, THREE_ARMS, plan_with, responses, subjects, values

MODEL = {"label": "A model", "method": "normal", "predictors": ["ARMCD"]}
ANALYSIS = {"kind": "difference_imputed", "endpoint": "RESP", "imputation": "m"}


def stacked(observed, *draws):
    """Observed values by subject, then one mapping of drawn values for each imputation."""
    rows = [(name, 0, value, "N") for name, value in observed.items()]
    rows += [
        (name, number, value, "Y")
        for number, drawn in enumerate(draws, start=1)
        for name, value in drawn.items()
    ]
    return pd.DataFrame(rows, columns=["USUBJID", "IMPUTATION", "AVAL", "IMPUTED"])


def compare(arms, imputed, analysis=ANALYSIS, plan=None, least=None, **columns):
    adsl = subjects(arms).assign(**columns)
    made = plan_with(analysis) if plan is None else plan_with(analysis, plan)
    made = {**made, "models": {"m": MODEL}}
    if least is not None:
        made["settings"] = {**made["settings"], "imputations_least": least}
    return compare_imputed(adsl, responses(adsl, "Y" * len(adsl)), {"m": imputed}, made)["one"]


def test_completed_data_sets_keep_observed_values_and_the_order_of_subjects():
    imputed = stacked({"S00": 1.0, "S02": 0.0}, {"S01": 0.3}, {"S01": 0.7})
    order = pd.DataFrame({"USUBJID": ["S02", "S01", "S00"]})
    assert complete(imputed, order).tolist() == [[0.0, 0.3, 1.0], [0.0, 0.7, 1.0]]


def test_a_subject_with_neither_value_is_an_error_that_names_the_subject():
    imputed = stacked({"S00": 1.0}, {"S01": 0.3}, {"S01": 0.5})
    with pytest.raises(StepError, match="first: S02"):
        complete(imputed, pd.DataFrame({"USUBJID": ["S00", "S01", "S02"]}))


def test_the_pooled_difference_is_the_mean_and_its_variance_has_two_parts():
    observed = {"S00": 1.0, "S01": 0.0, "S03": 0.0, "S04": 1.0}
    imputed = stacked(observed, {"S02": 0.8, "S05": 0.2}, {"S02": 0.5, "S05": 0.5})
    found = values(compare("AAABBB", imputed), "difference", "A-B")
    first, second = 1.8 / 3 - 1.2 / 3, 1.5 / 3 - 1.5 / 3
    assert found["estimate"] == pytest.approx((first + second) / 2)
    assert found["between"] == pytest.approx(np.var([first, second], ddof=1))

    def within(a, b):
        return (np.var(a) * 3 + np.var(b) * 3) / 4 * (1 / 3 + 1 / 3)

    mean = (within([1, 0, 0.8], [0, 1, 0.2]) + within([1, 0, 0.5], [0, 1, 0.5])) / 2
    assert found["within"] == pytest.approx(mean)
    assert found["standard_error"] == pytest.approx(sqrt(mean + 1.5 * found["between"]))
    assert found["imputations"] == 2


def test_degrees_of_freedom_follow_the_plan():
    observed = {"S00": 1.0, "S01": 0.0, "S03": 0.0, "S04": 1.0}
    imputed = stacked(observed, {"S02": 0.8, "S05": 0.2}, {"S02": 0.5, "S05": 0.5})
    old = values(compare("AAABBB", imputed), "difference", "A-B")
    share = 1.5 * old["between"] / old["standard_error"] ** 2
    assert old["df"] == pytest.approx((2 - 1) / share**2)
    analysis = {**ANALYSIS, "method": {"df": "barnard_rubin"}}
    new = values(compare("AAABBB", imputed, analysis), "difference", "A-B")
    seen = (4 + 1) / (4 + 3) * 4 * (1 - share)
    assert new["df"] == pytest.approx(1 / (1 / old["df"] + 1 / seen))


def test_means_by_arm_tell_how_many_values_were_imputed():
    observed = {"S00": 1.0, "S01": 0.0, "S03": 0.0, "S04": 1.0}
    imputed = stacked(observed, {"S02": 0.8, "S05": 0.2}, {"S02": 0.5, "S05": 0.5})
    found = compare("AAABBB", imputed)
    assert values(found, "mean", "A") == {
        "mean": pytest.approx((1.8 / 3 + 1.5 / 3) / 2), "total": 3, "missing": 1,
    }  # fmt: skip


def test_with_three_arms_each_coefficient_is_the_difference_from_the_reference():
    names = [f"S{i:02d}" for i in range(6)]
    observed = dict(zip(names, [1.0, 0.5, 0.7, 0.2, 0.1, 0.3], strict=True))
    imputed = stacked({name: observed[name] for name in names[1:]}, {"S00": 1.0}, {"S00": 0.6})
    found = compare("AACCBB", imputed, plan=THREE_ARMS)
    expected = (1.5 / 2 + 1.1 / 2) / 2 - 0.4 / 2
    assert values(found, "difference", "A-B")["estimate"] == pytest.approx(expected)
    assert values(found, "difference", "C-B")["estimate"] == pytest.approx(0.9 / 2 - 0.4 / 2)


def test_a_covariate_adjusts_the_difference():
    names = [f"S{i:02d}" for i in range(8)]
    age = np.array([1.0, 2, 3, 4, 3, 4, 5, 6])
    noise = np.array([0.1, -0.1, -0.1, 0.1, 0.1, -0.1, -0.1, 0.1])
    # outcome = 0.5 arm + 0.2 age + noise that no column explains
    outcome = dict(zip(names, 0.5 * np.repeat([1, 0], 4) + 0.2 * age + noise, strict=True))
    imputed = stacked({name: outcome[name] for name in names[1:]}, *[{"S00": outcome["S00"]}] * 2)
    found = compare("AAAABBBB", imputed, {**ANALYSIS, "covariates": ["AGE"]}, AGE=age)
    assert values(found, "difference", "A-B")["estimate"] == pytest.approx(0.5)


TWENTY = {f"S{i:02d}": float(i % 2) for i in range(20)}
BINARY = {"method": {"estimator": "proportions"}}


def binary(draws):
    """Ten subjects an arm, five of each with a response; S00 and S10 are drawn."""
    observed = {name: value for name, value in TWENTY.items() if name not in ("S00", "S10")}
    return stacked(observed, *[{"S00": float(a), "S10": float(b)} for a, b in draws])


DRAWS = [(1, 0), (0, 0), (1, 1), (1, 0), (0, 1), (1, 0)]


def test_a_difference_of_proportions_has_its_wald_variance_in_each_data_set():
    found = values(
        compare("A" * 10 + "B" * 10, binary(DRAWS), {**ANALYSIS, **BINARY}), "difference", "A-B"
    )
    shares = [((5 + a) / 10, (5 + b) / 10) for a, b in DRAWS]
    assert found["estimate"] == pytest.approx(np.mean([p - q for p, q in shares]))
    within = np.mean([p * (1 - p) / 10 + q * (1 - q) / 10 for p, q in shares])
    assert found["within"] == pytest.approx(within)


def test_an_odds_ratio_is_pooled_on_the_log_scale_with_a_group_that_names_a_ratio():
    analysis = {**ANALYSIS, "method": {"estimator": "logistic"}}
    result = compare("A" * 10 + "B" * 10, binary(DRAWS), analysis)
    found = values(result, "odds_ratio", "A/B")
    logs = [np.log((5 + a) * (5 - b) / ((5 - a) * (5 + b))) for a, b in DRAWS]
    assert found["odds_ratio"] == pytest.approx(np.exp(np.mean(logs)))
    assert found["coefficient"] == pytest.approx(np.mean(logs))
    assert found["between"] == pytest.approx(np.var(logs, ddof=1))
    assert "log scale" in result["method"]["label"]


def test_a_chi_square_test_is_pooled_by_d2_beside_the_difference():
    analysis = {**ANALYSIS, "method": {"estimator": "chi_square"}}
    result = compare("A" * 10 + "B" * 10, binary(DRAWS), analysis)
    squares = []
    for a, b in DRAWS:
        share = (10 + a + b) / 20
        squares.append(((a - b) / 10) ** 2 / (share * (1 - share) / 5))
    r = (1 + 1 / 6) * np.var(np.sqrt(squares), ddof=1)
    expected = (np.mean(squares) - 7 / 5 * r) / (1 + r)
    assert values(result, "test", "A-B")["statistic"] == pytest.approx(expected)
    assert result["method"]["test"] == "d2"


def test_draws_that_are_no_yes_or_no_are_refused_by_an_estimator_that_needs_them():
    imputed = stacked({"S00": 1.0, "S02": 0.0}, {"S01": 0.3, "S03": 0.1}, {"S01": 0.2, "S03": 0.6})
    with pytest.raises(StepError, match="needs outcomes that are yes or no"):
        compare("AABB", imputed, {**ANALYSIS, **BINARY})


def test_an_odds_ratio_that_is_infinite_in_one_data_set_is_not_estimable_and_says_in_how_many():
    observed = {f"S{i:02d}": 1.0 for i in range(9)} | {
        f"S{i:02d}": float(i % 2) for i in range(10, 20)
    }
    imputed = stacked(observed, {"S09": 0.0}, {"S09": 1.0}, {"S09": 0.0})
    analysis = {**ANALYSIS, "method": {"estimator": "logistic"}}
    result = compare("A" * 10 + "B" * 10, imputed, analysis, least=3)
    found = values(result, "odds_ratio", "A/B")
    assert (found["odds_ratio"], found["p_value"]) == (None, None)
    assert "in 1 of 3 completed data sets" in result["warnings"][0]
    assert values(result, "growth")["stable"] == 0


def test_every_pooled_number_has_a_monte_carlo_error_below_it():
    result = compare("A" * 10 + "B" * 10, binary(DRAWS), {**ANALYSIS, **BINARY})
    numbers = values(result, "difference", "A-B")
    errors = values(result, "monte_carlo:difference", "A-B")
    assert errors["estimate"] == pytest.approx(np.sqrt(numbers["between"] / 6))
    assert set(errors) == set(numbers) - {
        "level", "within", "between", "monte_carlo_error", "imputations"
    }  # fmt: skip


def test_data_sets_are_added_in_steps_until_the_digits_hold():
    # The first ten data sets differ; with those that follow, which are all alike, they still count.
    same = [(1, 0)] * 40
    result = compare("A" * 10 + "B" * 10, binary(same), {**ANALYSIS, **BINARY}, least=5)
    assert values(result, "growth") == {"imputations": 5, "bound": 40, "least": 5, "stable": 1}
    mixed = compare("A" * 10 + "B" * 10, binary(DRAWS * 4), {**ANALYSIS, **BINARY}, least=5)
    assert values(mixed, "growth") == {"imputations": 24, "bound": 24, "least": 5, "stable": 0}


def test_what_is_used_is_the_beginning_of_what_was_drawn():
    same = [(1, 0)] * 5 + [(0, 1)] * 35
    few = compare("A" * 10 + "B" * 10, binary(same), {**ANALYSIS, **BINARY}, least=5)
    assert values(few, "growth")["imputations"] == 5
    assert values(few, "difference", "A-B")["estimate"] == pytest.approx(0.1)
    assert values(few, "mean", "A")["mean"] == pytest.approx(0.6)


def test_without_a_first_number_all_data_sets_are_used():
    result = compare("A" * 10 + "B" * 10, binary([(1, 0)] * 7), {**ANALYSIS, **BINARY})
    assert values(result, "growth")["imputations"] == 7


def test_a_model_by_visit_says_how_often_and_as_what_the_endpoint_was_derived():
    adsl = subjects("AABB")
    model = {"kind": "by_visit", "label": "Counts by visit", "derive": "RESPHYP"}
    imputed = stacked({"S00": 1.0, "S02": 0.0, "S03": 1.0}, {"S01": 1.0}, {"S01": 0.0})
    made = {**plan_with(ANALYSIS), "models": {"m": model}}
    made["endpoints"] = {**made["endpoints"], "RESPHYP": {"label": "Response, whatever"}}
    found = compare_imputed(adsl, responses(adsl, "YYYY"), {"m": imputed}, made)["one"]
    assert found["note"] == (
        "2 completed data sets; the endpoint (Response, whatever, RESPHYP) is derived "
        "again in each."
    )
    assert found["method"]["options"]["predictors"] == []


def judged(arms, imputed, method, model=MODEL, covariates=(), **columns):
    """The result of an analysis, and what the second implementation says of it."""
    adsl = subjects(arms).assign(**columns)
    analysis = {**ANALYSIS, "method": method, "covariates": list(covariates)}
    adresp = responses(adsl, "Y" * len(adsl))
    plan = {**plan_with(analysis), "models": {"m": model}}
    found = plain(compare_imputed(adsl, adresp, {"m": imputed}, plan)["one"])
    return found, judge(found, judge_imputed({**HEAD, **analysis}, plan, adsl, adresp, imputed))


ESTIMATORS = ("linear", "proportions", "logistic", "chi_square")
EVERYBODY = {f"S0{at}": float(at in (0, 1, 3)) for at in range(6)}


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_where_nobody_is_missing_there_is_one_data_set_and_nothing_is_pooled(estimator):
    found, opinion = judged("AAABBB", stacked(EVERYBODY), {"estimator": estimator})
    row, group = ("odds_ratio", "A/B") if estimator == "logistic" else ("difference", "A-B")
    got = values(found, row, group)
    # A: 2 of 3, B: 1 of 3
    assert got[row if row == "odds_ratio" else "estimate"] == pytest.approx(
        4 if estimator == "logistic" else 1 / 3
    )
    assert (got["imputations"], got["between"]) == (1, 0)
    assert not any(one["row"].startswith("monte_carlo") for one in found["statistics"])
    assert "in the single completed data set" in found["method"]["label"]
    assert opinion["status"] == "agrees"


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ({}, "z test"),
        ({"df": "barnard_rubin"}, "t test"),
        ({"estimator": "chi_square"}, "Pearson chi-square test without continuity correction"),
    ],
)
def test_the_test_of_a_single_completion_is_named_as_what_it_is(method, expected):
    once = {"label": "Failures", "assumption": {"kind": "worst_case"}}
    observed = {name: value for name, value in EVERYBODY.items() if name != "S02"}
    found, opinion = judged("AAABBB", stacked(observed, {"S02": 0.0}), method, once)
    assert found["method"]["test_label"] == expected
    got = values(found, "difference", "A-B")
    t = got["estimate"] / got["standard_error"]
    p = 2 * stats.norm.sf(t) if got["df"] is None else 2 * stats.t.sf(t, got["df"])
    assert got["p_value"] == pytest.approx(p)
    assert opinion["status"] == "agrees"


@pytest.mark.parametrize("estimator", ["linear", "proportions"])
def test_rounding_of_an_outcome_that_does_not_vary_is_no_variance(estimator):
    # It used to be 2e-31, and the p value 0.58.
    lost = {"S03": 1.0, "S04": 1.0, "S05": 1.0}
    imputed = stacked({"S00": 1.0, "S01": 1.0, "S02": 1.0}, lost, lost, lost)
    found, opinion = judged("AAABBB", imputed, {"estimator": estimator})
    got = values(found, "difference", "A-B")
    assert (got["estimate"], got["standard_error"], got["p_value"]) == (None, None, None)
    assert found["warnings"] == [
        "A-B: not estimable, because nothing varies in any completed data set."
    ]
    assert opinion["status"] == "agrees"


def test_an_infinite_estimate_of_a_single_completion_is_counted_once():
    once = {"label": "Failures", "assumption": {"kind": "worst_case"}}
    imputed = stacked({f"S0{at}": float(at < 3) for at in range(5)}, {"S05": 0.0})
    found, _ = judged("AAABBB", imputed, {"estimator": "logistic"}, once)
    assert "because in 1 of 1 completed data sets" in found["warnings"][0]


ONE_LOST = [{name: v for name, v in EVERYBODY.items() if name != "S02"}, {"S02": 0.0}, {"S02": 1.0}]


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_an_empty_arm_is_not_estimable_and_said(estimator):
    found, opinion = judged("AAAAAA", stacked(*ONE_LOST), {"estimator": estimator})
    row, group = ("odds_ratio", "A/B") if estimator == "logistic" else ("difference", "A-B")
    assert values(found, row, group)["p_value"] is None
    assert values(found, "mean", "B") == {"mean": None, "total": 0, "missing": 0}
    assert found["warnings"][0].startswith(f"{group}: not estimable, because a group ")
    assert opinion["status"] == "agrees"


@pytest.mark.parametrize("estimator", ["linear", "logistic"])
def test_a_covariate_that_does_not_vary_leaves_nothing_estimable(estimator):
    method, told = {"estimator": estimator}, {"covariates": ["AGE"], "AGE": 50.0}
    found, opinion = judged("AAABBB", stacked(*ONE_LOST), method, **told)
    assert "a covariate does not vary" in found["warnings"][0]
    assert opinion["status"] == "agrees"
