"""Single proportions and tests of two proportions."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from scripts.stats.proportions import (
    clopper_pearson_interval,
    fisher_exact,
    pearson_chi_square,
    wilson_interval,
)
from tests.stats import R

# Newcombe RG. Two-sided confidence intervals for the single proportion. Stat Med 1998;17:857-72,
# table I: methods 3 (Wilson) and 5 (Clopper-Pearson)
NEWCOMBE = [
    (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
    (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
    (0, 20, (0.0000, 0.1611), (0.0000, 0.1684)),
    (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
]
# R: prop.test(x, n, correct = FALSE)$conf.int; binom.test(x, n)$conf.int
R_INTERVALS = [
    (15, 148, (0.06238639953074, 0.16048724172331), (0.05784401008345, 0.16165049034948)),
    (0, 20, (0.0, 0.1611251580528), (0.0, 0.1684334709831)),
    (29, 29, (0.8830302015003, 1.0), (0.8805551309305, 1.0)),
    (7, 56, (0.06189068695717, 0.23625476558190), (0.05176450487920, 0.24073257965207)),
]


@pytest.mark.parametrize(("x", "n", "wilson", "exact"), NEWCOMBE)
def test_newcombe_s_single_proportions_are_reproduced_at_four_decimals(x, n, wilson, exact):
    for function, limits in ((wilson_interval, wilson), (clopper_pearson_interval, exact)):
        ours = function(x, n)
        assert (round(ours.lower, 4), round(ours.upper, 4)) == limits


@pytest.mark.parametrize(("x", "n", "wilson", "exact"), R_INTERVALS)
def test_intervals_of_one_proportion_agree_with_r(x, n, wilson, exact):
    for function, limits in ((wilson_interval, wilson), (clopper_pearson_interval, exact)):
        ours = function(x, n)
        assert (ours.lower, ours.upper) == pytest.approx(limits, rel=R)


@pytest.mark.parametrize("level", [0.8, 0.95])
@pytest.mark.parametrize(("x", "n"), [(0, 1), (1, 1), (3, 7), (40, 41)])
def test_intervals_of_one_proportion_agree_with_statsmodels(x, n, level):
    for function, word in ((wilson_interval, "wilson"), (clopper_pearson_interval, "beta")):
        ours = function(x, n, level)
        theirs = proportion_confint(x, n, alpha=1 - level, method=word)
        assert (ours.lower, ours.upper) == pytest.approx(theirs, rel=R, abs=1e-15)


def test_limits_at_no_and_at_all_events_are_exactly_0_and_1():
    for function in (wilson_interval, clopper_pearson_interval):
        assert function(0, 9).lower == 0.0
        assert function(9, 9).upper == 1.0


# The tests that the trial's report implies, uncorrected and corrected, at four decimals
TRIAL = [
    ((90, 112, 33, 56), 0.0031, 0.0056),
    ((45, 112, 14, 56), 0.0520, 0.0765),
    ((68, 112, 23, 56), 0.0160, 0.0248),
    ((47, 112, 7, 56), 0.0001, 0.0002),
    ((21, 112, 19, 56), 0.0294, 0.0471),
]


@pytest.mark.parametrize(("counts", "plain", "corrected"), TRIAL)
def test_chi_square_p_values_of_the_trial_are_reproduced(counts, plain, corrected):
    assert round(pearson_chi_square(*counts).p_value, 4) == plain
    assert round(pearson_chi_square(*counts, correction=True).p_value, 4) == corrected


def test_the_aspirin_study_has_chi_square_25_01():
    # Agresti A. Categorical data analysis, 2nd ed. Wiley, 2002, section 3.2.1: 189 of 11034
    # against 104 of 11037 heart attacks
    assert round(pearson_chi_square(189, 11034, 104, 11037).statistic, 2) == 25.01


# R: prop.test(c(x1, x2), c(n1, n2), correct = FALSE / TRUE)[c("statistic", "p.value")]
R_CHI_SQUARE = [
    ((90, 112, 33, 56), (8.741463414634, 0.003110547856006), (7.682926829268, 0.005574568299189)),
    ((45, 112, 14, 56), (3.774840615767, 0.05202885754697), (3.138081169336, 0.07648373980971)),
    ((21, 112, 19, 56), (4.741406250000, 0.02944499324376), (3.941601562500, 0.04710591042355)),
    ((5, 56, 0, 29), (2.75111607142857, 0.09718656817058), (1.37474022475369, 0.24099911419634)),
    ((3, 10, 3, 10), (0.0, 1.0), (0.0, 1.0)),
]


@pytest.mark.parametrize(("counts", "plain", "corrected"), R_CHI_SQUARE)
def test_chi_square_agrees_with_prop_test_of_r(counts, plain, corrected):
    for correction, expected in ((False, plain), (True, corrected)):
        ours = pearson_chi_square(*counts, correction=correction)
        assert (ours.statistic, ours.p_value) == pytest.approx(expected, rel=R)
        assert ours.df == 1


@pytest.mark.parametrize("correction", [False, True])
@pytest.mark.parametrize("counts", [(7, 9, 8, 11), (1, 40, 30, 31), (4, 8, 5, 9)])
def test_chi_square_agrees_with_scipy(counts, correction):
    x1, n1, x2, n2 = counts
    theirs = stats.chi2_contingency([[x1, n1 - x1], [x2, n2 - x2]], correction=correction)
    ours = pearson_chi_square(*counts, correction=correction)
    assert (ours.statistic, ours.p_value) == pytest.approx((theirs[0], theirs[1]), rel=R)


@pytest.mark.parametrize("counts", [(0, 8, 0, 5), (8, 8, 5, 5)])
def test_chi_square_is_not_estimable_when_nobody_or_everybody_has_the_outcome(counts):
    ours = pearson_chi_square(*counts)
    assert np.isnan([ours.statistic, ours.p_value]).all()


def test_the_correction_never_raises_the_statistic():
    # 4/8 against 5/9: each cell is 4/17 from its expectation, less than one half
    assert pearson_chi_square(4, 8, 5, 9, correction=True).statistic == 0.0


def test_the_lady_tasting_tea_with_three_of_four_right_has_p_34_of_70():
    # Fisher RA. The design of experiments, 1935: tables with 0, 1, 3 or 4 right cups are no more
    # probable than the one seen: (1 + 16 + 16 + 1) / 70
    assert fisher_exact(3, 4, 1, 4).p_value == pytest.approx((1 + 16 + 16 + 1) / 70, rel=R)


# R: fisher.test(matrix(c(x1, n1 - x1, x2, n2 - x2), 2))$p.value
R_FISHER = [
    ((90, 112, 33, 56), 0.005178184458702),
    ((45, 112, 14, 56), 0.06026816785677),
    ((5, 56, 0, 29), 0.1606214432095),
    ((3, 10, 3, 10), 1.0),
    ((7, 8, 2, 9), 0.0152200740436),
]


@pytest.mark.parametrize(("counts", "p_value"), R_FISHER)
def test_fisher_s_test_agrees_with_r(counts, p_value):
    assert fisher_exact(*counts).p_value == pytest.approx(p_value, rel=R)


@pytest.mark.parametrize("counts", [(0, 8, 0, 5), (8, 8, 0, 5), (7, 9, 8, 11), (1, 40, 30, 31)])
def test_fisher_s_test_agrees_with_scipy(counts):
    x1, n1, x2, n2 = counts
    theirs = stats.fisher_exact([[x1, n1 - x1], [x2, n2 - x2]])
    ours = fisher_exact(*counts)
    assert ours.p_value == pytest.approx(theirs.pvalue, rel=R)
    assert ours.statistic == pytest.approx(theirs.statistic, nan_ok=True)


def test_an_empty_group_is_refused():
    for function in (pearson_chi_square, fisher_exact):
        with pytest.raises(ValueError, match="denominator of group 1 is 0"):
            function(0, 0, 1, 2)
    with pytest.raises(ValueError, match="at least one subject"):
        wilson_interval(0, 0)
