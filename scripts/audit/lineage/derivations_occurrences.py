"""ADAE, ADCM and ADEX: events, medication and doses, record by record."""

from collections.abc import Mapping
from typing import Any

from scripts.audit.lineage.derivations_measurements import declare_subject_columns
from scripts.audit.lineage.domain_reads import DomainReads
from scripts.audit.lineage.reads import EXISTENCE, Lineage, Read
from scripts.audit.lineage.run import DERIVED, Run
from scripts.audit.lineage.steps import ADSL, Step
from scripts.derive import derive_events, derive_exposure, derive_medications

# Data set: its domain, its rule, the part of the plan's events, and the columns that it keeps.
KEPT: Mapping[str, tuple[str, str, str, Mapping[str, str]]] = {
    "adae": ("AE", "derive_events", "adverse_events", derive_events.COLUMNS),
    "adcm": ("CM", "derive_medications", "medications", derive_medications.COLUMNS),
    "adex": ("EX", "derive_exposure", "exposure", derive_exposure.COLUMNS),
}
BY = "occurrences:derive_occurrences"


def declare_occurrences(lineage: Lineage, run: Run) -> None:
    """Declare every column of the data sets of occurrences whose domain the trial has."""
    for name, (domain, rule, section, columns) in KEPT.items():
        if domain.lower() in run.domains:
            step = Step(lineage, run, rule, f"events.{section}")
            spec = {"domain": domain, "where": run.plan["events"][section].get("where")}
            _declare_records(step, f"{DERIVED}/{name}", spec, columns)


def _declare_records(
    step: Step, table: str, spec: Mapping[str, Any], columns: Mapping[str, str]
) -> None:
    found = DomainReads(step, spec)
    step.link(table, found.table)
    declare_subject_columns(step, table, BY)
    inside, randomised = step.randomised()
    exists = [Read(found.table, (), (*inside, *found.where), "record"), randomised]
    step.make(table, EXISTENCE, exists, BY, f"a record of {found.domain} of a randomised subject")
    known = step.lineage.tables[found.table].columns
    for name in columns:
        reads = [Read(found.table, (name,), (), "record")] if name in known else []
        step.make(table, name, reads, BY, f"{name} of the record")
    for column, suffix in (("ASTDT", "STDTC"), ("AENDT", "ENDTC")):
        source = f"{found.domain}{suffix}"
        reads = [Read(found.table, (source,), (), "record")] if source in known else []
        step.make(table, column, reads, BY, f"{source} of the record")
    start = Read(ADSL, ("TRTSDT",), (), "subject")
    for made, date in ((("ASTDY", "ADAYS"), "ASTDT"), (("AENDY",), "AENDT")):
        reads = [Read(table, (date,), (), "record"), start]
        step.make(table, made, reads, BY, f"days from TRTSDT to {date}")
    step.make(table, "SRCDOM", [], BY, "given by the plan")
    emergent, duration = (
        Read(table, ("ADAYS",), (), "record"),
        Read(table, ("ASTDT", "AENDT"), (), "record"),
    )
    words = "whether ADAYS is at least the first day of the plan"
    step.make(table, "TRTEMFL", [emergent], "occurrences:flag_treatment_emergent", words)
    words = "days from ASTDT to AENDT, both counted"
    step.make(table, "ADURN", [duration], "derive_exposure:derive_exposure", words)
