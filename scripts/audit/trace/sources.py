"""From a raw value or a subject: which printed numbers depend on it."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np

from scripts.audit.lineage.graph import Cell
from scripts.audit.lineage.run import RAW
from scripts.audit.trace.evidence import ORIGIN, Evidence, TraceError, cell_value
from scripts.audit.trace.records import count_cells, records_of
from scripts.conditions import nearest

MISSING = "_MISSING"


def trace_source(evidence: Evidence, place: str) -> dict[str, Any]:
    """What depends on a raw value, named FILE:ROW:COLUMN; the row counts from 1 in the file.

    Raises TraceError for a file, row or column that there is not.
    """
    file, row, column = _parted(place)
    source = evidence.source_of(file)
    table = evidence.table(f"{RAW}/{source}")
    if column not in table.columns or column in ORIGIN:
        known = [
            name for name in table.columns if not name.endswith(MISSING) and name not in ORIGIN
        ]
        raise TraceError(f"{file} has no column {column!r} that is read; {nearest(column, known)}")
    at = np.flatnonzero((table["SRCROW"] == row).to_numpy(bool))
    if not len(at):
        last = int(table["SRCROW"].max())
        raise TraceError(f"{file} has no row {row}; its rows are 1 to {last}")
    value = cell_value(table[column].iloc[at[0]])
    label, meaning = evidence.raw_label(source, column, value)
    number = evidence.graph.lineage.tables[f"{RAW}/{source}"].subject[at[0]]
    return {
        "file": evidence.metadata[source]["file"],
        "sha256": evidence.metadata[source]["sha256"],
        "row": row,
        "column": column,
        "label": label,
        "value": value,
        "meaning": meaning,
        "USUBJID": evidence.graph.lineage.subjects[number] if number >= 0 else None,
        **_dependents(evidence, [(f"{RAW}/{source}", int(at[0]), column)]),
    }


def _parted(place: str) -> tuple[str, int, str]:
    parts = place.rsplit(":", 2)
    if len(parts) != 3 or not parts[1].isdigit():
        raise TraceError(f"{place!r} is no place in a raw file; give FILE:ROW:COLUMN")
    return parts[0], int(parts[1]), parts[2]


def trace_subject(evidence: Evidence, name: str) -> dict[str, Any]:
    """What depends on any raw value of a subject. Raises TraceError for no such subject."""
    number = evidence.subject_number(name)
    cells: list[Cell] = []
    for table, known in evidence.graph.lineage.tables.items():
        if table.startswith(f"{RAW}/"):
            rows = np.flatnonzero(known.subject == number).tolist()
            cells += [(table, row, column) for row in rows for column in known.columns]
    answer = _dependents(evidence, cells)
    subject = evidence.graph.lineage.subjects[number]
    analyses = {
        name: "used" if subject in result["subjects"]["used"] else _reason(result, subject)
        for name, result in evidence.results.items()
    }
    return {"USUBJID": subject, "analyses": analyses, **answer}


def _reason(result: dict[str, Any], subject: str) -> str | None:
    for part in result["subjects"]["excluded"]:
        if subject in part["USUBJID"]:
            return str(part["reason"])
    return None


def _dependents(evidence: Evidence, cells: Iterable[Cell]) -> dict[str, Any]:
    """The printed numbers that depend on cells, by display, and the records on the way."""
    cells = list(cells)
    marks = evidence.graph.reached(cells)
    affected = evidence.graph.affected(cells)
    addresses = [address for address in evidence.addresses if address in affected]
    counts = Counter(evidence.addresses[address]["display"]["id"] for address in addresses)
    answer: dict[str, Any] = {
        "numbers": len(addresses),
        "of": len(evidence.addresses),
        "displays": dict(counts),
        "addresses": {at: evidence.addresses[at]["text"] for at in addresses},
        "cells": count_cells(marks),
    }
    if len(cells) == 1:
        answer["records"] = records_of(evidence, marks)
    return answer
