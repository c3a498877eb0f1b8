"""Checks of the values of single records."""

import pandas as pd
import pytest

from tests.validate.cases import found, people, rows_found, study, table


def test_a_missing_value_is_found_by_required_and_a_given_one_is_not():
    given = study(XX=table("xx", USUBJID=["S1", "S1"], XXTERM=["fever", None]))
    assert rows_found(given, kind="required", domain="XX", variables=["XXTERM"]) == [2]


def test_a_missing_value_is_told_with_its_reason_where_there_is_one():
    rows = table("xx", USUBJID=["S1", "S1"], XXSTRESN=[None, None], XXREASND=["not done", None])
    findings = found(study(XX=rows), kind="required", domain="XX", variables=["XXSTRESN"])
    assert findings["MESSAGE"].tolist() == [
        "XXSTRESN has no value: not done",
        "XXSTRESN has no value",
    ]


def test_both_limits_of_a_range_are_allowed_and_what_lies_beyond_is_found():
    values = [17, 18, 65, 66, None]
    given = study(XX=table("xx", USUBJID=["S1"] * 5, XXSTRESN=values))
    spec = {"kind": "range", "domain": "XX", "variable": "XXSTRESN", "minimum": 18, "maximum": 65}
    assert rows_found(given, **spec) == [1, 4]


def test_a_range_finding_names_the_value_and_the_limit():
    given = study(XX=table("xx", USUBJID=["S1"], XXSTRESN=[17.5]))
    findings = found(given, kind="range", domain="XX", variable="XXSTRESN", minimum=18)
    only = findings.iloc[0]
    assert only["MESSAGE"] == "XXSTRESN 17.5 is below 18, the minimum allowed"
    assert (only["USUBJID"], only["SRCFILE"], only["SRCROW"]) == ("S1", "xx.csv", 1)
    assert (only["VARIABLE"], only["OBSERVED"]) == ("XXSTRESN", "17.5")


def test_a_range_may_have_one_limit_only():
    given = study(XX=table("xx", USUBJID=["S1"] * 2, XXSTRESN=[-1e9, 6]))
    spec = {"kind": "range", "domain": "XX", "variable": "XXSTRESN"}
    assert rows_found(given, **spec, maximum=5) == [2]


def test_a_value_outside_the_list_is_found_and_a_missing_one_is_not_judged():
    given = study(XX=table("xx", USUBJID=["S1"] * 3, XXU=["mg", "g", None]))
    assert rows_found(given, kind="one_of", domain="XX", variable="XXU", values=["mg"]) == [2]


def test_numbers_can_be_listed_too():
    given = study(XX=table("xx", USUBJID=["S1"] * 2, XXN=[4.0, 5.0]))
    assert rows_found(given, kind="one_of", domain="XX", variable="XXN", values=[0, 4]) == [2]


def test_a_text_must_match_the_pattern_as_a_whole():
    given = study(XX=table("xx", USUBJID=["S1"] * 3, XXID=["A1", "A12", "xA1"]))
    assert rows_found(given, kind="pattern", domain="XX", variable="XXID", pattern="A\\d") == [2, 3]


def test_a_named_group_of_a_pattern_must_equal_the_variable_of_that_name():
    dm = people("S1", "S2", SUBJID=["01-007", "01-008"], SITEID=["01", "02"])
    spec = {"domain": "DM", "variable": "SUBJID", "pattern": r"(?P<SITEID>\d\d)-\d{3}"}
    assert rows_found(study(dm), kind="pattern", **spec) == [2]


def test_a_condition_that_does_not_hold_is_found_also_where_its_value_is_missing():
    dm = people("S1", "S2", "S3", AGE=[18, 17, None])
    adult = {"variable": "AGE", "operator": ">=", "value": 18}
    assert rows_found(study(dm), kind="must", domain="DM", must=adult) == [2, 3]


def test_what_a_condition_found_is_told_beside_what_it_expected():
    dm = people("S1", AGE=[17], SEX=["F"])
    parts = [{"variable": "AGE", "operator": ">=", "value": 18}, {"variable": "SEX", "is": "M"}]
    findings = found(study(dm), kind="must", domain="DM", must={"any": parts})
    assert findings["MESSAGE"].tolist() == [
        "found AGE=17; SEX=F; expected (AGE is at least 18 or SEX is M)"
    ]


def test_a_finding_about_a_result_says_of_which_test():
    rows = table("vs", USUBJID=["S1"], VSTESTCD=["HEIGHT"], VSSTRESN=[17.0])
    spec = {"kind": "range", "domain": "VS", "variable": "VSSTRESN", "minimum": 120}
    message = found(study(VS=rows), **spec).iloc[0]["MESSAGE"]
    assert message == "HEIGHT: VSSTRESN 17 is below 120, the minimum allowed"


