"""The search for the limits of a profile; the limits themselves are tested with the models."""

import numpy as np
import pytest

from scripts.stats.profile_likelihood import crossing, newton_step


def test_a_step_goes_nowhere_in_a_direction_without_curvature() -> None:
    # Only the sum of both counts: of all steps that reach the top, (1/2, 1/2) is the shortest.
    assert newton_step(np.ones((2, 2)), np.ones(2)) == pytest.approx([0.5, 0.5])


def test_where_a_height_is_zero_is_found_from_either_side_of_it() -> None:
    for start in (-3.0, 0.0, 7.0):
        assert crossing(lambda x: x**3 - 8, start, 0.5) == pytest.approx(2.0, abs=1e-9)


def test_a_height_that_never_reaches_zero_has_no_crossing() -> None:
    assert np.isnan(crossing(lambda _: -1.0, 0.0, 1.0))
