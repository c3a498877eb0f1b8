"""Cox's proportional hazards model."""

import numpy as np
import pytest
from scipy import optimize
from statsmodels.duration.hazard_regression import PHReg

from scripts.stats.survival import cox, logrank
from tests.stats import ITERATIVE, R
from tests.stats.published import (
    LEUKAEMIA_EVENT,
    LEUKAEMIA_PLACEBO,
    LEUKAEMIA_TIME,
    THREE_AGE,
    THREE_EVENT,
    THREE_IS_B,
    THREE_IS_C,
    THREE_TIME,
)

LEUKAEMIA = (LEUKAEMIA_TIME, LEUKAEMIA_EVENT, LEUKAEMIA_PLACEBO)
THREE_X = np.column_stack([THREE_IS_B, THREE_IS_C, THREE_AGE])


def test_the_leukaemia_hazard_ratio_is_the_textbook_s():
    # Kleinbaum DG, Klein M. Survival analysis, 3rd ed. Springer, 2012, chapter 3, model 1: Stata's
    # Breslow ratio 4.523 (2.027 to 10.094), coefficient 1.509 with standard error 0.410
    ours = cox(*LEUKAEMIA, ties="breslow")
    assert round(float(ours.hazard_ratio[0]), 3) == 4.523
    assert (round(float(ours.lower[0]), 3), round(float(ours.upper[0]), 3)) == (2.027, 10.094)
    assert round(float(ours.coefficient[0]), 3) == 1.509
    assert round(float(ours.standard_error[0]), 3) == 0.410


# R: s <- summary(coxph(Surv(t, e) ~ g, ties = ...)): coefficient, se, ratio, lower, upper, z, p,
# and the log likelihood of the null and of the fitted model
R_LEUKAEMIA = {
    "efron": (
        (1.5721251488291, 0.4123967177095, 4.8168738982794, 2.1465082127255, 10.8093106815860),
        (3.8121669773732, 0.0001377537619868, -93.1842699968477, -85.0084245773717),
    ),
    "breslow": (
        (1.5091914125859, 0.4095644063667, 4.5230720161872, 2.0268035102002, 10.0938153874364),
        (3.6848695568396, 0.0002288197990735, -93.9850504782452, -86.3796220711456),
    ),
}


@pytest.mark.parametrize("ties", R_LEUKAEMIA)
def test_the_leukaemia_model_agrees_with_coxph_of_r(ties):
    ours = cox(*LEUKAEMIA, ties=ties)
    first, second = R_LEUKAEMIA[ties]
    row = [ours.coefficient, ours.standard_error, ours.hazard_ratio, ours.lower, ours.upper]
    assert np.concatenate(row) == pytest.approx(first, rel=1e-8)
    # coxph stops at a relative change of 1e-9 of the likelihood: z and p are right to 1e-8
    assert (ours.z[0], ours.p_value[0]) == pytest.approx(second[:2], rel=1e-8)
    assert (ours.loglik_null, ours.loglik) == pytest.approx(second[2:], rel=R)
    assert (ours.n, ours.events, ours.converged) == (42, 30, True)


# R: coxph(Surv(t, e) ~ I(g == "B") + I(g == "C") + x, ties = ...,
#          control = coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50))
R_THREE = {
    "efron": (
        [-0.040140749834614, 1.073352826915342, 0.006127516921802],
        [[0.3187984118614808, 0.1581198577864712, 0.0016394011271201],
         [0.1581198577864712, 0.3065700507939244, -0.0010633741720558],
         [0.0016394011271201, -0.0010633741720558, 0.0005138661584659]],
        (-58.92706868498, -56.21302977096),
    ),
    "breslow": (
        [-0.009831275296874, 0.959052770919710, 0.007484225062798],
        [[0.3189238560710124, 0.1586152104037581, 0.0016026494587754],
         [0.1586152104037581, 0.2999101180262286, -0.0010075146661466],
         [0.0016026494587754, -0.0010075146661466, 0.0005047911840036]],
        (-60.27617188557, -58.04142260269),
    ),
}  # fmt: skip


@pytest.mark.parametrize("ties", R_THREE)
def test_three_covariates_with_many_ties_agree_with_coxph_of_r(ties):
    ours = cox(THREE_TIME, THREE_EVENT, THREE_X, ties=ties, names=["B", "C", "age"])
    coefficient, covariance, loglik = R_THREE[ties]
    assert ours.names == ("B", "C", "age")
    assert ours.coefficient == pytest.approx(coefficient, rel=R)
    assert ours.covariance == pytest.approx(np.array(covariance), rel=R)
    assert ours.standard_error == pytest.approx(np.sqrt(np.diag(covariance)), rel=R)
    assert (ours.loglik_null, ours.loglik) == pytest.approx(loglik, rel=R)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("seed", range(3))
def test_models_agree_with_statsmodels(seed, ties):
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(50, 2))
    time, event = generator.integers(1, 12, 50), generator.integers(0, 2, 50)
    theirs = PHReg(time.astype(float), x, status=event, ties=ties).fit(disp=0)
    ours = cox(time, event, x, ties=ties)
    assert ours.coefficient == pytest.approx(theirs.params, rel=ITERATIVE)
    assert ours.standard_error == pytest.approx(theirs.bse, rel=ITERATIVE)
    assert ours.loglik == pytest.approx(theirs.llf, rel=R)


