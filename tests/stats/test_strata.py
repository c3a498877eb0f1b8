"""Estimators over strata: published examples and statsmodels; hundreds of sets in against_r."""

import math

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable

from scripts.stats.differences import newcombe_difference
from scripts.stats.odds_ratios import expected_count
from scripts.stats.score_differences import miettinen_nurminen_difference
from scripts.stats.stratified_differences import STRATIFIED, stratified_difference
from scripts.stats.stratified_odds import (
    breslow_day,
    cochran_mantel_haenszel,
    mantel_haenszel_odds_ratio,
)

# Agresti A. Categorical data analysis, 2nd ed., table 6.9: a cream against infection in 8 centres.
CREAM = (
    [11, 16, 14, 2, 6, 1, 1, 4],
    [36, 20, 19, 16, 17, 11, 5, 6],
    [10, 22, 7, 1, 0, 0, 1, 6],
    [37, 32, 19, 17, 12, 10, 9, 7],
)
# R's help of mantelhaen.test: UCBAdmissions, admitted men and women of six departments.
BERKELEY = (
    [512, 353, 120, 138, 53, 22],
    [825, 560, 325, 417, 191, 373],
    [89, 17, 202, 131, 94, 24],
    [108, 25, 593, 375, 393, 341],
)


def tables(counts):
    """The strata as statsmodels takes them."""
    x1, n1, x2, n2 = map(np.array, counts)
    return [np.array([[a, n - a], [c, m - c]]) for a, n, c, m in zip(x1, n1, x2, n2, strict=True)]


def test_the_cream_of_agresti_is_reproduced():
    # CMH 6.38 and odds ratio 2.13 in the book; 7.9955 with P 0.3330 is SAS's Breslow-Day.
    assert cochran_mantel_haenszel(*CREAM).statistic == pytest.approx(6.38, abs=0.005)
    assert mantel_haenszel_odds_ratio(*CREAM).estimate == pytest.approx(2.13, abs=0.005)
    assert breslow_day(*CREAM).statistic == pytest.approx(7.9955, abs=5e-5)
    assert breslow_day(*CREAM).p_value == pytest.approx(0.3330, abs=5e-5)


def test_the_admissions_of_berkeley_are_those_of_r():
    # mantelhaen.test(UCBAdmissions): X-squared 1.5246 corrected 1.4269, odds ratio 0.9046968.
    assert cochran_mantel_haenszel(*BERKELEY, correction=True).statistic == pytest.approx(
        1.4269, abs=5e-5
    )
    ours = mantel_haenszel_odds_ratio(*BERKELEY)
    found = (ours.estimate, ours.lower, ours.upper)
    assert found == pytest.approx((0.9046968, 0.7719074, 1.0603298), abs=5e-8)


@pytest.mark.parametrize("counts", [CREAM, BERKELEY])
def test_odds_and_tests_are_those_of_statsmodels(counts):
    pooled, ours = StratifiedTable(tables(counts)), mantel_haenszel_odds_ratio(*counts)
    assert (ours.lower, ours.upper) == pytest.approx(pooled.oddsratio_pooled_confint(), rel=1e-12)
    for correction in (False, True):
        theirs = pooled.test_null_odds(correction=correction)
        test = cochran_mantel_haenszel(*counts, correction=correction)
        assert (test.statistic, test.p_value) == pytest.approx((theirs.statistic, theirs.pvalue))
    for tarone in (False, True):
        theirs = pooled.test_equal_odds(adjust=tarone)
        test = breslow_day(*counts, tarone=tarone)
        assert (test.statistic, test.p_value) == pytest.approx((theirs.statistic, theirs.pvalue))


@pytest.mark.parametrize("case", [(90, 112, 33, 56), (0, 9, 3, 7), (5, 5, 1, 8), (0, 4, 0, 6)])
def test_one_stratum_gives_the_interval_of_one_table(case):
    counts = [[value] for value in case]
    rivals = {
        "stratified_newcombe": newcombe_difference,
        "stratified_miettinen_nurminen": miettinen_nurminen_difference,
    }
    for method, plain in rivals.items():
        ours, one = STRATIFIED[method](*counts), plain(*case)
        wanted = (one.estimate, one.lower, one.upper)
        assert (ours.estimate, ours.lower, ours.upper) == pytest.approx(wanted, abs=1e-9), method


@pytest.mark.parametrize("method", STRATIFIED)
def test_a_stratum_without_a_group_changes_nothing(method):
    more = tuple([*column, extra] for column, extra in zip(CREAM, (3, 5, 0, 0), strict=True))
    assert stratified_difference(*more, method=method) == stratified_difference(
        *CREAM, method=method
    )
    assert breslow_day(*more) == breslow_day(*CREAM)
    assert cochran_mantel_haenszel(*more) == cochran_mantel_haenszel(*CREAM)


@pytest.mark.parametrize("method", STRATIFIED)
def test_swapped_groups_turn_the_limits_round(method):
    ours = stratified_difference(*CREAM, method=method)
    swapped = stratified_difference(*CREAM[2:], *CREAM[:2], method=method)
    assert (ours.lower, ours.upper) == pytest.approx((-swapped.upper, -swapped.lower), abs=1e-12)


def test_the_expected_count_has_the_odds_ratio_asked_for():
    a = expected_count(36, 37, 21, 2.5)
    assert a * (37 - 21 + a) / ((36 - a) * (21 - a)) == pytest.approx(2.5)


def test_nothing_is_tested_where_nobody_or_everybody_has_the_outcome():
    test = cochran_mantel_haenszel([0, 3], [4, 3], [0, 5], [6, 5])
    assert math.isnan(test.statistic) and test.df == 1
    assert math.isnan(breslow_day([0, 3], [4, 3], [0, 5], [6, 5]).p_value)
    assert math.isnan(mantel_haenszel_odds_ratio([0], [4], [0], [6]).estimate)


@pytest.mark.parametrize("counts", [
    ([1], [2], [1, 1], [2, 2]), ([3], [2], [1], [2]), ([1.5], [2], [1], [2]), ([0], [0], [1], [2]),
])  # fmt: skip
def test_counts_that_cannot_be_are_refused(counts):
    with pytest.raises(ValueError, match=r"vectors|lie between|whole number|no stratum"):
        cochran_mantel_haenszel(*counts)


def test_an_unknown_method_is_refused():
    with pytest.raises(ValueError, match="method is 'wald'"):
        stratified_difference([1], [2], [1], [2], method="wald")
