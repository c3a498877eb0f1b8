"""ADTTE: times to event and durations, with what ended each and why it was censored."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.derive.times import History, derive_time
from scripts.job import Job

# A time of no length, which gives a trial without times its columns.
NO_TIME = {
    "label": "",
    "unit": "day",
    "scale": "actual",
    "start": {"variable": "TRTSDT"},
    "event": [{"variable": "TRTSDT"}],
}


def derive_times(
    adsl: pd.DataFrame,
    adresp: pd.DataFrame,
    measurements: Mapping[str, pd.DataFrame],
    domains: Mapping[str, pd.DataFrame],
    times: Mapping[str, Any],
) -> pd.DataFrame:
    """Every time of the plan, one record a subject who can have it; a plan may have none."""
    subjects = adsl[adsl["RANDFL"] == "Y"].sort_values("USUBJID", ignore_index=True)
    history = History(subjects, adresp, measurements, domains)
    parts = [derive_time(code, spec, history) for code, spec in times.items()]
    parts = parts or [derive_time("", NO_TIME, history).iloc[:0]]
    return pd.concat(parts, ignore_index=True)


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        adtte = derive_times(
            job.table("adsl"),
            job.table("adresp"),
            job.tables("measurements"),
            job.tables("domains"),
            job.plan["times"]["times"],
        )
        job.write("adtte", adtte)
