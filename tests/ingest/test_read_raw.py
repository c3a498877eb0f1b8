"""Raw files are read as they are, or not at all and with every reason at once."""

import copy
import hashlib
import json
import runpy
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from scripts.ingest.raw_folder import check_locked, hash_raw_files
from scripts.ingest.read_raw import read_sources
from scripts.job import StepError
from scripts.tables import read_json, read_table
from tests.ingest.cases import (
    PEOPLE_SOURCE,
    PROJECT,
    SEEN,
    SEEN_SOURCE,
    Rule,
    sources,
    write_people,
)


def people_only(**changes):
    return sources(people={**copy.deepcopy(PEOPLE_SOURCE), **changes}, seen=None)


def seen_only(**changes):
    return sources(people=None, seen={**copy.deepcopy(SEEN_SOURCE), **changes})


def refused(plan, folder) -> str:
    with pytest.raises(StepError) as error:
        read_sources(plan, folder)
    return str(error.value)


def read(plan, folder, name) -> pd.DataFrame:
    return read_sources(plan, folder)[0][name]


def test_a_user_defined_missing_value_becomes_null_and_its_label_a_reason(folder):
    people = read(sources(), folder, "people")
    assert people["WEIGHT"].isna().tolist() == [False, True, True]
    assert people["WEIGHT"].iloc[0] == 70.5
    assert people["WEIGHT_MISSING"].iloc[1:].tolist() == ["not done", "unknown"]
    assert pd.isna(people["WEIGHT_MISSING"].iloc[0])


def test_a_missing_value_declared_in_the_plan_works_as_one_declared_in_the_file(folder):
    seen = read(sources(), folder, "seen")
    assert seen["score"].iloc[[0, 2]].tolist() == [5.0, 2.5]
    assert seen["score_MISSING"].iloc[1] == "not done"


def test_every_row_carries_its_file_and_its_number_from_one(folder):
    people = read(sources(), folder, "people")
    assert people["SRCFILE"].tolist() == ["people.sav"] * 3
    assert people["SRCROW"].tolist() == [1, 2, 3]


def test_spss_dates_come_back_as_dates(folder):
    people = read(sources(), folder, "people")
    assert people["START"].dt.date.tolist() == [
        date(2020, 1, 1),
        date(2020, 2, 1),
        date(2020, 3, 1),
    ]
    assert str(people["START"].dtype) == "datetime64[s]"


def test_text_stays_as_it_is_with_padding_and_any_script(folder):
    people = read(sources(), folder, "people")
    assert people["WHO"].iloc[1] == "  A-2"
    assert people["NOTE"].iloc[0].strip() == "头痛"
    assert people["NOTE"].iloc[2] == "œdème"


def test_metadata_hold_the_hash_of_the_bytes_and_what_the_file_says_of_its_columns(folder):
    metadata = read_sources(sources(), folder)[1]["people"]
    content = (folder / "raw/people.sav").read_bytes()
    assert metadata["sha256"] == hashlib.sha256(content).hexdigest()
    assert (metadata["bytes"], metadata["rows"]) == (len(content), 3)
    weight = {item["name"]: item for item in metadata["columns"]}["WEIGHT"]
    assert weight["label"] == "Weight (kg)"
    assert {"value": 999.0, "label": "not done"} in weight["values"]
    assert weight["missing"] == [{"lo": 998.0, "hi": 999.0}]


def test_metadata_hold_no_clock(folder, monkeypatch):
    first = json.dumps(read_sources(people_only(), folder)[1], default=str)
    moved = folder / "raw/people.sav"
    moved.touch()
    assert json.dumps(read_sources(people_only(), folder)[1], default=str) == first
    assert "creation" not in first


def test_an_ignored_column_stays_in_the_table_and_is_marked(folder):
    plan = people_only(ignore=["NOTE"])
    del plan["sources"]["people"]["columns"]["NOTE"]
    tables, metadata = read_sources(plan, folder)
    assert tables["people"]["NOTE"].iloc[2] == "œdème"
    assert [c["ignored"] for c in metadata["people"]["columns"]] == [False] * 5 + [True]


