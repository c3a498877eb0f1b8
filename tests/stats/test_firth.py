"""Firth's penalty, profile limits, and the choice between fits."""

import numpy as np
import pytest
from scipy import optimize

from scripts.stats.firth import firth_logistic_regression, fit_logistic
from scripts.stats.logistic import logistic_regression
from scripts.stats.logistic_result import likelihood_ratio_test
from tests.stats import ITERATIVE, R
from tests.stats.published import ENDOMETRIAL, THREE_AGE, THREE_OUTCOME, binary_table

CRITICAL = 3.841458820694124
NAMES = ["NV", "PI", "EH"]
X, Y = ENDOMETRIAL[:, :3], ENDOMETRIAL[:, 3]


def penalised(beta, design, y):
    """Log likelihood plus half the logarithm of the determinant, written out."""
    p = 1 / (1 + np.exp(-design @ beta))
    information = design.T @ np.diag(p * (1 - p)) @ design
    return np.log(np.where(y == 1, p, 1 - p)).sum() + np.linalg.slogdet(information)[1] / 2


def test_the_endometrial_study_has_heinze_and_schemper_s_numbers():
    # Heinze G, Schemper M. Stat Med 2002;21:2409-19: neovascularisation has no finite estimate;
    # penalised 2.93 with profile limits 0.61 and 7.85. R: glm(HG ~ NV + PI + EH, binomial,
    # endometrial, method = "brglmFit", type = "AS_mean") prints the coefficients and errors below
    ours = firth_logistic_regression(X, Y, NAMES)
    assert np.round(ours.coefficient, 5).tolist() == [3.77456, 2.92927, -0.03475, -2.60416]
    assert np.round(ours.standard_error, 5).tolist() == [1.48869, 1.55076, 0.03958, 0.77602]
    assert np.round(np.log([ours.lower[1], ours.upper[1]]), 2).tolist() == [0.61, 7.85]


def test_the_endometrial_study_is_separated_by_neovascularisation():
    ours = fit_logistic(X, Y, NAMES, fit="firth_if_separated")
    assert (ours.method, ours.interval) == ("firth", "profile_likelihood")
    assert ours.separation is not None
    assert (ours.separation.kind, ours.separation.columns) == ("quasi_complete", ("NV",))


def test_limits_of_a_separated_column_are_infinite_on_one_side_and_finite_on_the_other():
    ours = logistic_regression(X, Y, NAMES, interval="profile_likelihood")
    assert (ours.problem, ours.coefficient[1], ours.upper[1]) == (
        "infinite_estimate", np.inf, np.inf,
    )  # fmt: skip
    assert np.isfinite(ours.coefficient[[0, 2, 3]]).all()
    # with NV at its limit all thirteen with it are certain, and the others are left
    rest = logistic_regression(X[X[:, 0] == 0, 1:], Y[X[:, 0] == 0])
    assert ours.coefficient[[0, 2, 3]] == pytest.approx(rest.coefficient, rel=1e-5)
    assert ours.loglik == pytest.approx(rest.loglik, rel=1e-9)


def test_a_zero_cell_has_the_limit_that_its_table_has():
    # 0 of 12 against 5 of 20; with the log odds a without the flag, those with it have odds a + b
    ours = logistic_regression(*binary_table(0, 12, 5, 20), interval="profile_likelihood")
    assert (ours.coefficient[1], ours.lower[1]) == (-np.inf, 0.0)

    def ratio(b):
        def minus(a):
            return -(5 * a - 20 * np.logaddexp(0, a) - 12 * np.logaddexp(0, a + b))

        best = optimize.minimize_scalar(minus, bracket=(-2, 0), tol=1e-12).fun
        top = 5 * np.log(5 / 20) + 15 * np.log(15 / 20)
        return 2 * (top + best) - CRITICAL

    upper = optimize.brentq(ratio, -3, 5, xtol=1e-12)
    assert np.log(ours.upper[1]) == pytest.approx(upper, abs=1e-7)


@pytest.mark.parametrize("fit", [logistic_regression, firth_logistic_regression])
def test_limits_are_where_the_likelihood_ratio_is_critical(fit):
    x = (THREE_AGE - 50) / 10
    ours = fit(x, THREE_OUTCOME, interval="profile_likelihood")
    design = np.column_stack([np.ones(len(x)), x])
    penalty = 0.5 if fit is firth_logistic_regression else 0.0

    def loglik(a, b):
        beta = np.array([a, b])
        plain = penalised(beta, design, THREE_OUTCOME)
        p = 1 / (1 + np.exp(-design @ beta))
        information = design.T @ np.diag(p * (1 - p)) @ design
        return plain - (0.5 - penalty) * np.linalg.slogdet(information)[1]

    for place in (0, 1):
        for limit in np.log([ours.lower[place], ours.upper[place]]):

            def minus(other, at=limit, first=place == 0):
                return -loglik(at, other) if first else -loglik(other, at)

            start = ours.coefficient[1 - place]
            low = optimize.minimize_scalar(
                minus, bounds=(start - 15, start + 15), method="bounded", options={"xatol": 1e-9}
            ).fun
            top = loglik(*ours.coefficient)
            assert 2 * (top + low) == pytest.approx(CRITICAL, rel=1e-6)


