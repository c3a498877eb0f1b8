"""Logistic regression."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import optimize

from scripts.stats.logistic import logistic_regression
from tests.stats import ITERATIVE, R
from tests.stats.published import (
    BEETLE_DOSE,
    BEETLE_KILLED,
    BEETLE_TOTAL,
    THREE_AGE,
    THREE_IS_B,
    THREE_IS_C,
    THREE_OUTCOME,
    binary_table,
)

Z = 1.959963984540054
BEETLE_X = np.repeat(np.tile(BEETLE_DOSE, 2), np.r_[BEETLE_KILLED, BEETLE_TOTAL - BEETLE_KILLED])
BEETLE_Y = np.repeat([1, 0], [BEETLE_KILLED.sum(), (BEETLE_TOTAL - BEETLE_KILLED).sum()])
THREE_X = np.column_stack([THREE_AGE, THREE_IS_B, THREE_IS_C])

# The univariate models of the trial: exposed and not, responders of subjects; odds ratio, limits
TRIAL = {
    "L-MALE": ((62, 83, 61, 85), (1.162, 0.586, 2.302)),
    "L-DUR": ((108, 146, 15, 22), (1.326, 0.503, 3.500)),
    "L-CBF": ((36, 48, 87, 120), (1.138, 0.529, 2.449)),
    "L-G34": ((9, 11, 114, 157), (1.697, 0.352, 8.173)),
    "L-DAN": ((25, 36, 98, 132), (0.788, 0.351, 1.771)),
}


@pytest.mark.parametrize("line", TRIAL)
def test_the_univariate_models_of_the_trial_are_reproduced_at_three_decimals(line):
    counts, printed = TRIAL[line]
    ours = logistic_regression(*binary_table(*counts))
    row = (ours.odds_ratio[1], ours.lower[1], ours.upper[1])
    assert np.abs(np.array(row) - printed).max() <= 0.0005
    assert (ours.n, ours.events) == (168, 123)


def test_the_number_of_previous_treatments_without_herbs_gives_0_855():
    # L-NPT: 1, 2, 3, 4 treatments in 64, 65, 32, 7 patients; the model depends on the responders
    # only by their sum, 229, which these counts of responders have: 45 + 2*54 + 3*20 + 4*4
    treatments = np.repeat([1, 2, 3, 4], [64, 65, 32, 7])
    response = np.concatenate(
        [np.repeat([1, 0], [r, n - r]) for r, n in ((45, 64), (54, 65), (20, 32), (4, 7))]
    )
    assert (response.sum(), (treatments * response).sum()) == (123, 229)
    ours = logistic_regression(treatments, response)
    row = [round(float(v[1]), 3) for v in (ours.odds_ratio, ours.lower, ours.upper)]
    assert row == [0.855, 0.576, 1.269]


def test_the_crude_odds_ratio_of_one_covariate_is_that_of_its_table_with_woolf_s_limits():
    # L-CRSR without age: 55/59 against 36/109. R: exp(cbind(coef(m), confint.default(m)))
    ours = logistic_regression(*binary_table(55, 59, 36, 109))
    ratio, error = (55 * 73) / (4 * 36), np.sqrt(1 / 55 + 1 / 4 + 1 / 36 + 1 / 73)
    by_hand = (ratio, ratio * np.exp(-Z * error), ratio * np.exp(Z * error))
    in_r = (27.8819444444444, 9.3681841764314, 82.9832987228074)
    row = (ours.odds_ratio[1], ours.lower[1], ours.upper[1])
    assert row == pytest.approx(by_hand, rel=R)
    assert row == pytest.approx(in_r, rel=R)


def test_the_beetle_data_have_dobson_s_coefficients():
    # Dobson AJ, Barnett AG. An introduction to generalized linear models, 3rd ed. CRC, 2008, table
    # 7.3: -60.72 (5.18) and 34.27 (2.91), log likelihood of the 481 single beetles as in R
    ours = logistic_regression(BEETLE_X, BEETLE_Y)
    assert np.round(ours.coefficient, 2).tolist() == [-60.72, 34.27]
    assert np.round(ours.standard_error, 2).tolist() == [5.18, 2.91]


def test_the_beetle_data_agree_with_glm_of_r():
    # R: m <- glm(y ~ x, binomial, control = list(epsilon = 1e-14)); summary(m); vcov(m); logLik(m)
    ours = logistic_regression(BEETLE_X, BEETLE_Y)
    assert ours.coefficient == pytest.approx([-60.71745456164, 34.27032573415], rel=R)
    assert ours.standard_error == pytest.approx([5.180711462927, 2.912140070400], rel=R)
    covariance = [[26.839771262100, -15.082151003841], [-15.082151003841, 8.480559789632]]
    assert ours.covariance == pytest.approx(np.array(covariance), rel=R)
    assert ours.z == pytest.approx([-11.71990661826, 11.76808975725], rel=R)
    assert ours.p_value == pytest.approx([1.007830282061e-31, 5.700060751402e-32], rel=1e-8)
    assert ours.loglik == pytest.approx(-186.2354032718, rel=R)


def test_three_covariates_agree_with_glm_of_r():
    # R: m <- glm(out ~ age + I(g == "B") + I(g == "C"), binomial), then three times
    # m <- update(m, start = coef(m), control = list(epsilon = 1e-300, maxit = 30)), because glm
    # takes its standard errors from the weights of the step before the last; -m$null.deviance / 2
    ours = logistic_regression(THREE_X, THREE_OUTCOME, names=["age", "B", "C"])
    rows = np.array(
        [
            [-8.1653010033572, 3.17805249759053, -2.5692782008943, 0.010191060655968],
            [0.1646840959667, 0.06029963105388, 2.7310962453411, 0.006312403422194],
            [-0.8908399990139, 1.15953546193510, -0.7682731820269, 0.442324903785288],
            [-0.6299620074474, 1.15422747073931, -0.5457867044560, 0.585212563572151],
        ]
    )
    table = np.column_stack([ours.coefficient, ours.standard_error, ours.z, ours.p_value])
    assert ours.names == ("intercept", "age", "B", "C")
    assert table == pytest.approx(rows, rel=R)
    assert (ours.loglik, ours.loglik_null) == pytest.approx((-14.15374362266, -41.45539855883 / 2))


@pytest.mark.parametrize("seed", range(4))
def test_models_agree_with_statsmodels(seed):
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(60, 3)) * [1, 20, 0.1] + [0, 50, 1]
    y = generator.integers(0, 2, 60)
    theirs = sm.Logit(y, sm.add_constant(x)).fit(disp=0, tol=1e-12)
    ours = logistic_regression(x, y, level=0.9)
    assert ours.coefficient == pytest.approx(theirs.params, rel=ITERATIVE)
    assert ours.standard_error == pytest.approx(theirs.bse, rel=ITERATIVE)
    assert ours.p_value == pytest.approx(theirs.pvalues, rel=ITERATIVE)
    limits = np.log(np.column_stack([ours.lower, ours.upper]))
    assert limits == pytest.approx(theirs.conf_int(0.1), rel=ITERATIVE)
    assert (ours.loglik, ours.loglik_null) == pytest.approx((theirs.llf, theirs.llnull), rel=R)


def test_the_coefficients_maximise_the_bernoulli_likelihood_written_out():
    x = (THREE_AGE - 50) / 10

    def minus_loglik(b):
        p = 1 / (1 + np.exp(-(b[0] + b[1] * x)))
        return -np.log(np.where(THREE_OUTCOME == 1, p, 1 - p)).sum()

    slow = optimize.minimize(minus_loglik, [0, 0], method="Nelder-Mead", options={"fatol": 1e-14})
    ours = logistic_regression(x, THREE_OUTCOME)
    # a maximum is flat, and the simplex stops at 1e-4 in place
    assert ours.coefficient == pytest.approx(slow.x, abs=1e-3)
    assert ours.loglik >= -slow.fun - 1e-12


def test_the_origin_of_a_covariate_moves_the_intercept_only_however_far():
    there, back = (logistic_regression(THREE_AGE + d, THREE_OUTCOME) for d in (0, 1e6))
    assert back.coefficient[1] == pytest.approx(there.coefficient[1], rel=1e-7)
    assert back.standard_error[1] == pytest.approx(there.standard_error[1], rel=1e-7)


SEPARATED = {
    "complete": ([1, 2, 3, 4, 5, 6], [0, 0, 0, 1, 1, 1]),
    "touching": ([1, 2, 3, 3, 4, 5], [0, 0, 0, 1, 1, 1]),
    "zero cell": binary_table(0, 12, 5, 20),
    "full cell": binary_table(12, 12, 5, 20),
    "nobody": ([1, 2, 3, 4], [0, 0, 0, 0]),
    "everybody": ([1, 2, 3, 4], [1, 1, 1, 1]),
}


@pytest.mark.parametrize("case", SEPARATED)
def test_separation_gives_no_estimate_and_says_so(case):
    ours = logistic_regression(*SEPARATED[case])
    assert (ours.converged, ours.problem) == (False, "infinite_estimate")
    assert np.isnan(ours.odds_ratio).all()
    assert np.isnan(ours.upper).all()


def test_separation_by_one_covariate_of_several_is_seen():
    x = np.column_stack([binary_table(0, 12, 5, 20)[0], np.arange(32) % 7])
    ours = logistic_regression(x, binary_table(0, 12, 5, 20)[1])
    assert ours.problem == "infinite_estimate"


@pytest.mark.parametrize("counts", [(1, 1000, 999, 1000), (1, 2000, 1, 3)])
def test_a_rare_outcome_or_a_huge_odds_ratio_is_not_taken_for_separation(counts):
    ours = logistic_regression(*binary_table(*counts))
    x1, n1, x0, n0 = counts
    assert ours.converged
    assert ours.odds_ratio[1] == pytest.approx(x1 * (n0 - x0) / ((n1 - x1) * x0), rel=1e-8)


def test_wrong_input_is_refused_in_words():
    with pytest.raises(ValueError, match="constant in: age"):
        logistic_regression([1, 1, 1], [0, 1, 1], ["age"])
    with pytest.raises(ValueError, match="linear combinations"):
        logistic_regression([[0, 1], [1, 0], [0, 1], [1, 0]], [0, 1, 1, 0])
    with pytest.raises(ValueError, match="y must hold only 0 and 1"):
        logistic_regression([1, 2, 3], [0, 1, 2])
    with pytest.raises(ValueError, match="y has 0 values"):
        logistic_regression([], [])
    with pytest.raises(ValueError, match="it needs 3 rows"):
        logistic_regression([1, 2], [0, 1, 1])
