"""Confirmation finds the same rows as going through the assessments one by one."""

import numpy as np
import pytest

from scripts.derive.confirmation import confirm


def one_by_one(subject, day, qualifies, occasions, gap, consecutive):
    """The same rule as a person applies it to one series after the other."""
    result = []
    for start in range(len(day)):
        row = start if qualifies[start] else -1
        needed = occasions - 1
        here = start
        while row >= 0 and needed > 0:
            here += 1
            if here == len(day) or subject[here] != subject[start]:
                row = -1
            elif not qualifies[here]:
                row = -1 if consecutive else row
            elif day[here] - day[row] >= gap:
                row, needed = here, needed - 1
        result.append(row)
    return result


@pytest.mark.parametrize("occasions", [1, 2, 3])
@pytest.mark.parametrize("gap", [0, 1, 7, 30])
@pytest.mark.parametrize("consecutive", [True, False])
def test_it_agrees_with_going_one_by_one(occasions, gap, consecutive):
    rng = np.random.default_rng([occasions, gap, consecutive])
    for _ in range(20):
        subject = np.sort(rng.integers(0, 8, 60))
        day = rng.integers(-5, 120, 60)
        order = np.lexsort((day, subject))
        subject, day = subject[order], day[order]
        qualifies = rng.random(60) < 0.7
        expected = one_by_one(subject, day, qualifies, occasions, gap, consecutive)
        found = confirm(subject, day, qualifies, occasions, gap, consecutive)
        assert found.tolist() == expected


def test_three_occasions_each_a_week_after_the_one_before_need_two_weeks():
    day = np.array([0, 7, 13, 14])
    found = confirm(np.zeros(4, int), day, np.ones(4, bool), 3, 7, True)
    # 0, 7 and 14 are three occasions; 13 is only 6 days after 7.
    assert found.tolist() == [3, -1, -1, -1]


def test_no_assessment_at_all_is_no_confirmation():
    none = np.zeros(0, dtype=int)
    assert confirm(none, none, none.astype(bool), 2, 7, True).tolist() == []


def test_the_last_day_of_one_subject_is_not_confirmed_by_the_first_of_the_next():
    subject, day = np.array([0, 1]), np.array([10, 40])
    assert confirm(subject, day, np.ones(2, bool), 2, 7, False).tolist() == [-1, -1]
