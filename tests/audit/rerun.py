"""A trial made again in process, from raw tables to analysis data, to see what a raw value changes.

What changed is compared with what the index says could change. Cells of one batch belong to
different subjects, so that one run of the trial tells of many cells.
"""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from scripts.audit.lineage import mapping
from scripts.audit.lineage.derivations import declare_analysis_data
from scripts.audit.lineage.graph import Graph, Marks
from scripts.audit.lineage.reads import EXISTENCE
from scripts.audit.lineage.run import Run, start_lineage
from scripts.derive.derive_events import derive_events
from scripts.derive.derive_exposure import derive_exposure
from scripts.derive.derive_measurements import derive_measurements
from scripts.derive.derive_medications import derive_medications
from scripts.derive.derive_subjects import derive_subjects
from scripts.derive.derive_times import derive_times
from scripts.derive.endpoints import decision_table, derive_verdicts, response_table
from scripts.derive.evidence import gather_evidence
from scripts.ingest.joins import prepare_source
from scripts.ingest.read_raw import read_sources
from scripts.ingest.standardise import standardise
from scripts.plan import load_plan
from scripts.tables import conform, read_contract, read_table, write_table

PROJECT = Path(__file__).resolve().parents[2]
SECOND = PROJECT / "tests" / "workflow" / "second_trial"
Tables = dict[str, pd.DataFrame]
Cell = tuple[str, int, str]
# A number that only tells records apart: another one is no other record.
IDENTITY = ("SRCSEQ", "DECSEQ")


@cache
def contract(name: str):
    return read_contract(PROJECT / "config" / "schemas" / "tables" / f"{name}.yaml")


def as_kept(table: pd.DataFrame) -> pd.DataFrame:
    """A raw table as the next step reads it."""
    with tempfile.TemporaryDirectory() as folder:
        write_table(table, Path(folder) / "raw.parquet")
        return read_table(Path(folder) / "raw.parquet")


@dataclass
class Trial:
    """A trial as its raw files make it, and the index of what depends on what."""

    plan: dict[str, Any]
    metadata: dict[str, Any]
    raw: Tables
    run: Run
    graph: Graph

    def made_of(self, raw: Tables) -> tuple[Tables, Tables]:
        """The domains and the analysis data sets that these raw tables make."""
        return remake(self.plan, self.metadata, raw)

    def marks(self, cells: Iterable[Cell]) -> Marks:
        """What the index says may change when these raw cells do."""
        return self.graph.reached([(f"ingest/raw/{s}", row, name) for s, row, name in cells])

    def reached(self, source: str, row: int, column: str) -> dict[str, set[str]]:
        """The columns of each made table that a raw cell may change."""
        cells = self.marks([(source, row, column)]).cells
        return {
            table: {name for name, rows in columns.items() if rows.any()}
            for table, columns in cells.items()
            if not table.startswith("ingest/raw")
        }

    def subject_of(self, source: str) -> np.ndarray:
        """The subject of every raw row."""
        return self.graph.lineage.tables[f"ingest/raw/{source}"].subject

    def keyed(self, domains: Tables, derived: Tables) -> Tables:
        """Every table of the index by name, each record by what it was made from."""
        found, names = {}, {}
        for name, table in domains.items():
            block = self._blocks(name, table)
            row = table["SRCFILE"] + "|" + table["SRCROW"].astype(str)
            key = table["USUBJID"] + "|" + row + "|" + block
            found[f"ingest/sdtm/{name}"] = table.set_axis(key.to_numpy(object))
            if f"{name.upper()}SEQ" in table.columns:
                number = table[f"{name.upper()}SEQ"].astype(str)
                names |= dict(zip(name.upper() + table["USUBJID"] + number, key, strict=True))
        for name, table in derived.items():
            one = name in ("adsl", "adresp", "adtte")
            record = (
                table["SRCDOM"] + table["USUBJID"] + table["SRCSEQ"].astype(str)
                if not one
                else None
            )
            key = table["USUBJID"] if one else record.map(names)
            table = table.set_axis(key.to_numpy(object))
            if "PARAMCD" in table.columns:
                parts = dict(list(table.groupby("PARAMCD", sort=True)))
                found |= {f"derive/{name}:{code}": part for code, part in parts.items()}
            else:
                found[f"derive/{name}"] = table
        return found

    def _blocks(self, domain: str, table: pd.DataFrame) -> pd.Series:
        """Which blocks of the mapping may have made each record, by their constants."""
        block = pd.Series("", index=table.index)
        sources = self.plan["sources"]["sources"]
        for number, spec in enumerate(self.plan["sdtm"]["domains"][domain.upper()]["records"]):
            raw = self.raw[spec["source"]]
            rows = mapping.raw_rows_of(table, prepare_source(raw, sources[spec["source"]]))
            made = mapping.records_of(spec, table, rows, np.ones(len(raw), dtype=bool))
            block += np.where(made, str(number), "")
        return block


