"""One model fitted to many outcomes at once gives what fitting each gives."""

import numpy as np
import pytest

from scripts.stats.linear import linear_regression
from scripts.stats.logistic import logistic_regression
from scripts.stats.many_outcomes import (
    differences_many,
    linear_many,
    logistic_many,
    pearson_many,
)
from scripts.stats.proportions import pearson_chi_square

RANDOM = np.random.default_rng(7)
X = np.column_stack([np.arange(60) % 2, RANDOM.normal(50, 9, 60)])


def test_linear_fits_are_those_of_each_outcome():
    y = RANDOM.normal(size=(30, 60))
    ours = linear_many(X, y)
    for at, outcome in enumerate(y):
        one = linear_regression(X, outcome)
        assert ours.coefficient[at] == pytest.approx(one.coefficient, rel=1e-9, abs=1e-12)
        assert ours.variance[at] == pytest.approx(np.diag(one.covariance), rel=1e-9)
        assert ours.df == one.df


def test_logistic_fits_are_those_of_each_outcome_separated_ones_too():
    y = (RANDOM.random((300, 60)) < 0.3 + 0.4 * X[:, 0]).astype(float)
    y[3] = X[:, 0]  # separated
    y[4] = 1.0  # does not vary
    y[5] = X[:, 0] * (np.arange(60) < 30)  # quasi-complete: nobody responds in one group
    ours = logistic_many(X, y)
    assert np.flatnonzero(ours.failed).tolist() == [3, 4, 5]
    for at in (0, 1, 2, 3, 4, 5, 100, 299):
        one = logistic_regression(X, y[at])
        # 1e-8: both stop where no standardised coefficient moves by more than 1e-9
        close = {"rel": 1e-8, "abs": 1e-9, "nan_ok": True}
        assert ours.coefficient[at] == pytest.approx(one.coefficient, **close)
        assert np.sqrt(ours.variance[at]) == pytest.approx(one.standard_error, **close)


def test_without_covariates_the_logistic_fit_is_the_table_of_four_counts():
    arm = np.repeat([1.0, 0.0], [30, 20])
    y = np.array([[1.0] * a + [0.0] * (30 - a) + [1.0] * b + [0.0] * (20 - b)
                  for a, b in [(20, 5), (15, 10), (29, 1)]])  # fmt: skip
    ours = logistic_many(arm, y)
    for at, (a, b) in enumerate([(20, 5), (15, 10), (29, 1)]):
        expected = np.log(a * (20 - b) / (b * (30 - a)))
        assert ours.coefficient[at, 1] == pytest.approx(expected, rel=1e-8, abs=1e-12)
        variance = 1 / a + 1 / (30 - a) + 1 / b + 1 / (20 - b)
        assert ours.variance[at, 1] == pytest.approx(variance, rel=1e-8)


def test_the_order_of_outcomes_and_of_chunks_changes_nothing():
    y = (RANDOM.random((600, 60)) < 0.5).astype(float)
    whole = logistic_many(X, y)
    assert (logistic_many(X, y[::-1]).coefficient[::-1] == whole.coefficient).all()


def test_pearson_statistics_are_those_of_each_table_and_zero_without_a_difference():
    first, second = np.array([20, 30, 0, 7]), np.array([5, 20, 0, 3])
    ours = pearson_many(first, 30, second, 20)
    for at in (0, 3):
        one = pearson_chi_square(first[at], 30, second[at], 20)
        assert ours[at] == pytest.approx(one.statistic, rel=1e-12)
    assert ours[1:3].tolist() == [0, 0]


def test_differences_have_wald_variances():
    difference, variance = differences_many([20, 0], 30, [5, 0], 20)
    assert difference.tolist() == pytest.approx([20 / 30 - 5 / 20, 0])
    assert variance[0] == pytest.approx(2 / 3 * 1 / 3 / 30 + 1 / 4 * 3 / 4 / 20)
    assert variance[1] == 0


def test_wrong_input_is_refused_in_words():
    with pytest.raises(ValueError, match="only 0 and 1"):
        logistic_many(X, np.full((2, 60), 0.5))
    with pytest.raises(ValueError, match="needs finite numbers"):
        linear_many(X, np.full((2, 60), np.nan))
    with pytest.raises(ValueError, match="cannot fit"):
        linear_many(X[:3], np.zeros((2, 3)))
