"""Intervals and tests over a grid of counts: the same as one cell at a time."""

import numpy as np
import pytest

from scripts.stats.difference_grids import TESTS, difference_grid
from scripts.stats.proportions import DIFFERENCES

# Whole tables with their corners: nobody, everybody, a group of one, of none but one outcome.
SIZES = [(1, 1), (1, 7), (5, 3), (14, 8)]
METHODS = list(DIFFERENCES)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("sizes", SIZES)
def test_every_cell_has_the_interval_of_its_counts(method, sizes):
    n1, n2 = sizes
    x1, x2 = np.arange(n1 + 1), np.arange(n2 + 1)
    grid = difference_grid(x1, n1, x2, n2, 0.9, method)
    for i, a in enumerate(x1):
        for j, b in enumerate(x2):
            one = DIFFERENCES[method](a, n1, b, n2, 0.9)
            found = grid.estimate[i, j], grid.lower[i, j], grid.upper[i, j]
            # The same arithmetic in another order: a few units in the last place. A score limit
            # at which the two sides of the test are equal but for rounding is found to 1e-8.
            wide = 1e-8 if method in ("mee", "miettinen_nurminen") else 1e-13
            assert found == pytest.approx((one.estimate, one.lower, one.upper), rel=wide, abs=wide)
    assert grid.label == DIFFERENCES[method](1, 2, 1, 2).label


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("sizes", SIZES)
def test_every_cell_has_the_p_value_of_its_counts(test, sizes):
    n1, n2 = sizes
    x1, x2 = np.arange(n1 + 1), np.arange(n2 + 1)
    grid = difference_grid(x1, n1, x2, n2, test=test)
    each = [[TESTS[test](a, n1, b, n2).p_value for b in x2] for a in x1]
    # 1e-12: sums of four equal terms here, of one product there
    np.testing.assert_allclose(grid.p_value, each, rtol=1e-12)


def test_a_part_of_the_counts_gives_that_part_of_the_grid():
    whole = difference_grid(range(15), 112, range(9), 56, method="newcombe", test="fisher_exact")
    part = difference_grid(range(3, 6), 112, [7], 56, method="newcombe", test="fisher_exact")
    for word in ("estimate", "lower", "upper", "p_value"):
        np.testing.assert_array_equal(getattr(whole, word)[3:6, 7:8], getattr(part, word))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([1.5], 2, [1], 2), "whole number"),
        (([3], 2, [1], 2), "between 0 and"),
        (([0], 0, [0], 2), "at least one subject"),
        (([0], 1, [], 2), "at least 1 needed"),
    ],
)
def test_counts_that_cannot_be_are_an_error(arguments, words):
    with pytest.raises(ValueError, match=words):
        difference_grid(*arguments)


def test_an_unknown_method_is_an_error_that_names_the_words():
    with pytest.raises(ValueError, match="method is 'walt'; allowed: wald"):
        difference_grid([1], 2, [1], 2, method="walt")
    with pytest.raises(ValueError, match="test is 'fischer'"):
        difference_grid([1], 2, [1], 2, test="fischer")
