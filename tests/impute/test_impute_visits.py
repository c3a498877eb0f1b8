"""From measures by visit to completed data sets of an endpoint that is derived again in each."""

import numpy as np
import pandas as pd
import pytest

from scripts.impute import completed_endpoints, impute_visits
from scripts.impute.impute_visits import impute_model
from scripts.impute.visit_table import medication_of
from scripts.job import StepError
from scripts.seals import PROJECT
from scripts.tables import check_table, read_contract
from tests.impute.visit_trial import JUMP, PLAN, measurements, model, sources, subjects

CHAINED = {
    "COUNT": {"method": "matching", "scale": "log"},
    "STATE": {"method": "logistic", "above": 0, "absent": 0, "present": 1},
}
MODELS = {
    "chains": model(),
    "visits": model(measures=CHAINED),
    "at_random": model(assumption={"kind": "missing_at_random"}),
    "jump": model(assumption=JUMP),
    "copy": model(assumption={**JUMP, "kind": "copy_reference"}),
    "increments": model(assumption={**JUMP, "kind": "copy_increments"}),
    "all": model(between="imputed", assumption=JUMP),
}
every = pytest.mark.parametrize("name", MODELS)


def made(name, count=6, found=None, **more):
    return impute_model("m", {**MODELS[name], **more}, found or sources(), PLAN, count)


def stopped(table, adsl):
    return table[table["USUBJID"].isin(adsl.loc[adsl["STOPFL"] == "Y", "USUBJID"])]


@every
def test_every_model_fills_the_contract_with_zero_or_one(name):
    table = made(name).table
    contract = read_contract(PROJECT / "config" / "schemas" / "tables" / "imputed.yaml")
    assert check_table(table, contract) == []
    assert set(table["AVAL"]) == {0.0, 1.0}
    assert set(table["PARAMCD"]) == {"RESP"}


def test_observed_verdicts_stand_once_and_those_who_stopped_are_judged_in_each():
    adsl = subjects()
    table = made("jump", 4).table
    lost = set(adsl.loc[adsl["STOPFL"] == "Y", "USUBJID"])
    assert set(table.loc[table["IMPUTED"] == "Y", "USUBJID"]) == lost
    assert (stopped(table, adsl).groupby("USUBJID")["IMPUTATION"].apply(list).map(len) == 4).all()
    kept = table[table["IMPUTATION"] == 0].set_index("USUBJID")["AVAL"]
    found = sources()["adresp"]
    known = found[found["PARAMCD"] == "RESPHYP"].set_index("USUBJID")["AVAL"].astype(float)
    assert kept.to_dict() == known.drop(list(lost)).to_dict()


@every
def test_deriving_everybody_again_leaves_verdicts_of_those_with_nothing_imputed(name, monkeypatch):
    """Everybody is derived in every data set, and not only those in whom something was imputed."""
    once = made(name).table
    monkeypatch.setattr(impute_visits, "rows_to_judge", lambda model, table: np.arange(60))
    again = made(name).table
    assert (again["IMPUTED"] == "Y").all()
    drawn = again.pivot_table(index="USUBJID", columns="IMPUTATION", values="AVAL")
    for row in once.itertuples():
        values = drawn.loc[row.USUBJID]
        if row.IMPUTED == "N":
            assert (values == row.AVAL).all()


@every
def test_the_first_imputations_do_not_depend_on_how_many_there_are(name):
    few, many = made(name, 3).table, made(name, 40).table
    first = many[many["IMPUTATION"] <= 3].reset_index(drop=True)
    pd.testing.assert_frame_equal(few.reset_index(drop=True), first)


@every
def test_nothing_depends_on_the_parts_in_which_chains_are_drawn_and_judged(name, monkeypatch):
    whole = made(name, 9).table
    monkeypatch.setattr(impute_visits, "PART", 60 * 5 * 8 * 4)
    monkeypatch.setattr(completed_endpoints, "ROWS_AT_ONCE", 200)
    pd.testing.assert_frame_equal(made(name, 9).table, whole)


@every
def test_neither_the_order_of_rows_nor_the_names_of_subjects_change_a_draw(name):
    adsl = subjects()
    tables = measurements(adsl)
    first = made(name, 5, sources(adsl, tables)).table
    names = dict(zip(adsl["USUBJID"], adsl["USUBJID"].sample(frac=1, random_state=3), strict=True))
    mixed = adsl.assign(USUBJID=adsl["USUBJID"].map(names)).sample(frac=1, random_state=4)
    renamed = {
        code: table.assign(USUBJID=table["USUBJID"].map(names)).sort_values(
            ["USUBJID", "ADAYS", "SRCSEQ"], ignore_index=True
        )
        for code, table in tables.items()
    }
    second = made(name, 5, sources(mixed.reset_index(drop=True), renamed)).table
    keys = ["USUBJID", "IMPUTATION"]
    left = first.assign(USUBJID=first["USUBJID"].map(names)).set_index(keys)["AVAL"].sort_index()
    assert left.equals(second.set_index(keys)["AVAL"].sort_index())


