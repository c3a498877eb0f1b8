import copy

import pandas as pd
import pytest

from scripts.package.sdtm.describe import describe_dataset
from scripts.package.sdtm.described import Described, mapped_terms, origin_of
from scripts.package.sdtm.methods import method_text
from scripts.package.sdtm.origins import comment_of, expression_words, kind_of
from scripts.package.sdtm.plan_checks import check_sdtm_sent
from scripts.package.sdtm.standard import arranged, check_standard
from scripts.package.sdtm.terms import check_terms
from scripts.package.sdtm.value_level import content_of
from tests.package.small_sdtm import plan, standard, texts


def findings(**changed) -> list[str]:
    made = copy.deepcopy(plan())
    made["submission"]["sdtm"].update(changed)
    return check_sdtm_sent(made)


def test_expected_variables_are_sent_empty_and_permissible_ones_only_with_a_value():
    table = pd.DataFrame({"LBSEQ": [1.0], "STUDYID": texts("S"), "LBSPEC": texts(None)})
    made = arranged(table, standard()["LB"])
    assert list(made.columns)[:4] == ["STUDYID", "DOMAIN", "USUBJID", "LBSEQ"]
    assert "LBSPEC" not in made.columns
    assert made["LBSTNRLO"].dtype == "float64"
    assert made["LBNRIND"].isna().all()


def test_a_variable_beyond_the_standard_is_named_unless_it_is_supplemented():
    table = pd.DataFrame({"AETERM": ["x"], "AETERN": ["x"]})
    (finding,) = check_standard("AE", table, standard()["AE"], [])
    assert "no variable AETERN; did you mean 'AETERM'?" in finding
    assert check_standard("AE", table, standard()["AE"], ["AETERN"]) == []
    assert len(check_standard("AE", table, standard()["AE"], ["AETERN", "AESIDE"])) == 1


def test_a_value_that_is_no_controlled_term_is_named_with_the_nearest_one():
    table = pd.DataFrame({"EPOCH": texts("TREATMENT", "TREATMEN", None)})
    (finding,) = check_terms("AE", table, standard()["AE"], plan())
    assert finding.startswith("AE.EPOCH: 'TREATMEN' is no term of EPOCH; did you mean 'TREATMENT'?")
    (finding,) = check_terms("AE", pd.DataFrame({"AESER": ["Y"]}), standard()["AE"], plan())
    assert finding == "AE.AESER: code list NY is not in config/terminology.yaml"


def test_the_origin_of_a_variable_is_read_off_the_mapping():
    block = {"source": "lab", "join": {"dose": {"reduce": {"DAY": "minimum"}}}}
    assert kind_of({"column": "X"}, block) == "Collected"
    assert kind_of({"constant": "X"}, block) == "Assigned"
    assert kind_of({"study_day": "X"}, block) == "Derived"
    assert kind_of({"column": "dose.DAY"}, block) == "Derived"
    assert kind_of({"first": [{"constant": "X"}, {"column": "X"}]}, block) == "Collected"
    assert origin_of("LB", "LBORRES", plan())["source"] == "Investigator"
    assert origin_of("LB", "LBSTRESN", plan())["type"] == "Derived"
    assert origin_of("TA", "ARM", plan())["type"] == "Protocol"
    told = plan()
    told["submission"]["sdtm"]["collected_from"] = {"lab": "Vendor"}
    assert origin_of("LB", "LBORRES", told)["source"] == "Vendor"


def test_a_comment_names_the_raw_column_and_its_file():
    assert comment_of("LB", "LBORRES", plan()) == "Column SUGAR of lab.csv."
    assert comment_of("LB", "LBTESTCD", plan()) is None
    words = {"column": "people.G", "codelist": "mood", "when": {"variable": "AGE", "is": 1}}
    assert expression_words(words, {"source": "lab"}, plan()) == (
        "column G of people.csv, through the code list mood of the mapping, where AGE is 1"
    )


