from scripts.package.sdtm.subject_elements import check_subject_elements, derive_subject_elements
from scripts.package.sdtm.summary import check_summary, derive_summary
from scripts.package.sdtm.trial_design import (
    derive_arms,
    derive_criteria,
    derive_elements,
    derive_visits,
)
from tests.package.small_sdtm import plan, subjects


def test_each_arm_has_its_elements_in_their_order():
    arms = derive_arms(plan())
    assert arms[["ARMCD", "TAETORD", "ETCD", "EPOCH"]].to_numpy().tolist() == [
        ["A", 1, "SCR", "SCREENING"], ["A", 2, "DRUG", "TREATMENT"], ["A", 3, "FUP", "FOLLOW-UP"],
        ["B", 1, "SCR", "SCREENING"], ["B", 2, "PBO", "TREATMENT"], ["B", 3, "FUP", "FOLLOW-UP"],
    ]  # fmt: skip
    assert arms["TABRANCH"].dropna().tolist() == ["Drawn"]
    assert derive_elements(plan())["ETCD"].tolist() == ["DRUG", "FUP", "PBO", "SCR"]


def test_a_planned_visit_says_on_which_day_and_how_far_around_it():
    visits = derive_visits(plan())
    assert visits["VISITNUM"].tolist() == [0, 1, 2]
    # Five days after day 1 is day 6: there is no day 0.
    assert visits["VISITDY"].fillna(-99).tolist() == [-99, 1, 1 + 5]
    assert visits["TVSTRL"].tolist() == [
        "Consent", "Day 1", "Day 6, 1 days earlier to 2 days later",
    ]  # fmt: skip


def test_criteria_are_numbered_within_inclusion_and_exclusion():
    criteria = derive_criteria(plan())
    assert criteria["IETESTCD"].tolist() == ["EXCL01", "INCL01", "INCL02"]
    assert criteria["IETEST"].tolist() == ["Frail", "Grown up", "Ill"]


def test_an_element_ends_where_the_next_one_starts_and_the_last_with_participation():
    elements = derive_subject_elements(subjects(), plan())
    held = elements[["USUBJID", "ETCD", "SESTDTC", "SEENDTC"]].to_numpy().tolist()
    assert held == [
        ["S-ANN", "SCR", "2020-01-05", "2020-01-10"],
        ["S-ANN", "DRUG", "2020-01-10", "2020-01-21"],
        ["S-ANN", "FUP", "2020-01-21", "2020-01-30"],
        # Bob died on the last day of treatment, and never entered what comes after.
        ["S-BOB", "SCR", "2020-01-04", "2020-01-10"],
        ["S-BOB", "PBO", "2020-01-10", "2020-01-15"],
        # Cid was not assigned.
        ["S-CID", "SCR", "2020-01-02", "2020-01-03"],
    ]
    # The day before the reference day is -1, the day itself 1.
    assert elements["SESTDY"].fillna(0).tolist() == [5 - 10, 1, 21 - 10 + 1, 4 - 10, 1, 0]


def test_dates_that_contradict_the_order_of_the_elements_are_named():
    people = subjects()
    people.loc[0, "RFXSTDTC"] = "2020-01-04"
    (finding,) = check_subject_elements(derive_subject_elements(people, plan()))
    assert "element SCR of S-ANN would start on 2020-01-05 and end on 2020-01-04" in finding


def test_a_value_of_a_code_list_carries_its_code_and_values_of_a_parameter_are_numbered():
    summary = derive_summary(subjects(), plan())
    held = summary[["TSPARMCD", "TSSEQ", "TSVAL", "TSVALNF", "TSVALCD", "TSVCDREF"]].fillna("")
    assert held.to_numpy().tolist() == [
        ["AGEMAX", 1, "", "PINF", "", ""],
        ["SSTDTC", 1, "2020-01-05", "", "", "ISO 8601"],
        ["TTYPE", 1, "SAFETY", "", "C49667", "CDISC CT"],
        # A term of the sponsor's own has no code.
        ["TTYPE", 2, "EFFICACY", "", "", ""],
    ]
    assert check_summary(summary) == []


def test_a_parameter_without_value_and_without_reason_is_named():
    decided = plan()
    decided["submission"]["sdtm"]["summary"][0] = {
        "parameter": "SSTDTC", "computed": "first_consent",
    }  # fmt: skip
    nobody = subjects().assign(RFICDTC=None)
    (finding,) = check_summary(derive_summary(nobody, decided))
    assert finding.startswith("TS: SSTDTC has neither a value")