def test_in_the_reference_arm_every_assumption_gives_the_same_draws():
    tables = [made(name).table for name in ("at_random", "jump", "copy", "increments")]
    for table in tables[1:]:
        same = table[table["ARMCD"] == "B"].reset_index(drop=True)
        pd.testing.assert_frame_equal(
            same, tables[0][tables[0]["ARMCD"] == "B"].reset_index(drop=True)
        )


def test_a_worse_reference_lowers_the_response_of_the_other_arm():
    adsl = subjects()

    def share(name):
        table = stopped(made(name, 200).table, adsl)
        return table.loc[table["ARMCD"] == "A", "AVAL"].mean()

    at_random, jump, increments = (share(name) for name in ("at_random", "jump", "increments"))
    assert jump < increments < at_random


def test_a_shift_that_grows_makes_everybody_a_responder_or_nobody():
    adsl, plain = subjects(), model()["measures"]

    def share(size):
        shift = {"by_arm": {"A": size, "B": size}, "growing": True}
        measures = {**plain, "COUNT": {**plain["COUNT"], "delta": shift}}
        measures["STATE"] = {**plain["STATE"], "given": []}
        return stopped(made("at_random", 50, measures=measures).table, adsl)["AVAL"].mean()

    found = sources()["adresp"]
    before = stopped(found[found["PARAMCD"] == "RESPHYP"], adsl)["AVAL"].mean()
    # Counts of exp(-5): no response that was not there before.
    assert share(-5.0) == pytest.approx(before)
    # Counts at their upper bound: two visits in a row without the state, of about 0.15 at each,
    # make a response; of three, the middle one must be free and one beside it.
    assert share(5.0) == pytest.approx(0.85 * (1 - 0.15**2), abs=0.08)


def test_an_endpoint_that_asks_for_a_visit_finds_it_attended_in_completed_data():
    adsl = subjects()
    table = stopped(made("at_random", 50, derive="LAST").table, adsl)
    assert 0 < table["AVAL"].mean() < 1


def test_nobody_with_anything_missing_means_nothing_drawn():
    adsl = subjects().assign(STOPFL="N")
    table = made("jump", 5, sources(adsl, measurements(adsl, gaps=False))).table
    assert (table["IMPUTATION"] == 0).all()
    assert len(table) == 60


def test_records_after_the_end_are_set_missing_where_the_plan_names_its_date():
    adsl = subjects().assign(ENDDT=pd.Timestamp("2020-01-09"))
    found = sources(adsl)
    # Seen on days 8 and 14; the end is day 8, so that four of the five visits are missing.
    with_end = made("jump", 2, found, end="ENDDT").description["by_visit"]
    without = made("jump", 2, found).description["by_visit"]
    assert with_end["measures"]["COUNT"]["missing_after_end"] == 16 * 4
    # One of them missed the second visit in any case.
    assert without["measures"]["STATE"]["missing_after_end"] == 16 * 3


def test_medication_from_the_last_day_on_is_left_out_where_the_plan_says_so():
    adsl = subjects()
    tables = measurements(adsl)
    days = pd.array([14, 15, 13, 60], dtype="Int64")
    adcm = pd.DataFrame({"USUBJID": ["S000", "S000", "S000", "S002"], "ADAYS": days})
    stopped_early = adsl[adsl["STOPFL"] == "Y"]
    kept = medication_of(model(medication="before_end"), adcm, tables, stopped_early)
    # S000 stopped, last seen on day 14; S002 went on.
    assert kept["ADAYS"].tolist() == [13, 60]
    assert medication_of(model(), adcm, tables, stopped_early) is adcm


def test_a_visit_with_too_few_subjects_is_named():
    with pytest.raises(StepError, match=r"m, COUNT, arm A: Week 4: .* cannot fit"):
        made("jump", 2, sources(subjects(12)))


def test_the_description_says_who_was_judged_and_what_was_missing():
    about = made("jump", 5).description["by_visit"]
    assert about["subjects"] == {"all": 60, "stopped": 16, "derived": 16}
    assert about["measures"]["COUNT"]["missing_after_end"] >= 16 * 3
    assert about["measures"]["STATE"]["events_learnt_from"] > 0
    assert about["assumption"] == JUMP


@every
def test_traces_hold_the_first_chains_of_every_sweep(name):
    traces = made(name, 25).traces
    contract = read_contract(PROJECT / "config" / "schemas" / "tables" / "traces.yaml")
    assert check_table(traces, contract) == []
    assert traces["CHAIN"].max() == 20
    assert set(traces["SWEEP"]) == {1, 2, 3}


@pytest.mark.parametrize("name", ["chains", "visits", "jump"])
def test_every_model_is_described_with_the_keys_of_models_of_endpoints(name):
    about = made(name, 8).description
    keys = {"imputations", "order", "monotone", "sweeps", "convergence", "notes", "variables"}
    assert set(about) == keys | {"by_visit"}
    assert len(about["order"]) == len(about["variables"])
    named = [variable["variable"] for variable in about["variables"]]
    expected = "COUNT" if name == "jump" else "COUNT, Week 8"
    assert expected in named
    assert all("@" not in text for text in [*named, *about["order"], *about["notes"]])
