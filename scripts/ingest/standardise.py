"""Map the raw tables to SDTM domains by the plan's mapping; every record keeps its raw row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from scripts.conditions import evaluate
from scripts.ingest.codelists import Unmapped, check_labels, describe_unmapped, note_unlabelled
from scripts.ingest.expressions import (
    Block,
    evaluate_expression,
    format_values,
    order_of,
    parts_of,
    with_name,
)
from scripts.ingest.joins import join_source, prepare_source
from scripts.job import Job, StepError
from scripts.tables import DTYPES, Contract

SHOWN = 5
RAW = ["SRCFILE", "SRCROW"]


@dataclass
class Standardised:
    """The domains by their lower-case names, what is wrong with the data, and what to note."""

    domains: dict[str, pd.DataFrame] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    unmapped: list[Unmapped] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Study:
    """What every block is mapped with: raw tables, the plan, and each subject's reference date."""

    tables: Mapping[str, pd.DataFrame]
    plan: Mapping[str, Any]
    reference: pd.Series

    def file_of(self, source: str) -> str:
        """The file of a source."""
        return self.plan["sources"]["sources"][source]["file"]


def _joined(block: Mapping[str, Any], study: Study) -> tuple[pd.DataFrame, list[str]]:
    source = block["source"]
    rows, findings = study.tables[source], []
    for name, join in block.get("join", {}).items():
        other = study.tables[name]
        if "where" in join:
            other = other[evaluate(join["where"], other)]
        rows, found = join_source(rows, other, name, join, study.file_of(source))
        findings += found
    rows = rows[evaluate(block.get("where"), rows)].reset_index(drop=True)
    return rows, findings


def _subjects(spec: Mapping[str, Any], block: Block, plan: Mapping[str, Any]) -> pd.Series:
    default = {"column": plan["sources"]["sources"][block.source].get("subject")}
    subjects = format_values(evaluate_expression(spec.get("subject", default), block))
    nobody = block.rows.loc[subjects.isna(), "SRCROW"]
    if len(nobody):
        rows = ", ".join(map(str, nobody.head(SHOWN)))
        more = f" and {len(nobody) - SHOWN} more" if len(nobody) > SHOWN else ""
        block.findings.append(
            f"{block.files[block.source]}: no subject in row {rows}{more}; fill it in, or leave "
            "such rows out with `where`"
        )
    return subjects


def map_block(
    domain: str, spec: Mapping[str, Any], contract: Contract, study: Study
) -> tuple[pd.DataFrame, Block]:
    """The records of one block, before they are numbered."""
    plan = study.plan
    rows, findings = _joined(spec, study)
    files = {name: source["file"] for name, source in plan["sources"]["sources"].items()}
    block = Block(domain, spec["source"], rows, plan["sdtm"]["codelists"], plan["trial"], files)
    block.findings += findings
    block.subjects = _subjects(spec, block, plan)
    usubjid = plan["study.id"] + "-" + block.subjects
    block.reference = usubjid.map(study.reference).astype("str")
    for name in order_of(spec["variables"], domain):
        values = evaluate_expression(with_name(spec["variables"][name], name), block)
        block.made[name] = _cast(name, values, contract.columns[name]["type"], block)
    identity = {"USUBJID": usubjid, **({"SUBJID": block.subjects} if domain == "DM" else {})}
    records = pd.DataFrame({**identity, **block.made, **{name: rows[name] for name in RAW}})
    records.insert(0, "STUDYID", pd.Series(plan["study.id"], index=rows.index, dtype="str"))
    records.insert(1, "DOMAIN", pd.Series(domain, index=rows.index, dtype="str"))
    return records, block


def _cast(name: str, values: pd.Series, kind: str, block: Block) -> pd.Series:
    """The values as the domain's contract wants them; what is no number is a finding."""
    if kind in ("text", "flag"):
        return format_values(values)
    numbers = pd.to_numeric(values, errors="coerce").astype("float64")
    wrong = values.notna() & numbers.isna()
    if kind == "integer":
        wrong |= numbers.notna() & (numbers % 1 != 0)
    if wrong.any():
        at = [
            f"row {row}, subject {subject}: {value!r}"
            for row, subject, value in zip(
                block.rows.loc[wrong, "SRCROW"].head(SHOWN),
                block.subjects[wrong],
                values[wrong],
                strict=False,
            )
        ]
        block.findings.append(
            f"{block.files[block.source]}: {block.domain}.{name} must be {kind}, {int(wrong.sum())}"
            f" value(s) are not: {'; '.join(at)}; mend the data or map them by a code list"
        )
    return numbers.where(~wrong).astype(DTYPES[kind])


def number_records(records: pd.DataFrame, domain: str, order: list[str]) -> pd.DataFrame:
    """The records with --SEQ: numbers from 1 within each subject in the stated order."""
    by = ["USUBJID", *[name for name in order if name in records.columns]]
    # Stable, so that ties keep the order of the blocks and of the raw rows.
    ordered = records.sort_values(by, kind="stable", na_position="last", ignore_index=True)
    number = ordered.groupby("USUBJID").cumcount().add(1).astype("Int64")
    return ordered.assign(**{f"{domain}SEQ": number})


