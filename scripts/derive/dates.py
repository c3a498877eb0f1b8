"""Dates of SDTM records, and the three ways of counting days that the analysis data sets use."""

import numpy as np
import pandas as pd

COMPLETE_DATE = r"^\d{4}-\d{2}-\d{2}"
DAYS_OF_UNIT = {"day": 1.0, "week": 7.0, "month": 30.4375, "year": 365.25}


def parse_dates(values: pd.Series) -> pd.Series:
    """ISO 8601 texts as dates; an incomplete date is missing."""
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return values.astype("datetime64[s]")
    # ASSUME: An incomplete date (without month or day) gives no analysis date; nothing is imputed.
    text = values.astype("str").where(values.notna())
    complete = text.str.match(COMPLETE_DATE, na=False)
    days = text.where(complete).str.slice(0, 10)
    return pd.to_datetime(days, format="%Y-%m-%d", errors="coerce").astype("datetime64[s]")


def days_since(dates: pd.Series, start: pd.Series) -> pd.Series:
    """Whole days from `start` to each date: the start itself is day 0."""
    # Counted in whole days, because a difference of dates becomes a float where one is missing.
    known = (dates.notna() & start.notna()).to_numpy()
    passed = dates.to_numpy("datetime64[D]").astype("int64") - start.to_numpy(
        "datetime64[D]"
    ).astype("int64")
    days = pd.array(np.where(known, passed, 0), dtype="Int64")
    days[~known] = pd.NA
    return pd.Series(days, index=dates.index)


def study_day(days: pd.Series) -> pd.Series:
    """The CDISC study day of days since start: there is no day 0, the start is day 1."""
    return days + (days >= 0).astype("Int64")
