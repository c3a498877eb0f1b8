"""Every transport file that is sent, read by Python and by R, value by value."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from scripts.package.transport import read_transport
from scripts.tables import type_of
from tests.against_r.bridge import needs_r

PROGRAM = Path(__file__).with_name("read_transport.R")
FOLDERS = ["tabulations/sdtm", "analysis/adam/datasets"]


def read_by_r(lines: Iterator[str]) -> tuple[pd.DataFrame, dict[str, str]]:
    """The table that R wrote down line by line, and the labels of its columns."""
    records, columns = int(next(lines)), int(next(lines))
    table, labels = {}, {}
    for _ in range(columns):
        name, label, kind = next(lines), next(lines), next(lines)
        values = [next(lines) for _ in range(records)]
        table[name] = (
            pd.Series([float(value) if value else None for value in values], dtype="float64")
            if kind == "number"
            else pd.Series([value or None for value in values], dtype="str")
        )
        labels[name] = label
    return pd.DataFrame(table, index=range(records)), labels


@needs_r
@pytest.mark.parametrize("folder", FOLDERS)
def test_r_reads_what_python_reads_value_by_value(package, tmp_path, folder):
    (place,) = package.glob(f"m5/datasets/*/{folder}")
    files = sorted(place.glob("*.xpt"))
    assert len(files) > 5
    subprocess.run(["Rscript", "--vanilla", PROGRAM, place, tmp_path], check=True)
    for path in files:
        held = read_transport(path.read_bytes())
        text = (tmp_path / f"{path.stem}.txt").read_text(encoding="utf-8")
        table, labels = read_by_r(iter(text.split("\n")))
        assert labels == held.labels, path.name
        assert list(table.columns) == list(held.table.columns), path.name
        for column in table:
            ours, theirs = held.table[column], table[column]
            assert type_of(ours) == type_of(theirs), f"{path.name}: {column}"
            same = (ours == theirs) | (ours.isna() & theirs.isna())
            assert same.all(), f"{path.name}: {column}"
