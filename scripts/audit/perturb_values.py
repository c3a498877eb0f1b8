"""Raw values changed one at a time: what then changes in print, and what the trace predicted."""

import multiprocessing
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from scripts.audit.jobs import with_settings
from scripts.audit.lineage.graph import Graph
from scripts.audit.lineage.store import unpack
from scripts.audit.perturbations import Cell, Perturbation, draw_perturbations, read_trial
from scripts.audit.proof import CellProof, Predicted, Trace, by_column, prove, summarise
from scripts.audit.rebuild import build_baseline
from scripts.audit.remember import remember
from scripts.audit.trials import Bench, Outcome
from scripts.job import Job, StepError

TOLD_EVERY = 10
SHOWN = 20
# What a worker finds when it is forked: the baseline and the raw files, made once.
_bench: list[Bench] = []


def _try_cell(values: Sequence[Perturbation]) -> list[Outcome]:
    return _bench[0].try_cell(values)


def try_all(
    bench: Bench,
    drawn: Mapping[Cell, Sequence[Perturbation]],
    processes: int,
    tell: Callable[[str], None] = lambda line: None,
) -> dict[Cell, list[Outcome]]:
    """The outcomes of every value of every cell; the same whatever the number of processes.

    `tell` hears how far it is, a line every few cells.
    """
    _bench[:] = [bench]
    tried: dict[Cell, list[Outcome]] = {}
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        for cell, outcomes in zip(drawn, pool.imap(_try_cell, drawn.values()), strict=True):
            tried[cell] = outcomes
            if len(tried) % TOLD_EVERY == 0:
                tell(f"{len(tried)} of {len(drawn)} cells")
    return tried


def check_baseline(trial: Path, bench: Bench) -> list[str]:
    """Files that the run made again does not make byte for byte as the workflow did."""
    return [
        f"{path} is not what the workflow made"
        for path in bench.printed
        if (trial / path).read_bytes() != (bench.baseline.folder / path).read_bytes()
    ]


def trace_of(graph: Graph) -> Trace:
    """What the trace says of a cell; why it is missing is read from the same raw value."""

    def predict(cell: Cell) -> Predicted:
        table, row, column = cell.address
        names = [column, f"{column}_MISSING"]
        known = graph.lineage.tables[table].columns
        marks = graph.reached([(table, row, name) for name in names if name in known])
        return Predicted(*graph.affected_by(marks))

    return Trace(graph.lineage.numbers.keys(), predict)


def describe(proof: CellProof) -> dict[str, Any]:
    """One cell for the report of the check."""
    return {
        "source": proof.cell.source,
        "row": proof.cell.row + 1,
        "column": proof.cell.column,
        "values": len(proof.outcomes),
        "printed": len(proof.printed),
        "predicted": proof.predicted,
        "changed": proof.changed,
        "precision": proof.precision,
        "missed": len(proof.missed),
    }


def report_proof(
    proofs: Sequence[CellProof], addresses: int, sources: Mapping[str, Any]
) -> dict[str, Any]:
    """The check in numbers: overall, by column, by cell, and everything that was missed."""
    return {
        "addresses": addresses,
        "files": {name: source["file"] for name, source in sources.items()},
        "summary": summarise(proofs, addresses),
        "columns": by_column(proofs, addresses),
        "cells": [describe(proof) for proof in proofs],
        "missed": [miss for proof in proofs for miss in proof.missed],
    }


def tabulate_trials(proofs: Sequence[CellProof]) -> pd.DataFrame:
    """One record a changed value: what it was, what became of the run, how much changed."""
    records = [
        {
            "SOURCE": proof.cell.source,
            "SRCROW": proof.cell.row + 1,
            "COLUMN": proof.cell.column,
            "TRIAL": number,
            "HOW": outcome.perturbation.how,
            "OLD": _text(outcome.perturbation.old),
            "NEW": _text(outcome.perturbation.new),
            "STOPPED": outcome.stopped,
            "WORDS": outcome.words,
            "JOBS": outcome.jobs,
            "CHANGED": len(outcome.changed),
            "PREDICTED": proof.predicted,
            "MISSED": sum(miss["new"] == outcome.perturbation.new for miss in proof.missed),
        }
        for proof in proofs
        for number, outcome in enumerate(proof.outcomes, start=1)
    ]
    texts = ["SOURCE", "COLUMN", "HOW", "OLD", "NEW", "STOPPED", "WORDS"]
    return pd.DataFrame(records).astype(dict.fromkeys(texts, "str"))


def _text(value: Any) -> str | None:
    return None if value is None else f"{value:.15g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        told = snakemake.params["jobs"]  # type: ignore[name-defined]
        asked = job.plan["perturbations"]
        if job.plan.get("blinded"):
            raise StepError(
                "the trial is blinded, and this would write true raw values among the results; "
                "ask for it after unblinding"
            )
        graph = Graph(unpack(job.json("index"), job.table("arrays")))
        raw = read_trial(job.plan["sources"], Path())
        printed = [job.path("tables"), *job.paths("figures")]
        jobs = with_settings(told, asked["settings"])
        with tempfile.TemporaryDirectory() as room:
            folder = Path(room) / "baseline"
            folder.mkdir()
            bench = Bench.of(raw, build_baseline(jobs, Path.cwd(), folder), printed)
            wrong = check_baseline(Path(), bench) if jobs == told else []
            if wrong:
                raise StepError(
                    f"the run made again is not the workflow's, {len(wrong)} finding(s)\n  "
                    + "\n  ".join(wrong[:SHOWN])
                )
            remember()
            drawn = draw_perturbations(
                raw, asked["cells"], asked["values"], job.plan["settings.seed"]
            )
            tried = try_all(bench, drawn, job.threads, job.tell)
        proofs = prove(tried, trace_of(graph), bench.addresses)
        report = report_proof(proofs, len(bench.addresses), raw.sources)
        job.write("report", report)
        job.write("trials", tabulate_trials(proofs), "trials")
