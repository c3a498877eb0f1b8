"""Analysis records of measurements: baseline, change, actual and planned day."""

import pandas as pd
import pytest

from scripts.derive.dates import days_since, parse_dates, study_day
from tests.derive.build import Case, at, prepare, read_plan


def records(cases, plan=None):
    return prepare(cases, plan or read_plan()).measurements["adplt"]


def test_days_count_from_the_start_and_study_days_have_no_zero():
    start = pd.Series(pd.to_datetime(["2020-01-10"] * 3))
    days = days_since(pd.Series(pd.to_datetime(["2020-01-09", "2020-01-10", "2020-01-11"])), start)
    assert days.tolist() == [-1, 0, 1]
    assert study_day(days).tolist() == [-1, 1, 2]


def test_an_incomplete_date_is_missing_and_a_time_of_day_is_cut_off():
    found = parse_dates(pd.Series(["2020-02", "2020-02-03T10:15", None, "2020-02-30"]))
    assert found.isna().tolist() == [True, False, True, True]
    assert found[1] == pd.Timestamp("2020-02-03")


def test_the_change_is_from_the_baseline_and_the_baseline_is_flagged():
    table = records([Case("x", [at(1, 25)], {}, baseline=10)])
    assert table["CHG"].tolist() == [0, 25 - 10]
    assert table["ABLFL"].fillna("").tolist() == ["Y", ""]


def test_a_late_visit_keeps_its_planned_day():
    table = records([Case("x", [at(2, 25, shift=1)], {})])
    assert table[["ADAYS", "ANOMDY", "ADY"]].iloc[1].tolist() == [15, 14, 16]
    assert table["AVISIT"].iloc[1] == "Week 2"


def test_a_record_outside_the_schedule_has_its_actual_day_as_planned_day():
    table = records([Case("x", [at(5, 25, shift=1)], {})])
    assert table["ANOMDY"].iloc[1] == 36
    assert pd.isna(table["AVISIT"].iloc[1])


def test_a_measurement_not_done_is_not_a_record():
    assert len(records([Case("x", [at(1, None), at(2, 20)], {})])) == 1 + 1


@pytest.mark.parametrize(("pick", "base"), [("first", 10), ("last", 12)])
def test_the_baseline_is_the_first_or_last_eligible_value(pick, base):
    plan = read_plan()
    plan["measurements"]["sets"]["adplt"]["parameters"]["PLAT"]["baseline"] = {
        "pick": pick,
        "to_day": 7,
    }
    table = records([Case("x", [at(1, 12), at(2, 40)], {}, baseline=10)], plan)
    assert table["BASE"].tolist() == [base] * 3


def test_a_subject_without_any_value_before_treatment_has_no_baseline():
    table = records([Case("x", [at(1, 12)], {}, baseline=None)])
    assert table["BASE"].isna().all()
    assert table["CHG"].isna().all()
