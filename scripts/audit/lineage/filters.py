"""Filters from conditions of the plan, and from what was decided: which rows could still matter.

A part of a condition is a filter of its own, so that of a record that one part leaves out only the
variables of that part matter.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from scripts.audit.lineage.reads import Filter
from scripts.conditions import Condition, describe, evaluate, variables_of

# More records than a subject has in any domain, so that (subject, number) fits one integer.
LEVELS = 1 << 20


def parts_in_order(condition: Condition | None) -> Iterator[Condition]:
    """The conditions that must all hold, those of nested `all` too, in order."""
    if condition and "all" in condition:
        for part in condition["all"]:
            yield from parts_in_order(part)
    elif condition:
        yield condition


def filters_of(
    condition: Condition | None,
    table: pd.DataFrame,
    read_as: Mapping[str, Sequence[str]] | None = None,
) -> tuple[Filter, ...]:
    """A filter for each part of a condition, evaluated on a table.

    `read_as` gives the columns of the index for variables that are no column of it (ADAYS is made
    from a date on the way); no column: what decides is read elsewhere.
    """
    names = read_as or {}
    made = []
    for part in parts_in_order(condition):
        read = [column for name in variables_of(part) for column in names.get(name, [name])]
        holds = evaluate(part, table).to_numpy(bool)
        made.append(Filter(tuple(sorted(set(read))), holds, describe(part)))
    return tuple(made)


def all_hold(filters: Sequence[Filter], subject: np.ndarray) -> np.ndarray:
    """Which rows of a table all filters keep, given the subject of every row."""
    holds = np.ones(len(subject), dtype=bool)
    for part in filters:
        holds &= np.append(part.keeps, False)[subject] if part.by_subject else part.keeps
    return holds


def subjects_with(rows: np.ndarray, subject: np.ndarray, size: int) -> np.ndarray:
    """Whether each subject has a chosen row; rows of no subject (-1) count for nobody."""
    found = np.zeros(size + 1, dtype=bool)
    found[subject[rows]] = True
    found[-1] = False
    return found[:-1]


def only_witness(holds: np.ndarray, subject: np.ndarray, words: str) -> Filter:
    """The first row of each subject that holds, and every row of a subject of whom none does.

    As long as the first holds, no other can change the answer to whether any does. What decides
    that a row holds must be read beside this filter.
    """
    rows = np.flatnonzero(holds)
    known, first = np.unique(subject[rows], return_index=True)
    keeps = ~np.isin(subject, known)
    keeps[rows[first]] = True
    return Filter((), keeps, words)


def not_beyond_pick(
    place: np.ndarray, eligible: np.ndarray, subject: np.ndarray, size: int, pick: str
) -> np.ndarray:
    """The rows that stand where the chosen row of their subject does, or could be chosen before it.

    `place` orders the rows; of the eligible rows of a subject the first or the last is chosen.
    Every row of a subject without an eligible one is kept.
    """
    last = pick == "last"
    limit = np.full(size + 1, -1 if last else np.iinfo(np.int64).max, dtype=np.int64)
    rows = np.flatnonzero(eligible)
    (np.maximum if last else np.minimum).at(limit, subject[rows], place[rows])
    return place >= limit[subject] if last else place <= limit[subject]


def keys_of(subject: np.ndarray, number: pd.Series) -> np.ndarray:
    """(subject, number) as one integer; -1 where a number is missing or nobody is meant."""
    known = number.notna().to_numpy(bool) & (subject >= 0)
    whole = number.fillna(0).to_numpy("int64")
    return np.where(known, subject * LEVELS + whole + LEVELS // 2, -1)


def rows_by_key(wanted: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """For each wanted key the row that has it, -1 for none; the key -1 is none."""
    order = np.argsort(keys, kind="stable")
    place = np.searchsorted(keys[order], wanted)
    place[place == len(keys)] = 0
    if not len(keys):
        return np.full(len(wanted), -1, dtype=np.int64)
    rows = order[place]
    return np.where((keys[rows] == wanted) & (wanted >= 0), rows, -1)


def sharing(subject: np.ndarray, value: pd.Series) -> np.ndarray:
    """Rows that have the same known value as another row of their subject."""
    known = value.notna().to_numpy(bool)
    both = pd.DataFrame({"subject": subject, "value": value.to_numpy()})
    return both.duplicated(keep=False).to_numpy(bool) & known
