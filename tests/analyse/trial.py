"""A small made-up trial for the tests of the analyses: arms A and B, B being the reference."""

import numpy as np
import pandas as pd

PLAN = {
    "arms": [
        {"code": "A", "label": "Active", "ratio": 2},
        {"code": "B", "label": "Control", "ratio": 1, "reference": True},
    ],
    "sites": [{"id": "01", "label": "North"}, {"id": "02", "label": "South"}],
    "populations": {"ITTFL": {"label": "All randomised"}, "PPFL": {"label": "Completers"}},
    "endpoints": {"RESP": {"label": "Response"}, "TIME": {"label": "Time to relapse"}},
    "settings": {"confidence_level": 0.95, "significance_level": 0.05},
    "visits": [
        {"VISITNUM": 0, "VISIT": "Start", "nominal": 0},
        {"VISITNUM": 1, "VISIT": "Day 8", "nominal": 8},
    ],
    "visit_unit": "day",
    "decimals": {"difference": 3, "ratio": 3, "p": 3},
}
THREE_ARMS = {
    **PLAN,
    "arms": [*PLAN["arms"][:1], {"code": "C", "label": "Other", "ratio": 1}, PLAN["arms"][1]],
}
HEAD = {
    "title": "An analysis",
    "role": "primary",
    "estimand": "e_any",
    "population": "ITTFL",
    "missing": "Nothing is missing.",
}


def plan_with(analysis, plan=PLAN):
    """The plan with one analysis, called `one`."""
    return {**plan, "analyses": {"one": {**HEAD, **analysis}}}


def subjects(arms):
    """One record a subject for a string of arm codes, as AAB; `.` is a screening failure."""
    names = [f"S{number:02d}" for number in range(len(arms))]
    table = pd.DataFrame({"USUBJID": names, "ARMCD": list(arms)})
    randomised = table["ARMCD"] != "."
    table["ARMCD"] = table["ARMCD"].where(randomised)
    table["RANDFL"] = np.where(randomised, "Y", "N")
    table["ITTFL"] = table["RANDFL"]
    return table.astype("str").assign(ARMCD=table["ARMCD"])


def responses(adsl, verdicts, code="RESP"):
    """Verdicts Y and N of the randomised subjects, in their order."""
    names = adsl.loc[adsl["RANDFL"] == "Y", "USUBJID"].tolist()
    return pd.DataFrame({"USUBJID": names, "PARAMCD": code, "AVALC": list(verdicts)})


def values(result, row, group=""):
    """The statistics of one row and group."""
    return {
        entry["statistic"]: entry["value"]
        for entry in result["statistics"]
        if (entry["row"], entry["group"]) == (row, group)
    }


def rows(result):
    """The ids of the rows in order."""
    return list(dict.fromkeys(entry["row"] for entry in result["statistics"]))
