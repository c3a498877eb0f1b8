"""Raw tables become SDTM domains by the plan's mapping; nothing is lost and nothing is guessed."""

import copy
import runpy

import pandas as pd
import pytest

from scripts.ingest.read_raw import read_sources
from scripts.ingest.standardise import number_records
from scripts.job import StepError
from scripts.tables import read_contract, read_table, write_json, write_table
from tests.ingest.cases import (
    CONTRACTS,
    PROJECT,
    SEEN,
    Rule,
    made,
    mapping,
    plan,
    sources,
    write_people,
)


def refused(folder, whole=None) -> str:
    with pytest.raises(StepError) as error:
        made(folder, whole or plan())
    return str(error.value)


def domain(folder, name, whole=None) -> pd.DataFrame:
    return made(folder, whole or plan()).domains[name]


def with_variable(name: str, variable: str, expression: dict, block: int = 0) -> dict:
    """The plan with one variable mapped otherwise."""
    sdtm = mapping()
    sdtm["domains"][name]["records"][block]["variables"][variable] = expression
    return plan(sdtm=sdtm)


def values(table: pd.DataFrame, name: str) -> list:
    return [None if pd.isna(value) else value for value in table[name]]


def test_padding_is_taken_off_and_the_subject_is_named_with_the_study(folder):
    dm = domain(folder, "dm")
    assert values(dm, "SUBJID") == ["A-1", "A-2", "B-1"]
    assert values(dm, "USUBJID") == ["XY-A-1", "XY-A-2", "XY-B-1"]
    assert values(dm, "STUDYID") == ["XY"] * 3
    assert values(dm, "DOMAIN") == ["DM"] * 3


def test_codes_become_submission_values_and_decodes(folder):
    dm = domain(folder, "dm")
    assert values(dm, "SITEID") == ["N", "N", "S"]
    assert values(dm, "ARMCD") == ["NEW", "OLD", "NEW"]
    assert values(dm, "ARM") == ["New drug", "Old drug", "New drug"]


def test_a_user_missing_value_is_not_done_with_its_reason_and_no_number(folder):
    vs = domain(folder, "vs")
    assert values(vs, "VSSTRESN") == [70.5, None, None]
    assert values(vs, "VSORRES") == ["70.5", None, None]
    assert values(vs, "VSSTAT") == [None, "NOT DONE", "NOT DONE"]
    assert values(vs, "VSREASND") == [None, "not done", "unknown"]


def test_a_blank_value_is_not_done_without_a_reason(folder):
    write_people(folder / "raw", WEIGHT=[70.5, float("nan"), 80.0])
    vs = domain(folder, "vs")
    assert values(vs, "VSSTAT") == [None, "NOT DONE", None]
    assert values(vs, "VSREASND") == [None, None, None]


def test_dates_are_iso_text_and_study_days_have_no_day_zero(folder):
    # A-1 starts on 1 January: that day is 1, and 16 January is 16. A-2 starts on 1 February: the
    # day before is -1.
    qs = domain(folder, "qs")
    assert values(qs, "QSDTC") == ["2020-01-01", "2020-01-16", "2020-01-31"]
    assert values(qs, "QSDY") == [1, 16, -1]


def test_a_planned_visit_gives_its_number_name_and_planned_day(folder):
    # Week 2 starts 2 * 7 days after day 1: day 15.
    qs = domain(folder, "qs")
    assert values(qs, "VISITNUM") == [0, 1, 0]
    assert values(qs, "VISIT") == ["Start", "Week 2", "Start"]
    assert values(qs, "VISITDY") == [1, 15, 1]


def test_visits_counted_in_days_need_no_other_mapping(folder):
    trial = {
        **plan()["trial"],
        "visit_unit": "day",
        "visits": [
            {"VISITNUM": 10, "VISIT": "D0", "nominal": 0},
            {"VISITNUM": 20, "VISIT": "D2", "nominal": 2},
        ],
    }
    qs = domain(folder, "qs", plan(trial=trial))
    assert values(qs, "VISITNUM") == [10, 20, 10]
    assert values(qs, "VISITDY") == [1, 3, 1]


