"""Events by term and grade: a subject counts once a term, at the highest grade."""

import pandas as pd
import pytest

from scripts.analyse.describe_events import describe_events
from scripts.job import StepError
from tests.analyse.trial import plan_with, rows, subjects, values

EVENTS = [
    ("S00", "Rash", "1"),
    ("S00", "Rash", "3"),
    ("S01", "Rash", "1"),
    ("S01", "Fever", "2"),
    ("S03", "Rash", "3"),
]
ANALYSIS = {
    "kind": "event_grades",
    "records": "adae",
    "by": "AEDECOD",
    "grades": {"variable": "AETOXGR", "levels": ["1", "2", "3"], "labels": {"3": "Severe"}},
}


def found(events=EVENTS, **more):
    table = pd.DataFrame(events, columns=["USUBJID", "AEDECOD", "AETOXGR"])
    plan = plan_with({**ANALYSIS, **more})
    return describe_events(subjects("AAABB"), None, {"adae": table}, plan)["one"]


def test_a_subject_counts_at_the_highest_grade_of_the_term_only():
    result = found()
    # S00 has rash of grade 1 and 3: one subject of grade 3; S01 alone is of grade 1
    assert values(result, "Rash=1", "A") == {
        "count": 1, "total": 3, "proportion": 1 / 3, "events": 2,
    }  # fmt: skip
    assert values(result, "Rash=3", "A") == {
        "count": 1, "total": 3, "proportion": 1 / 3, "events": 1,
    }  # fmt: skip
    assert values(result, "Rash=3", "TOTAL")["count"] == 2


def test_grades_of_a_term_sum_to_the_term_in_subjects_and_in_events():
    result = found()
    for row in ("any", "Rash", "Fever"):
        for group in ("A", "B", "TOTAL"):
            parts = [values(result, f"{row}={grade}", group) for grade in "123"]
            whole = values(result, row, group)
            assert sum(part["count"] for part in parts) == whole["count"]
            assert sum(part["events"] for part in parts) == whole["events"]


def test_any_event_is_graded_over_all_terms_of_a_subject():
    result = found()
    # S01 has rash of grade 1 and fever of grade 2
    assert values(result, "any=2", "A")["count"] == 1
    assert values(result, "any=1", "A")["count"] == 0


def test_a_grade_that_nobody_has_is_a_row_of_zeros_below_its_term():
    result = found()
    assert rows(result) == [
        "any", "any=1", "any=2", "any=3",
        "Rash", "Rash=1", "Rash=2", "Rash=3", "Fever", "Fever=1", "Fever=2", "Fever=3",
    ]  # fmt: skip
    assert values(result, "Fever=3", "TOTAL")["count"] == 0
    assert result["labels"]["Fever=3"] == "Severe"


def test_grades_are_listed_with_their_terms_when_the_plan_has_a_threshold():
    # rash 3 of 5, fever 1 of 5
    assert found(threshold=0.5)["listed"] == [
        "any", "any=1", "any=2", "any=3", "Rash", "Rash=1", "Rash=2", "Rash=3",
    ]  # fmt: skip


def test_an_event_without_a_grade_has_a_row_of_its_own_and_counts_below_every_grade():
    result = found([*EVENTS, ("S04", "Fever", None), ("S01", "Fever", None)])
    assert values(result, "Fever=not graded", "B")["count"] == 1
    assert values(result, "Fever=not graded", "A") == {
        "count": 0, "total": 3, "proportion": 0.0, "events": 1,
    }  # fmt: skip
    assert "Rash=not graded" in rows(result)


def test_a_grade_that_the_plan_does_not_declare_stops_the_step():
    with pytest.raises(StepError, match="'4' is none of the declared grades"):
        found([*EVENTS, ("S04", "Fever", "4")])
