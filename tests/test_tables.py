"""Tables under their contracts, and canonical JSON."""

import numpy as np
import pandas as pd
import pytest

from scripts.tables import (
    Contract,
    TableError,
    check_table,
    format_json,
    read_table,
    write_table,
)

CONTRACT = Contract(
    name="T",
    label="A table",
    keys=["USUBJID"],
    columns={
        "USUBJID": {"type": "text", "label": "Subject", "required": True, "nulls": False},
        "AGE": {"type": "integer", "label": "Age"},
        "AVAL": {"type": "number", "label": "Value"},
        "ADT": {"type": "date", "label": "Date"},
        "ITTFL": {"type": "flag", "label": "Flag"},
        "SEX": {"type": "text", "label": "Sex", "codes": ["F", "M"]},
    },
)


def table(**changes) -> pd.DataFrame:
    columns = {
        "USUBJID": ["b", "a"],
        "AGE": [40, None],
        "AVAL": [1.5, None],
        "ADT": pd.to_datetime(["2020-01-02", None]),
        "ITTFL": ["Y", None],
        "SEX": ["F", "M"],
    }
    return pd.DataFrame({**columns, **changes})


def test_a_table_comes_back_as_it_was_sorted_by_its_keys(tmp_path):
    write_table(table(), tmp_path / "t.parquet", CONTRACT)
    back = read_table(tmp_path / "t.parquet", CONTRACT)
    assert back["USUBJID"].tolist() == ["a", "b"]
    assert back["AGE"].tolist() == [pd.NA, 40]
    assert back["ADT"].dtype == "datetime64[s]"
    assert back["ADT"][1] == pd.Timestamp("2020-01-02")
    assert np.isnan(back["AVAL"][0])
    assert back["ITTFL"].isna().tolist() == [True, False]


def test_the_same_rows_in_another_order_give_the_same_bytes(tmp_path):
    write_table(table(), tmp_path / "one.parquet", CONTRACT)
    turned = table().iloc[::-1][list(reversed(table().columns))]
    write_table(turned, tmp_path / "two.parquet", CONTRACT)
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"USUBJID": ["a", "a"]}, "keys USUBJID are not unique"),
        ({"USUBJID": ["a", None]}, "USUBJID: 1 missing, first in rows [2]"),
        ({"AGE": [40.5, 1.0]}, "AGE: expected integer, found number"),
        ({"AVAL": ["x", "y"]}, "AVAL: expected number, found text"),
        ({"ITTFL": ["Y", "yes"]}, "ITTFL: not among its codes (Y, N): yes"),
        ({"SEX": ["F", "X"]}, "SEX: not among its codes (F, M): X"),
        ({"HEIGHT": [1, 2]}, "HEIGHT: not in the contract"),
    ],
)
def test_each_break_of_the_contract_is_named(change, words):
    findings = check_table(table(**change), CONTRACT)
    assert len(findings) == 1
    assert words in findings[0]


def test_a_missing_required_column_names_the_nearest_one_present():
    findings = check_table(table().rename(columns={"USUBJID": "USUBJD"}), CONTRACT)
    assert "USUBJID: column is missing; did you mean 'USUBJD'?" in findings


def test_all_breaks_are_listed_at_once_and_nothing_is_written(tmp_path):
    wrong = table(AGE=[1.5, 2.0], SEX=["F", "X"])
    with pytest.raises(TableError, match=r"(?s)2 finding.*AGE.*SEX"):
        write_table(wrong, tmp_path / "t.parquet", CONTRACT)
    assert not (tmp_path / "t.parquet").exists()


def test_json_has_sorted_keys_no_nan_and_twelve_significant_digits():
    value = {"b": float("nan"), "a": np.float64(2 / 3), "c": [np.int64(1), pd.NA, True]}
    text = format_json(value)
    assert text.replace("\n", "").replace(" ", "") == (
        '{"a":0.666666666667,"b":null,"c":[1,null,true]}'
    )