def _check_subjects(records: pd.DataFrame) -> Iterator[str]:
    """Subjects that have more than one record in DM."""
    twice = records[records.duplicated("USUBJID", keep=False) & records["USUBJID"].notna()]
    for subject, rows in twice.groupby("SUBJID", sort=True):
        at = [f"{row} of {file}" for file, row in zip(rows["SRCFILE"], rows["SRCROW"], strict=True)]
        yield (
            f"subject {subject} stands {len(rows)} times, in row {', row '.join(at)}; DM holds each"
            " subject once: remove the duplicate or give it its own number"
        )


def map_domain(
    domain: str, spec: Mapping[str, Any], contract: Contract, study: Study, result: Standardised
) -> None:
    """One domain from all its blocks, added to the result with whatever is wrong with it."""
    parts = []
    for number, block_spec in enumerate(spec["records"], start=1):
        records, block = map_block(domain, block_spec, contract, study)
        parts.append(records)
        result.findings += block.findings
        result.unmapped += block.unmapped
        raw = len(study.tables[block.source])
        result.notes.append(
            f"{domain} record {number}: {len(records)} of {raw} row(s) of {block.source}"
        )
    table = pd.concat(parts, ignore_index=True)
    if domain == "DM":
        result.findings += _check_subjects(table)
    if f"{domain}SEQ" in contract.columns:
        table = number_records(table, domain, spec.get("order", []))
    required = [name for name, rule in contract.columns.items() if rule.get("required")]
    empty = {
        name: pd.Series(None, index=table.index, dtype=DTYPES[contract.columns[name]["type"]])
        for name in required
        if name not in table.columns
    }
    table = table.assign(**empty)
    result.domains[domain.lower()] = table[
        [name for name in contract.columns if name in table.columns]
    ]


def _coded_columns(sdtm: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(source, column, code list) of every column that goes through a code list."""
    for spec in sdtm["domains"].values():
        for block in spec["records"]:
            for expression in [*block["variables"].values(), block.get("subject", {})]:
                for part in parts_of(expression):
                    if "codelist" in part and "column" in part:
                        source, _, column = part["column"].rpartition(".")
                        yield source or block["source"], column, part["codelist"]


def _check_codes(
    plan: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
    metadata: Mapping[str, Any],
    result: Standardised,
) -> None:
    for source, column, codelist in sorted(set(_coded_columns(plan["sdtm"]))):
        facts = {item["name"]: item for item in metadata[source]["columns"]}[column]
        file, codes = metadata[source]["file"], plan["sdtm"]["codelists"][codelist]
        result.findings += check_labels(codelist, codes, file, facts)
        result.notes += note_unlabelled(tables[source][column], file, facts)


def _error(result: Standardised) -> StepError:
    codes = describe_unmapped(result.unmapped)
    findings = list(dict.fromkeys(result.findings))
    text = f"{len(findings) + len(codes)} finding(s) in mapping the raw data to SDTM"
    if codes:
        text += (
            f"\n  {len(codes)} raw value(s) have no code; add them to config/sdtm.yaml "
            "or correct the data:\n    " + "\n    ".join(codes)
        )
    return StepError(text + "".join(f"\n  {finding}" for finding in findings))


def standardise(
    raw: Mapping[str, pd.DataFrame],
    metadata: Mapping[str, Any],
    plan: Mapping[str, Any],
    contracts: Mapping[str, Contract],
) -> Standardised:
    """The SDTM domains of the plan. Raises StepError listing every finding.

    `plan` holds the sections sources, sdtm and trial, and study.id; `contracts` the contract of
    each domain by its lower-case name. DM is made first, because study days need RFSTDTC.
    """
    sources, domains = plan["sources"]["sources"], plan["sdtm"]["domains"]
    tables = {name: prepare_source(raw[name], source) for name, source in sources.items()}
    result = Standardised()
    _check_codes(plan, tables, metadata, result)
    reference = pd.Series(dtype="str")
    for domain in sorted(domains, key=lambda name: (name != "DM", name)):
        study = Study(tables, plan, reference)
        map_domain(domain, domains[domain], contracts[domain.lower()], study, result)
        if domain == "DM":
            known = result.domains["dm"].dropna(subset=["USUBJID"]).drop_duplicates("USUBJID")
            reference = known.set_index("USUBJID")["RFSTDTC"]
    if result.findings or result.unmapped:
        raise _error(result)
    return result


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        names = [domain.lower() for domain in job.plan["sdtm"]["domains"]]
        made = standardise(
            job.tables("raw"),
            job.json("metadata"),
            job.plan,
            {name: job.contract(name) for name in names},
        )
        for note in made.notes:
            job.say(note)
        job.write_all("domains", made.domains)