def test_numbers_become_text_without_needless_digits(folder):
    assert values(domain(folder, "qs"), "QSSTRESC") == ["5", None, "2.5"]


def test_text_of_any_script_goes_through_and_blank_text_is_missing(folder):
    co = domain(folder, "co")
    assert values(co, "COVAL") == ["头痛", "œdème"]
    assert values(co, "USUBJID") == ["XY-A-1", "XY-B-1"]


def test_every_record_carries_its_file_and_row(folder):
    made_ = made(folder, plan()).domains
    assert values(made_["co"], "SRCROW") == [1, 3]
    assert values(made_["qs"], "SRCROW") == [1, 2, 3]
    assert set(made_["qs"]["SRCFILE"]) == {"seen.csv"}


def test_records_are_numbered_within_a_subject_in_the_stated_order(folder):
    text = "who,week,seen_on,score\nA-1,2,2020-01-16,1\nA-2,0,2020-02-01,2\nA-1,0,2020-01-01,3\n"
    (folder / "raw/seen.csv").write_text(text, encoding="utf-8")
    qs = domain(folder, "qs").sort_values(["USUBJID", "QSSEQ"])
    assert values(qs, "QSSEQ") == [1, 2, 1]
    assert values(qs, "SRCROW") == [3, 1, 2]


def test_ties_in_the_order_keep_the_order_of_the_rows_and_missing_values_come_last():
    table = pd.DataFrame({"USUBJID": ["S"] * 4, "AEDTC": ["b", None, "a", "a"], "X": [1, 2, 3, 4]})
    numbered = number_records(table, "AE", ["AEDTC"])
    assert numbered.set_index("X")["AESEQ"].to_dict() == {3: 1, 4: 2, 1: 3, 2: 4}


def test_several_blocks_of_one_source_make_long_records_of_wide_rows(folder):
    whole = plan()
    block = copy.deepcopy(whole["sdtm"]["domains"]["VS"]["records"][0])
    block["variables"]["VSTESTCD"] = {"constant": "DOUBLE"}
    block["variables"]["VSSTRESN"] = {"column": "WEIGHT", "factor": 2}
    whole["sdtm"]["domains"]["VS"]["records"].append(block)
    vs = domain(folder, "vs", whole)
    own = vs[vs["USUBJID"] == "XY-A-1"]
    assert values(own, "VSTESTCD") == ["WEIGHT", "DOUBLE"]
    assert values(own, "VSSTRESN") == [70.5, 2 * 70.5]
    assert values(own, "VSSEQ") == [1, 2]


def test_the_first_known_value_is_taken(folder):
    expression = {"first": [{"reason_missing": "WEIGHT", "case": "upper"}, {"constant": "KNOWN"}]}
    vs = domain(folder, "vs", with_variable("VS", "VSPOS", expression))
    assert values(vs, "VSPOS") == ["KNOWN", "NOT DONE", "UNKNOWN"]


def test_parts_are_joined_by_the_separator_and_missing_where_a_part_is(folder):
    expression = {"concat": [{"column": "WHO"}, {"column": "WEIGHT"}], "separator": "/"}
    vs = domain(folder, "vs", with_variable("VS", "VSSPID", expression))
    assert values(vs, "VSSPID") == ["A-1/70.5", None, None]


def test_a_value_given_only_when_a_condition_holds_is_missing_elsewhere(folder):
    expression = {"constant": "kg", "when": {"variable": "WEIGHT", "missing": False}}
    vs = domain(folder, "vs", with_variable("VS", "VSORRESU", expression))
    assert values(vs, "VSORRESU") == ["kg", None, None]


def test_a_condition_may_ask_why_a_value_is_missing(folder):
    condition = {"variable": "WEIGHT_MISSING", "is": "unknown"}
    vs = domain(folder, "vs", with_variable("VS", "VSPOS", {"constant": "?", "when": condition}))
    assert values(vs, "VSPOS") == [None, None, "?"]


