"""Standardised effects."""

import numpy as np
import pytest
from scipy import optimize
from scipy.special import expit

from scripts.stats.firth import fit_logistic
from scripts.stats.proportions import wald_difference
from scripts.stats.standardisation import standardised_difference

GROUP = np.repeat([1, 0], [112, 56])
OUTCOME = np.repeat([1, 0, 1, 0], [90, 22, 33, 23])
NOTHING = np.empty((168, 0))


def trial(seed, n=150, arms=2):
    """Groups, two covariates and an outcome that the model gets wrong."""
    generator = np.random.default_rng(seed)
    group = generator.integers(0, arms, n)
    x = np.column_stack([generator.normal(50, 10, n), generator.integers(0, 2, n)])
    y = generator.random(n) < expit(0.5 * group + 0.01 * (x[:, 0] - 50) ** 2 - 1)
    return group, x, y.astype(int)


def test_without_covariates_it_is_the_crude_difference_with_wald_s_limits():
    # overall response of the trial: 90 of 112 against 33 of 56
    ours = standardised_difference(GROUP, NOTHING, OUTCOME)
    crude = wald_difference(90, 112, 33, 56)
    assert ours.risk == pytest.approx([33 / 56, 90 / 112], rel=1e-10)
    assert (ours.difference.lower, ours.difference.upper) == pytest.approx(
        (crude.lower, crude.upper), rel=1e-9
    )
    # Katz' standard error of the logarithm of a ratio, Woolf's of an odds ratio
    assert ours.ratio.standard_error == pytest.approx(
        np.sqrt(1 / 90 - 1 / 112 + 1 / 33 - 1 / 56), rel=1e-9
    )
    assert ours.odds_ratio.standard_error == pytest.approx(
        np.sqrt(1 / 90 + 1 / 22 + 1 / 33 + 1 / 23), rel=1e-9
    )
    assert ours.odds_ratio.estimate == pytest.approx(ours.conditional.estimate, rel=1e-9)


