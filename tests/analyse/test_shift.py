"""Shifts: the category at baseline against that of a later value."""

import pandas as pd
import pytest

from scripts.analyse.describe_measurements import describe_measurements
from tests.analyse.trial import plan_with, rows, subjects, values

CATEGORIES = [
    {"id": "low", "label": "Below 10", "below": 10},
    {"id": "middle", "label": "10 to <30", "below": 30},
    {"id": "high", "label": "30 or more"},
]
# (subject, day, value, baseline flag); S03 has no value after the start, S04 none at baseline
VALUES = [
    ("S00", 0, 9.9, "Y"), ("S00", 7, 40.0, None), ("S00", 14, 10.0, None),
    ("S01", 0, 10.0, "Y"), ("S01", 7, 30.0, None), ("S01", 14, 29.9, None),
    ("S02", 0, 50.0, "Y"), ("S02", 7, 5.0, None), ("S02", 14, 60.0, None),
    ("S03", 0, 20.0, "Y"),
    ("S04", 7, 20.0, None),
]  # fmt: skip


def found(pick="last", **period):
    table = pd.DataFrame(VALUES, columns=["USUBJID", "ADAYS", "AVAL", "ABLFL"])
    table = table.assign(PARAMCD="SCORE", AVALU="points", SRCSEQ=range(len(table)))
    other = table.assign(PARAMCD="OTHER", AVAL=999.0)
    analysis = {
        "kind": "shift",
        "records": "adscore",
        "parameter": "SCORE",
        "shift": {"pick": pick, "from_day": 1, "categories": CATEGORIES, **period},
    }
    both = pd.concat([table, other], ignore_index=True)
    plan = plan_with(analysis)
    return describe_measurements(subjects("AAABB"), None, {"adscore": both}, plan)["one"]


def cells(result, group):
    """Every pair of categories that somebody of the group has, without totals."""
    return {
        row: values(result, row, group)["count"]
        for row in rows(result)
        if "total" not in row and values(result, row, group)["count"]
    }


@pytest.mark.parametrize(
    ("pick", "expected"),
    [
        # S00 40, 10: 10; S01 30, 29.9: 29.9; S02 5, 60: 60
        ("last", {"low to middle": 1, "middle to middle": 1, "high to high": 1}),
        ("lowest", {"low to middle": 1, "middle to middle": 1, "high to low": 1}),
        ("highest", {"low to high": 1, "middle to high": 1, "high to high": 1}),
    ],
)
def test_the_last_lowest_or_highest_value_gives_the_later_category(pick, expected):
    assert cells(found(pick), "A") == expected


def test_a_limit_belongs_to_the_category_above_it():
    # 9.9 at baseline is low, 10 is middle
    assert values(found(), "low to total", "A")["count"] == 1
    assert values(found(), "middle to total", "A")["count"] == 1


def test_who_lacks_a_value_is_in_the_row_or_column_of_the_missing():
    assert cells(found(), "B") == {"middle to missing": 1, "missing to middle": 1}


def test_totals_are_the_sums_of_rows_and_columns_and_the_size_of_the_group():
    result = found()
    names = ["low", "middle", "high", "missing"]
    for group, size in (("A", 3), ("B", 2), ("TOTAL", 5)):
        for one in names:
            across = sum(values(result, f"{one} to {x}", group)["count"] for x in names)
            down = sum(values(result, f"{x} to {one}", group)["count"] for x in names)
            assert values(result, f"{one} to total", group)["count"] == across
            assert values(result, f"total to {one}", group)["count"] == down
        assert values(result, "total to total", group) == {
            "count": size, "total": size, "proportion": 1.0,
        }  # fmt: skip


def test_values_after_the_period_do_not_count():
    # up to day 7: S00 40, S01 30, S02 5
    assert cells(found(to_day=7), "A") == {
        "low to high": 1, "middle to high": 1, "high to low": 1,
    }  # fmt: skip
