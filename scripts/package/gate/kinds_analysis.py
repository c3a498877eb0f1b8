"""Checks of analysis data: baseline and change, time to event, and where each record comes from."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from scripts.package.gate.held import Held, Outcome, Package, is_text, numbers, of_records, shown
from scripts.package.gate.kinds_related import dates_of_text
from scripts.tables import SIGNIFICANT_DIGITS

SUBJECT_PARAMETER = ("USUBJID", "PARAMCD", "BASETYPE")
# How many days a unit of time has; months and years as many as they have on average.
DAYS = {"DAYS": 1.0, "WEEKS": 7.0, "MONTHS": 365.25 / 12, "YEARS": 365.25}


def stored(values: pd.Series) -> pd.Series:
    """Numbers as they are stored: at twelve significant digits."""
    return values.map(lambda value: float(f"{value:.{SIGNIFICANT_DIGITS}g}"), na_action="ignore")


def _differs(values: pd.Series, expected: pd.Series) -> pd.Series:
    """Where a number is neither the expected one to the last bit nor that one as it is stored."""
    known = values.notna() & expected.notna()
    return known & (values != expected) & (values != stored(expected))


def change(held: Held, package: Package, result: str, percent: bool) -> Outcome:
    """Change from baseline is the value minus baseline; `percent` of baseline."""
    table = held.table
    expected = table["AVAL"] - table["BASE"]
    if percent:
        expected = 100 * expected / table["BASE"].where(table["BASE"] != 0)
    wrong = _differs(table[result], expected) | (table[result].notna() & expected.isna())
    shown_columns = ["PARAMCD", "AVAL", "BASE", result]
    return of_records(held, wrong, shown_columns, table[result].notna(), expected=expected)


def _keys(held: Held) -> list[str]:
    return [name for name in SUBJECT_PARAMETER if name in held.table]


def baseline_value(held: Held, package: Package, base: str, value: str) -> Outcome:
    """Baseline is the value of the record that is flagged as such; without one there is none."""
    table, keys = held.table, _keys(held)
    flagged = table[table["ABLFL"] == "Y"].drop_duplicates(keys)
    found = table[keys].merge(flagged[[*keys, value]], on=keys, how="left", validate="many_to_one")
    expected = found[value].set_axis(table.index)
    wrong = (table[base] != expected) & ~(table[base].isna() & expected.isna())
    looked = table[base].notna() | expected.notna()
    return of_records(held, wrong & looked, ["PARAMCD", base], looked, expected=expected)


def one_baseline(held: Held, package: Package) -> Outcome:
    """At most one record is flagged as baseline for each subject and parameter."""
    flagged = held.table["ABLFL"] == "Y"
    keys = _keys(held)
    wrong = flagged & held.table[flagged].duplicated(keys).reindex(
        held.table.index, fill_value=False
    )
    return of_records(held, wrong, [*keys, "ABLFL"], flagged)


def duration(
    held: Held, package: Package, start: str, end: str, planned: Sequence[str] = ()
) -> Outcome:
    """A time to an event is that between its dates in its unit; the first day counts or not.

    A record with planned days, from and to, is measured by these.
    """
    table = held.table
    size = table["AVALU"].map(DAYS)
    days = table[end] - table[start]
    if planned and set(planned) <= set(table):
        days = (table[planned[1]] - table[planned[0]]).fillna(days)
    looked = table["AVAL"].notna() & days.notna() & size.notna()
    expected = (days + 1) / size
    # Months that are rounded to the calendar are within half a day of either.
    near = [(table["AVAL"] - d / size).abs() * size <= 0.5 for d in (days, days + 1)]
    wrong = looked & ~(near[0] | near[1])
    return of_records(held, wrong, ["PARAMCD", start, end, "AVAL"], looked, expected=expected)


def source_dataset(held: Held, package: Package) -> Outcome:
    """SRCDOM is a data set that is sent."""
    domains = held.table["SRCDOM"]
    wrong = domains.notna() & ~domains.isin(list(package.datasets))
    return of_records(held, wrong, ["SRCDOM"], domains.notna())


def source_variable(held: Held, package: Package) -> Outcome:
    """SRCVAR is a variable of the data set that SRCDOM names."""
    table = held.table
    wrong = pd.Series(False, index=table.index)
    looked = table["SRCVAR"].notna() & table["SRCDOM"].isin(list(package.datasets))
    for domain, rows in table[looked].groupby("SRCDOM"):
        wrong[rows.index] = ~rows["SRCVAR"].isin(list(package.datasets[domain].table))
    return of_records(held, wrong, ["SRCDOM", "SRCVAR"], looked)


def sequence_of(other: Held) -> str | None:
    """The variable that numbers the records of a data set within a subject."""
    names = [f"{other.name[:2]}SEQ", "ASEQ"]
    return next((name for name in names if name in other.table), None)


def source_places(held: Held, other: Held) -> np.ndarray:
    """The place in another data set of each record's source record, -1 where there is none.

    A record is found by its subject and its number; where records have none, by its subject.
    """
    sequence = sequence_of(other)
    keys = ["USUBJID"] if sequence is None else ["USUBJID", sequence]
    there = other.table.drop_duplicates(keys)
    asked = held.table[["USUBJID"]]
    if sequence is not None:
        asked = asked.assign(**{sequence: numbers(held.table["SRCSEQ"])})
    places = pd.MultiIndex.from_frame(there[keys]).get_indexer(pd.MultiIndex.from_frame(asked))
    # Places among all records: duplicates were left out, and the first of each kept.
    places = np.where(places >= 0, there.index.to_numpy()[places], -1)
    return np.where(held.table["SRCDOM"] == other.name, places, -1)


def values_at(held: Held, other: Held, name: str, places: np.ndarray) -> pd.Series:
    """A variable of the source records, missing where there is none."""
    values = other.table[name].reindex(places).set_axis(held.table.index)
    return values.where(places >= 0)


def sources(held: Held, package: Package) -> dict[str, np.ndarray]:
    """The places of the source records by data set."""
    names = [n for n in held.table["SRCDOM"].dropna().unique() if n in package.datasets]
    return {name: source_places(held, package.datasets[name]) for name in names}


def source_record(held: Held, package: Package) -> Outcome:
    """SRCSEQ is the number of a record of the subject in the data set that SRCDOM names.

    A data set without such numbers has one record of a subject, and SRCSEQ is not needed.
    """
    looked = held.table["SRCDOM"].isin(list(package.datasets))
    found = np.zeros(len(held.table), dtype=bool)
    for places in sources(held, package).values():
        found |= places >= 0
    return of_records(held, looked & ~found, ["SRCDOM", "SRCSEQ"], looked)


def traced(held: Held, package: Package, unless: Sequence[str]) -> Outcome:
    """A record says where it comes from, or why it comes from no single record.

    `unless` are variables of which one that is filled says so: how it was derived, a reason.
    """
    excused = pd.Series(False, index=held.table.index)
    for name in unless:
        if name in held.table:
            excused |= held.table[name].notna()
    wrong = held.table["SRCDOM"].isna() & ~excused
    return of_records(held, wrong, ["PARAMCD", "SRCDOM", *unless])


def as_source(held: Held, package: Package, without: Sequence[str] = ()) -> Outcome:
    """A variable that the source record has too has its value: same name, same value."""
    outcome = Outcome()
    for domain, places in sources(held, package).items():
        other, looked = package.datasets[domain], places >= 0
        for name in [n for n in held.table if n in other.table and n not in without]:
            expected, values = values_at(held, other, name, places), held.table[name]
            wrong = looked & (values != expected) & ~(values.isna() & expected.isna())
            told = {f"{domain}.{name}": expected}
            outcome.add(of_records(held, wrong, [name, "SRCSEQ"], looked, **told))
    return outcome


def value_of_source(held: Held, package: Package, endings: Mapping[str, str]) -> Outcome:
    """What SRCVAR names is what the record holds.

    `endings` of SRCVAR, each with the variable that was taken from it: {STRESN: AVAL, DTC: ADT}.
    Records that were derived (DTYPE) are left out.
    """
    table, outcome = held.table, Outcome()
    direct = table["DTYPE"].isna() if "DTYPE" in table else pd.Series(True, index=table.index)
    for domain, places in sources(held, package).items():
        other = package.datasets[domain]
        for name in table.loc[places >= 0, "SRCVAR"].dropna().unique():
            target = next((to for end, to in endings.items() if name.endswith(end)), None)
            if target is None or target not in table or name not in other.table:
                continue
            expected = values_at(held, other, name, places)
            if is_text(expected) and not is_text(table[target]):
                expected = dates_of_text(expected)
            rows = (table["SRCVAR"] == name) & (places >= 0) & direct & expected.notna()
            wrong = rows & (table[target] != expected)
            told = {shown(name): expected}
            outcome.add(of_records(held, wrong, [target, "SRCDOM", "SRCSEQ"], rows, **told))
    return outcome


CHECKS = (
    change,
    baseline_value,
    one_baseline,
    duration,
    source_dataset,
    source_variable,
    source_record,
    traced,
    as_source,
    value_of_source,
)
