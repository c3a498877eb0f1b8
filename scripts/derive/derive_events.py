"""ADAE: adverse events of randomised subjects, with the flag for treatment-emergent ones."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.derive.occurrences import derive_occurrences, flag_treatment_emergent, narrow
from scripts.job import Job

COLUMNS = dict.fromkeys(
    ("AETERM", "AEDECOD", "AEBODSYS", "AESEV", "AETOXGR", "AESER", "AEREL", "AEACN", "AEOUT"),
    "text",
)


def derive_events(
    adsl: pd.DataFrame, domains: Mapping[str, pd.DataFrame], events: Mapping[str, Any]
) -> pd.DataFrame:
    """One record an adverse event. `events` is the events section of the plan."""
    rule = events["adverse_events"]
    table = narrow(domains.get("ae"), rule.get("where"))
    made = derive_occurrences("AE", table, COLUMNS, adsl)
    return made.assign(TRTEMFL=flag_treatment_emergent(made, rule["emergent_from_day"]))


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        adae = derive_events(job.table("adsl"), job.tables("domains"), job.plan["events"])
        job.write("adae", adae)
