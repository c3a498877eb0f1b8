"""Sample quantiles by the named definitions."""

from fractions import Fraction

import numpy as np
import pytest

from scripts.stats.quantiles import quantile, quartiles
from tests.stats import R

X = [3.1, 4.7, 4.7, 5.0, 8.2, 9.9, 12.4, 15.0, 21.3, 30.8]
P = [0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1]
NUMPY = {2: "averaged_inverted_cdf", 5: "hazen", 6: "weibull", 7: "linear"}

# R: quantile(x, c(0, .05, .1, .25, .5, .75, .9, .95, 1), type = 2, 5, 6, 7)
R_QUANTILES = {
    2: [3.10, 3.10, 3.90, 4.70, 9.05, 15.00, 26.05, 30.80, 30.80],
    5: [3.10, 3.10, 3.90, 4.70, 9.05, 15.00, 26.05, 30.80, 30.80],
    6: [3.100, 3.100, 3.260, 4.700, 9.050, 16.575, 29.850, 30.800, 30.800],
    7: [3.100, 3.820, 4.540, 4.775, 9.050, 14.350, 22.250, 26.525, 30.800],
}


@pytest.mark.parametrize("type_", R_QUANTILES)
def test_quantiles_agree_with_r(type_):
    assert [quantile(X, p, type_) for p in P] == pytest.approx(R_QUANTILES[type_], rel=R)


@pytest.mark.parametrize("type_", NUMPY)
@pytest.mark.parametrize("n", [1, 2, 3, 7, 33, 90])
def test_quantiles_agree_with_numpy(type_, n):
    x = np.sort(np.random.default_rng(n).integers(0, 40, n) / 4)
    for p in (0.0, 0.05, 0.25, 1 / 3, 0.5, 0.75, 0.9, 1.0):
        theirs = np.quantile(x, p, method=NUMPY[type_])
        assert quantile(x, p, type_) == pytest.approx(theirs, rel=R), p


def slow_type_6(x, p):
    """Interpolate at position (n + 1) p in exact fractions."""
    ordered = sorted(Fraction(v) for v in x)
    position = min(max(Fraction(p) * (len(x) + 1), Fraction(1)), Fraction(len(x)))
    whole = int(position)
    upper = ordered[min(whole, len(x) - 1)]
    return float(ordered[whole - 1] + (position - whole) * (upper - ordered[whole - 1]))


@pytest.mark.parametrize("p", ["1/4", "1/2", "3/4", "9/10"])
def test_type_6_agrees_with_exact_fractions(p):
    assert quantile(X, float(Fraction(p)), 6) == pytest.approx(slow_type_6(X, p), rel=R)


def test_the_upper_quartile_of_33_values_on_the_visit_grid_is_49_by_type_6_and_not_by_2_or_7():
    # E-TTR-M: position 34 * 0.75 = 25.5, between the 25th value 42 and the 26th 56
    days = [28] * 20 + [42] * 5 + [56] * 8
    assert quantile(days, 0.75, 6) == (42 + 56) / 2
    assert quantile(days, 0.75, 7) == 42
    assert quantile(days, 0.75, 2) == 42


def test_the_upper_quartile_of_112_ages_is_55_75_by_type_6():
    # B-AGE: position 113 * 0.75 = 84.75, between the 84th value 55 and the 85th 56
    ages = [30] * 83 + [55] + [56] + [70] * 27
    assert quantile(ages, 0.75, 6) == 55 + 0.75 * 1


def test_the_median_of_an_even_number_is_the_mean_of_the_two_in_the_middle_by_every_type():
    # E-DOR-C: 90 durations, the 45th is 42 weeks and the 46th is 44
    weeks = [10] * 44 + [42, 44] + [50] * 44
    assert [quantile(weeks, 0.5, t) for t in (2, 5, 6, 7)] == [(42 + 44) / 2] * 4


def test_a_position_that_is_whole_but_for_rounding_counts_as_whole():
    # 100 * 0.29 is 28.999999999999996 in floating point, 10 * (0.1 * 3) is 3.0000000000000004
    assert quantile(range(1, 101), 0.29, 2) == (29 + 30) / 2
    assert quantile(range(1, 11), 0.1 * 3, 2) == (3 + 4) / 2


def test_one_observation_is_all_its_quantiles():
    assert [quantile([7.5], p, t) for p in (0, 0.25, 1) for t in (2, 5, 6, 7)] == [7.5] * 12


def test_quartiles_are_the_three_quantiles():
    assert quartiles(X, 6) == (4.7, 9.05, pytest.approx(16.575))


def test_an_unknown_type_an_empty_sample_and_missing_values_are_refused():
    with pytest.raises(ValueError, match="allowed: 2, 5, 6, 7"):
        quantile(X, 0.5, 4)
    with pytest.raises(ValueError, match="at least 1 needed"):
        quantile([], 0.5, 6)
    with pytest.raises(ValueError, match="1 missing or infinite"):
        quantile([1.0, np.nan], 0.5, 6)
    with pytest.raises(ValueError, match="between 0 and 1"):
        quantile(X, 75, 6)