FORMS = pd.DataFrame({"who": ["A", "B", "C"], "n": [1.0, 2.0, np.nan], "day": ["2020-01-02"] * 3})


def write_xpt(table, path):
    pyreadstat.write_xport(table, path, file_format_version=5)


def write_stata(table, path):
    days = [date(2020, 1, 2)] * 3
    pyreadstat.write_dta(table.assign(day=days), path, variable_format={"day": "%td"})


def write_zsav(table, path):
    pyreadstat.write_sav(table, path, row_compress=True)


def write_dataset_json(table, path):
    columns = [{"name": name, "label": name.upper()} for name in table.columns]
    rows = json.loads(table.to_json(orient="values"))
    Path(path).write_text(json.dumps({"columns": columns, "rows": rows}), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("f.sav", pyreadstat.write_sav),
        ("f.zsav", write_zsav),
        ("f.xpt", write_xpt),
        ("f.dta", write_stata),
        ("f.parquet", lambda table, path: table.to_parquet(path)),
        ("f.csv", lambda table, path: table.to_csv(path, index=False)),
        ("f.json", lambda table, path: Path(path).write_text(table.to_json(orient="records"))),
        ("g.json", write_dataset_json),
    ],
)
def test_every_kind_of_file_gives_the_same_table(tmp_path, name, write):
    write(FORMS, tmp_path / name)
    columns = {"who": {"type": "text"}, "n": {"type": "integer"}, "day": {"type": "date"}}
    plan = {"folder": ".", "sources": {"f": {"file": name, "columns": columns}}}
    table = read(plan, tmp_path, "f")
    assert table["who"].tolist() == ["A", "B", "C"]
    assert table["n"].fillna(-1).tolist() == [1, 2, -1]
    assert table["day"].dt.date.tolist() == [date(2020, 1, 2)] * 3


def test_a_special_missing_value_of_stata_becomes_its_label(tmp_path):
    table = pd.DataFrame({"who": ["A", "B"], "n": [1.5, "a"]})
    pyreadstat.write_dta(
        table,
        tmp_path / "f.dta",
        missing_user_values={"n": ["a"]},
        variable_value_labels={"n": {"a": "not done"}},
    )
    columns = {"who": {"type": "text"}, "n": {"type": "number"}}
    plan = {"folder": ".", "sources": {"f": {"file": "f.dta", "columns": columns}}}
    found = read(plan, tmp_path, "f")
    assert found["n"].iloc[0] == 1.5
    assert pd.isna(found["n"].iloc[1])
    assert found["n_MISSING"].iloc[1] == "not done"


def test_a_decimal_comma_a_semicolon_and_a_day_first_date_are_read_as_the_plan_says(tmp_path):
    text = "who;w;day\nÅsa;70,5;31/01/2020\n"
    (tmp_path / "f.csv").write_bytes(text.encode("latin-1"))
    source = {
        "file": "f.csv",
        "encoding": "latin-1",
        "delimiter": ";",
        "decimal": ",",
        "columns": {
            "who": {"type": "text"},
            "w": {"type": "number"},
            "day": {"type": "date", "format": "%d/%m/%Y"},
        },
    }
    table = read({"folder": ".", "sources": {"f": source}}, tmp_path, "f")
    assert table.loc[0, "who"] == "Åsa"
    assert table.loc[0, "w"] == 70.5
    assert table.loc[0, "day"].date() == date(2020, 1, 31)


def test_a_missing_value_written_as_text_in_the_plan_is_found_among_numbers(folder):
    plan = people_only()
    plan["sources"]["people"]["columns"]["CENTRE"]["missing"] = [{"raw": "2", "label": "closed"}]
    people = read(plan, folder, "people")
    assert people["CENTRE"].isna().tolist() == [False, False, True]
    assert people["CENTRE_MISSING"].iloc[2] == "closed"


