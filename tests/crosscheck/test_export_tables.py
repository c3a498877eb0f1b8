"""Transport files hold what the tables hold, with labels, and the same bytes for the same table."""

import datetime
import io
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from scripts.crosscheck.export_tables import export_table, labels_of
from scripts.tables import Contract

TABLE = pd.DataFrame(
    {
        "USUBJID": pd.array(["01", "02", "03"], dtype="str"),
        "ARMCD": pd.array([None, "A", "B"], dtype="str"),
        "AVAL": [0.1, None, 1 / 3],
        "VISITNUM": pd.array([1, None, 3], dtype="Int64"),
        "ADT": pd.Series(["2020-02-29", None, "2021-01-01"]).astype("datetime64[s]"),
    }
)


def read(made: bytes, folder: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    path = folder / "made.xpt"
    path.write_bytes(made)
    table, described = pyreadstat.read_xport(path)
    return table, described.column_names_to_labels


def test_every_value_comes_back_to_the_last_bit(tmp_path):
    table, _ = read(export_table(TABLE, "adx", {}), tmp_path)
    assert list(table["USUBJID"]) == ["01", "02", "03"]
    assert list(table["ARMCD"]) == ["", "A", "B"]
    assert table["AVAL"][0] == 0.1
    assert table["AVAL"][2] == 1 / 3
    assert table["AVAL"].isna().tolist() == [False, True, False]
    assert table["VISITNUM"].tolist()[::2] == [1, 3]


def test_dates_are_dates_also_where_the_first_is_missing(tmp_path):
    turned = TABLE.iloc[[1, 0, 2]].reset_index(drop=True)
    table, _ = read(export_table(turned, "adx", {}), tmp_path)
    assert table["ADT"].tolist()[1:] == [datetime.date(2020, 2, 29), datetime.date(2021, 1, 1)]


def test_labels_travel_and_a_column_without_one_has_its_name(tmp_path):
    _, labels = read(export_table(TABLE, "adx", {"AVAL": "Value"}), tmp_path)
    assert labels["AVAL"] == "Value"
    assert labels["ADT"] == "ADT"


def test_the_same_table_is_the_same_bytes_at_any_time_of_day(monkeypatch):
    made = export_table(TABLE, "adx", {})
    assert b"01JAN60:00:00:00" in made
    year = str(datetime.date.today().year % 100).encode()
    assert not any(
        line.startswith(year, 5) for line in io.BytesIO(made[:1000]).read().split(b"HEADER")
    )
    assert export_table(TABLE, "adx", {}) == made


def test_labels_come_from_the_contract_before_the_plan():
    plan = {
        "subjects": {
            "populations": {"ITTFL": {"label": "Everybody"}},
            "variables": {"AGE": {"label": "Years"}, "SEX": {"label": "Sex"}},
        }
    }
    contract = Contract("ADSL", "Subjects", ["USUBJID"], {"AGE": {"label": "Age"}})
    assert labels_of(plan, contract) == {"ITTFL": "Everybody", "AGE": "Age", "SEX": "Sex"}


@pytest.mark.parametrize("count", [0, 1])
def test_a_table_without_rows_or_with_one_is_a_file_too(tmp_path, count):
    table, _ = read(export_table(TABLE.head(count), "adx", {}), tmp_path)
    assert len(table) == count
