"""The check of proportional hazards."""

import numpy as np
import pytest

from scripts.stats.survival import cox, proportional_hazards_test
from tests.stats.published import (
    LEUKAEMIA_EVENT,
    LEUKAEMIA_LOG_WBC,
    LEUKAEMIA_PLACEBO,
    LEUKAEMIA_TIME,
)
from tests.stats.test_risk_sets import written_out

X = np.column_stack([LEUKAEMIA_PLACEBO, LEUKAEMIA_LOG_WBC])
LEUKAEMIA = (LEUKAEMIA_TIME, LEUKAEMIA_EVENT, X)


def test_the_model_that_is_checked_is_the_textbook_s():
    # Kleinbaum DG, Klein M. Survival analysis, 3rd ed. Springer, 2012, chapter 3, model 2
    # (Breslow): treatment 1.294 (0.422), log white blood cell count 1.604 (0.329)
    ours = cox(*LEUKAEMIA, ties="breslow")
    assert np.round(ours.coefficient, 3) == pytest.approx([1.294, 1.604])
    assert np.round(ours.standard_error, 3) == pytest.approx([0.422, 0.329])


@pytest.mark.parametrize("transform", ["km", "identity", "log", "rank"])
def test_it_is_the_score_test_of_a_covariate_that_changes_with_time(transform):
    """Subjects are split at each event time, as another program would be given them."""
    time, event = LEUKAEMIA_TIME.astype(float), LEUKAEMIA_EVENT
    ours = proportional_hazards_test(*LEUKAEMIA, transform)
    beta = cox(*LEUKAEMIA).coefficient
    moments = np.unique(time[event == 1])
    survival = np.cumprod([1 - (event[time == m].sum()) / (time >= m).sum() for m in moments])
    ranks = [(np.sum(time < m) + np.sum(time <= m) + 1) / 2 for m in moments]
    scale = {"km": 1 - np.concatenate([[1], survival[:-1]]), "identity": moments,
             "log": np.log(moments), "rank": np.array(ranks)}[transform]  # fmt: skip
    score, information = np.zeros(4), np.zeros((4, 4))
    for g, moment in zip(scale, moments, strict=True):
        # one event time alone: who leaves before or has the event later says nothing about it
        here = (event == 1) & (time == moment)
        wide = np.column_stack([X, X * g])
        rows = time >= moment
        _, u, i = written_out(np.concatenate([beta, [0, 0]]), np.where(here, 0.0, 1.0)[rows],
                              here[rows], wide[rows], "efron", np.zeros(rows.sum()))  # fmt: skip
        score, information = score + u, information + i
    for index in (0, 1):
        kept = [0, 1, 2 + index]
        u = np.where(np.array(kept) < 2, 0, score[kept])
        expected = u @ np.linalg.solve(information[np.ix_(kept, kept)], u)
        assert ours.statistic[index] == pytest.approx(expected, rel=1e-8)
    u = np.where(np.arange(4) < 2, 0, score)
    assert ours.global_statistic == pytest.approx(u @ np.linalg.solve(information, u), rel=1e-8)
    assert ours.global_df == 2


def test_a_hazard_that_crosses_is_found_and_a_proportional_one_is_not():
    generator = np.random.default_rng(5)
    group = np.repeat([0, 1], 300)
    steady = generator.exponential(np.where(group, 1.0, 2.0))
    # the same mean, but one group has its events early and the other late
    crossing = np.where(group, generator.gamma(5, 0.2, 600), generator.exponential(1.0, 600))
    assert proportional_hazards_test(steady, np.ones(600), group).global_p_value > 0.05
    assert proportional_hazards_test(crossing, np.ones(600), group).global_p_value < 1e-6


def test_columns_of_one_term_are_tested_together():
    terms = {"both": ["x1", "x2"]}
    ours = proportional_hazards_test(*LEUKAEMIA, terms=terms)
    assert ours.terms == ("both",)
    assert (ours.statistic[0], ours.df[0]) == (pytest.approx(ours.global_statistic), 2)


def test_without_a_finite_model_nothing_is_estimable():
    ours = proportional_hazards_test([1, 2, 3, 4], [1, 1, 0, 0], [1, 1, 0, 0])
    assert np.isnan([ours.statistic[0], ours.p_value[0], ours.global_p_value]).all()


def test_events_at_one_time_only_cannot_show_a_change():
    ours = proportional_hazards_test([2, 2, 2, 3], [1, 1, 0, 0], [0, 1, 0, 1])
    assert np.isnan(ours.global_statistic)


def test_wrong_input_is_refused_in_words():
    with pytest.raises(ValueError, match="allowed: km, identity, log, rank"):
        proportional_hazards_test(*LEUKAEMIA, "sqrt")
    with pytest.raises(ValueError, match="no logarithm"):
        proportional_hazards_test([0, 1, 2], [1, 1, 1], [0, 1, 0], "log")