def remake(plan: dict[str, Any], metadata: Any, raw: Tables) -> tuple[Tables, Tables]:
    """The domains and the analysis data sets, by the functions of the steps themselves."""
    names = [name.lower() for name in plan["sdtm"]["domains"]]
    made = standardise(raw, metadata, plan, {name: contract(name) for name in names})
    domains = {name: conform(table, contract(name)) for name, table in made.domains.items()}
    adsl = conform(derive_subjects(domains, plan), contract("adsl"))
    measured = derive_measurements(adsl, domains, plan["measurements"], plan["trial"])
    measured = {name: conform(table, contract("bds")) for name, table in measured.items()}
    derived = {"adsl": adsl, **measured}
    for name, derive in (
        ("adcm", derive_medications),
        ("adae", derive_events),
        ("adex", derive_exposure),
    ):
        derived[name] = conform(derive(adsl, domains, plan["events"]), contract(name))
    endpoints = plan["endpoints"]["endpoints"]
    evidence = gather_evidence(adsl, measured, derived["adcm"], domains, endpoints)
    derive_verdicts(evidence)
    adresp = conform(response_table(evidence), contract("adresp"))
    times = derive_times(adsl, adresp, measured, domains, plan["times"]["times"])
    decisions = conform(decision_table(evidence), contract("decisions"))
    derived |= {"adresp": adresp, "adtte": conform(times, contract("adtte"))}
    return domains, {**derived, "decisions": decisions}


@cache
def trial_of(folder: Path) -> Trial:
    """The trial in a folder, from its raw files."""
    top = yaml.safe_load((folder / "config" / "config.yaml").read_text("utf-8"))
    plan = load_plan(top, folder / "config")
    plan["study.id"] = plan["study"]["id"]
    tables, metadata = read_sources(plan["sources"], folder)
    raw = {name: as_kept(table) for name, table in tables.items()}
    domains, derived = remake(plan, metadata, raw)
    run = Run(plan, raw, domains, derived, pd.DataFrame(), {}, {})
    lineage = start_lineage(run)
    mapping.declare_domains(lineage, run)
    declare_analysis_data(lineage, run)
    assert lineage.check() == []
    return Trial(plan, metadata, raw, run, Graph(lineage))


def changed_value(trial: Trial, cell: Cell, rng: np.random.Generator) -> Any:
    """Another value for a raw cell: one that stands elsewhere, a shifted one, or none (None)."""
    source, row, column = cell
    values = trial.raw[source][column]
    kind = trial.plan["sources"]["sources"][source]["columns"][column]["type"]
    old, others = values.iloc[row], values.dropna().unique()
    others = [value for value in others if pd.isna(old) or value != old]
    how = rng.choice(["other", "shift", "none"], p=[0.5, 0.3, 0.2])
    if how == "none" and not pd.isna(old):
        return None
    if how == "shift" and not pd.isna(old) and kind == "date":
        return old + pd.Timedelta(days=int(rng.choice([-40, -7, -1, 1, 7, 40])))
    if how == "shift" and not pd.isna(old) and kind == "number":
        return old + float(rng.choice([-20, -1, 1, 25]))
    return others[int(rng.integers(len(others)))] if others else None


def with_cells(raw: Tables, cells: dict[Cell, Any]) -> Tables:
    """The raw tables with other values; a value has no reason to be missing."""
    tables = {name: table.copy() for name, table in raw.items()}
    for (source, row, column), value in cells.items():
        table = tables[source]
        values = table[column].copy()
        values.iloc[row] = value
        table[column] = values
        if f"{column}_MISSING" in table.columns:
            reasons = table[f"{column}_MISSING"].copy()
            reasons.iloc[row] = np.nan
            table[f"{column}_MISSING"] = reasons
    return tables


def missed(trial: Trial, new: Tables, marks: Marks) -> list[str]:
    """Every cell that changed, and every record that came or went, without being predicted."""
    old = trial.keyed(
        trial.run.domains, {k: v for k, v in trial.run.derived.items() if k != "decisions"}
    )
    return [
        text
        for name in sorted(set(old) | set(new))
        for text in _missed(trial, name, old.get(name), new.get(name), marks)
    ]


def _missed(trial: Trial, name: str, old: Any, new: Any, marks: Marks) -> list[str]:
    old = new.iloc[:0] if old is None else old
    new = old.iloc[:0] if new is None else new
    assert old.index.is_unique and new.index.is_unique, name
    cells, nothing = marks.cells.get(name, {}), np.zeros(len(old), dtype=bool)
    there = cells.get(EXISTENCE, nothing)
    gone = ~old.index.isin(new.index)
    found = [f"{name}: {key} gone" for key in old.index[gone & ~there]]
    number = {who: place for place, who in enumerate(trial.graph.lineage.subjects)}
    born = marks.born.get(name, np.zeros(len(number), dtype=bool))
    fresh = new[~new.index.isin(old.index)]
    found += [
        f"{name}: {key} is new"
        for key, who in zip(fresh.index, fresh["USUBJID"], strict=True)
        if not (born[number[who]] if who in number else born.all())
    ]
    kept = np.flatnonzero(~gone)
    again = new.loc[old.index[kept]]
    for column in old.columns.intersection(again.columns):
        if column in IDENTITY or column.endswith("SEQ"):
            continue
        before, after = old[column].iloc[kept].astype(object), again[column].astype(object)
        same = (before == after).fillna(False) | (before.isna() & after.isna())
        rows = kept[~same.to_numpy(bool)]
        marked = cells.get(column, nothing) | there
        found += [f"{name}: {old.index[row]} {column}" for row in rows[~marked[rows]]]
    return found
