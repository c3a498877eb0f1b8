"""The cells that a number came from, as records: analysis data, domains, raw rows."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from scripts.audit.lineage.graph import Marks
from scripts.audit.lineage.reads import EXISTENCE
from scripts.audit.lineage.run import RAW
from scripts.audit.trace.evidence import ORIGIN, Evidence, cell_value, identity_of

# Tables from the nearest to print back to the raw files.
STAGES = ("impute/", "derive/", "ingest/sdtm/", f"{RAW}/")


def stage_order(table: str) -> tuple[int, str]:
    """Where a table stands on the way from print to the raw files."""
    stage = next((n for n, prefix in enumerate(STAGES) if table.startswith(prefix)), len(STAGES))
    return stage, table


def records_of(
    evidence: Evidence, marks: Marks, subject: int | None = None
) -> dict[str, list[dict[str, Any]]]:
    """The marked cells as records by table, from analysis data to raw rows; of one subject."""
    found = {}
    for table in sorted(marks.cells, key=stage_order):
        records = list(_records(evidence, table, marks.cells[table], subject))
        if records:
            found[table] = records
    return found


def _records(
    evidence: Evidence, table: str, columns: Mapping[str, np.ndarray], subject: int | None
) -> Iterable[dict[str, Any]]:
    known = evidence.graph.lineage.tables[table]
    rows = np.zeros(known.rows, dtype=bool)
    for marked in columns.values():
        rows |= marked
    if subject is not None:
        rows &= known.subject == subject
    names = [name for name in known.columns if name in columns and name != EXISTENCE]
    chosen = np.flatnonzero(rows)
    if not len(chosen):
        return
    frame = evidence.table(table).iloc[chosen]
    for row, record in zip(chosen, frame.to_dict("records"), strict=True):
        cells = {name: cell_value(record[name]) for name in names if columns[name][row]}
        yield _described(evidence, table, int(row), record, cells)


def _described(
    evidence: Evidence, table: str, row: int, record: Mapping[str, Any], cells: dict[str, Any]
) -> dict[str, Any]:
    """One record: its subject and identity, its origin in a raw file, and the cells in question."""
    number = evidence.graph.lineage.tables[table].subject[row]
    described: dict[str, Any] = {
        "row": row,
        "USUBJID": evidence.graph.lineage.subjects[number] if number >= 0 else None,
    }
    described |= {name: cell_value(record[name]) for name in ORIGIN if name in record}
    if not table.startswith(f"{RAW}/"):
        return {**described, "record": identity_of(record), "cells": cells}
    source = table.removeprefix(f"{RAW}/")
    described["sha256"] = evidence.metadata[source]["sha256"]
    labelled = {}
    for name, value in cells.items():
        label, meaning = evidence.raw_label(source, name, value)
        labelled[name] = {"value": value, "label": label, "meaning": meaning}
    return {**described, "cells": labelled}


def count_cells(marks: Marks) -> dict[str, dict[str, int]]:
    """How many records, columns and cells are marked, by table, raw files last."""
    counts = {}
    for table in sorted(marks.cells, key=stage_order):
        columns = {n: rows for n, rows in marks.cells[table].items() if n != EXISTENCE}
        if columns:
            rows = np.logical_or.reduce(list(columns.values()))
            cells = int(sum(marked.sum() for marked in columns.values()))
            counts[table] = {"records": int(rows.sum()), "columns": len(columns), "cells": cells}
    return counts
