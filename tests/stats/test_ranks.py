"""The Mann-Whitney test."""

import numpy as np
import pytest
from scipy import stats

from scripts.stats.ranks import mann_whitney, mann_whitney_exact
from tests.stats import R

# Hollander M, Wolfe DA. Nonparametric statistical methods. Wiley, 1973, p. 69: permeability of the
# human chorioamnion at term and at 12 to 26 weeks
TERM = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
EARLY = [1.15, 0.88, 0.90, 0.74, 1.21]
DAYS_1 = [21, 28, 28, 28, 42, 42, 56, 21, 14, 28]
DAYS_2 = [28, 28, 42, 49, 56, 56, 70]


def test_the_permeability_data_have_w_35_and_a_one_sided_large_sample_p_of_0_11():
    ours = mann_whitney(TERM, EARLY, correction=False)
    assert ours.statistic == 35
    assert round(ours.p_value / 2, 2) == 0.11


# R: wilcox.test(x, y, exact = FALSE, correct = TRUE / FALSE)[c("statistic", "p.value")]
R_WILCOX = [
    (TERM, EARLY, True, 35, 0.244623605127),
    (TERM, EARLY, False, 35, 0.2206713619198),
    (DAYS_1, DAYS_2, True, 14, 0.03970383787247),
    (DAYS_1, DAYS_2, False, 14, 0.03511903516112),
]


@pytest.mark.parametrize(("x", "y", "correction", "w", "p_value"), R_WILCOX)
def test_mann_whitney_agrees_with_wilcox_test_of_r(x, y, correction, w, p_value):
    ours = mann_whitney(x, y, correction)
    assert (ours.statistic, ours.p_value) == pytest.approx((w, p_value), rel=R)


@pytest.mark.parametrize("correction", [True, False])
@pytest.mark.parametrize("seed", range(5))
def test_mann_whitney_agrees_with_scipy_on_tied_samples(seed, correction):
    generator = np.random.default_rng(seed)
    x, y = generator.integers(0, 8, 30), generator.integers(1, 9, 17)
    theirs = stats.mannwhitneyu(x, y, method="asymptotic", use_continuity=correction)
    ours = mann_whitney(x, y, correction)
    assert (ours.statistic, ours.p_value) == pytest.approx((theirs.statistic, theirs.pvalue), rel=R)


def test_the_statistic_counts_pairs_and_ties_count_one_half():
    pairs = [1.0 if a > b else 0.5 if a == b else 0.0 for a in DAYS_1 for b in DAYS_2]
    assert mann_whitney(DAYS_1, DAYS_2).statistic == sum(pairs)


def test_exchanging_the_groups_keeps_p_and_complements_the_statistic():
    there, back = mann_whitney(DAYS_1, DAYS_2), mann_whitney(DAYS_2, DAYS_1)
    assert back.p_value == pytest.approx(there.p_value, rel=R)
    assert back.statistic == 10 * 7 - there.statistic


def test_p_is_1_when_the_statistic_is_its_expectation():
    assert mann_whitney([1, 4], [2, 3]).p_value == 1.0


def test_p_is_not_estimable_when_all_observations_are_equal():
    ours = mann_whitney([3, 3, 3], [3, 3])
    assert ours.statistic == 3 * 2 / 2
    assert np.isnan(ours.p_value)


def test_an_empty_group_is_refused():
    with pytest.raises(ValueError, match="y has 0 values"):
        mann_whitney([1, 2], [])


def test_the_permeability_data_have_the_exact_one_sided_p_of_the_textbook():
    # Hollander and Wolfe, as ?wilcox.test of R quotes them: W = 35, one-sided p = 0.1272
    ours = mann_whitney_exact(TERM, EARLY)
    assert ours.statistic == 35
    assert round(ours.p_value / 2, 4) == 0.1272


def test_with_ties_the_exact_p_counts_all_choices():
    # ranks 1.5 1.5 3 4 5: of the ten pairs only {1.5, 1.5} has a sum as small as 3
    assert mann_whitney_exact([7, 7], [8, 9, 10]).p_value == pytest.approx(2 * 1 / 10)
    assert mann_whitney_exact([3, 3, 3], [3, 3]).p_value == 1


@pytest.mark.parametrize("seed", range(5))
def test_the_exact_test_agrees_with_scipy_without_ties(seed):
    generator = np.random.default_rng(seed)
    x, y = generator.normal(size=20), generator.normal(0.5, 1, 33)
    theirs = stats.mannwhitneyu(x, y, method="exact")
    assert mann_whitney_exact(x, y).p_value == pytest.approx(theirs.pvalue, rel=R)