def slow_loglik(beta, time, event, x, ties):
    """Log partial likelihood, event by event."""
    total = 0.0
    for moment in sorted(set(time[event == 1])):
        dying = [i for i in range(len(time)) if time[i] == moment and event[i]]
        at_risk = sum(np.exp(beta * x[i]) for i in range(len(time)) if time[i] >= moment)
        tied = sum(np.exp(beta * x[i]) for i in dying)
        for rank, i in enumerate(dying):
            removed = rank / len(dying) * tied if ties == "efron" else 0.0
            total += beta * x[i] - np.log(at_risk - removed)
    return total


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_the_coefficient_maximises_the_likelihood_written_out_event_by_event(ties):
    arguments = (THREE_TIME, THREE_EVENT, THREE_AGE / 10, ties)
    slow = optimize.minimize_scalar(
        lambda b: -slow_loglik(b, *arguments), bracket=(-1, 1), tol=1e-12
    )
    ours = cox(*arguments[:3], ties=ties)
    # a maximum is flat: its place is known to the square root of the rounding error
    assert ours.coefficient[0] == pytest.approx(slow.x, abs=1e-6)
    assert ours.loglik == pytest.approx(-slow.fun, rel=R)


def test_without_ties_both_methods_are_the_same():
    time = THREE_TIME + np.arange(30) / 100
    both = [cox(time, THREE_EVENT, THREE_X, ties=t) for t in ("efron", "breslow")]
    assert both[0].coefficient == pytest.approx(both[1].coefficient, rel=R)


def test_the_score_test_at_zero_by_breslow_s_likelihood_is_the_log_rank_test_without_ties():
    generator = np.random.default_rng(3)
    time, group = generator.permutation(40) + 1.0, generator.integers(0, 2, 40)
    event = generator.integers(0, 2, 40)
    h = 1e-4
    low, mid, high = (slow_loglik(b, time, event, group, "breslow") for b in (-h, 0.0, h))
    score, information = (high - low) / (2 * h), -(high - 2 * mid + low) / h**2
    # numerical derivatives are right to about 1e-7
    assert logrank(time, event, group).statistic == pytest.approx(score**2 / information, rel=1e-5)


def test_a_group_coded_the_other_way_inverts_the_ratio():
    there, back = cox(*LEUKAEMIA), cox(LEUKAEMIA_TIME, LEUKAEMIA_EVENT, 1 - LEUKAEMIA_PLACEBO)
    assert back.hazard_ratio == pytest.approx(1 / there.hazard_ratio, rel=R)
    assert back.lower == pytest.approx(1 / there.upper, rel=R)


def test_scale_and_origin_of_a_covariate_do_not_matter_however_large():
    there = cox(THREE_TIME, THREE_EVENT, THREE_AGE)
    back = cox(THREE_TIME, THREE_EVENT, THREE_AGE * 1000 + 1e6)
    assert back.coefficient * 1000 == pytest.approx(there.coefficient, rel=1e-7)


def test_a_subject_censored_at_an_event_time_is_in_its_risk_set():
    # x = 0 dies at 1 with x = 1 censored at 1, then x = 1 dies at 2 with x = 0 censored at 3:
    # L = 1 / (2 + 2r) * r / (1 + r), largest at r = 1
    ours = cox([1, 1, 2, 3], [1, 0, 1, 0], [0, 1, 1, 0])
    assert ours.coefficient[0] == pytest.approx(0.0, abs=1e-9)


def test_a_monotone_likelihood_gives_no_estimate_and_says_so():
    ours = cox([1, 2, 3, 4, 5, 6], [1, 1, 1, 0, 0, 0], [1, 1, 1, 0, 0, 0])
    assert (ours.converged, ours.problem) == (False, "infinite_estimate")
    assert np.isnan([ours.hazard_ratio[0], ours.lower[0], ours.p_value[0]]).all()


def test_without_events_there_is_no_estimate():
    ours = cox([1, 2, 3], [0, 0, 0], [0, 1, 1])
    assert (ours.converged, ours.problem, ours.events) == (False, "no_events", 0)
    assert np.isnan(ours.coefficient).all()


def test_wrong_input_is_refused_in_words():
    with pytest.raises(ValueError, match="allowed: efron, breslow"):
        cox([1, 2], [1, 1], [0, 1], ties="exact")
    with pytest.raises(ValueError, match="constant in: x1"):
        cox([1, 2], [1, 1], [1, 1])
    with pytest.raises(ValueError, match="linear combinations"):
        cox([1, 2, 3], [1, 1, 1], [[0, 0], [1, 2], [2, 4]])
    with pytest.raises(ValueError, match="it needs 3 rows"):
        cox([1, 2, 3], [1, 1, 1], [0, 1])
    with pytest.raises(ValueError, match="2 names for 1 columns"):
        cox([1, 2], [1, 1], [0, 1], names=["a", "b"])
    with pytest.raises(ValueError, match="1 missing or infinite"):
        cox([1, 2], [1, 1], [0, np.nan])
    with pytest.raises(ValueError, match="time has 0 values"):
        cox([], [], [])


@pytest.mark.parametrize("times", [[1, 2, 3, 4], [13, 5.1, 40.7, 51.3]])
def test_no_event_while_both_groups_are_at_risk_leaves_nothing_to_estimate(times):
    # the one event comes when only its own group is left: R's coxph gives NA
    order = np.argsort(times)
    event = np.zeros(4)
    event[order[-1]] = 1
    result = cox(times, event, [0.0, 0.0, 1.0, 1.0])
    assert np.isnan(result.hazard_ratio[0])
    assert result.problem == "infinite_estimate"
