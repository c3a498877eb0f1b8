"""Read every raw file of the plan as it is: types, labels, missing values, hash, and row origin."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from scripts.conditions import nearest
from scripts.ingest.blinding.conceal import conceal
from scripts.ingest.blinding.dummy_plan import ALL, hidden_columns
from scripts.ingest.blinding.keys import BlindingError, check_commitment, read_key
from scripts.ingest.columns import Problem, natural_type, type_column
from scripts.ingest.raw_folder import not_locked
from scripts.job import Job, StepError
from scripts.raw_files import RawColumn, RawFile, RawFileError, parse_raw_file

SHOWN = 5


@dataclass
class SourceRead:
    """One source after reading: its table, what its file says about it, and what is wrong."""

    table: pd.DataFrame = field(default_factory=pd.DataFrame)
    metadata: dict[str, Any] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)


def _absent(path: Path) -> str:
    present = [item.name for item in path.parent.glob("*") if item.is_file()]
    return f"{path}: no such file; {nearest(path.name, present)}; put it there or mend the plan"


def check_columns(file: RawFile, source: Mapping[str, Any]) -> list[str]:
    """Columns that the plan names and the file lacks, and the other way round."""
    present, declared = list(file.columns), source["columns"]
    ignored = source.get("ignore", [])
    unknown = [name for name in present if name not in declared and name not in ignored]
    findings = []
    for name in [*declared, *ignored]:
        if name not in present:
            hint = nearest(name, unknown or present)
            findings.append(
                f"column {name} is not in the file; {hint} "
                "If it was renamed, mend the plan or the export"
            )
    findings += [
        f"column {name} is not in the plan; declare it under `columns`, or under `ignore`"
        for name in unknown
    ]
    reserved = {"SRCFILE", "SRCROW", *(f"{name}_MISSING" for name in present)}
    findings += [
        f"column {name} has a name that we give ourselves; rename it in the export"
        for name in present
        if name in reserved
    ]
    return findings


def _describe(problem: Problem, subjects: pd.Series | None, hidden: bool) -> str:
    if not problem.rows:
        return problem.words
    if hidden:
        return f"{problem.words}: {len(problem.rows)} row(s), not shown while blinded"
    at = []
    for row, value in list(zip(problem.rows, problem.values, strict=True))[:SHOWN]:
        who = "" if subjects is None else f", subject {str(subjects.iloc[row]).strip()}"
        at.append(f"row {row + 1}{who}: {value!r}")
    more = f" and {len(problem.rows) - SHOWN} more" if len(problem.rows) > SHOWN else ""
    return f"{problem.words}: {'; '.join(at)}{more}"


def describe_column(facts: RawColumn, kind: str, ignored: bool) -> dict[str, Any]:
    """What the file says about a column, as metadata."""
    return {
        "name": facts.name,
        "type": kind,
        "label": facts.label,
        "format": facts.format,
        "values": [{"value": value, "label": text} for value, text in facts.labels.items()],
        "missing": [*facts.missing, *({"lo": mark, "hi": mark} for mark in facts.marks)],
        "ignored": ignored,
    }


def _type_table(file: RawFile, source: Mapping[str, Any], hidden: Collection[str]) -> SourceRead:
    read = SourceRead()
    subjects = file.table[source["subject"]] if source.get("subject") in file.columns else None
    parts: dict[str, pd.Series] = {}
    described = []
    for name, facts in file.columns.items():
        declared = source["columns"].get(name)
        kind = declared or {"type": natural_type(facts)}
        typed = type_column(
            file.table[name], facts, kind, file.form == "csv", source.get("decimal", ".")
        )
        # A column that nobody uses cannot be wrong.
        if declared is not None:
            concealed = name in hidden or ALL in hidden
            read.findings += [
                f"column {name} {_describe(problem, subjects, concealed)}"
                for problem in typed.problems
            ]
        parts[name] = typed.values
        if typed.reasons is not None:
            parts[f"{name}_MISSING"] = typed.reasons
        label = facts.label or (declared or {}).get("label")
        described.append({**describe_column(facts, kind["type"], declared is None), "label": label})
    read.table = pd.DataFrame(parts, index=file.table.index)
    read.metadata = {"columns": described}
    return read


def _check_identity(path: Path, found: str, source: Mapping[str, Any]) -> list[str]:
    """Whether the bytes that were read are those that the plan locks."""
    locked = source.get("sha256", found)
    return [] if found == locked else [f"{path}: {not_locked(found, locked)}"]


def read_source(
    source: Mapping[str, Any],
    folder: str | Path,
    content_of: Callable[[Path], bytes] = Path.read_bytes,
    hidden: Collection[str] = (),
) -> SourceRead:
    """Read one source of the plan. Findings name the file; with any, the table must not be used.

    `content_of` gives the bytes of a file, which are read once, hashed, and parsed from memory;
    `hidden` are columns whose values no finding may show.
    """
    path = Path(folder) / source["file"]
    if not path.exists():
        return SourceRead(findings=[_absent(path)])
    try:
        file = parse_raw_file(
            content_of(path), path, source.get("encoding"), source.get("delimiter", ",")
        )
    except RawFileError as error:
        return SourceRead(findings=[f"{path}: {error}"])
    findings = check_columns(file, source)
    read = _type_table(file, source, hidden)
    read.findings = [f"{path}: {text}" for text in findings + read.findings]
    read.findings = _check_identity(path, file.sha256, source) + read.findings
    read.table = read.table.assign(
        SRCFILE=pd.Series(source["file"], index=read.table.index, dtype="str"),
        SRCROW=pd.Series(range(1, len(read.table) + 1), index=read.table.index, dtype="Int64"),
    )
    read.metadata |= {
        "file": source["file"],
        "label": source.get("label"),
        "sha256": file.sha256,
        "bytes": file.size,
        "rows": len(file.table),
        "form": file.form,
        "encoding": file.encoding,
    }
    return read


def read_sources(
    sources: Mapping[str, Any],
    root: str | Path = ".",
    content_of: Callable[[Path], bytes] = Path.read_bytes,
    hidden: Mapping[str, Collection[str]] | None = None,
) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """(tables, metadata) of every source of the plan. Raises StepError listing every finding."""
    folder, concealed = Path(root) / sources["folder"], hidden or {}
    reads = {
        name: read_source(source, folder, content_of, concealed.get(name, ()))
        for name, source in sources["sources"].items()
    }
    findings = [text for read in reads.values() for text in read.findings]
    if findings:
        raise StepError(f"{len(findings)} finding(s) in the raw files\n  " + "\n  ".join(findings))
    return (
        {name: read.table for name, read in reads.items()},
        {name: read.metadata for name, read in reads.items()},
    )


def check_unchanged(metadata: Mapping[str, Any], told: Mapping[str, str]) -> list[str]:
    """Raw files whose bytes are not those that this run began with; `told` has hashes by source."""
    return [
        f"{facts['file']}: sha256 {facts['sha256']}, but {told.get(name)} when the run began"
        for name, facts in metadata.items()
        if facts["sha256"] != told.get(name)
    ]


def read_raw(
    plan: Mapping[str, Any], key: bytes | None, content_of: Callable[[Path], bytes]
) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """What `read_sources` gives; of a blinded trial with dummy arms, without what is withheld."""
    spec = plan.get("blinding")
    if spec is None:
        return read_sources(plan["sources"], content_of=content_of)
    try:
        check_commitment(key or b"", spec["commitment"])
        read = read_sources(plan["sources"], content_of=content_of, hidden=hidden_columns(spec))
        return conceal(spec, key or b"", *read, plan["sources"]["sources"])
    except BlindingError as error:
        raise StepError(str(error)) from None


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        key = read_key(job.path("key")) if "blinding" in job.plan else None
        tables, metadata = read_raw(job.plan, key, job.content)
        changed = check_unchanged(metadata, job.plan["raw"])
        if changed:
            words = "\n  ".join(changed)
            raise StepError(f"raw files changed while this ran; run it again\n  {words}")
        for name, facts in metadata.items():
            job.say(f"{name}: {facts['file']}, {facts['rows']} rows, sha256 {facts['sha256']}")
        job.write_all("tables", tables)
        job.write("metadata", metadata)
