import datetime

import numpy as np
import pandas as pd
import pytest

from scripts.package.transport import (
    TransportError,
    check_transport,
    differences,
    read_transport,
    write_transport,
)

DAY = datetime.date(2021, 1, 31)


def written(table: pd.DataFrame, **formats: str) -> bytes:
    labels = {name: f"Label of {name}" for name in table.columns}
    return write_transport(table, name="AA", label="Made", labels=labels, formats=formats, day=DAY)


def findings(table: pd.DataFrame, name: str = "AA", label: str = "Made", **labels: str) -> str:
    given = {column: f"Label of {column}" for column in table.columns} | labels
    return "\n".join(check_transport(table, name, label, given, {}))


def test_text_numbers_dates_and_missing_values_come_back_as_they_were():
    table = pd.DataFrame(
        {
            "AATERM": pd.Series(["x", None, "10^9/L"], dtype="str"),
            "AANUM": [0.1, -1e70, np.nan],
            "AASEQ": pd.Series([0, None, 3], dtype="Int64"),
            "AADT": pd.to_datetime(pd.Series(["1959-12-31", None, "2020-02-29"])),
        }
    )
    held = read_transport(written(table))
    assert differences(table, held.table) == []
    # The day before the epoch, and 60 years with their 15 leap days, January, and 28 days on.
    assert held.table["AADT"].dropna().tolist() == [-1.0, 60 * 365 + 15 + 31 + 28.0]
    assert held.formats == {"AADT": "DATE9"}
    assert (held.name, held.label) == ("AA", "Made")


def test_the_same_table_gives_the_same_bytes_stamped_with_the_data_cut():
    table = pd.DataFrame({"AASEQ": [1.0]})
    made = written(table)
    assert made == written(table)
    assert made.count(b"31JAN21:00:00:00") == 4


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (pd.DataFrame({"AATERM": ["é"]}), "not ASCII"),
        (pd.DataFrame({"AATERM": ["x" * 201]}), "201 bytes, at most 200"),
        (pd.DataFrame({"AATERM": ["x "]}), "trailing blanks"),
        (pd.DataFrame({"AATERM": [""]}), "read as missing"),
        (pd.DataFrame({"AATERM": ["a\nb"]}), "does not print"),
        (pd.DataFrame({"AANUM": [np.inf]}), "infinite"),
        (pd.DataFrame({"AANUM": [1e76]}), "outside of"),
        (pd.DataFrame({"AANUM": [1e-80]}), "outside of"),
        (pd.DataFrame({"AADT": [1.0]}), "without a format"),
        (pd.DataFrame({"AAFL": [True]}), "use Y and N"),
        (pd.DataFrame({"aaterm": ["x"]}), "capital letters"),
        (pd.DataFrame({"AATERMLONG": ["x"]}), "1 to 8"),
        (pd.DataFrame({"AATERM": ["x", None]}, dtype="str"), "last record is empty"),
    ],
)  # fmt: skip
def test_what_the_format_would_lose_in_silence_is_a_finding(table, words):
    assert words in findings(table)
    with pytest.raises(TransportError, match=words):
        written(table)


def test_labels_are_held_to_forty_bytes_and_none_is_left_out():
    table = pd.DataFrame({"AATERM": ["x"]})
    assert findings(table, AATERM="l" * 40) == ""
    assert "41 bytes" in findings(table, AATERM="l" * 41)
    assert "no label" in findings(table, AATERM="")
    assert "41 bytes" in findings(table, label="l" * 41)


def test_a_difference_names_column_record_keys_and_both_values():
    ours = pd.DataFrame({"AASEQ": [1.0, 2.0], "AANUM": [5.0, 6.0]})
    theirs = ours.assign(AANUM=[5.0, 7.0])
    (found,) = differences(ours, theirs, keys=["AASEQ"])
    assert (
        found
        == "AANUM, record 2 {'AASEQ': np.float64(2.0)}: np.float64(7.0) instead of np.float64(6.0)"
    )
    assert differences(ours, ours.iloc[:1]) == ["1 records instead of 2"]
    assert differences(ours, ours[["AASEQ"]]) == ["other columns: without ['AANUM'], with []"]
