"""Every analysis data set as it is sent: the table with what is added, and its description."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from scripts.conditions import nearest
from scripts.derive.measurements import Tables
from scripts.job import StepError
from scripts.package.adam.codelists import codelists_of, unknown_terms
from scripts.package.adam.core_variables import core_variables, with_core
from scripts.package.adam.describe import (
    Texts,
    describe_dataset,
    described_variables,
    explain_shared,
)
from scripts.package.adam.domain_records import (
    INTERNAL,
    analysed_domains,
    derive_domain_records,
    domain_contract,
    domain_dataset,
)
from scripts.package.adam.explained import Explained, unavailable
from scripts.package.adam.labels import labels_for
from scripts.package.adam.names import renamed, sent_name, with_sent_texts
from scripts.package.adam.parameters import (
    analysis_flags,
    parameter_numbers,
    parameters_of,
    visit_numbers,
)
from scripts.package.adam.planned_days import BEGIN, END, history_of, planned_days
from scripts.package.adam.record_words import (
    condition_note,
    explain_measurements,
    explain_occurrences,
    explain_responses,
    explain_times,
)
from scripts.package.adam.subject_words import explain_subjects
from scripts.package.adam.subjects import sent_subjects
from scripts.package.adam.traceability import (
    reasons_for_no_source,
    sequence_numbers,
    source_variables,
)
from scripts.package.adam.treatment import record_treatment
from scripts.tables import Contract

Plan = Mapping[str, Any]
Sent = tuple[pd.DataFrame, dict[str, Any]]
# Domain, rule, kind and section of the plan of the occurrences that every trial has.
OCCURRENCES = {
    "adae": ("AE", "derive_events", "events", "adverse_events"),
    "adcm": ("CM", "derive_medications", "occurrences", "medications"),
    "adex": ("EX", "derive_exposure", "occurrences", "exposure"),
}


# A data set whose records have none of these is of no class of the standard.
TOPICS_OF = ("TERM", "TRT", "DECOD")


@dataclass(frozen=True)
class Inputs:
    """The tables of the derivation and the domains by name, their contracts, and the plan."""

    derived: Tables
    domains: Tables
    contracts: Mapping[str, Contract]
    plan: Plan


def record_tables(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """The tables that are sent beside the subjects', those of whole domains included."""
    found = {name: table for name, table in inputs.derived.items() if name != "adsl"}
    for domain in analysed_domains(inputs.plan):
        made = derive_domain_records(domain, inputs.domains[domain], inputs.derived["adsl"])
        found[domain_dataset(domain)] = made
    return found


def contract_of(name: str, inputs: Inputs) -> Contract:
    """The contract of a table; measurement sets share one."""
    domains = {domain_dataset(domain): domain for domain in analysed_domains(inputs.plan)}
    if name in domains:
        own = inputs.contracts[domains[name]]
        return domain_contract(domains[name], own, inputs.contracts["bds"])
    return inputs.contracts.get(name, inputs.contracts["bds"])


def added_columns(name: str, table: pd.DataFrame, inputs: Inputs) -> pd.DataFrame:
    """What a table of records gets beside its own columns, apart from those of its subjects."""
    plan = inputs.plan
    parts = [pd.DataFrame(index=table.index)]
    if "PARAMCD" in table.columns:
        numbers = parameter_numbers(table, parameters_of(name, plan))
        parts.append(numbers.to_frame("PARAMN"))
    if "AVISIT" in table.columns and "AVISITN" not in table.columns:
        parts.append(visit_numbers(table, plan["trial"]).to_frame("AVISITN"))
    if "ADURN" in table.columns:
        unit = pd.Series("DAYS", index=table.index, dtype="str").where(table["ADURN"].notna())
        parts.append(unit.to_frame("ADURU"))
    if "ABLFL" in table.columns:
        parts.append(analysis_flags(name, table, plan))
    sources = source_variables(name, table, plan, inputs.domains)
    if sources is not None:
        parts.append(sources.to_frame("SRCVAR"))
    if name == "adtte":
        history = history_of(inputs.derived, inputs.domains, plan)
        parts.append(planned_days(table, history, plan))
    if name == "adresp":
        parts.append(reasons_for_no_source(table, plan).to_frame("SRCWHY"))
    parts.append(sequence_numbers(name, table))
    return pd.concat(parts, axis=1)


