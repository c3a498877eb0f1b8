"""ADTTE: what each time to event reads of its start, its event and its censoring."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from scripts.audit.lineage.derivations_clauses import (
    DAY,
    condition_reads,
    last_of_subject,
    same_day,
)
from scripts.audit.lineage.derivations_measurements import declare_subject_columns
from scripts.audit.lineage.domain_reads import DomainReads
from scripts.audit.lineage.reads import EXISTENCE, Filter, Lineage, Read
from scripts.audit.lineage.run import Run
from scripts.audit.lineage.steps import ADSL, Step
from scripts.derive.evidence import SCALES

Spec = Mapping[str, Any]
BY = "times:derive_time"
END = ("AVAL", "ADT", "EVNTDESC", "CNSDTDSC", "SRCDOM", "SRCVAR", "SRCSEQ")
# Kinds of endpoints that are met at a record with a day, always.
DATED = ("confirmed_response", "sustained_response", "loss_of_response", "durable_remission")


@dataclass
class Point:
    """A point in time of each subject: what decides whether there is one, what says when, and who
    has one (a value a subject)."""

    known: list[Read]
    when: list[Read]
    has: np.ndarray


def declare_times(lineage: Lineage, run: Run) -> None:
    """Declare every time of the plan."""
    rule = Step(lineage, run, "derive_times")
    for code, spec in run.plan["times"]["times"].items():
        step = rule.of_plan(f"times.times.{code}")
        table = step.part("adtte", code)
        _, randomised = step.randomised()
        step.make(table, EXISTENCE, [randomised, *_among(spec, step)], BY, "who can have the time")
        declare_subject_columns(step, table, BY)
        step.make(table, ("PARAM", "AVALU"), [], BY, "given by the plan")
        _declare_time(table, spec, step)


def _declare_time(table: str, spec: Spec, step: Step) -> None:
    scale = (SCALES[spec["scale"]],)
    start = point(spec["start"], step, scale)
    events = [point(source, step, scale) for source in spec["event"]]
    limits = [point(source, step, scale) for source in spec.get("censor", [])]
    happens = [read for one in events for read in one.known]
    happened = np.zeros(step.size, dtype=bool)
    with_event = (step.rows(table)["CNSR"] == 0).to_numpy(bool)
    happened[step.subject(table)[with_event]] = True
    for source, one in zip(spec.get("censor", []), limits, strict=True):
        if source.get("ends_observation", False):
            happens += [*(read for event in events for read in event.when), *one.known, *one.when]
    when = [read for one in events for read in one.when]
    # The first known limit counts, and only for those without an event.
    left = ~happened
    for one in limits:
        gate = step.of_subjects(left.copy(), "without an event or an earlier limit")
        for read in [*one.known, *one.when]:
            when.append(Read(read.table, read.columns, (*gate, *read.filters), read.link))
        left &= ~one.has
    first = [*start.known, *start.when]
    label = spec["label"]
    step.make(table, "STARTDT", first, BY, f"the start of: {label}")
    step.make(table, "CNSR", happens, BY, f"whether it ended in an event: {label}")
    step.make(table, END, [*first, *happens, *when], BY, f"the end of: {label}")


def _among(spec: Spec, step: Step) -> list[Read]:
    """Who can have the time."""
    among, reads = spec.get("among", {}), []
    if "endpoint" in among:
        reads += endpoint_point(among["endpoint"], step, ()).known
    if "condition" in among:
        reads += condition_reads(among["condition"], (), step)
    return reads


def point(source: Spec, step: Step, scale: tuple[str, ...]) -> Point:
    """A point in time by whatever source the plan names; `scale` is the column of its day."""
    if "endpoint" in source:
        return endpoint_point(source["endpoint"], step, scale)
    if "variable" in source:
        known = (step.run.derived["adsl"][source["variable"]].notna()).to_numpy(bool)
        is_known = Filter((source["variable"],), known, f"{source['variable']} is known")
        when = Read(ADSL, (source["variable"], "TRTSDT"), (is_known,), "subject")
        return Point([Read(ADSL, (), (is_known,), "subject")], [when], step.having(known, ADSL))
    if "last_assessment" in source:
        table = step.measure(source["last_assessment"])
        last = last_of_subject(table, step)
        when = Read(table, (*DAY, *scale), (last,), "subject")
        has = step.having(np.ones(len(step.rows(table)), dtype=bool), table)
        return Point([Read(table, (), (last,), "subject")], [when, *same_day(table, step)], has)
    return _record_point(source["record"], step)


def endpoint_point(code: str, step: Step, scale: tuple[str, ...]) -> Point:
    """When an endpoint was met."""
    table = step.part("adresp", code)
    verdicts = step.rows(table)
    met = (verdicts["AVALC"] == "Y").to_numpy(bool)
    is_met = (Filter(("AVALC",), met, f"{code} is met"),)
    kind = step.run.plan["endpoints"]["endpoints"][code]["kind"]
    dated = () if kind in DATED else ("ADAYS",)
    columns = (*DAY, "EVNTDESC", *scale)
    has = step.having(met & verdicts["ADAYS"].notna().to_numpy(bool), table)
    known = Read(table, dated, is_met, "subject")
    return Point([known], [Read(table, columns, is_met, "subject")], has)


def _record_point(source: Spec, step: Step) -> Point:
    """The first record of a domain that meets a condition."""
    found = DomainReads(step, source)
    gate, start = step.randomised()[0], Read(ADSL, ("TRTSDT",), (), "subject")
    described = tuple(source[key] for key in ("description_from",) if key in source)
    when = found.picked((*found.dates, *described), "first", before=gate, undated="last")
    # A first record without a day is no point in time: whether it has one is asked, too.
    known = found.picked(found.dates, "first", before=gate, undated="last")
    dated = found.rows["ADAYS"].notna().to_numpy(bool)
    return Point(known, [*when, start], step.having(found.holds & dated, found.table))
