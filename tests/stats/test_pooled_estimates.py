"""Ratios, proportions, survival and risk differences pooled from completed data sets."""

from math import exp, log

import numpy as np
import pytest
from scipy import stats

from scripts.stats.cox import cox
from scripts.stats.kaplan_meier import kaplan_meier
from scripts.stats.pooled_estimates import (
    pooled_hazard_ratio,
    pooled_odds_ratio,
    pooled_proportion,
    pooled_risk_difference,
    pooled_survival,
)
from tests.stats import R


def rubin(q, u, level=0.95):
    """Rubin's rules written out: mean, error, limits."""
    m, q, u = len(q), np.array(q), np.array(u)
    total = u.mean() + (1 + 1 / m) * q.var(ddof=1)
    df = (m - 1) / ((1 + 1 / m) * q.var(ddof=1) / total) ** 2
    low, high = stats.t(df, q.mean(), np.sqrt(total)).interval(level)
    return q.mean(), np.sqrt(total), low, high


def test_an_odds_ratio_is_pooled_as_its_logarithm():
    logs, errors = [0.8, 1.1, 0.95], [0.4, 0.42, 0.41]
    mean, error, low, high = rubin(logs, np.square(errors))
    ours = pooled_odds_ratio(logs, errors)
    assert (ours.estimate, ours.lower, ours.upper) == pytest.approx(np.exp([mean, low, high]))
    assert ours.on_scale.standard_error == pytest.approx(error, rel=R)
    assert ours.estimate < np.exp(logs).mean()  # the geometric mean
    assert "log scale" in ours.label


def test_an_odds_ratio_that_is_infinite_in_one_data_set_is_not_estimable():
    ours = pooled_odds_ratio([0.8, np.nan, np.inf], [0.4, np.nan, 1.0])
    assert np.isnan([ours.estimate, ours.lower, ours.upper]).all()
    assert (ours.on_scale, ours.failed, ours.problem) == (None, 2, "infinite_estimate")


def test_hazard_ratios_of_cox_models_are_pooled_on_the_log_scale():
    random = np.random.default_rng(2)
    arm = np.repeat([0.0, 1.0], 40)
    fits = []
    for _ in range(4):
        time = random.exponential(1 / np.exp(0.5 * arm))
        fits.append(cox(np.minimum(time, 2), time < 2, arm))
    logs = [fit.coefficient[0] for fit in fits]
    errors = [fit.standard_error[0] for fit in fits]
    mean, _, low, high = rubin(logs, np.square(errors))
    ours = pooled_hazard_ratio(logs, errors)
    assert (ours.estimate, ours.lower, ours.upper) == pytest.approx(np.exp([mean, low, high]))
    assert ours.label == "Pooled hazard ratio by Rubin's rules (log scale)"


def test_survival_is_pooled_on_the_complementary_log_log_scale():
    random = np.random.default_rng(6)
    survival, errors = [], []
    for _ in range(5):
        time = np.minimum(random.exponential(2.0, 50), 3.0)
        curve = kaplan_meier(time, time < 3.0)
        at = np.searchsorted(curve.time, 1.0, side="right") - 1
        survival.append(curve.survival[at])
        errors.append(curve.standard_error[at])
    y = [log(-log(s)) for s in survival]
    u = [(e / (s * log(s))) ** 2 for s, e in zip(survival, errors, strict=True)]
    mean, _, low, high = rubin(y, u)
    ours = pooled_survival(survival, errors)
    assert ours.estimate == pytest.approx(exp(-exp(mean)), rel=R)
    # Survival falls as its complementary log-log rises: the limits change places.
    assert (ours.lower, ours.upper) == pytest.approx((exp(-exp(high)), exp(-exp(low))), rel=R)
    assert ours.lower < ours.estimate < ours.upper
    assert "ln(-ln S)" in ours.label


def test_a_survival_of_one_is_estimable_on_the_scale_as_it_is_only():
    assert pooled_survival([1.0, 0.9, 0.95], [0.0, 0.05, 0.04]).problem == "infinite_estimate"
    plain = pooled_survival([1.0, 0.9, 0.95], [0.0, 0.05, 0.04], scale="identity")
    assert plain.estimate == pytest.approx(0.95, rel=R)


def test_a_proportion_is_pooled_on_the_logit_scale_unless_told_otherwise():
    counts, n = [30, 33, 31], 40
    y = [log(x / (n - x)) for x in counts]
    u = [1 / (n * (x / n) * (1 - x / n)) for x in counts]  # the delta method for the logit
    mean, _, low, high = rubin(y, u)
    ours = pooled_proportion(counts, n)
    expected = [1 / (1 + exp(-part)) for part in (mean, low, high)]
    assert (ours.estimate, ours.lower, ours.upper) == pytest.approx(expected, rel=R)
    plain = pooled_proportion(counts, n, scale="identity")
    assert plain.estimate == pytest.approx(94 / 120, rel=R)


def test_a_risk_difference_has_its_wald_variance_in_each_data_set():
    a, b = [30, 33, 31], [10, 11, 12]
    q = [x / 40 - y / 20 for x, y in zip(a, b, strict=True)]
    u = [x / 40 * (1 - x / 40) / 40 + y / 20 * (1 - y / 20) / 20 for x, y in zip(a, b, strict=True)]
    mean, error, low, high = rubin(q, u)
    ours = pooled_risk_difference(a, 40, b, 20)
    assert (ours.estimate, ours.lower, ours.upper) == pytest.approx((mean, low, high), rel=R)
    assert ours.on_scale.standard_error == pytest.approx(error, rel=R)


def test_wrong_input_is_refused_in_words():
    with pytest.raises(ValueError, match="scale is 'probit'"):
        pooled_survival([0.5, 0.6], [0.1, 0.1], scale="probit")
    with pytest.raises(ValueError, match="between 0 and 1"):
        pooled_survival([0.5, 1.6], [0.1, 0.1])
    with pytest.raises(ValueError, match="between 0 and the total"):
        pooled_proportion([3, 5], 4)
    with pytest.raises(ValueError, match="nor all zero"):
        pooled_risk_difference([4, 4], 4, [0, 0], 5)
