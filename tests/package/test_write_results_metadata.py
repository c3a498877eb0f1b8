import copy
import json
import os
from pathlib import Path

import pandas as pd
import pytest
import yaml

from scripts.job import StepError
from scripts.package.ars.checks import OFFICIAL, OURS, check_ids, check_shape
from scripts.package.ars.results import raw_value
from scripts.package.describe_analyses import describe_analyses, numbers_of
from scripts.package.write_results_metadata import (
    PUBLISHED,
    check_complete,
    check_event,
    format_event,
    printed_at,
    published_schema,
    reporting_event,
)
from tests.package.made import made_index, made_plan, made_results, made_specification, made_tables

PROJECT = Path(__file__).resolve().parents[2]
OUR_SCHEMA = yaml.safe_load(
    (PROJECT / "config/schemas/reporting_event.yaml").read_text(encoding="utf-8")
)
PLACES = [os.environ.get(PUBLISHED, ""), PROJECT.parent / "shared" / "facts" / "ars_ldm.json"]
MODEL = next((Path(place) for place in PLACES if place and Path(place).is_file()), None)
SCHEMAS = [(OUR_SCHEMA, OURS)]
if MODEL:
    SCHEMAS.append((json.loads(MODEL.read_text(encoding="utf-8")), OFFICIAL))
each_schema = pytest.mark.parametrize("schema", SCHEMAS, ids=["ours", "published"][: len(SCHEMAS)])
PLAN = made_plan() | {"trial.arms": made_plan()["trial"]["arms"]}


def made(plan=PLAN, results=None, specification=None, tables=None):
    results, tables = results or made_results(), tables or made_tables()
    described = describe_analyses(
        results, tables, {}, made_index(), specification or made_specification(), plan
    )
    return reporting_event(described, results, tables, {}, plan)


def analysis(event, name):
    return next(one for one in event["analyses"] if one["label"] == name)


def result_at(event, address):
    (found,) = [
        result
        for one in event["analyses"]
        for result in one["results"]
        if {"groupingId": "GF.ADDRESS", "groupValue": address} in result["resultGroups"]
    ]
    return found


@each_schema
def test_an_event_is_valid_by_its_schema_and_its_identifiers_resolve(schema):
    event = made()
    assert check_shape(event, *schema) == []
    assert check_ids(event) == []


def test_a_number_has_its_value_its_text_its_group_and_its_address():
    result = result_at(made(), "t_main/main/NEW/proportion")
    assert result == {
        "operationId": "M.compare_proportions.1.proportion",
        "resultGroups": [
            {"groupingId": "GF.ROW", "groupValue": "proportion"},
            {"groupingId": "GF.ARMCD", "groupId": "GF.ARMCD.NEW"},
            {"groupingId": "GF.ADDRESS", "groupValue": "t_main/main/NEW/proportion"},
        ],
        "rawValue": "0.75",
        "formattedValue": "75.0",
    }


def test_the_value_of_a_contrast_is_at_full_precision():
    result = result_at(made(), "t_main/main/NEW-OLD/estimate")
    assert float(result["rawValue"]) == 0.300000000001
    assert {"groupingId": "GF.CONTRAST", "groupValue": "NEW-OLD"} in result["resultGroups"]


def test_what_is_not_estimable_has_a_text_and_no_value():
    result = result_at(made(), "t_main/imputed/NEW-OLD/estimate")
    assert "rawValue" not in result
    assert result["formattedValue"] == "NE"


@pytest.mark.parametrize(
    ("value", "text"), [(30, "30"), (0.1 + 0.2, "0.30000000000000004"), ("−4", "-4"), (None, None)]
)
def test_a_value_as_text_reads_back_as_the_same_number(value, text):
    assert raw_value(value) == text


def test_each_printed_number_is_there_once_also_where_it_is_printed_twice():
    event, numbers = made(), numbers_of(made_tables(), {})
    assert check_complete(event, numbers) == []
    assert len(printed_at(event)) == sum(len(found) for found in numbers.values()) == 8
    counts = [result_at(event, f"t_main/{row}/NEW/count") for row in ("main", "again")]
    assert counts[0]["rawValue"] == counts[1]["rawValue"] == "30"


