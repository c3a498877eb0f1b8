"""The planned days between which a time on the nominal scale lies, so that it can be recomputed."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.derive.measurements import Tables
from scripts.derive.times import History, earliest, first_known, point
from scripts.package.adam.parameters import Plan

BEGIN, END, PLANNED = "SNOMDAYS", "ENOMDAYS", "ANOMDY"


def history_of(derived: Tables, domains: Tables, plan: Plan) -> History:
    """What times are made from: the randomised subjects, verdicts, measurements and domains."""
    adsl = derived["adsl"]
    subjects = adsl[adsl["RANDFL"] == "Y"].sort_values("USUBJID", ignore_index=True)
    sets = {name.lower(): derived[name.lower()] for name in plan["measurements"]["sets"]}
    return History(subjects, derived["adresp"], sets, domains)


def _ends(spec: Mapping[str, Any], history: History) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Planned days of start, event and censoring of every subject, by USUBJID."""
    start = point(spec["start"], history)
    event = earliest([point(source, history) for source in spec["event"]])
    censor = [point(source, history) for source in spec.get("censor") or []]
    limit = first_known(censor) if censor else event
    who = history.subjects["USUBJID"]
    days = [table[PLANNED].astype("Int64").set_axis(who) for table in (start, event, limit)]
    return days[0], days[1], days[2]


def planned_days(table: pd.DataFrame, history: History, plan: Plan) -> pd.DataFrame:
    """Planned days since the start of treatment of the two ends of each time.

    They come from the records at its ends and not from its value. Missing where a time counts by
    dates.
    """
    begin = pd.Series(pd.NA, index=table.index, dtype="Int64")
    end = begin.copy()
    for code, spec in plan["times"]["times"].items():
        rows = table[table["PARAMCD"] == code]
        if spec["scale"] != "nominal" or rows.empty:
            continue
        start, event, limit = _ends(spec, history)
        begin[rows.index] = rows["USUBJID"].map(start).astype("Int64")
        seen = rows["USUBJID"].map(event).where(rows["CNSR"] == 0, rows["USUBJID"].map(limit))
        end[rows.index] = seen.astype("Int64")
    return pd.DataFrame({BEGIN: begin, END: end})
