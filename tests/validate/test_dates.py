"""Checks of dates and of visits against the schedule."""

import pytest

from tests.validate.cases import found, people, rows_found, study, table


def periods(*pairs: tuple[str | None, str | None], subject: str = "S1"):
    """A table of periods of one subject: start and end."""
    return table(
        "ex",
        USUBJID=[subject] * len(pairs),
        EXSTDTC=[pair[0] for pair in pairs],
        EXENDTC=[pair[1] for pair in pairs],
    )


def visits(*pairs: tuple[float, str | None], subject: str = "S1"):
    """A table of visits of one subject: number and date."""
    return table(
        "sv",
        USUBJID=[subject] * len(pairs),
        VISITNUM=[pair[0] for pair in pairs],
        SVSTDTC=[pair[1] for pair in pairs],
    )


def test_an_end_before_its_start_is_found_and_the_same_day_is_not():
    rows = periods(
        ("2020-02-02", "2020-02-01"),
        ("2020-02-02", "2020-02-02"),
        ("2020-02-02", None),
        ("2020-02-02", "2020-02-03"),
    )
    spec = {"kind": "date_order", "domain": "EX", "earlier": "EXSTDTC", "later": "EXENDTC"}
    assert rows_found(study(EX=rows), **spec) == [1]
    message = found(study(EX=rows), **spec).iloc[0]["MESSAGE"]
    assert message == "EXENDTC is 1 day before EXSTDTC; expected not before it"


@pytest.mark.parametrize(("day", "expected"), [(1, [1]), (2, []), (5, []), (6, [1])])
def test_the_days_between_two_dates_lie_between_least_and_most(day, expected):
    rows = periods(("2020-02-01", f"2020-02-{1 + day:02d}"))
    spec = {"kind": "date_order", "domain": "EX", "earlier": "EXSTDTC", "later": "EXENDTC"}
    assert rows_found(study(EX=rows), **spec, least=2, most=5) == expected


def test_a_date_can_be_compared_with_a_date_of_the_subject():
    rows = periods(("2019-12-31", None), ("2020-01-01", None))
    spec = {"kind": "date_order", "domain": "EX", "earlier": "RFSTDTC", "later": "EXSTDTC"}
    assert rows_found(study(EX=rows), **spec) == [1]


def test_dates_lie_in_the_period_with_both_limits_allowed():
    days = ["2019-12-31", "2020-01-01", "2020-12-31", "2021-01-01", None]
    rows = table("xx", USUBJID=["S1"] * 5, XXDTC=days)
    spec = {"kind": "date_in_period", "domain": "XX", "variables": ["XXDTC"]}
    assert rows_found(study(XX=rows), **spec, **{"from": "2020-01-01", "to": "data_cut"}) == [1, 4]


@pytest.mark.parametrize("text", ["2020-02-30", "2020-13-01", "2020-02", "31.01.2020", "soon"])
def test_an_impossible_or_incomplete_date_is_found(text):
    rows = table("xx", USUBJID=["S1", "S1"], XXDTC=[text, "2020-02-29"])
    findings = found(study(XX=rows), kind="date_in_period", domain="XX")
    assert findings["SRCROW"].tolist() == [1]
    assert findings.iloc[0]["OBSERVED"] == text


def test_a_date_after_the_data_cut_is_told_so():
    rows = table("xx", USUBJID=["S1"], XXDTC=["2021-01-01"])
    given = study(XX=rows)
    cut = found(given, kind="date_in_period", domain="XX", to="data_cut")
    assert cut["MESSAGE"].tolist() == ["XXDTC 2021-01-01 is after 2020-12-31, the data cut"]
    day = found(given, kind="date_in_period", domain="XX", to="2020-12-30")
    assert day["MESSAGE"].tolist() == ["XXDTC 2021-01-01 is after 2020-12-30"]


def test_all_dates_of_the_domain_are_checked_when_none_is_named():
    rows = periods(("2020-02-30", "2020-02-31"))
    findings = found(study(EX=rows), kind="date_in_period", domain="EX")
    assert findings["VARIABLE"].tolist() == ["EXSTDTC", "EXENDTC"]


def test_a_visit_that_is_not_in_the_schedule_is_found():
    rows = visits((0, "2020-01-01"), (3, "2020-01-22"), (4, "2020-01-29"))
    assert rows_found(study(SV=rows), kind="visit_known", domain="SV") == [2]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (7 - 1 - 1, ["Week 1 on day 5 since start, 1 day too early; allowed are days 6 to 9"]),
        (7 - 1, []),
        (7 + 2, []),
        (7 + 2 + 2, ["Week 1 on day 11 since start, 2 days too late; allowed are days 6 to 9"]),
    ],
)
def test_the_first_and_last_day_of_a_window_are_allowed(day, expected):
    rows = visits((1, f"2020-01-{1 + day:02d}"))
    findings = found(study(SV=rows), kind="visit_window", domain="SV")
    assert findings["MESSAGE"].tolist() == expected
    assert findings["VARIABLE"].tolist() == ["SVSTDTC"] * len(expected)


def test_a_visit_on_the_day_of_an_earlier_visit_is_found_and_a_missed_one_is_no_matter():
    rows = visits((4, "2020-01-29"), (0, "2020-01-01"), (1, "2020-01-01"))
    assert rows_found(study(SV=rows), kind="visit_order", domain="SV") == [3]
    rows = visits((4, "2020-01-29"), (0, "2020-01-01"), (1, None))
    assert rows_found(study(SV=rows), kind="visit_order", domain="SV") == []


