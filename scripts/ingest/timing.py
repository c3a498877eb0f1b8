"""Study days and planned visits, as SDTM counts and names them."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

DAYS_IN = {"week": 7, "day": 1}


def _days(texts: pd.Series) -> pd.Series:
    """Full ISO dates; a partial date has no day and gives nothing."""
    return pd.to_datetime(texts, format="%Y-%m-%d", errors="coerce")


def compute_study_days(dates: pd.Series, reference: pd.Series) -> pd.Series:
    """CDISC study days of ISO dates: the reference day is day 1, the day before it day -1."""
    days = (_days(dates) - _days(reference)).dt.days.astype("Int64")
    return days.where(days < 0, days + 1)


def visit_codes(trial: Mapping[str, Any], by: str, give: str) -> list[dict[str, Any]]:
    """What is given of each planned visit for what the raw column holds of it, as codes."""
    unit = DAYS_IN[trial["visit_unit"]]
    codes = []
    for visit in trial["visits"]:
        day = visit["nominal"] * unit
        known = {**visit, "VISITDY": day + 1 if day >= 0 else day}
        codes.append({"raw": known[by], "to": known[give]})
    return codes
