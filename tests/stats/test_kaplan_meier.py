"""The Kaplan-Meier estimator."""

from fractions import Fraction

import numpy as np
import pytest
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight

from scripts.stats.survival import (
    TRANSFORMS,
    kaplan_meier,
    restricted_mean,
    survival_at,
    survival_quantile,
)
from tests.stats import R
from tests.stats.published import (
    MERCAPTOPURINE_EVENT,
    MERCAPTOPURINE_TIME,
    PLACEBO_TIME,
    THREE_EVENT,
    THREE_TIME,
)


def test_the_6_mp_curve_is_that_of_the_textbooks():
    # Kleinbaum DG, Klein M. Survival analysis, 3rd ed. Springer, 2012, chapter 2: 6-MP group
    curve = kaplan_meier(MERCAPTOPURINE_TIME, MERCAPTOPURINE_EVENT)
    at_events = curve.survival[curve.events > 0]
    printed = [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    assert np.round(at_events, 4).tolist() == printed
    assert curve.median == 23
    assert kaplan_meier(PLACEBO_TIME, np.ones(21)).median == 8


# R: s <- survfit(Surv(t, e) ~ 1, conf.type = ct); s$lower; s$upper; summary(s)$table[7:9], with
# the 30 times of published.py; s$time, s$n.risk, s$n.event, s$n.censor, s$surv are the same for all
R_TIME = [1, 2, 3, 5, 8, 9, 10, 12, 13, 15, 18, 20, 22]
R_AT_RISK = [30, 29, 27, 24, 20, 13, 12, 11, 6, 4, 3, 2, 1]
R_EVENTS = [1, 2, 3, 2, 5, 1, 1, 4, 1, 1, 1, 0, 0]
R_CENSORED = [0, 0, 0, 2, 2, 0, 0, 1, 1, 0, 0, 1, 1]
R_SURVIVAL = [
    0.9666666666667, 0.9000000000000, 0.8000000000000, 0.7333333333333, 0.5500000000000,
    0.5076923076923, 0.4653846153846, 0.2961538461538, 0.2467948717949, 0.1850961538462,
    0.1233974358974, 0.1233974358974, 0.1233974358974,
]  # fmt: skip
R_LIMITS = {
    "plain": (
        [0.90243263109415, 0.79264835137697, 0.65686446850263, 0.57509104928504, 0.36709919656579,
         0.32100770415216, 0.27673778981329, 0.11750888494240, 0.07370049322251, 0.01829990533224,
         0, 0, 0],
        [1, 1, 0.9431355314974, 0.8915756173816, 0.7329008034342, 0.6943769112325, 0.6540314409559,
         0.4747988073653, 0.4198892503672, 0.3518924023601, 0.2721045958161, 0.2721045958161,
         0.2721045958161],
        (10, 8, 12),
    ),
    "log": (
        [0.90452027925727, 0.79880363630684, 0.66893862418494, 0.59099964568324, 0.39440226392683,
         0.35148374751493, 0.31029001062070, 0.16201068950880, 0.12238699114892, 0.07516926682553,
         0.03697725369431, 0.03697725369431, 0.03697725369431],
        [1, 1, 0.9567394927745, 0.9099460240049, 0.7669834269920, 0.7333240330806, 0.6980013304439,
         0.5413661336646, 0.4976648920973, 0.4557791716681, 0.4117917277455, 0.4117917277455,
         0.4117917277455],
        (10, 8, 13),
    ),
    "log-log": (
        [0.78608360401936, 0.72119290225796, 0.60803896153842, 0.53691484675626, 0.35250182492559,
         0.31158184577457, 0.27268501671177, 0.13564696995388, 0.09928030112500, 0.05624940886641,
         0.02418694873404, 0.02418694873404, 0.02418694873404],
        [0.9952363395767, 0.9666070369915, 0.9047621034574, 0.8566918248158, 0.7097994193289,
         0.6743076969412, 0.6374754155393, 0.4765195900924, 0.4284491866902, 0.3720439227889,
         0.3084354362276, 0.3084354362276, 0.3084354362276],
        (10, 8, 12),
    ),
}  # fmt: skip


@pytest.mark.parametrize("transform", R_LIMITS)
def test_curves_with_ties_and_censoring_at_event_times_agree_with_survfit_of_r(transform):
    curve = kaplan_meier(THREE_TIME, THREE_EVENT, transform=transform)
    assert curve.time.tolist() == R_TIME
    assert curve.at_risk.tolist() == R_AT_RISK
    assert curve.events.tolist() == R_EVENTS
    assert curve.censored.tolist() == R_CENSORED
    lower, upper, median = R_LIMITS[transform]
    assert curve.survival == pytest.approx(R_SURVIVAL, rel=R)
    assert curve.lower == pytest.approx(lower, rel=R)
    assert curve.upper == pytest.approx(upper, rel=R)
    assert (curve.median, curve.median_lower, curve.median_upper) == median


# R: the same table of the 6-MP group and of the placebo group
R_LEUKAEMIA = {
    "plain": ((23, 13, np.nan), (8, 4, 11)),
    "log": ((23, 16, np.nan), (8, 4, 12)),
    "log-log": ((23, 13, np.nan), (8, 4, 11)),
}


@pytest.mark.parametrize("transform", R_LEUKAEMIA)
def test_medians_of_the_leukaemia_groups_and_their_limits_agree_with_r(transform):
    groups = ((MERCAPTOPURINE_TIME, MERCAPTOPURINE_EVENT), (PLACEBO_TIME, np.ones(21)))
    for (time, event), expected in zip(groups, R_LEUKAEMIA[transform], strict=True):
        curve = kaplan_meier(time, event, transform=transform)
        ours = (curve.median, curve.median_lower, curve.median_upper)
        assert ours == pytest.approx(expected, nan_ok=True)


# R: survfit(Surv(c(2, 4, 6, 9, 11, 12), c(1, 1, 1, 1, 0, 1)) ~ 1, conf.type = ct)
@pytest.mark.parametrize(("transform", "lower"), [("plain", 4.0), ("log", 4.0), ("log-log", 2.0)])
def test_a_curve_level_at_one_half_from_6_to_9_has_its_median_in_the_middle(transform, lower):
    curve = kaplan_meier([2, 4, 6, 9, 11, 12], [1, 1, 1, 1, 0, 1], transform=transform)
    assert curve.survival[2] == pytest.approx(0.5)
    assert curve.median == (6 + 9) / 2
    assert curve.median_lower == lower
    assert np.isnan(curve.median_upper)


def test_a_curve_that_ends_at_one_half_has_its_median_where_it_got_there():
    # R: summary(survfit(Surv(c(2, 4, 6, 9), c(1, 1, 0, 0)) ~ 1))$table: median 4
    assert kaplan_meier([2, 4, 6, 9], [1, 1, 0, 0]).median == 4
    # R: the same with an event at 9: median 6.5, the middle of 4 and 9
    assert kaplan_meier([2, 4, 6, 9], [1, 1, 0, 1]).median == (4 + 9) / 2


# R: quantile(survfit(Surv(mp, me) ~ 1, conf.type = "log-log"), c(.25, .4))
@pytest.mark.parametrize(("p", "expected"), [(0.25, (13, 6, 22)), (0.4, (22, 7, np.nan))])
def test_other_quantiles_agree_with_r(p, expected):
    curve = kaplan_meier(MERCAPTOPURINE_TIME, MERCAPTOPURINE_EVENT)
    ours = survival_quantile(curve, p)
    assert (ours.estimate, ours.lower, ours.upper) == pytest.approx(expected, nan_ok=True)


def test_values_at_given_times_agree_with_summary_of_r():
    # R: summary(survfit(Surv(mp, me) ~ 1, conf.type = "log-log"), times = c(6, 6.5, 10, 24, 35))
    curve = kaplan_meier(MERCAPTOPURINE_TIME, MERCAPTOPURINE_EVENT)
    ours = survival_at(curve, [6, 6.5, 10, 24, 35])
    first = [0.8571428571429, 0.6197179552660, 0.9515517476470, 0.07636035483212]
    last = [0.4481792717087, 0.1880520059592, 0.6801426284952, 0.13459145675576]
    middle = [0.7529411764706, 0.5031995108000, 0.8893618351693, 0.09634965299432]
    rows = np.column_stack([ours.survival, ours.lower, ours.upper, ours.standard_error])
    assert rows == pytest.approx(np.array([first, first, middle, last, last]), rel=R)
    assert ours.at_risk.tolist() == [21, 17, 15, 5, 1]


def test_before_the_first_time_survival_is_1_and_after_the_last_nothing_is_known():
    curve = kaplan_meier([3, 5, 9], [1, 0, 0])
    ours = survival_at(curve, [0, 2.9, 9, 9.1])
    assert ours.survival[:2].tolist() == [1, 1]
    assert (ours.lower[0], ours.upper[0]) == (1, 1)
    assert ours.survival[2] == pytest.approx(2 / 3)
    assert np.isnan([ours.survival[3], ours.lower[3], ours.upper[3]]).all()
    assert ours.at_risk.tolist() == [3, 3, 1, 0]


def test_a_curve_that_has_come_to_zero_stays_there_as_the_restricted_mean_takes_it():
    time, event = [3, 5, 9], [1, 0, 1]
    ours = survival_at(kaplan_meier(time, event), [9, 9.1, 20])
    assert ours.survival.tolist() == [0, 0, 0]
    assert np.isnan([*ours.lower, *ours.upper]).all()
    assert ours.at_risk.tolist() == [1, 0, 0]
    # 3 + 6 x 2/3, and nothing more up to 20
    assert restricted_mean(time, event, 20).mean == pytest.approx(7)


def slow_product_limit(time, event):
    """Multiply 1 - d/n over event times, in exact fractions, counting subjects one by one."""
    survival, green, curve = Fraction(1), Fraction(0), []
    for moment in sorted(set(time)):
        n = sum(1 for t in time if t >= moment)
        d = sum(1 for t, e in zip(time, event, strict=True) if t == moment and e)
        survival *= 1 - Fraction(d, n)
        green += Fraction(d, n * (n - d)) if n > d else 0
        curve.append((float(survival), float(survival) * float(green) ** 0.5))
    return np.array(curve)


def test_survival_and_greenwood_s_error_agree_with_exact_fractions():
    curve = kaplan_meier(THREE_TIME, THREE_EVENT)
    slow = slow_product_limit(THREE_TIME.astype(int).tolist(), THREE_EVENT.tolist())
    assert np.column_stack([curve.survival, curve.standard_error]) == pytest.approx(slow, rel=R)


@pytest.mark.parametrize(("ours", "theirs"), [("plain", "linear"), ("log-log", "log-log")])
def test_curve_and_limits_agree_with_scipy(ours, theirs):
    uncensored, censored = THREE_TIME[THREE_EVENT == 1], THREE_TIME[THREE_EVENT == 0]
    sf = stats.ecdf(stats.CensoredData(uncensored=uncensored, right=censored)).sf
    limits = sf.confidence_interval(0.9, method=theirs)
    curve = kaplan_meier(THREE_TIME, THREE_EVENT, level=0.9, transform=ours)
    kept = np.isin(curve.time, sf.quantiles)
    assert curve.survival[kept] == pytest.approx(sf.probabilities, rel=R)
    assert curve.lower[kept] == pytest.approx(limits.low.probabilities, rel=R, abs=1e-15)
    assert curve.upper[kept] == pytest.approx(limits.high.probabilities, rel=R)


def test_curve_and_standard_error_agree_with_statsmodels():
    theirs = SurvfuncRight(THREE_TIME, THREE_EVENT)
    curve = kaplan_meier(THREE_TIME, THREE_EVENT)
    kept = np.isin(curve.time, theirs.surv_times)
    assert curve.survival[kept] == pytest.approx(theirs.surv_prob, rel=R)
    assert curve.standard_error[kept] == pytest.approx(theirs.surv_prob_se, rel=R)


def test_a_subject_censored_at_an_event_time_is_at_risk_for_that_event():
    assert kaplan_meier([5, 5, 8], [1, 0, 1]).survival[0] == pytest.approx(1 - 1 / 3)


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_when_all_are_censored_survival_stays_1_and_the_median_is_not_reached(transform):
    curve = kaplan_meier([4, 7, 7], [0, 0, 0], transform=transform)
    assert curve.survival.tolist() == [1, 1]
    assert curve.standard_error.tolist() == [0, 0]
    assert np.isnan([curve.median, curve.median_lower, curve.median_upper]).all()


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_at_survival_0_there_are_no_limits(transform):
    curve = kaplan_meier([4, 7], [1, 1], transform=transform)
    assert curve.survival[-1] == 0
    assert np.isnan([curve.lower[-1], curve.upper[-1], curve.standard_error[-1]]).all()


def test_log_log_limits_are_not_defined_while_survival_is_1_and_plain_ones_are_1():
    assert np.isnan(kaplan_meier([1, 2, 3], [0, 1, 0]).lower[0])
    plain = kaplan_meier([1, 2, 3], [0, 1, 0], transform="plain")
    assert (plain.lower[0], plain.upper[0]) == (1, 1)


def test_wrong_input_is_refused_in_words():
    with pytest.raises(ValueError, match="allowed: plain, log, log-log"):
        kaplan_meier([1], [1], transform="loglog")
    with pytest.raises(ValueError, match="time has 0 values"):
        kaplan_meier([], [])
    with pytest.raises(ValueError, match="1 negative"):
        kaplan_meier([-1, 2], [1, 1])
    with pytest.raises(ValueError, match="event must hold only 0 and 1"):
        kaplan_meier([1, 2], [1, 2])
    with pytest.raises(ValueError, match="it needs 2, one a subject"):
        kaplan_meier([1, 2], [1])
