"""Rubin's rules over a grid: the same as one cell at a time, by the regression of each data set."""

import numpy as np
import pytest

from scripts.stats.linear import linear_regression
from scripts.stats.proportions import wald_difference
from scripts.stats.rubin import rubin_rules
from scripts.stats.rubin_grids import rubin_grid

N1, N2, M = 12, 7, 6
WORDS = ("estimate", "standard_error", "lower", "upper", "df", "p_value", "within", "between",
         "monte_carlo_error")  # fmt: skip


def draws(seed=3):
    """Counts of two groups by imputation and assumption; the last column never changes."""
    random = np.random.default_rng(seed)
    x1, x2 = random.integers(2, 11, (M, 3)), random.integers(1, 7, (M, 2))
    x1[:, -1], x2[:, -1] = 9, 4
    return x1, x2


def by_regression(a, b):
    """Difference and its variance from the linear regression on the group."""
    outcome = np.r_[np.arange(N1) < a, np.arange(N2) < b].astype(float)
    fitted = linear_regression(np.repeat([1.0, 0.0], [N1, N2]), outcome)
    return fitted.coefficient[1], fitted.covariance[1, 1]


def by_wald(a, b):
    found = wald_difference(a, N1, b, N2)
    return found.estimate, found.standard_error**2


@pytest.mark.parametrize("small", [False, True])
@pytest.mark.parametrize(("variance", "one"), [("least_squares", by_regression), ("wald", by_wald)])
def test_every_cell_is_pooled_as_its_own_data_sets_are(variance, one, small):
    x1, x2 = draws()
    grid = rubin_grid(x1, N1, x2, N2, 0.9, variance, small)
    for i in range(x1.shape[1]):
        for j in range(x2.shape[1]):
            found = [one(a, b) for a, b in zip(x1[:, i], x2[:, j], strict=True)]
            complete = N1 + N2 - 2 if small else None
            cell = rubin_rules(*zip(*found, strict=True), 0.9, complete)
            ours = [getattr(grid, word)[i, j] for word in WORDS]
            # 1e-12: means of sums here, sums of means there
            assert ours == pytest.approx([getattr(cell, w) for w in WORDS], rel=1e-12, abs=1e-15)


def test_where_no_imputation_differs_there_is_no_variance_between_them():
    x1, x2 = draws()
    grid = rubin_grid(x1, N1, x2, N2)
    assert grid.between[-1, -1] == 0
    assert np.isinf(grid.df[-1, -1])
    one = wald_difference(9, N1, 4, N2)
    limits = (grid.lower[-1, -1], grid.upper[-1, -1])
    assert limits == pytest.approx((one.lower, one.upper), rel=1e-13)


def test_where_everybody_responds_in_every_data_set_the_interval_has_no_width():
    grid = rubin_grid([[5], [5]], 5, [[3], [3]], 3)
    assert (grid.estimate[0, 0], grid.lower[0, 0], grid.upper[0, 0]) == (0, 0, 0)
    assert np.isnan(grid.p_value[0, 0])


def test_swapping_the_groups_turns_the_grid_and_its_signs():
    x1, x2 = draws()
    one, other = rubin_grid(x1, N1, x2, N2), rubin_grid(x2, N2, x1, N1)
    np.testing.assert_allclose(one.estimate, -other.estimate.T, rtol=0, atol=1e-15)
    np.testing.assert_allclose(one.lower, -other.upper.T, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(one.p_value, other.p_value.T, rtol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([[1]], 2, [[1]], 2), "m >= 2"),
        (([[1], [1]], 2, [[1], [1], [1]], 2), "2 imputations of group 1 but 3"),
        (([[1], [3]], 2, [[1], [1]], 2), "between 0 and"),
        (([[0], [1.5], [2]], 2, [[1], [1], [1]], 2), "not a whole number"),
        (([[1], [1]], 2, [[1], [1]], 2, 0.95, "robust"), "variance is 'robust'"),
        (([[1], [1]], 1, [[1], [1]], 1, 0.95, "least_squares"), "no residual degree"),
    ],
)
def test_what_cannot_be_pooled_is_an_error(arguments, words):
    with pytest.raises(ValueError, match=words):
        rubin_grid(*arguments)
