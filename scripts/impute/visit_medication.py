"""Medication by visit: whether one of a category began between a visit and the one before."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Days = NDArray[np.int64]


def interval_begins(
    records: pd.DataFrame, subjects: pd.DataFrame, visits: pd.DataFrame
) -> tuple[Days, Days]:
    """First day of the interval before each visit, and the day of the visit, (n, visits) each.

    An interval begins on the day of the visit before, as it was attended, else as it was planned.
    """
    planned = records[records["VISITNUM"].isin(visits["VISITNUM"])]
    days = planned.groupby(["USUBJID", "VISITNUM"])["ADAYS"].max().unstack("VISITNUM")  # noqa: PD010
    days = days.reindex(index=subjects["USUBJID"], columns=visits["VISITNUM"])
    attended = days.to_numpy(float, na_value=np.nan)
    nominal = visits["ANOMDY"].to_numpy(float)
    ends = np.maximum.accumulate(np.where(np.isnan(attended), nominal, attended), axis=1)
    ends = ends.astype(np.int64)
    begins = np.column_stack([np.zeros(len(ends), dtype=np.int64), ends[:, :-1]])
    return begins, ends


def medication_by_visit(
    adcm: pd.DataFrame,
    subjects: pd.DataFrame,
    begins: Days,
    ends: Days,
    last: Days,
) -> Floats:
    """1 where a medication began in the interval, 0 where none did, NaN where nobody knows.

    Until the last visit of a subject all medication is known; later only what is on record.
    """
    place = pd.Series(np.arange(len(subjects)), index=subjects["USUBJID"])
    known = adcm[adcm["USUBJID"].isin(place.index) & adcm["ADAYS"].notna()]
    row = place.reindex(known["USUBJID"]).to_numpy("int64")
    day = known["ADAYS"].to_numpy("int64")
    inside = (day[:, None] >= begins[row]) & (day[:, None] < ends[row])
    taken = np.zeros(begins.shape, dtype=bool)
    np.logical_or.at(taken, row, inside)
    # ASSUME: After the last visit of a subject a medication on record makes its interval known;
    # where none is on record, nobody knows.
    followed = np.arange(begins.shape[1]) < last[:, None]
    return np.where(taken, 1.0, np.where(followed, 0.0, np.nan))
