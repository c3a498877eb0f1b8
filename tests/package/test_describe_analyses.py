import json

import pytest
import yaml

from scripts.analyse.kinds import KINDS
from scripts.job import StepError
from scripts.package.analysis_data import (
    clauses_of,
    completed_from,
    describe_dataset,
    read_columns,
)
from scripts.package.describe_analyses import describe_analyses, numbers_of, sources_of
from scripts.package.method_words import LOGISTIC_LIMITS, TAKEN, model_words, taken_words
from scripts.plan import read_schema
from tests.package.made import made_index, made_plan, made_results, made_specification, made_tables

KNOWN = {"ADSL": {"USUBJID", "ITTFL", "AGE"}, "ADX": {"USUBJID", "PARAMCD", "AVAL", "CAT"}}


def described(**changed):
    parts = {
        "documents": made_results(),
        "tables": made_tables(),
        "figures": {},
        "index": made_index(),
        "specification": made_specification(),
        "plan": made_plan(),
    }
    return describe_analyses(**(parts | changed))


def test_an_analysis_names_data_sets_where_clauses_and_variables_that_are_sent():
    main = described()["analyses"]["main"]
    population = {"dataset": "ADSL", "variable": "ITTFL", "comparator": "EQ", "values": ["Y"]}
    endpoint = {"dataset": "ADRESP", "variable": "PARAMCD", "comparator": "EQ", "values": ["HEAL"]}
    assert main["datasets"] == [
        {"name": "ADRESP", "where": [population, endpoint], "variables": ["AVALC"]},
        {"name": "ADSL", "where": [population], "variables": ["ARMCD"]},
    ]
    assert (main["reads"], main["program"]) == ([], "compare-proportions.txt")
    assert main["displays"] == ["t_main"]


def test_completed_data_sets_are_named_in_words_with_the_data_sets_they_are_made_from():
    imputed = described()["analyses"]["imputed"]
    assert imputed["reads"] == [
        "Reads completed data sets (heal_model), which are not sent: the programs make them from "
        "ADRESP, ADSL"
    ]
    assert [one["name"] for one in imputed["datasets"]] == ["ADRESP", "ADSL"]


def test_a_domain_that_an_analysis_reads_is_the_data_set_that_is_sent_in_its_place():
    visits = described()["analyses"]["visits"]
    assert visits["reads"] == []
    assert [one["name"] for one in visits["datasets"]] == ["ADSL", "ADSV"]
    dated = {"dataset": "ADSV", "variable": "SVSTDTC", "comparator": "NE", "values": [""]}
    assert dated in visits["datasets"][1]["where"]


def test_an_sdtm_data_set_that_is_read_directly_is_said_in_words_only():
    known = {"ADSL": {"ITTFL", "RANDFL", "ARMCD"}}
    planned = {"population": "ITTFL"}
    datasets, words = sources_of(made_index(), ["t_other/visits/NEW/count"], planned, known)
    assert words == ["Reads the SDTM data set SV (SVSTDTC, VISITNUM) directly"]
    assert [one["name"] for one in datasets] == ["ADSL"]


def test_a_calculation_without_data_says_so():
    size = described()["analyses"]["size"]
    assert size["datasets"] == [{"name": "ADSL", "where": [], "variables": []}]
    assert "Reads no data" in size["reads"][0]


def test_an_analysis_that_came_after_the_data_is_data_driven():
    plan = made_plan()
    plan["submission"]["analyses"] = {"data_driven": ["main"]}
    plan["estimands"]["objectives"]["o_describe"]["added"] = "After data collection."
    found = described(plan=plan)["analyses"]
    assert {name: one["reason"] for name, one in found.items()} == {
        "main": "DATA DRIVEN",
        "imputed": "SPECIFIED IN SAP",
        "visits": "DATA DRIVEN",
        "size": "DATA DRIVEN",
    }


def test_a_sensitivity_analysis_has_the_purpose_of_its_objective():
    found = described()["analyses"]
    assert found["imputed"]["role"] == "sensitivity"
    assert found["imputed"]["purpose"] == "PRIMARY OUTCOME MEASURE"
    assert found["visits"]["purpose"] == "DESCRIPTION"


def test_displays_come_in_the_order_of_the_report_and_only_with_numbers_of_an_analysis():
    assert described()["order"] == ["t_other", "t_main"]
    assert described()["displays"] == {
        "t_other": {"number": "Table 2", "title": "Others", "analyses": ["visits", "size"]},
        "t_main": {"number": "Table 1", "title": "Main", "analyses": ["main", "imputed"]},
    }


@pytest.mark.parametrize("gone", ["ADRESP", "AVALC"])
def test_what_is_read_and_not_sent_stops_the_step(gone):
    specification = made_specification()
    specification["datasets"] = [
        {**one, "variables": [v for v in one["variables"] if v["name"] != gone]}
        for one in specification["datasets"]
        if one["name"] != gone
    ]
    with pytest.raises(StepError, match=rf"main: reads ADRESP.*{'' if gone == 'ADRESP' else gone}"):
        described(specification=specification)


def test_an_analysis_that_no_display_prints_stops_the_step():
    tables = made_tables()
    tables["addresses"] = {
        at: one for at, one in tables["addresses"].items() if "size" not in one["source"]["file"]
    }
    with pytest.raises(StepError, match="size: no display"):
        described(tables=tables)


