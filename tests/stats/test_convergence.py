"""The potential scale reduction, of split chains and of the second half of whole ones."""

import numpy as np
import pytest

from scripts.stats.convergence import second_half_rhat, split_rhat


def test_the_statistic_is_its_formula_over_halves_of_chains():
    trace = [[1.0, 2.0, 9.0, 4.0, 3.0], [2.0, 0.0, 9.0, 1.0, 5.0]]
    halves = [[1, 2], [4, 3], [2, 0], [1, 5]]  # the sweep in the middle is left out
    w = sum((a - b) ** 2 / 2 for a, b in halves) / 4
    means = [(a + b) / 2 for a, b in halves]
    b = sum((m - sum(means) / 4) ** 2 for m in means) / 3
    assert split_rhat(trace) == pytest.approx(np.sqrt((1 / 2 * w + b) / w), rel=1e-12)


def test_chains_of_one_distribution_come_near_one_and_those_that_drift_do_not():
    noise = np.random.default_rng(1).normal(size=(20, 400))
    assert split_rhat(noise) == pytest.approx(1, abs=0.01)
    assert split_rhat(noise + np.linspace(0, 3, 400)) > 1.2  # all alike, but each still moves
    assert split_rhat(noise + np.arange(20)[:, None]) > 2


@pytest.mark.parametrize(
    "trace",
    [np.zeros((1, 10)), np.zeros((4, 3)), np.ones((4, 10)), np.full((4, 10), np.nan)],
)
def test_it_is_not_estimable_without_chains_sweeps_or_variation(trace):
    assert np.isnan(split_rhat(trace))
    assert np.isnan(second_half_rhat(trace))


def test_of_whole_chains_the_first_half_is_forgotten():
    # Two chains of two values after the first half: W = 1/2 and B/n = 2, so that
    # sqrt((1/2 * 1/2 + 2) / (1/2)).
    trace = [[9.0, 9.0, 0.0, 1.0], [9.0, 9.0, 2.0, 3.0]]
    assert second_half_rhat(trace) == pytest.approx(np.sqrt((0.25 + 2) / 0.5), rel=1e-12)


def test_whole_chains_that_differ_are_told_from_those_that_agree():
    noise = np.random.default_rng(1).normal(size=(20, 400))
    assert second_half_rhat(noise) == pytest.approx(1, abs=0.01)
    assert second_half_rhat(noise + np.arange(20)[:, None]) > 3
    assert second_half_rhat(noise + np.linspace(0, 3, 400)) < 1.1  # moving together is not seen


def test_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"needs \(chains, sweeps\)"):
        split_rhat(np.zeros(5))
