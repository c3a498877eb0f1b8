"""Waivers: findings that the plan accepts by name, with a reason that is printed."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

# What a waiver may name beside the check, and the column of the findings that it is held against.
FIELDS = {
    "subject": "USUBJID",
    "file": "SRCFILE",
    "row": "SRCROW",
    "variable": "VARIABLE",
    "value": "OBSERVED",
}


def describe_waiver(waiver: Mapping[str, Any]) -> str:
    """The findings that a waiver names, in words."""
    named = [f"{field} {waiver[field]}" for field in FIELDS if field in waiver]
    return ", ".join([f"check {waiver['check']}", *named])


def covered_by(found: pd.DataFrame, waiver: Mapping[str, Any]) -> pd.Series:
    """The findings that one waiver names; what is wrong with the plan cannot be waived."""
    chosen = (found["CHECK"] == waiver["check"]) & (found["CATEGORY"] != "plan")
    for field, name in FIELDS.items():
        if field in waiver:
            chosen &= found[name] == waiver[field]
    return chosen.astype(bool)


def apply_waivers(found: pd.DataFrame, waivers: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The findings with WAIVED and REASON, and one more for each waiver that names none."""
    found = found.assign(WAIVED="N", REASON=None)
    useless = []
    for waiver in waivers:
        chosen = covered_by(found, waiver)
        found = found.assign(
            WAIVED=found["WAIVED"].mask(chosen, "Y"),
            REASON=found["REASON"].astype("object").mask(chosen, waiver["reason"]),
        )
        if not chosen.any():
            useless.append(describe_waiver(waiver))
    if not useless:
        return found
    stale = pd.DataFrame({"MESSAGE": [f"waived, but no such finding: {text}" for text in useless]})
    stale = stale.assign(
        CHECK="waivers",
        SEVERITY="error",
        CATEGORY="plan",
        ACTION="Remove this waiver from the plan, or correct what it names.",
        WAIVED="N",
    )
    return pd.concat([found.astype("object"), stale.astype("object")], ignore_index=True)
