"""ADSL: what each subject-level variable and each population reads."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from scripts.audit.lineage.domain_reads import DomainReads, baseline_reads
from scripts.audit.lineage.reads import EXISTENCE, Filter, Lineage, Read
from scripts.audit.lineage.run import SDTM, Run
from scripts.audit.lineage.steps import ADSL, Step
from scripts.conditions import describe, evaluate, variables_of
from scripts.derive.populations import reason_variable
from scripts.derive.subject_variables import KINDS

Spec = Mapping[str, Any]
DM = f"{SDTM}/dm"
CORE = "derive_subjects:derive_core"
# Columns of every trial that are taken over from demographics, and those made from one of them.
TAKEN = ("STUDYID", "USUBJID", "SUBJID", "SITEID", "ARMCD", "AGE", "SEX")
MADE_FROM = {"TRT01P": "ARMCD", "TRT01PN": "ARMCD", "RANDFL": "ARMCD"}


def declare_subjects(lineage: Lineage, run: Run) -> None:
    """Declare every column of ADSL."""
    step = Step(lineage, run, "derive_subjects", "subjects")
    _declare_core(step)
    for name, spec in run.plan["subjects"]["variables"].items():
        reads, words = READS[spec["kind"]](spec, step)
        function = f"subject_variables:{KINDS[spec['kind']].__name__}"
        step.make(ADSL, name, reads, function, words, f"subjects.variables.{name}")
    for name, content in run.plan["subjects"]["populations"].items():
        by, plan = "populations:flag_population", f"subjects.populations.{name}"
        words = " and ".join(describe(part["condition"]) for part in content["keep"])
        flag, reason = _population(content["keep"], step)
        step.make(ADSL, name, flag, by, f"in the population where {words}", plan)
        step.make(ADSL, reason_variable(name), reason, by, "the first condition that fails", plan)


def _declare_core(step: Step) -> None:
    numbers = np.full(step.size + 1, -1, dtype=np.int64)
    numbers[step.subject(DM)] = np.arange(len(step.subject(DM)))
    step.lineage.links[(ADSL, DM)] = numbers[step.subject(ADSL)]
    start = step.run.plan["subjects"]["start_of_treatment"]
    sources = {**{name: name for name in TAKEN}, **MADE_FROM, "TRTSDT": start}
    step.make(ADSL, EXISTENCE, [Read(DM, (), (), "record")], CORE, "a subject of DM")
    step.make(ADSL, "SCRNFL", [], CORE, "every subject of DM")
    for name, source in sources.items():
        words = f"{source} of DM"
        plan = "subjects.start_of_treatment" if name == "TRTSDT" else "trial.arms"
        step.make(ADSL, name, [Read(DM, (source,), (), "record")], CORE, words, plan)


def _own(columns: tuple[str, ...]) -> Read:
    """Columns of the same subject in ADSL itself."""
    return Read(ADSL, columns, (), "record")


def _where(spec: Spec) -> str:
    where = f" where {describe(spec['where'])}" if spec.get("where") else ""
    return f"records of {spec['domain'].upper()}{where}"


def _value(spec: Spec, step: Step) -> tuple[list[Read], str]:
    found, variable = DomainReads(step, spec), spec["variable"]
    known = Filter((variable,), found.rows[variable].notna().to_numpy(bool), f"{variable} is known")
    pick = spec.get("pick", "only")
    if pick == "only":
        return found.all((variable,), known), f"{variable} in the {_where(spec)}"
    return found.picked((variable,), pick, after=(known,)), (
        f"{variable} in the {pick} of the {_where(spec)}"
    )


def _baseline(spec: Spec, step: Step) -> tuple[list[Read], str]:
    return baseline_reads(spec["measure"], True, step), f"the baseline of {spec['measure']}"


def _count(spec: Spec, step: Step) -> tuple[list[Read], str]:
    distinct = tuple(spec[key] for key in ("distinct",) if key in spec)
    what = f"distinct {spec['distinct']} in the " if distinct else ""
    return DomainReads(step, spec).all(distinct), f"the number of {what}{_where(spec)}"


def _any(spec: Spec, step: Step) -> tuple[list[Read], str]:
    return DomainReads(step, spec).any(), f"whether there are {_where(spec)}"


def _condition(spec: Spec, step: Step) -> tuple[list[Read], str]:
    # Whether the flag is known asks of every variable whether it is: none is passed over.
    names = tuple(sorted(variables_of(spec["condition"])))
    return [_own(names)], f"whether {describe(spec['condition'])}"


def _recode(spec: Spec, step: Step) -> tuple[list[Read], str]:
    return [_own((spec["variable"],))], f"{spec['variable']} under other codes"


def _category(spec: Spec, step: Step) -> tuple[list[Read], str]:
    """The first condition that holds: a later one is asked only where the earlier ones fail."""
    adsl = step.run.derived["adsl"]
    asked = np.ones(len(adsl), dtype=bool)
    reads = []
    for part in spec["categories"]:
        names = tuple(sorted(variables_of(part["condition"])))
        earlier = () if asked.all() else (Filter((), asked.copy(), "no earlier category holds"),)
        reads.append(Read(ADSL, names, earlier, "record"))
        asked &= ~evaluate(part["condition"], adsl).to_numpy(bool)
    return reads, "the first that holds of " + "; ".join(
        f"{part['label']}: {describe(part['condition'])}" for part in spec["categories"]
    )


def _days_between(spec: Spec, step: Step) -> tuple[list[Read], str]:
    return [_own((spec["from"], spec["to"]))], f"time from {spec['from']} to {spec['to']}"


READS: dict[str, Callable[[Spec, Step], tuple[list[Read], str]]] = {
    "value": _value,
    "baseline": _baseline,
    "count": _count,
    "any": _any,
    "condition": _condition,
    "recode": _recode,
    "category": _category,
    "days_between": _days_between,
}


def _population(keep: list[Mapping[str, Any]], step: Step) -> tuple[list[Read], list[Read]]:
    """Conditions in order: for the flag, and for the reason, which is that of the first to fail.

    Once one fails the flag stays as it is; the reason is another where an earlier one fails, too.
    """
    adsl = step.run.derived["adsl"]
    filters: list[Filter] = []
    reasons = []
    for part in keep:
        earlier = np.logical_and.reduce([one.keeps for one in filters], initial=True)
        asked = (Filter((), earlier, "no earlier condition fails"),) if filters else ()
        names = tuple(sorted(variables_of(part["condition"])))
        holds = evaluate(part["condition"], adsl).to_numpy(bool)
        reasons.append(Read(ADSL, names, asked, "record"))
        filters.append(Filter(names, holds, describe(part["condition"])))
    return [Read(ADSL, (), tuple(filters), "record")], reasons
