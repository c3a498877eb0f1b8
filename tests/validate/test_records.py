"""Checks across tables."""

import pytest

from tests.validate.cases import found, people, rows_found, study, table


def bleeding(*pairs: tuple[int, str]):
    """Grades of one subject with their dates."""
    return table(
        "fa",
        USUBJID=["S1"] * len(pairs),
        FASTRESN=[pair[0] for pair in pairs],
        FADTC=[pair[1] for pair in pairs],
    )


def treatments(*days: str | None, subject: str = "S1"):
    """Treatments of one subject with their dates."""
    return table("cm", USUBJID=[subject] * len(days), CMSTDTC=list(days), CMCAT=["R"] * len(days))


RECORD = {"domain": "CM", "where": {"variable": "CMCAT", "is": "R"}, "words": "rescue"}
BLED = {"variable": "FASTRESN", "operator": ">", "value": 0}


@pytest.mark.parametrize(
    ("day", "expected"), [("02", [1]), ("03", []), ("05", []), ("12", []), ("13", [1])]
)
def test_a_required_record_lies_within_the_days_before_and_after(day, expected):
    given = study(
        FA=bleeding((1, "2020-03-05"), (0, "2020-03-05")), CM=treatments(f"2020-03-{day}")
    )
    spec = {"kind": "record_required", "domain": "FA", "where": BLED, "record": RECORD}
    assert rows_found(given, **spec, within={"before": 2, "after": 7}) == expected


def test_a_missing_record_is_named_with_its_period_and_the_value_that_calls_for_it():
    given = study(FA=bleeding((2, "2020-03-05")), CM=treatments(None))
    spec = {"kind": "record_required", "domain": "FA", "where": BLED, "record": RECORD}
    findings = found(given, **spec, within={"before": 0, "after": 7})
    assert findings.iloc[0]["MESSAGE"] == (
        "FASTRESN=2, but no rescue within 7 days after 2020-03-05"
    )
    assert findings.iloc[0][["VARIABLE", "OBSERVED"]].tolist() == ["FASTRESN", "2"]


def test_variables_that_where_fixes_to_one_value_are_not_shown():
    where = {"all": [{"variable": "FASTRESN", "is": 2}, {"variable": "ADAYS", "in": [64, 65]}]}
    given = study(FA=bleeding((2, "2020-03-05")), CM=treatments(None, subject="S2"))
    findings = found(given, kind="record_required", domain="FA", where=where, record=RECORD)
    assert findings.iloc[0][["VARIABLE", "OBSERVED"]].tolist() == ["ADAYS", str(30 + 29 + 5)]


def test_the_record_of_another_subject_does_not_help():
    given = study(FA=bleeding((2, "2020-03-05")), CM=treatments("2020-03-05", subject="S2"))
    spec = {"kind": "record_required", "domain": "FA", "where": BLED, "record": RECORD}
    assert rows_found(given, **spec) == [1]


def test_without_a_period_a_record_of_any_date_or_none_will_do():
    given = study(FA=bleeding((2, "2020-03-05")), CM=treatments(None))
    spec = {"kind": "record_required", "domain": "FA", "where": BLED, "record": RECORD}
    assert rows_found(given, **spec) == []


def test_records_may_have_to_agree_in_more_than_the_subject():
    rows = bleeding((1, "2020-03-05"), (1, "2020-03-06")).assign(VISITNUM=[1, 4])
    given = study(FA=rows, CM=treatments("2020-03-05").assign(VISITNUM=[4]))
    spec = {"kind": "record_required", "domain": "FA", "record": RECORD, "match": ["VISITNUM"]}
    assert rows_found(given, **spec) == [1]


@pytest.mark.parametrize(("day", "expected"), [("04", []), ("05", [1]), ("06", [])])
def test_a_forbidden_record_is_found_within_its_period_only(day, expected):
    given = study(FA=bleeding((1, "2020-03-05")), CM=treatments(f"2020-03-{day}"))
    spec = {"kind": "record_forbidden", "domain": "FA", "record": RECORD}
    assert rows_found(given, **spec, within={"before": 0, "after": 0}) == expected


def test_a_forbidden_record_is_named_with_its_file_and_row():
    dm = people("S1", "S2")
    given = study(dm, CM=treatments(None, subject="S2"))
    findings = found(given, kind="record_forbidden", domain="DM", record=RECORD)
    assert findings["SRCROW"].tolist() == [2]
    assert findings.iloc[0]["MESSAGE"] == "rescue is not allowed, but stands in cm.csv row 1"


@pytest.mark.parametrize(("count", "expected"), [(0, [1]), (1, []), (2, []), (3, [1])])
def test_a_subject_has_between_the_least_and_the_most_records(count, expected):
    given = study(people("S1"), CM=treatments(*["2020-03-05"] * count))
    spec = {"kind": "record_count", "domain": "CM", "minimum": 1, "maximum": 2}
    assert rows_found(given, **spec) == expected