def test_a_file_with_columns_and_no_row_gives_an_empty_table_of_the_right_types(folder):
    (folder / "raw/seen.csv").write_text(SEEN.splitlines()[0] + "\n", encoding="utf-8")
    seen = read(seen_only(), folder, "seen")
    assert len(seen) == 0
    assert str(seen["seen_on"].dtype) == "datetime64[s]"
    assert str(seen["week"].dtype) == "Int64"


# Bad input


def test_a_missing_file_is_named_with_the_nearest_one_present(folder):
    text = refused(people_only(file="poeple.sav"), folder)
    assert "raw/poeple.sav: no such file" in text
    assert "'people.sav'" in text


def test_a_renamed_column_names_the_file_the_column_and_the_one_that_took_its_place(folder):
    (folder / "raw/seen.csv").write_text(SEEN.replace("seen_on", "seen_at"), encoding="utf-8")
    text = refused(seen_only(), folder)
    assert "raw/seen.csv: column seen_on is not in the file; did you mean 'seen_at'?" in text
    assert "column seen_at is not in the plan" in text


def test_a_column_that_the_plan_does_not_know_must_be_declared_or_ignored(folder):
    plan = people_only()
    del plan["sources"]["people"]["columns"]["NOTE"]
    text = refused(plan, folder)
    assert "raw/people.sav: column NOTE is not in the plan" in text
    assert "`ignore`" in text


def test_text_under_the_name_of_an_spss_file_is_a_wrong_file_type(folder):
    (folder / "raw/people.sav").write_text("WHO,CENTRE\nA-1,1\n", encoding="utf-8")
    text = refused(people_only(), folder)
    assert "raw/people.sav: its name ends in .sav but it holds something else" in text


def test_an_spss_file_under_the_name_of_a_csv_file_is_a_wrong_file_type(folder):
    (folder / "raw/people.sav").rename(folder / "raw/people.csv")
    text = refused(people_only(file="people.csv"), folder)
    assert "raw/people.csv: its name ends in .csv but it holds a .sav file" in text


def test_an_unknown_ending_names_the_nearest_known_one(folder):
    (folder / "raw/people.sav").rename(folder / "raw/people.savv")
    text = refused(people_only(file="people.savv"), folder)
    assert "unknown file type '.savv'; did you mean '.sav'?" in text


@pytest.mark.parametrize("part", [0.2, 0.5, 0.9, 0.999])
def test_a_truncated_spss_file_is_cut_off_or_damaged(folder, part):
    path = folder / "raw/people.sav"
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * part)])
    text = refused(people_only(), folder)
    assert "raw/people.sav: cannot be read" in text
    assert "cut off or damaged; export it again" in text


def test_a_truncated_transport_file_is_cut_off(tmp_path):
    write_xpt(FORMS, tmp_path / "f.xpt")
    content = (tmp_path / "f.xpt").read_bytes()
    (tmp_path / "f.xpt").write_bytes(content[:-30])
    source = {"file": "f.xpt", "columns": {"who": {"type": "text"}}}
    assert "cut off" in refused({"folder": ".", "sources": {"f": source}}, tmp_path)


def test_a_truncated_csv_file_names_the_first_row_that_is_too_short(folder):
    (folder / "raw/seen.csv").write_text(SEEN[:-9], encoding="utf-8")
    text = refused(seen_only(), folder)
    assert "raw/seen.csv: 1 row(s) do not have 4 fields, first: row 3 has 3" in text


def test_a_column_that_stands_twice_is_named(folder):
    (folder / "raw/seen.csv").write_text("who,week,seen_on,week\n", encoding="utf-8")
    assert "raw/seen.csv: column week stands twice" in refused(seen_only(), folder)


