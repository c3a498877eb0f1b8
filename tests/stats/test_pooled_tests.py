"""Tests pooled over completed data sets: D1, D2 and D3."""

from fractions import Fraction
from math import log, sqrt

import numpy as np
import pytest
from scipy import integrate, stats

from scripts.stats.pooled_tests import (
    d1_wald,
    d2_chi_square,
    d3_likelihood_ratio,
    li_raghunathan_rubin_df,
    reiter_df,
)
from scripts.stats.rubin import rubin_rules
from tests.stats import R

RANDOM = np.random.default_rng(11)


def sets(m, k):
    """Estimates and covariance matrices of m data sets."""
    q = RANDOM.normal(0.5, 0.4, (m, k))
    roots = RANDOM.normal(size=(m, k, k + 3))
    return q, roots @ roots.transpose(0, 2, 1) / 10


def test_chi_squares_of_the_combchi_macro_are_pooled_as_its_manual_prints():
    # PD Allison, SAS macro COMBCHI 2.1 (2007), example: 3 df on four data sets, chi-squares 5.8,
    # 7.2, 6.1 and 8.5; printed: F 2.0540138, df 3 and 342.22381, P 0.1060954
    ours = d2_chi_square([5.8, 7.2, 6.1, 8.5], 3)
    assert round(ours.statistic, 7) == 2.0540138
    assert round(ours.df_denominator, 5) == 342.22381
    assert round(ours.p_value, 7) == 0.1060954


@pytest.mark.parametrize(("m", "k"), [(2, 1), (2, 3), (5, 2), (20, 4), (100, 1)])
def test_d1_is_the_formula_of_the_paper_element_by_element(m, k):
    q, u = sets(m, k)
    mean = [sum(q[j][i] for j in range(m)) / m for i in range(k)]
    within = [[sum(u[j][a][b] for j in range(m)) / m for b in range(k)] for a in range(k)]
    inverse = np.linalg.inv(np.array(within))
    between = [
        [sum((q[j][a] - mean[a]) * (q[j][b] - mean[b]) for j in range(m)) / (m - 1)
         for b in range(k)] for a in range(k)
    ]  # fmt: skip
    trace = sum(between[a][b] * inverse[b][a] for a in range(k) for b in range(k))
    r = (1 + 1 / m) * trace / k
    squared = sum(mean[a] * inverse[a][b] * mean[b] for a in range(k) for b in range(k))
    t = k * (m - 1)
    v = (
        4 + (t - 4) * (1 + (1 - 2 / t) / r) ** 2
        if t > 4
        else t * (1 + 1 / k) * (1 + 1 / r) ** 2 / 2
    )
    ours = d1_wald(q, u)
    assert ours.relative_increase == pytest.approx(r, rel=R)
    assert ours.statistic == pytest.approx(squared / (k * (1 + r)), rel=R)
    assert ours.df_denominator == pytest.approx(v, rel=R)
    assert ours.p_value == pytest.approx(stats.f.sf(squared / (k * (1 + r)), k, v), rel=1e-9)


def test_d1_of_one_parameter_is_the_square_of_rubin_s_t():
    q, u = sets(7, 1)
    pooled = rubin_rules(q[:, 0], u[:, 0, 0])
    assert d1_wald(q, u).statistic == pytest.approx(pooled.statistic**2, rel=R)


def test_d1_does_not_depend_on_the_coordinates_of_the_parameters():
    q, u = sets(9, 3)
    turn = RANDOM.normal(size=(3, 3))
    turned = d1_wald(q @ turn.T, turn @ u @ turn.T, null=turn @ [0.1, 0.2, 0.3])
    assert turned.statistic == pytest.approx(d1_wald(q, u, [0.1, 0.2, 0.3]).statistic, rel=1e-9)


def test_estimates_that_do_not_differ_give_the_chi_square_test_of_complete_data():
    q, u = sets(1, 3)
    ours = d1_wald(np.repeat(q, 4, axis=0), np.repeat(u, 4, axis=0))
    wald = q[0] @ np.linalg.inv(u[0]) @ q[0]
    assert (ours.relative_increase, ours.df_denominator) == (0, np.inf)
    assert ours.p_value == pytest.approx(stats.chi2.sf(wald, 3), rel=R)
    same = d2_chi_square([4.0] * 5, 2)
    assert (same.statistic, same.df_denominator) == (2.0, np.inf)
    assert same.p_value == pytest.approx(stats.chi2.sf(4.0, 2), rel=R)
    alike = d3_likelihood_ratio([4.0] * 5, [4.0] * 5, 2)
    assert (alike.statistic, alike.p_value) == (2.0, pytest.approx(stats.chi2.sf(4.0, 2), rel=R))


def test_reiter_s_degrees_of_freedom_are_those_of_his_formula_in_exact_fractions():
    r, k, m, complete = Fraction(1, 4), 3, 11, Fraction(40)
    t = Fraction(k * (m - 1))
    a = r * t / (t - 2)
    v = complete * (complete + 1) / (complete + 3)
    x, y, z = v - 2 * (1 + a), v - 4 * (1 + a), 1 / (t - 4)
    total = 1 / y
    total += z * a**2 * x / ((1 + a) ** 2 * y)
    total += z * (8 * a**2 * x / ((1 + a) * y**2) + 4 * a**2 / ((1 + a) * y))
    total += z * (4 * a**2 / (y * x) + 16 * a**2 * x / y**3)
    total += z * 8 * a**2 / y**2
    assert reiter_df(0.25, k, m, 40.0) == pytest.approx(float(4 + 1 / total), rel=R)


