"""Draws of fully conditional specification against limits, a plain loop and R's mice."""

import numpy as np
import pytest

from scripts.impute.conditional import (
    augmented,
    draw_chains,
    draw_logistic,
    draw_normal,
    fit_logistic,
    generators_of,
)
from scripts.job import StepError
from scripts.stats.linear import linear_regression
from scripts.stats.rubin import rubin_rules

# Two arms: 90 of 98 and 33 of 48 observed respond; 14 and 8 are missing.
ARM = np.repeat([1.0, 0.0], [112, 56])
RESPONSE = np.r_[np.ones(90), np.zeros(8), np.full(14, np.nan)]
RESPONSE = np.r_[RESPONSE, np.ones(33), np.zeros(15), np.full(8, np.nan)]
TWO_ARMS = np.column_stack([ARM, RESPONSE])

# 30 subjects, a covariate and an outcome with gaps.
NUMBER = np.arange(30)
GROUP = (NUMBER % 2).astype(float)
COVARIATE = ((NUMBER * 7) % 11 - 5).astype(float)
OUTCOME = 2 * GROUP + 0.5 * COVARIATE + ((NUMBER * 5) % 7 - 3)
GAPPY = np.column_stack([GROUP, COVARIATE, OUTCOME])
GAPPY[[2, 9, 16, 23], 1] = np.nan
GAPPY[[1, 8, 15, 22, 27, 29], 2] = np.nan


def differences(completed):
    """The difference in mean outcome between the two arms in every completed data set."""
    outcome = completed[:, :, -1]
    return outcome[:, ARM == 1].mean(axis=1) - outcome[:, ARM == 0].mean(axis=1)


def pool(completed, group):
    """Rubin's rules over the regression of the last column on the group."""
    fits = [linear_regression(group, values) for values in completed[:, :, -1]]
    return rubin_rules([fit.coefficient[1] for fit in fits], [fit.covariance[1, 1] for fit in fits])


def test_observed_values_are_never_changed():
    completed = draw_chains(GAPPY, {1: "normal", 2: "normal"}, "m", 1, 5, 3)
    known = ~np.isnan(GAPPY)
    assert np.array_equal(completed[:, known], np.tile(GAPPY[known], (5, 1)))
    assert not np.isnan(completed).any()


def test_normal_draws_tend_to_the_difference_of_the_complete_cases():
    found = differences(draw_chains(TWO_ARMS, {1: "normal"}, "m", 1, 4000, 1))
    # the residual variance of the complete cases, 146 - 2 degrees of freedom; its draw has mean
    # RSS / (144 - 2)
    rss = 98 * (90 / 98) * (8 / 98) + 48 * (33 / 48) * (15 / 48)
    sigma2 = rss / (144 - 2)
    arms = (14 / 112) ** 2 * (1 / 14 + 1 / 98) + (8 / 56) ** 2 * (1 / 8 + 1 / 48)
    between = sigma2 * arms
    # four Monte-Carlo standard errors, of a mean and of a variance
    assert found.mean() == pytest.approx(90 / 98 - 33 / 48, abs=4 * np.sqrt(between / 4000))
    assert found.var(ddof=1) == pytest.approx(between, rel=4 * np.sqrt(2 / 4000))


def test_logistic_draws_tend_to_the_binomial_between_variance():
    found = differences(draw_chains(TWO_ARMS, {1: "logistic"}, "m", 1, 4000, 1))
    p, q = 90 / 98, 33 / 48
    between = (14 / 112) ** 2 * p * (1 - p) * (1 / 14 + 1 / 98)
    between += (8 / 56) ** 2 * q * (1 - q) * (1 / 8 + 1 / 48)
    # the augmentation moves the proportions a little towards the middle: a tenth is allowed
    assert found.mean() == pytest.approx(p - q, abs=0.005)
    assert found.var(ddof=1) == pytest.approx(between, rel=0.1)


def test_logistic_draws_are_zero_or_one():
    completed = draw_chains(TWO_ARMS, {1: "logistic"}, "m", 1, 50, 1)
    assert set(np.unique(completed[:, :, 1])) == {0.0, 1.0}


def test_two_arms_pool_as_in_mice():
    # mice 3.15.0 in R 4.2.2, d = data.frame(arm, y), y 0/1 with 22 NA:
    #   imp <- mice(d, m = 1000, maxit = 1, method = c("", "norm"), seed = 1)
    #   pool.scalar(q, u, n = 168, k = 2) over lm(y ~ arm)
    #   qbar 0.2309571, sqrt(t) 0.06168292, ubar 0.003293395, b 0.0005108761
    # method "logreg" with m = 5000, seed = 7: mean difference 0.2306321, variance 0.0007453477
    normal = pool(draw_chains(TWO_ARMS, {1: "normal"}, "m", 3, 1000, 1), ARM)
    error = np.sqrt(2 * 0.00051 / 1000)
    assert normal.estimate == pytest.approx(0.2309571, abs=4 * error)
    assert normal.within == pytest.approx(0.003293395, rel=0.01)
    assert normal.between == pytest.approx(0.0005108761, rel=4 * np.sqrt(4 / 1000))
    found = differences(draw_chains(TWO_ARMS, {1: "logistic"}, "m", 3, 5000, 1))
    assert found.mean() == pytest.approx(0.2306321, abs=4 * np.sqrt(2 * 0.00075 / 5000))
    assert found.var(ddof=1) == pytest.approx(0.0007453477, rel=4 * np.sqrt(4 / 5000))


