"""Differences of survival at a landmark."""

from math import log, sqrt

import numpy as np
import pytest

from scripts.stats.survival import kaplan_meier, survival_at, survival_difference
from tests.stats.published import MERCAPTOPURINE_EVENT, MERCAPTOPURINE_TIME, PLACEBO_TIME

FIRST = kaplan_meier(MERCAPTOPURINE_TIME, MERCAPTOPURINE_EVENT)
SECOND = kaplan_meier(PLACEBO_TIME, np.ones(21))
Z = 1.959963984540054


def test_the_plain_difference_has_the_variances_of_greenwood_added_up():
    ours = survival_difference(FIRST, SECOND, 10)
    # 8 of 21 under placebo are without relapse after 10 weeks; nobody was censored
    other = 8 / 21
    survival, error = (float(x[0]) for x in (survival_at(FIRST, [10]).survival,
                                             survival_at(FIRST, [10]).standard_error))  # fmt: skip
    spread = sqrt(error**2 + other * (1 - other) / 21)
    assert ours.estimate == pytest.approx(survival - other)
    assert ours.lower == pytest.approx(survival - other - Z * spread)
    assert ours.statistic == pytest.approx((survival - other) / spread)


def test_the_log_log_test_compares_logarithms_of_hazards():
    ours = survival_difference(FIRST, SECOND, 10, "log-log")
    read = [survival_at(curve, [10]) for curve in (FIRST, SECOND)]
    parts = [(float(r.survival[0]), float(r.standard_error[0])) for r in read]
    distance = log(-log(parts[1][0])) - log(-log(parts[0][0]))
    spread = sqrt(sum((e / (s * log(s))) ** 2 for s, e in parts))
    assert ours.statistic == pytest.approx(distance / spread)
    assert ours.lower == pytest.approx(ours.estimate - sqrt(
        (parts[0][0] - float(read[0].lower[0])) ** 2 + (float(read[1].upper[0]) - parts[1][0]) ** 2
    ))  # fmt: skip


def test_exchanging_the_groups_changes_the_sign_only():
    for scale in ("plain", "log-log"):
        there = survival_difference(FIRST, SECOND, 10, scale)
        back = survival_difference(SECOND, FIRST, 10, scale)
        assert back.estimate == -there.estimate
        assert (back.lower, back.upper) == pytest.approx((-there.upper, -there.lower))
        assert back.p_value == pytest.approx(there.p_value)


def test_plain_limits_are_cut_at_one():
    one, other = kaplan_meier([9, 9, 9], [0, 0, 0]), kaplan_meier([1, 2, 3, 9], [1, 1, 1, 0])
    assert survival_difference(one, other, 5).upper == 1


def test_at_zero_or_one_the_log_log_scale_says_nothing():
    whole, gone = kaplan_meier([9, 9], [0, 0]), kaplan_meier([1, 2], [1, 1])
    ours = survival_difference(whole, FIRST, 8, "log-log")
    assert np.isfinite(ours.estimate)
    assert np.isnan([ours.lower, ours.upper, ours.p_value]).all()
    assert survival_difference(whole, gone, 2, "plain").estimate == 1
    assert np.isnan(survival_difference(whole, gone, 2, "plain").p_value)


def test_beyond_the_follow_up_nothing_is_known():
    # The first curve ends at 35 with a censored time; the second has come to 0 at 23.
    ours = survival_difference(FIRST, SECOND, 36)
    assert np.isnan([ours.estimate, ours.lower, ours.upper, ours.p_value]).all()
    assert survival_difference(FIRST, SECOND, 24).estimate == survival_at(FIRST, [24]).survival[0]


def test_wrong_input_is_refused_in_words():
    with pytest.raises(ValueError, match="allowed: plain, log-log"):
        survival_difference(FIRST, SECOND, 10, "log")
    with pytest.raises(ValueError, match="needs curves with log-log limits"):
        survival_difference(kaplan_meier([1, 2], [1, 0], transform="log"), SECOND, 1, "log-log")
    with pytest.raises(ValueError, match="at one level"):
        survival_difference(kaplan_meier([1, 2], [1, 0], 0.9), SECOND, 1)
