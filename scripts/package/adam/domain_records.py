"""Which data sets are sent, and domains that an analysis reads as they are: those are sent as
analysis data sets of their own.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.analyse.families import sources_of
from scripts.derive.dates import days_since, parse_dates, study_day
from scripts.derive.subject_variables import date_variable_of
from scripts.package.adam.standard import standard_label
from scripts.tables import Contract

# The data set of each domain of occurrences; a trial without the domain sends none.
OF_DOMAIN = {"adae": "AE", "adcm": "CM", "adex": "EX"}
# What every domain has and no analysis data set needs, or that only we have.
INTERNAL = ("DOMAIN", "SRCFILE", "SRCROW")


def analysed_domains(plan: Mapping[str, Any]) -> list[str]:
    """The domains, in small letters, whose records an analysis names."""
    named = set().union(*(sources_of(a) for a in plan["analyses"]["analyses"].values()), set())
    return sorted(name for name in named if not name.startswith("ad"))


def derived_datasets(plan: Mapping[str, Any]) -> list[str]:
    """The tables of the derivation that are sent: those that the trial has records for."""
    sets = sorted(name.lower() for name in plan["measurements"]["sets"])
    times = ["adtte"] if (plan.get("times") or {}).get("times") else []
    domains = {name.upper() for name in plan["sdtm"]["domains"]}
    events = [name for name, domain in OF_DOMAIN.items() if domain in domains]
    return ["adsl", *sets, "adresp", *times, *events]


def domain_dataset(domain: str) -> str:
    """The name of the analysis data set of a domain."""
    return f"ad{domain.lower()}"


def derive_domain_records(domain: str, table: pd.DataFrame, adsl: pd.DataFrame) -> pd.DataFrame:
    """The records of a domain of randomised subjects with analysis date and days."""
    randomised = adsl[adsl["RANDFL"] == "Y"].set_index("USUBJID")
    table = table[table["USUBJID"].isin(randomised.index)].reset_index(drop=True)
    made = pd.DataFrame({"STUDYID": table["STUDYID"], "USUBJID": table["USUBJID"]})
    for name in ("ARMCD", "TRT01P"):
        made[name] = table["USUBJID"].map(randomised[name])
    own = [name for name in table.columns if name not in (*made.columns, *INTERNAL)]
    made = pd.concat([made, table[own]], axis=1)
    variable = date_variable_of(domain, table)
    if variable is not None:
        date = parse_dates(table[variable])
        days = days_since(date, table["USUBJID"].map(randomised["TRTSDT"]))
        made = made.assign(ASTDT=date, ASTDY=study_day(days), ADAYS=days)
    made["SRCDOM"] = domain.upper()
    sequence = f"{domain.upper()}SEQ"
    if sequence in table.columns:
        made["SRCSEQ"] = table[sequence]
    return made


def domain_contract(domain: str, contract: Contract, days: Contract) -> Contract:
    """The contract of a domain's analysis data set: labels of the domain, and those of ours.

    `days` is a contract of analysis data with the days since the first treatment.
    """
    return Contract(
        name=domain_dataset(domain).upper(),
        label=f"{contract.label} Analysis Dataset",
        keys=[key for key in contract.keys if key not in INTERNAL],
        columns={
            **contract.columns,
            "ASTDT": {"type": "date", "label": standard_label("ASTDT")},
            "ASTDY": {"type": "integer", "label": standard_label("ASTDY")},
            "ADAYS": days.columns["ADAYS"],
        },
        extensible=True,
        extra={"class": "OCCURRENCE DATA STRUCTURE", "structure": contract.extra["structure"]},
    )
