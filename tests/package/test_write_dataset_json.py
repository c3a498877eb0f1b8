import copy
import json
import os
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import yaml
from jsonschema import Draft201909Validator

from scripts.job import StepError
from scripts.package.oids import dataset_oid, variable_oid
from scripts.package.transport import EPOCH, read_transport, write_transport
from scripts.package.write_dataset_json import (
    check_dataset,
    dataset_document,
    format_dataset,
    write_datasets,
)
from tests.package.made import made_plan, made_specification

PROJECT = Path(__file__).resolve().parents[2]
SCHEMA = yaml.safe_load((PROJECT / "config/schemas/dataset_json.yaml").read_text(encoding="utf-8"))
PLAN = made_plan()
OFFICIAL = os.environ.get("TRIALTRACE_DATASET_JSON_SCHEMA", "")


def files():
    """The data sets of the made specification, with a missing text and a missing date."""
    adsl = pd.DataFrame(
        {"USUBJID": ["1", "2"], "ARMCD": ["NEW", None], "ITTFL": ["Y", "N"], "RANDFL": ["Y", "N"]},
        dtype="str",
    )
    adresp = pd.DataFrame(
        {
            "USUBJID": pd.Series(["1", "2"], dtype="str"),
            "PARAMCD": pd.Series(["HEAL", "HEAL"], dtype="str"),
            "AVALC": pd.Series(["Y", None], dtype="str"),
            "ADT": pd.to_datetime(pd.Series(["2020-02-29", None])),
        }
    )
    adsv = pd.DataFrame(
        {
            "USUBJID": pd.Series(["1"], dtype="str"),
            "SVSTDTC": pd.Series(["2020-02-28"], dtype="str"),
            "VISITNUM": [1.0],
        }
    )
    found = {}
    for dataset, table in zip(made_specification()["datasets"], (adsl, adresp, adsv), strict=True):
        labels = {entry["name"]: entry["label"] for entry in dataset["variables"]}
        found[dataset["name"].lower()] = write_transport(
            table,
            name=dataset["name"],
            label=dataset["label"],
            labels=labels,
            day=date(2020, 2, 29),
        )
    return found


def document(number=1):
    dataset = made_specification()["datasets"][number]
    return dataset_document(dataset, files()[dataset["name"].lower()], "ADaMIG", PLAN)


def test_a_data_set_has_the_names_of_define_xml():
    made = document()
    assert made["itemGroupOID"] == dataset_oid("ADRESP")
    assert [one["itemOID"] for one in made["columns"]] == [
        variable_oid("ADRESP", name) for name in ("USUBJID", "PARAMCD", "AVALC", "ADT")
    ]
    assert made["metaDataVersionOID"] == "MDV.MADE-1.ADaMIG"
    assert made["metaDataRef"] == "../../m5/datasets/made-1/analysis/adam/datasets/define.xml"
    assert [one.get("keySequence") for one in made["columns"]] == [1, 2, None, None]


def test_a_numeric_date_is_written_as_a_day_and_says_what_it_is_in_the_file():
    made = document()
    assert made["columns"][3] == {
        "itemOID": "IT.ADRESP.ADT", "name": "ADT", "label": "Analysis Date", "dataType": "date",
        "targetDataType": "integer", "displayFormat": "DATE9.",
    }  # fmt: skip
    assert [row[3] for row in made["rows"]] == ["2020-02-29", None]


def test_a_missing_text_is_empty_and_a_missing_number_null():
    assert [row[2] for row in document()["rows"]] == ["Y", ""]


def test_a_whole_number_is_one_and_a_date_as_text_stays_text():
    made = document(2)
    assert [one["dataType"] for one in made["columns"]] == ["string", "date", "integer"]
    assert made["rows"] == [["1", "2020-02-28", 1]]


def test_a_document_is_valid_and_its_text_reads_back_the_same():
    made = document()
    assert check_dataset(made, SCHEMA) == []
    text = format_dataset(made)
    assert json.loads(text) == made
    assert len(text.splitlines()) == 2 + 11 + 2 * 2 + 4 + 2


@pytest.mark.parametrize("key", ["itemGroupOID", "records", "name", "label", "columns", "rows"])
def test_a_document_without_a_part_is_rejected(key):
    made = document()
    del made[key]
    assert check_dataset(made, SCHEMA)


@pytest.mark.parametrize(
    "change",
    [
        lambda made: made.update(isReferenceData=False),
        lambda made: made["columns"][0].update(dataType="text"),
        lambda made: made["columns"][0].update(itemOID="ADRESP.USUBJID"),
        lambda made: made["columns"].pop(),
        lambda made: made["rows"].pop(),
        lambda made: made.update(datasetJSONCreationDateTime="2020-02-29"),
    ],
)
def test_a_broken_document_is_rejected(change):
    made = document()
    change(made)
    assert check_dataset(made, SCHEMA)


def test_a_renamed_variable_in_the_specification_alone_stops_the_step():
    specification = made_specification()
    specification["datasets"][1]["variables"][2]["name"] = "AVALX"
    with pytest.raises(StepError, match="ADRESP: the transport file has"):
        write_datasets(specification, files(), SCHEMA, PLAN)


def test_a_data_set_that_is_described_or_sent_alone_stops_the_step():
    alone = copy.deepcopy(files())
    del alone["adresp"]
    with pytest.raises(StepError, match="ADRESP: described and not sent"):
        write_datasets(made_specification(), alone, SCHEMA, PLAN)
    specification = made_specification()
    del specification["datasets"][1]
    with pytest.raises(StepError, match="ADRESP: sent and not described"):
        write_datasets(specification, files(), SCHEMA, PLAN)


def test_the_same_files_give_the_same_text():
    first = write_datasets(made_specification(), files(), SCHEMA, PLAN)
    assert first == write_datasets(made_specification(), files(), SCHEMA, PLAN)


@pytest.mark.skipif(not OFFICIAL, reason="the official schema is not at hand")
def test_a_document_is_valid_by_the_official_schema():
    official = json.loads(Path(OFFICIAL).read_text(encoding="utf-8"))
    assert list(Draft201909Validator(official).iter_errors(document())) == []


def read_value(value, column):
    """A value as the transport file has it."""
    if value in (None, ""):
        return None
    if "targetDataType" in column:
        return float((pd.Timestamp(value) - EPOCH).days)
    return value if isinstance(value, str) else float(value)


def test_every_value_of_the_embedded_trial_is_that_of_the_transport_file(package):
    compared = 0
    transports = sorted(package.rglob("*.xpt"))
    for path in transports:
        standard = "sdtm" if path.parent.name == "sdtm" else "adam"
        made = json.loads((package / f"dataset-json/{standard}/{path.stem}.json").read_text())
        assert check_dataset(made, SCHEMA) == []
        held = read_transport(path.read_bytes())
        assert [one["name"] for one in made["columns"]] == list(held.table.columns)
        assert made["records"] == len(held.table)
        for place, column in enumerate(made["columns"]):
            ours = [read_value(row[place], column) for row in made["rows"]]
            values = held.table[column["name"]]
            theirs = [
                value if known else None
                for value, known in zip(values, values.notna(), strict=True)
            ]
            assert ours == theirs
            compared += len(ours)
    assert compared > 100_000
    assert len(transports) == len(list((package / "dataset-json").rglob("*.json")))
