"""The schedule of visits: names and planned days of visit numbers."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.derive.dates import DAYS_OF_UNIT


def schedule_of(trial: Mapping[str, Any]) -> pd.DataFrame:
    """One row a planned visit: VISITNUM, AVISIT, AVISITN (visit unit) and ANOMDY (days)."""
    table = pd.DataFrame(trial["visits"])
    unit = int(DAYS_OF_UNIT[trial["visit_unit"]])
    return pd.DataFrame(
        {
            "VISITNUM": table["VISITNUM"].astype("Int64"),
            "AVISIT": table["VISIT"].astype("str"),
            "AVISITN": table["nominal"].astype("float64"),
            "ANOMDY": (table["nominal"] * unit).astype("Int64"),
        }
    )


def add_schedule(records: pd.DataFrame, schedule: pd.DataFrame) -> pd.DataFrame:
    """The records with AVISIT, AVISITN and ANOMDY of their VISITNUM. ADAYS must be there."""
    joined = records.merge(schedule, on="VISITNUM", how="left", validate="many_to_one")
    # ASSUME: A record outside the visit schedule has its actual day as nominal day.
    return joined.assign(ANOMDY=joined["ANOMDY"].fillna(joined["ADAYS"]))
