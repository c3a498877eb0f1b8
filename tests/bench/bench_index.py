"""The trace index with many subjects: CPU seconds to build it and its size, beside its trial's.

The trial is the embedded one, every record many times over with new subjects.
"""

import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from scripts.audit.build_index import build_lineage
from scripts.audit.lineage.graph import Graph
from scripts.audit.lineage.run import Run, addresses_of
from scripts.audit.lineage.store import pack
from scripts.plan import load_plan
from scripts.tables import format_json, read_json, read_table, write_table

RESULTS = Path("results")
# What names a person in a table; in raw files each source's own column does.
PERSON = "USUBJID"


def _tables(folder: str) -> dict[str, pd.DataFrame]:
    return {path.stem: read_table(path) for path in sorted((RESULTS / folder).glob("*.parquet"))}


def gather() -> Run:
    """What the index of the run in `results/` is built from."""
    plan = load_plan(yaml.safe_load(Path("config/config.yaml").read_text()), "config")
    figures = {p.stem: read_json(p) for p in sorted((RESULTS / "report/figures").glob("*.json"))}
    return Run(
        plan=plan,
        raw=_tables("ingest/raw"),
        domains=_tables("ingest/sdtm"),
        derived=_tables("derive"),
        results=read_table(RESULTS / "analyse/results.parquet"),
        described=read_json(RESULTS / "analyse/results.json"),
        addresses=addresses_of(read_json(RESULTS / "report/tables.json"), figures),
        findings=read_table(RESULTS / "validate/findings.parquet"),
        published=read_json(RESULTS / "report/published.json"),
        imputed={n: t for n, t in _tables("impute").items() if "IMPUTATION" in t.columns},
        grids=_tables("impute/grids"),
    )


def _again(table: pd.DataFrame, times: int, people: list[str]) -> pd.DataFrame:
    """Every record that many times, with new people and new rows of its raw file."""
    turn = np.repeat(np.arange(times), len(table))
    many = pd.concat([table] * times, ignore_index=True)
    ending = pd.Series(turn).map("x{:02d}".format)
    for name in people:
        if name in many.columns:
            many[name] = (many[name] + ending).where(many[name].notna())
    if "SRCROW" in many.columns and len(table):
        many["SRCROW"] = many["SRCROW"] + turn * int(table["SRCROW"].max())
    return many


def multiply(run: Run, times: int, raw_people: list[str]) -> Run:
    """The same run with that many times its subjects; `raw_people` names them in raw files."""

    def of(tables: Any, people: list[str]) -> dict[str, pd.DataFrame]:
        return {name: _again(table, times, people) for name, table in tables.items()}

    first = {name: table[table["IMPUTATION"] <= 1] for name, table in run.imputed.items()}
    return Run(**{
        **vars(run), "raw": of(run.raw, raw_people), "domains": of(run.domains, [PERSON]),
        "derived": of(run.derived, [PERSON]), "findings": _again(run.findings, times, [PERSON]),
        "imputed": of(first, [PERSON]),
    })  # fmt: skip


def _size(index: dict[str, Any], arrays: pd.DataFrame) -> float:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "arrays.parquet"
        write_table(arrays.assign(CONTENT=arrays["CONTENT"].map(bytes.hex)), path)
        return (path.stat().st_size + len(format_json(index).encode())) / 1e6


def measure(quick: bool) -> dict[str, Any]:
    """Seconds and size of the index of the embedded trial, and of 60 times as many subjects."""
    once, found = gather(), {}
    identifiers = ["SUBJID", "SCRNO"]
    for times in (1,) if quick else (1, 60):
        run = once if times == 1 else multiply(once, times, identifiers)
        start = time.process_time()
        lineage = build_lineage(run)
        index, arrays = pack(lineage)
        seconds = time.process_time() - start
        graph = Graph(lineage)
        start = time.process_time()
        numbers = graph.affected([("ingest/raw/visits", 5, "PLT")])
        asked = time.process_time() - start
        found[f"index_n{len(lineage.subjects)}"] = {
            "build_cpu_seconds": seconds,
            "mb": _size(index, arrays),
            "affected_cpu_seconds": asked,
            "affected_numbers": len(numbers),
            "numbers": len(lineage.numbers),
            "reads": len(index["reads"]),
        }
    return found
