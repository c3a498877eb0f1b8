"""The split potential scale reduction."""

import numpy as np
import pytest

from scripts.stats.convergence import split_rhat


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


def test_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"needs \(chains, sweeps\)"):
        split_rhat(np.zeros(5))
