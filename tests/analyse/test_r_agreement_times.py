"""R as a third judge of times: survival, tests and ratios, quartiles.

Each literal stands below the call of R (4.2, package survival 3.5) that printed it. `relapse.csv`
holds the 123 relapse-free times of the embedded trial in planned weeks, one a responder. R prints
13 digits, so that agreement is asked to 1 in 10^9.
"""

from pathlib import Path

import pandas as pd
import pytest

from scripts.analyse.compare_times import compare_times
from scripts.analyse.second.times import judge_times
from tests.analyse.judges import agree, both, numbers, plan_of
from tests.analyse.trial import responses, subjects

RELAPSE = pd.read_csv(Path(__file__).with_name("relapse.csv"))


def relapse(analysis):
    """Both implementations on the relapse-free times; arm A is the first in the file."""
    arms = RELAPSE["arm"].map({"COMBO": "A", "MONO": "B"})
    adsl = subjects("".join(arms)).assign(ARMCD=arms)
    # More than a hundred subjects need names of their own.
    adsl = adsl.assign(USUBJID=[f"S{number:03d}" for number in range(len(adsl))])
    adresp = responses(adsl, "Y" * len(adsl))
    adtte = pd.DataFrame({"USUBJID": adsl["USUBJID"], "PARAMCD": "TIME", "AVALU": "WEEKS"})
    adtte = adtte.assign(AVAL=RELAPSE["weeks"].astype(float), CNSR=1 - RELAPSE["event"])
    whole, plan = plan_of({"endpoint": "TIME", **analysis})
    first = compare_times(adsl, adresp, adtte, plan)["one"]
    return both(first, judge_times(whole, plan, adsl, adresp, adtte))


def survival(ties="efron", transform="log-log"):
    return relapse(
        {
            "kind": "time_to_event",
            "method": {"transform": transform, "ties": ties},
            "times": [8, 24, 40, 48],
        }
    )


def test_survival_with_its_limits_is_that_of_survfit():
    # s <- survfit(Surv(weeks, event) ~ arm, conf.type = "log-log")
    # summary(s, times = c(8, 24, 40, 48)): surv, lower, upper, n.risk; print(s): median, limits
    printed = {
        ("8", "A"): "0.85555555555556 0.76428310713071 0.91344243590403 77",
        ("24", "A"): "0.75555555555556 0.65293179586459 0.83167590452143 68",
        ("40", "A"): "0.59809027777778 0.48900000786187 0.69120313530591 55",
        ("48", "A"): "0.52647533119786 0.41402533286573 0.62704098321159 32",
        ("8", "B"): "0.87878787878788 0.70856914288887 0.95269314666023 29",
        ("24", "B"): "0.69696969696970 0.51006042305221 0.82399469639925 23",
        ("40", "B"): "0.36363636363636 0.20588402339758 0.52335251074464 20",
        ("48", "B"): "0.18939393939394 0.07393873980274 0.34541176290512 4",
    }
    expected = {
        (f"t={time}", arm, name): value
        for (time, arm), line in printed.items()
        for name, value in zip(
            ("survival", "lower", "upper", "at_risk"), numbers(line), strict=True
        )
    }
    expected |= {
        ("arm", "A", "median"): 49,
        ("arm", "A", "median_lower"): 40,
        ("arm", "B", "median"): 40,
        ("arm", "B", "median_lower"): 30,
        ("arm", "B", "median_upper"): 41,
    }
    found = survival()
    agree(found, expected)
    assert [statistics[("arm", "A", "median_upper")] for statistics in found] == [None, None]


@pytest.mark.parametrize(
    ("transform", "limits", "medians"),
    [
        # survfit(..., conf.type = "log"), conf.type = "plain": limits at 48 weeks, of the median
        ("log", "0.42928521334092 0.64566927941162 0.08986220175035 0.39916743169510", "41 34 44"),
        (
            "plain",
            "0.41903069505066 0.63391996734506 0.04819095153123 0.33059692725664",
            "40 34 41",
        ),
    ],
)
def test_limits_on_the_other_scales_are_those_of_survfit(transform, limits, medians):
    names = [("t=48", arm, name) for arm in "AB" for name in ("lower", "upper")]
    names += [("arm", "A", "median_lower"), ("arm", "B", "median_lower")]
    names += [("arm", "B", "median_upper")]
    values = numbers(limits) + numbers(medians)
    agree(survival(transform=transform), dict(zip(names, values, strict=True)))


def test_the_logrank_test_and_its_parts_are_those_of_survdiff():
    # r <- survdiff(Surv(weeks, event) ~ arm): chisq, exp, var[1, 1], pchisq(chisq, 1, lower = F)
    expected = {
        ("logrank", "", "statistic"): 7.206519938506,
        ("logrank", "", "p_value"): 0.007263920538886,
        ("logrank", "A", "expected"): 52.17404503868,
        ("logrank", "B", "expected"): 16.82595496132,
        ("logrank", "A", "variance"): 11.67874412198,
    }
    agree(survival(), expected)


@pytest.mark.parametrize(
    ("ties", "printed"),
    [
        # summary(coxph(Surv(weeks, event) ~ mono, ties = ..., control = coxph.control(1e-13)))
        ("efron", "1.9598012010296 0.251230468399258 1.1977446980389 3.2067107070864 "
         "0.007402111773004"),
        ("breslow", "1.8946043355667 0.2509239649124 1.1585950285403 3.0981710605737 "
         "0.0108769278711"),
    ],
)  # fmt: skip
def test_the_hazard_ratio_of_the_cox_model_is_that_of_coxph(ties, printed):
    names = ("hazard_ratio", "standard_error", "lower", "upper", "p_value")
    expected = dict(zip([("cox", "B/A", name) for name in names], numbers(printed), strict=True))
    agree(survival(ties), expected)


@pytest.mark.parametrize(
    ("quantiles", "first", "second"),
    [
        # quantile(weeks[arm == ...], c(.25, .5, .75), type = ...)
        (2, "28 43 48", "18 40 42"),
        (5, "28 43 48", "18 40 42.5"),
        (6, "26 43 48", "18 40 43"),
        (7, "28 43 48", "18 40 42"),
    ],
)
def test_quartiles_and_the_rank_test_are_those_of_quantile_and_wilcox_test(
    quantiles, first, second
):
    # wilcox.test(first, second, exact = FALSE, correct = TRUE): W, p.value
    expected = {("test", "", "statistic"): 1807.5, ("test", "", "p_value"): 0.06505492791683}
    for arm, printed in (("A", first), ("B", second)):
        keys = [("time", arm, name) for name in ("q1", "median", "q3")]
        expected |= dict(zip(keys, numbers(printed), strict=True))
    method = {"quantiles": quantiles, "censored": "as_observed"}
    agree(relapse({"kind": "quantiles_of_time", "method": method}), expected)
