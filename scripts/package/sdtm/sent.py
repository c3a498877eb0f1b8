"""The tables of every SDTM data set that is sent, from the internal domains and the plan."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.job import StepError
from scripts.package.sdtm.added import (
    add_links,
    add_study_days,
    add_visits,
    derive_deviations,
    flag_last_before_exposure,
)
from scripts.package.sdtm.restored import OURS, sent_values
from scripts.package.sdtm.standard import Standard, arranged, check_standard, domain_of
from scripts.package.sdtm.subject_elements import (
    check_subject_elements,
    derive_epochs,
    derive_subject_elements,
)
from scripts.package.sdtm.summary import check_summary, derive_summary
from scripts.package.sdtm.supplements import cut_long_texts, derive_relations, derive_supplement
from scripts.package.sdtm.terms import check_terms
from scripts.package.sdtm.trial_design import (
    derive_arms,
    derive_criteria,
    derive_elements,
    derive_visits,
)
from scripts.package.sending import translated


def sent_texts(domain: str, table: pd.DataFrame, plan: Mapping[str, Any]) -> pd.DataFrame:
    """The domain with the texts that the plan sends for its values, missing ones among them."""
    made = {}
    for name, pairs in sent_values(domain, plan).items():
        values = table[name]
        for pair in pairs:
            missing = pair["internal"] is None
            rows = table[name].isna() if missing else table[name] == pair["internal"]
            values = values.mask(rows, pair["sent"])
        made[name] = values
    return table.assign(**made)


def complete_domains(
    domains: Mapping[str, pd.DataFrame], standard: Standard, plan: Mapping[str, Any]
) -> dict[str, pd.DataFrame]:
    """The domains with every variable that is added to them, and SE; by their upper-case names."""
    decided = plan["submission"]["sdtm"]
    dm = domains["dm"]
    subjects = dm.set_index("USUBJID")
    exposure = subjects.get("RFXSTDTC", subjects["RFSTDTC"])
    elements = derive_subject_elements(dm, plan)
    made = {}
    visits = add_visits(domains["sv"], domains, subjects["RFSTDTC"], plan)
    for name, table in {**domains, "sv": visits}.items():
        domain = name.upper()
        before = decided.get("before_exposure", {}).get(domain)
        of = standard[domain]
        table = add_study_days(table, of, subjects["RFSTDTC"])
        table = flag_last_before_exposure(table, of, exposure, before)
        if "EPOCH" in of.variables and "EPOCH" not in table.columns:
            table = table.assign(EPOCH=derive_epochs(table, domain, elements, before))
        made[domain] = table
    return {**add_links(made, decided.get("links", [])), "SE": elements}


def designed(dm: pd.DataFrame, plan: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """The trial design data sets that the plan decides on."""
    made = {
        "TA": derive_arms(plan),
        "TE": derive_elements(plan),
        "TS": derive_summary(dm, plan),
        "TV": derive_visits(plan),
    }
    return made | (
        {"TI": derive_criteria(plan)} if plan["submission"]["sdtm"].get("criteria") else {}
    )


def all_datasets(
    domains: Mapping[str, pd.DataFrame],
    deviations: pd.DataFrame,
    standard: Standard,
    plan: Mapping[str, Any],
) -> dict[str, pd.DataFrame]:
    """Every SDTM data set that is sent, by its name, as the standard arranges it.

    Raises StepError with every finding: a value that is no controlled term, a variable that the
    standard does not have and the plan does not supplement, dates that contradict the elements.
    """
    decided = plan["submission"]["sdtm"]
    mapped = {name: table.drop(columns=list(OURS)) for name, table in domains.items()}
    if decided.get("deviations"):
        mapped["dv"] = derive_deviations(deviations)
    full = complete_domains(mapped, standard, plan) | designed(mapped["dm"], plan)
    findings = check_subject_elements(full["SE"]) + check_summary(full["TS"])
    sent = {}
    for domain, table in full.items():
        wanted = decided.get("supplements", {}).get(domain, {})
        findings += check_standard(domain, table, standard[domain], wanted)
        if wanted and not findings:
            sent[f"SUPP{domain}"] = derive_supplement(domain, table, wanted, plan)
        table = translated(table, plan["submission"].get("translations", {}))
        table = cut_long_texts(domain, sent_texts(domain, table, plan))
        sent[domain] = arranged(table, standard[domain])
    if decided.get("links"):
        sent["RELREC"] = derive_relations(decided["links"], plan)
    sent = {name: arranged(table, domain_of(name, standard)) for name, table in sent.items()}
    for name, table in sent.items():
        findings += check_terms(name, table, domain_of(name, standard), plan)
        findings += [] if len(table) else [f"{name}: no record; leave it out of the plan"]
    if findings:
        raise StepError("\n  ".join(["the SDTM data sets cannot be sent as they are", *findings]))
    return sent