def test_a_repeated_visit_on_one_day_is_another_checks_matter():
    rows = visits((1, "2020-01-08"), (1, "2020-01-08"))
    assert rows_found(study(SV=rows), kind="visit_order", domain="SV") == []


def test_a_visit_without_a_date_is_not_judged_by_its_window():
    assert rows_found(study(SV=visits((1, None))), kind="visit_window", domain="SV") == []


def test_no_visit_is_expected_of_a_subject_who_did_not_start():
    dm = people("S1", RFSTDTC=[None], RFPENDTC=["2020-06-01"])
    spec = {"kind": "visit_missing", "domain": "SV", "until": "RFPENDTC"}
    assert found(study(dm, SV=visits((0, "2020-01-01"), subject="S2")), **spec).empty


def test_visits_of_two_subjects_are_not_compared():
    rows = visits((0, "2020-01-09"), (1, "2020-01-08"))
    rows["USUBJID"] = ["S1", "S2"]
    assert rows_found(study(SV=rows), kind="visit_order", domain="SV") == []


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (28 + 3, ["Week 1", "Week 4"]),
        (28 + 3 - 1, ["Week 1"]),
        (7 + 2, ["Week 1"]),
        (7 + 2 - 1, []),
    ],
)
def test_a_visit_is_missed_once_its_window_closed_while_the_subject_was_in_the_study(
    until, expected
):
    end = f"2020-01-{1 + until:02d}" if until < 31 else f"2020-02-{until - 30:02d}"
    dm = people("S1", RFPENDTC=[end])
    given = study(dm, SV=visits((0, "2020-01-01")))
    findings = found(given, kind="visit_missing", domain="SV", until="RFPENDTC")
    assert [text.split(" has")[0] for text in findings["MESSAGE"]] == expected


def test_a_subject_without_an_end_is_expected_until_the_data_cut():
    dm = people("S1", "S2", RFPENDTC=[None, None], RFSTDTC=["2020-01-01", "2020-12-22"])
    given = study(dm, SV=visits((0, "2020-01-01")))
    findings = found(given, kind="visit_missing", domain="SV", until="RFPENDTC")
    # The second subject began 9 days before the cut on 31 December: week 4 was still to come.
    assert findings[["USUBJID", "OBSERVED"]].to_numpy().tolist() == [
        ["S1", "1"],
        ["S1", "4"],
        ["S2", "0"],
        ["S2", "1"],
    ]


def test_a_missed_visit_gives_its_planned_date_and_an_attended_one_nothing():
    dm = people("S1", RFPENDTC=["2020-06-01"])
    given = study(dm, SV=visits((0, "2020-01-01"), (4, "2020-01-29")))
    findings = found(given, kind="visit_missing", domain="SV", until="RFPENDTC")
    assert findings[["USUBJID", "DTC", "OBSERVED"]].to_numpy().tolist() == [
        ["S1", "2020-01-08", "1"]
    ]


def test_visits_are_expected_only_of_the_subjects_that_the_plan_names():
    dm = people("S1", "S2", RFPENDTC=["2020-06-01"] * 2, ARMCD=["NEW", None])
    given = study(dm, SV=visits((0, "2020-01-01"), (1, "2020-01-08"), (4, "2020-01-29")))
    spec = {"kind": "visit_missing", "domain": "SV", "until": "RFPENDTC"}
    assert len(found(given, **spec)) == 3
    allocated = {"where": {"variable": "ARMCD", "missing": False}}
    assert len(found(given, **spec, subjects=allocated)) == 0


@pytest.mark.parametrize(("gap", "expected"), [(4, [1]), (5, []), (9, []), (10, [1])])
def test_successive_records_lie_between_least_and_most_days_apart(gap, expected):
    # The later record stands first in the file: order is by date, not by row.
    rows = periods((f"2020-01-{1 + gap:02d}", None), ("2020-01-01", None))
    spec = {"kind": "gap_between", "domain": "EX", "least": 5, "most": 9}
    assert rows_found(study(EX=rows), **spec) == expected


def test_gaps_are_measured_within_the_variables_that_the_plan_names():
    rows = periods(("2020-01-01", None), ("2020-01-02", None)).assign(EXTRT=["A", "B"])
    spec = {"kind": "gap_between", "domain": "EX", "least": 5}
    assert rows_found(study(EX=rows), **spec) == [2]
    assert rows_found(study(EX=rows), **spec, by=["EXTRT"]) == []


def test_a_period_that_begins_on_the_last_day_of_an_earlier_one_overlaps_it():
    rows = periods(
        ("2020-01-01", "2020-01-10"), ("2020-01-10", "2020-01-12"), ("2020-01-13", "2020-01-14")
    )
    spec = {"kind": "no_overlap", "domain": "EX", "start": "EXSTDTC", "end": "EXENDTC"}
    assert rows_found(study(EX=rows), **spec) == [2]


def test_a_long_period_is_not_forgotten_behind_a_short_one():
    rows = periods(
        ("2020-01-01", "2020-03-01"), ("2020-01-02", "2020-01-03"), ("2020-02-01", "2020-02-02")
    )
    spec = {"kind": "no_overlap", "domain": "EX", "start": "EXSTDTC", "end": "EXENDTC"}
    assert rows_found(study(EX=rows), **spec) == [2, 3]


def test_a_period_without_an_end_goes_on():
    rows = periods(("2020-01-01", None), ("2020-06-01", "2020-06-02"))
    spec = {"kind": "no_overlap", "domain": "EX", "start": "EXSTDTC", "end": "EXENDTC"}
    assert rows_found(study(EX=rows), **spec) == [2]