FOLLOWS = {
    "PARAMN": "PARAM",
    "AVISITN": "AVISIT",
    "ADURU": "ADURN",
    BEGIN: "STARTDT",
    END: "ADT",
    "SRCVAR": "SRCDOM",
    "SRCWHY": "SRCSEQ",
}
FIRST = ("STUDYID", "USUBJID", "SUBJID", "ARMCD", "TRT01P")


def ordered(table: pd.DataFrame, added: pd.DataFrame, of_subject: pd.DataFrame) -> pd.DataFrame:
    """A table of records with what is added: identifiers, subject, sequence number, the rest."""
    first = [name for name in FIRST if name in table.columns]
    numbers = [name for name in added.columns if name.endswith("SEQ")]
    order = [*first, *of_subject.columns, *numbers]
    for name in table.columns:
        if name not in first:
            order.append(name)
            order += [new for new, old in FOLLOWS.items() if old == name and new in added.columns]
    rest = [name for name in added.columns if name not in order]
    at = order.index("SRCDOM") if "SRCDOM" in order else len(order)
    order[at:at] = rest
    return pd.concat([table, of_subject, added], axis=1)[order]


def sent_records(
    name: str, table: pd.DataFrame, subjects: pd.DataFrame, inputs: Inputs
) -> pd.DataFrame:
    """One table of records as it is sent; `subjects` is the sent table of subjects."""
    treatment = record_treatment(table, subjects)
    core = with_core(renamed(table, inputs.plan), subjects, core_variables(inputs.plan))
    of_subject = pd.concat([treatment, core], axis=1)
    whole = ordered(table, added_columns(name, table, inputs), of_subject)
    return renamed(whole, inputs.plan)


def explain(name: str, table: pd.DataFrame, inputs: Inputs) -> tuple[str, dict[str, Explained]]:
    """The kind of a data set, and what is known of its variables by sent name."""
    plan = inputs.plan
    if name == "adsl":
        kind, found = "subjects", explain_subjects(plan)
    elif name == "adresp":
        kind, found = "responses", explain_responses(plan)
    elif name == "adtte":
        kind, found = "times", explain_times(plan)
    elif parameters_of(name, plan) or "PARAMCD" in table.columns:
        kind, found = "measurements", explain_measurements(name, plan)
    else:
        of_domain = (name.removeprefix("ad").upper(), "write_adam", "occurrences", "")
        domain, rule, kind, _ = OCCURRENCES.get(name, of_domain)
        if not any(f"{domain}{topic}" in table.columns for topic in TOPICS_OF):
            kind = "others"
        known = inputs.domains.get(domain.lower(), pd.DataFrame())
        columns = [column for column in known.columns if column not in INTERNAL]
        own = explain_occurrences(domain, rule, columns, plan)
        absent = {n: unavailable() for n in table.columns if n.startswith(domain)}
        found = {**absent, **own}
    found = {sent_name(variable, plan): entry for variable, entry in found.items()}
    if kind != "subjects":
        found = {**found, **explain_shared(name, "PARAMCD" in table.columns, plan)}
    return kind, found


