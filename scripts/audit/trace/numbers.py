"""From a printed number: its value, method and code, its subjects, and the records behind it."""

from typing import Any

import numpy as np

from scripts.audit.lineage.graph import Marks
from scripts.audit.lineage.origins import sources
from scripts.audit.lineage.reads import KEPT, Read
from scripts.audit.trace.evidence import Evidence
from scripts.audit.trace.records import count_cells, records_of

OF_ANALYSIS = ["title", "kind", "role", "estimand", "population", "subset", "endpoint"]
OF_ANALYSIS += ["endpoint_label", "missing", "method", "note", "warnings", "groups"]


def trace_number(
    evidence: Evidence, address: str, subject: str | None = None, everything: bool = False
) -> dict[str, Any]:
    """All that stands behind a number; its records are those of one subject, or of all.

    Raises TraceError for an address or a subject that there is not.
    """
    entry = evidence.entry(address)
    numbers = evidence.graph.lineage.numbers.get(address, ())
    reads = [evidence.graph.lineage.reads[number] for number in numbers]
    marks = sources(evidence.graph, reads)
    answer: dict[str, Any] = {
        "address": address,
        "display": entry["display"],
        "text": entry["text"],
        "value": entry["value"],
        "kind": entry["kind"],
        "source": entry["source"],
        "made_by": made_by(evidence, entry["source"].get("file")),
    }
    analysis = _analysis_of(evidence, entry["source"].get("file", ""))
    if analysis is not None:
        answer["analysis"] = {"id": analysis["id"], **{k: analysis.get(k) for k in OF_ANALYSIS}}
        answer["subjects"] = analysis["subjects"]
    answer["reads"] = [describe_read(evidence, read) for read in reads]
    answer["cells"] = count_cells(marks)
    answer["files"] = raw_files(evidence, marks)
    if subject is not None:
        number = evidence.subject_number(subject)
        answer["subject"] = evidence.graph.lineage.subjects[number]
        answer["decisions"] = decisions_of(evidence, marks, number)
        answer["records"] = records_of(evidence, marks, number)
    elif everything:
        answer["records"] = records_of(evidence, marks)
    return answer


def _analysis_of(evidence: Evidence, file: str) -> dict[str, Any] | None:
    name = file.removeprefix("results/analyse/").removesuffix(".json")
    return evidence.results.get(name) if file.startswith("results/analyse/") else None


def made_by(evidence: Evidence, file: str | None) -> dict[str, Any] | None:
    """The rule that made a file, and the code that it ran with its hashes."""
    seal = evidence.seals.get(file or "")
    if seal is None:
        return None
    code = {
        path.removeprefix("code:"): entry["sha256"]
        for path, entry in seal["inputs"].items()
        if path.startswith("code:scripts/")
    }
    return {"rule": seal["rule"], "file": file, "code": code}


def describe_read(evidence: Evidence, read: Read) -> dict[str, Any]:
    """A read in words: from which table, which columns, of which rows, and how many those are."""
    table = evidence.graph.lineage.tables[read.table]
    state = evidence.graph.state(read, np.arange(table.rows))
    return {
        "table": read.table,
        "columns": list(read.columns),
        "conditions": [
            {
                "words": part.words,
                "columns": list(part.columns),
                "left_out": int((state == n).sum()),
            }
            for n, part in enumerate(read.filters)
        ],
        "rows": int((state == KEPT).sum()),
    }


def raw_files(evidence: Evidence, marks: Marks) -> list[dict[str, Any]]:
    """The raw files among the marked tables, with their hashes."""
    found = []
    for source, content in evidence.metadata.items():
        if f"ingest/raw/{source}" in marks.cells:
            found.append({"source": source, **{k: content[k] for k in ("file", "sha256", "rows")}})
    return found


def decisions_of(evidence: Evidence, marks: Marks, subject: int) -> dict[str, list[dict[str, Any]]]:
    """The decision trace of one subject for every endpoint that the marked cells belong to."""
    found = {}
    for table in sorted(marks.cells):
        stage, _, code = table.partition(":")
        trace = f"derive/decisions:{code}"
        known = evidence.graph.lineage.tables.get(trace)
        if stage != "derive/adresp" or known is None:
            continue
        rows = evidence.table(trace)[known.subject == subject]
        shown = rows[["CLAUSE", "SRCDOM", "SRCSEQ", "ADAYS", "MET"]].astype(object)
        found[code] = shown.where(shown.notna(), None).to_dict("records")
    return found
