"""The embedded trial's raw files go through its mapping whole: every row arrives, as it was."""

import json

import pandas as pd
import pytest
import yaml

from scripts.ingest.plan_checks import check_sdtm_plan
from scripts.ingest.raw_folder import check_raw_files
from scripts.ingest.read_raw import read_sources
from scripts.ingest.standardise import standardise
from scripts.tables import conform, format_json, read_contract
from tests.ingest.cases import CONTRACTS, PROJECT

SECTIONS = ("sources", "sdtm", "trial")


@pytest.fixture(scope="module")
def plan():
    config = {
        name: yaml.safe_load((PROJECT / f"config/{name}.yaml").read_text(encoding="utf-8"))
        for name in SECTIONS
    }
    return {**config, "study.id": "T"}


@pytest.fixture(scope="module")
def raw(plan):
    return read_sources(plan["sources"], PROJECT)


@pytest.fixture(scope="module")
def sdtm(plan, raw):
    names = [name.lower() for name in plan["sdtm"]["domains"]]
    contracts = {name: read_contract(CONTRACTS / f"{name}.yaml") for name in names}
    found = standardise(raw[0], json.loads(format_json(raw[1])), plan, contracts)
    return {name: conform(found.domains[name], contracts[name]) for name in names}


def test_the_plan_names_only_what_exists(plan):
    assert check_sdtm_plan(plan) == []
    assert check_raw_files(plan["sources"], PROJECT) == []


def test_all_screened_patients_are_subjects_and_the_randomised_have_an_arm(sdtm):
    # 181 screened, 168 randomised 2:1 (112 and 56), hence 181 - 168 = 13 not randomised.
    dm = sdtm["dm"]
    assert len(dm) == 181
    assert dm["ARMCD"].value_counts().to_dict() == {"COMBO": 112, "MONO": 56}
    assert (dm["ARMNRS"] == "SCREEN FAILURE").sum() == 181 - 168
    assert dm.loc[dm["ARMCD"].isna(), "SUBJID"].str.match(r"S\d{3}$").all()
    assert dm["RFSTDTC"].notna().sum() == 168


def test_no_user_missing_code_is_a_number_any_more(sdtm):
    counts = sdtm["lb"]["LBSTRESN"].dropna()
    assert counts.min() >= 0
    assert sdtm["vs"]["VSSTRESN"].max() < 998
    assert set(sdtm["lb"]["LBREASND"].dropna()) == {"not done", "unknown"}
    assert sdtm["fa"]["FASTRESN"].dropna().isin(range(5)).all()


def test_a_result_is_known_or_stated_as_not_done(sdtm):
    for name in ("lb", "fa", "vs", "sc"):
        table, prefix = sdtm[name], name.upper()
        known = table[f"{prefix}STRESC"].notna()
        assert (known == table[f"{prefix}STAT"].isna()).all()


@pytest.mark.parametrize(
    ("source", "domain"),
    [
        ("visits", "sv"),
        ("visits", "lb"),
        ("visits", "fa"),
        ("exposure", "ex"),
        ("rescue", "cm"),
        ("prior_therapy", "cm"),
        ("maintenance", "cm"),
        ("adverse_events", "ae"),
        ("disposition", "ds"),
        ("randomisation", "ds"),
        ("demography", "sc"),
        ("screening", "dm"),
    ],
)
def test_every_raw_row_arrives_and_can_be_traced_back(raw, sdtm, source, domain):
    rows = raw[0][source]
    arrived = sdtm[domain][sdtm[domain]["SRCFILE"] == rows["SRCFILE"].iloc[0]]
    assert set(arrived["SRCROW"]) == set(rows["SRCROW"])


def test_a_count_and_its_date_are_those_of_the_source_row(raw, sdtm):
    visits = raw[0]["visits"].set_index("SRCROW")
    lb = sdtm["lb"][sdtm["lb"]["SRCFILE"] == "visits.sav"].set_index("SRCROW").sort_index()
    assert lb["LBSTRESN"].fillna(-1).tolist() == visits["PLT"].fillna(-1).tolist()
    assert lb["LBDTC"].tolist() == visits["VISDAT"].dt.strftime("%Y-%m-%d").tolist()


def test_sequence_numbers_run_from_one_in_every_subject(sdtm):
    for name, table in sdtm.items():
        if f"{name.upper()}SEQ" in table.columns:
            numbers = table.groupby("USUBJID")[f"{name.upper()}SEQ"]
            assert (numbers.max() == numbers.size()).all(), name
            assert (numbers.min() == 1).all(), name


def test_texts_are_without_padding_and_keep_their_script(sdtm):
    for table in sdtm.values():
        for column in table.select_dtypes("str"):
            known = table[column].dropna()
            assert (known == known.str.strip()).all()
            assert (known != "").all()
    assert sdtm["co"]["COVAL"].str.contains("[一-鿿]", regex=True).any()


def test_each_randomised_patient_has_a_milestone_with_the_number_of_the_list(sdtm):
    ds = sdtm["ds"]
    drawn = ds[ds["DSDECOD"] == "RANDOMIZED"]
    assert len(drawn) == 168
    assert drawn["DSREFID"].is_unique
    assert drawn["USUBJID"].is_unique


def test_how_treatment_ended_is_told_once_for_each_randomised_patient(sdtm):
    ds = sdtm["ds"]
    ended = ds[ds["DSSCAT"] == "STUDY TREATMENT"]
    assert len(ended) == 168
    assert pd.api.types.is_integer_dtype(ended["VISITNUM"].dtype)
    # A week of withdrawal stands where, and only where, treatment was not completed.
    assert ((ended["DSDECOD"] == "COMPLETED") == ended["VISITNUM"].isna()).all()
