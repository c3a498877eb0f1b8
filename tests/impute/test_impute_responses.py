"""From analysis data to stacked, completed data sets."""

import numpy as np
import pandas as pd
import pytest

from scripts.impute.impute_responses import (
    compute_columns,
    impute_model,
    impute_responses,
    select_subjects,
    stack,
)
from scripts.job import StepError
from scripts.seals import PROJECT
from scripts.tables import check_table, read_contract

MODEL = {
    "endpoint": "RESP",
    "population": "ITTFL",
    "missing_when": {"variable": "STOPFL", "is": "Y"},
    "method": "normal",
    "predictors": ["ARMCD"],
}


def subjects(count=20):
    number = np.arange(count)
    return pd.DataFrame(
        {
            "USUBJID": [f"S{i:02d}" for i in number],
            "ARMCD": np.where(number % 2 == 0, "A", "B"),
            "ITTFL": "Y",
            "STOPFL": np.where(number % 5 == 0, "Y", "N"),
            "AGE": 20.0 + number,
        }
    )


def responses(adsl):
    return pd.DataFrame(
        {
            "USUBJID": adsl["USUBJID"],
            "PARAMCD": "RESP",
            "AVAL": (np.arange(len(adsl)) % 3 == 0).astype(int),
        }
    )


def table_of(model, adsl, adresp, imputations):
    return impute_model("m", model, adsl, adresp, 1, imputations).table


def test_values_are_set_missing_where_the_plan_says_and_nowhere_else():
    adsl = subjects()
    found = select_subjects(MODEL, adsl, responses(adsl))
    assert found.loc[found["AVAL"].isna(), "USUBJID"].tolist() == ["S00", "S05", "S10", "S15"]


def test_subjects_outside_the_population_are_neither_completed_nor_learnt_from():
    adsl = subjects().assign(ITTFL=["N"] * 5 + ["Y"] * 15)
    found = table_of(MODEL, adsl, responses(adsl), 2)
    assert set(found["USUBJID"]) == {f"S{i:02d}" for i in range(5, 20)}


def test_observed_values_stand_once_and_drawn_ones_in_each_imputation():
    adsl = subjects()
    found = table_of(MODEL, adsl, responses(adsl), 3)
    assert len(found) == 16 + 3 * 4
    assert found.loc[found["IMPUTATION"] == 0, "IMPUTED"].unique().tolist() == ["N"]
    drawn = found[found["IMPUTATION"] > 0]
    assert (
        drawn.groupby("IMPUTATION")["USUBJID"].apply(list).tolist()
        == [["S00", "S05", "S10", "S15"]] * 3
    )
    contract = read_contract(PROJECT / "config" / "schemas" / "tables" / "imputed.yaml")
    assert check_table(found, contract) == []


def test_each_draw_stays_with_its_subject():
    adsl = subjects(3).assign(AVAL=[np.nan, 1.0, np.nan])
    found = stack(MODEL, adsl, np.array([[10.0, 20.0], [30.0, 40.0]]))
    drawn = found[found["IMPUTED"] == "Y"].set_index(["USUBJID", "IMPUTATION"])["AVAL"].to_dict()
    assert drawn == {("S00", 1): 10, ("S02", 1): 20, ("S00", 2): 30, ("S02", 2): 40}


def test_nothing_missing_leaves_the_observed_values_alone():
    adsl = subjects().assign(STOPFL="N")
    found = table_of(MODEL, adsl, responses(adsl), 3)
    assert found["IMPUTATION"].unique().tolist() == [0]
    assert len(found) == 20


def test_normal_draws_are_not_rounded_to_responses():
    adsl = subjects()
    found = table_of(MODEL, adsl, responses(adsl), 5)
    assert not found.loc[found["IMPUTED"] == "Y", "AVAL"].isin([0, 1]).any()


def test_a_predictor_with_gaps_and_no_method_is_an_error_that_names_it():
    adsl = subjects()
    adsl.loc[3, "AGE"] = np.nan
    model = {**MODEL, "predictors": ["ARMCD", "AGE"]}
    with pytest.raises(StepError, match="no method: AGE"):
        table_of(model, adsl, responses(adsl), 2)


def test_a_predictor_with_gaps_is_drawn_by_its_own_model():
    adsl = subjects()
    adsl.loc[3, "AGE"] = np.nan
    model = {**MODEL, "predictors": ["ARMCD", "AGE"], "predictor_methods": {"AGE": "normal"}}
    found = table_of(model, adsl, responses(adsl), 2)
    assert len(found) == 16 + 2 * 4


def test_text_becomes_an_indicator_for_each_level_but_the_first():
    table = pd.DataFrame({"SITE": ["b", "a", "c"], "YESFL": ["Y", "N", None]})
    assert compute_columns(table, "SITE").to_dict("list") == {
        "SITE=b": [1.0, 0.0, 0.0],
        "SITE=c": [0.0, 0.0, 1.0],
    }
    assert compute_columns(table, "YESFL")["YESFL"].tolist()[:2] == [1.0, 0.0]
    assert compute_columns(table, "YESFL")["YESFL"].isna().tolist() == [False, False, True]


