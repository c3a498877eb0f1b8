"""A measurement by visit: its quartiles among those who were measured."""

import pandas as pd

from scripts.analyse.describe_measurements import describe_measurements
from tests.analyse.trial import plan_with, subjects, values

ANALYSIS = {
    "kind": "measurements_over_time",
    "records": "adscore",
    "parameter": "SCORE",
    "method": {"quantiles": 6},
}


def measure(records):
    table = pd.DataFrame(records, columns=["USUBJID", "VISITNUM", "AVAL"])
    table = table.assign(PARAMCD="SCORE", AVALU="points")
    other = table.assign(PARAMCD="OTHER", AVAL=999.0)
    both = pd.concat([table, other], ignore_index=True)
    return describe_measurements(subjects("AAAB"), None, {"adscore": both}, plan_with(ANALYSIS))[
        "one"
    ]


RECORDS = [("S00", 0, 10.0), ("S01", 0, 20.0), ("S02", 0, 40.0), ("S03", 0, 5.0), ("S00", 1, 70.0)]


def test_quartiles_at_each_visit_are_of_those_measured():
    found = measure(RECORDS)
    start = values(found, "Start", "A")
    assert (start["n"], start["q1"], start["median"], start["q3"]) == (3, 10, 20, 40)
    assert values(found, "Day 8", "A")["n"] == 1
    assert values(found, "Day 8", "B") == {
        "n": 0, "missing": 0, "median": None, "q1": None, "q3": None, "mean": None, "sd": None,
        "minimum": None, "maximum": None,
    }  # fmt: skip
    assert values(found, "Start", "TOTAL")["n"] == 4


def test_the_curve_holds_the_same_numbers_at_nominal_times():
    found = measure(RECORDS)
    assert found["curve"]["A"] == {
        "time": [0, 8], "n": [3, 1], "median": [20, 70], "q1": [10, 70], "q3": [40, 70],
    }  # fmt: skip
    assert found["unit"] == "points"


def test_unscheduled_visits_and_subjects_outside_are_left_out():
    found = measure([*RECORDS, ("S01", 5, 1.0), ("S99", 0, 1.0), ("S01", 1, None)])
    assert values(found, "Start", "TOTAL")["n"] == 4
    assert values(found, "Day 8", "A")["n"] == 1