def test_a_variable_may_stand_before_the_one_that_it_needs(folder):
    whole = plan()
    variables = whole["sdtm"]["domains"]["QS"]["records"][0]["variables"]
    variables = {"QSDY": variables.pop("QSDY"), **variables}
    whole["sdtm"]["domains"]["QS"]["records"][0]["variables"] = variables
    assert values(domain(folder, "qs", whole), "QSDY") == [1, 16, -1]


def test_a_required_variable_that_no_block_maps_is_there_and_empty(folder):
    whole = plan()
    del whole["sdtm"]["domains"]["QS"]["records"][0]["variables"]["QSSTRESC"]
    assert values(domain(folder, "qs", whole), "QSSTRESC") == [None, None, None]


def test_a_source_without_rows_gives_a_domain_without_records(folder):
    (folder / "raw/seen.csv").write_text(SEEN.splitlines()[0] + "\n", encoding="utf-8")
    qs = domain(folder, "qs")
    assert len(qs) == 0
    assert "QSSEQ" in qs.columns


# Joins

LIST = {
    "file": "list.csv",
    "columns": {
        "number": {"type": "text"},
        "who": {"type": "text"},
        "drawn": {"type": "date"},
        "clinic": {"type": "integer"},
    },
}


def joined(folder, rows: str, **join) -> dict:
    """The plan with a list of who was drawn when, joined to the people."""
    (folder / "raw/list.csv").write_text("number,who,drawn,clinic\n" + rows, encoding="utf-8")
    whole = plan(sources=sources(list=copy.deepcopy(LIST)))
    block = whole["sdtm"]["domains"]["DM"]["records"][0]
    block["join"] = {"list": {"keys": {"WHO": "who"}, **join}}
    block["variables"]["RFICDTC"] = {"column": "list.drawn"}
    return whole


def test_a_joined_column_stands_beside_the_row_that_it_matches(folder):
    whole = joined(folder, "R1, A-2 ,2019-12-31,1\nR2,A-1,2019-12-30,1\n")
    assert values(domain(folder, "dm", whole), "RFICDTC") == ["2019-12-30", "2019-12-31", None]


def test_a_subject_that_stands_twice_in_a_joined_file_is_named_with_both_rows(folder):
    text = refused(folder, joined(folder, "R1,A-1,2019-12-31,1\nR2,A-1,2019-12-30,1\n"))
    assert "list.csv: who stands in more than one row" in text
    assert "row 1 (A-1); row 2 (A-1)" in text


def test_rows_of_a_joined_file_that_would_be_lost_stop_the_run(folder):
    whole = joined(folder, "R1,A-1,2019-12-31,1\nR2,Z-9,2019-12-30,1\n")
    text = refused(folder, whole)
    assert "list.csv: 1 row(s) match no row of people.sav by who" in text
    assert "row 2 (Z-9)" in text
    allowed = joined(folder, "R1,A-1,2019-12-31,1\nR2,Z-9,2019-12-30,1\n", unmatched="allow")
    assert values(domain(folder, "dm", allowed), "RFICDTC") == ["2019-12-31", None, None]


def test_rows_without_a_key_match_nothing_and_are_not_one_another(folder):
    # A-2 has lost its number; two rows of the list have none. No one may be given to the other.
    write_people(folder / "raw", NOTE=["k1", "", "k3"])
    whole = joined(folder, ",k1,2019-12-31,1\n,,2019-12-30,1\n,,2019-12-29,1\n")
    block = whole["sdtm"]["domains"]["DM"]["records"][0]
    block["join"] = {"list": {"keys": {"NOTE": "who"}, "unmatched": "allow"}}
    assert values(domain(folder, "dm", whole), "RFICDTC") == ["2019-12-31", None, None]


def test_several_joined_rows_are_reduced_to_the_earliest_or_latest(folder):
    rows = "R1,A-1,2019-12-31,1\nR2,A-1,2019-12-30,1\nR3,A-2,2019-12-29,1\n"
    least = joined(folder, rows, reduce={"drawn": "minimum"})
    assert values(domain(folder, "dm", least), "RFICDTC") == ["2019-12-30", "2019-12-29", None]
    greatest = joined(folder, rows, reduce={"drawn": "maximum"})
    assert values(domain(folder, "dm", greatest), "RFICDTC") == ["2019-12-31", "2019-12-29", None]


