"""ADEX: treatment given, one record an administration or a period of constant dose."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.derive.dates import days_since
from scripts.derive.occurrences import derive_occurrences, narrow
from scripts.job import Job

COLUMNS = {
    "EXTRT": "text",
    "EXDOSE": "number",
    "EXDOSU": "text",
    "EXDOSFRQ": "text",
    "EXROUTE": "text",
    "EXADJ": "text",
}


def derive_exposure(
    adsl: pd.DataFrame, domains: Mapping[str, pd.DataFrame], events: Mapping[str, Any]
) -> pd.DataFrame:
    """One record a dose or dosing period; ADURN counts its first and last day."""
    table = narrow(domains.get("ex"), events["exposure"].get("where"))
    made = derive_occurrences("EX", table, COLUMNS, adsl)
    return made.assign(ADURN=days_since(made["AENDT"], made["ASTDT"]) + 1)


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        adex = derive_exposure(job.table("adsl"), job.tables("domains"), job.plan["events"])
        job.write("adex", adex)
