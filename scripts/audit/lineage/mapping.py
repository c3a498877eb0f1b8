"""How raw rows become SDTM records: what each domain and each of its variables reads.

The blocks of the mapping are read again as scripts/ingest/standardise.py maps them; a record knows
its raw row, and `where` and constants tell the blocks of one source apart. A record that several
blocks could have made belongs to all of them: nothing is then missed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from scripts.audit.lineage.filters import all_hold, filters_of
from scripts.audit.lineage.mapping_reads import BlockReads, Joined, known_columns
from scripts.audit.lineage.reads import EXISTENCE, Derivation, Filter, Lineage, Link, Read
from scripts.audit.lineage.run import RAW, SDTM, Run
from scripts.conditions import evaluate, variables_of
from scripts.ingest.expressions import (
    HEADS,
    Block,
    evaluate_expression,
    format_values,
    head_of,
    with_name,
)
from scripts.ingest.joins import join_source, prepare_source

RULE = "standardise"
MAPPED_BY = "scripts.ingest.standardise:map_block"
ORIGIN = ("SRCFILE", "SRCROW")


@dataclass(frozen=True)
class Study:
    """What every block is read with: the run and its raw tables as they are mapped."""

    lineage: Lineage
    run: Run
    raw: Mapping[str, pd.DataFrame]

    def subject_column(self, source: str) -> str | None:
        """The column of a source that names the subject."""
        return self.run.plan["sources"]["sources"][source].get("subject")

    def subject_of(self, spec: Mapping[str, Any]) -> Mapping[str, Any]:
        """The expression that gives the subject of a block's records."""
        return spec.get("subject", {"column": self.subject_column(spec["source"])})

    def numbers_of(self, subjects: pd.Series) -> np.ndarray:
        """Subject numbers of SUBJID, -1 for whoever is not in DM."""
        number = pd.Series(np.arange(len(self.lineage.subjects)), index=self.lineage.subjects)
        names = self.run.plan["study"]["id"] + "-" + subjects
        return names.map(number).fillna(-1).to_numpy("int64")


def declare_domains(lineage: Lineage, run: Run) -> None:
    """Declare what every domain of the plan is made from; raw rows learn their subjects."""
    sources = run.plan["sources"]["sources"]
    raw = {
        name: prepare_source(run.raw[name].reset_index(drop=True), source)
        for name, source in sources.items()
    }
    study = Study(lineage, run, raw)
    domains = run.plan["sdtm"]["domains"]
    # DM first: its blocks say whom the rows of a source without a subject number belong to.
    for domain in sorted(domains, key=lambda name: (name != "DM", name)):
        for number, spec in enumerate(domains[domain]["records"]):
            _declare_block(domain, number, spec, study)


def raw_rows_of(table: pd.DataFrame, raw: pd.DataFrame) -> np.ndarray:
    """For each record the raw row (from 0) that it says it came from, -1 for another file."""
    place = pd.Series(np.arange(len(raw)), index=pd.MultiIndex.from_frame(raw[list(ORIGIN)]))
    return place.reindex(pd.MultiIndex.from_frame(table[list(ORIGIN)])).fillna(-1).to_numpy("int64")


def _is_constant(values: pd.Series, constant: Any) -> np.ndarray:
    if isinstance(constant, str):
        return (values.astype("str") == constant).to_numpy(bool)
    return (pd.to_numeric(values, errors="coerce") == constant).fillna(False).to_numpy(bool)


def records_of(
    spec: Mapping[str, Any], table: pd.DataFrame, rows: np.ndarray, wanted: np.ndarray
) -> np.ndarray:
    """Which records of a domain a block made: `rows` are their raw rows in the block's source,
    `wanted` the raw rows that the block maps."""
    made = (rows >= 0) & np.append(wanted, False)[rows]
    for name, expression in spec["variables"].items():
        if list(expression) == ["constant"]:
            made &= _is_constant(table[name], expression["constant"])
    return made


def _declare_block(domain: str, number: int, spec: Mapping[str, Any], study: Study) -> None:
    lineage, source = study.lineage, spec["source"]
    table = study.run.domains[domain.lower()]
    name, plan = f"{SDTM}/{domain.lower()}", f"sdtm.domains.{domain}.records.{number}"
    block = _block_of(domain, spec, study)
    wanted = evaluate(spec.get("where"), block.rows).to_numpy(bool)
    rows = raw_rows_of(table, study.raw[source])
    made = records_of(spec, table, rows, wanted)
    rows = np.where(made, rows, -1)
    _add_link(lineage, name, f"{RAW}/{source}", rows)
    joins = {
        other: _declare_join(name, other, join, spec, rows, study)
        for other, join in spec.get("join", {}).items()
    }
    reads = BlockReads(lineage, block, joins)
    _declare_records(plan, reads, spec, study, made)
    for variable, expression in spec["variables"].items():
        told = with_name(expression, variable)
        lineage.derivations.append(
            Derivation(
                name,
                (variable,),
                tuple(reads.reads(told)),
                RULE,
                f"scripts.ingest.expressions:{HEADS[head_of(told)].__name__}",
                f"{plan}.variables.{variable}",
                f"{domain}.{variable} from {source}",
                made,
            )
        )


