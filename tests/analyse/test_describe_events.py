"""Events: subjects with at least one, by declared rows and by term."""

import pandas as pd

from scripts.analyse.describe_events import describe_events
from tests.analyse.trial import plan_with, rows, subjects, values

EVENTS = pd.DataFrame(
    [
        ("S00", "Rash", "1"),
        ("S00", "Rash", "3"),
        ("S01", "Fever", "2"),
        ("S03", "Fever", "4"),
        ("S03", "Cough", "5"),
    ],
    columns=["USUBJID", "AEDECOD", "AETOXGR"],
)
SEVERE = {"variable": "AETOXGR", "in": ["3", "4"]}


def describe(analysis):
    adsl = subjects("AAABB").assign(DTHDT=[None, None, None, "2020-01-01", None])
    analysis = {"records": "adae", **analysis}
    return describe_events(adsl, None, {"adae": EVENTS}, plan_with(analysis))["one"]


def test_each_row_of_an_overview_counts_subjects_by_events_or_by_themselves():
    found = describe(
        {
            "kind": "event_overview",
            "rows": [
                {"id": "any", "label": "Any"},
                {"id": "severe", "label": "Severe", "records": SEVERE},
                {
                    "id": "death",
                    "label": "Death",
                    "subjects": {"variable": "DTHDT", "missing": False},
                },
            ],
        }
    )
    assert values(found, "any", "A") == {
        "count": 2, "total": 3, "proportion": 2 / 3, "events": 3,
    }  # fmt: skip
    assert values(found, "severe", "TOTAL")["count"] == 2
    assert values(found, "death", "B") == {"count": 1, "total": 2, "proportion": 1 / 2}
    assert found["labels"]["death"] == "Death"


def test_terms_stand_by_the_number_of_subjects_then_by_name():
    found = describe({"kind": "event_terms", "by": "AEDECOD", "threshold": 0.3})
    assert rows(found) == ["any", "Fever", "Cough", "Rash"]
    assert values(found, "Rash", "A") == {
        "count": 1, "total": 3, "proportion": 1 / 3, "events": 2,
    }  # fmt: skip
    # Fever 2 of 5 is listed; Cough and Rash, 1 of 5, are not
    assert found["listed"] == ["Fever"]


def test_a_share_that_is_exactly_the_threshold_is_listed():
    found = describe({"kind": "event_terms", "by": "AEDECOD", "threshold": 1 / 5})
    assert found["listed"] == ["Fever", "Cough", "Rash"]


def test_a_condition_narrows_the_events_of_every_row():
    found = describe({"kind": "event_terms", "by": "AEDECOD", "where": SEVERE})
    assert rows(found) == ["any", "Fever", "Rash"]
    assert values(found, "any", "TOTAL")["events"] == 2