def test_only_the_records_that_where_names_are_checked():
    dm = people("S1", "S2", AGE=[17, 17], ARMCD=["NEW", None])
    adult = {"variable": "AGE", "operator": ">=", "value": 18}
    allocated = {"variable": "ARMCD", "missing": False}
    assert rows_found(study(dm), kind="must", domain="DM", must=adult, where=allocated) == [1]


@pytest.mark.parametrize(
    ("count", "grade", "expected"), [(29, 0, []), (30, 0, [1]), (30, 1, []), (29, 4, [])]
)
def test_a_condition_can_use_values_looked_up_in_other_tables(count, grade, expected):
    given = study(
        people("S1"),
        LB=table("lb", USUBJID=["S1", "S1"], LBSTRESN=[count, 99], VISITNUM=[0, 1]),
        FA=table("fa", USUBJID=["S1"], FASTRESN=[grade]),
    )
    at_start = {"variable": "VISITNUM", "is": 0}
    lookups = {
        "COUNT": {"domain": "LB", "variable": "LBSTRESN", "where": at_start, "take": "first"},
        "GRADE": {"domain": "FA", "variable": "FASTRESN", "take": "maximum"},
    }
    low = {"variable": "COUNT", "operator": "<", "value": 30}
    bled = {"variable": "GRADE", "operator": ">", "value": 0}
    spec = {"kind": "must", "domain": "DM", "lookups": lookups, "must": {"any": [low, bled]}}
    assert rows_found(given, **spec) == expected


@pytest.mark.parametrize(
    ("take", "value"), [("first", 5), ("last", 3), ("minimum", 3), ("maximum", 9), ("sum", 17)]
)
def test_a_lookup_takes_what_the_plan_says(take, value):
    rows = table(
        "lb",
        USUBJID=["S1"] * 3,
        LBSTRESN=[9, 5, 3],
        LBDTC=["2020-01-02", "2020-01-01", "2020-01-03"],
    )
    lookup = {"domain": "LB", "variable": "LBSTRESN", "take": take}
    spec = {"kind": "must", "domain": "DM", "lookups": {"X": lookup}}
    given = study(people("S1"), LB=rows)
    assert rows_found(given, **spec, must={"variable": "X", "is": value}) == []
    assert rows_found(given, **spec, must={"variable": "X", "is": value + 1}) == [1]


def test_a_subject_without_records_counts_none():
    rows = table("lb", USUBJID=["S1", "S1"], LBSTRESN=[1, 2])
    lookups = {"N": {"domain": "LB", "take": "count"}}
    spec = {"kind": "must", "domain": "DM", "lookups": lookups}
    assert rows_found(study(LB=rows), **spec, must={"variable": "N", "is": 2}) == [2]
    assert rows_found(study(LB=rows), **spec, must={"variable": "N", "is": 0}) == [1]


def test_a_repeated_key_is_found_at_its_second_record_and_names_the_first():
    rows = table("xx", USUBJID=["S1", "S1", "S2", "S1"], VISITNUM=[1, 2, 1, 1])
    spec = {"kind": "unique", "domain": "XX", "keys": ["USUBJID", "VISITNUM"]}
    assert rows_found(study(XX=rows), **spec) == [4]
    message = found(study(XX=rows), **spec).iloc[0]["MESSAGE"]
    assert message == "same USUBJID, VISITNUM as xx.csv row 1"


def test_records_without_a_key_are_not_duplicates_of_one_another():
    rows = table("xx", USUBJID=["S1", "S2"], XXNO=[None, None])
    assert rows_found(study(XX=rows), kind="unique", domain="XX", keys=["XXNO"]) == []


def test_a_value_that_varies_within_a_subject_is_found():
    rows = table("xx", USUBJID=["S1", "S1", "S2", "S1"], SEX=["M", "M", "F", "F"])
    spec = {"kind": "constant_within_subject", "domain": "XX", "variables": ["SEX"]}
    assert rows_found(study(XX=rows), **spec) == [4]


def test_two_variables_of_a_record_agree_or_are_both_missing():
    dm = people(
        "S1", "S2", "S3", "S4", ARMCD=["NEW", "NEW", None, None], ACTARMCD=["NEW", "OLD", None, "X"]
    )
    spec = {"kind": "agreement", "domain": "DM", "variable": "ACTARMCD", "other": "ARMCD"}
    assert rows_found(study(dm), **spec) == [2, 4]


def test_a_number_that_only_one_of_two_variables_has_is_found():
    dm = people("S1", "S2", "S3", PLANNED=[3, None, None], GIVEN=[None, 3, None])
    dm = dm.astype({"PLANNED": "Int64", "GIVEN": "Int64"})
    spec = {"kind": "agreement", "domain": "DM", "variable": "GIVEN", "other": "PLANNED"}
    assert rows_found(study(dm), **spec) == [1, 2]


