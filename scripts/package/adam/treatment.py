"""Treatment as the standard wants it: planned and actual, by subject and beside every record."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.derive.dates import days_since, parse_dates

# What demographics say of a subject in the standard's own words, sent as it is.
TAKEN = ("COUNTRY", "AGEU", "RACE", "ETHNIC", "ARM", "ACTARMCD", "ACTARM", "DTHFL")
REQUIRED = ("AGEU", "RACE", "ARM")
# The period variables of the subjects under the names that records have.
OF_RECORDS = {"TRTP": "TRT01P", "TRTPN": "TRT01PN", "TRTA": "TRT01A", "TRTAN": "TRT01AN"}


def taken_over(adsl: pd.DataFrame, dm: pd.DataFrame) -> pd.DataFrame:
    """Variables of demographics that the analysis data set does not have yet.

    One that the standard requires and that was not collected is there without any value.
    """
    names = [name for name in TAKEN if name in dm.columns and name not in adsl.columns]
    found = _by_subject(adsl, dm, names)
    absent = [name for name in REQUIRED if name not in {*found.columns, *adsl.columns}]
    empty = pd.Series(None, index=adsl.index, dtype="str")
    return found.assign(**dict.fromkeys(absent, empty))


def _by_subject(adsl: pd.DataFrame, dm: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    found = dm.drop_duplicates("USUBJID").set_index("USUBJID")[names]
    return found.reindex(adsl["USUBJID"]).set_index(adsl.index)


def actual_treatment(
    adsl: pd.DataFrame, dm: pd.DataFrame, trial: Mapping[str, Any]
) -> pd.DataFrame:
    """TRT01A and TRT01AN, where demographics say which arm each subject was really in.

    An actual arm that is none of the plan's keeps its description and has no number.
    """
    if not {"ACTARMCD", "ACTARM"} <= set(dm.columns):
        return pd.DataFrame(index=adsl.index)
    arms = _by_subject(adsl, dm, ["ACTARMCD", "ACTARM"])
    labels = {arm["code"]: arm["label"] for arm in trial["arms"]}
    numbers = {arm["code"]: number for number, arm in enumerate(trial["arms"], start=1)}
    label = arms["ACTARMCD"].map(labels).astype("str").where(arms["ACTARMCD"].isin(list(labels)))
    return pd.DataFrame(
        {
            "TRT01A": label.fillna(arms["ACTARM"]),
            "TRT01AN": arms["ACTARMCD"].map(numbers).astype("Int64"),
        }
    )


def treatment_dates(adsl: pd.DataFrame, dm: pd.DataFrame) -> pd.DataFrame:
    """Last day and length of treatment and the day of consent, where demographics have them."""
    made = pd.DataFrame(index=adsl.index)
    if "RFXENDTC" in dm.columns:
        last = parse_dates(_by_subject(adsl, dm, ["RFXENDTC"])["RFXENDTC"])
        made["TRTEDT"] = last
        made["TRTDURD"] = days_since(last, adsl["TRTSDT"]) + 1
    if "RFICDTC" in dm.columns:
        made["RFICDT"] = parse_dates(_by_subject(adsl, dm, ["RFICDTC"])["RFICDTC"])
    return made[[name for name in made.columns if name not in adsl.columns]]


def record_treatment(table: pd.DataFrame, adsl: pd.DataFrame) -> pd.DataFrame:
    """TRTP, TRTPN and, where it is known, TRTA and TRTAN of the subject of each record."""
    names = {own: of for own, of in OF_RECORDS.items() if of in adsl.columns}
    subjects = adsl.set_index("USUBJID")
    made = {own: table["USUBJID"].map(subjects[of]) for own, of in names.items()}
    return pd.DataFrame(made, index=table.index).astype(
        {own: adsl[of].dtype for own, of in names.items()}
    )
