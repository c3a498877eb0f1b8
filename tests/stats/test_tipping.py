"""Where on a grid a conclusion changes."""

import numpy as np
import pytest

from scripts.stats.difference_grids import difference_grid
from scripts.stats.tipping import tipping_point


def grid_of(verdicts):
    """Limits that give these verdicts."""
    verdict = np.array(verdicts, dtype=float)
    return np.where(verdict > 0, 0.1, -0.4), np.where(verdict < 0, -0.1, 0.4)


def test_known_cells_tip_and_the_nearest_of_them_is_counted_in_steps_of_both_axes():
    # by hand: from (2, 0), cell (1, 1) is 1 + 1 away, (0, 0) is 2 + 0, (0, 1) is 2 + 1
    lower, upper = grid_of([[0, 0, 0], [1, 0, 0], [1, 1, 0]])
    found = tipping_point(lower, upper, [0, 1, 2], [0, 1, 2], (2, 0))
    assert found.tipped.tolist() == [[True] * 3, [False, True, True], [False, False, True]]
    assert found.boundary.tolist() == [
        [True, False, False],
        [False, True, False],
        [False, False, True],
    ]
    assert found.departure[1, 1] == found.departure[0, 0] == 2
    assert found.nearest == ((0, 0), (1, 1), (2, 2))


def test_departures_are_measured_on_the_values_of_the_axes():
    lower, upper = grid_of([[0, 1], [1, 1], [1, 0]])
    found = tipping_point(lower, upper, [-3.0, 0.0, 0.5], [0.0, 2.0], (1, 0))
    assert found.nearest == ((2, 1),)
    assert found.departure[2, 1] == pytest.approx(0.5 + 2.0)


def test_nothing_tips_where_every_cell_concludes_the_same():
    lower, upper = grid_of([[1, 1], [1, 1]])
    found = tipping_point(lower, upper, [0, 1], [0, 1], (0, 0))
    assert not found.tipped.any()
    assert not found.boundary.any()
    assert found.nearest == ()


def test_an_interval_above_zero_and_one_below_are_other_conclusions():
    lower, upper = grid_of([[1, -1]])
    found = tipping_point(lower, upper, [0], [0, 1], (0, 0))
    assert found.verdict.tolist() == [[1, -1]]
    assert found.nearest == ((0, 1),)


def test_a_limit_at_zero_holds_zero():
    found = tipping_point([[0.0]], [[0.3]], [0], [0], (0, 0))
    assert found.verdict.tolist() == [[0]]


def test_more_responders_in_one_group_never_lower_the_difference_there():
    grid = difference_grid(range(90, 105), 112, range(33, 42), 56)
    assert (np.diff(grid.estimate, axis=0) > 0).all()
    assert (np.diff(grid.estimate, axis=1) < 0).all()
    assert (np.diff(grid.lower, axis=0) > 0).all()


def test_swapping_the_groups_turns_the_map():
    one = difference_grid(range(10, 21), 30, range(5, 9), 25)
    other = difference_grid(range(5, 9), 25, range(10, 21), 30)
    first = tipping_point(one.lower, one.upper, range(11), range(4), (8, 2))
    second = tipping_point(other.lower, other.upper, range(4), range(11), (2, 8))
    np.testing.assert_array_equal(first.tipped, second.tipped.T)
    np.testing.assert_array_equal(first.boundary, second.boundary.T)
    np.testing.assert_array_equal(first.verdict, -second.verdict.T)
    assert {(b, a) for a, b in first.nearest} == set(second.nearest)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"first": [1, 0]}, "does not rise"),
        ({"reference": (2, 0)}, "outside the grid"),
        ({"lower": [[np.nan, 0], [0, 0]]}, "not finite"),
        ({"lower": [[0, 0]]}, "shape"),
        ({"upper": [[-1, 1], [1, 1]]}, "above its upper"),
    ],
)
def test_a_grid_that_cannot_be_is_an_error(change, words):
    whole = {"lower": [[0, 0], [0, 0]], "upper": [[1, 1], [1, 1]], "first": [0, 1],
             "second": [0, 1], "reference": (0, 0)}  # fmt: skip
    with pytest.raises(ValueError, match=words):
        tipping_point(**{**whole, **change})
