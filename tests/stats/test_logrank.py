"""The log-rank test."""

from fractions import Fraction

import numpy as np
import pytest
from scipy import stats
from statsmodels.duration.survfunc import survdiff

from scripts.stats.survival import logrank
from tests.stats import R
from tests.stats.published import (
    GLIOMA_ASTROCYTOMA,
    GLIOMA_EVENT,
    GLIOMA_TIME,
    LEUKAEMIA_EVENT,
    LEUKAEMIA_PLACEBO,
    LEUKAEMIA_TIME,
    THREE_EVENT,
    THREE_GROUP,
    THREE_TIME,
)


def test_the_leukaemia_data_have_the_textbook_s_log_rank_statistic():
    # Kleinbaum DG, Klein M. Survival analysis, 3rd ed. Springer, 2012, chapter 2: 16.79, with
    # 9 observed and 19.25 expected relapses under 6-MP, 21 and 10.75 under placebo
    ours = logrank(LEUKAEMIA_TIME, LEUKAEMIA_EVENT, LEUKAEMIA_PLACEBO)
    assert round(ours.statistic, 2) == 16.79
    assert ours.observed.tolist() == [9, 21]
    assert np.round(ours.expected, 2).tolist() == [19.25, 10.75]


def test_the_glioma_data_have_the_expected_deaths_of_bland_and_altman():
    # BMJ 2004;328:1073: 22.48 and 19.52 expected, 14 and 28 observed, P < 0.01
    ours = logrank(GLIOMA_TIME, GLIOMA_EVENT, GLIOMA_ASTROCYTOMA, order=[1, 0])
    assert ours.observed.tolist() == [14, 28]
    assert np.round(ours.expected, 2).tolist() == [22.48, 19.52]
    assert round(ours.statistic, 1) == 7.5
    assert ours.p_value < 0.01


# R: l <- survdiff(Surv(t, e) ~ g); l$obs; l$exp; l$var; l$chisq
R_TWO = {
    "leukaemia": ([9, 21], [19.250500948031, 10.749499051969], 6.256960573675, 16.792940989217),
    "glioma": ([14, 28], [22.481156942790, 19.518843057210], 9.595026951058, 7.496594168535),
}


@pytest.mark.parametrize("data", R_TWO)
def test_two_groups_agree_with_survdiff_of_r(data):
    if data == "leukaemia":
        ours = logrank(LEUKAEMIA_TIME, LEUKAEMIA_EVENT, LEUKAEMIA_PLACEBO)
    else:
        ours = logrank(GLIOMA_TIME, GLIOMA_EVENT, GLIOMA_ASTROCYTOMA, order=[1, 0])
    observed, expected, variance, statistic = R_TWO[data]
    assert ours.observed.tolist() == observed
    assert ours.expected == pytest.approx(expected, rel=R)
    assert ours.variance == pytest.approx(variance * np.array([[1, -1], [-1, 1]]), rel=R)
    assert ours.statistic == pytest.approx(statistic, rel=R)
    assert ours.df == 1


def test_three_groups_agree_with_survdiff_of_r_in_every_covariance():
    # R: survdiff(Surv(t, e) ~ g); pchisq(l$chisq, 2, lower.tail = FALSE)
    ours = logrank(THREE_TIME, THREE_EVENT, THREE_GROUP)
    variance = [
        [4.427716177204, -2.942118694195, -1.485597483008],
        [-2.942118694195, 4.549286202393, -1.607167508198],
        [-1.485597483008, -1.607167508198, 3.092764991206],
    ]
    assert ours.groups == ("A", "B", "C")
    assert ours.n.tolist() == [10, 10, 10]
    assert ours.observed.tolist() == [6, 7, 9]
    assert ours.expected == pytest.approx([7.896337379096, 9.302708785467, 4.800953835437], rel=R)
    assert ours.variance == pytest.approx(np.array(variance), rel=R)
    assert ours.statistic == pytest.approx(5.70496353507020, rel=R)
    assert (ours.df, ours.p_value) == (2, pytest.approx(0.05770094270643, rel=R))


@pytest.mark.parametrize("seed", range(4))
def test_the_statistic_of_any_number_of_groups_agrees_with_statsmodels(seed):
    generator = np.random.default_rng(seed)
    n, k = 60, seed + 2
    time, event = generator.integers(1, 15, n), generator.integers(0, 2, n)
    group = generator.integers(0, k, n)
    ours = logrank(time, event, group)
    statistic, p_value = survdiff(time, event, group)
    assert (ours.statistic, ours.p_value) == pytest.approx((statistic, p_value), rel=R)
    assert ours.df == k - 1


