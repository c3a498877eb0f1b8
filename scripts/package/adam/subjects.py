"""ADSL as it is sent: what the standard wants beside the variables that the analyses read."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from scripts.derive.measurements import Tables
from scripts.derive.subject_variables import Sources, derive_variable
from scripts.derive.visits import schedule_of
from scripts.package.adam.names import renamed, renames, sent_name, verdict_flags
from scripts.package.adam.treatment import actual_treatment, taken_over, treatment_dates

Plan = Mapping[str, Any]
# After which variable of ours each added one stands; what is not listed comes before the flags
# of the populations.
AFTER = {
    "COUNTRY": "SITEID",
    "AGEU": "AGE",
    "RACE": "SEX",
    "ETHNIC": "SEX",
    "ARM": "ARMCD",
    "ACTARMCD": "ARMCD",
    "ACTARM": "ARMCD",
    "TRT01A": "TRT01PN",
    "TRT01AN": "TRT01PN",
    "TRTEDT": "TRTSDT",
    "TRTDURD": "TRTSDT",
    "RFICDT": "TRTSDT",
}


def added_definitions(plan: Plan) -> dict[str, Any]:
    """The subject-level variables that the plan adds for sending, by name."""
    return dict(plan["submission"].get("adam", {}).get("variables") or {})


def numbered_categories(plan: Plan) -> dict[str, str]:
    """The numeric companion of each variable made of categories, by the companion's sent name."""
    variables = {**plan["subjects"]["variables"], **added_definitions(plan)}
    names = renames(plan)
    found = {
        f"{names.get(name, name)}N": name
        for name, spec in variables.items()
        if spec["kind"] == "category"
    }
    return {number: name for number, name in found.items() if len(number) <= 8}


def category_numbers(values: pd.Series, spec: Mapping[str, Any]) -> pd.Series:
    """The place of each value among the categories of the plan, from 1 on."""
    places = {part["label"]: place for place, part in enumerate(spec["categories"], start=1)}
    return values.map(places).astype("Int64")


def verdict_values(code: str, adsl: pd.DataFrame, adresp: pd.DataFrame) -> pd.Series:
    """Y and N of a verdict for each subject who has one, else missing."""
    verdicts = adresp[adresp["PARAMCD"] == code].set_index("USUBJID")["AVALC"]
    return adsl["USUBJID"].map(verdicts).astype("str").where(adsl["USUBJID"].isin(verdicts.index))


def placed(table: pd.DataFrame, more: pd.DataFrame, populations: Iterable[str]) -> pd.DataFrame:
    """The table with more columns, each in its place."""
    order = list(table.columns)
    first = next((name for name in populations if name in order), None)
    for name in reversed(list(more.columns)):
        anchor = AFTER.get(name)
        if anchor in order:
            order.insert(order.index(anchor) + 1, name)
        elif name.endswith("N") and name[:-1] in order:
            order.insert(order.index(name[:-1]) + 1, name)
        else:
            order.insert(order.index(first) if first else len(order), name)
            first = name
    return pd.concat([table, more], axis=1)[order]


def sent_subjects(
    adsl: pd.DataFrame, adresp: pd.DataFrame, domains: Tables, plan: Plan
) -> pd.DataFrame:
    """ADSL with what is added for sending, under the names that are sent.

    Needs the sections subjects, trial, measurements and submission of the plan.
    """
    dm = domains["dm"]
    parts = [taken_over(adsl, dm), actual_treatment(adsl, dm, plan["trial"])]
    parts.append(treatment_dates(adsl, dm))
    sources = Sources(domains, plan["measurements"], schedule_of(plan["trial"]))
    whole = adsl
    for name, spec in added_definitions(plan).items():
        whole = whole.assign(**{name: derive_variable(name, spec, whole, sources)})
        parts.append(whole[[name]])
    for name, code in verdict_flags(plan).items():
        parts.append(verdict_values(code, adsl, adresp).to_frame(name))
    specs = {**plan["subjects"]["variables"], **added_definitions(plan)}
    for number, name in numbered_categories(plan).items():
        parts.append(category_numbers(whole[name], specs[name]).to_frame(number))
    populations = [sent_name(name, plan) for name in plan["subjects"]["populations"]]
    return placed(renamed(adsl, plan), pd.concat(parts, axis=1), populations)