def _block_of(domain: str, spec: Mapping[str, Any], study: Study) -> Block:
    """The raw rows of a block with every source that it looks up, before `where`."""
    plan, source = study.run.plan, spec["source"]
    rows = study.raw[source]
    files = {name: entry["file"] for name, entry in plan["sources"]["sources"].items()}
    for name, join in spec.get("join", {}).items():
        other = study.raw[name]
        other = other[evaluate(join["where"], other)] if "where" in join else other
        rows, _ = join_source(rows, other, name, join, files[source])
    block = Block(domain, source, rows, plan["sdtm"]["codelists"], plan["trial"], files)
    block.subjects = pd.Series(None, index=rows.index, dtype="str")
    block.subjects = format_values(evaluate_expression(study.subject_of(spec), block))
    table = study.lineage.tables[f"{RAW}/{source}"]
    found = np.where(table.subject < 0, study.numbers_of(block.subjects), table.subject)
    study.lineage.tables[table.name] = replace(table, subject=found)
    return block


def _add_link(lineage: Lineage, made: str, source: str, rows: np.ndarray) -> bool:
    """Add the links of some records to what is known; False where they contradict each other."""
    known = lineage.links.get((made, source), np.full(len(rows), -1, dtype=np.int64))
    if ((known >= 0) & (rows >= 0) & (known != rows)).any():
        return False
    lineage.links[(made, source)] = np.where(rows >= 0, rows, known)
    return True


def _declare_join(
    made: str,
    other: str,
    join: Mapping[str, Any],
    spec: Mapping[str, Any],
    rows: np.ndarray,
    study: Study,
) -> Joined:
    """How a block's records (of the raw rows `rows`) lead to the rows of one joined source."""
    source = spec["source"]
    own, there = tuple(join["keys"]), tuple(join["keys"].values())
    if "reduce" in join or "where" in join:
        named = study.subject_column(source), study.subject_column(other)
        link: Link = "subject" if (own, there) == ((named[0],), (named[1],)) else "all"
        names = {
            name: known_columns(study.lineage, f"{RAW}/{other}", [name])
            for name in variables_of(join.get("where"))
        }
        where = filters_of(join.get("where"), study.raw[other], names)
        return Joined(other, link, own, there, True, where)
    mine, theirs = study.raw[source][list(own)], study.raw[other][list(there)]
    known = (theirs.notna().all(axis=1) & ~theirs.duplicated()).to_numpy(bool)
    place = pd.Series(np.flatnonzero(known), index=pd.MultiIndex.from_frame(theirs[known]))
    asks = mine.notna().all(axis=1).to_numpy(bool)
    found = place.reindex(pd.MultiIndex.from_frame(mine)).fillna(-1).to_numpy("int64")
    found = np.where(asks, found, -1)
    linked = _add_link(study.lineage, made, f"{RAW}/{other}", np.append(found, -1)[rows])
    # Where every key is taken and none may be left over, a changed key stops the run.
    movable = join.get("unmatched", "error") != "error" or bool((asks & (found < 0)).any())
    return Joined(other, "record" if linked else "all", own, there, movable)


def _declare_records(
    plan: str, reads: BlockReads, spec: Mapping[str, Any], study: Study, made: np.ndarray
) -> None:
    """What decides that a record is there, and whose it is."""
    lineage, table = reads.lineage, reads.lineage.tables[reads.domain]
    subject = lineage.tables[reads.source].subject
    where, joined = reads.conditions(spec.get("where"))
    who = reads.reads(study.subject_of(spec))
    exists = [Read(reads.source, (), where, "record")] if where else []
    identity = tuple(name for name in ("USUBJID", "SUBJID") if name in table.columns)
    words = f"a record of {reads.block.domain} for each row of {reads.block.source}"
    # A changed subject number makes the record one of anybody; so does a row of nobody that comes
    # in, and a condition on a joined source, whose rows may have no record yet.
    wanted = Filter((), all_hold(where, subject), "a row that is mapped")
    anybody = [*reads.reads(study.subject_of(spec), (wanted,)), *joined]
    found = study.numbers_of(reads.block.subjects)
    strange = (found < 0) | (found != subject)
    if where and strange.any():
        unknown = Filter((), strange, "a row of an unknown subject")
        anybody.append(Read(reads.source, (), (unknown, *where), "all"))
    nothing = np.zeros(table.rows, dtype=bool)
    for columns, parts, rows in (
        ((EXISTENCE,), [*exists, *joined, *who], made),
        ((EXISTENCE,), [replace(read, link="all") for read in anybody], nothing),
        (identity, who, made),
    ):
        lineage.derivations.append(
            Derivation(table.name, columns, tuple(parts), RULE, MAPPED_BY, plan, words, rows)
        )
