"""The Hodges-Lehmann shift."""

import numpy as np
import pytest
from scipy import stats

from scripts.stats.shifts import hodges_lehmann
from tests.stats.test_ranks import DAYS_1, DAYS_2, EARLY, TERM


def test_the_permeability_data_have_the_shift_of_the_textbook():
    # R, ?wilcox.test: the same data of Hollander and Wolfe; estimate 0.305
    ours = hodges_lehmann(TERM, EARLY, limits="exact")
    assert ours.estimate == pytest.approx(0.305)
    assert (ours.lower, ours.upper) == pytest.approx((-0.15, 0.76))
    # the place by the table of the distribution: P(U <= 8) = 0.0200, P(U <= 9) = 0.0276 (10 and 5)
    assert ours.position == 9


@pytest.mark.parametrize("limits", ["exact", "asymptotic", "asymptotic_corrected"])
@pytest.mark.parametrize("seed", range(3))
def test_the_limits_are_the_shifts_at_which_the_test_of_scipy_begins_to_reject(seed, limits):
    generator = np.random.default_rng(seed)
    x, y = generator.normal(1, 1, 14), generator.normal(0, 1, 11)
    ours = hodges_lehmann(x, y, 0.9, limits)
    words = {"exact": {"method": "exact"}, "asymptotic": {"use_continuity": False}}
    more = {"method": "asymptotic", **words.get(limits, {"use_continuity": True})}
    for limit, inwards in ((ours.lower, 1), (ours.upper, -1)):
        inside = stats.mannwhitneyu(x - limit - inwards * 1e-9, y, **more).pvalue
        outside = stats.mannwhitneyu(x - limit + inwards * 1e-9, y, **more).pvalue
        assert outside < 0.1 <= inside


def test_the_estimate_is_the_median_of_all_differences():
    differences = sorted(a - b for a in DAYS_1 for b in DAYS_2)
    assert hodges_lehmann(DAYS_1, DAYS_2).estimate == np.median(differences)


def test_exchanging_the_groups_changes_the_sign():
    there, back = hodges_lehmann(DAYS_1, DAYS_2), hodges_lehmann(DAYS_2, DAYS_1)
    assert back.estimate == -there.estimate
    assert (back.lower, back.upper) == (-there.upper, -there.lower)


def test_samples_too_small_for_the_level_have_no_limits():
    # of 3 and 3 there are 20 choices: the smallest two-sided p is 2 / 20
    ours = hodges_lehmann([1, 2, 3], [4, 5, 6], 0.95, "exact")
    assert ours.estimate == -3
    assert np.isnan([ours.lower, ours.upper]).all()
    assert hodges_lehmann([1, 2, 3], [4, 5, 6], 0.9, "exact").lower == 1 - 6


def test_all_observations_equal_give_a_shift_of_zero_without_limits():
    ours = hodges_lehmann([2, 2, 2], [2, 2])
    assert ours.estimate == 0
    assert np.isnan(ours.lower)


def test_wrong_input_is_refused_in_words():
    with pytest.raises(ValueError, match="allowed: exact, asymptotic"):
        hodges_lehmann([1], [2], limits="moses")
    with pytest.raises(ValueError, match="level is 1"):
        hodges_lehmann([1, 2], [3], 1)
