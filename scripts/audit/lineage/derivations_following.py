"""Endpoints that follow a response: what they read after it, until the answer is known."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from scripts.audit.lineage.derivations_clauses import (
    ADCM,
    DAY,
    DAY_OF_MEDICATION,
    PLANNED,
    Filters,
    Judged,
    beside,
    category,
    clause_columns,
    days_between,
    last_of_subject,
    same_day,
)
from scripts.audit.lineage.domain_reads import DomainReads
from scripts.audit.lineage.filters import all_hold, only_witness
from scripts.audit.lineage.reads import Filter, Read
from scripts.audit.lineage.run import SDTM
from scripts.audit.lineage.steps import Step
from scripts.derive.clauses import given
from scripts.derive.evidence import FIRST_DAY, SCALES
from scripts.derive.measurements import numbers

Spec = Mapping[str, Any]
# What decides the verdict, its reason, and the record at which it was met.
Decided = tuple[list[Read], list[Read], list[Read]]
FAR = 1 << 40
MEDICATION = "medication"


class Followed:
    """The subjects with a response, and the days after it until it was seen to be lost."""

    def __init__(self, definition: Spec, judged: Judged, step: Step) -> None:
        self.step, self.judged = step, judged
        self.of = Judged(step, definition["of"])
        self.measure = _measure_of(definition["of"], step)
        self.clauses = given(definition.get("loss", {}))
        self.onset = self.of.day("ADAYS", 0)
        words = f"with {self.of.code}"
        self.gate = (Filter((), self.of.met, words, by_subject=True),)
        self.until = np.full(step.size, FAR, dtype=np.int64)

    def table_of(self, clause: Spec) -> str:
        """The measure that a clause looks at."""
        return self.step.measure(clause.get("measure", self.measure))

    def tables(self) -> list[str]:
        """Every measure whose assessments are looked at."""
        found = [self.step.measure(self.measure)]
        return list(dict.fromkeys([*found, *map(self.table_of, self.clauses.values())]))

    def response(self, *columns: str) -> Read:
        """Columns of the response, where there is one."""
        met = (self.of.verdicts["AVALC"] == "Y").to_numpy(bool)
        is_met = Filter(("AVALC",), met, f"{self.of.code} is met")
        return Read(self.of.table, columns, (is_met,), "subject")

    def after(self, table: str, first: int = FIRST_DAY) -> Filter:
        """Records after the response, until it was lost."""
        begin = np.maximum(self.onset + 1, first)
        return days_between(
            table, begin, self.until, "after the response, until its loss", self.step
        )

    def losses(self) -> list[Read]:
        """What is asked about a loss: every clause of every record until one is met."""
        step, reads = self.step, []
        for clause in self.clauses.values():
            if clause["kind"] == MEDICATION:
                first = clause.get("from_day", FIRST_DAY)
                taken = (*self.gate, category(clause["category"], step), self.after(ADCM, first))
                reads.append(Read(ADCM, DAY_OF_MEDICATION, taken, "subject"))
                continue
            table = self.table_of(clause)
            filters = (*self.gate, self.after(table))
            reads.append(Read(table, clause_columns(clause), filters, "subject"))
            reads += beside(clause, table, all_hold(filters, step.subject(table)), step)
        for table in self.tables():
            reads.append(Read(table, DAY, (*self.gate, self.after(table)), "subject"))
            reads += same_day(table, step)
        return reads

    def seen_lost(self) -> np.ndarray:
        """For each subject the first day on which a record met a clause of loss; FAR for none."""
        step, first = self.step, np.full(self.step.size + 1, FAR, dtype=np.int64)
        for name, clause in self.clauses.items():
            if clause["kind"] != MEDICATION:
                table = self.table_of(clause)
                rows = np.flatnonzero(self.judged.records_met(name, table))
                days = step.rows(table)["ADAYS"].fillna(0).to_numpy("int64")
                np.minimum.at(first, step.subject(table)[rows], days[rows])
        return first[:-1]


def _measure_of(endpoint: str, step: Step) -> str:
    definition = step.run.plan["endpoints"]["endpoints"][endpoint]
    return (
        str(definition["measure"])
        if "measure" in definition
        else _measure_of(definition["of"], step)
    )


def loss_of_response(definition: Spec, judged: Judged, step: Step) -> Decided:
    """A loss: the response and everything after it until the loss, everything where none came."""
    followed = Followed(definition, judged, step)
    followed.until = np.where(judged.met, judged.day("ADAYS", FAR), FAR)
    verdict = [followed.response("ADAYS"), *followed.losses()]
    lost = step.of_subjects(judged.met, "who lost it")
    event = list(verdict)
    for table in followed.tables():
        on = days_between(table, followed.until, followed.until, "on the day of the loss", step)
        event.append(Read(table, (*DAY, *PLANNED), (*lost, on), "subject"))
    return verdict, verdict, event


def sustained_response(definition: Spec, judged: Judged, step: Step) -> Decided:
    """Held long enough: until the loss, or the last assessment where there was none."""
    followed, scale = Followed(definition, judged, step), SCALES[definition["scale"]]
    followed.until = followed.seen_lost()
    table = step.measure(followed.measure)
    verdict = [followed.response("ADAYS", scale), *followed.losses()]
    for other in followed.tables():
        filters = (*followed.gate, followed.after(other))
        verdict.append(Read(other, (scale,), filters, "subject"))
    unseen = step.of_subjects(followed.until == FAR, "not seen to be lost")
    last = (*followed.gate, *unseen, last_of_subject(table, step))
    verdict.append(Read(table, (scale,), last, "subject"))
    held: Filters = step.of_subjects(judged.met, "who held it")
    day = days_between(table, FIRST_DAY, None, f"from day {FIRST_DAY} on", step)
    at = followed.response(*DAY, *PLANNED)
    event = [*verdict, at, Read(table, (*DAY, scale), (*held, day), "subject")]
    return verdict, verdict, event


def durable_remission(definition: Spec, judged: Judged, step: Step) -> Decided:
    """A response that was not lost, and a visit that was attended; each asked where it decides."""
    followed = Followed(definition, judged, step)
    without = Judged(step, definition["without"])
    loss = Read(without.table, ("AVALC", "EVNTDESC"), followed.gate, "subject")
    reads = [followed.response(), loss]
    left = followed.of.met & ~without.met
    gate = (Filter((), left, "with the response and without a loss", by_subject=True),)
    sv = f"{SDTM}/sv"
    if sv not in step.lineage.tables:
        return reads, reads, [*reads, followed.response(*DAY, *PLANNED)]
    visits, subject = step.rows(sv), step.subject(sv)
    at = numbers(visits["VISITNUM"]) == definition["visit"]
    parts = [Filter(("VISITNUM",), at.to_numpy(bool), f"VISITNUM is {definition['visit']}")]
    if "SVOCCUR" in visits.columns:
        occurred = (visits["SVOCCUR"] != "N").to_numpy(bool)
        parts.insert(0, Filter(("SVOCCUR",), occurred, "SVOCCUR is not N"))
    first = only_witness(all_hold(parts, subject), subject, "the first such visit, if there is one")
    visit = Read(sv, (), (*gate, first, *parts), "subject")
    dated = step.date_variable("SV")
    columns: tuple[str, ...] = (dated,) if dated else ()
    if np.unique(subject[all_hold(parts, subject)], return_counts=True)[1].max(initial=0) > 1:
        # Of several such visits the first in the order of the domain gives the date.
        columns = DomainReads(step, {"domain": "SV"}).order()
    date = Read(sv, columns, (*gate, *parts), "subject")
    event = [*reads, visit, followed.response(*DAY, *PLANNED), date]
    return [*reads, visit], [*reads, visit], event
