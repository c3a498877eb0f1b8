"""Hazard ratios computed from the log-rank test."""

import numpy as np
import pytest

from scripts.stats.distributions import chi_square_p_value
from scripts.stats.survival import (
    cox,
    logrank,
    logrank_hazard_ratio,
    mantel_haenszel_hazard_ratio,
    observed_expected_hazard_ratio,
)
from tests.stats import R
from tests.stats.published import (
    GLIOMA_ASTROCYTOMA,
    GLIOMA_EVENT,
    GLIOMA_TIME,
    LEUKAEMIA_EVENT,
    LEUKAEMIA_PLACEBO,
    LEUKAEMIA_TIME,
)

Z = 1.959963984540054


def test_the_trial_s_hazard_ratio_of_1_875_is_that_of_26_of_16_826_against_43_of_52_174():
    # E-HR: 69 relapses, 26 under monotherapy with 16.826 expected
    ours = observed_expected_hazard_ratio([26, 43], [16.826, 69 - 16.826])
    printed = (round(ours.hazard_ratio, 3), round(ours.lower, 3), round(ours.upper, 3))
    assert printed == (1.875, 1.082, 3.248)


def test_the_trial_s_log_rank_p_of_0_007_is_not_the_p_that_its_hazard_ratio_interval_implies():
    # E-P: V = 11.679; I4: the interval read as a Wald interval gives 0.025
    ours = observed_expected_hazard_ratio([26, 43], [16.826, 69 - 16.826])
    of_test = chi_square_p_value((26 - 16.826) ** 2 / 11.679, 1)
    of_interval = chi_square_p_value((np.log(ours.hazard_ratio) / ours.standard_error) ** 2, 1)
    assert (round(of_test, 3), round(of_interval, 3)) == (0.007, 0.025)


def test_the_glioma_data_have_the_published_hazard_ratio_of_0_43():
    # Bland JM, Altman DG. BMJ 2004;328:1073: (14/22.48) / (28/19.52) = 0.43
    ours = logrank_hazard_ratio(GLIOMA_TIME, GLIOMA_EVENT, GLIOMA_ASTROCYTOMA)
    assert round(ours.hazard_ratio, 2) == 0.43
    assert ours.hazard_ratio == pytest.approx((14 / 22.48) / (28 / 19.52), rel=1e-3)


# R: l <- survdiff(Surv(t, e) ~ g); l$obs; l$exp; l$var[1, 1], the ratio by hand from them
R_PARTS = {
    "leukaemia": ((21, 9), (10.749499051969, 19.250500948031), 6.256960573675),
    "glioma": ((14, 28), (22.481156942790, 19.518843057210), 9.595026951058),
}
DATA = {
    "leukaemia": (LEUKAEMIA_TIME, LEUKAEMIA_EVENT, LEUKAEMIA_PLACEBO),
    "glioma": (GLIOMA_TIME, GLIOMA_EVENT, GLIOMA_ASTROCYTOMA),
}


@pytest.mark.parametrize("data", R_PARTS)
def test_both_ratios_agree_with_the_parts_of_survdiff_of_r(data):
    (o1, o2), (e1, e2), v = R_PARTS[data]
    ratio, error = (o1 / e1) / (o2 / e2), np.sqrt(1 / e1 + 1 / e2)
    ours = logrank_hazard_ratio(*DATA[data])
    expected = (ratio, error, ratio * np.exp(-Z * error), ratio * np.exp(Z * error))
    assert (ours.hazard_ratio, ours.standard_error, ours.lower, ours.upper) == pytest.approx(
        expected, rel=R
    )
    ratio, error = np.exp((o1 - e1) / v), 1 / np.sqrt(v)
    ours = mantel_haenszel_hazard_ratio(*DATA[data])
    expected = (ratio, error, ratio * np.exp(-Z * error), ratio * np.exp(Z * error))
    assert (ours.hazard_ratio, ours.standard_error, ours.lower, ours.upper) == pytest.approx(
        expected, rel=R
    )


