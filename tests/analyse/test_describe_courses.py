"""Courses: how long a subject was observed, what is marked when, and what lasts between marks."""

import pandas as pd
import pytest

from scripts.analyse.describe_courses import describe_courses
from tests.analyse.trial import plan_with, subjects, values

COURSE = {
    "start": "TRTSDT",
    "unit": "week",
    "end": [{"records": "adscore", "date": "ADT"}, {"variable": "DTHDT"}],
    "marks": [
        {"id": "met", "label": "Met", "endpoint": "RESP"},
        {"id": "lost", "label": "Lost", "endpoint": "BACK"},
        {"id": "pill", "label": "Pill", "records": "adcm", "date": "ASTDT",
         "where": {"variable": "CMCAT", "is": "PILL"}},
        {"id": "dead", "label": "Dead", "variable": "DTHDT"},
        {"id": "done", "label": "Done", "at_end": True,
         "where": {"variable": "DTHDT", "missing": True}},
    ],
    "intervals": [{"id": "well", "label": "Well", "from": "met", "to": "lost"}],
}  # fmt: skip
ANALYSIS = {"kind": "courses", "method": {"quantiles": 6}, "course": COURSE}


def day(number):
    """A date some days after the start of treatment, which is the same for everybody here."""
    if pd.isna(number):
        return pd.NaT
    return pd.Timestamp("2020-01-01").as_unit("s") + pd.Timedelta(days=number)


def table(rows, *columns, date):
    made = pd.DataFrame(rows, columns=list(columns))
    return made.assign(**{date: pd.Series([day(n) for n in made[date]], dtype="datetime64[s]")})


def courses(
    seen=((0, 70), (1, 70), (2, 14)), met=(), back=(), pills=(), died=(None,) * 4, arms="AABB"
):
    adsl = subjects(arms)
    began = pd.Series([day(0)] * len(arms), dtype="datetime64[s]")
    ended = pd.Series([day(number) for number in died], dtype="datetime64[s]")
    adsl = adsl.assign(TRTSDT=began, DTHDT=ended)
    name = "S{:02d}".format
    verdicts = [(name(who), code, "Y", when) for code, found in (("RESP", met), ("BACK", back))
                for who, when in found]  # fmt: skip
    verdicts.append((name(3), "RESP", "N", 7))
    adresp = table(verdicts, "USUBJID", "PARAMCD", "AVALC", "ADT", date="ADT")
    scores = table([(name(w), d) for w, d in seen], "USUBJID", "ADT", date="ADT")
    adcm = table([(name(w), d, c) for w, d, c in pills], "USUBJID", "ASTDT", "CMCAT", date="ASTDT")
    tables = {"adscore": scores, "adcm": adcm}
    return describe_courses(adsl, adresp, tables, plan_with(ANALYSIS))["one"]


def course(found, who):
    return next(entry for entry in found["courses"] if entry["USUBJID"] == who)


def test_the_observation_ends_at_the_latest_of_its_dates_in_the_unit_of_the_plan():
    found = courses(died=(None, None, 21, None))
    assert course(found, "S00")["end"] == 70 / 7
    assert course(found, "S02")["end"] == 21 / 7
    assert found["unit"] == "WEEKS"


def test_a_subject_without_any_date_is_left_out_with_the_reason():
    found = courses()
    assert [entry["USUBJID"] for entry in found["courses"]] == ["S00", "S01", "S02"]
    assert found["subjects"]["excluded"][-1]["USUBJID"] == ["S03"]
    assert values(found, "observed", "B")["n"] == 1


def test_only_an_endpoint_that_was_met_is_marked():
    found = courses(seen=((0, 70), (3, 70)), met=[(0, 28)])
    assert {"id": "met", "time": 28 / 7} in course(found, "S00")["marks"]
    assert [mark["id"] for mark in course(found, "S03")["marks"]] == ["done"]
    assert values(found, "met", "A") == {"count": 1, "total": 1, "proportion": 1.0, "events": 1}


def test_only_the_records_that_the_plan_means_are_marked_and_all_of_them():
    found = courses(pills=[(0, 7, "PILL"), (0, 21, "PILL"), (0, 14, "OTHER"), (9, 7, "PILL")])
    times = [mark["time"] for mark in course(found, "S00")["marks"] if mark["id"] == "pill"]
    assert times == [7 / 7, 21 / 7]
    assert values(found, "pill", "A") == {"count": 1, "total": 2, "proportion": 1 / 2, "events": 2}


def test_an_interval_ends_with_the_next_mark_and_else_with_the_observation():
    found = courses(met=[(0, 14), (1, 14)], back=[(0, 35)])
    assert course(found, "S00")["intervals"] == [{"id": "well", "from": 14 / 7, "to": 35 / 7}]
    assert course(found, "S01")["intervals"] == [{"id": "well", "from": 14 / 7, "to": 70 / 7}]


def test_what_was_lost_before_it_was_met_ends_no_interval():
    found = courses(met=[(0, 14)], back=[(0, 7)])
    assert course(found, "S00")["intervals"] == [{"id": "well", "from": 14 / 7, "to": 70 / 7}]


def test_the_mark_at_the_end_is_for_those_whom_its_condition_holds_for():
    found = courses(died=(None, 70, None, None))
    assert {"id": "done", "time": 70 / 7} in course(found, "S00")["marks"]
    assert [mark["id"] for mark in course(found, "S01")["marks"]] == ["dead"]


def test_the_longest_observed_comes_first_in_its_group():
    found = courses(seen=((0, 14), (1, 70), (2, 3), (3, 9)))
    assert [entry["USUBJID"] for entry in found["courses"]] == ["S01", "S00", "S03", "S02"]


def test_ends_between_the_same_planned_visits_are_ordered_by_what_lasted():
    # The last planned visit is on day 8: both were observed beyond it.
    found = courses(seen=((0, 70), (1, 69)), met=[(1, 7)])
    assert [entry["USUBJID"] for entry in found["courses"]] == ["S01", "S00"]


def test_a_mark_after_the_end_and_one_without_a_date_are_said():
    found = courses(pills=[(0, 77, "PILL"), (1, None, "PILL")])
    assert found["warnings"] == [
        "Pill: 1 record(s) without a date, not marked.",
        "Pill: 1 record(s) after the end of the observation.",
    ]


def test_an_arm_without_anybody_has_zeros():
    found = courses(seen=((0, 70),), arms="AAAA")
    assert values(found, "met", "B") == {"count": 0, "total": 0, "proportion": None, "events": 0}
    assert values(found, "observed", "B")["median"] is None


@pytest.mark.parametrize("group", ["A", "B", "TOTAL"])
def test_no_event_at_all_is_no_failure(group):
    found = courses()
    assert values(found, "well", group)["count"] == 0
