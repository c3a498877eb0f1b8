"""Baseline, records, flow, visits and exposure, counted by hand."""

import pandas as pd
import pytest

from scripts.analyse.describe_subjects import describe_subjects
from tests.analyse.trial import plan_with, rows, subjects, values


def describe(adsl, analysis, tables=None):
    return describe_subjects(adsl, None, tables or {}, plan_with(analysis))["one"]


BASELINE = {"kind": "baseline", "method": {"quantiles": 6}}


def test_numbers_flags_and_levels_are_summarised_by_arm_and_in_total():
    adsl = subjects("AAABB.").assign(
        AGE=[20.0, 30.0, 50.0, 40.0, None, 99.0], MALEFL=list("YYNNYY"), GRADE=[0, 0, 2, 2, 1, 3]
    )
    variables = [
        {"variable": "AGE", "label": "Age", "summary": "numbers", "unit": "years"},
        {"variable": "MALEFL", "label": "Male", "summary": "flag"},
        {"variable": "GRADE", "label": "Grade", "summary": "levels", "labels": {"0": "None"}},
    ]
    found = describe(adsl, {**BASELINE, "variables": variables})
    age = values(found, "AGE", "A")
    assert (age["n"], age["median"], age["q1"], age["q3"]) == (3, 30, 20, 50)
    assert age["mean"] == pytest.approx((20 + 30 + 50) / 3)
    assert values(found, "AGE", "B")["missing"] == 1
    assert values(found, "AGE", "TOTAL")["n"] == 4
    assert values(found, "MALEFL", "A") == {"count": 2, "total": 3, "proportion": 2 / 3}
    assert values(found, "GRADE=2", "TOTAL") == {"count": 2, "total": 5, "proportion": 2 / 5}
    assert rows(found) == ["AGE", "MALEFL", "GRADE=0", "GRADE=1", "GRADE=2"]
    assert found["labels"]["GRADE=0"] == "None"
    assert found["units"] == {"AGE": "years"}


def test_a_missing_flag_is_in_no_denominator_and_is_counted():
    adsl = subjects("AAAB").assign(MALEFL=["Y", "N", None, "Y"])
    variables = [{"variable": "MALEFL", "label": "Male", "summary": "flag"}]
    found = describe(adsl, {**BASELINE, "variables": variables})
    assert values(found, "MALEFL", "A") == {"count": 1, "total": 2, "proportion": 1 / 2}
    assert values(found, "MALEFL missing", "A") == {"missing": 1}


def test_declared_levels_stand_even_when_nobody_has_them():
    adsl = subjects("AB").assign(GRADE=[0, 1])
    variable = {"variable": "GRADE", "label": "Grade", "summary": "levels", "levels": [0, 1, 2]}
    found = describe(adsl, {**BASELINE, "variables": [variable]})
    assert values(found, "GRADE=2", "TOTAL") == {"count": 0, "total": 2, "proportion": 0}


RECORDS = {
    "kind": "subjects_with_records",
    "records": "adcm",
    "where": {"variable": "CMCAT", "is": "PRIOR"},
    "by": "CMDECOD",
}


def medications():
    columns = ["USUBJID", "CMCAT", "CMDECOD", "CMTRT"]
    entries = [
        ("S00", "PRIOR", "X", "drug x"),
        ("S00", "PRIOR", "X", "drug x"),
        ("S01", "PRIOR", "Y", "drug y"),
        ("S02", "PRIOR", "Y", "drug y"),
        ("S02", "LATER", "Z", "drug z"),
        ("S09", "PRIOR", "Y", "drug y"),
    ]
    return pd.DataFrame(entries, columns=columns)


def test_a_subject_with_two_records_is_one_subject_and_two_events():
    found = describe(subjects("AAB"), RECORDS, {"adcm": medications()})
    assert values(found, "X", "A") == {
        "count": 1, "total": 2, "proportion": 1 / 2, "events": 2,
    }  # fmt: skip
    assert values(found, "any", "TOTAL")["count"] == 3
    assert values(found, "any", "TOTAL")["events"] == 4


def test_levels_stand_by_frequency_then_by_name_and_only_of_chosen_records():
    found = describe(subjects("AAB"), RECORDS, {"adcm": medications()})
    assert rows(found) == ["any", "Y", "X"]
    assert [group["n"] for group in found["groups"]] == [2, 1, 3]


def test_words_for_levels_come_from_another_variable_or_from_the_plan():
    analysis = {**RECORDS, "label_by": "CMTRT", "labels": {"X": "Substance X"}}
    found = describe(subjects("AAB"), analysis, {"adcm": medications()})
    assert found["labels"] == {"X": "Substance X", "Y": "drug y"}


def test_a_threshold_lists_the_rows_that_reach_it():
    found = describe(subjects("AAB"), {**RECORDS, "threshold": 0.6}, {"adcm": medications()})
    # Y: 2 of 3; X: 1 of 3
    assert found["listed"] == ["Y"]


