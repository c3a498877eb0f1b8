"""Controlled terms: whether every value is one, and the code lists of the specification."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from scripts.conditions import nearest
from scripts.package.sdtm.standard import Domain, Variable

Lists = Mapping[str, Mapping[str, Any]]
SHOWN = 5


def known_terms(variable: Variable, lists: Lists) -> set[str]:
    """Every term that a variable may hold."""
    return {term for name in variable.codelists if name in lists for term in lists[name]["terms"]}


def check_terms(
    dataset: str, table: pd.DataFrame, domain: Domain, plan: Mapping[str, Any]
) -> Iterator[str]:
    """Values of a data set that are no terms of the code lists that the standard asks for."""
    lists = plan["terminology"]["codelists"]
    for name, variable in domain.variables.items():
        if not variable.codelists or name not in table.columns:
            continue
        values = sorted(set(table[name].dropna()))
        if not values:
            continue
        missing = [code for code in variable.codelists if code in lists]
        if not missing:
            wanted = " or ".join(variable.codelists)
            yield f"{dataset}.{name}: code list {wanted} is not in config/terminology.yaml"
            continue
        terms = known_terms(variable, lists)
        wrong = [value for value in values if value not in terms]
        for value in wrong[:SHOWN]:
            yield (
                f"{dataset}.{name}: {value!r} is no term of {' or '.join(variable.codelists)}; "
                f"{nearest(value, terms)}; mend the mapping, send another text (sdtm.values in "
                "config/submission.yaml), or add the term to config/terminology.yaml"
            )


def standard_list(name: str, lists: Lists) -> dict[str, Any]:
    """A code list of the standard as the specification holds it."""
    entry = lists[name]
    return {
        "name": entry["name"],
        "code": entry["code"],
        "extensible": entry["extensible"],
        "type": "text",
        "external": None,
        "terms": [
            {
                "value": term,
                "decode": known["decode"],
                "code": known["code"],
                "extended": known["code"] is None,
            }
            for term, known in entry["terms"].items()
        ],
    }


def sponsor_list(title: str, terms: Mapping[str, str], kind: str = "text") -> dict[str, Any]:
    """A code list of the sponsor's own as the specification holds it; `terms` by meaning."""
    return {
        "name": title,
        "code": None,
        "extensible": False,
        "type": kind,
        "external": None,
        "terms": [
            {"value": value, "decode": decode, "code": None, "extended": False}
            for value, decode in terms.items()
        ],
    }
