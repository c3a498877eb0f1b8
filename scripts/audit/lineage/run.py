"""What the index is built from: the plan and the tables and documents of one run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from scripts.audit.lineage.reads import Lineage, Table

RAW, SDTM, DERIVED = "ingest/raw", "ingest/sdtm", "derive"
IMPUTED, GRIDS = "impute", "impute/grids"
# How a file of several things is told apart, a table of the index for each.
PARTED_BY = "PARAMCD"


@dataclass(frozen=True)
class Run:
    """The plan and what a run made: raw tables by source, domains and data sets by file stem.

    `described` is results.json (how each analysis was made, by id), `addresses` the printed numbers
    by address with their sources, `published` the comparison with the publication, `imputed` and
    `grids` the completed data sets and grids of shifts by model.
    """

    plan: Mapping[str, Any]
    raw: Mapping[str, pd.DataFrame]
    domains: Mapping[str, pd.DataFrame]
    derived: Mapping[str, pd.DataFrame]
    results: pd.DataFrame
    described: Mapping[str, Any]
    addresses: Mapping[str, Mapping[str, Any]]
    findings: pd.DataFrame = field(default_factory=pd.DataFrame)
    published: Mapping[str, Any] = field(default_factory=dict)
    imputed: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    grids: Mapping[str, pd.DataFrame] = field(default_factory=dict)


def addresses_of(tables: Mapping[str, Any], figures: Mapping[str, Any]) -> dict[str, Any]:
    """Every printed number of tables, text and figures by its address."""
    addresses = dict(tables["addresses"])
    for figure in figures.values():
        addresses |= figure["addresses"]
    return addresses


def start_lineage(run: Run) -> Lineage:
    """A lineage that knows the subjects (those of DM) and every table, and no dependency yet."""
    lineage = Lineage(subjects=sorted(run.domains["dm"]["USUBJID"]))
    for name, table in run.raw.items():
        subjects = _raw_subjects(run, name, table)
        _add(lineage, f"{RAW}/{name}", table, subjects)
    for name, table in run.domains.items():
        _add(lineage, f"{SDTM}/{name}", table, table["USUBJID"])
    for name, table in run.derived.items():
        _add_parts(lineage, name, table, _codes_of(run.plan, name))
    for folder, tables in ((IMPUTED, run.imputed), (GRIDS, run.grids)):
        for name, table in tables.items():
            _add_completed(lineage, f"{folder}/{name}", table)
    return lineage


def _codes_of(plan: Mapping[str, Any], name: str) -> list[str]:
    """The parameters that the plan declares for a data set, whether anybody has them or not."""
    sets = {one.lower(): spec["parameters"] for one, spec in plan["measurements"]["sets"].items()}
    times = (plan.get("times") or {}).get("times") or {}
    endpoints = plan["endpoints"]["endpoints"]
    declared = {"adresp": endpoints, "decisions": endpoints, "adtte": times, **sets}
    return list(declared.get(name, []))


def _add_completed(lineage: Lineage, name: str, table: pd.DataFrame) -> None:
    """Completed data: what was observed, and of what was drawn the first."""
    rows = np.flatnonzero((table["IMPUTATION"] <= 1).to_numpy(bool))
    part = table.iloc[rows]
    nobody = pd.Series(None, index=part.index, dtype="str")
    _add(lineage, name, part, part.get("USUBJID", nobody), rows)


def frame_of(run: Run, table: Table) -> pd.DataFrame:
    """The rows of a table of the index, in its order."""
    folder, _, name = table.name.partition(":")[0].rpartition("/")
    tables = {RAW: run.raw, SDTM: run.domains, DERIVED: run.derived}
    tables |= {IMPUTED: run.imputed, GRIDS: run.grids}
    whole = tables[folder][name]
    part = whole if table.position is None else whole.iloc[table.position]
    return part.reset_index(drop=True)


def _raw_subjects(run: Run, name: str, table: pd.DataFrame) -> pd.Series:
    """USUBJID of each raw row by its declared subject column; missing where it has none."""
    column = run.plan["sources"]["sources"][name].get("subject")
    if column is None:
        return pd.Series(None, index=table.index, dtype="str")
    return run.plan["study"]["id"] + "-" + table[column].astype("str").str.strip()


def _numbered(lineage: Lineage, subjects: pd.Series) -> np.ndarray:
    number = pd.Series(np.arange(len(lineage.subjects)), index=lineage.subjects)
    return subjects.map(number).fillna(-1).to_numpy("int64")


def _add(
    lineage: Lineage,
    name: str,
    table: pd.DataFrame,
    subjects: pd.Series,
    position: np.ndarray | None = None,
) -> None:
    file = f"results/{name.partition(':')[0]}.parquet"
    columns = tuple(map(str, table.columns))
    lineage.tables[name] = Table(name, file, _numbered(lineage, subjects), columns, position)


def _add_parts(lineage: Lineage, name: str, table: pd.DataFrame, declared: list[str]) -> None:
    if PARTED_BY not in table.columns:
        _add(lineage, f"{DERIVED}/{name}", table, table["USUBJID"])
        return
    for code in sorted({*table[PARTED_BY].unique(), *declared}):
        rows = np.flatnonzero((table[PARTED_BY] == code).to_numpy(bool))
        part = table.iloc[rows]
        _add(lineage, f"{DERIVED}/{name}:{code}", part, part["USUBJID"], rows)
