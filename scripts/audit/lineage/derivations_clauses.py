"""Clauses of endpoints: what each reads of a record, and beside it, where the trace says it was
asked."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from scripts.audit.lineage.domain_reads import places
from scripts.audit.lineage.filters import all_hold, keys_of, only_witness, rows_by_key, sharing
from scripts.audit.lineage.reads import Filter, Read
from scripts.audit.lineage.run import DERIVED, SDTM
from scripts.audit.lineage.steps import ADSL, Step
from scripts.conditions import WORDS, describe, evaluate, variables_of
from scripts.derive.evidence import FIRST_DAY, SCALES, within

Clause = Mapping[str, Any]
Filters = tuple[Filter, ...]
ADCM = f"{DERIVED}/adcm"
# The columns of a day: all are made from one date and the start of treatment.
DAY = ("ADAYS", "ADT", "ADY")
DAY_OF_MEDICATION = ("ADAYS", "ASTDT", "ASTDY")
PLANNED = ("ANOMDY", "AVISIT", "VISITNUM")
CLAUSE_COLUMNS = {
    "threshold": ("AVAL",),
    "baseline_fold": ("AVAL", "BASE"),
    "change": ("CHG",),
    "other_measure": ("VISITNUM",),
    "medication_free": ("ADAYS",),
    "before_medication": ("ADAYS",),
}


class Judged:
    """The verdicts on one endpoint, and the trace of how they were come to."""

    def __init__(self, step: Step, code: str) -> None:
        self.step, self.code = step, code
        self.table = step.part("adresp", code)
        self.verdicts = step.rows(self.table)
        self.met = step.having((self.verdicts["AVALC"] == "Y").to_numpy(bool), self.table)
        name = step.part("decisions", code)
        self.trace, self._subject = step.rows(name), step.subject(name)
        self._yes = (self.trace["MET"] == "Y").to_numpy(bool)

    def rows_of(self, clause: str, domain: str) -> np.ndarray:
        """Where the trace speaks of a clause and of records of a domain (ADSL: of subjects)."""
        return ((self.trace["CLAUSE"] == clause) & (self.trace["SRCDOM"] == domain)).to_numpy(bool)

    def subjects_met(self, clause: str) -> np.ndarray:
        """Who met a clause about the subject."""
        rows = np.flatnonzero(self.rows_of(clause, "ADSL") & self._yes)
        found = np.zeros(self.step.size + 1, dtype=bool)
        found[self._subject[rows]] = True
        return found[:-1]

    def records_met(self, clause: str, table: str) -> np.ndarray:
        """The records of a measure that met a clause."""
        records = self.step.rows(table)
        met = np.zeros(len(records), dtype=bool)
        if len(records):
            rows = np.flatnonzero(self.rows_of(clause, records["SRCDOM"].iloc[0]) & self._yes)
            wanted = keys_of(self._subject[rows], self.trace["SRCSEQ"].iloc[rows])
            found = rows_by_key(wanted, keys_of(self.step.subject(table), records["SRCSEQ"]))
            met[found[found >= 0]] = True
        return met

    def event_rows(self, table: str) -> np.ndarray:
        """The records of a table at which the endpoint was met."""
        records, mine = self.step.rows(table), self.verdicts
        found = np.zeros(len(records), dtype=bool)
        if len(records):
            named = mine["SRCSEQ"].where(mine["SRCDOM"] == records["SRCDOM"].iloc[0])
            wanted = keys_of(self.step.subject(self.table), named)
            rows = rows_by_key(wanted, keys_of(self.step.subject(table), records["SRCSEQ"]))
            found[rows[rows >= 0]] = True
        return found

    def day(self, column: str, missing: int) -> np.ndarray:
        """A day of the verdicts by subject: ADAYS, or the days of a date; `missing` for none."""
        values = self.verdicts[column]
        if pd.api.types.is_datetime64_any_dtype(values.dtype):
            whole = pd.Series(values.to_numpy("datetime64[D]").astype("int64"))
            values = whole.where(values.notna().to_numpy(bool))
        return self.step.values(self.table, values, missing)


def clause_columns(clause: Clause) -> tuple[str, ...]:
    """What a clause reads of the record that it is asked of."""
    if clause["kind"] == "window":
        return (SCALES[clause["scale"]],)
    return CLAUSE_COLUMNS[clause["kind"]]


def clause_words(name: str, clause: Clause) -> str:
    """A clause about records for a reader of a trace."""
    kind, relation = clause["kind"], WORDS.get(clause.get("operator", ""), "")
    if kind == "baseline_fold":
        words = f"AVAL is {relation} {clause['factor']} times BASE"
    elif kind == "other_measure":
        words = f"{clause['measure']} at the visit is {relation} {clause['value']}"
    elif kind == "medication_free":
        words = f"no {clause['category']} in the {clause['days']} days before"
    elif kind == "before_medication":
        words = f"before the first {clause['category']} from day {clause['from_day']} on"
    elif kind == "window":
        ends = [
            f"{word} {clause[key]}"
            for word, key in (("from", "from_day"), ("to", "to_day"))
            if key in clause
        ]
        words = f"{SCALES[clause['scale']]} {' '.join(ends)}"
    else:
        words = f"{'CHG' if kind == 'change' else 'AVAL'} is {relation} {clause['value']}"
    return f"{name}: {words}"


def beside(clause: Clause, table: str, asked: np.ndarray, step: Step) -> list[Read]:
    """What a clause reads of other records, where it was asked of the records `asked`."""
    who = step.of_subjects(step.having(asked, table), "with a record that came to this clause")
    if clause["kind"] == "other_measure":
        return [_at_the_visits(clause["measure"], table, asked, who, step)]
    if clause["kind"] in ("medication_free", "before_medication"):
        return [Read(ADCM, ("ADAYS",), (*who, category(clause["category"], step)), "subject")]
    return []


def _at_the_visits(measure: str, table: str, asked: np.ndarray, who: Filters, step: Step) -> Read:
    other = step.measure(measure)
    here = keys_of(step.subject(table), step.rows(table)["VISITNUM"])
    there = keys_of(step.subject(other), step.rows(other)["VISITNUM"])
    same = np.isin(there, here[asked & (here >= 0)])
    visit = Filter(("VISITNUM",), same, "at the visit of a record that came to this clause")
    return Read(other, ("AVAL",), (*who, visit), "subject")


def category(name: str, step: Step) -> Filter:
    """Medication of one category."""
    holds = (step.rows(ADCM)["CMCAT"] == name).to_numpy(bool)
    return Filter(("CMCAT",), holds, f"CMCAT is {name}")


def days_between(table: str, first: Any, last: Any, words: str, step: Step) -> Filter:
    """Records from a day to a day, each one number or None, or an array by subject."""
    days = step.rows(table)["ADAYS"]
    known, whole = days.notna().to_numpy(bool), days.fillna(0).to_numpy("int64")
    holds = np.ones(len(days), dtype=bool)
    for limit, sign in ((first, 1), (last, -1)):
        if limit is not None:
            own = np.append(limit, 0)[step.subject(table)] if np.ndim(limit) else limit
            holds &= known & (sign * whole >= sign * own)
    return Filter(("ADAYS",), holds, words)


def same_day(table: str, step: Step) -> list[Read]:
    """What puts records of a measure on one day in order; nothing where no two share a day."""
    records = step.rows(table)
    tied = sharing(step.subject(table), records["ADT"])
    if not tied.any():
        return []
    domain = str(records["SRCDOM"].iloc[0])
    source = f"{SDTM}/{domain.lower()}"
    mask = np.zeros(len(step.subject(source)), dtype=bool)
    mask[step.lineage.links[(table, source)][tied]] = True
    known = step.lineage.tables[source].columns
    order = step.run.plan["sdtm"]["domains"][domain].get("order", [])
    named = tuple(name for name in order if name in known)
    same = Filter((), mask, "on the same day as another record")
    return [Read(source, named, (same,), "subject")]


def last_of_subject(table: str, step: Step) -> Filter:
    """The last record of each subject in a measure."""
    records, subject = step.rows(table), step.subject(table)
    place = places(records["ADT"], len(records))
    limit = np.full(step.size + 1, -1, dtype=np.int64)
    np.maximum.at(limit, subject, place)
    return Filter(("ADAYS",), place >= limit[subject], "the last one")


def subject_clause(clause: Clause, gate: Filters, step: Step) -> list[Read]:
    """What a clause about the subject reads, of those whom the gate lets through."""
    kind = clause["kind"]
    if kind == "subject":
        return condition_reads(clause["condition"], gate, step)
    if kind == "requires":
        return [Read(step.part("adresp", clause["endpoint"]), ("AVALC",), gate, "subject")]
    if kind == "never":
        table = step.measure(clause["measure"])
        first = clause.get("from_day", FIRST_DAY)
        day = days_between(table, first, None, f"from day {first} on", step)
        return [Read(table, ("AVAL",), (*gate, day), "subject")]
    return medication_reads(clause, (), gate, step, witness=True)


def condition_reads(condition: Any, gate: Filters, step: Step) -> list[Read]:
    """A condition on variables of ADSL."""
    names = tuple(sorted(variables_of(condition)))
    holds = evaluate(condition, step.run.derived["adsl"]).to_numpy(bool)
    part = Filter(names, holds, describe(condition))
    return [Read(ADSL, (), (*gate, part), "subject")]


def medication_reads(
    rule: Clause, columns: tuple[str, ...], gate: Filters, step: Step, witness: bool = False
) -> list[Read]:
    """Medication of a category in a range of days; with `witness` only whether there is one."""
    first, last = rule.get("from_day"), rule.get("to_day")
    days = step.rows(ADCM)["ADAYS"]
    ends = [f"from day {first}"] * (first is not None) + [f"to day {last}"] * (last is not None)
    inside = Filter(("ADAYS",), within(days, first, last), " ".join(ends) or "whenever")
    parts = [category(rule["category"], step), inside]
    if first is None and last is None:
        parts.pop()
    if witness:
        holds = all_hold(parts, step.subject(ADCM))
        words = "the first such medication, where there is one"
        parts.insert(0, only_witness(holds, step.subject(ADCM), words))
    return [Read(ADCM, columns, (*gate, *parts), "subject")]