def test_a_csv_file_in_another_encoding_names_the_line(folder):
    (folder / "raw/seen.csv").write_bytes(SEEN.encode() + "Å,0,2020-01-01,1\n".encode("latin-1"))
    text = refused(seen_only(), folder)
    assert "raw/seen.csv: line 5 is not utf-8 text; give `encoding` in the plan" in text


def test_an_impossible_date_names_file_column_row_subject_and_value(folder):
    path = folder / "raw/seen.csv"
    path.write_text(SEEN.replace("2020-01-31", "2019-02-30"), encoding="utf-8")
    text = refused(seen_only(), folder)
    assert "raw/seen.csv: column seen_on is not a date (YYYY-MM-DD)" in text
    assert "row 3, subject A-2: '2019-02-30'" in text


def test_a_date_beyond_all_plausible_years_is_no_date(folder):
    starts = [date(2020, 1, 1), date(218, 2, 1), date(2020, 3, 1)]
    write_people(folder / "raw", START=starts)
    text = refused(people_only(), folder)
    assert "column START is not a plausible date: row 2, subject A-2" in text


def test_text_in_a_column_of_numbers_names_row_and_value(folder):
    path = folder / "raw/seen.csv"
    path.write_text(SEEN.replace("2.50", "high"), encoding="utf-8")
    text = refused(seen_only(), folder)
    assert "column score is not a number: row 3, subject A-2: 'high'" in text


def test_a_part_in_a_column_of_whole_numbers_names_row_and_value(folder):
    write_people(folder / "raw", CENTRE=[1.0, 1.5, 2.0])
    text = refused(people_only(), folder)
    assert "column CENTRE is not a whole number: row 2, subject A-2: 1.5" in text


@pytest.mark.parametrize(
    ("column", "kind", "words"),
    [
        ("WHO", "number", "column WHO holds text, the plan says number"),
        ("CENTRE", "text", "column CENTRE holds numbers, the plan says text"),
        ("START", "number", "column START holds dates, the plan says number"),
        ("ARM", "date", "column ARM holds numbers without a date format, the plan says date"),
    ],
)
def test_a_column_of_another_type_than_the_plan_says_is_an_error(folder, column, kind, words):
    plan = people_only()
    plan["sources"]["people"]["columns"][column] = {"type": kind}
    assert f"raw/people.sav: {words}" in refused(plan, folder)


def test_a_labelled_number_that_nothing_declares_missing_is_not_taken_as_a_measurement(folder):
    table = pd.DataFrame({"who": ["A", "B"], "w": [70.0, 999.0]})
    pyreadstat.write_sav(
        table, folder / "raw/lost.sav", variable_value_labels={"w": {999: "not done"}}
    )
    columns = {"who": {"type": "text"}, "w": {"type": "number"}}
    source = {"file": "lost.sav", "subject": "who", "columns": columns}
    plan = {"folder": "raw", "sources": {"lost": source}}
    text = refused(plan, folder)
    assert "row 2, subject B: 999.0" in text
    assert "999 'not done'" in text
    columns["w"] = {"type": "number", "missing": [{"raw": 999, "label": "not done"}]}
    assert read(plan, folder, "lost")["w_MISSING"].iloc[1] == "not done"


def test_findings_of_all_files_are_listed_at_once_and_counted(folder):
    (folder / "raw/people.sav").unlink()
    broken = SEEN.replace("2020-01-31", "2020-01-32").replace("2.50", "?")
    (folder / "raw/seen.csv").write_text(broken, encoding="utf-8")
    text = refused(sources(), folder)
    assert text.startswith("3 finding(s) in the raw files")
    for words in ("people.sav: no such file", "column seen_on", "column score"):
        assert words in text


def test_more_than_five_wrong_values_are_counted_and_the_first_five_shown(folder):
    rows = "".join(f"A-1,0,2020-13-0{day},1\n" for day in range(1, 9))
    (folder / "raw/seen.csv").write_text("who,week,seen_on,score\n" + rows, encoding="utf-8")
    text = refused(seen_only(), folder)
    assert text.count("subject A-1") == 5
    assert "and 3 more" in text