def test_a_condition_narrows_the_joined_rows(folder):
    rows = "R1,A-1,2019-12-31,1\nR2,A-1,2019-12-30,2\n"
    whole = joined(folder, rows, where={"variable": "number", "is": "R2"}, unmatched="allow")
    assert values(domain(folder, "dm", whole), "RFICDTC") == ["2019-12-30", None, None]


def test_two_files_that_contradict_each_other_are_named_with_subject_and_rows(folder):
    whole = joined(folder, "R1,A-1,2019-12-31,1\nR2,A-2,2019-12-30,2\n")
    variables = whole["sdtm"]["domains"]["DM"]["records"][0]["variables"]
    variables["SITEID"] = {**variables["SITEID"], "agrees_with": ["list.clinic"]}
    text = refused(folder, whole)
    assert (
        "people.sav: column CENTRE contradicts column clinic of list.csv for 1 subject(s)" in text
    )
    assert "subject A-2: '1' in row 2, '2' in row 2" in text


# What is wrong with the data


def test_every_raw_value_without_a_code_is_listed_with_column_count_rows_and_subjects(folder):
    write_people(folder / "raw", ARM=[1.0, 7.0, 7.0], CENTRE=[4.0, 1.0, 2.0])
    text = refused(folder)
    assert "2 raw value(s) have no code" in text
    assert (
        "people.sav: column ARM, value '7' is not in code list arm "
        "(2 row(s): row 2 subject A-2, row 3 subject B-1)" in text
    )
    assert "people.sav: column CENTRE, value '4' is not in code list site" in text
    assert "row 1 subject A-1" in text


def test_unmapped_values_of_several_domains_are_listed_together(folder):
    write_people(folder / "raw", ARM=[1.0, 7.0, 1.0])
    (folder / "raw/seen.csv").write_text(SEEN.replace("A-1,2,", "A-1,5,"), encoding="utf-8")
    text = refused(folder)
    assert "value '7' is not in code list arm" in text
    assert "seen.csv: column week, value '5' is not in the planned visits (nominal)" in text
    assert text.startswith("2 finding(s)")


def test_an_unplanned_visit_may_be_left_without_a_number(folder):
    (folder / "raw/seen.csv").write_text(SEEN.replace("A-1,2,", "A-1,5,"), encoding="utf-8")
    sdtm = mapping()
    variables = sdtm["domains"]["QS"]["records"][0]["variables"]
    for name in ("VISITNUM", "VISIT", "VISITDY"):
        variables[name] = {"visit": "week", "unmatched": "missing"}
    assert values(domain(folder, "qs", plan(sdtm=sdtm)), "VISITNUM") == [0, None, 0]


def test_codes_that_an_export_has_exchanged_are_noticed_by_their_labels(folder):
    sdtm = mapping()
    codes = sdtm["codelists"]["arm"]["codes"]
    codes[0]["raw"], codes[1]["raw"] = 2, 1
    text = refused(folder, plan(sdtm=sdtm))
    assert (
        "people.sav: column ARM, the file labels 2 as 'Old drug', code list arm as 'New drug'"
        in text
    )


def test_a_coded_value_without_a_label_in_the_file_is_noted(folder):
    write_people(folder / "raw", CENTRE=[1.0, 3.0, 2.0])
    sdtm = mapping()
    sdtm["codelists"]["site"]["codes"].append({"raw": 3, "to": "S"})
    notes = made(folder, plan(sdtm=sdtm)).notes
    assert "people.sav: column CENTRE, value 3 has no label in the file (1)" in notes


def test_a_subject_that_stands_twice_is_named_with_both_rows(folder):
    write_people(folder / "raw", WHO=["A-1", "A-2", " A-1"])
    text = refused(folder)
    assert "subject A-1 stands 2 times, in row 1 of people.sav, row 3 of people.sav" in text