def test_the_penalised_estimate_of_a_table_adds_a_half_to_each_cell():
    # with one flag the model is saturated: Firth's estimate is Haldane and Anscombe's
    for counts in ((0, 12, 5, 20), (12, 12, 5, 20), (0, 3, 0, 4), (3, 9, 7, 11)):
        x1, n1, x0, n0 = counts
        ours = firth_logistic_regression(*binary_table(*counts))
        by_hand = (x1 + 0.5) * (n0 - x0 + 0.5) / ((n1 - x1 + 0.5) * (x0 + 0.5))
        assert ours.odds_ratio[1] == pytest.approx(by_hand, rel=1e-8)


@pytest.mark.parametrize("seed", range(6))
def test_the_estimate_maximises_the_penalised_likelihood_written_out(seed):
    generator = np.random.default_rng(seed)
    x, y = generator.normal(size=(14, 2)), generator.integers(0, 2, 14)
    if seed % 2:
        y = (x[:, 0] > 0).astype(int)
    ours = firth_logistic_regression(x, y, interval="wald")
    design = np.column_stack([np.ones(14), x])
    slow = optimize.minimize(
        lambda b: -penalised(b, design, y), np.zeros(3), method="Nelder-Mead",
        options={"fatol": 1e-14, "xatol": 1e-9, "maxiter": 5000, "maxfev": 5000},
    )  # fmt: skip
    assert ours.coefficient == pytest.approx(slow.x, abs=1e-4)
    assert ours.loglik == pytest.approx(-slow.fun, rel=1e-9)
    p = 1 / (1 + np.exp(-design @ ours.coefficient))
    covariance = np.linalg.inv(design.T @ np.diag(p * (1 - p)) @ design)
    assert ours.covariance == pytest.approx(covariance, rel=ITERATIVE)


def test_the_units_of_a_column_do_not_matter():
    there = firth_logistic_regression(THREE_AGE, THREE_OUTCOME)
    back = firth_logistic_regression(THREE_AGE * 100, THREE_OUTCOME)
    assert back.coefficient[1] * 100 == pytest.approx(there.coefficient[1], rel=1e-8)
    assert back.p_value == pytest.approx(there.p_value, rel=1e-7)
    # the penalty of the columns as given: half the logarithm of 100^2
    assert back.loglik - there.loglik == pytest.approx(np.log(100), rel=R)
    ratios = [likelihood_ratio_test(fit).statistic for fit in (there, back)]
    assert ratios[0] == pytest.approx(ratios[1], rel=1e-8)
    assert ratios[0] == pytest.approx(there.chi_square[1], rel=1e-8)


def test_the_overall_likelihood_ratio_test_of_one_column_is_that_of_the_column():
    ours = logistic_regression(THREE_AGE, THREE_OUTCOME, interval="profile_likelihood")
    test = likelihood_ratio_test(ours)
    assert (test.statistic, test.df) == pytest.approx((ours.chi_square[1], 1), rel=1e-8)
    assert test.p_value == pytest.approx(ours.p_value[1], rel=1e-7)


def test_without_separation_the_fall_back_is_maximum_likelihood():
    for interval in ("wald", "profile_likelihood"):
        ours = fit_logistic(THREE_AGE, THREE_OUTCOME, fit="firth_if_separated", interval=interval)
        assert (ours.method, ours.interval) == ("maximum_likelihood", interval)


def test_nobody_or_everybody_responding_has_a_finite_penalised_estimate():
    for outcome in (0, 1):
        ours = firth_logistic_regression([1, 2, 3, 5], [outcome] * 4)
        assert ours.converged
        assert np.isfinite(ours.coefficient).all()


def test_other_words_are_refused():
    with pytest.raises(ValueError, match="fit is 'ridge'; allowed: maximum_likelihood"):
        fit_logistic([1, 2, 3], [0, 1, 0], fit="ridge")
    with pytest.raises(ValueError, match="interval is 'exact'"):
        firth_logistic_regression([1, 2, 3], [0, 1, 0], interval="exact")
