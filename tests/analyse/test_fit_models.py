"""Logistic models: the odds ratio of a two-by-two table, and what cannot be fitted."""

from math import exp, log, sqrt

import pandas as pd
import pytest

from scripts.analyse.fit_models import fit_models
from scripts.job import StepError
from tests.analyse.trial import plan_with, responses, subjects, values

ANALYSIS = {"kind": "logistic", "endpoint": "RESP", "terms": ["MALEFL"]}
Z = 1.959963984540054


def model(verdicts, terms, method=None, **columns):
    adsl = subjects("A" * len(verdicts)).assign(**columns)
    plan = plan_with({**ANALYSIS, "terms": terms, **({"method": method} if method else {})})
    return fit_models(adsl, responses(adsl, verdicts), plan)["one"]


def test_the_odds_ratio_of_a_flag_is_that_of_its_table():
    male = "Y" * 20 + "N" * 20
    found = model("Y" * 12 + "N" * 8 + "Y" * 5 + "N" * 15, ["MALEFL"], MALEFL=list(male))
    ratio = (12 * 15) / (8 * 5)
    error = sqrt(1 / 12 + 1 / 8 + 1 / 5 + 1 / 15)
    term = values(found, "MALEFL")
    assert term["odds_ratio"] == pytest.approx(ratio)
    assert term["lower"] == pytest.approx(exp(log(ratio) - Z * error))
    assert term["upper"] == pytest.approx(exp(log(ratio) + Z * error))
    assert values(found, "intercept")["coefficient"] == pytest.approx(log(5 / 15))
    assert values(found, "MALEFL=Y") == {"count": 12, "total": 20, "proportion": 12 / 20}
    assert values(found, "model")["events"] == 17


def test_an_endpoint_may_be_a_term():
    adsl = subjects("A" * 8)
    both = responses(adsl, "YYYNNNYN")
    both = pd.concat([both, responses(adsl, "YYNNNYYN", code="EARLY")], ignore_index=True)
    found = fit_models(adsl, both, plan_with({**ANALYSIS, "terms": ["EARLY"]}))["one"]
    # among EARLY 3 of 4 respond, among the others 1 of 4
    assert values(found, "EARLY")["odds_ratio"] == pytest.approx((3 / 1) / (1 / 3))


def test_terms_of_one_model_are_adjusted_for_each_other():
    # within each stratum the odds ratio of MALEFL is 1; crude it is not
    strata = [(10, 8, 2, "Y", "Y"), (5, 4, 1, "N", "Y"), (5, 1, 4, "Y", "N"), (10, 2, 8, "N", "N")]
    verdicts = "".join("Y" * yes + "N" * no for _, yes, no, _, _ in strata)
    male = [flag for n, _, _, flag, _ in strata for _ in range(n)]
    old = [flag for n, _, _, _, flag in strata for _ in range(n)]
    found = model(verdicts, ["MALEFL", "OLDFL"], MALEFL=male, OLDFL=old)
    assert values(found, "MALEFL")["coefficient"] == pytest.approx(0, abs=1e-9)
    assert values(found, "OLDFL")["odds_ratio"] == pytest.approx((8 / 2) / (1 / 4))


def test_subjects_without_a_term_are_left_out_with_the_reason():
    found = model("YNYNYN", ["AGE"], AGE=[1.0, 2.0, 3.0, 4.0, None, 6.0])
    assert values(found, "model")["n"] == 5
    assert found["subjects"]["excluded"] == [
        {"reason": "The endpoint or a term of the model is missing", "USUBJID": ["S04"]}
    ]


def test_separation_gives_nulls_and_a_warning():
    found = model("YYYYNNNN", ["MALEFL"], MALEFL=list("YYYYNNNN"))
    assert values(found, "MALEFL")["odds_ratio"] is None
    assert found["warnings"] == [
        "Complete separation by MALEFL: the outcome of 8 of 8 subjects follows from it, so the "
        "model has no finite estimate."
    ]


def test_a_term_that_does_not_vary_gives_nulls_and_a_warning():
    found = model("YNYN", ["AGE"], AGE=[3.0] * 4)
    assert values(found, "AGE")["coefficient"] is None
    assert "does not vary" in found["warnings"][0]


def test_few_events_for_a_term_are_a_warning():
    found = model("YNYNYNYN", ["AGE"], AGE=[1.0, 2, 3, 4, 5, 6, 7, 9])
    assert "Fewer than 10" in found["warnings"][0]


def test_a_text_that_is_no_flag_is_an_error_that_names_the_term():
    with pytest.raises(StepError, match="SITEID"):
        model("YN", ["SITEID"], SITEID=["north", "south"])


def test_the_plan_may_ask_for_firth_s_penalty_where_the_data_are_separated():
    found = model("YYYYNNNN", ["MALEFL"], {"fit": "firth_if_separated"}, MALEFL=list("YYYYNNNN"))
    # a half is added to each cell: 4.5 * 4.5 / (0.5 * 0.5)
    assert values(found, "MALEFL")["odds_ratio"] == pytest.approx(81)
    assert found["warnings"][0] == (
        "Complete separation by MALEFL: the outcome of 8 of 8 subjects follows from it, so Firth's "
        "penalised likelihood was used."
    )
    assert found["method"]["name"] == "logistic_or_firth_regression"
    assert "under separation Firth's penalised likelihood" in found["method"]["label"]


def test_profile_limits_of_a_separated_term_are_null_on_the_side_where_they_are_infinite():
    method = {"interval": "profile_likelihood"}
    found = model("YYYYYNNN", ["MALEFL"], method, MALEFL=list("YYYYNNNN"))
    term = values(found, "MALEFL")
    assert (term["odds_ratio"], term["upper"]) == (None, None)
    assert term["lower"] > 1
    assert term["p_value"] < 0.05
