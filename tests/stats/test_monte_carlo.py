"""Monte Carlo errors of pooled statistics."""

import numpy as np
import pytest

from scripts.stats.monte_carlo import (
    STATISTICS,
    jackknife_error,
    monte_carlo_errors,
    monte_carlo_errors_d2,
    without_each,
)
from scripts.stats.pooled_estimates import pool_on_scale
from scripts.stats.pooled_tests import d2_chi_square
from scripts.stats.rubin import rubin_rules
from tests.stats import R


def draws(random, m, between=0.02, within=0.05):
    """Estimates and variances as imputation makes them: those of one trial, drawn m times."""
    q = random.normal(0.25, np.sqrt(between), m)
    return q, within * (1 + 0.1 * random.normal(size=m) + 0.3 * (q - 0.25))


@pytest.mark.parametrize("scale", ["identity", "log", "cloglog"])
@pytest.mark.parametrize("df_complete", [None, 40.0])
def test_errors_are_those_of_pooling_again_without_each_data_set(scale, df_complete):
    q, u = draws(np.random.default_rng(3), 12)
    ours = monte_carlo_errors(q, u, 0.9, df_complete, scale)
    again = [
        pool_on_scale(np.delete(q, j), np.delete(u, j), scale, 0.9, df_complete, "x")
        for j in range(12)
    ]
    for name in STATISTICS:
        outside = name in ("estimate", "lower", "upper")
        values = np.array([getattr(one if outside else one.on_scale, name) for one in again])
        expected = np.sqrt(11 / 12 * ((values - values.mean()) ** 2).sum())
        assert ours.of(name) == pytest.approx(expected, rel=1e-9), name


def test_the_jackknife_of_the_mean_is_the_root_of_b_over_m():
    q, u = draws(np.random.default_rng(4), 9)
    assert jackknife_error(without_each(q)[0]) == pytest.approx(np.sqrt(q.var(ddof=1) / 9), rel=R)
    assert monte_carlo_errors(q, u).estimate == rubin_rules(q, u).monte_carlo_error


@pytest.mark.parametrize("df_complete", [None, 60.0])
def test_the_errors_are_what_repeating_the_imputation_shows(df_complete):
    # 4000 repetitions of 60 draws: the standard deviation of a statistic over them is known to
    # about 1/sqrt(2 * 4000) = 1.1%; the mean jackknife error is a little high for what is not
    # linear (df most, by about a tenth at this m), so 6% for all but df, 20% for it.
    random = np.random.default_rng(20)
    pooled, errors = [], []
    for _ in range(4000):
        q, u = draws(random, 60)
        one = rubin_rules(q, u, df_complete=df_complete)
        pooled.append([getattr(one, name) for name in STATISTICS])
        found = monte_carlo_errors(q, u, df_complete=df_complete)
        errors.append([found.of(name) ** 2 for name in STATISTICS])
    spread, mean = np.std(pooled, axis=0, ddof=1), np.sqrt(np.mean(errors, axis=0))
    for name, seen, said in zip(STATISTICS, spread, mean, strict=True):
        assert said == pytest.approx(seen, rel=0.2 if name == "df" else 0.06), name


def test_the_errors_of_a_pooled_chi_square_are_what_repeating_shows():
    random = np.random.default_rng(21)
    pooled, errors = [], []
    for _ in range(2000):
        d = random.normal(2.4, 0.5, 80) ** 2
        one, found = d2_chi_square(d, 1), monte_carlo_errors_d2(d, 1)
        pooled.append([one.statistic, one.p_value])
        errors.append([found.statistic**2, found.p_value**2])
    # 2000 repetitions: 1.6% by chance, and the bias of the jackknife
    assert np.sqrt(np.mean(errors, axis=0)) == pytest.approx(np.std(pooled, axis=0), rel=0.1)


def test_errors_fall_with_the_root_of_m():
    q, u = draws(np.random.default_rng(5), 200)
    few = monte_carlo_errors(q, u)
    many = monte_carlo_errors(np.tile(q, 4), np.tile(u, 4))
    for name in ("estimate", "standard_error", "lower", "upper", "p_value"):
        assert few.of(name) / many.of(name) == pytest.approx(2, rel=0.02), name


def test_estimates_that_do_not_differ_leave_only_the_variances_to_chance():
    same = monte_carlo_errors([0.3] * 5, [0.04] * 5)
    assert [same.of(name) for name in STATISTICS] == [0.0] * len(STATISTICS)
    assert monte_carlo_errors([0.3] * 5, [0.04, 0.05, 0.06, 0.04, 0.05]).standard_error > 0


def test_with_two_data_sets_only_the_mean_has_an_error():
    ours = monte_carlo_errors([0.2, 0.4], [0.1, 0.1])
    assert ours.estimate == pytest.approx(0.1, rel=R)  # sqrt(((0.1)^2 + (0.1)^2) / 1 / 2)
    assert all(np.isnan(ours.of(name)) for name in STATISTICS if name != "estimate")
    assert np.isnan(monte_carlo_errors([0.2, 0.4], [0.1, 0.1], scale="log").estimate)
    assert np.isnan(monte_carlo_errors_d2([1.0, 2.0], 1).p_value)


def test_one_estimate_that_alone_differs_gives_no_error_of_infinite_degrees_of_freedom():
    # Without it the others do not differ, and Rubin's degrees of freedom are infinite.
    ours = monte_carlo_errors([0.2, 0.2, 0.2, 0.3], [0.1] * 4)
    assert np.isnan(ours.df)
    assert ours.estimate > 0
