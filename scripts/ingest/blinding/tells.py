"""Raw columns that tell the arms though they do not hold them: drugs, doses, numbers of records."""

from collections.abc import Iterator, Mapping
from math import comb, factorial, prod
from typing import Any

import pandas as pd

Spec = Mapping[str, Any]
# How improbable it must be that a value occurs in one arm only, if it had nothing to do with arms.
BY_CHANCE = 1e-6
MISSING = "\0missing"


def _told(values: pd.Series, subjects: pd.Series, arms: Mapping[str, int]) -> bool:
    """Whether a value occurs in subjects of one arm only, in more of them than chance allows."""
    sizes = pd.Series(arms).value_counts()
    total = len(arms)
    pairs = pd.DataFrame({"who": subjects, "value": values.astype("object").fillna(MISSING)})
    pairs = pairs[pairs["who"].isin(arms)].drop_duplicates()
    pairs["arm"] = pairs["who"].map(arms)
    by_value = pairs.groupby("value", sort=False)["arm"].agg(["nunique", "size", "first"])
    alone = by_value[by_value["nunique"] == 1]
    return any(
        comb(int(sizes[arm]), int(count)) / comb(total, int(count)) < BY_CHANCE
        for count, arm in zip(alone["size"], alone["first"], strict=True)
    )


def _ordered(subjects: pd.Series, arms: Mapping[str, int]) -> bool:
    """Whether the rows stand in the order of the arms: a row number would then tell the arm."""
    found = subjects.map(arms).dropna().astype(int)
    runs = int((found != found.shift()).sum())
    counts = found.value_counts()
    ways = factorial(len(found)) // prod(factorial(int(count)) for count in counts)
    return len(counts) > 1 and runs == len(counts) and factorial(len(counts)) / ways < BY_CHANCE


def _of_source(
    name: str, table: pd.DataFrame, subject: str, spec: Spec, arms: Mapping[str, int]
) -> Iterator[str]:
    subjects = table[subject].astype("str").str.strip()
    if name not in spec["accepted"]:
        counts = subjects.value_counts().reindex(list(arms), fill_value=0)
        if _told(counts, pd.Series(counts.index, index=counts.index), arms):
            yield f"{name}: how many records a subject has"
        if _ordered(subjects, arms):
            yield f"{name}: the order of its rows (sort the file by subject)"
    holders = {item["column"] for item in spec["arms"] if item["source"] == name}
    for column in table.columns:
        if column in ("SRCFILE", "SRCROW", subject) or column in holders:
            continue
        if f"{name}.{column}" not in spec["accepted"] and _told(table[column], subjects, arms):
            yield f"{name}.{column}: its values"


def check_tells(
    spec: Spec, tables: Mapping[str, pd.DataFrame], sources: Spec, arms: Mapping[str, int]
) -> Iterator[str]:
    """What is neither withheld nor accepted and tells the arms; no value and no subject is named.

    `arms` holds the number of the true arm of each allocated subject.
    """
    for name, table in tables.items():
        subject = sources[name].get("subject")
        if subject is None or not len(table):
            continue
        for words in _of_source(name, table, subject, spec, arms):
            yield (
                f"{words} would tell the arms; list it under `withhold` of config/blinding.yaml "
                "(a source, or SOURCE.COLUMN), or under `accepted` with the reason"
            )
