"""Sample size and power of two proportions."""

import numpy as np
import pytest
from scipy import optimize, stats
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import (
    power_proportions_2indep,
    proportion_effectsize,
    samplesize_proportions_2indep_onetail,
)

from scripts.stats.design import (
    POWER_VARIANTS,
    SAMPLE_SIZE_VARIANTS,
    power_two_proportions,
    sample_size_two_proportions,
)
from tests.stats import ITERATIVE, R

# D-SS: 90% against 66%, 2:1, power 90%, two-sided 5%, 20% dropout: exact smaller group, enrolled
TRIAL = {
    "pooled_corrected": (49.801, 125, 63),
    "unpooled": (49.144, 125, 63),
    "pooled": (43.747, 110, 55),
    "unpooled_corrected": (55.217, 140, 70),
    "arcsine": (43.553, 110, 55),
}


@pytest.mark.parametrize("variant", TRIAL)
def test_the_trial_s_125_and_63_come_from_two_variants_and_from_no_other(variant):
    ours = sample_size_two_proportions(0.9, 0.66, 2, 0.05, 0.9, variant, dropout=0.2)
    exact, enrolled_1, enrolled_2 = TRIAL[variant]
    assert round(ours.n2_exact, 3) == exact
    assert (ours.n1_enrolled, ours.n2_enrolled) == (enrolled_1, enrolled_2)


def test_groups_are_rounded_up_before_and_after_dropout_and_the_allocation_holds():
    ours = sample_size_two_proportions(0.9, 0.66, 2, 0.05, 0.9, "unpooled", dropout=0.2)
    # 49.144 -> 50, doubled 100; 100 / 0.8 = 125; 50 / 0.8 = 62.5 -> 63
    assert (ours.n2, ours.n1) == (50, 100)
    assert (ours.n1_enrolled, ours.n2_enrolled) == (125, 63)


def test_a_number_that_is_whole_but_for_rounding_is_not_rounded_up():
    # 21 / (1 - 0.3) is 30.000000000000004 in floating point
    ours = sample_size_two_proportions(0.5, 0.87, 1, 0.05, 0.8, "unpooled", dropout=0.3)
    assert (ours.n1, ours.n1_enrolled) == (21, 30)


# D-POW: 112 against 56 subjects
POWER = {"pooled": 0.9539, "unpooled": 0.9332, "pooled_corrected": 0.9319, "fisher": 0.9498}


@pytest.mark.parametrize("variant", POWER)
def test_the_power_of_the_trial_as_randomised_is_reproduced_at_four_decimals(variant):
    ours = power_two_proportions(0.9, 112, 0.66, 56, 0.05, variant)
    assert round(ours.power, 4) == POWER[variant]


def test_the_examples_of_r_s_manual_are_reproduced():
    # ?power.prop.test prints power = 0.740 and n = 76.7
    assert round(power_two_proportions(0.5, 50, 0.75, 50).power, 3) == 0.740
    ours = sample_size_two_proportions(0.5, 0.75, power=0.9, variant="pooled")
    assert round(ours.n1_exact, 1) == 76.7


def test_equal_groups_agree_with_power_prop_test_of_r():
    # R: power.prop.test(p1 = .5, p2 = .75, power = .9, tol = 1e-12)$n
    #    power.prop.test(p1 = .65, p2 = .85, power = .8, sig.level = .01, tol = 1e-12)$n
    #    power.prop.test(n = 50, p1 = .5, p2 = .75)$power
    first = sample_size_two_proportions(0.5, 0.75, 1, 0.05, 0.9, "pooled")
    second = sample_size_two_proportions(0.65, 0.85, 1, 0.01, 0.8, "pooled")
    assert (first.n1_exact, second.n1_exact) == pytest.approx(
        (76.70692845178, 108.0373759297), rel=R
    )
    power = power_two_proportions(0.5, 50, 0.75, 50, variant="pooled").power
    assert power == pytest.approx(0.7401659013314, rel=R)


@pytest.mark.parametrize("ratio", [0.5, 1.0, 3.0])
@pytest.mark.parametrize(("p1", "p2"), [(0.9, 0.66), (0.1, 0.35), (0.5, 0.4)])
def test_pooled_size_and_power_agree_with_statsmodels(p1, p2, ratio):
    # theirs: ratio of group 2 to group 1, two-sided alpha
    theirs = samplesize_proportions_2indep_onetail(p1 - p2, p2, 0.9, 1 / ratio, 0.05)
    ours = sample_size_two_proportions(p1, p2, ratio, 0.05, 0.9, "pooled")
    assert ours.n1_exact == pytest.approx(theirs, rel=ITERATIVE)
    low, high = min(p1, p2), max(p1, p2)
    n_high, n_low = (60, 60 / ratio) if p1 > p2 else (60 / ratio, 60)
    power = power_proportions_2indep(
        high - low, low, n_high, n_low / n_high, 0.025, alternative="larger", return_results=False
    )
    ours_power = power_two_proportions(p1, 60, p2, 60 / ratio).power
    assert ours_power == pytest.approx(power, rel=R)


