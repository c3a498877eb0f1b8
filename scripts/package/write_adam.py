"""The ADaM data sets as they are sent: transport files, and the specification of what they hold."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.derive.populations import reason_variable
from scripts.job import Job
from scripts.package.specification import origin, variable
from scripts.package.write_sdtm import Sent, transport_files
from scripts.tables import Contract

PARAMETERS = "bds"


def send_dataset(
    name: str, table: pd.DataFrame, contract: Contract, labels: Mapping[str, str]
) -> Sent:
    """One analysis data set as it is sent, with its description."""
    words = {**labels, **{n: column["label"] for n, column in contract.columns.items()}}
    variables = [
        variable(column, words[column], origin=origin("Derived", "Sponsor"))
        for column in table.columns
    ]
    described = {
        "name": name.upper(),
        "label": contract.label,
        "class": contract.extra["class"],
        "structure": contract.extra["structure"],
        "keys": ["STUDYID", *contract.keys],
        "purpose": "Analysis",
        "reference": False,
        "repeating": name != "adsl",
        "note": None,
    }
    return table, {**described, "variables": variables}


def subject_labels(plan: Mapping[str, Any]) -> dict[str, str]:
    """The labels of the variables and populations that the plan adds to the subjects.

    A transport file takes 40 bytes; for a longer label the plan gives a shorter one.
    """
    subjects = plan["subjects"]
    labels = {name: entry["label"] for name, entry in subjects["variables"].items()}
    for name, entry in subjects["populations"].items():
        labels[name] = f"{entry['label']} Population Flag"
        labels[reason_variable(name)] = f"Reason Not in {name}"
    return labels | plan["submission"]["adam"].get("labels", {})


def send_adam(
    tables: Mapping[str, pd.DataFrame], contracts: Mapping[str, Contract], plan: Mapping[str, Any]
) -> tuple[list[Sent], dict[str, Any]]:
    """Every ADaM data set that is sent, and the specification without what the files say."""
    labels = subject_labels(plan)
    sent = [
        send_dataset(name, table, contracts.get(name, contracts[PARAMETERS]), labels)
        for name, table in tables.items()
    ]
    specification = {
        "standard": "ADaMIG",
        "version": "1.3",
        "terminology": plan["terminology"]["release"],
        "codelists": {},
        "methods": {},
        "comments": {},
    }
    return sent, specification


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        sent, specification = send_adam(job.tables("derived"), job.contracts, job.plan)
        files, whole = transport_files(sent, specification, job.plan)
        job.write_all("datasets", files)
        job.write("specification", whole)
