"""Risk ratios, odds ratios and numbers needed to treat; hundreds of tables in against_r."""

import math

import pytest
from scipy.stats.contingency import odds_ratio as scipy_odds_ratio
from scipy.stats.contingency import relative_risk
from statsmodels.stats.contingency_tables import Table2x2

from scripts.stats.number_needed import number_needed
from scripts.stats.odds_ratios import ODDS_RATIOS, odds_ratio
from scripts.stats.proportions import difference
from scripts.stats.ratios import RATIOS, ratio

CASES = [(90, 112, 33, 56), (7, 34, 1, 34), (1, 9, 5, 6), (36, 40, 16, 80)]


def test_koopmans_example_is_reproduced():
    # Koopman PAR. Biometrics 1984;40:513-7: 36 of 40 against 16 of 80, 2.94 to 7.15.
    ours = ratio(36, 40, 16, 80, method="koopman")
    assert (ours.estimate, round(ours.lower, 2), round(ours.upper, 2)) == (4.5, 2.94, 7.15)


def test_fishers_tea_is_reproduced():
    # R's help of fisher.test, from Agresti 1990: 3 of 4 against 1 of 4, odds ratio 6.408.
    ours = odds_ratio(3, 4, 1, 4, method="exact_conditional")
    # R stops its search early: its upper limit, 621.93, leaves a tail of 0.0252, ours of 0.025.
    assert ours.estimate == pytest.approx(6.408309, rel=1e-5)
    assert (ours.lower, ours.upper) == pytest.approx((0.2117329, 626.2435), rel=1e-4)


@pytest.mark.parametrize("counts", CASES)
def test_log_intervals_and_the_conditional_one_are_those_of_scipy_and_statsmodels(counts):
    x1, n1, x2, n2 = counts
    katz, other = ratio(*counts), relative_risk(x1, n1, x2, n2).confidence_interval(0.95)
    assert (katz.lower, katz.upper) == pytest.approx((other.low, other.high), rel=1e-12)
    table = [[x1, n1 - x1], [x2, n2 - x2]]
    woolf, pooled = odds_ratio(*counts), Table2x2(table, shift_zeros=False)
    assert (woolf.lower, woolf.upper) == pytest.approx(pooled.oddsratio_confint(0.05), rel=1e-12)
    exact = odds_ratio(*counts, method="exact_conditional")
    theirs = scipy_odds_ratio(table, kind="conditional")
    limits = theirs.confidence_interval(0.95)
    wanted = (theirs.statistic, limits.low, limits.high)
    assert (exact.estimate, exact.lower, exact.upper) == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize("method", RATIOS)
def test_a_ratio_of_swapped_groups_is_the_reciprocal(method):
    ours, swapped = ratio(90, 112, 33, 56, method=method), ratio(33, 56, 90, 112, method=method)
    assert (ours.lower, ours.upper) == pytest.approx((1 / swapped.upper, 1 / swapped.lower))


@pytest.mark.parametrize("method", ODDS_RATIOS)
def test_an_odds_ratio_of_failures_is_the_reciprocal(method):
    ours = odds_ratio(90, 112, 33, 56, method=method)
    failures = odds_ratio(22, 112, 23, 56, method=method)
    assert (ours.lower, ours.upper) == pytest.approx((1 / failures.upper, 1 / failures.lower))


def test_without_events_in_a_group_a_score_interval_is_open_at_one_end_and_a_log_one_is_none():
    none = ratio(0, 10, 4, 10, method="koopman")
    assert none.estimate == 0 and none.lower == 0 and 0 < none.upper < 1
    other = ratio(4, 10, 0, 10, method="koopman")
    assert other.estimate == math.inf and other.upper == math.inf and other.lower > 1
    assert math.isnan(ratio(0, 10, 4, 10).lower) and math.isnan(ratio(0, 4, 0, 4).estimate)


# Altman DG. BMJ 1998;317:1309-12: a difference of 10% with an interval from -5% to 25% is a number
# needed to treat of 10 (NNTB 4 to infinity to NNTH 20).
def test_an_interval_through_no_difference_goes_from_benefit_through_infinity_to_harm():
    made = difference(1, 2, 1, 2)
    ours = number_needed(type(made)(0.10, 0.0, -0.05, 0.25, 0.95, "x", "x"))
    assert (ours.benefit, ours.benefit_from, ours.harm_from) == pytest.approx((10, 4, 20))
    assert ours.harm is None and ours.benefit_to is None and ours.harm_to is None


def test_where_lower_is_better_the_same_difference_is_a_number_needed_to_harm():
    made = difference(90, 112, 33, 56)
    ours = number_needed(made, better="lower")
    assert ours.benefit is None and ours.benefit_from is None
    wanted = (112 * 56 / (90 * 56 - 33 * 112), 1 / made.upper, 1 / made.lower)
    assert (ours.harm, ours.harm_from, ours.harm_to) == pytest.approx(wanted)


def test_no_difference_at_all_has_no_number():
    ours = number_needed(difference(5, 10, 5, 10))
    assert ours.benefit is None and ours.harm is None
    assert ours.benefit_from == pytest.approx(ours.harm_from)


@pytest.mark.parametrize("call", [
    lambda: ratio(1, 2, 1, 2, method="log"), lambda: odds_ratio(1, 2, 1, 2, method="score"),
    lambda: number_needed(difference(1, 2, 1, 2), better="more"), lambda: ratio(3, 2, 1, 2),
])  # fmt: skip
def test_unknown_words_and_impossible_counts_are_refused(call):
    with pytest.raises(ValueError, match=r"allowed|must lie"):
        call()
