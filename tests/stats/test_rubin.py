"""Rubin's rules."""

import numpy as np
import pytest
from scipy import stats

from scripts.stats.rubin import rubin_rules
from tests.stats import R

Q = [0.2213, 0.2410, 0.1987, 0.2555, 0.2302]
U = [0.0035, 0.0033, 0.0036, 0.0034, 0.0037]


def spread(mean, variance):
    """Return five numbers with this mean and variance."""
    return mean + np.sqrt(variance) * np.array([-2, -1, 0, 1, 2]) / np.sqrt(2.5)


def test_the_fitness_data_of_the_sas_manual_are_pooled_as_printed_there():
    # SAS/STAT user's guide, the MI procedure, getting started: Oxygen, five imputations of 31 men,
    # between 0.056930, within 0.954041; printed: mean 47.094040, error 1.011116, limits 45.0139
    # and 49.1742, DF 25.549, relative increase 0.071606
    ours = rubin_rules(spread(47.094040, 0.056930), [0.954041] * 5, df_complete=30)
    assert round(ours.estimate, 6) == 47.094040
    # 1e-6: the variances are printed to half a millionth, which comes back in what follows
    assert ours.standard_error == pytest.approx(1.011116, abs=1e-6)
    assert (round(ours.lower, 4), round(ours.upper, 4)) == (45.0139, 49.1742)
    assert round(ours.df, 3) == 25.549
    assert ours.relative_increase == pytest.approx(0.071606, abs=1e-6)


def test_five_imputations_with_an_increase_of_a_tenth_have_484_degrees_of_freedom():
    # SAS/STAT user's guide, the MI procedure, combining inferences: (5 - 1) (1 + 1/0.1)^2
    ours = rubin_rules(spread(1.0, 0.1 / 1.2), [1.0] * 5)
    assert ours.df == pytest.approx((5 - 1) * (1 + 1 / 0.1) ** 2, rel=R)


# R: r <- mice::pool.scalar(q, u, n = Inf / 168, k = 2); r[c("qbar", "ubar", "b", "t", "df", "r",
# "fmi")]; r$qbar + c(-1, 1) * qt(.975, r$df) * sqrt(r$t); 2 * pt(-r$qbar / sqrt(r$t), r$df)
R_MICE = {
    None: (
        (218.7129832533838, 0.1430368744262),
        (0.1039556960357, 0.3547243039643, 0.0003867258750643),
    ),
    166: (
        (86.0451584192092, 0.1546591644184),
        (0.1028710224791, 0.3558089775209, 0.0005225126020422),
    ),
}


@pytest.mark.parametrize("df_complete", R_MICE)
def test_pooling_agrees_with_mice_of_r(df_complete):
    ours = rubin_rules(Q, U, df_complete=df_complete)
    parts = (ours.estimate, ours.within, ours.between, ours.standard_error**2)
    assert parts == pytest.approx((0.22934, 0.0035, 0.000456123, 0.0040473476), rel=R)
    assert ours.relative_increase == pytest.approx(0.1563850285714, rel=R)
    shape, inference = R_MICE[df_complete]
    assert (ours.df, ours.fraction_missing_information) == pytest.approx(shape, rel=R)
    assert (ours.lower, ours.upper, ours.p_value) == pytest.approx(inference, rel=R)


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_pooling_agrees_with_the_rules_written_out_with_scipy_s_t(level):
    m, q, b = 5, np.mean(Q), np.var(Q, ddof=1)
    r = (b + b / m) / np.mean(U)
    total = np.mean(U) * (1 + r)
    df = (m - 1) * (1 + 1 / r) ** 2
    interval = stats.t(df, loc=q, scale=np.sqrt(total)).interval(level)
    ours = rubin_rules(Q, U, level=level)
    assert (ours.lower, ours.upper) == pytest.approx(interval, rel=R)
    assert ours.missing_share == pytest.approx(r / (1 + r), rel=R)
    assert ours.monte_carlo_error == pytest.approx(np.sqrt(b / m), rel=R)


def test_estimates_that_do_not_differ_give_the_complete_data_inference():
    ours = rubin_rules([0.3] * 4, [0.04] * 4)
    assert (ours.between, ours.monte_carlo_error, ours.missing_share) == (0, 0, 0)
    assert ours.df == np.inf
    assert ours.upper == pytest.approx(0.3 + 1.959963984540054 * 0.2, rel=R)
    # Barnard and Rubin: (30 + 1) / (30 + 3) * 30
    assert rubin_rules([0.3] * 4, [0.04] * 4, df_complete=30).df == pytest.approx(31 / 33 * 30)


def test_many_equal_estimates_do_not_make_a_between_variance_by_rounding():
    assert rubin_rules([0.1] * 1000, [0.01] * 1000).between == 0.0


def test_barnard_and_rubin_never_exceed_rubin_nor_the_complete_data_degrees_of_freedom():
    for df_complete in (5, 50, 5000):
        assert rubin_rules(Q, U, df_complete=df_complete).df < min(
            rubin_rules(Q, U).df, df_complete
        )


def test_wrong_input_is_refused_in_words():
    with pytest.raises(ValueError, match="estimates has 1 values; at least 2"):
        rubin_rules([0.2], [0.1])
    with pytest.raises(ValueError, match="2 estimates but 3 variances"):
        rubin_rules([0.2, 0.3], [0.1, 0.1, 0.1])
    with pytest.raises(ValueError, match="must not be negative"):
        rubin_rules([0.2, 0.3], [0.1, -0.1])
    with pytest.raises(ValueError, match="nor all zero"):
        rubin_rules([0.2, 0.3], [0.0, 0.0])
    with pytest.raises(ValueError, match="1 missing"):
        rubin_rules([0.2, np.nan], [0.1, 0.1])
    with pytest.raises(ValueError, match="df_complete"):
        rubin_rules([0.2, 0.3], [0.1, 0.1], df_complete=0)
