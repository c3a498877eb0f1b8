"""Log-rank tests with weights and strata."""

import numpy as np
import pytest
from statsmodels.duration.survfunc import survdiff

from scripts.stats.survival import logrank, stratified_logrank, weighted_logrank
from tests.stats import R
from tests.stats.published import (
    LEUKAEMIA_EVENT,
    LEUKAEMIA_PLACEBO,
    LEUKAEMIA_TIME,
    LEUKAEMIA_WBC_CLASS,
)

LEUKAEMIA = (LEUKAEMIA_TIME, LEUKAEMIA_EVENT, LEUKAEMIA_PLACEBO)


@pytest.mark.parametrize(
    ("weight", "statistic"),
    [("logrank", 16.79), ("gehan_breslow", 13.46), ("tarone_ware", 15.12), ("peto_peto", 14.08)],
)
def test_weighted_tests_of_the_leukaemia_data_are_the_textbook_s(weight, statistic):
    # Kleinbaum DG, Klein M. Survival analysis, 3rd ed. Springer, 2012, chapter 2 (Stata)
    assert round(weighted_logrank(*LEUKAEMIA, weight).statistic, 2) == statistic


def test_the_test_stratified_by_white_cell_count_is_the_textbook_s():
    # Kleinbaum and Klein, chapter 2: chi-square 10.14, p = 0.0014
    ours = stratified_logrank(*LEUKAEMIA, LEUKAEMIA_WBC_CLASS)
    assert round(ours.statistic, 2) == 10.14
    assert round(ours.p_value, 4) == 0.0014
    assert (ours.df, ours.strata, ours.method) == (1, 3, "stratified_logrank")


def test_strata_are_added_before_the_division():
    parts = [
        logrank(*(column[level == LEUKAEMIA_WBC_CLASS] for column in LEUKAEMIA))
        for level in range(3)
    ]
    distance = sum(part.observed[1] - part.expected[1] for part in parts)
    variance = sum(part.variance[1, 1] for part in parts)
    ours = stratified_logrank(*LEUKAEMIA, LEUKAEMIA_WBC_CLASS)
    assert ours.statistic == pytest.approx(distance**2 / variance, rel=R)


@pytest.mark.parametrize(
    ("weight", "theirs", "exponents"),
    [
        ("gehan_breslow", {"weight_type": "gb"}, {}),
        ("tarone_ware", {"weight_type": "tw"}, {}),
        ("fleming_harrington", {"weight_type": "fh", "fh_p": 1.5}, {"rho": 1.5, "gamma": 0}),
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_weighted_tests_agree_with_statsmodels(seed, weight, theirs, exponents):
    generator = np.random.default_rng(seed)
    time, event = generator.integers(1, 15, 60), generator.integers(0, 2, 60)
    group, strata = generator.integers(0, 2, 60), generator.integers(0, 2, 60)
    statistic, p_value = survdiff(time, event, group, strata=strata, **theirs)
    ours = weighted_logrank(time, event, group, weight, **exponents, strata=strata)
    assert (ours.statistic, ours.p_value) == pytest.approx((statistic, p_value), rel=1e-8)


def test_weights_are_those_just_before_an_event():
    # two events among four: survival before them is 1 and 3/4, so 1 - S is 0 and 1/4
    ours = weighted_logrank([1, 2, 3, 4], [1, 1, 0, 0], [0, 1, 0, 1], "fleming_harrington",
                            rho=0, gamma=1)  # fmt: skip
    # only the event at 2 counts: of three at risk one is in group 0, two are in group 1
    assert ours.observed == pytest.approx([0, 1 / 4])
    assert ours.expected == pytest.approx([1 / 3 / 4, 2 / 3 / 4])
    assert ours.variance[0, 0] == pytest.approx((1 / 4) ** 2 * 1 / 3 * 2 / 3)


def test_a_stratum_with_one_group_adds_nothing():
    time, event, group = [1, 2, 3, 4, 5, 6], [1] * 6, [0, 1, 0, 1, 1, 1]
    with_it = stratified_logrank(time, event, group, [0, 0, 0, 0, 1, 1])
    without = stratified_logrank(time[:4], event[:4], group[:4], [0] * 4)
    assert with_it.statistic == pytest.approx(without.statistic, rel=R)


def test_wrong_input_is_refused_in_words():
    data = ([1, 2], [1, 1], [0, 1])
    with pytest.raises(ValueError, match="allowed: logrank, gehan_breslow"):
        weighted_logrank(*data, "gehan")
    with pytest.raises(ValueError, match="needs rho and gamma"):
        weighted_logrank(*data, "fleming_harrington", rho=1)
    with pytest.raises(ValueError, match="belong to fleming_harrington"):
        weighted_logrank(*data, "logrank", rho=1, gamma=0)
    with pytest.raises(ValueError, match="strata has shape"):
        stratified_logrank(*data, [0])
    with pytest.raises(ValueError, match="two groups or more"):
        weighted_logrank([1, 2], [1, 1], [1, 1])


def test_without_an_event_nothing_is_estimable():
    ours = weighted_logrank([1, 2, 3], [0, 0, 0], [0, 1, 1], "tarone_ware")
    assert np.isnan([ours.statistic, ours.p_value]).all()
