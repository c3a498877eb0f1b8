"""The SDTM data sets as they are sent: transport files, and the specification of what they hold."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.job import Job, StepError
from scripts.package.specification import check_specification, measured, origin, variable
from scripts.package.transport import TransportError, day_of, write_transport
from scripts.tables import Contract

# Where a record came from in the raw files is ours to know; the standard has no variable for it.
OURS = ("SRCFILE", "SRCROW")
Sent = tuple[pd.DataFrame, dict[str, Any]]


def translated(table: pd.DataFrame, translations: Mapping[str, str]) -> pd.DataFrame:
    """The table with every text that the plan translates; transport files hold ASCII only."""
    return table.replace(dict(translations)) if translations else table


def describe_domain(contract: Contract) -> dict[str, Any]:
    """A domain's description from its contract."""
    return {
        "name": contract.name,
        "label": contract.label,
        "class": contract.extra["class"].upper(),
        "structure": contract.extra["structure"],
        "keys": ["STUDYID", *(key for key in contract.keys if key not in OURS)],
        "purpose": "Tabulation",
        "reference": False,
        "repeating": contract.name != "DM",
        "note": None,
    }


def send_domain(table: pd.DataFrame, contract: Contract) -> Sent:
    """One domain as it is sent, with its description."""
    names = [name for name in table.columns if name not in OURS]
    variables = [
        variable(
            name,
            contract.columns[name]["label"],
            core=contract.columns[name].get("core"),
            mandatory=contract.columns[name].get("core") == "Req",
            origin=origin("Collected", "Investigator"),
        )
        for name in names
    ]
    return table[names], {**describe_domain(contract), "variables": variables}


def send_sdtm(
    domains: Mapping[str, pd.DataFrame], contracts: Mapping[str, Contract], plan: Mapping[str, Any]
) -> tuple[list[Sent], dict[str, Any]]:
    """Every SDTM data set that is sent, and the specification without what the files say."""
    sent = [send_domain(table, contracts[name]) for name, table in domains.items()]
    specification = {
        "standard": "SDTMIG",
        "version": "3.4",
        "terminology": plan["terminology"]["release"],
        "codelists": {},
        "methods": {},
        "comments": {},
    }
    return sent, specification


def transport_files(
    sent: list[Sent], specification: dict[str, Any], plan: Mapping[str, Any]
) -> tuple[dict[str, bytes], dict[str, Any]]:
    """The transport file of each data set by file stem, and the whole specification.

    Raises StepError with everything that a transport file could not hold, or that leads nowhere.
    """
    files, datasets, findings = {}, [], []
    for table, described in sent:
        stem = described["name"].lower()
        try:
            files[stem] = write_transport(
                translated(table, plan["submission"].get("translations", {})),
                name=described["name"],
                label=described["label"],
                labels={entry["name"]: entry["label"] for entry in described["variables"]},
                formats={e["name"]: e["format"] for e in described["variables"] if e["format"]},
                day=day_of({"data_cut": plan["study.data_cut"]}),
            )
        except TransportError as error:
            findings.append(str(error))
            continue
        datasets.append(measured(described, files[stem]))
    whole = {**specification, "datasets": datasets}
    findings = findings or check_specification(whole)
    if findings:
        raise StepError("\n  ".join(["the data sets cannot be sent as they are", *findings]))
    return files, whole


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        sent, specification = send_sdtm(job.tables("domains"), job.contracts, job.plan)
        files, whole = transport_files(sent, specification, job.plan)
        job.write_all("datasets", files)
        job.write("specification", whole)
