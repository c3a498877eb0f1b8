"""Exact unconditional intervals and tests of two proportions; R's enumeration is in against_r."""

import time

import numpy as np
import pytest
from scipy.stats import binom
from scipy.stats import boschloo_exact as scipy_boschloo

from scripts.stats.exact_differences import score_of_outcomes
from scripts.stats.exact_tests import barnard_exact, boschloo_exact
from scripts.stats.proportions import DIFFERENCES, TESTS, chan_zhang_difference, fisher_exact
from scripts.stats.unconditional import largest_probability

EXACT = ["chan_zhang", "santner_snell"]


def largest(tail, delta=0.0, points=20001):
    """The largest probability of a tail on a fine even grid, with scipy's probabilities."""
    n1, n2 = tail.shape[0] - 1, tail.shape[1] - 1
    p = np.linspace(max(0, -delta), min(1, 1 - delta), points)[:, None]
    first = binom.pmf(np.arange(n1 + 1), n1, np.clip(p + delta, 0, 1))
    return float(((first @ tail) * binom.pmf(np.arange(n2 + 1), n2, p)).sum(axis=1).max())


# ExactCIdiff and StatXact are not at hand; that the tests are right is seen by hand where there are
# one and one subject: the outcome (1, 0) is the only one as extreme, P = (1 + d)^2 / 4 at most.
def test_with_one_subject_a_group_the_lower_limit_is_that_of_a_square():
    ours = chan_zhang_difference(1, 1, 0, 1)
    assert (ours.lower, ours.upper) == pytest.approx((2 * np.sqrt(0.025) - 1, 1.0), abs=1e-9)


@pytest.mark.parametrize("counts", [(90, 112, 33, 56), (7, 34, 1, 34), (1, 9, 5, 6)])
@pytest.mark.parametrize("method", EXACT)
def test_limits_of_swapped_groups_are_turned_round(method, counts):
    ours = DIFFERENCES[method](*counts)
    swapped = DIFFERENCES[method](*counts[2:], *counts[:2])
    assert (ours.lower, ours.upper) == pytest.approx((-swapped.upper, -swapped.lower), abs=1e-9)


@pytest.mark.parametrize("counts", [(90, 112, 33, 56), (45, 112, 14, 56), (0, 112, 1, 56)])
def test_a_finer_grid_moves_no_limit_by_a_ten_millionth(counts):
    for method in EXACT:
        ours, fine = DIFFERENCES[method](*counts), DIFFERENCES[method](*counts, points=4001)
        assert (ours.lower, ours.upper) == pytest.approx((fine.lower, fine.upper), abs=1e-7)


def test_no_difference_below_the_lower_limit_is_kept_on_a_fine_line():
    counts, alpha = (9, 14, 3, 10), 0.025
    ours, statistic = DIFFERENCES["chan_zhang"](*counts), score_of_outcomes(14, 10)
    for side, outside in ((1, np.linspace(-0.999, ours.lower - 1e-6, 400)),
                          (-1, np.linspace(ours.upper + 1e-6, 0.999, 400))):  # fmt: skip
        for delta in map(float, outside):
            values = side * statistic(delta)
            assert largest_probability(values >= values[9, 3] - 1e-9, delta) <= alpha + 1e-9


def test_a_difference_apart_from_the_others_that_is_kept_is_inside():
    # At 0.03 P is 0.027, at 0.035 it is 0.014: the interval begins with the first, at 0.0292.
    ours, statistic = chan_zhang_difference(90, 112, 33, 56), score_of_outcomes(112, 56)

    def p(delta):
        values = statistic(delta)
        return largest_probability(values >= values[90, 33] - 1e-9, delta)

    assert p(0.030) > 0.025 > p(0.035)
    assert p(ours.lower - 1e-6) < 0.025 < p(ours.lower + 1e-6)
    assert ours.lower < 0.030


@pytest.mark.parametrize(("n1", "n2"), [(7, 5), (20, 9)])
def test_the_statistic_rises_with_events_of_the_first_group_and_falls_with_the_second(n1, n2):
    # What makes a tail's probability rise with the difference (Barnard's convexity).
    for delta in np.linspace(-0.97, 0.97, 39):
        values = score_of_outcomes(n1, n2)(float(delta))
        assert (np.diff(values, axis=0) >= -1e-9).all() and (np.diff(values, axis=1) <= 1e-9).all()


def test_barnards_p_value_is_the_largest_on_a_fine_grid_ties_included():
    # scipy.stats.barnard_exact gives 0.0000569 here: it loses (5, 20), which ties but for rounding.
    n1, n2 = 12, 20
    a, b = np.arange(n1 + 1)[:, None], np.arange(n2 + 1)[None, :]
    spread = (a + b) * (n1 + n2 - a - b)
    chi = np.where(spread > 0, (a * n2 - b * n1) ** 2 / np.maximum(spread, 1), 0.0)
    expected = largest((chi >= chi[7, 0] * (1 - 1e-12)).astype(float))
    assert barnard_exact(7, n1, 0, n2).p_value == pytest.approx(expected, rel=1e-7)


def test_boschloos_one_sided_p_of_scipy_is_at_least_half_of_ours_by_another_ordering():
    ours = boschloo_exact(90, 112, 33, 56).p_value
    doubled = scipy_boschloo([[90, 33], [22, 23]]).pvalue
    # Two orderings of the outcomes: by the two-sided p of Fisher's test, and one-sided doubled.
    assert ours == pytest.approx(0.0042978, abs=5e-8) and doubled == pytest.approx(
        0.0038892, abs=5e-8
    )


@pytest.mark.parametrize("counts", [(90, 112, 33, 56), (3, 10, 9, 12), (0, 5, 4, 4), (2, 3, 2, 3)])
def test_boschloos_test_is_never_weaker_than_fishers(counts):
    assert boschloo_exact(*counts).p_value <= fisher_exact(*counts).p_value * (1 + 1e-9)


@pytest.mark.parametrize("word", ["barnard", "boschloo"])
@pytest.mark.parametrize("counts", [(0, 5, 0, 9), (5, 5, 9, 9), (1, 1, 1, 1)])
def test_when_nobody_or_everybody_has_the_outcome_p_is_one(word, counts):
    assert TESTS[word](*counts).p_value == pytest.approx(1.0)


@pytest.mark.parametrize("method", EXACT)
def test_coverage_is_at_least_the_level_everywhere_in_a_small_trial(method):
    n1, n2 = 6, 4
    limits = [[DIFFERENCES[method](a, n1, b, n2) for b in range(n2 + 1)] for a in range(n1 + 1)]
    for p1 in np.linspace(0.02, 0.98, 25):
        for p2 in np.linspace(0.02, 0.98, 25):
            kept = [[one.lower <= p1 - p2 <= one.upper for one in row] for row in limits]
            first, second = binom.pmf(range(n1 + 1), n1, p1), binom.pmf(range(n2 + 1), n2, p2)
            assert first @ np.array(kept, dtype=float) @ second >= 0.95 - 1e-9


def test_an_unknown_statistic_is_refused():
    with pytest.raises(ValueError, match="statistic is 'z'"):
        barnard_exact(1, 2, 1, 2, statistic="z")


def test_each_takes_well_below_a_second_at_112_against_56():
    start = time.process_time()
    for estimator in (*(DIFFERENCES[m] for m in EXACT), TESTS["barnard"], TESTS["boschloo"]):
        estimator(90, 112, 33, 56)
    assert time.process_time() - start < 4
