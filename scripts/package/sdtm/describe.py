"""What is said of each SDTM data set: its variables, their origins, code lists and comments."""

from typing import Any

import pandas as pd

from scripts.package.sdtm.described import DESIGN, Described, mapped_terms, origin_of
from scripts.package.sdtm.methods import method_text
from scripts.package.sdtm.origins import comment_of, mapped_origin
from scripts.package.sdtm.standard import Variable, domain_of
from scripts.package.sdtm.value_level import BY_TEST, describe_values
from scripts.package.specification import origin, variable


def _codelist(domain: str, one: Variable, values: pd.Series, made: Described) -> str | None:
    """The id of a variable's code list: the standard's, or the terms that the mapping gives it."""
    held = set(values.dropna())
    for name in one.codelists:
        known = made.lists.get(name, {}).get("terms", {})
        if known and held <= set(known):
            return made.standard_codelist(name)
    if one.codelists or not held:
        return None
    if one.name in ("ARMCD", "ACTARMCD"):
        arms = {arm["code"]: arm["label"] for arm in made.plan["trial"]["arms"]}
        return made.own_codelist("ARMCD", "Arms by Their Codes", arms)
    if one.name in ("ARM", "ACTARM"):
        arms = {arm["label"]: arm["label"] for arm in made.plan["trial"]["arms"]}
        return made.own_codelist("ARM", "Arms", arms)
    if one.kind == "Char" and one.name[2:] not in BY_TEST:
        terms = mapped_terms(domain, one.name, made.plan)
        if terms and held <= set(terms):
            return made.own_codelist(f"{domain}.{one.name}", f"{one.label} of {domain}", terms)
    return None


def describe_variable(
    domain: str, one: Variable, table: pd.DataFrame, made: Described
) -> dict[str, Any]:
    """One variable of a data set that is sent, with everything but its length and type."""
    whence = origin_of(domain, one.name, made.plan)
    empty = table[one.name].isna().all()
    method: str | None = None
    comment: str | None = None
    if empty:
        whence = origin("Not Available")
        comment = made.comment(
            "COM.EMPTY", "Expected by the standard; nothing was collected for it."
        )
    elif whence["type"] == "Derived":
        text = method_text(domain, one.name, list(table.columns), made.plan)
        method = made.method(f"MT.{domain}.{one.name}", f"{domain}.{one.name}", text)
    elif whence["type"] == "Collected" or mapped_origin(domain, one.name, made.plan):
        words = comment_of(domain, one.name, made.plan)
        comment = made.comment(f"COM.{domain}.{one.name}", words)
    return variable(
        one.name,
        one.label,
        core=one.core,
        role=one.role,
        mandatory=one.core == "Req",
        origin=whence,
        method=method,
        comment=comment,
        codelist=_codelist(domain, one, table[one.name], made),
    )


def describe_dataset(name: str, table: pd.DataFrame, made: Described) -> dict[str, Any]:
    """One data set that is sent, without what only its file says."""
    domain = domain_of(name, made.standard)
    variables = []
    for column in table.columns:
        one = domain.variables.get(column)
        if one is None:
            first = domain.variables[column.rstrip("0123456789")]
            one = Variable(
                column, f"{first.label} {column[len(first.name) :]}", "Char", first.role, "Perm"
            )
        entry = describe_variable(name, one, table, made)
        variables.append({**entry, "values": describe_values(name, column, table, made)})
    parent = name.removeprefix("SUPP")
    label = domain.label if parent == name else f"Supplemental Qualifiers for {parent}"
    return {
        "name": name,
        "label": label,
        "class": domain.kind,
        "structure": domain.structure,
        "keys": ["STUDYID", *(key for key in domain.keys if key in table.columns)],
        "purpose": "Tabulation",
        "reference": name in DESIGN,
        "repeating": name != "DM",
        "note": None,
        "variables": variables,
    }