def test_text_with_several_levels_and_gaps_is_an_error():
    table = pd.DataFrame({"SITE": ["b", "a", "c", None]})
    with pytest.raises(StepError, match="SITE has several levels and missing values"):
        compute_columns(table, "SITE")


def test_nobody_observed_is_an_error():
    adsl = subjects().assign(STOPFL="Y")
    with pytest.raises(StepError, match="nobody has an observed RESP"):
        table_of(MODEL, adsl, responses(adsl), 2)


def test_a_model_draws_the_same_whatever_other_models_are_planned():
    adsl = subjects()
    alone = impute_responses(adsl, responses(adsl), {"b": MODEL}, 1, 3)
    beside = impute_responses(adsl, responses(adsl), {"a": MODEL, "b": MODEL}, 1, 3)
    pd.testing.assert_frame_equal(alone["b"].table, beside["b"].table)
    assert not np.allclose(beside["a"].table["AVAL"], beside["b"].table["AVAL"])


def test_draws_do_not_depend_on_the_order_of_subjects_nor_on_their_names():
    adsl = subjects()
    turned = adsl.iloc[::-1].reset_index(drop=True)
    renamed = turned.assign(USUBJID=[f"T{i:02d}" for i in range(len(turned))])
    verdicts = responses(adsl)
    others = verdicts.assign(USUBJID=verdicts["USUBJID"].map(
        dict(zip(turned["USUBJID"], renamed["USUBJID"], strict=True))))  # fmt: skip
    found = [table_of(MODEL, *tables, 3) for tables in
             ((adsl, verdicts), (renamed, others))]  # fmt: skip
    drawn = [table.groupby(["IMPUTATION", "ARMCD"])["AVAL"].apply(sorted) for table in found]
    assert drawn[0].to_dict() == drawn[1].to_dict()


def test_levels_with_gaps_are_drawn_by_a_categorical_model():
    adsl = subjects(60).assign(SITE=[["x", "y", "z"][i % 3] for i in range(60)])
    adsl.loc[[1, 7, 20], "SITE"] = None
    model = {
        **MODEL,
        "predictors": ["ARMCD", "SITE"],
        "predictor_methods": {"SITE": "multinomial"},
        "method": "logistic",
        "sweeps": 3,
    }
    found = impute_model("m", model, adsl, responses(adsl), 1, 30)
    variables = {one["variable"]: one for one in found.description["variables"]}
    assert variables["SITE"]["predictors"] == ["ARMCD=B", "RESP"]
    assert variables["RESP"]["predictors"] == ["ARMCD=B", "SITE=y", "SITE=z"]
    assert found.description["order"] == ["SITE", "RESP"]
    assert set(found.traces["VARIABLE"]) == {"SITE", "RESP"}


def test_traces_keep_their_contract_and_the_first_twenty_chains():
    adsl = subjects()
    adsl.loc[3, "AGE"] = np.nan
    model = {
        **MODEL,
        "predictors": ["ARMCD", "AGE"],
        "predictor_methods": {"AGE": "normal"},
        "sweeps": 4,
    }
    found = impute_model("m", model, adsl, responses(adsl), 1, 30).traces
    contract = read_contract(PROJECT / "config" / "schemas" / "tables" / "traces.yaml")
    assert check_table(found, contract) == []
    assert found["CHAIN"].max() == 20
    assert len(found) == 20 * 4 * 2


def test_a_model_by_arm_learns_from_the_arm_alone():
    adsl = subjects(60)
    adresp = responses(adsl)
    adresp.loc[adsl["ARMCD"] == "B", "AVAL"] = 1
    model = {**MODEL, "predictors": ["AGE"], "by": "ARMCD", "method": "matching"}
    found = impute_model("m", model, adsl, adresp, 1, 20)
    drawn = found.table[found.table["IMPUTED"] == "Y"]
    assert (drawn.loc[drawn["ARMCD"] == "B", "AVAL"] == 1).all()
    labels = [one["label"] for one in found.description["variables"]]
    assert labels == ["RESP where ARMCD is A", "RESP where ARMCD is B"]


def test_interactions_and_bounds_reach_the_model_of_the_endpoint():
    adsl = subjects(60)
    model = {
        **MODEL,
        "predictors": ["ARMCD", "AGE"],
        "interactions": [["ARMCD", "AGE"]],
        "bounds": [0, 1],
    }
    found = impute_model("m", model, adsl, responses(adsl), 1, 40)
    drawn = found.table.loc[found.table["IMPUTED"] == "Y", "AVAL"]
    assert drawn.between(0, 1).all()
    assert found.description["variables"][0]["predictors"] == ["ARMCD=B", "AGE", "ARMCD=B:AGE"]


def test_an_error_names_the_model_and_the_endpoint():
    adsl = subjects(6)
    model = {**MODEL, "predictors": ["ARMCD", "AGE", "USUBJID"]}
    words = "imputation model m: RESP: 4 observed values cannot fit 8 coefficients"
    with pytest.raises(StepError, match=words):
        impute_model("m", model, adsl, responses(adsl), 1, 2)
