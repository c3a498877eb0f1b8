"""Where each record came from: SRCDOM, SRCVAR and SRCSEQ, and the sequence number beside them.

A record that was made from one record says which, and which of its variables was read. One that
was made from many has no source here; the method of the variable says why.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.derive.measurements import Tables
from scripts.derive.subject_variables import date_variable_of

Plan = Mapping[str, Any]
# The variable of a domain that its records are about, in the standard's own words.
TOPICS = {"AE": "AETERM", "CM": "CMTRT", "EX": "EXTRT", "CE": "CETERM", "DS": "DSTERM"}


def value_variable(spec: Mapping[str, Any]) -> str:
    """The variable of a domain that gives the value of a measured parameter."""
    return str(spec.get("value", f"{spec['domain'].upper()}STRESN"))


def measured_variables(plan: Plan) -> dict[str, str]:
    """The variable that gives the value of every measured parameter, by its code."""
    sets = plan["measurements"]["sets"].values()
    return {code: value_variable(spec) for s in sets for code, spec in s["parameters"].items()}


def date_variables(domains: Tables) -> dict[str, str]:
    """The variable that dates the records of each domain."""
    found = {name.upper(): date_variable_of(name, table) for name, table in domains.items()}
    return {name: variable for name, variable in found.items() if variable}


def _words(value: Any, key: str) -> set[str]:
    if isinstance(value, Mapping):
        own = {str(value[key])} if isinstance(value.get(key), str) else set()
        return own.union(*(_words(part, key) for part in value.values()))
    if isinstance(value, list):
        return set().union(*(_words(part, key) for part in value))
    return set()


def measures_behind(code: str, plan: Plan) -> set[str]:
    """Every measure that a verdict looks at, its own or that of the verdict it follows."""
    endpoints = plan["endpoints"]["endpoints"]
    definition = endpoints[code]
    found = _words(definition, "measure")
    for key in ("of", "endpoint", "without"):
        for other in _words(definition, key) & set(endpoints) - {code}:
            found |= measures_behind(other, plan)
    return found


def response_sources(plan: Plan, domains: Tables) -> dict[tuple[str, str], str]:
    """The variable that was read of the record behind a verdict, by endpoint and domain.

    The value where the endpoint looks at a measure of that domain, else the date.
    """
    specs = {
        c: s for p in plan["measurements"]["sets"].values() for c, s in p["parameters"].items()
    }
    dates = date_variables(domains)
    found: dict[tuple[str, str], str] = {}
    for code in plan["endpoints"]["endpoints"]:
        found |= {(code, domain): variable for domain, variable in dates.items()}
        for measure in sorted(measures_behind(code, plan)):
            spec = specs[measure]
            found[(code, spec["domain"].upper())] = value_variable(spec)
    return found


def source_variables(
    name: str, table: pd.DataFrame, plan: Plan, domains: Tables
) -> pd.Series | None:
    """SRCVAR of each record that has one source record; None where the table has it already."""
    if "SRCVAR" in table.columns or "SRCDOM" not in table.columns:
        return None
    if name == "adresp":
        found = response_sources(plan, domains)
        keys = zip(table["PARAMCD"], table["SRCDOM"], strict=True)
        values = [found.get(key) for key in keys]
    elif "PARAMCD" in table.columns:
        values = table["PARAMCD"].map(measured_variables(plan)).tolist()
    else:
        dates = date_variables(domains)
        values = table["SRCDOM"].map({**dates, **TOPICS}).tolist()
    return pd.Series(values, index=table.index, dtype="str").where(table["SRCDOM"].notna())


def sequence_numbers(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """The domain's own sequence number beside the source of a table of one domain."""
    if "SRCSEQ" not in table.columns or "PARAMCD" in table.columns:
        return pd.DataFrame(index=table.index)
    own = f"{name.removeprefix('ad').upper()}SEQ"
    return pd.DataFrame({own: table["SRCSEQ"]}, index=table.index)
