import pandas as pd

from scripts.package.sdtm.added import (
    add_links,
    add_study_days,
    add_visits,
    derive_deviations,
    flag_last_before_exposure,
)
from scripts.package.sdtm.subject_elements import derive_epochs, derive_subject_elements
from scripts.package.sdtm.supplements import (
    cut_long_texts,
    derive_relations,
    derive_supplement,
    pieces_of,
)
from tests.package.small_sdtm import plan, standard, subjects, texts

BEFORE = {"variable": "VISITNUM", "is": 1}


def sugar(*rows: tuple) -> pd.DataFrame:
    names = ["USUBJID", "LBSEQ", "LBTESTCD", "VISITNUM", "LBDTC", "LBSTRESC"]
    table = pd.DataFrame(rows, columns=names)
    return table.astype({"LBDTC": "str", "LBSTRESC": "str", "VISITNUM": "float64"})


DRAWN = sugar(
    ("S-ANN", 1, "GLUC", 0, "2020-01-05", "5"),
    ("S-ANN", 2, "GLUC", 1, "2020-01-10", "6"),
    ("S-ANN", 3, "GLUC", 2, "2020-01-10", "7"),
    ("S-ANN", 4, "GLUC", 2, "2020-01-20", "8"),
    ("S-ANN", 5, "GLUC", 2, "2020-01-21", "9"),
    ("S-ANN", 6, "GLUC", 2, "2020-02-01", "9"),
    ("S-BOB", 1, "GLUC", 0, "2020-01-05", "5"),
    ("S-BOB", 2, "GLUC", 1, "2020-01-10", None),
    ("S-CID", 1, "GLUC", 0, "2020-01-02", "4"),
    ("S-CID", 2, "GLUC", 0, "2020-01", "4"),
)


def test_a_record_has_the_epoch_of_the_element_in_which_its_date_lies():
    elements = derive_subject_elements(subjects(), plan())
    found = derive_epochs(DRAWN, "LB", elements, BEFORE)
    assert found.fillna("").tolist() == [
        "SCREENING", "SCREENING", "TREATMENT", "TREATMENT", "FOLLOW-UP", "", "SCREENING",
        "SCREENING", "SCREENING", "",
    ]  # fmt: skip
    # Without a word of the plan, what happens on the day of the first dose is under treatment.
    assert derive_epochs(DRAWN, "LB", elements, None)[1] == "TREATMENT"


def test_the_last_result_before_the_first_dose_is_flagged_in_each_subject_and_test():
    exposure = subjects().set_index("USUBJID")["RFXSTDTC"]
    flagged = flag_last_before_exposure(DRAWN, standard()["LB"], exposure, BEFORE)
    found = flagged[flagged["LBLOBXFL"] == "Y"][["USUBJID", "LBSEQ"]].to_numpy().tolist()
    # Of Bob the sample on the day of the dose has no result; Cid was never treated.
    assert found == [["S-ANN", 2], ["S-BOB", 1]]


def test_study_days_are_added_where_a_date_has_none_and_have_no_day_nought():
    reference = subjects().set_index("USUBJID")["RFSTDTC"]
    days = add_study_days(DRAWN, standard()["LB"], reference)["LBDY"]
    assert days[:3].tolist() == [5 - 10, 1, 1]
    assert days[3] == 20 - 10 + 1
    assert days[8:].isna().all()
    known = DRAWN.assign(LBDY=pd.Series([7] * len(DRAWN), dtype="Int64"))
    assert add_study_days(known, standard()["LB"], reference)["LBDY"].tolist() == [7] * len(DRAWN)


def test_a_planned_visit_that_the_mapping_does_not_make_is_taken_from_its_findings():
    seen = pd.DataFrame({
        "STUDYID": "S", "DOMAIN": "SV", "USUBJID": texts("S-ANN", "S-ANN"),
        "VISITNUM": pd.Series([1, 9], dtype="Int64"), "VISIT": texts("First", "Extra"),
        "SVSTDTC": texts("2020-01-10", "2020-01-12"), "SVSTDY": pd.Series([1, 3], dtype="Int64"),
    })  # fmt: skip
    reference = subjects().set_index("USUBJID")["RFSTDTC"]
    found = add_visits(seen, {"lb": DRAWN[:1]}, reference, plan())
    names = ["VISITNUM", "SVSTDTC", "SVSTDY", "SVPRESP", "SVOCCUR"]
    assert found[names].fillna("").astype("object").to_numpy().tolist() == [
        [0, "2020-01-05", 5 - 10, "Y", "Y"],
        [1, "2020-01-10", 1, "Y", "Y"],
        [9, "2020-01-12", 3, "", ""],
    ]


def test_links_join_what_the_plan_names_and_are_missing_where_a_part_is():
    link = {"id": "LINK", "between": {"FA": ["FACAT", "FASPID"], "CM": ["CMCAT", "CMSPID"]}}
    fa = pd.DataFrame({"FACAT": texts("OLD", "NEW"), "FASPID": texts("1", None)})
    cm = pd.DataFrame({"CMCAT": texts("OLD"), "CMSPID": texts("1")})
    made = add_links({"FA": fa, "CM": cm}, [link])
    assert made["FA"]["FALNKID"].fillna("").tolist() == ["OLD-1", ""]
    assert made["CM"]["CMLNKID"].tolist() == ["OLD-1"]
    related = derive_relations([link], plan())
    assert related[["RDOMAIN", "IDVAR", "RELTYPE", "RELID"]].to_numpy().tolist() == [
        ["CM", "CMLNKID", "ONE", "LINK"], ["FA", "FALNKID", "ONE", "LINK"],
    ]  # fmt: skip


def test_what_the_standard_has_no_variable_for_becomes_a_supplemental_qualifier():
    table = pd.DataFrame({
        "USUBJID": texts("S-BOB", "S-ANN"), "DVSEQ": [2, 1], "WAIVED": texts("Y", None),
    })  # fmt: skip
    wanted = {"WAIVED": {"label": "Waived", "origin": "Derived"}}
    made = derive_supplement("DV", table, wanted, plan())
    names = ["STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QVAL", "QORIG"]
    assert made[names].to_numpy().tolist() == [
        ["S", "DV", "S-BOB", "DVSEQ", "2", "WAIVED", "Y", "Derived"],
    ]  # fmt: skip
    assert derive_supplement("DV", table[1:], wanted, plan()).empty


def test_deviations_are_sent_with_the_check_as_their_identifier():
    found = derive_deviations(
        pd.DataFrame({"DVSEQ": [1], "CHECK": ["dose"], "SRCFILE": ["a.csv"], "SRCROW": [1]})
    )
    assert found.to_dict("records") == [{"DVSEQ": 1, "DVSPID": "dose"}]


def test_a_long_text_is_cut_at_a_single_blank_and_comes_together_again():
    words = " ".join(["seven77"] * 60)
    pieces = pieces_of(words)
    # Eight bytes a word with its blank: 25 words and 24 blanks are the most that 200 bytes hold.
    assert [len(piece) for piece in pieces] == [25 * 8 - 1, 25 * 8 - 1, 10 * 8 - 1]
    assert " ".join(pieces) == words
    doubled = "a" * 150 + "  " + "b" * 150
    assert " ".join(pieces_of(doubled)) == doubled
    assert pieces_of("x" * 300) == ["x" * 300]
    table = cut_long_texts("CO", pd.DataFrame({"COVAL": texts(words, "short", None)}))
    assert list(table.columns) == ["COVAL", "COVAL1", "COVAL2"]
    assert table["COVAL1"].isna().tolist() == [False, True, True]
