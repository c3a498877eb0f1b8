"""Measurement sets: what each column of a measured parameter reads."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from scripts.audit.lineage.domain_reads import DomainReads, baseline_reads
from scripts.audit.lineage.reads import EXISTENCE, Filter, Lineage, Read
from scripts.audit.lineage.run import Run
from scripts.audit.lineage.steps import ADSL, Step
from scripts.derive.dates import parse_dates
from scripts.derive.measurements import numbers

OF_SUBJECT = ("STUDYID", "USUBJID", "ARMCD", "TRT01P")


def declare_measurements(lineage: Lineage, run: Run) -> None:
    """Declare every column of every measurement set of the plan."""
    rule = Step(lineage, run, "derive_measurements")
    for name, content in run.plan["measurements"]["sets"].items():
        for code, spec in content["parameters"].items():
            step = rule.of_plan(f"measurements.sets.{name}.parameters.{code}")
            _declare_parameter(step, step.part(name.lower(), code), code, spec)


def declare_subject_columns(step: Step, table: str, function: str) -> None:
    """Declare the columns that a data set takes from ADSL, and the subject itself."""
    for column in OF_SUBJECT:
        reads = [Read(ADSL, (column,), (), "subject")]
        step.make(table, column, reads, function, f"{column} of ADSL", "trial.arms")


def _declare_parameter(step: Step, table: str, code: str, spec: Mapping[str, Any]) -> None:
    found, prefix = DomainReads(step, spec), spec["domain"].upper()
    value, date = spec.get("value", f"{prefix}STRESN"), spec.get("date", f"{prefix}DTC")
    step.link(table, found.table)
    declare_subject_columns(step, table, "derive_measurements:derive_measurements")
    _declare_existence(step, table, found, value, date)
    for column, source, words in (
        ("AVAL", value, f"{value} of the record"),
        ("ADT", date, f"{date} of the record"),
        ("VISITNUM", "VISITNUM", "VISITNUM of the record"),
    ):
        reads = [Read(found.table, (source,), (), "record")]
        step.make(table, column, reads, "measurements:_records", words)
    start = Read(ADSL, ("TRTSDT",), (), "subject")
    by = "measurements:derive_parameter"
    days = [Read(table, ("ADT",), (), "record"), start]
    step.make(table, "ADAYS", days, by, "days from TRTSDT to ADT")
    step.make(table, "ADY", [_own(table, "ADAYS")], by, "the study day of ADAYS")
    _declare_schedule(step, table)
    which, base = baseline_reads(code, False, step), baseline_reads(code, True, step)
    step.make(table, "ABLFL", which, by, "whether the record is the baseline")
    step.make(table, "BASE", base, by, f"the baseline of {code} of the subject")
    step.make(table, "CHG", [_own(table, "AVAL", "BASE")], by, "AVAL minus BASE")
    step.make(table, ("PARAM", "AVALU", "SRCDOM"), [], by, "given by the plan")


def _own(table: str, *columns: str) -> Read:
    return Read(table, columns, (), "record")


def _declare_existence(step: Step, table: str, found: DomainReads, value: str, date: str) -> None:
    inside, randomised = step.randomised()
    known = Filter((value,), numbers(found.rows[value]).notna().to_numpy(bool), f"{value} is known")
    dated = Filter((date,), parse_dates(found.rows[date]).notna().to_numpy(bool), f"{date} is full")
    read = Read(found.table, (), (*inside, *found.where, known, dated), "record")
    words = f"a record of {found.domain} of a randomised subject with a value and a date"
    step.make(table, EXISTENCE, [read, randomised], "measurements:_records", words)


def _declare_schedule(step: Step, table: str) -> None:
    by, plan = "visits:add_schedule", "trial.visits"
    visit = _own(table, "VISITNUM")
    planned = [entry["VISITNUM"] for entry in step.run.plan["trial"]["visits"]]
    outside = ~step.rows(table)["VISITNUM"].isin(planned).to_numpy(bool)
    unplanned = Filter(("VISITNUM",), np.asarray(outside), "VISITNUM is no planned visit")
    step.make(table, ("AVISIT", "AVISITN"), [visit], by, "the planned visit of VISITNUM", plan)
    reads = [visit, Read(table, ("ADAYS",), (unplanned,), "record")]
    step.make(table, "ANOMDY", reads, by, "the planned day of VISITNUM, or ADAYS", plan)
