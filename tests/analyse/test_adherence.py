"""Visits: done of those expected while in the study, and within the window of those done."""

import pandas as pd

from scripts.analyse.describe_subjects import describe_subjects
from tests.analyse.trial import PLAN, plan_with, subjects, values

ANALYSIS = {"kind": "visit_adherence", "records": "sv", "left": "LEFTDT"}
VISITS = [
    {"VISITNUM": 0, "VISIT": "Start", "nominal": 0, "early": 0, "late": 0},
    {"VISITNUM": 1, "VISIT": "Week 1", "nominal": 1, "early": 1, "late": 2},
    {"VISITNUM": 2, "VISIT": "Week 2", "nominal": 2, "early": 1, "late": 2},
]
SEEN = [
    ("S00", 0, "2020-01-01"), ("S00", 1, "2020-01-08"), ("S00", 2, "2020-01-15"),
    # one day late is within the window, three days are not, and two days early neither
    ("S01", 0, "2020-01-01"), ("S01", 1, "2020-01-09"), ("S01", 2, "2020-01-18"),
    ("S02", 0, "2020-01-01"), ("S02", 1, "2020-01-06"),
    ("S03", 0, "2020-01-01"),
]  # fmt: skip


def found(left=(None, None, "2020-01-10", "2020-01-07"), seen=SEEN):
    adsl = subjects("AAAB").assign(
        TRTSDT=pd.to_datetime(["2020-01-01"] * 4), LEFTDT=pd.to_datetime(list(left))
    )
    visits = pd.DataFrame(seen, columns=["USUBJID", "VISITNUM", "SVSTDTC"])
    plan = plan_with(ANALYSIS, {**PLAN, "visits": VISITS, "visit_unit": "week"})
    return describe_subjects(adsl, None, {"sv": visits}, plan)["one"]


def test_whoever_left_before_the_planned_day_is_not_expected():
    result = found()
    # week 1 is day 7: S03 left on day 6; week 2 is day 14: S02 left on day 9
    assert values(result, "done=Week 1", "A") == {"count": 3, "total": 3, "proportion": 1.0}
    assert values(result, "done=Week 1", "B") == {"count": 0, "total": 0, "proportion": None}
    assert values(result, "done=Week 2", "TOTAL") == {"count": 2, "total": 2, "proportion": 1.0}


def test_a_visit_missed_while_in_the_study_is_expected_and_not_done():
    result = found(left=[None] * 4)
    assert values(result, "done=Week 2", "A") == {"count": 2, "total": 3, "proportion": 2 / 3}


def test_a_visit_attended_after_leaving_counts_as_expected():
    result = found(left=["2020-01-05", None, None, None])
    assert values(result, "done=Week 2", "A") == {"count": 2, "total": 3, "proportion": 2 / 3}


def test_the_window_has_the_days_of_the_plan_before_and_after_the_planned_day():
    result = found()
    # week 1: S00 on day 7 and S01 on day 8 of 6 to 9; S02 on day 5 is too early
    assert values(result, "window=Week 1", "A") == {"count": 2, "total": 3, "proportion": 2 / 3}
    # week 2: S00 on day 14; S01 on day 17 of 13 to 16 is too late
    assert values(result, "window=Week 2", "A") == {"count": 1, "total": 2, "proportion": 1 / 2}


def test_over_all_visits_it_is_visits_that_are_counted():
    result = found()
    # start 4 of 4, week 1 3 of 3, week 2 2 of 2; in the window 4 + 2 + 1
    assert values(result, "done", "TOTAL") == {"count": 9, "total": 9, "proportion": 1.0}
    assert values(result, "window", "TOTAL") == {"count": 7, "total": 9, "proportion": 7 / 9}


def test_a_visit_recorded_twice_counts_once_by_its_first_day():
    twice = [*SEEN, ("S00", 1, "2020-01-20")]
    result = found(seen=twice)
    assert values(result, "done=Week 1", "A")["count"] == 3
    assert values(result, "window=Week 1", "A")["count"] == 2