# The door


def door(whole, told=None):
    outputs = {
        "tables": [f"results/ingest/raw/{name}.parquet" for name in whole["sources"]],
        "metadata": "results/ingest/metadata.json",
        "seal": "results/ingest/seals/read_raw.json",
    }
    inputs = {"raw": [f"raw/{item['file']}" for item in whole["sources"].values()]}
    told = hash_raw_files(whole) if told is None else told
    rule = Rule("read_raw", inputs, outputs, {"sources": whole, "raw": told})
    script = str(PROJECT / "scripts/ingest/read_raw.py")
    runpy.run_path(script, {"snakemake": rule}, run_name="__main__")


def test_the_step_writes_a_table_for_each_source_and_the_metadata(folder, monkeypatch):
    monkeypatch.chdir(folder)
    door(sources())
    people = read_table("results/ingest/raw/people.parquet")
    assert people["WEIGHT_MISSING"].iloc[1] == "not done"
    assert str(people["START"].dtype) == "datetime64[s]"
    assert set(read_json("results/ingest/metadata.json")) == {"people", "seen"}


def test_the_step_writes_nothing_when_one_file_is_bad(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    (folder / "raw/seen.csv").write_text(SEEN.replace("2.50", "?"), encoding="utf-8")
    with pytest.raises(SystemExit):
        door(sources())
    left = [path.name for path in (folder / "results").rglob("*") if path.is_file()]
    assert left == ["read_raw.log"]
    assert "column score is not a number" in capsys.readouterr().err


def test_a_raw_file_that_changed_after_the_run_began_stops_the_step(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    told = hash_raw_files(sources())
    (folder / "raw/seen.csv").write_text(SEEN.replace("2.50", "2.51"), encoding="utf-8")
    with pytest.raises(SystemExit):
        door(sources(), told)
    error = capsys.readouterr().err
    assert "raw files changed while this ran; run it again" in error
    assert "seen.csv" in error
    assert "people" not in error


def test_the_bytes_that_are_parsed_are_those_that_the_seal_names(folder, monkeypatch):
    monkeypatch.chdir(folder)
    door(sources())
    seal = read_json("results/ingest/seals/read_raw.json")
    for source in sources()["sources"].values():
        content = (folder / "raw" / source["file"]).read_bytes()
        assert seal["inputs"][f"raw/{source['file']}"] == {
            "sha256": hashlib.sha256(content).hexdigest(),
            "size": len(content),
        }


def locked(**hashes):
    plan = copy.deepcopy(sources())
    for name, sha256 in hashes.items():
        plan["sources"][name]["sha256"] = sha256
    return plan


def test_locked_files_that_are_as_they_were_are_read(folder):
    found = hash_raw_files(sources(), folder)
    assert check_locked(locked(**found), found) == []
    assert set(read_sources(locked(**found), folder)[0]) == {"people", "seen"}


def test_every_file_that_is_not_the_locked_one_is_named_with_both_hashes(folder):
    found = hash_raw_files(sources(), folder)
    plan = locked(people="0" * 64, seen="1" * 64)
    findings = check_locked(plan, found)
    assert len(findings) == 2
    for finding, (name, other) in zip(findings, [("people", "0"), ("seen", "1")], strict=True):
        for word in (plan["sources"][name]["file"], found[name], other * 64, "put the locked file"):
            assert word in finding
    words = refused(plan, folder)
    assert "2 finding(s)" in words
    assert "0" * 64 in words


def test_a_raw_file_that_is_not_there_has_no_hash_and_breaks_no_lock(folder):
    (folder / "raw/seen.csv").unlink()
    found = hash_raw_files(sources(), folder)
    assert set(found) == {"people"}
    assert check_locked(locked(seen="1" * 64), found) == []
