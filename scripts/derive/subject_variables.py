"""Kinds of subject-level variables: each makes one ADSL column from domains or earlier columns.

A kind is a function of the variable's definition, the domains, the subjects so far and the
baselines; it returns one value for each row of the subjects.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scripts.conditions import evaluate, variables_of
from scripts.derive.dates import DAYS_OF_UNIT, days_since, parse_dates
from scripts.derive.measurements import Tables, baseline_values, domain_of, numbers
from scripts.job import StepError

Spec = Mapping[str, Any]


@dataclass(frozen=True)
class Sources:
    """What a variable may be made from, beside the subject-level columns that stand before it."""

    domains: Tables
    measurements: Mapping[str, Any]
    schedule: pd.DataFrame


def flag(values: pd.Series) -> pd.Series:
    """Y and N for true and false."""
    return pd.Series(np.where(values.to_numpy(bool), "Y", "N"), index=values.index, dtype="str")


def cast(values: pd.Series, kind: str) -> pd.Series:
    """A column as the contract type that the plan gives it."""
    if kind == "date":
        return parse_dates(values)
    if kind == "integer":
        return numbers(values).astype("Int64")
    if kind == "number":
        return numbers(values)
    return values.astype("str").where(values.notna())


def date_variable_of(domain: str, table: pd.DataFrame) -> str | None:
    """The variable that dates a domain's records: of the start where the domain has one."""
    prefix = domain.upper()
    dates = (name for name in (f"{prefix}STDTC", f"{prefix}DTC") if name in table.columns)
    return next(dates, None)


def date_of(domain: str, table: pd.DataFrame) -> pd.Series | None:
    """The dates of a domain's records; none where the domain has no date."""
    variable = date_variable_of(domain, table)
    return None if variable is None else parse_dates(table[variable])


def chosen_records(spec: Spec, subjects: pd.DataFrame, sources: Sources) -> pd.DataFrame:
    """The records of a domain that a definition speaks of; ADAYS is added to be compared."""
    table = domain_of(spec["domain"], sources.domains)
    dates = date_of(spec["domain"], table)
    if dates is not None:
        starts = table["USUBJID"].map(subjects.set_index("USUBJID")["TRTSDT"])
        table = table.assign(ADT=dates, ADAYS=days_since(dates, starts))
    return table[evaluate(spec.get("where"), table)]


def recoded(values: pd.Series, spec: Spec) -> pd.Series:
    """The values under the plan's codes. A value without a code is an error, or `otherwise`."""
    codes = {str(key): value for key, value in spec["codes"].items()}
    known = values.notna()
    text = values.astype("str")
    unknown = sorted(set(text[known]) - set(codes))
    if unknown and "otherwise" not in spec:
        raise StepError(f"{spec['name']}: no code for {spec['variable']} = {', '.join(unknown)}")
    return text.map(codes).fillna(spec.get("otherwise")).where(known)


def _value(spec: Spec, subjects: pd.DataFrame, sources: Sources) -> pd.Series:
    """The value of a variable in the one record of each subject, or the first or last by date."""
    records = chosen_records(spec, subjects, sources)
    records = records[records[spec["variable"]].notna()]
    pick = spec.get("pick", "only")
    if pick == "only":
        records = records.drop_duplicates(["USUBJID", spec["variable"]])
        several = records.loc[records["USUBJID"].duplicated(), "USUBJID"].unique()
        if len(several):
            raise StepError(
                f"{spec['name']}: {len(several)} subject(s) with more than one value of "
                f"{spec['domain']}.{spec['variable']}: {', '.join(several[:5])}; "
                "give pick: first or last, or narrow `where`"
            )
    elif "ADT" in records.columns:
        records = records.sort_values("ADT", kind="stable", na_position="first")
    one = records.drop_duplicates("USUBJID", keep="last" if pick == "last" else "first")
    values = subjects["USUBJID"].map(one.set_index("USUBJID")[spec["variable"]])
    return recoded(values, spec) if "codes" in spec else values


def _baseline(spec: Spec, subjects: pd.DataFrame, sources: Sources) -> pd.Series:
    randomised = subjects[subjects["RANDFL"] == "Y"]
    values = baseline_values(
        spec["measure"],
        sources.measurements,
        sources.domains,
        randomised.set_index("USUBJID")["TRTSDT"],
        sources.schedule,
    )
    return subjects["USUBJID"].map(values)


def _count(spec: Spec, subjects: pd.DataFrame, sources: Sources) -> pd.Series:
    """How many records, or how many distinct values, a subject has."""
    records = chosen_records(spec, subjects, sources)
    if "distinct" in spec:
        records = records.drop_duplicates(["USUBJID", spec["distinct"]])
    return subjects["USUBJID"].map(records["USUBJID"].value_counts()).fillna(0)


def _any(spec: Spec, subjects: pd.DataFrame, sources: Sources) -> pd.Series:
    records = chosen_records(spec, subjects, sources)
    return flag(subjects["USUBJID"].isin(records["USUBJID"]))


def _asks_missing(condition: Mapping[str, Any]) -> set[str]:
    names = {condition["variable"]} if "missing" in condition else set()
    for part in [*condition.get("all", []), *condition.get("any", [])]:
        names |= _asks_missing(part)
    return names | (_asks_missing(condition["not"]) if "not" in condition else set())


def _condition(spec: Spec, subjects: pd.DataFrame, sources: Sources) -> pd.Series:
    # ASSUME: A flag made from a condition is missing where a variable that it reads is missing,
    # unless the condition itself asks whether that variable is missing.
    read = sorted(variables_of(spec["condition"]) - _asks_missing(spec["condition"]))
    known = subjects[read].notna().all(axis=1)
    return flag(evaluate(spec["condition"], subjects)).where(known)


def _recode(spec: Spec, subjects: pd.DataFrame, sources: Sources) -> pd.Series:
    return recoded(subjects[spec["variable"]], spec)


def _category(spec: Spec, subjects: pd.DataFrame, sources: Sources) -> pd.Series:
    """The label of the first condition that holds."""
    result = pd.Series(None, index=subjects.index, dtype="str")
    for part in reversed(spec["categories"]):
        result = result.mask(evaluate(part["condition"], subjects), part["label"])
    return result


def _days_between(spec: Spec, subjects: pd.DataFrame, sources: Sources) -> pd.Series:
    days = days_since(subjects[spec["to"]], subjects[spec["from"]])
    return days.astype("Float64") / DAYS_OF_UNIT[spec.get("unit", "day")]


KINDS: dict[str, Callable[[Spec, pd.DataFrame, Sources], pd.Series]] = {
    "value": _value,
    "baseline": _baseline,
    "count": _count,
    "any": _any,
    "condition": _condition,
    "recode": _recode,
    "category": _category,
    "days_between": _days_between,
}
TYPE_OF_KIND = {"any": "flag", "condition": "flag", "count": "integer", "category": "text"}


def type_of_variable(spec: Spec) -> str:
    """The contract type of a variable: the plan's, or the one that its kind implies."""
    return str(spec.get("type") or TYPE_OF_KIND.get(spec["kind"], "number"))


def derive_variable(name: str, spec: Spec, subjects: pd.DataFrame, sources: Sources) -> pd.Series:
    """One subject-level variable of the plan, one value for each row of the subjects."""
    values = KINDS[spec["kind"]]({**spec, "name": name}, subjects, sources)
    return cast(values, type_of_variable(spec))
