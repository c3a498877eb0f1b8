"""One cell of a raw file changed: everything else of the file reads as before."""

import math
from pathlib import Path

import pytest
import yaml

from scripts.audit.raw_cells import changed_file, is_rewritable, read_raw

PROJECT = Path(__file__).resolve().parents[2]
PLAN = yaml.safe_load((PROJECT / "config" / "sources.yaml").read_text(encoding="utf-8"))
FOLDER = PROJECT / PLAN["folder"]
SOURCES = PLAN["sources"]


def changed(name, row, column, value, tmp_path):
    """The file of a source as it is, and with one value changed."""
    path = FOLDER / SOURCES[name]["file"]
    again = tmp_path / path.name
    again.write_bytes(changed_file(path, SOURCES[name], row, column, value))
    return read_raw(path, SOURCES[name]), read_raw(again, SOURCES[name])


@pytest.mark.parametrize("name", SOURCES)
def test_every_raw_file_of_the_trial_can_be_written_again_as_it_is(name):
    assert is_rewritable(FOLDER / SOURCES[name]["file"], SOURCES[name])


@pytest.mark.parametrize("name", SOURCES)
def test_a_file_with_a_value_that_it_already_has_is_the_same_bytes(name):
    path = FOLDER / SOURCES[name]["file"]
    column = next(iter(SOURCES[name]["columns"]))
    value = read_raw(path, SOURCES[name]).table[column].iloc[1]
    assert changed_file(path, SOURCES[name], 1, column, value) == path.read_bytes()


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [("visits", "PLT", 777.0), ("visits", "VISCOM", "x"), ("randomisation", "BLOCK", "77")],
)
def test_one_value_changes_and_no_other(name, column, value, tmp_path):
    old, new = changed(name, 3, column, value, tmp_path)
    assert new.table[column].iloc[3] == value
    different = (old.table != new.table) & ~(old.table.isna() & new.table.isna())
    assert different.to_numpy().sum() == 1
    assert old.columns == new.columns
    assert old.sha256 != new.sha256


def test_a_number_can_be_made_missing(tmp_path):
    _, new = changed("visits", 3, "PLT", None, tmp_path)
    assert math.isnan(new.table["PLT"].iloc[3])


def test_text_can_be_longer_than_all_others(tmp_path):
    _, new = changed("visits", 3, "VISCOM", "long " * 30, tmp_path)
    assert new.table["VISCOM"].iloc[3] == ("long " * 30).rstrip()


def test_a_file_of_a_form_that_is_not_written_is_not_rewritable(tmp_path):
    (tmp_path / "a.json").write_text('[{"A": 1}]', encoding="utf-8")
    assert not is_rewritable(tmp_path / "a.json", {})
