"""What is written down before the report: files by part, tables to the column and row."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from scripts.audit import listed
from scripts.audit.list_content import describe_tables, keys_of
from scripts.audit.table_digests import column_digest, row_digests
from scripts.seals import PROJECT
from scripts.tables import Contract, write_table

ADSL = Contract("adsl", "", ["USUBJID"], {"USUBJID": {"type": "text", "required": True}})
VISIT = Contract(
    "bds",
    "",
    ["USUBJID", "AVISITN"],
    {
        "USUBJID": {"type": "text", "required": True},
        "AVISITN": {"type": "number", "required": True},
    },
)
CONTRACTS = {"adsl": ADSL, "bds": VISIT}


def table_of(**columns):
    return pa.table(columns)


def test_a_row_is_named_by_the_keys_of_its_contract_or_of_the_one_that_fits_best():
    table = table_of(USUBJID=["a", "a"], AVISITN=[1.0, 2.0])
    assert keys_of("counts", table, CONTRACTS) == ["USUBJID", "AVISITN"]
    assert keys_of("adsl", table_of(USUBJID=["a", "b"]), CONTRACTS) == ["USUBJID"]


def test_keys_that_do_not_tell_rows_apart_are_not_used():
    table = table_of(USUBJID=["a", "a"], SRCROW=[1, 2])
    assert keys_of("adsl", table, CONTRACTS) == ["SRCROW"]
    assert keys_of("adsl", table_of(USUBJID=["a", "a"]), CONTRACTS) == []


def test_rows_of_all_tables_stand_in_the_order_of_their_addresses(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, size in (("b", 3), ("a", 2)):
        write_table(pd.DataFrame({"SRCROW": range(size), "X": "x"}), f"{name}.parquet")
    described, rows = describe_tables(
        ["b.parquet", "a.parquet"], {}, lambda path: Path(path).read_bytes()
    )
    assert {name: entry["rows"] for name, entry in described.items()} == {
        "a.parquet": 2,
        "b.parquet": 3,
    }
    assert len(rows) == 2 + 3
    # The first two rows of both tables hold the same values.
    assert rows[:2].tolist() == rows[2:4].tolist()


def test_a_row_digest_depends_on_values_and_names_and_not_on_the_order_of_columns():
    one = row_digests(table_of(A=[1, 2], B=["x", None]))
    assert (row_digests(table_of(B=["x", None], A=[1, 2])) == one).all()
    assert (row_digests(table_of(A=[1, 2], C=["x", None])) != one).all()
    assert (row_digests(table_of(A=[1, 3], B=["x", None])) != one).tolist() == [False, True]
    # Two values that trade places between columns do not cancel out.
    swapped = row_digests(table_of(A=[1], B=[2])), row_digests(table_of(A=[2], B=[1]))
    assert swapped[0] != swapped[1]


def test_missing_zero_empty_and_false_are_different_cells():
    numbers = row_digests(table_of(A=pa.array([0.0, -0.0, None, np.nan], pa.float64())))
    texts = row_digests(table_of(A=pa.array(["", None, "None"])))
    flags = row_digests(table_of(A=pa.array([False, True, None])))
    assert len(set(numbers.tolist())) == 4
    assert len(set(texts.tolist())) == 3
    assert len(set(flags.tolist())) == 3


def test_digests_do_not_depend_on_how_a_table_is_cut_into_pieces():
    whole = table_of(A=["x", None, "yy"], B=pa.array([1.5, None, -2.0]))
    parts = pa.concat_tables([whole.slice(0, 1), whole.slice(1, 2)])
    assert (row_digests(parts) == row_digests(whole)).all()
    for name in ("A", "B"):
        assert column_digest(name, parts[name]) == column_digest(name, whole[name])


def test_texts_that_are_the_same_when_joined_are_different_columns():
    left, right = table_of(A=["ab", "c"])["A"], table_of(A=["a", "bc"])["A"]
    assert column_digest("A", left) != column_digest("A", right)


def test_dates_and_codes_are_columns_like_others():
    dates = pa.array([pd.Timestamp("2020-01-31").date(), None], pa.date32())
    coded = pa.array(["x", "y"]).dictionary_encode()
    assert len(set(row_digests(table_of(D=dates, C=coded)).tolist())) == 2


def test_the_code_is_every_step_rule_schema_and_template_and_nothing_hidden():
    files = {path.removeprefix(f"{PROJECT}/") for path in listed.code_files(PROJECT)}
    assert {
        "Snakefile",
        "rules/audit.smk",
        "scripts/audit/merkle.py",
        "scripts/report/templates/report.css",
        "config/schemas/tables/adsl.yaml",
    } <= files
    assert not [path for path in files if "__pycache__" in path or "/." in path]


def test_the_plan_is_its_top_file_and_those_that_it_names():
    assert listed.plan_files({"trial": "trial.yaml", "sources": "data/sources.yaml"}) == [
        "config/config.yaml",
        "config/data/sources.yaml",
        "config/trial.yaml",
    ]


def test_the_digest_of_a_column_is_of_its_name_type_gaps_lengths_and_texts():
    column = table_of(A=["ab", None, "é"])["A"]
    # Present, missing, present: bits 101; lengths in bytes 2, 0 and 2, eight bytes each.
    lengths = b"".join(size.to_bytes(8, "little") for size in (2, 0, 2))
    content = b"A\0string\0" + b"3\0" + bytes([0b10100000]) + lengths + "abé".encode()
    assert column_digest("A", column) == hashlib.sha256(content).hexdigest()
    empty = pa.chunked_array([], pa.string())
    assert column_digest("A", empty) == hashlib.sha256(b"A\0string\0" + b"0\0").hexdigest()
    assert len(row_digests(pa.table({"A": empty}))) == 0
