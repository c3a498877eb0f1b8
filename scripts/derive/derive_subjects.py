"""ADSL: one record a screened subject with treatment, covariates and population flags."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from scripts.derive.dates import parse_dates
from scripts.derive.measurements import Tables, numbers
from scripts.derive.populations import derive_populations
from scripts.derive.subject_variables import Sources, derive_variable, flag
from scripts.derive.visits import schedule_of
from scripts.job import Job, StepError


def derive_core(
    dm: pd.DataFrame, start_of_treatment: str, trial: Mapping[str, Any]
) -> pd.DataFrame:
    """The columns that every trial has, from demographics."""
    labels = {arm["code"]: arm["label"] for arm in trial["arms"]}
    order = {arm["code"]: number for number, arm in enumerate(trial["arms"], start=1)}
    unknown = sorted(set(dm["ARMCD"].dropna()) - set(labels))
    if unknown:
        raise StepError(f"DM: arm {', '.join(unknown)} is not among the arms of the plan")
    randomised = dm["ARMCD"].notna()
    core = pd.DataFrame(
        {
            **{name: dm[name] for name in ("STUDYID", "USUBJID", "SUBJID", "SITEID", "ARMCD")},
            "TRT01P": dm["ARMCD"].map(labels).astype("str"),
            "TRT01PN": dm["ARMCD"].map(order).astype("Int64"),
            "AGE": numbers(dm["AGE"]).astype("Int64"),
            "SEX": dm["SEX"],
            "SCRNFL": "Y",
            "RANDFL": flag(randomised),
            "TRTSDT": parse_dates(dm[start_of_treatment]),
        }
    )
    lost = core.loc[randomised & core["TRTSDT"].isna(), "USUBJID"]
    if len(lost):
        raise StepError(
            f"DM: {len(lost)} randomised subject(s) without a complete date in "
            f"{start_of_treatment}: {', '.join(lost.head(5))}"
        )
    return core.sort_values("USUBJID", kind="stable", ignore_index=True)


def derive_subjects(domains: Tables, plan: Mapping[str, Any]) -> pd.DataFrame:
    """ADSL from the domains and the sections subjects, measurements and trial of the plan."""
    subjects = derive_core(domains["dm"], plan["subjects"]["start_of_treatment"], plan["trial"])
    sources = Sources(domains, plan["measurements"], schedule_of(plan["trial"]))
    for name, spec in plan["subjects"]["variables"].items():
        subjects[name] = derive_variable(name, spec, subjects, sources)
    made = derive_populations(plan["subjects"]["populations"], subjects)
    counts = {name: int(np.sum(made[name] == "Y")) for name in plan["subjects"]["populations"]}
    empty = [name for name, count in counts.items() if count == 0]
    if empty:
        raise StepError(f"no subject is in {', '.join(empty)}; look at its conditions")
    return made


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        adsl = derive_subjects(job.tables("domains"), job.plan)
        job.say(f"{len(adsl)} subjects, {int((adsl['RANDFL'] == 'Y').sum())} randomised")
        job.write("adsl", adsl)
