"""Restricted mean survival time."""

from math import exp, log, sqrt

import numpy as np
import pytest

from scripts.stats.survival import (
    kaplan_meier,
    restricted_mean,
    restricted_mean_difference,
    restricted_mean_ratio,
)
from tests.against_r.bridge import ask_r, needs_r
from tests.stats import R

Z = 1.959963984540054


@needs_r
def test_the_primary_biliary_cirrhosis_example_of_survrm2_is_met():
    # Uno H et al. survRM2 package, vignette: the 312 randomised patients of the Mayo trial, years,
    # up to 10 years: 7.146 (6.592 to 7.701) and 7.283 (6.704 to 7.863); difference -0.137
    # (-0.939 to 0.665), p = 0.738; ratio 0.981 (0.878 to 1.096)
    data = ask_r("""library(survival); d <- pbc[1:312, ]
        output <- list(time = d$time / 365.25, event = as.numeric(d$status == 2), arm = d$trt)""")
    time, event, arm = (np.array(data[word]) for word in ("time", "event", "arm"))
    first, second = (restricted_mean(time[arm == a], event[arm == a], 10) for a in (1, 2))
    assert [round(x, 3) for x in (first.mean, first.lower, first.upper)] == [7.146, 6.592, 7.701]
    assert [round(x, 3) for x in (second.mean, second.lower, second.upper)] == [7.283, 6.704, 7.863]
    found = restricted_mean_difference(first, second)
    shown = [round(x, 3) for x in (found.estimate, found.lower, found.upper, found.p_value)]
    assert shown == [-0.137, -0.939, 0.665, 0.738]
    ratio = restricted_mean_ratio(first, second)
    assert [round(x, 3) for x in (ratio.estimate, ratio.lower, ratio.upper)] == [
        0.981, 0.878, 1.096,
    ]  # fmt: skip


def test_the_mean_is_the_area_and_its_variance_weighs_each_event_by_the_area_after_it():
    # survival 1 until 2, 3/4 until 4, 3/4 * 1/2 until 5
    ours = restricted_mean([2, 3, 4, 6], [1, 0, 1, 0], 5)
    assert ours.mean == pytest.approx(2 + 2 * 3 / 4 + 1 * 3 / 8)
    variance = (3 / 2 + 3 / 8) ** 2 * 1 / (4 * 3) + (3 / 8) ** 2 * 1 / (2 * 1)
    assert ours.standard_error == pytest.approx(sqrt(variance))
    assert ours.upper == pytest.approx(ours.mean + Z * sqrt(variance))
    assert (ours.n, ours.events, ours.follow_up) == (4, 2, 6)


def test_without_censoring_it_is_the_mean_of_the_times_cut_at_the_horizon():
    times = np.random.default_rng(1).exponential(5, 40)
    ours = restricted_mean(times, np.ones(40), 6)
    cut = np.minimum(times, 6)
    assert ours.mean == pytest.approx(cut.mean(), rel=R)
    # Greenwood without censoring is the binomial variance, so this is that of a mean (n, not n - 1)
    assert ours.standard_error == pytest.approx(cut.std() / sqrt(40), rel=1e-8)


def test_a_horizon_beyond_the_follow_up_is_not_estimable_unless_the_curve_came_to_zero():
    assert np.isnan(restricted_mean([1, 2, 3], [1, 1, 0], 3.5).mean)
    assert restricted_mean([1, 2, 3], [1, 1, 0], 3).mean == pytest.approx(1 + 2 / 3 + 1 / 3)
    assert restricted_mean([1, 2, 3], [1, 1, 1], 30).mean == pytest.approx(2)


def test_without_events_the_mean_is_the_horizon_without_error():
    ours = restricted_mean([5, 6], [0, 0], 4)
    assert (ours.mean, ours.standard_error) == (4, 0)
    found = restricted_mean_difference(ours, ours)
    assert found.estimate == 0
    assert np.isnan(found.p_value)


def test_difference_and_ratio_are_made_from_the_two_means_and_errors():
    one, other = (
        restricted_mean([2, 3, 4, 6], [1, 0, 1, 0], 5),
        restricted_mean([1, 2, 5], [1, 1, 0], 5),
    )
    found = restricted_mean_difference(one, other)
    error = sqrt(one.standard_error**2 + other.standard_error**2)
    assert found.estimate == pytest.approx(one.mean - other.mean)
    assert found.lower == pytest.approx(found.estimate - Z * error)
    ratio = restricted_mean_ratio(one, other)
    error = sqrt((one.standard_error / one.mean) ** 2 + (other.standard_error / other.mean) ** 2)
    assert ratio.upper == pytest.approx(exp(log(one.mean / other.mean) + Z * error))
    assert ratio.statistic == pytest.approx(log(one.mean / other.mean) / error)


def test_the_area_is_that_under_the_curve_of_kaplan_meier():
    generator = np.random.default_rng(3)
    time, event = generator.integers(1, 20, 50), generator.integers(0, 2, 50)
    curve = kaplan_meier(time, event)
    grid = np.linspace(0, 12, 120_001)[:-1] + 12 / 240_000
    steps = np.searchsorted(curve.time, grid, side="right")
    height = np.concatenate([[1.0], curve.survival])[steps]
    assert restricted_mean(time, event, 12).mean == pytest.approx(height.mean() * 12, rel=1e-8)


def test_wrong_input_is_refused_in_words():
    with pytest.raises(ValueError, match="horizon is 0"):
        restricted_mean([1], [1], 0)
    one, other = restricted_mean([1, 2], [1, 1], 1), restricted_mean([1, 2], [1, 1], 2)
    with pytest.raises(ValueError, match="at one horizon"):
        restricted_mean_difference(one, other)
