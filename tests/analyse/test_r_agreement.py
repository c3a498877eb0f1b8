"""R as a third judge: both implementations against numbers that R printed.

Each literal stands below the call of R (4.2, package mice 3.15) that printed it. Counts are those
of the embedded trial. R prints 13 digits, so that agreement is asked to 1 in 10^9. Survival and
quartiles are in test_r_agreement_times.py.
"""

import numpy as np
import pandas as pd
import pytest

from scripts.analyse.compare_imputed import compare_imputed
from scripts.analyse.compare_proportions import compare_proportions
from scripts.analyse.fit_models import fit_models
from scripts.analyse.second.imputed import judge_imputed
from scripts.analyse.second.models import judge_model
from scripts.analyse.second.proportions import judge_proportions
from tests.analyse.judges import agree, both, numbers, plan_of
from tests.analyse.trial import responses, subjects


def proportions(counts, interval):
    (x1, n1), (x2, n2) = counts
    adsl = subjects("A" * n1 + "B" * n2)
    adresp = responses(adsl, "Y" * x1 + "N" * (n1 - x1) + "Y" * x2 + "N" * (n2 - x2))
    analysis, plan = plan_of(
        {
            "kind": "difference_in_proportions",
            "endpoint": "RESP",
            "method": {"interval": interval},
        }
    )
    first = compare_proportions(adsl, adresp, plan)["one"]
    return both(first, judge_proportions(analysis, plan, adsl, adresp))


# r <- prop.test(c(x1, x2), c(n1, n2), correct = FALSE); r$statistic; r$p.value; r$conf.int
# and the same with correct = TRUE; fisher.test(rbind(x, n - x))$p.value
PROP_TEST = {
    "overall response": (
        ((90, 112), (33, 56)),
        "8.741463414634 0.003110547856006 0.06590654335711 0.36266488521432",
        "7.682926829268 0.005574568299189 0.05251368621425 0.37605774235718",
        0.005178184458702,
    ),
    "complete response": (
        ((45, 112), (14, 56)),
        "3.774840615767 0.05202885754697 0.006507137223652 0.297064291347777",
        "3.138081169336 0.07648373980971 -0.006885719919205 0.310457148490634",
        0.06026816785677,
    ),
    "sustained response": (
        ((68, 112), (23, 56)),
        "5.802197802198 0.01600615515316 0.03900092401251 0.35385621884463",
        "5.037962037962 0.02479764641588 0.02560806686966 0.36724907598749",
        0.02128402523772,
    ),
    "remission": (
        ((47, 112), (7, 56)),
        "14.85964912281 0.0001158140781093 0.1687220173610 0.4205636969247",
        "13.53947368421 0.0002335978936973 0.1553291602181 0.4339565540676",
        9.495457173774e-05,
    ),
    "rescue": (
        ((21, 112), (19, 56)),
        "4.74140625 0.02944499324376 -0.295322324399955 -0.008249104171473",
        "3.9416015625 0.04710591042355 -0.308715181542812 0.005143752971384",
        0.03539945858989,
    ),
    "overall response of completers": (
        ((90, 98), (33, 48)),
        "12.93934360595 0.0003217478082611 0.08897761136189 0.37275708251566",
        "11.25826549248 0.0007926924716111 0.0734589038789 0.3882757899987",
        0.000595794947,
    ),
    "response with and without maintenance": (
        ((14, 16), (76, 96)),
        "0.603367003367 0.437296237792 -0.09793911609597 0.26460578276263",
        "0.1909090909091 0.662161063736 -0.1343974494293 0.3010641160960",
        0.7340550484206,
    ),
    "relapse": (
        ((43, 90), (26, 33)),
        "9.42811935783 0.002136833112195 -0.4836071923697 -0.1365948278323",
        "8.21102876592 0.00416365380901 -0.5043142630768 -0.1158877571253",
        0.002187155938921,
    ),
}


@pytest.mark.parametrize("name", PROP_TEST)
def test_differences_and_tests_of_proportions_are_those_of_prop_test(name):
    counts, plain, corrected, exact = PROP_TEST[name]
    for interval, row, printed in (
        ("wald", "test", plain),
        ("wald_corrected", "test_corrected", corrected),
    ):
        statistic, p, lower, upper = numbers(printed)
        expected = {
            (row, "", "statistic"): statistic,
            (row, "", "p_value"): p,
            ("difference", "A-B", "lower"): lower,
            ("difference", "A-B", "upper"): upper,
            ("test_exact", "", "p_value"): exact,
        }
        agree(proportions(counts, interval), expected)


