"""Records of occurrences (events, medications, doses) as analysis records of subjects."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from scripts.conditions import evaluate
from scripts.derive.dates import days_since, parse_dates, study_day
from scripts.derive.subject_variables import flag

SUBJECT_COLUMNS = ["STUDYID", "USUBJID", "ARMCD", "TRT01P"]


def derive_occurrences(
    domain: str,
    table: pd.DataFrame | None,
    columns: Mapping[str, str],
    adsl: pd.DataFrame,
) -> pd.DataFrame:
    """The records of a domain of randomised subjects with analysis dates and days.

    `columns` gives the SDTM variables that are kept, with their contract types; one that the
    domain does not have is missing everywhere. A trial without the domain has no records.
    """
    prefix = domain.upper()
    randomised = adsl[adsl["RANDFL"] == "Y"].set_index("USUBJID")
    if table is None:
        empty = [f"{prefix}SEQ", f"{prefix}STDTC", f"{prefix}ENDTC", *columns]
        table = pd.DataFrame({name: pd.array([], "str") for name in ["USUBJID", *empty]})
    table = table[table["USUBJID"].isin(randomised.index)].reset_index(drop=True)
    subject = table["USUBJID"]
    starts = subject.map(randomised["TRTSDT"]).astype("datetime64[s]")
    begin = _dates(table, f"{prefix}STDTC")
    finish = _dates(table, f"{prefix}ENDTC")
    days = days_since(begin, starts)
    made: dict[str, Any] = {name: subject.map(randomised[name]) for name in SUBJECT_COLUMNS[:1]}
    made["USUBJID"] = subject
    made.update({name: subject.map(randomised[name]) for name in SUBJECT_COLUMNS[2:]})
    for name, kind in columns.items():
        made[name] = _typed(table, name, kind)
    return pd.DataFrame(made).assign(
        ASTDT=begin,
        AENDT=finish,
        ASTDY=study_day(days),
        AENDY=study_day(days_since(finish, starts)),
        ADAYS=days,
        SRCDOM=prefix,
        SRCSEQ=pd.to_numeric(table[f"{prefix}SEQ"]).astype("Int64"),
    )


def _dates(table: pd.DataFrame, name: str) -> pd.Series:
    if name not in table.columns:
        return pd.Series(pd.NaT, index=table.index, dtype="datetime64[s]")
    return parse_dates(table[name])


def _typed(table: pd.DataFrame, name: str, kind: str) -> pd.Series:
    if name not in table.columns:
        return pd.Series(np.nan if kind == "number" else None, index=table.index).astype(
            "float64" if kind == "number" else "str"
        )
    if kind == "number":
        return pd.to_numeric(table[name]).astype("float64")
    return table[name].astype("str").where(table[name].notna())


def flag_treatment_emergent(table: pd.DataFrame, from_day: int) -> pd.Series:
    """Y for an event that began on or after a day since the start of treatment."""
    # ASSUME: An event without a complete start date is taken to be treatment-emergent.
    return flag((table["ADAYS"] >= from_day).fillna(True))


def narrow(table: pd.DataFrame | None, where: Mapping[str, Any] | None) -> pd.DataFrame | None:
    """The records of a domain that the plan wants; no domain stays no domain."""
    return table if table is None else table[evaluate(where, table)]