def test_the_mean_prediction_in_a_group_is_its_observed_share_of_those_in_it():
    group, x, y = trial(1)
    ours = standardised_difference(group, x, y)
    fitted = ours.model
    predicted = expit(np.column_stack([np.ones(150), group, x]) @ fitted.coefficient)
    assert predicted[group == 1].mean() == pytest.approx(y[group == 1].mean(), rel=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_the_variance_is_that_of_stacked_equations_with_differences_for_derivatives(seed):
    group, x, y = trial(seed)
    n = len(y)
    ours = standardised_difference(group, x, y)

    def equations(theta):
        design = np.column_stack([np.ones(n), group, x])
        parts = [(y - expit(design @ theta[:4]))[:, None] * design]
        for place, value in enumerate((0, 1)):
            as_if = design.copy()
            as_if[:, 1] = value
            parts.append((expit(as_if @ theta[:4]) - theta[4 + place])[:, None])
        return np.column_stack(parts)

    theta = np.concatenate([ours.model.coefficient, ours.risk])
    assert np.abs(equations(theta).mean(axis=0)).max() < 1e-8
    slopes = np.column_stack(
        [
            optimize.approx_fprime(theta, lambda t, k=k: equations(t)[:, k].mean(), 1e-7)
            for k in range(6)
        ]
    ).T
    meat = equations(theta).T @ equations(theta) / n
    inverse = np.linalg.inv(slopes)
    covariance = inverse @ meat @ inverse.T / n
    assert ours.covariance == pytest.approx(covariance[4:, 4:], rel=1e-4)  # forward differences


def test_the_standard_error_is_that_of_a_thousand_trials_though_the_model_is_wrong():
    # 1000 differences have a standard deviation known to 1 / sqrt(2000) = 2.2%, three of them 7%
    found = [standardised_difference(*trial(seed, 300)).difference for seed in range(1000)]
    spread = np.std([one.estimate for one in found])
    assert np.mean([one.standard_error for one in found]) == pytest.approx(spread, rel=0.07)
    truth = np.mean([one.estimate for one in found])
    covered = np.mean([one.lower <= truth <= one.upper for one in found])
    assert covered == pytest.approx(0.95, abs=3 * np.sqrt(0.05 * 0.95 / 1000))


def test_the_named_variances_differ_as_they_say():
    group, x, y = trial(2)
    plain, corrected, model = (
        standardised_difference(group, x, y, variance=word)
        for word in ("influence_function", "influence_function_corrected", "model_based")
    )
    assert corrected.covariance == pytest.approx(plain.covariance * 150 / 146, rel=1e-12)
    assert model.risk == pytest.approx(plain.risk)
    design = np.column_stack([np.ones(150), group, x])
    slopes, away = [], []
    for value in (0, 1):
        as_if = design.copy()
        as_if[:, 1] = value
        p = expit(as_if @ plain.model.coefficient)
        slopes.append((as_if * (p * (1 - p))[:, None]).mean(axis=0))
        away.append(p - p.mean())
    slope = np.array(slopes)
    expected = slope @ plain.model.covariance @ slope.T + np.cov(away, bias=True) / 150
    assert model.covariance == pytest.approx(expected, rel=1e-9)
    assert "model-based" in model.label


def test_a_third_group_takes_part_in_the_model_and_not_in_the_contrast():
    group, x, y = trial(3, arms=3)
    one, other = (standardised_difference(group, x, y, *pair) for pair in ((2, 0), (1, 0)))
    assert one.risk == pytest.approx(other.risk, rel=1e-9)
    assert one.difference.estimate == pytest.approx(one.risk[2] - one.risk[0], rel=1e-9)
    back = standardised_difference(group, x, y, 0, 2)
    assert back.difference.estimate == pytest.approx(-one.difference.estimate, rel=1e-9)
    assert back.difference.standard_error == pytest.approx(one.difference.standard_error, rel=1e-8)
    assert back.conditional.estimate == pytest.approx(1 / one.conditional.estimate, rel=1e-8)


def test_the_conditional_odds_ratio_is_that_of_the_model_with_its_limits():
    group, x, y = trial(4)
    ours = standardised_difference(group, x, y, interval="profile_likelihood")
    model = fit_logistic(np.column_stack([group, x]), y, interval="profile_likelihood")
    shown = (ours.conditional.estimate, ours.conditional.lower, ours.conditional.p_value)
    assert shown == pytest.approx((model.odds_ratio[1], model.lower[1], model.p_value[1]), rel=1e-8)


def test_under_separation_maximum_likelihood_gives_nothing_and_the_fall_back_says_what_it_did():
    group, x, _ = trial(5)
    y = np.where(group == 1, 1, np.arange(150) % 2)
    nothing = standardised_difference(group, x, y)
    assert np.isnan([*nothing.risk, nothing.difference.estimate, nothing.ratio.upper]).all()
    ours = standardised_difference(group, x, y, fit="firth_if_separated")
    assert (ours.model.method, ours.variance) == ("firth", "model_based")
    assert ours.model.separation is not None
    assert ours.model.separation.columns == ("group 1",)
    assert 0 < ours.difference.lower < ours.difference.estimate


@pytest.mark.parametrize("variance", ["influence_function", "influence_function_corrected"])
def test_firth_s_fit_that_was_asked_for_has_no_error_of_nothing_in_an_arm_without_responses(
    variance,
):
    # Alone the arm's penalised score is zero for every subject: a sandwich of it says that a risk
    # of (0 + 1/2) / (20 + 1), from 20 subjects, is known without error.
    group, y = np.repeat([0, 1], [30, 20]), np.array([1] * 12 + [0] * 38)
    ours = standardised_difference(group, np.empty((50, 0)), y, fit="firth", variance=variance)
    assert ours.risk[1] == pytest.approx(0.5 / 21)
    assert ours.variance == "model_based"
    p = 0.5 / 21
    assert ours.standard_error[1] == pytest.approx(np.sqrt(p * (1 - p) / 20), rel=1e-6)
    # Nothing is separated here, and what was asked for runs.
    varied = np.where(np.arange(50) == 49, 1, y)
    ours = standardised_difference(group, np.empty((50, 0)), varied, fit="firth", variance=variance)
    assert ours.variance == variance


def test_a_group_that_is_no_whole_number_is_refused():
    # Cut to whole numbers 0.5 would silently join group 0.
    with pytest.raises(ValueError, match="whole numbers"):
        standardised_difference([0, 1, 0.5, 1], [1, 2, 3, 5], [0, 1, 1, 0], 1, 0)


def test_wrong_input_is_refused_in_words():
    with pytest.raises(ValueError, match="no subject is in: 2"):
        standardised_difference([0, 1, 0, 1], [1, 2, 3, 5], [0, 1, 1, 0], 2, 0)
    with pytest.raises(ValueError, match="they are the same"):
        standardised_difference([0, 1, 0, 1], [1, 2, 3, 5], [0, 1, 1, 0], 1, 1)
    with pytest.raises(ValueError, match="constant in: age"):
        standardised_difference([0, 1, 0, 1], [3, 3, 3, 3], [0, 1, 1, 0], names=["age"])
    with pytest.raises(ValueError, match="variance is 'ge'"):
        standardised_difference(GROUP, NOTHING, OUTCOME, variance="ge")
