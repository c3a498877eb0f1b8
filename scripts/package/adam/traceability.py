"""Where each record came from: SRCDOM, SRCVAR and SRCSEQ, and the sequence number beside them.

A record that was made from one record says which, and which of its variables was read. One that
was made from many has no source here; the method of the variable says why.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.conditions import describe
from scripts.derive.measurements import Tables
from scripts.derive.subject_variables import date_variable_of
from scripts.package.adam.names import sent_words

Plan = Mapping[str, Any]
# Why a verdict has no source record, where no condition on the subject says so.
NO_RECORD = "All records that the definition asks for: see CLAUSE and REASON"
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


def source_variables(
    name: str, table: pd.DataFrame, plan: Plan, domains: Tables
) -> pd.Series | None:
    """SRCVAR of each record that has one source record; None where the table has it already."""
    if "SRCVAR" in table.columns or "SRCDOM" not in table.columns:
        return None
    dates = date_variables(domains)
    if name == "adresp":
        values = table["SRCDOM"].map(dates).tolist()
    elif "PARAMCD" in table.columns:
        values = table["PARAMCD"].map(measured_variables(plan)).tolist()
    else:
        values = table["SRCDOM"].map({**dates, **TOPICS}).tolist()
    return pd.Series(values, index=table.index, dtype="str").where(table["SRCDOM"].notna())


def sequence_numbers(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """The domain's own sequence number beside the source of a table of one domain."""
    if "SRCSEQ" not in table.columns or "PARAMCD" in table.columns:
        return pd.DataFrame(index=table.index)
    own = f"{name.removeprefix('ad').upper()}SEQ"
    return pd.DataFrame({own: table["SRCSEQ"]}, index=table.index)


def met_without_record(code: str, plan: Plan) -> str:
    """The condition by which a verdict is met without any record, in words; else nothing."""
    definition = plan["endpoints"]["endpoints"][code]
    condition = definition.get("counts_too") or definition.get("condition")
    return sent_words(describe(condition), plan) if condition else ""


def reasons_for_no_source(table: pd.DataFrame, plan: Plan) -> pd.Series:
    """SRCWHY of verdicts: for each that no single record is behind, what it was decided by."""
    met = {code: met_without_record(code, plan) for code in plan["endpoints"]["endpoints"]}
    by_condition = "Condition on the subject: " + table["PARAMCD"].map(met).astype("str")
    all_records = pd.Series(NO_RECORD, index=table.index, dtype="str")
    words = all_records.mask(
        (table["AVALC"] == "Y") & (table["PARAMCD"].map(met) != ""), by_condition
    )
    return words.where(table["SRCDOM"].isna())
