"""Tables for R: SAS transport files (version 8) with the labels of the contracts and the plan.

One format for all of them, the one that regulators read: haven reads it as fast as any, labels and
dates travel in it, and its numbers hold every bit of ours. pyreadstat writes the time of day into
the head, which is replaced, so that the same tables are the same bytes.
"""

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from scripts.job import Job
from scripts.tables import Contract, type_of

CREATED = re.compile(rb"\d{2}[A-Z]{3}\d{2}:\d{2}:\d{2}:\d{2}")
NO_TIME = b"01JAN60:00:00:00"
HEAD = 1000
EPOCH = pd.Timestamp("1960-01-01")


def labels_of(plan: Mapping[str, Any], contract: Contract | None) -> dict[str, str]:
    """The label of each column that has one, from the contract and the subjects of the plan."""
    subjects = plan["subjects"]
    labels = {name: entry["label"] for name, entry in subjects["populations"].items()}
    labels |= {name: entry["label"] for name, entry in subjects["variables"].items()}
    return labels | {n: c["label"] for n, c in (contract.columns if contract else {}).items()}


def as_plain(values: pd.Series) -> pd.Series:
    """A column as a transport file can hold it: text with blanks for missing, numbers, dates."""
    kind = type_of(values)
    if kind == "date":
        # Days since the epoch of transport files; the format makes them dates again.
        return (values - EPOCH).dt.days.astype("float64")
    if kind == "text":
        return values.astype("object").where(values.notna(), "")
    return values.astype("float64")


def export_table(table: pd.DataFrame, name: str, labels: Mapping[str, str]) -> bytes:
    """The bytes of a transport file of a table, the same for the same table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "table.xpt")
        pyreadstat.write_xport(
            pd.DataFrame({column: as_plain(table[column]) for column in table.columns}),
            str(path),
            table_name=name.upper(),
            column_labels=[labels.get(column, column) for column in table.columns],
            variable_format={c: "DATE9" for c in table.columns if type_of(table[c]) == "date"},
        )
        made = path.read_bytes()
    return CREATED.sub(NO_TIME, made[:HEAD]) + made[HEAD:]


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        named = ("subjects", "records", "domains", "imputed", "grids", "traces")
        tables = {stem: table for name in named for stem, table in job.tables(name).items()}
        contracts = job.contracts
        job.write_all(
            "tables",
            {
                stem: export_table(table, stem, labels_of(job.plan, contracts.get(stem)))
                for stem, table in tables.items()
            },
        )
