"""Tables as they are sent, in either standard: in ASCII, as transport files, and described."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.job import StepError
from scripts.package.specification import check_specification, measured
from scripts.package.transport import TransportError, day_of, write_transport

Sent = tuple[pd.DataFrame, dict[str, Any]]


def translated(table: pd.DataFrame, translations: Mapping[str, str]) -> pd.DataFrame:
    """The table with every text that the plan translates; transport files hold ASCII only."""
    return table.replace(dict(translations)) if translations else table


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