def test_a_result_that_is_gone_or_printed_nowhere_is_found():
    event, numbers = made(), numbers_of(made_tables(), {})
    gone = analysis(event, "main")["results"].pop(0)
    address = gone["resultGroups"][-1]["groupValue"]
    assert check_complete(event, numbers) == [f"{address}: no result"]
    gone["resultGroups"][-1]["groupValue"] = "t_main/new/NEW/count"
    analysis(event, "main")["results"].append(gone)
    assert "t_main/new/NEW/count: printed nowhere" in check_complete(event, numbers)


def test_an_analysis_states_population_data_method_and_program():
    event = made()
    main = analysis(event, "main")
    assert (main["analysisSetId"], main["dataset"], main["variable"]) == (
        "AS.ITTFL",
        "ADRESP",
        "AVALC",
    )
    (subset,) = [one for one in event["dataSubsets"] if one["id"] == main["dataSubsetId"]]
    assert subset["condition"] == {
        "dataset": "ADRESP", "variable": "PARAMCD", "comparator": "EQ", "value": ["HEAL"],
    }  # fmt: skip
    (method,) = [one for one in event["methods"] if one["id"] == main["methodId"]]
    assert "normal quantile" in method["description"]
    assert [one["name"] for one in method["operations"]] == [
        "count", "estimate", "p_value", "proportion",
    ]  # fmt: skip
    assert "Missing data: Missing is failure." in main["description"]


def test_a_purpose_that_the_model_does_not_have_is_a_term_of_the_sponsor():
    event = made()
    assert analysis(event, "main")["purpose"] == {"controlledTerm": "PRIMARY OUTCOME MEASURE"}
    assert analysis(event, "visits")["purpose"]["sponsorTermId"] == "TERM.DESCRIPTION"


def test_groups_are_those_of_the_arms_and_of_what_the_plan_groups_by():
    plan = copy.deepcopy(PLAN)
    plan["analyses"]["analyses"]["visits"]["groups"] = {"variable": "SEX", "levels": ["NEW"]}
    found = {one["id"]: one for one in made(plan)["analysisGroupings"]}
    arms = found["GF.ARMCD"]["groups"]
    assert [group["id"] for group in arms] == ["GF.ARMCD.NEW", "GF.ARMCD.OLD"]
    assert arms[0]["condition"]["value"] == ["NEW"]
    assert [("condition" in group) for group in found["GF.SEX"]["groups"]] == [True, False]


def test_contents_follow_the_report_and_lead_to_outputs_and_analyses():
    items = made()["mainListOfContents"]["contentsList"]["listItems"]
    assert [item["outputId"] for item in items] == ["OUT.t_other", "OUT.t_main"]
    inner = items[1]["sublist"]["listItems"]
    assert [item["analysisId"] for item in inner] == ["AN.main", "AN.imputed"]


@each_schema
@pytest.mark.parametrize(
    "change",
    [
        lambda event: event.pop("name"),
        lambda event: event["analyses"][0].pop("methodId"),
        lambda event: event["analyses"][0].update(reasons="x"),
        lambda event: event["analyses"][0].update(reason={"controlledTerm": 1}),
        lambda event: event["analyses"][0]["results"][0].update(rawValue=30),
        lambda event: event["analyses"][0]["results"][0].pop("operationId"),
        lambda event: event["methods"][0]["operations"][0].pop("order"),
        lambda event: event["outputs"][0]["fileSpecifications"][0].update(fileType="pdf"),
        lambda event: event["dataSubsets"][0]["condition"].update(comparator="LIKE"),
    ],
)
def test_a_broken_event_is_rejected(schema, change):
    event = made()
    change(event)
    assert check_shape(event, *schema)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("analysisSets", "no analysis set AS.ITTFL"),
        ("dataSubsets", "no data subset WC."),
        ("methods", "no method M.compare_proportions.1"),
        ("analysisGroupings", "no grouping GF."),
        ("outputs", "no output OUT.t_other"),
        ("analyses", "no analysis AN.main"),
        ("referenceDocuments", "no document RD.SAP"),
        ("terminologyExtensions", "no term TERM.DESCRIPTION"),
    ],
)
def test_an_identifier_that_leads_nowhere_is_found(part, words):
    event = made()
    event[part] = []
    assert any(words in finding for finding in check_ids(event))


