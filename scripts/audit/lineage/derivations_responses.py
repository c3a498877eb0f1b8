"""ADRESP: what the verdict on each endpoint and the record behind it read.

The verdict is read as the judge would come to it asking as little as possible: clauses about the
subject first, then records by day, each by the clauses in order; nothing after the answer is known.
The decision trace says who and which record came to which clause.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from scripts.audit.lineage.derivations_clauses import (
    DAY,
    DAY_OF_MEDICATION,
    PLANNED,
    Filters,
    Judged,
    beside,
    clause_columns,
    clause_words,
    condition_reads,
    days_between,
    medication_reads,
    same_day,
    subject_clause,
)
from scripts.audit.lineage.derivations_following import (
    Decided,
    durable_remission,
    loss_of_response,
    sustained_response,
)
from scripts.audit.lineage.derivations_measurements import declare_subject_columns
from scripts.audit.lineage.domain_reads import DomainReads
from scripts.audit.lineage.filters import all_hold
from scripts.audit.lineage.reads import EXISTENCE, Filter, Lineage, Read
from scripts.audit.lineage.run import Run
from scripts.audit.lineage.steps import ADSL, Step
from scripts.derive.confirmed_response import CONFIRMED, split_clauses
from scripts.derive.endpoints import KINDS
from scripts.derive.evidence import FIRST_DAY, within

Spec = Mapping[str, Any]
VERDICT = ("AVALC", "AVAL")
REASON = ("CLAUSE", "REASON", "EVNTDESC")
EVENT = (*DAY, *PLANNED, "SRCDOM", "SRCSEQ", "CFDT")
FAR = 1 << 40


def declare_responses(lineage: Lineage, run: Run) -> None:
    """Declare every endpoint of the plan."""
    rule = Step(lineage, run, "derive_responses")
    for code, definition in run.plan["endpoints"]["endpoints"].items():
        step = rule.of_plan(f"endpoints.endpoints.{code}")
        judged, table = Judged(step, code), step.part("adresp", code)
        _, randomised = step.randomised()
        by = "endpoints:response_table"
        step.make(table, EXISTENCE, [randomised], by, "every randomised subject")
        declare_subject_columns(step, table, by)
        step.make(table, "PARAM", [], by, "given by the plan")
        verdict, reason, event = ENDPOINTS[definition["kind"]](definition, judged, step)
        module = KINDS[definition["kind"]]
        function = f"{module.__module__.rpartition('.')[2]}:{module.__name__}"
        label = definition["label"]
        step.make(table, VERDICT, verdict, function, f"the verdict on: {label}")
        step.make(table, REASON, reason, function, f"why the verdict on: {label}")
        step.make(table, EVENT, event, function, f"the record behind: {label}")


def _confirmed(definition: Spec, judged: Judged, step: Step) -> Decided:
    about_subject, about_record = split_clauses(definition["clauses"])
    reads: list[Read] = []
    gate, holds = step.randomised()[0], np.ones(step.size, dtype=bool)
    asked: list[str] = []
    for name, clause in about_subject.items():
        reads += subject_clause(clause, gate, step)
        asked.append(name)
        holds &= judged.subjects_met(name)
        words = f"not decided by {', '.join(asked)}"
        gate = (Filter((), holds.copy(), words, by_subject=True),)
    table = step.measure(definition["measure"])
    first = definition.get("from_day", FIRST_DAY)
    day = days_between(table, first, None, f"from day {first} on", step)
    since, until = _answered(judged, table, step)
    ties = same_day(table, step)
    verdict = _chain((*gate, day, until, since), about_record, judged, table, step)
    reason = _chain((*gate, day, until), about_record, judged, table, step, each=True)
    event = _chain((*gate, day, until), about_record, judged, table, step)
    at = Filter((), judged.event_rows(table), "the record at which it was met")
    event.append(Read(table, (*DAY, *PLANNED), (at,), "subject"))
    return [*reads, *verdict, *ties], [*reads, *verdict, *reason, *ties], [*reads, *event, *ties]


def _answered(judged: Judged, table: str, step: Step) -> tuple[Filter, Filter]:
    """For those who met the endpoint: not before the first confirmed record, not after the one
    that confirms it."""
    days = step.rows(table)["ADT"].to_numpy("datetime64[D]").astype("int64")
    subject = step.subject(table)
    end = np.append(judged.day("CFDT", FAR), FAR)
    begin = np.full(step.size + 1, FAR, dtype=np.int64)
    confirmed = np.flatnonzero(judged.records_met(CONFIRMED, table))
    np.minimum.at(begin, subject[confirmed], days[confirmed])
    begin[~np.append(judged.met, False)] = -FAR
    return (
        Filter(("ADAYS",), days >= begin[subject], "not before the first confirmed record"),
        Filter(("ADAYS",), days <= end[subject], "not after the record that confirms it"),
    )


def _chain(
    filters: Filters,
    clauses: Mapping[str, Spec],
    judged: Judged,
    table: str,
    step: Step,
    each: bool = False,
) -> list[Read]:
    """Records that are asked clause by clause, and what the clauses read beside them.

    With `each`, every clause that a record came to matters, not only the one that it failed: the
    reason is then another where it fails an earlier one.
    """
    subject, reads = step.subject(table), []
    for name, clause in clauses.items():
        asked, columns = all_hold(filters, subject), clause_columns(clause)
        reads += beside(clause, table, asked, step)
        if each:
            came = Filter((), asked, f"came to {name}")
            reads.append(Read(table, columns, (came,), "subject"))
        met = judged.records_met(name, table)
        filters += (Filter(columns, met, clause_words(name, clause)),)
    return [Read(table, DAY, filters, "subject"), *reads]


def _medication_use(definition: Spec, judged: Judged, step: Step) -> Decided:
    gate = step.randomised()[0]
    counted: list[Read] = []
    left = gate
    if "counts_too" in definition:
        counted = condition_reads(definition["counts_too"], gate, step)
        left = (*gate, *step.of_subjects(~judged.subjects_met("counts_too"), "not counted too"))
    taken = medication_reads(definition, (), left, step, witness=True)
    event = medication_reads(definition, DAY_OF_MEDICATION, gate, step)
    return [*counted, *taken], [*counted, *taken], event


def _any_record(definition: Spec, judged: Judged, step: Step) -> Decided:
    gate, found = step.randomised()[0], DomainReads(step, definition)
    first, last = definition.get("from_day"), definition.get("to_day")
    inside = within(found.rows["ADAYS"], first, last)
    limits = () if first is None and last is None else (Filter(found.dates, inside, "in the days"),)
    start = [Read(ADSL, ("TRTSDT",), gate, "subject")]
    event = found.picked(found.dates, "first", before=(*gate, *limits), undated="last")
    verdict = [*found.any(*gate, *limits), *(start if limits else [])]
    return verdict, verdict, [*event, *start]


def _subject_state(definition: Spec, judged: Judged, step: Step) -> Decided:
    verdict = condition_reads(definition["condition"], step.randomised()[0], step)
    return verdict, verdict, []


ENDPOINTS: dict[str, Callable[[Spec, Judged, Step], Decided]] = {
    "confirmed_response": _confirmed,
    "sustained_response": sustained_response,
    "loss_of_response": loss_of_response,
    "durable_remission": durable_remission,
    "medication_use": _medication_use,
    "any_record": _any_record,
    "subject_state": _subject_state,
}