def note_of(name: str, kind: str, inputs: Inputs) -> str:
    """Which records a data set holds, in a sentence."""
    plan = inputs.plan
    if kind == "subjects":
        return "Every screened subject: every subject of DM."
    if kind == "responses":
        return "Every randomised subject with a verdict on every endpoint of the plan."
    if kind == "times":
        return "Every randomised subject with every time that it can have: see each parameter."
    if kind == "measurements":
        sets = {
            key.lower(): part["parameters"] for key, part in plan["measurements"]["sets"].items()
        }
        parts = [
            f"{spec['label']} ({code}): records of "
            + condition_note(spec["domain"].upper(), spec.get("where"), plan)
            for code, spec in sets[name].items()
        ]
        return (
            f"Values of randomised subjects. {'; '.join(parts)}. A measurement that was not done, "
            "or that has no complete date, is no record."
        )
    domain = name.removeprefix("ad").upper()
    section = OCCURRENCES.get(name, ("", "", "", ""))[3]
    where = ((plan.get("events") or {}).get(section) or {}).get("where")
    return f"Records of randomised subjects: {condition_note(domain, where, plan)}."


def keys_of(table: pd.DataFrame, contract: Contract, plan: Plan) -> list[str]:
    """The keys of a sent data set; a domain's own sequence number stands for that of the source."""
    sequence = [name for name in table.columns if name.endswith("SEQ") and name != "SRCSEQ"]
    keys = [sent_name(key, plan) for key in contract.keys]
    if sequence:
        keys = [sequence[0] if key == "SRCSEQ" else key for key in keys]
    return ["STUDYID", *(key for key in keys if key != "STUDYID")]


def parameter_labels(tables: Mapping[str, pd.DataFrame], plan: Plan) -> dict[str, dict[str, str]]:
    """The label of each parameter of each data set."""
    sets = {key.lower(): part["parameters"] for key, part in plan["measurements"]["sets"].items()}
    known = {
        **sets,
        "adresp": plan["endpoints"]["endpoints"],
        "adtte": (plan.get("times") or {}).get("times") or {},
    }
    return {
        name: {code: str(spec["label"]) for code, spec in known[name].items()}
        for name in tables
        if name in known
    }


def send_datasets(inputs: Inputs) -> tuple[list[Sent], dict[str, Any]]:
    """Every data set that is sent, and the specification without what the files say.

    Raises StepError for variables that nothing explains or labels.
    """
    plan = inputs.plan
    adsl = inputs.derived["adsl"]
    subjects = sent_subjects(adsl, inputs.derived["adresp"], inputs.domains, plan)
    tables = {"adsl": subjects}
    for name, table in record_tables(inputs).items():
        tables[name] = sent_records(name, table, subjects, inputs)
    tables = {name: with_sent_texts(table, plan) for name, table in tables.items()}
    lists, used = codelists_of(tables, parameter_labels(tables, plan), plan)
    texts, sent, findings = Texts(plan), [], unknown_terms(lists)
    for name, table in tables.items():
        contract = contract_of(name, inputs)
        kind, explained = explain(name, table, inputs)
        labels = labels_for(list(table.columns), contract, inputs.contracts, plan)
        findings += [
            f"{name.upper()}.{column}: nothing says how it is made; {nearest(column, explained)}"
            for column in table.columns
            if column not in explained
        ]
        findings += [f"{name.upper()}.{c}: no label" for c in table.columns if c not in labels]
        if findings:
            continue
        note = texts.comment(f"COM.{name.upper()}", note_of(name, kind, inputs))
        described = describe_dataset(
            kind, measured_label(name, contract, plan), name.upper(),
            keys_of(table, contract, plan), note,
        )  # fmt: skip
        variables = described_variables(
            name.upper(), table, explained, labels, used, contract, texts
        )
        sent.append((table, {**described, "variables": variables}))
    if findings:
        raise StepError("\n  ".join(["the data sets cannot be described", *findings]))
    return sent, {"codelists": lists, "methods": texts.methods, "comments": texts.comments}


def measured_label(name: str, contract: Contract, plan: Plan) -> Contract:
    """The contract with the label that the plan gives a measurement set."""
    sets = {key.lower(): part["label"] for key, part in plan["measurements"]["sets"].items()}
    if name not in sets:
        return contract
    return Contract(
        contract.name, str(sets[name]), contract.keys, contract.columns, contract.extensible,
        contract.extra,
    )  # fmt: skip