def test_methods_are_told_with_the_words_of_the_plan():
    columns = ["LBDTC", "LBDY", "EPOCH", "LBLOBXFL", "LBSEQ"]
    assert "before it where VISITNUM is 1." in method_text("LB", "EPOCH", columns, plan())
    assert "as before it where VISITNUM is 1." in method_text("LB", "LBLOBXFL", columns, plan())
    assert "no day 0" in method_text("LB", "LBDY", columns, plan())
    assert "order of LBDTC" in method_text("LB", "LBSEQ", columns, plan())
    element = method_text("SE", "SESTDTC", [], plan())
    assert "SCR (SCREENING) starts on the earliest of RFICDTC and DMDTC" in element
    assert "FUP (FOLLOW-UP) starts on RFENDTC plus 1 day;" in element


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (texts("12", "3"), ("integer", 2, None)),
        (texts("12.5", "3"), ("float", 4, 1)),
        (texts("12", "low"), ("text", 3, None)),
        (texts("2020-01-01"), ("text", 10, None)),
        (pd.Series([0.25, 100.0]), ("float", 4, 2)),
    ],
)
def test_value_level_metadata_tell_what_the_values_are(values, expected):
    found = content_of(values)
    assert (found["type"], found["length"], found["digits"]) == expected


def test_a_result_is_described_for_each_test_and_an_empty_variable_as_not_available():
    table = pd.DataFrame({
        "STUDYID": "S", "DOMAIN": "LB", "USUBJID": texts("S-ANN", "S-ANN"), "LBSEQ": [1.0, 2.0],
        "LBTESTCD": texts("GLUC", "HGB"), "LBTEST": texts("Glucose", "Hemoglobin"),
        "LBORRES": texts("5.5", "low"), "LBNRIND": texts(None, None),
    })  # fmt: skip
    made = Described(plan(), standard())
    variables = {v["name"]: v for v in describe_dataset("LB", table, made)["variables"]}
    values = variables["LBORRES"]["values"]
    assert [(v["where"][0]["values"], v["type"], v["label"]) for v in values] == [
        (["GLUC"], "float", "Glucose"), (["HGB"], "text", "Hemoglobin"),
    ]  # fmt: skip
    assert variables["LBNRIND"]["origin"]["type"] == "Not Available"
    assert made.comments["COM.LB.LBORRES"] == "Column SUGAR of lab.csv."


def test_terms_of_the_mapping_become_a_code_list_with_their_meaning():
    told = plan()
    told["sdtm"]["domains"]["LB"]["records"][0]["variables"]["LBORRES"] = {
        "column": "MOOD", "codelist": "mood",
    }  # fmt: skip
    assert mapped_terms("LB", "LBORRES", told) == {"GOOD": "Good"}
    assert mapped_terms("LB", "LBORRES", told, {"LBTESTCD": "HGB"}) == {}


def test_the_plan_of_the_made_up_trial_holds():
    assert findings() == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"arms": {"A": [{"element": "SCR"}]}}, "arm B has no elements"),
        ({"unassigned": ["SCREEN"]}, "unknown element 'SCREEN'"),
        ({"participation_ends": "RFPENDT"}, "did you mean 'RFPENDTC'?"),
        ({"summary": [{"parameter": "TTYPE"}]}, "without SSTDTC"),
        ({"summary": [{"parameter": "SSTDTD"}]}, "unknown term of TSPARMCD 'SSTDTD'"),
        ({"visits": [{"VISITNUM": 1}]}, "VISITNUM 1 is planned twice"),
        ({"values": {"LB": {"LBORES": []}}}, "did you mean 'LBORRES'?"),
        ({"values": {"DM": {"SEX": [{"sent": "U"}, {"sent": "U"}]}}}, "stands for two values"),
        ({"supplements": {"DV": {}}}, "unknown domain 'DV'"),
        ({"collected_from": {"labs": "Vendor"}}, "did you mean 'lab'?"),
        ({"before_exposure": {"LB": {"variable": "VISITNO"}}}, "unknown variable 'VISITNO'"),
        ({"links": [{"id": "L", "between": {"FA": ["FASPID"]}}]}, "unknown domain 'FA'"),
    ],
)
def test_a_name_that_is_not_there_is_a_finding_on_the_plan(changed, words):
    assert words in "\n".join(findings(**changed))


def test_a_sponsor_term_in_a_closed_list_is_a_finding():
    made = plan()
    made["terminology"]["codelists"]["TTYPE"]["extensible"] = False
    (finding,) = check_sdtm_sent(made)
    assert "TTYPE: 'EFFICACY' has no code, and a sponsor may add no term" in finding
