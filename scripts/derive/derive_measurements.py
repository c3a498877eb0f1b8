"""BDS data sets: repeated measurements of randomised subjects, one data set a measurement set."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.derive.measurements import Tables, derive_parameter
from scripts.derive.visits import schedule_of
from scripts.job import Job

COLUMNS = [
    "STUDYID",
    "USUBJID",
    "ARMCD",
    "TRT01P",
    "PARAMCD",
    "PARAM",
    "AVAL",
    "AVALU",
    "BASE",
    "CHG",
    "ABLFL",
    "ADT",
    "ADY",
    "ADAYS",
    "VISITNUM",
    "AVISIT",
    "AVISITN",
    "ANOMDY",
    "SRCDOM",
    "SRCSEQ",
]


def derive_measurements(
    adsl: pd.DataFrame, domains: Tables, measurements: Mapping[str, Any], trial: Mapping[str, Any]
) -> dict[str, pd.DataFrame]:
    """Every measurement set of the plan by its name in lower case."""
    randomised = adsl[adsl["RANDFL"] == "Y"].set_index("USUBJID")
    schedule = schedule_of(trial)
    made = {}
    for name, content in measurements["sets"].items():
        parts = [
            derive_parameter(code, spec, domains, randomised["TRTSDT"], schedule)
            for code, spec in content["parameters"].items()
        ]
        table = pd.concat(parts, ignore_index=True)
        for column in ("STUDYID", "ARMCD", "TRT01P"):
            table[column] = table["USUBJID"].map(randomised[column])
        made[name.lower()] = table[COLUMNS]
    return made


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        made = derive_measurements(
            job.table("adsl"), job.tables("domains"), job.plan["measurements"], job.plan["trial"]
        )
        job.write_all("measurements", made, contract="bds")