FLOW = {
    "kind": "disposition",
    "flow": {
        "status": "EOTSTT",
        "completed": "COMPLETED",
        "discontinued": "STOPPED",
        "reason": "DCTREAS",
        "time": "DISCDY",
        "excluded_by": "SCRFREAS",
        "populations": ["PPFL"],
    },
    "labels": {"DEATH": "Death"},
}


def flow_subjects():
    return subjects("AAABB..").assign(
        EOTSTT=["COMPLETED", "STOPPED", "STOPPED", "COMPLETED", "STOPPED", None, None],
        DCTREAS=[None, "DEATH", "LOST", None, "LOST", None, None],
        DISCDY=[None, 8.0, 15.0, None, 8.0, None, None],
        SCRFREAS=[None] * 5 + ["Declined", None],
        PPFL=list("YNNYNNN"),
    )


def test_the_flow_counts_everybody_screened():
    found = describe(flow_subjects(), FLOW)
    assert values(found, "screened", "TOTAL")["count"] == 7
    assert values(found, "excluded", "TOTAL")["count"] == 2
    assert values(found, "excluded=Declined", "TOTAL")["count"] == 1
    assert values(found, "excluded=Reason not recorded", "TOTAL")["count"] == 1
    assert values(found, "randomised", "A")["count"] == 3
    assert values(found, "PPFL", "B") == {"count": 1, "total": 2, "proportion": 1 / 2}


def test_discontinuations_are_counted_by_reason_by_time_and_by_both():
    found = describe(flow_subjects(), FLOW)
    assert values(found, "discontinued", "TOTAL")["count"] == 3
    assert values(found, "discontinued=LOST", "A")["count"] == 1
    assert values(found, "time=8", "TOTAL")["count"] == 2
    assert values(found, "time=8, DEATH", "A")["count"] == 1
    assert values(found, "time=8, DEATH", "B")["count"] == 0
    assert found["labels"]["time=8, DEATH"] == "Day 8: Death"
    assert found["labels"]["discontinued=LOST"] == "LOST"


def test_a_subject_who_neither_completed_nor_stopped_is_a_warning():
    adsl = flow_subjects()
    adsl.loc[0, "EOTSTT"] = None
    assert describe(adsl, FLOW)["warnings"] == ["1 subject(s) neither completed nor discontinued."]


def test_attendance_counts_subjects_and_not_records():
    visits = pd.DataFrame(
        {"USUBJID": ["S00", "S00", "S01", "S02"], "VISITNUM": [0, 0, 0, 1], "SVSTDTC": ["d"] * 4}
    )
    found = describe(subjects("AAB"), {"kind": "attendance", "records": "sv"}, {"sv": visits})
    assert values(found, "Start", "A") == {"count": 2, "total": 2, "proportion": 1}
    assert values(found, "Day 8", "TOTAL") == {"count": 1, "total": 3, "proportion": 1 / 3}
    assert found["times"] == {"Start": 0, "Day 8": 8}


EXPOSURE = {
    "kind": "exposure",
    "records": "adex",
    "method": {"quantiles": 6},
    "treatments": [
        {"value": "WEEKLY", "label": "Infusion", "dose": "per_record", "unit": "mg"},
        {"value": "DAILY", "label": "Tablet", "dose": "per_day", "unit": "mg"},
    ],
    "interrupted": {"variable": "EXADJ", "missing": False},
}


def test_doses_add_up_by_record_or_by_day():
    entries = [
        ("S00", "WEEKLY", 100.0, 1, None),
        ("S00", "WEEKLY", 50.0, 1, None),
        ("S00", "DAILY", 30.0, 10, "pause"),
        ("S00", "DAILY", 40.0, 5, None),
        ("S01", "WEEKLY", 100.0, 1, None),
    ]
    columns = ["USUBJID", "EXTRT", "EXDOSE", "ADURN", "EXADJ"]
    table = pd.DataFrame(entries, columns=columns)
    found = describe(subjects("AAB"), EXPOSURE, {"adex": table})
    assert values(found, "WEEKLY dose", "A")["minimum"] == 100
    assert values(found, "WEEKLY dose", "A")["maximum"] == 100 + 50
    assert values(found, "DAILY dose", "A")["median"] == 30 * 10 + 40 * 5
    assert values(found, "DAILY days", "A")["median"] == 10 + 5
    assert values(found, "WEEKLY records", "A")["maximum"] == 2
    assert values(found, "DAILY treated", "A") == {"count": 1, "total": 2, "proportion": 1 / 2}
    assert values(found, "DAILY interrupted", "A") == {"count": 1, "total": 1, "proportion": 1}
    assert values(found, "WEEKLY interrupted", "A")["count"] == 0
    assert values(found, "WEEKLY treated", "B")["count"] == 0
    assert values(found, "WEEKLY dose", "B")["median"] is None
