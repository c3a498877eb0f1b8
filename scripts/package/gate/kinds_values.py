"""Checks of values within one data set: presence, patterns, one to one, conditions, order."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from scripts.conditions import Condition, evaluate, variables_of
from scripts.package.gate.held import (
    Held,
    Outcome,
    Package,
    columns_like,
    is_text,
    numbers,
    of_facts,
    of_records,
)


def has_columns(
    held: Held,
    package: Package,
    columns: Sequence[str],
    of: Mapping[str, Sequence[str]] | None = None,
) -> Outcome:
    """The data set has these variables, and those that `of` names for it by its name."""
    needed = [*columns, *(of or {}).get(held.name, [])]
    wrong = [(name, {"in the file": "not there"}) for name in needed if name not in held.table]
    return of_facts(held.name, len(needed), wrong)


def has_one_of(held: Held, package: Package, columns: Sequence[str]) -> Outcome:
    """The data set has at least one of these variables."""
    there = columns_like(held.table, columns)
    wrong = [] if there else [(" or ".join(columns), {"in the file": "not there"})]
    return of_facts(held.name, 1, wrong)


def filled(
    held: Held,
    package: Package,
    columns: Sequence[str],
    of: Mapping[str, Sequence[str]] | None = None,
) -> Outcome:
    """No value of these variables is missing."""
    outcome = Outcome()
    for name in columns_like(held.table, [*columns, *(of or {}).get(held.name, [])]):
        outcome.add(of_records(held, held.table[name].isna(), [name]))
    return outcome


def matches(held: Held, package: Package, columns: Sequence[str], pattern: str) -> Outcome:
    """Every text of these variables fits the pattern, whole."""
    outcome = Outcome()
    for name in columns_like(held.table, columns):
        values = held.table[name]
        if is_text(values):
            fits = values.str.fullmatch(pattern).eq(True)
            outcome.add(of_records(held, values.notna() & ~fits, [name], values.notna()))
    return outcome


def among(
    held: Held,
    package: Package,
    columns: Sequence[str],
    values: Sequence[str],
    without: Sequence[str] = (),
) -> Outcome:
    """These variables hold one of the values or nothing; `without` are patterns left out."""
    outcome = Outcome()
    left_out = columns_like(held.table, without)
    for name in columns_like(held.table, columns):
        column = held.table[name]
        if name not in left_out and is_text(column):
            wrong = column.notna() & ~column.isin(values)
            outcome.add(of_records(held, wrong, [name], column.notna()))
    return outcome


def never(held: Held, package: Package, columns: Sequence[str], value: float) -> Outcome:
    """No number of these variables is this one."""
    outcome = Outcome()
    for name in columns_like(held.table, columns):
        if not is_text(held.table[name]):
            wrong = held.table[name] == value
            outcome.add(of_records(held, wrong, [name], held.table[name].notna()))
    return outcome


def whole(held: Held, package: Package, columns: Sequence[str], least: float) -> Outcome:
    """These variables are whole numbers, never missing, of at least this."""
    outcome = Outcome()
    for name in columns_like(held.table, columns):
        values = numbers(held.table[name])
        wrong = values.isna() | (values % 1 != 0) | (values < least)
        outcome.add(of_records(held, wrong, [name]))
    return outcome


def unique(held: Held, package: Package, by: Sequence[str]) -> Outcome:
    """At most one record for each value of these variables."""
    return of_records(held, held.table.duplicated(list(by)), by)


def constant(held: Held, package: Package, columns: Sequence[str], by: Sequence[str]) -> Outcome:
    """These variables have one value for each value of `by`, of those that the data set has."""
    keys = [name for name in by if name in held.table]
    outcome = Outcome()
    for name in columns_like(held.table, columns):
        groups = held.table.groupby(keys, dropna=False)[name]
        first = groups.transform("first")
        values = held.table[name]
        # A value beside none is two values as well.
        wrong = (values != first) & ~(values.isna() & first.isna())
        outcome.add(of_records(held, wrong, [*keys, name], first=first))
    return outcome


def one_to_one(
    held: Held, package: Package, left: str, right: str, within: Sequence[str] = ()
) -> Outcome:
    """Each value of one variable stands with one value of the other, and the reverse."""
    keys = [name for name in within if name in held.table]
    table = held.table[[*keys, left, right]]
    known = table[left].notna() | table[right].notna()
    wrong = pd.Series(False, index=table.index)
    for one, other in ((left, right), (right, left)):
        rows = known & table[one].notna()
        first = table[rows].groupby([*keys, one], dropna=False)[other].transform("first")
        differs = (table.loc[rows, other] != first) & (
            table.loc[rows, other].notna() | first.notna()
        )
        wrong |= differs.reindex(table.index, fill_value=False)
    return of_records(held, wrong, [*keys, left, right], known)


def numbered(held: Held, package: Package, endings: Mapping[str, str]) -> Outcome:
    """A text and the number that stands for it are one to one, by the endings of their names.

    `endings` are of the text, each with that of its number: {"": N} pairs AVISIT with AVISITN. A
    flag's number is 1 for Y and 0 for N.
    """
    outcome = Outcome()
    names = list(held.table)
    for text, number in endings.items():
        for name in [n for n in names if n.endswith(text)]:
            pair = name.removesuffix(text) + number
            if pair not in names or is_text(held.table[pair]) or not is_text(held.table[name]):
                continue
            within = ["PARAMCD"] if name.startswith(("AVAL", "BASE")) else []
            outcome.add(one_to_one(held, package, name, pair, within))
            if text.endswith("FL"):
                expected = held.table[name].map({"Y": 1.0, "N": 0.0})
                wrong = expected.notna() & (held.table[pair] != expected)
                outcome.add(of_records(held, wrong, [name, pair], expected.notna()))
    return outcome


def holds(held: Held, package: Package, must: Condition, where: Condition | None = None) -> Outcome:
    """A condition holds for every record, or for every record of `where`."""
    rows = evaluate(where, held.table)
    wrong = rows & ~evaluate(must, held.table)
    names = variables_of(where) | variables_of(must)
    return of_records(held, wrong, [n for n in held.table if n in names], rows)


def in_order(held: Held, package: Package, pairs: Sequence[Sequence[str]]) -> Outcome:
    """The first variable of a pair is not after the second where both are known.

    Dates as text are compared as far as both are given.
    """
    outcome = Outcome()
    for first, last in pairs:
        if first not in held.table or last not in held.table:
            continue
        left, right = held.table[first], held.table[last]
        known = left.notna() & right.notna()
        if is_text(left):
            common = [min(len(a), len(b)) for a, b in zip(left[known], right[known], strict=True)]
            ordered = [
                a[:n] <= b[:n] for a, b, n in zip(left[known], right[known], common, strict=True)
            ]
            wrong = pd.Series(False, index=left.index)
            wrong[known] = ~np.array(ordered, dtype=bool)
        else:
            wrong = known & (left > right)
        outcome.add(of_records(held, wrong, [first, last], known))
    return outcome


def same_number(held: Held, package: Package, text: str, number: str) -> Outcome:
    """A number and the text of it agree; a text that is no number has none beside it."""
    told, held_number = numbers(held.table[text]), held.table[number]
    wrong = (told != held_number) & ~(told.isna() & held_number.isna())
    looked = held.table[text].notna() | held_number.notna()
    return of_records(held, wrong & looked, [text, number], looked)


def any_yes(held: Held, package: Package, flag: str, of: Sequence[str]) -> Outcome:
    """A flag is Y exactly where one of these is."""
    there = [name for name in of if name in held.table]
    if not there:
        return Outcome()
    expected = (held.table[there] == "Y").any(axis=1)
    wrong = (held.table[flag] == "Y") != expected
    return of_records(held, wrong, [flag, *there])


def domain_named(held: Held, package: Package) -> Outcome:
    """DOMAIN is the name of the data set."""
    return of_records(held, held.table["DOMAIN"] != held.name, ["DOMAIN"])


def one_unit(held: Held, package: Package, unit: str, test: str) -> Outcome:
    """The results of a test are in one unit."""
    table = held.table
    known = table[unit].notna()
    first = table[known].groupby(test)[unit].first()
    expected = table[test].map(first)
    return of_records(
        held, known & (table[unit] != expected), [test, unit], known, expected=expected
    )


CHECKS: tuple[Any, ...] = (
    domain_named,
    one_unit,
    has_columns,
    has_one_of,
    filled,
    matches,
    among,
    never,
    whole,
    unique,
    constant,
    one_to_one,
    numbered,
    holds,
    in_order,
    same_number,
    any_yes,
)
