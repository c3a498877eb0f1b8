"""Repeated measurements as analysis records: value, baseline, change, actual and nominal day."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from scripts.conditions import evaluate
from scripts.derive.dates import days_since, parse_dates, study_day
from scripts.derive.visits import add_schedule

Tables = Mapping[str, pd.DataFrame]


def domain_of(name: str, domains: Tables) -> pd.DataFrame:
    """One SDTM domain by its name in capitals or not."""
    return domains[name.lower()]


def numbers(values: pd.Series) -> pd.Series:
    """Any column as floating-point numbers, missing as NaN."""
    return pd.Series(
        pd.to_numeric(values, errors="coerce").to_numpy("float64", na_value=np.nan),
        index=values.index,
    )


def _records(code: str, spec: Mapping[str, Any], domains: Tables) -> pd.DataFrame:
    """The records of one parameter with a value. Columns as in the analysis data set."""
    prefix = spec["domain"].upper()
    found = domain_of(spec["domain"], domains)
    found = found[evaluate(spec.get("where"), found)]
    value = numbers(found[spec.get("value", f"{prefix}STRESN")])
    table = pd.DataFrame(
        {
            "USUBJID": found["USUBJID"],
            "PARAMCD": code,
            "PARAM": spec["label"],
            "AVAL": value,
            "AVALU": spec.get("unit"),
            "ADT": parse_dates(found[spec.get("date", f"{prefix}DTC")]),
            "VISITNUM": numbers(found["VISITNUM"]).astype("Int64"),
            "SRCDOM": prefix,
            "SRCSEQ": found[f"{prefix}SEQ"].astype("Int64"),
        }
    )
    # ASSUME: A measurement not done or unknown at an attended visit is not an assessment: it
    # neither confirms nor interrupts a response, and it does not end one.
    return table[table["AVAL"].notna() & table["ADT"].notna()]


def _flag_baseline(records: pd.DataFrame, rule: Mapping[str, Any]) -> pd.Series:
    """Whether each record is the baseline of its subject; the records must be in order of day."""
    # ASSUME: A measurement on the day on which treatment starts was taken before the first dose.
    eligible = records[(records["ADAYS"] <= rule.get("to_day", 0)).fillna(False).astype(bool)]
    chosen = eligible.drop_duplicates("USUBJID", keep=rule.get("pick", "last"))
    return pd.Series(records.index.isin(chosen.index), index=records.index)


def derive_parameter(
    code: str,
    spec: Mapping[str, Any],
    domains: Tables,
    starts: pd.Series,
    schedule: pd.DataFrame,
) -> pd.DataFrame:
    """The records of one parameter in order of subject and day, with their baseline.

    `starts` gives the start of treatment by USUBJID; subjects without one are left out.
    """
    records = _records(code, spec, domains)
    records = records[records["USUBJID"].isin(starts.dropna().index)]
    start = records["USUBJID"].map(starts)
    records = records.assign(ADAYS=days_since(records["ADT"], start))
    records = add_schedule(records, schedule)
    records = records.assign(ADY=study_day(records["ADAYS"]))
    records = records.sort_values(["USUBJID", "ADAYS", "SRCSEQ"], kind="stable", ignore_index=True)
    first = _flag_baseline(records, spec.get("baseline", {}))
    base = records[first].set_index("USUBJID")["AVAL"]
    records = records.assign(
        ABLFL=pd.Series("Y", index=records.index, dtype="str").where(first),
        BASE=records["USUBJID"].map(base).astype("float64"),
    )
    return records.assign(CHG=records["AVAL"] - records["BASE"])


def parameter_of(code: str, plan: Mapping[str, Any]) -> Mapping[str, Any]:
    """The definition of a parameter by its code. `plan` is the measurements section."""
    for content in plan["sets"].values():
        if code in content["parameters"]:
            return content["parameters"][code]
    raise KeyError(code)


def baseline_values(
    code: str,
    plan: Mapping[str, Any],
    domains: Tables,
    starts: pd.Series,
    schedule: pd.DataFrame,
) -> pd.Series:
    """The baseline value of one parameter by USUBJID."""
    records = derive_parameter(code, parameter_of(code, plan), domains, starts, schedule)
    return records[records["ABLFL"] == "Y"].set_index("USUBJID")["AVAL"]
