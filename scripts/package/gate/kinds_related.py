"""Checks of one data set against another: subjects, references, study days, equal values."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from scripts.package.gate.held import (
    Held,
    Outcome,
    Package,
    is_text,
    numbers,
    of_records,
    shown,
)


def values_in(
    held: Held, package: Package, column: str, dataset: str, of: str, standard: str
) -> Outcome:
    """Every value of a variable is one of another data set's variable, where that is sent."""
    other = package.get(dataset, standard)
    if other is None or of not in other.table or held.name == dataset:
        return Outcome()
    values = held.table[column]
    wrong = values.notna() & ~values.isin(other.table[of])
    return of_records(held, wrong, [column], values.notna())


def by_subject(held: Held, other: Held, name: str) -> pd.Series:
    """A subject-level variable of another data set at each record of this one."""
    values = other.table.drop_duplicates("USUBJID").set_index("USUBJID")[name]
    return held.table["USUBJID"].map(values)


def as_in(
    held: Held, package: Package, dataset: str, standard: str, without: Sequence[str] = ()
) -> Outcome:
    """Variables that another data set has too have its values, subject by subject."""
    other = package.get(dataset, standard)
    outcome = Outcome()
    if other is None or held is other or "USUBJID" not in held.table:
        return outcome
    shared = [n for n in held.table if n in other.table and n not in (*without, "USUBJID")]
    there = held.table["USUBJID"].isin(other.table["USUBJID"])
    for name in shared:
        values, expected = held.table[name], by_subject(held, other, name)
        wrong = there & (values != expected) & ~(values.isna() & expected.isna())
        outcome.add(of_records(held, wrong, [name], there, **{f"{dataset}.{name}": expected}))
    return outcome


def days_between(dates: pd.Series, reference: pd.Series) -> pd.Series:
    """Study days: the day of the reference is 1, the day before it is -1, and there is no day 0."""
    days = dates - reference
    return days + (days >= 0)


def dates_of_text(values: pd.Series) -> pd.Series:
    """Dates of the standard's text as days since 1960-01-01; an incomplete one is missing."""
    whole = values.astype("object").where(values.notna(), "").str.slice(0, 10)
    found = pd.to_datetime(whole, format="%Y-%m-%d", errors="coerce")
    return (found - pd.Timestamp("1960-01-01")).dt.days.astype("float64")


def study_days(held: Held, package: Package, pairs: Mapping[str, str], reference: str) -> Outcome:
    """Study days of SDTM agree with their dates and the subject's reference date.

    `pairs` are the date of each study day. Where a date is incomplete there is no day.
    """
    subjects = package.get("DM", "sdtm")
    outcome = Outcome()
    if subjects is None or reference not in subjects.table or "USUBJID" not in held.table:
        return outcome
    start = dates_of_text(by_subject(held, subjects, reference))
    for day, date in pairs.items():
        if day in held.table and date in held.table:
            expected = days_between(dates_of_text(held.table[date]), start)
            days = held.table[day]
            wrong = (days != expected) & ~(days.isna() & expected.isna())
            looked = days.notna() | expected.notna()
            outcome.add(of_records(held, wrong & looked, [date, day], looked, expected=expected))
    return outcome


def analysis_days(
    held: Held, package: Package, pairs: Mapping[str, str], reference: str
) -> Outcome:
    """Relative days of ADaM agree with their dates and the subject's reference date."""
    subjects = package.get("ADSL", "adam")
    outcome = Outcome()
    if subjects is None or reference not in subjects.table:
        return outcome
    start = by_subject(held, subjects, reference)
    for day, date in pairs.items():
        if day in held.table and date in held.table:
            expected = days_between(held.table[date], start)
            days = held.table[day]
            looked = days.notna() & expected.notna()
            wrong = looked & (days != expected)
            outcome.add(of_records(held, wrong, [date, day], looked, expected=expected))
    return outcome


def _as_reference(values: pd.Series, numeric: bool) -> pd.Series:
    """Values of IDVARVAL as they are compared: a number without its blanks and zeros."""
    if numeric:
        return numbers(values.where(values.notna(), "")).map(shown)
    return values.map(shown)


def _leads(rows: pd.DataFrame, other: pd.DataFrame, variable: str) -> np.ndarray:
    """Whether each reference by one variable finds a record, of its subject where it names one."""
    asked, there = {}, {}
    if "USUBJID" in other and rows["USUBJID"].notna().all():
        asked["USUBJID"], there["USUBJID"] = rows["USUBJID"], other["USUBJID"]
    if variable:
        numeric = not is_text(other[variable])
        asked["IDVARVAL"] = _as_reference(rows["IDVARVAL"], numeric)
        there["IDVARVAL"] = other[variable].map(shown)
    known = set(zip(*there.values(), strict=True)) if there else {()}
    return np.array([key in known for key in zip(*asked.values(), strict=True)], dtype=bool)


def related_records(held: Held, package: Package) -> Outcome:
    """RDOMAIN, IDVAR and IDVARVAL lead to a record, of the subject where one is named.

    A relation of whole data sets (RELREC without IDVARVAL) needs the variable only.
    """
    table = held.table
    if "USUBJID" not in table:
        table = table.assign(USUBJID=pd.Series(np.nan, index=table.index, dtype="object"))
    wrong = pd.Series(False, index=table.index)
    looked = table["RDOMAIN"].notna()
    for (domain, variable), rows in table[looked].groupby(["RDOMAIN", "IDVAR"], dropna=False):
        other, name = package.get(domain, "sdtm"), shown(variable)
        if other is None or (name and name not in other.table):
            wrong[rows.index] = True
            continue
        single = rows[rows["IDVARVAL"].notna()] if name else rows
        for _, part in single.groupby(single["USUBJID"].notna()):
            wrong[part.index] = ~_leads(part, other.table, name)
    return of_records(held, wrong, ["RDOMAIN", "IDVAR", "IDVARVAL"], looked)


def populations_filled(held: Held, package: Package, columns: Sequence[str]) -> Outcome:
    """Population flags, the standard's and the plan's, are Y or N for every subject."""
    flags = [n for n in held.table if n in {*columns, *package.populations}]
    outcome = Outcome()
    for name in flags:
        outcome.add(of_records(held, ~held.table[name].isin(["Y", "N"]), [name]))
    return outcome


def dates_of_demographics(held: Held, package: Package, pairs: Mapping[str, str]) -> Outcome:
    """Numeric dates are those of the demographics, where these are complete.

    `pairs` are the text in the demographics of each date.
    """
    subjects = package.get("DM", "sdtm")
    outcome = Outcome()
    for date, text in pairs.items():
        if subjects is not None and date in held.table and text in subjects.table:
            expected = dates_of_text(by_subject(held, subjects, text))
            wrong = expected.notna() & (held.table[date] != expected)
            outcome.add(of_records(held, wrong, [date], expected.notna(), expected=expected))
    return outcome


def after_treatment(held: Held, package: Package, flag: str, date: str, start: str) -> Outcome:
    """What is flagged began on the day on which the subject's treatment started, or later."""
    subjects = package.get("ADSL", "adam")
    if subjects is None or start not in subjects.table:
        return Outcome()
    began = by_subject(held, subjects, start)
    looked = (held.table[flag] == "Y") & held.table[date].notna()
    wrong = looked & ~(held.table[date] >= began)
    return of_records(held, wrong, [flag, date], looked, **{start: began})


CHECKS = (
    values_in,
    as_in,
    study_days,
    analysis_days,
    related_records,
    populations_filled,
    dates_of_demographics,
    after_treatment,
)