def test_words_and_numbers_of_other_files_are_no_results():
    tables = {"addresses": {
        "t/a/b/words": {"source": {"file": "results/analyse/x.json", "key": "method"}},
        "t/c/d/n": {"source": {"file": "results/validate/y.json", "row": "c", "statistic": "n"}},
        "t/e/f/n": {"source": {"file": "results/analyse/z.json", "row": "e", "statistic": "n"}},
    }}  # fmt: skip
    assert {name: list(found) for name, found in numbers_of(tables, {}).items()} == {
        "z": ["t/e/f/n"]
    }


@pytest.mark.parametrize(
    ("condition", "comparator", "values"),
    [
        ({"variable": "CAT", "is": "A"}, "EQ", ["A"]),
        ({"variable": "CAT", "in": ["A", "B"]}, "IN", ["A", "B"]),
        ({"not": {"variable": "CAT", "is": "A"}}, "NE", ["A"]),
        ({"not": {"variable": "CAT", "in": ["A", "B"]}}, "NOTIN", ["A", "B"]),
        ({"variable": "CAT", "missing": False}, "NE", [""]),
        ({"variable": "CAT", "missing": True}, "EQ", [""]),
        ({"not": {"variable": "CAT", "missing": True}}, "NE", [""]),
        ({"variable": "AVAL", "operator": ">=", "value": 36}, "GE", ["36"]),
    ],
)
def test_a_condition_becomes_a_range_check(condition, comparator, values):
    (made,) = clauses_of(condition, "ADX", KNOWN)
    assert (made["comparator"], made["values"]) == (comparator, values)


def test_a_condition_that_a_where_clause_cannot_say_is_none():
    either = {"any": [{"variable": "CAT", "is": "A"}, {"variable": "CAT", "is": "B"}]}
    assert clauses_of(either, "ADX", KNOWN) is None
    assert clauses_of({"all": [{"variable": "CAT", "is": "A"}, either]}, "ADX", KNOWN) is None
    assert clauses_of({"variable": "NOWHERE", "is": "A"}, "ADX", KNOWN) is None


def test_a_variable_that_the_data_set_lacks_is_that_of_the_subjects():
    (made,) = clauses_of({"variable": "AGE", "operator": "<", "value": 65}, "ADX", KNOWN)
    assert made["dataset"] == "ADSL"


def test_a_parameter_that_only_says_who_is_analysed_gives_way_to_its_flag():
    parts = {"HEAL": ({"AVALC"}, set()), "RELAPSE": ({"AVALC"}, set())}
    planned = {"subset": {"variable": "HEALFL", "is": "Y"}}
    for known, parameters in (({"HEALFL"}, ["RELAPSE"]), (set(), ["HEAL", "RELAPSE"])):
        described, _ = describe_dataset("ADX", parts, planned, {"ADX": known}, {"HEAL"})
        assert described["where"][0]["values"] == parameters


def test_what_completed_data_are_made_from_is_followed_through_other_completed_data():
    reads = [
        {"table": "impute/b", "columns": ["AVAL"], "filters": []},
        {"table": "derive/adx:P", "columns": ["AVAL"], "filters": [0]},
    ]
    index = {
        "reads": reads,
        "filters": [{"columns": ["CAT"]}],
        "derivations": [{"table": "impute/a", "reads": [0]}, {"table": "impute/b", "reads": [1]}],
    }
    assert completed_from(index, ["impute/a"]) == {"derive/adx:P": ({"AVAL"}, {"CAT"})}
    assert read_columns({**index, "numbers": {"t/r/c/n": [1]}}, ["t/r/c/n"]) == {
        "derive/adx:P": ({"AVAL"}, {"CAT"})
    }


def closed_words():
    schema = read_schema("analyses")
    return schema["$defs"]["analysis"]["properties"]["method"]["properties"]


@pytest.mark.parametrize("option", sorted({*TAKEN} & {*closed_words()}))
def test_every_closed_word_of_a_method_says_how_its_quantile_is_taken(option):
    assert set(closed_words()[option]["enum"]) <= set(TAKEN[option])


def test_no_interval_is_without_words_of_its_quantile():
    assert "normal quantile" in TAKEN["interval"]["wald"]
    assert "t quantile" in TAKEN["df"]["rubin"]
    assert "exact" in TAKEN["interval"]["chan_zhang"]
    assert "chi-square" in LOGISTIC_LIMITS["profile_likelihood"]


def test_one_completed_data_set_has_normal_limits_and_many_have_t_limits():
    many = {"options": {"df": "rubin"}, "test": "t"}
    one = {"options": {"df": "rubin"}, "test": "z"}
    assert any("t quantile" in text for text in taken_words("difference_imputed", many, {}))
    found = taken_words("difference_imputed", one, {})
    assert not any("t quantile" in text for text in found)
    assert any("normal quantile" in text for text in found)


@pytest.mark.parametrize("kind", ["logistic", "adjusted_difference", "difference_imputed"])
def test_a_model_states_outcome_link_terms_and_variance(kind):
    assert kind in KINDS
    analysis = {"terms": ["AGE"], "covariates": ["AGE"]}
    (text,) = model_words(kind, {"options": {}}, analysis, "Healed", {"AGE": "age (years)"})
    for word in ("Healed", "link", "age (years) (AGE)", "varianc"):
        assert word in text


def test_every_analysis_of_the_embedded_trial_is_described(package):
    plan = yaml.safe_load((package.parents[1] / "config/analyses.yaml").read_text())
    made = json.loads((package / "specification/analyses.json").read_text())
    assert list(made["analyses"]) == sorted(plan["analyses"])
    assert all(
        one["method"] and one["missing"] and one["datasets"] for one in made["analyses"].values()
    )