@pytest.mark.parametrize(
    ("with_term", "without", "printed"),
    [
        # glm(response ~ flag, binomial, control = glm.control(1e-14, 100)); intercept, its error,
        # coefficient, its error, exp(coefficient + c(0, -1, 1) * qnorm(.975) * error), p
        ((62, 83), (61, 85), "0.9328200338254 0.2409566543791 0.1497919134963 0.3490102995136 "
         "1.1615925058548 0.5861053638452 2.3021409338516 0.6677845781310"),
        ((108, 146), (15, 22), "0.7621400520469 0.4577377082170 0.2824050153509 0.4950745986785 "
         "1.3263157894737 0.5026187403699 3.4998965062712 0.5683866183210"),
        ((25, 36), (98, 132), "1.0586069540544 0.1990372988625 -0.2376264019846 0.4129466518178 "
         "0.7884972170686 0.3509937130961 1.7713361753428 0.5649931350031"),
    ],
)  # fmt: skip
def test_odds_ratios_are_those_of_glm(with_term, without, printed):
    (x1, n1), (x2, n2) = with_term, without
    adsl = subjects("A" * (n1 + n2))
    adsl = adsl.assign(USUBJID=[f"S{number:03d}" for number in range(n1 + n2)])
    adsl = adsl.assign(TERMFL=["Y"] * n1 + ["N"] * n2)
    adresp = responses(adsl, "Y" * x1 + "N" * (n1 - x1) + "Y" * x2 + "N" * (n2 - x2))
    whole, plan = plan_of({"kind": "logistic", "endpoint": "RESP", "terms": ["TERMFL"]})
    first = fit_models(adsl, adresp, plan)["one"]
    names = [("intercept", "", name) for name in ("coefficient", "standard_error")]
    names += [("TERMFL", "", name) for name in ("coefficient", "standard_error")]
    names += [("TERMFL", "", name) for name in ("odds_ratio", "lower", "upper", "p_value")]
    expected = dict(zip(names, numbers(printed), strict=True))
    agree(both(first, judge_model(whole, plan, adsl, adresp)), expected)


@pytest.mark.parametrize(
    ("df", "printed"),
    [
        # arm <- rep(1:0, each = 6); y and the draws as below; e, v <- coefficient and squared error
        # of lm(y ~ arm) in each; p <- pool.scalar(e, v, n = Inf or 12, k = 2): qbar, sqrt(t), ubar,
        # b, df, fmi; limits by qt(.975, df)
        ("rubin", "3.222222222222e-01 2.732068361309e-01 7.303703703704e-02 1.203703703704e-03 "
         "4.325930887574e+03 2.195389321358e-02 -2.134032003938e-01 8.578476448383e-01 "
         "2.383007636905e-01"),
        ("barnard_rubin", "0.322222222222222 0.273206836130873 0.073037037037037 "
         "0.001203703703704 8.263783550775077 0.195244181567796 -0.304310494417925 "
         "0.948754938862370 0.271074155713857"),
    ],
)  # fmt: skip
def test_a_pooled_difference_is_that_of_pool_scalar(df, printed):
    adsl = subjects("A" * 6 + "B" * 6)
    names = adsl["USUBJID"].to_numpy()
    y = np.array([1, 0, 1, 1, np.nan, np.nan, 0, 0, 1, 0, 1, np.nan])
    draws = {1: [0.9, 0.4, 0.3], 2: [1.1, 0.2, 0.6], 3: [0.7, 0.5, 0.1]}
    drawn = [
        (name, k, v) for k in draws for name, v in zip(names[np.isnan(y)], draws[k], strict=True)
    ]
    known = [(name, 0, v) for name, v in zip(names, y, strict=True) if not np.isnan(v)]
    imputed = pd.DataFrame([*known, *drawn], columns=["USUBJID", "IMPUTATION", "AVAL"])
    imputed = imputed.assign(IMPUTED=np.where(imputed["IMPUTATION"] > 0, "Y", "N"))
    adresp = responses(adsl, "Y" * 12)
    whole, plan = plan_of(
        {
            "kind": "difference_imputed",
            "endpoint": "RESP",
            "imputation": "m",
            "method": {"df": df},
        }
    )
    first = compare_imputed(adsl, adresp, {"m": imputed}, plan)["one"]
    keys = ["estimate", "standard_error", "within", "between", "df", "fraction_missing_information"]
    keys = [("difference", "A-B", key) for key in [*keys, "lower", "upper", "p_value"]]
    expected = dict(zip(keys, numbers(printed), strict=True))
    agree(both(first, judge_imputed(whole, plan, adsl, adresp, imputed)), expected)
