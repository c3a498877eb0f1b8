"""Findings: one row for everything that a check has to say, and how values are shown in them."""

from typing import Any

import pandas as pd

# What a check gives; the caller adds what is the same for all findings of the check.
PARTS = ["USUBJID", "SRCFILE", "SRCROW", "DTC", "VARIABLE", "OBSERVED", "MESSAGE"]
COLUMNS = [
    "FNDSEQ",
    "CHECK",
    "SEVERITY",
    "CATEGORY",
    "GRADE",
    "DOMAIN",
    *PARTS,
    "ACTION",
    "WAIVED",
    "REASON",
]
SEVERITIES = ("error", "warning", "note")
MISSING = "(missing)"


def show(values: pd.Series) -> pd.Series:
    """Values as text: whole numbers without a decimal point, dates as ISO, missing in words."""
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        text = values.dt.strftime("%Y-%m-%d").astype("str")
    elif pd.api.types.is_float_dtype(values.dtype):
        text = values.map("{:.12g}".format).astype("str")
    else:
        text = values.astype("str")
    return text.mask(values.isna(), MISSING)


def show_pairs(rows: pd.DataFrame, variables: list[str]) -> pd.Series:
    """Several variables of each row with their names; one variable as its value alone."""
    if len(variables) == 1:
        return show(rows[variables[0]])
    return name_values(rows, variables)


def name_values(rows: pd.DataFrame, variables: list[str]) -> pd.Series:
    """Variables of each row as `NAME=value; NAME=value`."""
    text = pd.Series("", index=rows.index, dtype="str")
    for place, name in enumerate(variables):
        text = text + ("; " if place else "") + f"{name}=" + show(rows[name])
    return text


def make_findings(
    rows: pd.DataFrame, variable: str, observed: Any, message: Any, severity: str | None = None
) -> pd.DataFrame:
    """One finding for each of the rows; subject, origin and date are taken from the row.

    Where rows are results of tests (TEST), the message says of which.
    """
    found = pd.DataFrame(index=rows.index)
    for name in ("USUBJID", "SRCFILE", "SRCROW", "DTC"):
        found[name] = rows[name] if name in rows.columns else None
    found["VARIABLE"] = variable
    found["OBSERVED"] = observed
    found["MESSAGE"] = message
    if "TEST" in rows.columns:
        found["MESSAGE"] = (rows["TEST"] + ": ").fillna("").astype("str") + found["MESSAGE"]
    if severity is not None:
        found["SEVERITY"] = severity
    return found


def no_findings() -> pd.DataFrame:
    """The findings of a check that has nothing to say."""
    return pd.DataFrame({name: pd.Series(dtype="object") for name in PARTS})


def join_findings(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Findings of several tables or variables as one table, in the order given."""
    filled = [part.astype("object") for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else no_findings()


def typed(found: pd.DataFrame) -> pd.DataFrame:
    """The findings with the columns and types of their contract, numbered from 1."""
    table = found.reindex(columns=[name for name in COLUMNS if name != "FNDSEQ"])
    table.insert(0, "FNDSEQ", range(1, len(table) + 1))
    kinds = dict.fromkeys(COLUMNS, "str") | {"FNDSEQ": "Int64", "SRCROW": "Int64"}
    return table.reset_index(drop=True).astype(kinds)