def test_a_row_without_a_subject_is_named(folder):
    write_people(folder / "raw", WHO=["A-1", "  ", "B-1"])
    assert "people.sav: no subject in row 2; fill it in" in refused(folder)


def test_text_where_a_number_must_stand_is_named_with_row_and_subject(folder):
    text = refused(folder, with_variable("VS", "VSSTRESN", {"column": "NOTE"}))
    assert "people.sav: VS.VSSTRESN must be number, 2 value(s) are not" in text
    assert "row 3, subject B-1: 'œdème'" in text


def test_a_part_where_a_whole_number_must_stand_is_named(folder):
    text = refused(folder, with_variable("DM", "AGE", {"column": "WEIGHT"}))
    assert "people.sav: DM.AGE must be integer, 1 value(s) are not: row 1, subject A-1" in text


def test_a_value_that_is_not_asked_for_needs_no_code(folder):
    write_people(folder / "raw", ARM=[1.0, 2.0, 7.0])
    sdtm = mapping()
    variables = sdtm["domains"]["DM"]["records"][0]["variables"]
    for name in ("ARMCD", "ARM"):
        variables[name]["when"] = {"variable": "CENTRE", "is": 1}
    assert values(domain(folder, "dm", plan(sdtm=sdtm)), "ARMCD") == ["NEW", "OLD", None]


def test_a_record_of_a_subject_that_dm_does_not_know_is_kept_for_the_checks_to_find(folder):
    (folder / "raw/seen.csv").write_text(SEEN + "Z-9,0,2020-01-01,1\n", encoding="utf-8")
    qs = domain(folder, "qs")
    assert values(qs[qs["USUBJID"] == "XY-Z-9"], "QSDY") == [None]


# The door


def door(folder, whole):
    tables, metadata = read_sources(whole["sources"])
    for name, table in tables.items():
        write_table(table, folder / f"{name}.parquet")
    write_json(metadata, folder / "metadata.json")
    names = [name.lower() for name in whole["sdtm"]["domains"]]
    inputs = {
        "raw": [f"{name}.parquet" for name in tables],
        "metadata": "metadata.json",
        "contracts": [str(CONTRACTS / f"{name}.yaml") for name in names],
    }
    outputs = {
        "domains": [f"results/ingest/sdtm/{name}.parquet" for name in names],
        "seal": "results/ingest/seals/standardise.json",
    }
    script = str(PROJECT / "scripts/ingest/standardise.py")
    rule = Rule("standardise", inputs, outputs, whole)
    runpy.run_path(script, {"snakemake": rule}, run_name="__main__")


def test_the_step_writes_each_domain_under_its_contract(folder, monkeypatch):
    monkeypatch.chdir(folder)
    door(folder, plan())
    contract = read_contract(CONTRACTS / "qs.yaml")
    qs = read_table("results/ingest/sdtm/qs.parquet", contract)
    assert values(qs, "QSREASND") == [None, "not done", None]
    assert values(qs, "QSSTRESN") == [5.0, None, 2.5]


def test_the_step_writes_nothing_when_a_value_has_no_code(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    write_people(folder / "raw", ARM=[1.0, 7.0, 1.0])
    with pytest.raises(SystemExit):
        door(folder, plan())
    left = [path.name for path in (folder / "results").rglob("*") if path.is_file()]
    assert left == ["standardise.log"]
    assert "value '7' is not in code list arm" in capsys.readouterr().err


def test_a_date_column_declared_as_text_goes_through_as_it_is(folder):
    # A partial date is no date for arithmetic, and still good SDTM.
    text = SEEN.replace("2020-01-16", "2020-01")
    (folder / "raw/seen.csv").write_text(text, encoding="utf-8")
    whole = plan(sources=copy.deepcopy(sources()))
    whole["sources"]["sources"]["seen"]["columns"]["seen_on"] = {"type": "text"}
    qs = domain(folder, "qs", whole)
    assert sorted(values(qs, "QSDTC")) == ["2020-01", "2020-01-01", "2020-01-31"]
    assert values(qs[qs["QSDTC"] == "2020-01"], "QSDY") == [None]
