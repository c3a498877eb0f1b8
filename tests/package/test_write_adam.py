"""Labels as they are sent, and the ADaM data sets of the embedded trial."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from scripts.package.adam.core_variables import analysed_variables
from scripts.package.adam.domain_records import derived_datasets
from scripts.package.adam.labels import labels_for, subject_labels
from scripts.package.adam.names import own_columns, sent_name
from scripts.package.adam.standard import standard_label
from scripts.package.places import analysis_datasets, tabulations
from scripts.package.transport import differences, read_transport
from scripts.plan import load_plan
from scripts.tables import Contract, read_json, read_table

PROJECT = Path(__file__).resolve().parents[2]

PLAN = {
    "subjects": {
        "variables": {
            "AGEGR": {"label": "Age Group", "kind": "category", "categories": []},
            "XYZ": {"label": "Own", "kind": "count"},
        },
        "populations": {"ITTFL": {"label": "Everybody"}, "ABFL": {"label": "x" * 60}},
    },
    "endpoints": {"endpoints": {"OR": {"label": "Response"}}},
    "submission": {
        "adam": {
            "names": {"AGEGR": "AGEGR1"},
            "labels": {"ABFL": "Short"},
            "verdicts": {"ORFL": "OR"},
        }
    },
}


def test_labels_are_those_of_the_standard_then_of_the_submission_then_of_the_plan():
    labels = subject_labels(PLAN)
    assert labels["ITTFL"] == "Intent-To-Treat Population Flag"
    assert labels["AGEGR1"] == "Pooled Age Group 1"
    assert labels["AGEGR1N"] == "Pooled Age Group 1 (N)"
    assert (labels["ABFL"], labels["XYZ"], labels["ABRS"]) == ("Short", "Own", "Reason Not in ABFL")
    assert labels["ORFL"] == "Response Flag"


def test_a_column_is_labelled_by_its_contract_where_nothing_else_names_it():
    contract = Contract("BDS", "Made", [], {"OWN": {"label": "Of the table"}})
    empty = Contract("ADSL", "Subjects", [], {})
    columns = list(pd.DataFrame({"OWN": [1], "AVAL": [2], "NONE": [3]}).columns)
    found = labels_for(columns, contract, {"dm": empty, "adsl": empty}, PLAN)
    assert found == {"OWN": "Of the table", "AVAL": "Analysis Value"}


# What follows is seen on the package of the embedded trial.


@pytest.fixture(scope="module")
def plan() -> dict:
    config = yaml.safe_load((PROJECT / "config" / "config.yaml").read_text(encoding="utf-8"))
    return load_plan(config, PROJECT / "config")


@pytest.fixture(scope="module")
def sent(package, plan) -> dict[str, pd.DataFrame]:
    folder = package.parents[1] / analysis_datasets(plan)
    return {path.stem: read_transport(path.read_bytes()).table for path in folder.glob("*.xpt")}


@pytest.fixture(scope="module")
def tabulated(package, plan) -> dict[str, pd.DataFrame]:
    folder = package.parents[1] / tabulations(plan)
    return {path.stem: read_transport(path.read_bytes()).table for path in folder.glob("*.xpt")}


@pytest.fixture(scope="module")
def specification(package) -> dict:
    return read_json(package / "specification" / "adam.json")


def test_every_column_of_every_derived_table_is_sent_with_its_values(package, plan, sent):
    for name in derived_datasets(plan):
        table = read_table(package.parent / "derive" / f"{name}.parquet")
        back = own_columns(sent[name], table.columns, plan)
        assert differences(table, back, ["USUBJID"]) == [], name


def test_the_subjects_and_conditions_of_each_analysis_are_in_its_data_set(plan, sent):
    known = {"adresp": plan["endpoints"]["endpoints"], "adtte": plan["times"]["times"]}
    checked = 0
    for name, analysis in plan["analyses"]["analyses"].items():
        records = analysis.get("records", "")
        homes = [home for home, codes in known.items() if analysis.get("endpoint") in codes]
        homes += [records if records.startswith("ad") else f"ad{records}"] if records else []
        needed = [v for v, analyses in analysed_variables(plan).items() if name in analyses]
        for home in homes:
            columns = {*sent[home].columns}
            assert {sent_name(variable, plan) for variable in needed} <= columns, name
            assert analysis.get("population", "ITTFL") in columns
            checked += 1
    assert checked > 90


def test_flags_of_populations_are_never_missing(plan, sent):
    for table in sent.values():
        for name in plan["subjects"]["populations"]:
            assert set(table[name].unique()) <= {"Y", "N"}


def test_each_source_is_a_record_that_is_sent_and_has_the_variable(sent, tabulated):
    found = 0
    for table in sent.values():
        if "SRCSEQ" not in table:
            continue
        for domain, part in table[table["SRCSEQ"].notna()].groupby("SRCDOM"):
            source = tabulated[domain.lower()]
            key = pd.MultiIndex.from_frame(source[["USUBJID", f"{domain}SEQ"]])
            assert pd.MultiIndex.from_frame(part[["USUBJID", "SRCSEQ"]]).isin(key).all()
            assert set(part["SRCVAR"]) <= set(source.columns)
            found += len(part)
    # Each verdict that is met by a record, and each record of the other data sets.
    assert found == sum(int(t["SRCDOM"].notna().sum()) for t in sent.values() if "SRCSEQ" in t)


def test_a_measured_value_is_that_of_its_source_variable(sent, tabulated):
    table, source = sent["adplt"], tabulated["lb"]
    joined = table.merge(
        source, left_on=["USUBJID", "SRCSEQ"], right_on=["USUBJID", "LBSEQ"], how="left"
    )
    (variable,) = set(table["SRCVAR"])
    assert joined["AVAL"].tolist() == joined[variable].tolist()


def test_what_has_the_name_of_a_variable_of_sdtm_has_its_value(sent, tabulated):
    dm = tabulated["dm"].set_index("USUBJID")
    adsl = sent["adsl"].set_index("USUBJID")
    shared = [name for name in adsl.columns if name in dm.columns]
    assert {"AGE", "SEX", "ARMCD", "ACTARM", "COUNTRY", "DTHFL"} <= set(shared)
    for name in shared:
        ours, theirs = adsl[name], dm[name].reindex(adsl.index)
        assert ((ours == theirs) | (ours.isna() & theirs.isna())).all(), name
    for dataset, domain in (("adae", "ae"), ("adcm", "cm"), ("adex", "ex")):
        keys = ["USUBJID", f"{domain.upper()}SEQ"]
        joined = sent[dataset].merge(tabulated[domain], on=keys, suffixes=("", "_SDTM"))
        assert len(joined) == len(sent[dataset])
        for name in [name for name in joined.columns if f"{name}_SDTM" in joined.columns]:
            ours, theirs = joined[name], joined[f"{name}_SDTM"]
            assert ((ours == theirs) | (ours.isna() & theirs.isna())).all(), (dataset, name)


def test_responders_counted_from_one_data_set_are_those_of_the_report(package, sent):
    result = read_json(package.parent / "analyse" / "or_itt.json")
    table = sent["adresp"]
    chosen = table[(table["ITTFL"] == "Y") & (table["PARAMCD"] == "OR")]
    counted = chosen.groupby("ARMCD")["AVAL"].agg(["sum", "size"])
    said = {
        (entry["group"], entry["statistic"]): entry["value"]
        for entry in result["statistics"]
        if entry["row"] == "proportion" and entry["statistic"] in ("count", "n")
    }
    for group in result["groups"]:
        assert counted.loc[group["id"], "size"] == group["N"]
        assert counted.loc[group["id"], "sum"] == said[(group["id"], "count")]


def test_labels_and_names_of_the_files_are_those_of_the_specification(package, plan, specification):
    folder = package.parents[1] / analysis_datasets(plan)
    for dataset in specification["datasets"]:
        held = read_transport((folder / f"{dataset['name'].lower()}.xpt").read_bytes())
        assert held.labels == {entry["name"]: entry["label"] for entry in dataset["variables"]}
        assert (held.name, held.label) == (dataset["name"], dataset["label"])
        for entry in dataset["variables"]:
            assert standard_label(entry["name"]) in (None, entry["label"])
    labels: dict[str, set[str]] = {}
    for dataset in specification["datasets"]:
        for entry in dataset["variables"]:
            labels.setdefault(entry["name"], set()).add(entry["label"])
    assert {name: found for name, found in labels.items() if len(found) > 1} == {}


def test_every_value_of_a_listed_variable_is_a_term(sent, specification):
    for dataset in specification["datasets"]:
        for entry in dataset["variables"]:
            if entry["codelist"]:
                terms = {t["value"] for t in specification["codelists"][entry["codelist"]]["terms"]}
                values = sent[dataset["name"].lower()][entry["name"]].dropna()
                assert set(values) <= terms, (dataset["name"], entry["name"])