def test_a_count_is_told_with_what_was_counted():
    given = study(people("S1"), CM=treatments())
    spec = {"kind": "record_count", "domain": "CM", "where": {"variable": "CMCAT", "is": "R"}}
    message = found(given, **spec, minimum=1).iloc[0]["MESSAGE"]
    assert message == "record in CM where CMCAT is R: 0 found; expected at least 1"


def test_records_are_counted_for_the_named_subjects_only():
    dm = people("S1", "S2", ARMCD=[None, "NEW"])
    given = study(dm, CM=treatments("2020-03-05", subject="S2"))
    spec = {"kind": "record_count", "domain": "CM", "minimum": 1}
    assert rows_found(given, **spec) == [1]
    subjects = {"where": {"variable": "ARMCD", "missing": False}}
    assert rows_found(given, **spec, subjects=subjects) == []


@pytest.mark.parametrize(
    ("flag", "outcome", "expected"),
    [("Y", "FATAL", []), (None, "MILD", []), ("Y", "MILD", [1]), (None, "FATAL", [1])],
)
def test_statements_about_a_subject_hold_all_or_none(flag, outcome, expected):
    given = study(people("S1", DTHFL=[flag]), AE=table("ae", USUBJID=["S1"], AEOUT=[outcome]))
    statements = [
        {"domain": "DM", "where": {"variable": "DTHFL", "is": "Y"}, "words": "dead in DM"},
        {"domain": "AE", "where": {"variable": "AEOUT", "is": "FATAL"}, "words": "fatal event"},
    ]
    spec = {"kind": "together", "domain": "DM", "statements": statements}
    assert rows_found(given, **spec) == expected


def test_statements_that_disagree_are_told_apart_in_words():
    given = study(people("S1", DTHFL=["Y"]), AE=table("ae", USUBJID=["S2"]))
    statements = [
        {"domain": "DM", "where": {"variable": "DTHFL", "is": "Y"}, "words": "dead in DM"},
        {"domain": "AE", "words": "event"},
    ]
    findings = found(given, kind="together", domain="DM", statements=statements)
    assert findings["MESSAGE"].tolist() == ["dead in DM: yes; event: no"]


def allocated(*arms: str, blocks: list[int] | None = None):
    """Subjects with their arms, and blocks where they are given."""
    names = [f"S{number}" for number in range(len(arms))]
    more = {} if blocks is None else {"BLOCK": blocks}
    return study(people(*names, ARMCD=list(arms), **more))


RATIO = {"kind": "allocation_ratio", "domain": "DM", "arm": "ARMCD"}


def test_two_to_one_is_two_to_one():
    assert found(allocated("NEW", "OLD", "NEW"), **RATIO).empty
    findings = found(allocated("NEW", "OLD", "OLD"), **RATIO)
    assert findings["MESSAGE"].tolist() == [
        "all subjects: NEW 1, OLD 2 allocated; planned NEW 2.0, OLD 1.0"
    ]


def test_counts_may_differ_from_the_plan_by_the_tolerance():
    given = allocated("NEW", "OLD", "OLD")
    assert found(given, **RATIO, tolerance=1).empty
    assert len(found(given, **RATIO, tolerance=0.9)) == 1


def test_a_full_block_out_of_ratio_is_found_and_one_that_is_not_full_is_not_judged():
    arms = ["NEW", "NEW", "NEW", "NEW", "OLD", "OLD"]
    assert found(allocated(*arms, blocks=[1] * 6), **RATIO, block="BLOCK").empty
    findings = found(allocated(*arms, blocks=[1, 1, 1, 2, 2, 2]), **RATIO, block="BLOCK")
    assert [text.split(":")[0] for text in findings["MESSAGE"]] == ["block 1", "block 2"]
    blocks = [1, 1, 2, 2, 1, 3]
    assert found(allocated(*arms, blocks=blocks), **RATIO, block="BLOCK", block_size=6).empty


def test_an_arm_that_the_trial_does_not_have_is_found():
    findings = found(allocated("NEW", "NEW", "OLD", "ODD"), **RATIO)
    assert findings["MESSAGE"].tolist() == ["arm ODD is not an arm of the trial"]


def test_arms_of_a_raw_table_are_counted_in_our_codes():
    rows = table("list", USUBJID=["S1", "S2", "S3"], ARM=["A", "A", "B"])
    spec = {"kind": "allocation_ratio", "source": "list", "arm": "ARM"}
    assert found(study(list=rows), **spec, codes={"A": "NEW", "B": "OLD"}).empty
    assert len(found(study(list=rows), **spec, codes={"A": "OLD", "B": "NEW"})) == 1