def test_reiter_s_degrees_of_freedom_tend_to_those_for_large_samples():
    # Reiter (2007): with many complete-data degrees of freedom his are those of Li et al., save
    # that he has not their (1 - 2/t); a = r t / (t - 2) brings it in: 4 + (t - 4) ((1 + a)/a)^2.
    ours = reiter_df(0.3, 2, 21, 1e9)
    assert ours == pytest.approx(li_raghunathan_rubin_df(0.3, 2, 21), rel=1e-6)


def test_reiter_s_degrees_of_freedom_do_not_exceed_the_complete_data_ones():
    for r in (0.01, 0.2, 1.0):
        assert reiter_df(r, 2, 50, 60.0) < 60


def test_a_p_value_of_d1_is_the_integral_of_the_density_of_f():
    ours = d1_wald(*sets(6, 2))
    v = ours.df_denominator

    def density(x):
        return (1 + 2 * x / v) ** (-(2 + v) / 2)  # of F(2, v)

    area = integrate.quad(density, ours.statistic, np.inf)[0]
    assert ours.p_value == pytest.approx(area, rel=1e-8)


def test_d2_is_the_formula_of_the_paper():
    d, k, m = [0.3, 2.2, 7.1, 4.0, 0.0], 2, 5
    roots = [sqrt(one) for one in d]
    r = (1 + 1 / m) * sum((x - sum(roots) / m) ** 2 for x in roots) / (m - 1)
    ours = d2_chi_square(d, k)
    assert ours.relative_increase == pytest.approx(r, rel=R)
    assert ours.statistic == pytest.approx((sum(d) / m / k - (m + 1) / (m - 1) * r) / (1 + r))
    v = k ** (-3 / m) * (m - 1) * (1 + 1 / r) ** 2
    assert ours.df_denominator == pytest.approx(v, rel=R)


def test_a_negative_d2_has_the_p_value_one():
    ours = d2_chi_square([0.0, 0.0, 16.0], 1)
    assert ours.statistic < 0
    assert ours.p_value == 1


def test_d3_of_binomial_proportions_is_the_formula_with_their_likelihoods():
    # Is p = 0.5? x of 40 in each of four completed data sets; the pooled estimate is their mean.
    counts, n = [24, 27, 25, 30], 40

    def loglik(x, p):
        return x * log(p) + (n - x) * log(1 - p)

    mean = sum(counts) / 4 / n
    own = [2 * (loglik(x, x / n) - loglik(x, 0.5)) for x in counts]
    common = [2 * (loglik(x, mean) - loglik(x, 0.5)) for x in counts]
    s, c = sum(own) / 4, sum(common) / 4
    r = 5 / 3 * (s - c)
    ours = d3_likelihood_ratio(own, common, 1)
    assert ours.statistic == pytest.approx(c / (1 + r), rel=R)
    v = 3 * (1 + 1) * (1 + 1 / r) ** 2 / 2
    assert ours.df_denominator == pytest.approx(v, rel=R)
    assert ours.p_value == pytest.approx(stats.f.sf(c / (1 + r), 1, v), rel=R)


def test_d3_agrees_with_d1_where_likelihoods_are_quadratic():
    # Normal estimates with the same known covariance in each set: d_j = q_j' U^-1 q_j.
    q, u = sets(8, 3)
    inverse = np.linalg.inv(u[0])
    own = np.einsum("mi,ij,mj->m", q, inverse, q)
    away = q - q.mean(axis=0)
    common = own - np.einsum("mi,ij,mj->m", away, inverse, away)
    first = d3_likelihood_ratio(own, common, 3)
    second = d1_wald(q, np.repeat(u[:1], 8, axis=0))
    assert first.statistic == pytest.approx(second.statistic, rel=1e-9)
    assert first.df_denominator == pytest.approx(second.df_denominator, rel=1e-9)


def test_a_likelihood_that_falls_by_less_than_nothing_adds_nothing():
    ours = d3_likelihood_ratio([3.0, 5.0], [3.5, 5.5], 1)
    assert (ours.relative_increase, ours.statistic) == (0, 4.5)


def test_wrong_input_is_refused_in_words():
    q, u = sets(3, 2)
    with pytest.raises(ValueError, match="m of at least 2"):
        d1_wald(q[:1], u[:1])
    with pytest.raises(ValueError, match=r"it needs \(3, 2, 2\)"):
        d1_wald(q, u[:, :1])
    with pytest.raises(ValueError, match="singular"):
        d1_wald(q, np.zeros_like(u))
    with pytest.raises(ValueError, match="impute more often"):
        d1_wald(q, u, df_complete=30)
    with pytest.raises(ValueError, match="at least 2"):
        d2_chi_square([1.0], 1)
    with pytest.raises(ValueError, match="must not be negative"):
        d2_chi_square([1.0, -0.1], 1)
    with pytest.raises(ValueError, match="do not fit"):
        d3_likelihood_ratio([1.0, 2.0], [1.0], 1)
    with pytest.raises(ValueError, match="whole number of parameters"):
        d3_likelihood_ratio([1.0, 2.0], [1.0, 2.0], 1.5)