def test_two_incomplete_variables_pool_as_in_mice():
    # mice 3.15.0, d = data.frame(g, x, y): mice(d, m = 2000, maxit = 10, seed = 1,
    #   method = c("", "norm", "norm"), visitSequence = c("x", "y")), pooled lm(y ~ g):
    #   qbar 2.427803, ubar 0.8602293, b 0.1976394
    found = pool(draw_chains(GAPPY, {1: "normal", 2: "normal"}, "m", 1, 2000, 10), GROUP)
    assert found.estimate == pytest.approx(2.427803, abs=4 * np.sqrt(2 * 0.2 / 2000))
    assert found.within == pytest.approx(0.8602293, rel=0.02)
    assert found.between == pytest.approx(0.1976394, rel=4 * np.sqrt(4 / 2000))


def test_each_chain_draws_what_a_plain_loop_draws():
    completed = draw_chains(GAPPY, {1: "normal", 2: "normal"}, "m", 7, 3, 2)
    for chain, generator in enumerate(generators_of("m", 7, 3)):
        values = GAPPY.copy()
        for column in (1, 2):
            gaps = np.isnan(GAPPY[:, column])
            picks = (generator.random(gaps.sum()) * (~gaps).sum()).astype(int)
            values[gaps, column] = GAPPY[~gaps, column][picks]
        for _ in range(2):
            for column in (1, 2):
                gaps = np.isnan(GAPPY[:, column])
                x = np.column_stack([np.ones(30), np.delete(values, column, axis=1)])
                seen, y = x[~gaps], values[~gaps, column]
                inverse = np.linalg.inv(seen.T @ seen)
                fitted = inverse @ seen.T @ y
                rss = ((y - seen @ fitted) ** 2).sum()
                sigma = np.sqrt(rss / generator.chisquare(len(y) - 3))
                # a root of the inverse, from the root of the matrix itself
                root = np.linalg.inv(np.linalg.cholesky(seen.T @ seen)).T
                beta = fitted + sigma * root @ generator.standard_normal(3)
                noise = generator.standard_normal(gaps.sum())
                values[gaps, column] = x[gaps] @ beta + sigma * noise
        assert completed[chain] == pytest.approx(values, abs=1e-9)


@pytest.mark.parametrize("method", ["normal", "logistic"])
def test_the_first_imputations_do_not_depend_on_how_many_there_are(method):
    few = draw_chains(TWO_ARMS, {1: method}, "m", 1, 3, 1)
    many = draw_chains(TWO_ARMS, {1: method}, "m", 1, 40, 1)
    assert np.round(few, 10).tolist() == np.round(many[:3], 10).tolist()


def test_the_same_key_gives_the_same_draws_and_another_gives_others():
    gaps = np.isnan(RESPONSE)
    first = draw_chains(TWO_ARMS, {1: "normal"}, "m", 1, 3, 1)
    assert np.array_equal(first, draw_chains(TWO_ARMS, {1: "normal"}, "m", 1, 3, 1))
    for model, seed in (("n", 1), ("m", 2)):
        other = draw_chains(TWO_ARMS, {1: "normal"}, model, seed, 3, 1)
        assert not np.isclose(first, other)[:, gaps, 1].any()
    assert not np.isclose(first[0, gaps, 1], first[1, gaps, 1]).any()


def test_a_mode_of_the_logistic_model_is_the_log_odds():
    # 30 of 40 against 10 of 20, no augmentation
    x = np.ones((1, 60, 2))
    x[0, :, 1] = np.repeat([1.0, 0.0], [40, 20])
    y = np.r_[np.ones(30), np.zeros(10), np.ones(10), np.zeros(10)][None]
    mode, root = fit_logistic(x, y, np.ones((1, 60)), "y")
    assert mode[0] == pytest.approx([np.log(10 / 10), np.log(30 / 10) - np.log(10 / 10)])
    covariance = np.linalg.inv(root[0] @ root[0].T)
    assert covariance[1, 1] == pytest.approx(1 / 30 + 1 / 10 + 1 / 10 + 1 / 10)


def test_augmentation_adds_as_much_weight_as_there_are_coefficients():
    x = np.ones((1, 4, 3))
    x[0, :, 1:] = [[0, 1], [1, 3], [0, 5], [1, 7]]
    wide, outcome, weights = augmented(x, np.zeros((1, 4)))
    assert weights[0, 4:].sum() == pytest.approx(3)
    assert (weights[0, 4:] * outcome[0, 4:]).sum() == pytest.approx(3 / 2)
    spread = np.std([1, 3, 5, 7], ddof=1)
    assert sorted(set(wide[0, 4:, 2])) == pytest.approx([4 - spread / 2, 4, 4 + spread / 2])


def test_an_arm_in_which_all_respond_still_gives_finite_draws():
    x = np.ones((1, 20, 2))
    x[0, :, 1] = np.repeat([1.0, 0.0], 10)
    y = np.r_[np.ones(10), np.ones(5), np.zeros(5)][None]
    drawn = draw_logistic(x, y, x[:, :10], generators_of("m", 1, 1), "y")
    assert drawn.mean() > 0.5


def test_a_predictor_that_copies_another_is_an_error_that_names_the_variable():
    x = np.ones((1, 10, 3))
    x[0, :, 1] = x[0, :, 2] = np.arange(10)
    with pytest.raises(StepError, match="the score: its predictors are collinear"):
        draw_normal(x, np.arange(10.0)[None], x[:, :1], generators_of("m", 1, 1), "the score")


def test_too_few_observed_values_are_an_error():
    x = np.ones((1, 2, 2))
    with pytest.raises(StepError, match="2 observed values cannot fit 2 coefficients"):
        draw_normal(x, np.ones((1, 2)), x, generators_of("m", 1, 1), "the score")