def test_what_stands_twice_and_an_operation_of_another_method_are_found():
    event = made()
    event["analysisSets"].append(copy.deepcopy(event["analysisSets"][0]))
    other = next(m for m in event["methods"] if m["id"].startswith("M.compute_design"))
    analysis(event, "main")["results"][0]["operationId"] = other["operations"][0]["id"]
    findings = check_ids(event)
    assert "analysis set AS.ITTFL: stands 2 times" in findings
    assert any("is not of its method" in finding for finding in findings)


def test_a_group_of_another_grouping_is_found():
    event = made()
    result = result_at(event, "t_main/main/NEW/count")
    result["resultGroups"][1] = {"groupingId": "GF.ROW", "groupId": "GF.ARMCD.NEW"}
    assert check_ids(event) == ["AN.main: GF.ARMCD.NEW is not of GF.ROW"]


def test_a_changed_filter_of_the_plan_changes_the_data_subset():
    plan = copy.deepcopy(PLAN)
    plan["analyses"]["analyses"]["main"]["subset"] = {"variable": "ADT", "missing": False}
    event = made(plan)
    main = analysis(event, "main")
    (subset,) = [one for one in event["dataSubsets"] if one["id"] == main["dataSubsetId"]]
    conditions = [one["condition"] for one in subset["compoundExpression"]["whereClauses"]]
    assert [one["variable"] for one in conditions] == ["PARAMCD", "ADT"]
    assert check_ids(event) == []


def test_a_renamed_variable_or_a_removed_data_set_stops_the_step():
    specification = made_specification()
    specification["datasets"][1]["variables"][2]["name"] = "AVALX"
    with pytest.raises(StepError, match=r"ADRESP\.AVALC, which is not sent"):
        made(specification=specification)
    del specification["datasets"][1]
    with pytest.raises(StepError, match="reads ADRESP, which is not sent"):
        made(specification=specification)


def test_the_text_reads_back_the_same_and_has_a_line_for_each_result():
    event = made()
    text = format_event(event)
    assert json.loads(text) == event
    assert text == format_event(made())
    assert sum('"operationId"' in line for line in text.splitlines()) == 8


def test_the_published_model_is_asked_only_where_it_is_at_hand(tmp_path, monkeypatch):
    monkeypatch.delenv(PUBLISHED, raising=False)
    assert published_schema() is None
    monkeypatch.setenv(PUBLISHED, str(tmp_path / "absent.json"))
    with pytest.raises(StepError, match="there is no file"):
        published_schema()
    (tmp_path / "there.json").write_text('{"required": ["absent"]}')
    monkeypatch.setenv(PUBLISHED, str(tmp_path / "there.json"))
    findings = check_event(made(), numbers_of(made_tables(), {}), OUR_SCHEMA, published_schema())
    assert findings == ["the event: 'absent' is a required property"]


def test_every_number_of_the_embedded_trial_is_there_with_the_value_of_the_store(package):
    root = package.parents[1]
    event = json.loads((package / "ars/reporting-event.json").read_text(encoding="utf-8"))
    tables = json.loads((root / "results/report/tables.json").read_text(encoding="utf-8"))
    figures = {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in (root / "results/report/figures").glob("*.json")
    }
    numbers = numbers_of(tables, figures)
    for schema in SCHEMAS:
        assert check_shape(event, *schema) == []
    assert check_ids(event) == []
    printed = {address: one for found in numbers.values() for address, one in found.items()}
    assert sorted(printed_at(event)) == sorted(printed)
    assert len(printed) > 7000
    store = pd.read_parquet(root / "results/analyse/results.parquet").fillna({"GROUP": ""})
    keys = zip(store["ANALYSIS"], store["ROW"], store["GROUP"], store["STATISTIC"], strict=True)
    known = dict(zip(keys, store["VALUE"], strict=True))
    compared = 0
    for one in event["analyses"]:
        for result in one["results"]:
            number = printed[result["resultGroups"][-1]["groupValue"]]
            assert result["formattedValue"] == number["text"]
            source = number["source"]
            key = (one["label"], source["row"], source["group"], source.get("statistic"))
            if "rawValue" in result and key in known:
                assert float(result["rawValue"]) == known[key]
                compared += 1
    assert compared > 7000
