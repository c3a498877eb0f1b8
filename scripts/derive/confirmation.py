"""Confirmation: the same finding on several occasions, far enough apart."""

import numpy as np

from scripts.derive.evidence import subject_day


def runs_of(subject: np.ndarray, qualifies: np.ndarray) -> np.ndarray:
    """A number for each run of consecutive qualifying rows of one subject.

    Rows are sorted by subject and day. Rows that do not qualify carry the number of the run
    before them and are of no use.
    """
    breaks = ~qualifies
    breaks[1:] |= subject[1:] != subject[:-1]
    return np.cumsum(breaks)


def confirming_rows(group: np.ndarray, day: np.ndarray, occasions: int, gap: int) -> np.ndarray:
    """For each row the row that completes its occasions, -1 where none does.

    Rows are sorted by group and day. Each occasion is the earliest row of the same group at
    least `gap` days after the one before it, so that the completing row is the earliest too.
    """
    # Whole numbers in (group, day) order: one binary search finds the next occasion of every row.
    _, dense = np.unique(group, return_inverse=True)
    place = subject_day(dense, day - day.min() if len(day) else day)
    rows = np.arange(len(day))
    following = np.maximum(np.searchsorted(place, place + gap, side="left"), rows + 1)
    inside = following < len(day)
    inside[inside] = dense[following[inside]] == dense[inside]
    step = np.where(inside, following, -1)
    reached = rows
    for _ in range(occasions - 1):
        reached = np.where(reached >= 0, step[reached], -1)
    return reached


def confirm(
    subject: np.ndarray,
    day: np.ndarray,
    qualifies: np.ndarray,
    occasions: int,
    gap: int,
    consecutive: bool,
) -> np.ndarray:
    """For each row the row that confirms it, -1 where it is not confirmed.

    Parameters
    ----------
    subject, day, qualifies : (n,) arrays
        Assessments in order of subject and day, and whether each meets every clause.
    occasions, gap : int
        How many qualifying rows there must be, each at least `gap` days after the one before.
    consecutive : bool
        Whether a row that does not qualify in between breaks the series.
    """
    # ASSUME: 'Consecutive' means that no assessment between the occasions fails; a missed visit
    # or an assessment not done between them does not break the series.
    rows = np.flatnonzero(qualifies)
    group = runs_of(subject, qualifies) if consecutive else subject
    found = confirming_rows(group[rows], day[rows], occasions, gap)
    result = np.full(len(subject), -1, dtype=np.int64)
    result[rows] = np.where(found >= 0, rows[found], -1)
    return result
