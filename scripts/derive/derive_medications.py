"""ADCM: prior and concomitant medications with category and days since start of treatment."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.derive.occurrences import derive_occurrences, narrow
from scripts.job import Job

COLUMNS = {
    "CMCAT": "text",
    "CMTRT": "text",
    "CMDECOD": "text",
    "CMINDC": "text",
    "CMDOSE": "number",
    "CMDOSU": "text",
}


def derive_medications(
    adsl: pd.DataFrame, domains: Mapping[str, pd.DataFrame], events: Mapping[str, Any]
) -> pd.DataFrame:
    """One record a medication. `events` is the events section of the plan."""
    table = narrow(domains.get("cm"), events["medications"].get("where"))
    return derive_occurrences("CM", table, COLUMNS, adsl)


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        adcm = derive_medications(job.table("adsl"), job.tables("domains"), job.plan["events"])
        job.write("adcm", adcm)
