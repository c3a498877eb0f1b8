"""From the raw files of the embedded trial, every verdict is the one that its generator intended.

The generator and the derivation share nothing but the visit schedule, so that agreement says that
both read the definitions alike; the hand-made cases say that they read them right.
"""

import json
from functools import cache

import pandas as pd
import pytest
import yaml

from scripts.derive.derive_events import derive_events
from scripts.derive.derive_exposure import derive_exposure
from scripts.derive.derive_measurements import derive_measurements
from scripts.derive.derive_medications import derive_medications
from scripts.derive.derive_subjects import derive_subjects
from scripts.derive.endpoints import decision_table
from scripts.ingest.read_raw import read_sources
from scripts.ingest.standardise import standardise
from scripts.tables import check_table, read_contract
from tests.derive.build import PROJECT, Derived, judge, read_plan, response_table, times

ENDPOINTS = ["OR", "CR", "SR", "REM", "REL", "RSC"]


@cache
def domains():
    config = PROJECT / "config"
    sources = yaml.safe_load((config / "sources.yaml").read_text("utf-8"))
    sources = {**sources, "folder": str(PROJECT / sources["folder"])}
    tables, metadata = read_sources(sources)
    plan = {**read_plan(), "sources": sources, "study.id": "T"}
    names = [name.lower() for name in plan["sdtm"]["domains"]]
    contracts = {name: read_contract(config / f"schemas/tables/{name}.yaml") for name in names}
    return standardise(tables, metadata, plan, contracts).domains


@cache
def derived() -> Derived:
    plan = read_plan()
    adsl = derive_subjects(domains(), plan)
    measurements = derive_measurements(adsl, domains(), plan["measurements"], plan["trial"])
    adcm = derive_medications(adsl, domains(), plan["events"])
    return Derived(adsl, measurements, adcm, domains())


@cache
def evidence():
    return judge(derived(), read_plan()["endpoints"]["endpoints"])


@cache
def adresp():
    return response_table(evidence())


def intended() -> pd.DataFrame:
    truth = json.loads((PROJECT / "tests/trial/truth.json").read_text("utf-8"))
    return pd.DataFrame(truth).T.sort_index()


def by_subject(endpoint: str, column: str) -> pd.Series:
    subjects = derived().adsl.set_index("USUBJID")["SUBJID"]
    table = adresp()[adresp()["PARAMCD"] == endpoint]
    return table.set_index(table["USUBJID"].map(subjects))[column].sort_index()


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_every_subject_has_the_intended_verdict(endpoint):
    found = by_subject(endpoint, "AVALC")
    wanted = intended()[endpoint]
    assert found[found != wanted].index.tolist() == []
    assert len(found) == 112 + 56


@pytest.mark.parametrize(
    ("endpoint", "combination", "monotherapy"),
    [
        ("OR", 90, 33),
        ("CR", 45, 14),
        ("SR", 68, 23),
        ("REM", 47, 7),
        ("REL", 43, 26),
        ("RSC", 21, 19),
    ],
)
def test_the_counts_are_those_published(endpoint, combination, monotherapy):
    table = adresp()[adresp()["PARAMCD"] == endpoint]
    counts = table.groupby("ARMCD")["AVAL"].sum()
    assert (counts["COMBO"], counts["MONO"]) == (combination, monotherapy)


@pytest.mark.parametrize(("endpoint", "intention"), [("OR", "ONSETWK"), ("REL", "RELAPSEWK")])
def test_every_onset_and_relapse_is_at_the_intended_week(endpoint, intention):
    found = by_subject(endpoint, "VISITNUM").astype("float64").fillna(-1)
    wanted = intended()[intention].astype("float64").fillna(-1)
    assert found[found != wanted].index.tolist() == []


@pytest.mark.parametrize(
    ("population", "size"),
    [
        ("ITTFL", 168),
        ("SAFFL", 168),
        ("PPROTFL", 98 + 48),
        ("CCFL", 98 + 48),
        ("REMCCFL", 168 - 20),
        ("REMV52FL", 126),
        ("NOCONFL", 168 - 16 - 10),
    ],
)
def test_every_population_has_the_published_size(population, size):
    assert (derived().adsl[population] == "Y").sum() == size


def test_nobody_is_left_out_of_a_population_without_a_reason():
    adsl = derived().adsl
    for population in read_plan()["subjects"]["populations"]:
        reason = adsl[population.removesuffix("FL") + "RS"]
        assert reason.isna().equals(adsl[population] == "Y"), population


def test_everybody_without_an_endpoint_has_a_reason_and_a_clause():
    negative = adresp()[adresp()["AVALC"] == "N"]
    assert negative[["REASON", "CLAUSE"]].notna().all().all()
    assert adresp().loc[adresp()["AVALC"] == "Y", "REASON"].isna().all()


def test_every_positive_verdict_on_a_response_has_its_record_in_the_source_domain():
    found = adresp()[(adresp()["PARAMCD"] == "OR") & (adresp()["AVALC"] == "Y")]
    counts = domains()["lb"].set_index(["USUBJID", "LBSEQ"])["LBSTRESN"]
    onset = counts.loc[list(zip(found["USUBJID"], found["SRCSEQ"], strict=True))]
    assert (onset >= 30).all()


def test_every_data_set_keeps_its_contract():
    plan, made = read_plan(), derived()
    tables = {
        "adsl": made.adsl,
        "adcm": made.adcm,
        "adresp": adresp(),
        "decisions": decision_table(evidence()),
        "adtte": times(made, plan).reset_index(),
        "adae": derive_events(made.adsl, domains(), plan["events"]),
        "adex": derive_exposure(made.adsl, domains(), plan["events"]),
    }
    for name, table in tables.items():
        contract = read_contract(PROJECT / f"config/schemas/tables/{name}.yaml")
        assert check_table(table, contract) == [], name
    bds = read_contract(PROJECT / "config/schemas/tables/bds.yaml")
    for table in made.measurements.values():
        assert check_table(table, bds) == []
