"""What is said of the variables of the analysis data sets, on three people."""

import pytest

from scripts.package.adam.codelists import standard_list, unknown_terms
from scripts.package.adam.standard import check_name, standard_core, standard_label
from scripts.package.sending import transport_files
from scripts.package.specification import check_specification
from scripts.package.write_adam import send_adam
from scripts.report.layouts.definitions import endpoint_words, time_words
from tests.package.small_adam import PLAN, planned, small_inputs


@pytest.fixture(scope="module")
def specification() -> dict:
    inputs = small_inputs()
    _, whole = transport_files(*send_adam(inputs), inputs.plan)
    return whole


def variables(specification: dict, dataset: str) -> dict[str, dict]:
    found = next(d for d in specification["datasets"] if d["name"] == dataset)
    return {entry["name"]: entry for entry in found["variables"]}


def test_everything_that_is_described_is_used_and_everything_used_is_described(specification):
    assert check_specification(specification) == []


def test_what_is_derived_has_a_method_and_only_that(specification):
    for dataset in specification["datasets"]:
        for entry in dataset["variables"]:
            for part in [entry, *entry["values"]]:
                assert (part["origin"]["type"] == "Derived") == (part["method"] is not None)
                assert (part["origin"]["type"] == "Predecessor") == bool(
                    part["origin"]["predecessor"]
                )


def test_methods_of_endpoints_and_times_are_the_words_of_the_report(specification):
    high = specification["methods"]["MT.ADRESP.AVAL.HIGH"]
    words = endpoint_words(PLAN["endpoints"]["endpoints"]["HIGH"], PLAN)
    assert all(word[1:] in high["text"] for word in words)
    assert high["program"] == "derive-responses.txt"
    time = specification["methods"]["MT.ADTTE.AVAL.TT"]["text"]
    assert all(word[1:] in time for word in time_words(PLAN["times"]["times"]["TT"], PLAN))


def test_a_value_of_a_parameter_is_described_where_it_differs(specification):
    aval = variables(specification, "ADRESP")["AVAL"]
    assert [part["where"][0]["values"] for part in aval["values"]] == [["HIGH"], ["USED"]]
    assert [part["label"] for part in aval["values"]] == ["High value", "Use"]
    assert {part["type"] for part in aval["values"]} == {"integer"}


def test_variables_of_a_subject_come_from_adsl_and_those_of_adsl_from_dm(specification):
    adae, adsl = variables(specification, "ADAE"), variables(specification, "ADSL")
    assert adae["AGEGR1"]["origin"]["predecessor"] == "ADSL.AGEGR1"
    assert adae["TRTA"]["origin"]["predecessor"] == "ADSL.TRT01A"
    assert adae["AETERM"]["origin"]["predecessor"] == "AE.AETERM"
    assert adsl["SEX"]["origin"]["predecessor"] == "DM.SEX"


def test_a_variable_of_which_nothing_was_collected_says_so(specification):
    entry = variables(specification, "ADAE")["AEBODSYS"]
    assert entry["origin"]["type"] == "Not Available"
    assert "Not collected" in specification["comments"][entry["comment"]]


def test_a_renamed_variable_names_the_one_of_the_report(specification):
    entry = variables(specification, "ADSL")["AGEGR1"]
    assert "Called AGEGR " in specification["comments"][entry["comment"]]
    assert entry["label"] == "Pooled Age Group 1"


def test_dates_have_a_format_and_keys_and_flags_of_populations_are_never_missing(specification):
    adsl = variables(specification, "ADSL")
    assert (adsl["TRTSDT"]["format"], adsl["SEX"]["format"]) == ("DATE9.", None)
    assert [adsl[n]["mandatory"] for n in ("USUBJID", "ITTFL", "AGE")] == [True, True, False]
    keys = {dataset["name"]: dataset["keys"] for dataset in specification["datasets"]}
    assert keys["ADAE"] == ["STUDYID", "USUBJID", "AESEQ"]
    assert keys["ADSV"] == ["STUDYID", "USUBJID", "VISITNUM"]


def test_lists_are_those_of_the_standard_or_come_from_the_plan(specification):
    lists = specification["codelists"]
    arms = [(entry["value"], entry["decode"]) for entry in lists["TRTN"]["terms"]]
    assert arms == [(1, "Active"), (2, "Control")]
    codes = [(entry["value"], entry["decode"]) for entry in lists["PARAMCD_ADRESP"]["terms"]]
    assert codes == [("HIGH", "High value"), ("USED", "Use")]
    assert variables(specification, "ADRESP")["AVALC"]["codelist"] == "NY"
    # The plan has no such list yet, so that what is used stands there without codes.
    assert [t["value"] for t in lists["NY"]["terms"]] == ["N", "Y"]
    assert lists["NY"]["code"] is None


def test_a_list_that_sponsors_may_extend_holds_what_is_used_and_marks_what_is_their_own():
    plan = planned(
        terminology__codelists={
            "UNIT": {
                "code": "C71620",
                "name": "Unit",
                "extensible": True,
                "terms": {
                    "mg": {"code": "C28253", "decode": "Milligram"},
                    "kg": {"code": "C28252", "decode": "Kilogram"},
                },
            }
        }
    )
    made = standard_list("UNIT", ["mg", "sip"], plan)
    found = [(t["value"], t["code"], t["extended"]) for t in made["terms"]]
    assert found == [("mg", "C28253", False), ("sip", None, True)]
    assert unknown_terms({"UNIT": made}) == []
    closed = {"UNIT": {**made, "extensible": False}}
    assert unknown_terms(closed) == [
        "code list UNIT: 'sip' is none of its terms, and it may not be extended"
    ]


@pytest.mark.parametrize(
    ("name", "label", "core"),
    [
        ("ITTFL", "Intent-To-Treat Population Flag", "Cond"),
        ("TRT02A", "Actual Treatment for Period 02", "Cond"),
        ("AGEGR3N", "Pooled Age Group 3 (N)", "Perm"),
        ("ANL12FL", "Analysis Flag 12", "Cond"),
        ("ANOMDAYS", None, None),
        ("AGEGR", None, None),
    ],
)
def test_labels_of_the_standard_are_known_by_name_and_by_pattern(name, label, core):
    assert (standard_label(name), standard_core(name)) == (label, core)


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("AGEGR", "text", "ends in GR and a digit"),
        ("AGEGR1", "text", None),
        ("MADEDT", "text", "is a date"),
        ("MADEDT", "date", None),
        ("MADEFL", "text", "a flag of Y and N"),
        ("MADEFN", "flag", "the number of a flag"),
        ("MADEDTF", "date", "an imputed date"),
        ("NUMBER", "text", None),
    ],
)
def test_a_name_promises_what_its_end_says(name, kind, words):
    found = check_name(name, kind)
    assert (found == []) if words is None else (words in found[0])


def test_a_count_of_days_with_a_day_0_is_no_relative_day():
    assert "no day 0" in check_name("PLANDY", "integer", counts_from_zero=True)[0]
    assert check_name("PLANDY", "integer") == []