def test_a_finding_about_a_subject_has_the_date_of_its_start():
    findings = found(
        study(people("S1", SEX=[None])), kind="required", domain="DM", variables=["SEX"]
    )
    assert findings["DTC"].tolist() == ["2020-01-01"]


def test_a_variable_agrees_with_another_table_in_our_codes():
    dm = people("S1", "S2", "S3", SUBJID=["1", "2", "3"], ARMCD=["NEW", "OLD", "NEW"])
    sealed = table("list", SUBJID=["1 ", "2"], ARM=["A", "A"])
    against = {"source": "list", "subject": "SUBJID", "variable": "ARM", "codes": {"A": "NEW"}}
    spec = {"kind": "agreement", "domain": "DM", "variable": "ARMCD", "against": against}
    findings = found(study(dm, list=sealed), **spec)
    assert findings["SRCROW"].tolist() == [2, 3]
    assert findings["MESSAGE"].tolist() == [
        "ARMCD OLD, but ARM of list says NEW",
        "ARMCD NEW, but ARM of list says (missing)",
    ]


def test_a_subject_that_is_not_in_dm_is_found():
    rows = table("xx", USUBJID=["S1", "S9"])
    assert rows_found(study(XX=rows), kind="subject_known", domain="XX") == [2]


def test_a_subject_of_a_raw_table_is_found_by_its_own_identifier():
    dm = people("T-S1", SUBJID=["S1"])
    rows = table("xx", ID=[" S1", "S9"])
    findings = found(study(dm, raw=rows), kind="subject_known", source="raw", subject="ID")
    assert findings[["USUBJID", "SRCROW"]].to_numpy().tolist() == [["S9", 2]]


def test_a_subject_can_be_looked_for_among_some_records_of_another_table():
    dm = people("S1", "S2", ARMCD=["NEW", None])
    rows = table("xx", USUBJID=["S1", "S2"])
    reference = {"domain": "DM", "where": {"variable": "ARMCD", "missing": False}}
    spec = {"kind": "subject_known", "domain": "XX", "reference": reference}
    assert rows_found(study(dm, XX=rows), **spec) == [2]


def test_a_flat_dose_is_the_expected_one():
    rows = table("ex", USUBJID=["S1"] * 3, EXDOSE=[100.0, 90.0, None])
    spec = {"kind": "dose", "domain": "EX", "variable": "EXDOSE", "expected": 100}
    assert rows_found(study(EX=rows), **spec) == [2]


def test_a_dose_may_differ_by_its_tolerance_and_no_more():
    rows = table("ex", USUBJID=["S1"] * 4, EXDOSE=[89.0, 90.0, 110.0, 111.0])
    spec = {"kind": "dose", "domain": "EX", "variable": "EXDOSE", "expected": 100}
    assert rows_found(study(EX=rows), **spec, tolerance=0.1) == [1, 4]


def test_a_dose_by_body_surface_is_judged_and_one_without_a_height_is_noted():
    # The square root of 180 cm x 80 kg / 3600 is 2 square metres; 2 x 20 = 40.
    rows = table(
        "ex",
        USUBJID=["S1"] * 3,
        EXDOSE=[40, 46, 40],
        HEIGHT=[180, 180, None],
        WEIGHT=[80.0, 80.0, 80.0],
    )
    findings = found(
        study(EX=rows),
        kind="dose",
        domain="EX",
        variable="EXDOSE",
        expected=20,
        per="body_surface",
        height="HEIGHT",
        weight="WEIGHT",
        tolerance=0.1,
    )
    assert dict(zip(findings["SRCROW"], findings["SEVERITY"], strict=True)) == {
        2: "error",
        3: "note",
    }
    wrong = findings[findings["SEVERITY"] == "error"].iloc[0]["MESSAGE"]
    assert wrong == "EXDOSE 46 given, planned 40.0, of which 10% more or less is allowed"


def test_a_check_over_several_domains_looks_at_each():
    given = study(XX=table("xx", USUBJID=["S1", "S9"]), YY=table("yy", USUBJID=["S8", "S2", "S2"]))
    findings = found(given, kind="subject_known", domains=["XX", "YY"])
    assert findings[["DOMAIN", "SRCROW"]].to_numpy().tolist() == [["XX", 2], ["YY", 1]]


def test_the_same_check_on_an_empty_table_finds_nothing():
    rows = pd.DataFrame({"USUBJID": [], "XXN": [], "SRCFILE": [], "SRCROW": []})
    assert rows_found(study(XX=rows), kind="range", domain="XX", variable="XXN", minimum=0) == []