def test_the_one_step_ratio_is_one_newton_step_of_cox_s_likelihood_from_equal_hazards():
    # without ties the log-rank variance is the information at zero: O - E is the score
    time, event = np.array([1, 2, 3, 4, 5, 6, 7, 8]), np.array([1, 1, 0, 1, 1, 1, 0, 1])
    group = np.array([1, 0, 1, 1, 0, 1, 0, 0])

    def loglik(beta):
        risk = [np.log(np.exp(beta * group[time >= t]).sum()) for t in time[event == 1]]
        return beta * group[event == 1].sum() - sum(risk)

    h = 1e-4
    score = (loglik(h) - loglik(-h)) / (2 * h)
    information = -(loglik(h) - 2 * loglik(0) + loglik(-h)) / h**2
    ours = mantel_haenszel_hazard_ratio(time, event, group)
    # differences of a function with error h^2 = 1e-8 and rounding 1e-16 / h^2 = 1e-8
    assert np.log(ours.hazard_ratio) == pytest.approx(score / information, rel=1e-6)


def test_exchanging_the_groups_inverts_both_ratios_and_their_limits():
    for function in (logrank_hazard_ratio, mantel_haenszel_hazard_ratio):
        there = function(GLIOMA_TIME, GLIOMA_EVENT, GLIOMA_ASTROCYTOMA)
        back = function(GLIOMA_TIME, GLIOMA_EVENT, 1 - GLIOMA_ASTROCYTOMA)
        assert (back.hazard_ratio, back.lower, back.upper) == pytest.approx(
            (1 / there.hazard_ratio, 1 / there.upper, 1 / there.lower), rel=R
        )


def test_the_limits_of_the_one_step_ratio_exclude_1_exactly_when_the_log_rank_test_rejects():
    p_value = logrank(GLIOMA_TIME, GLIOMA_EVENT, GLIOMA_ASTROCYTOMA).p_value
    for level, excluded in ((1 - p_value - 1e-6, True), (1 - p_value + 1e-6, False)):
        ours = mantel_haenszel_hazard_ratio(*DATA["glioma"], level=level)
        assert (ours.upper < 1) is excluded


def test_the_log_rank_ratio_lies_nearer_to_1_than_cox_s_and_the_one_step_ratio_farther():
    ours = logrank_hazard_ratio(*DATA["leukaemia"]).hazard_ratio
    assert 1 < ours < cox(*DATA["leukaemia"]).hazard_ratio[0]
    assert cox(*DATA["leukaemia"]).hazard_ratio[0] < (
        mantel_haenszel_hazard_ratio(*DATA["leukaemia"]).hazard_ratio
    )


def test_without_events_in_a_group_the_ratio_is_0_or_infinite_and_has_no_limits():
    time, event = [1, 2, 3, 4], [1, 1, 0, 0]
    ours = logrank_hazard_ratio(time, event, [1, 1, 0, 0])
    assert ours.hazard_ratio == np.inf
    assert np.isnan([ours.lower, ours.upper]).all()
    ours = logrank_hazard_ratio(time, event, [0, 0, 1, 1])
    assert ours.hazard_ratio == 0.0
    assert np.isnan([ours.lower, ours.upper]).all()
    assert np.isfinite(mantel_haenszel_hazard_ratio(time, event, [1, 1, 0, 0]).upper)


def test_without_any_event_nothing_is_estimable():
    for function in (logrank_hazard_ratio, mantel_haenszel_hazard_ratio):
        ours = function([1, 2, 3], [0, 0, 0], [True, False, False])
        assert np.isnan([ours.hazard_ratio, ours.lower, ours.upper]).all()


def test_one_group_and_other_numbers_than_two_are_refused():
    for function in (logrank_hazard_ratio, mantel_haenszel_hazard_ratio):
        with pytest.raises(ValueError, match="only one occurs"):
            function([1, 2], [1, 1], [True, True])
        with pytest.raises(ValueError, match="group must hold only 0 and 1"):
            function([1, 2, 3], [1, 1, 1], [1, 2, 3])
    with pytest.raises(ValueError, match="two numbers"):
        observed_expected_hazard_ratio([1, 2, 3], [2, 2, 2])
