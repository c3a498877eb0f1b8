"""Subjects side by side: arm, populations, verdicts and facts, and who entered which analysis."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from scripts.audit.explorer.columns import Column, encode_column

Plan = Mapping[str, Any]
# Where a reason for being left out of a population stands, beside its flag.
FLAG, REASON = "FL", "RS"
ENTERED = "entered"
SITE = "SITEID"


def population_reason(flag: str) -> str:
    """The variable with the reason for being left out of a population."""
    return flag.removesuffix(FLAG) + REASON


def describe_people(plan: Plan, adsl: pd.DataFrame) -> list[dict[str, Any]]:
    """The columns by which subjects are shown and filtered: key, label, what it is."""
    facts = plan["profiles"].get("facts", []) if plan["profiles"] else []
    called = {fact["variable"]: fact["label"] for fact in facts}
    return [
        {"key": "USUBJID", "label": "Subject", "of": "subject"},
        {"key": "ARMCD", "label": "Arm", "of": "arm"},
        {"key": SITE, "label": called.get(SITE, "Site"), "of": "site"},
        *(
            {"key": code, "label": label, "of": "fact"}
            for code, label in called.items()
            if code in adsl and code != SITE
        ),
        *(
            {"key": code, "label": one["label"], "of": "population"}
            for code, one in plan["subjects"]["populations"].items()
        ),
        *(
            {"key": code, "label": one["label"], "of": "endpoint"}
            for code, one in plan["endpoints"]["endpoints"].items()
        ),
    ]


def tabulate_people(
    plan: Plan, subjects: Sequence[str], adsl: pd.DataFrame, adresp: pd.DataFrame
) -> dict[str, Column]:
    """A row a subject, as `describe_people` names the columns.

    A population is Y or the reason for being left out; a verdict Y or N, missing where none.
    """
    own = adsl.set_index("USUBJID").reindex(list(subjects))
    keyed = adresp.set_index("USUBJID")
    made = {}
    for column in describe_people(plan, adsl):
        key = column["key"]
        if column["of"] == "subject":
            values = pd.Series(list(subjects), dtype="str")
        elif column["of"] == "endpoint":
            verdicts = keyed.loc[keyed["PARAMCD"] == key, "AVALC"]
            values = verdicts.reindex(list(subjects))
        elif column["of"] == "population":
            reason = own.get(population_reason(key), pd.Series(None, own.index, dtype="str"))
            values = own[key].where(own[key] == "Y", reason.fillna("N"))
        else:
            values = own[key]
        made[key] = encode_column(values.reset_index(drop=True))
    return made


def tabulate_membership(results: Mapping[str, Any], subjects: Sequence[str]) -> dict[str, Column]:
    """A row a subject and a column an analysis: entered, the reason for being left out, or none."""
    number = {name: row for row, name in enumerate(subjects)}
    made = {}
    for name, result in results.items():
        given = result.get("subjects")
        if given is None:
            continue
        codes = np.zeros(len(subjects), np.int64)
        reasons = [ENTERED]
        codes[[number[one] for one in given["used"] if one in number]] = 1
        for part in given["excluded"]:
            reasons.append(str(part["reason"]))
            codes[[number[one] for one in part["USUBJID"] if one in number]] = len(reasons)
        made[name] = Column("text", codes, tuple(reasons))
    return made