def test_the_p_value_of_two_groups_agrees_with_scipy():
    parts = [
        stats.CensoredData(
            uncensored=GLIOMA_TIME[(g == GLIOMA_ASTROCYTOMA) & (GLIOMA_EVENT == 1)],
            right=GLIOMA_TIME[(g == GLIOMA_ASTROCYTOMA) & (GLIOMA_EVENT == 0)],
        )
        for g in (0, 1)
    ]
    ours = logrank(GLIOMA_TIME, GLIOMA_EVENT, GLIOMA_ASTROCYTOMA)
    assert ours.p_value == pytest.approx(stats.logrank(*parts).pvalue, rel=R)


def slow_logrank(time, event, group):
    """Add up expectation and variance of the first group's events, moment by moment."""
    expected, variance = Fraction(0), Fraction(0)
    rows = list(zip(time, event, group, strict=True))
    for moment in sorted({t for t, e, _ in rows if e}):
        n = sum(1 for t, _, _ in rows if t >= moment)
        n1 = sum(1 for t, _, g in rows if t >= moment and g)
        d = sum(1 for t, e, _ in rows if t == moment and e)
        expected += Fraction(d * n1, n)
        if n > 1:
            variance += Fraction(d * n1 * (n - n1) * (n - d), n * n * (n - 1))
    return float(expected), float(variance)


def test_expectation_and_variance_agree_with_exact_fractions():
    group = THREE_GROUP == "C"
    slow = slow_logrank(THREE_TIME.astype(int).tolist(), THREE_EVENT.tolist(), group.tolist())
    ours = logrank(THREE_TIME, THREE_EVENT, group, order=[True, False])
    assert (ours.expected[0], ours.variance[0, 0]) == pytest.approx(slow, rel=R)


def test_expected_events_add_up_to_the_observed_and_covariances_to_zero():
    ours = logrank(THREE_TIME, THREE_EVENT, THREE_GROUP)
    assert ours.expected.sum() == pytest.approx(THREE_EVENT.sum(), rel=R)
    assert ours.variance.sum(axis=0) == pytest.approx(np.zeros(3), abs=1e-12)


def test_the_order_of_groups_is_the_caller_s_and_does_not_move_the_statistic():
    there = logrank(THREE_TIME, THREE_EVENT, THREE_GROUP)
    back = logrank(THREE_TIME, THREE_EVENT, THREE_GROUP, order=["C", "A", "B"])
    assert back.groups == ("C", "A", "B")
    assert back.observed.tolist() == [9, 6, 7]
    assert back.statistic == pytest.approx(there.statistic, rel=R)


def test_a_group_censored_before_the_first_event_is_left_out_of_the_degrees_of_freedom():
    # as R: survdiff counts the groups with an expectation above zero
    ours = logrank([1, 1, 3, 4, 5, 6], [0, 0, 1, 1, 1, 0], ["A", "A", "B", "B", "C", "C"])
    without = logrank([3, 4, 5, 6], [1, 1, 1, 0], ["B", "B", "C", "C"])
    assert ours.expected[0] == 0
    assert (ours.statistic, ours.df) == (pytest.approx(without.statistic, rel=R), 1)


def test_without_any_event_nothing_is_estimable():
    ours = logrank([1, 2, 3], [0, 0, 0], ["A", "B", "B"])
    assert ours.observed.tolist() == ours.expected.tolist() == [0, 0]
    assert np.isnan([ours.statistic, ours.p_value]).all()


def test_an_event_with_one_subject_left_brings_expectation_but_no_variance():
    ours = logrank([1, 2], [0, 1], ["A", "B"])
    assert ours.expected.tolist() == [0, 1]
    assert np.isnan(ours.p_value)


def test_wrong_input_is_refused_in_words():
    with pytest.raises(ValueError, match="only 'A' occurs"):
        logrank([1, 2], [1, 1], ["A", "A"])
    with pytest.raises(ValueError, match="not the groups that occur"):
        logrank([1, 2], [1, 1], ["A", "B"], order=["A", "C"])
    with pytest.raises(ValueError, match="time has 0 values"):
        logrank([], [], [])
    with pytest.raises(ValueError, match="group has shape"):
        logrank([1, 2], [1, 1], ["A"])
