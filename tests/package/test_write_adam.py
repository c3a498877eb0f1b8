import pandas as pd

from scripts.package.adam.labels import labels_for, subject_labels
from scripts.tables import Contract

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
