"""What differs between submitted and rebuilt is named: data set, variable, record, both values."""

import json
from datetime import date

import pandas as pd
import pytest

from scripts.package.places import PACKAGE
from scripts.package.replay.compare import (
    Compared,
    compare_datasets,
    compare_printed,
    compare_sent,
    compare_tables,
    json_table,
)
from scripts.package.transport import read_transport, write_transport
from scripts.seals import sha256_of

DAY = date(2021, 1, 31)
PATH = f"{PACKAGE}/m5/datasets/s/analysis/adam/datasets/adx.xpt"


def table(**changes):
    made = {
        "USUBJID": ["S1", "S2", "S3"],
        "PARAMCD": ["P", "P", "P"],
        "AVAL": [1.5, None, 0.0],
        "AVALC": ["a", None, "c"],
        "ADT": pd.to_datetime(["2020-01-01", None, "1959-12-31"]).astype("datetime64[s]"),
    }
    return pd.DataFrame({**made, **changes})


def transport(made, label="Made"):
    labels = {name: name.title() for name in made.columns}
    return write_transport(made, name="ADX", label=label, labels=labels, day=DAY)


def put(folder, content, path=PATH):
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(content)


@pytest.fixture
def held(tmp_path):
    """A function that gives the findings for a submitted and a rebuilt table."""

    def compare(sent, made, **heads):
        put(tmp_path / "p", transport(sent), PATH.removeprefix(f"{PACKAGE}/"))
        put(tmp_path / "f", transport(made, **heads))
        return compare_datasets(tmp_path / "p", tmp_path / "f", [PATH], {"ADX": ["ADT"]})

    return compare


def test_equal_data_sets_have_no_difference_and_every_value_counts(held):
    found = held(table(), table())
    assert (found.checked, found.findings) == (3 * 5, [])


def test_one_value_is_named_by_data_set_variable_record_and_both_values(held):
    found = held(table(), table(AVAL=[1.5, None, 0.25]))
    assert found.findings == [
        "ADX.AVAL, record 3 (USUBJID S3, PARAMCD P, ADT -1.0): submitted 0.0, rebuilt 0.25"
    ]
    assert found.differences[0] | {"keys": {}} == {
        "dataset": "ADX",
        "variable": "AVAL",
        "record": 3,
        "keys": {},
        "submitted": 0.0,
        "rebuilt": 0.25,
    }


def test_a_missing_value_differs_from_a_value_and_from_nothing_else(held):
    found = held(table(), table(AVALC=["a", "b", None]))
    assert [finding.split("): ")[1] for finding in found.findings] == [
        "submitted missing, rebuilt 'b'",
        "submitted 'c', rebuilt missing",
    ]


def test_records_variables_and_labels_that_differ_are_named(held):
    assert held(table(), table().iloc[:2]).findings == ["ADX: 3 records submitted, 2 rebuilt"]
    renamed = table().rename(columns={"AVALC": "AVALCAT"})
    assert held(table(), renamed).findings[0] == (
        "ADX: other variables: only submitted ['AVALC'], only rebuilt ['AVALCAT']"
    )
    assert held(table(), table(), label="Other").findings == ["ADX: its label is another one"]


def test_a_data_set_that_was_not_rebuilt_is_named(held, tmp_path):
    held(table(), table())
    (tmp_path / "f" / PATH).unlink()
    found = compare_datasets(tmp_path / "p", tmp_path / "f", [PATH], {})
    assert found.findings == ["ADX: not rebuilt"]


def twin(made):
    columns = [
        {"name": "USUBJID", "dataType": "string"},
        {"name": "PARAMCD", "dataType": "string"},
        {"name": "AVAL", "dataType": "float"},
        {"name": "AVALC", "dataType": "string"},
        {"name": "ADT", "dataType": "date", "targetDataType": "integer"},
    ]
    plain = made.assign(ADT=made["ADT"].dt.strftime("%Y-%m-%d")).astype(object)
    return {"columns": columns, "rows": plain.where(plain.notna(), None).to_numpy().tolist()}


def test_dataset_json_holds_the_values_of_the_transport_file():
    sent = read_transport(transport(table())).table
    compared = Compared()
    compare_tables(compared, "ADX", sent, json_table(twin(table()), sent), other="in JSON")
    assert (compared.checked, compared.findings) == (15, [])


def test_a_value_changed_in_the_data_set_alone_is_found_against_dataset_json(tmp_path):
    path = PATH.removeprefix(f"{PACKAGE}/")
    put(tmp_path, transport(table()), path)
    put(tmp_path, json.dumps(twin(table())).encode(), "dataset-json/adam/adx.json")
    sent = {PATH: sha256_of(tmp_path / path)}
    assert compare_sent(tmp_path, sent).findings == []
    put(tmp_path, transport(table(AVAL=[2.5, None, 0.0])), path)
    assert compare_sent(tmp_path, sent).findings == [
        f"{path}: not the file that was made",
        "ADX.AVAL, record 1 (USUBJID S1, PARAMCD P): submitted 2.5, in Dataset-JSON 1.5",
    ]


def test_printed_numbers_are_compared_by_text_and_by_full_value(tmp_path):
    submitted = {
        "t.json": {
            "t/a": {"text": "1.2", "value": 1.2345},
            "t/b": {"text": "3", "value": 3},
            "t/c": {"text": "4", "value": 4},
        }
    }
    made = {
        "t/a": {"text": "1.2", "value": 1.2346, "source": {}},
        "t/b": {"text": "3", "value": 3},
        "t/d": {"text": "5", "value": 5},
    }
    (tmp_path / "t.json").write_text(json.dumps({"addresses": made}))
    found = compare_printed(submitted, tmp_path)
    assert found.checked == 3
    assert found.findings == [
        "t/a: value submitted 1.2345, rebuilt 1.2346",
        "t/c: not printed again",
        "t/d: printed anew",
    ]


def test_where_nothing_was_printed_again_every_number_is_named(tmp_path):
    submitted = {"t.json": {"t/a": {"text": "1", "value": 1}}}
    assert compare_printed(submitted, tmp_path).findings == ["t/a: not printed again"]