def test_arcsine_size_and_power_agree_with_statsmodels():
    effect = proportion_effectsize(0.9, 0.66)
    solver = NormalIndPower()
    n1 = solver.solve_power(effect, alpha=0.025, power=0.9, ratio=0.5, alternative="larger")
    ours = sample_size_two_proportions(0.9, 0.66, 2, 0.05, 0.9, "arcsine")
    assert ours.n1_exact == pytest.approx(n1, rel=ITERATIVE)
    power = solver.power(effect, 112, 0.025, ratio=0.5, alternative="larger")
    assert power_two_proportions(0.9, 112, 0.66, 56, 0.05, "arcsine").power == pytest.approx(power)


@pytest.mark.parametrize("pooled", [True, False])
def test_corrected_sizes_solve_the_equation_of_the_corrected_test(pooled):
    p1, p2, r, z_alpha, z_beta = 0.9, 0.66, 2, stats.norm.ppf(0.975), stats.norm.ppf(0.9)
    mean = (r * p1 + p2) / (r + 1)
    apart = np.sqrt(p1 * (1 - p1) / r + p2 * (1 - p2))
    null = np.sqrt((1 + 1 / r) * mean * (1 - mean)) if pooled else apart

    def shortfall(n):
        return p1 - p2 - (1 + 1 / r) / (2 * n) - (z_alpha * null + z_beta * apart) / np.sqrt(n)

    variant = "pooled_corrected" if pooled else "unpooled_corrected"
    ours = sample_size_two_proportions(p1, p2, r, 0.05, 0.9, variant)
    assert ours.n2_exact == pytest.approx(optimize.brentq(shortfall, 5, 500, xtol=1e-12), rel=R)


@pytest.mark.parametrize("variant", SAMPLE_SIZE_VARIANTS)
def test_the_size_found_has_the_power_asked_for_and_one_pair_less_has_not(variant):
    ours = sample_size_two_proportions(0.3, 0.6, 1, 0.05, 0.8, variant)
    enough = power_two_proportions(0.3, ours.n1, 0.6, ours.n2, 0.05, variant).power
    short = power_two_proportions(0.3, ours.n1 - 1, 0.6, ours.n2 - 1, 0.05, variant).power
    assert short < 0.8 <= enough


def test_the_power_of_fisher_s_test_agrees_with_all_tables_written_out():
    n1, n2, p1, p2 = 12, 9, 0.85, 0.3
    slow = sum(
        stats.binom.pmf(a, n1, p1) * stats.binom.pmf(b, n2, p2)
        for a in range(n1 + 1)
        for b in range(n2 + 1)
        if stats.fisher_exact([[a, n1 - a], [b, n2 - b]]).pvalue <= 0.05
    )
    ours = power_two_proportions(p1, n1, p2, n2, 0.05, "fisher")
    assert ours.power == pytest.approx(slow, rel=R)


@pytest.mark.parametrize("variant", POWER_VARIANTS)
def test_exchanging_the_groups_keeps_the_power(variant):
    there = power_two_proportions(0.8, 20, 0.4, 31, 0.05, variant).power
    back = power_two_proportions(0.4, 31, 0.8, 20, 0.05, variant).power
    assert back == pytest.approx(there, rel=R)


def test_wrong_input_is_refused_in_words():
    with pytest.raises(ValueError, match="allowed: pooled, pooled_corrected"):
        sample_size_two_proportions(0.9, 0.6, variant="fisher")
    with pytest.raises(ValueError, match="difference of zero"):
        sample_size_two_proportions(0.6, 0.6)
    with pytest.raises(ValueError, match="p1 is 0"):
        power_two_proportions(0, 10, 0.5, 10)
    with pytest.raises(ValueError, match="ratio is 0"):
        sample_size_two_proportions(0.9, 0.6, ratio=0)
    with pytest.raises(ValueError, match="dropout is 1"):
        sample_size_two_proportions(0.9, 0.6, dropout=1)
    with pytest.raises(ValueError, match="denominator of group 2 is 0"):
        power_two_proportions(0.9, 10, 0.5, 0)
