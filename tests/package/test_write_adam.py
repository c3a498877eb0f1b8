import pandas as pd

from scripts.package.write_adam import send_dataset, subject_labels
from scripts.tables import Contract


def test_a_label_that_is_too_long_gives_way_to_the_one_of_the_submission():
    subjects = {
        "variables": {"AGEGR": {"label": "Age Group"}},
        "populations": {"ITTFL": {"label": "Intention-to-treat"}, "XFL": {"label": "x" * 60}},
    }
    plan = {"subjects": subjects, "submission": {"adam": {"labels": {"XFL": "Short"}}}}
    labels = subject_labels(plan)
    assert labels["ITTFL"] == "Intention-to-treat Population Flag"
    assert (labels["XFL"], labels["AGEGR"]) == ("Short", "Age Group")
    assert labels["ITTRS"] == "Reason Not in ITTFL"


def test_an_analysis_data_set_is_described_by_its_contract():
    contract = Contract("BDS", "Made", ["USUBJID"], {"USUBJID": {"label": "Subject"}}, extra={
        "class": "BASIC DATA STRUCTURE", "structure": "One record per subject",
    })  # fmt: skip
    table, described = send_dataset("admade", pd.DataFrame({"USUBJID": ["1"]}), contract, {})
    assert (described["name"], described["keys"]) == ("ADMADE", ["STUDYID", "USUBJID"])
    assert [entry["name"] for entry in described["variables"]] == list(table.columns)
