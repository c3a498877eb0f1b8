"""Separation: found, named, and told apart from overlap, as a linear programme tells it."""

import numpy as np
import pytest
from scipy.optimize import linprog

from scripts.stats.separation import find_separation
from tests.stats.published import binary_table


def by_linear_programme(x: np.ndarray, y: np.ndarray) -> tuple[int, list[bool], list[bool]]:
    """How many subjects some direction separates at most, and which coefficients can run away.

    Konis' programmes: the separated are counted by slacks between 0 and 1, and each coefficient is
    pushed both ways within a box.
    """
    design = np.column_stack([np.ones(len(y)), x])
    z = np.where(y == 1, 1.0, -1.0)[:, None] * design / np.abs(design).max(axis=0)
    n, p = z.shape
    most = linprog(
        np.r_[np.zeros(p), -np.ones(n)],
        A_ub=np.column_stack([-z, np.eye(n)]),
        b_ub=np.zeros(n),
        bounds=[(None, None)] * p + [(0, 1)] * n,
    )
    pushed = [
        [
            -linprog(-sign * np.eye(p)[j], A_ub=-z, b_ub=np.zeros(n), bounds=(-1, 1)).fun > 1e-7
            for j in range(p)
        ]
        for sign in (1, -1)
    ]
    return round(-most.fun), pushed[0], pushed[1]


@pytest.mark.parametrize("seed", range(120))
def test_it_is_what_linear_programmes_find(seed):
    generator = np.random.default_rng(seed)
    n, p = int(generator.integers(4, 40)), int(generator.integers(1, 5))
    x = generator.normal(size=(n, p)) * 10.0 ** generator.integers(-3, 4) + 50
    if seed % 2:
        x = generator.integers(0, 2 + seed % 3, (n, p)).astype(float)
    y = (x[:, 0] - x[:, 0].mean() > generator.normal(size=n) * x.std() * (seed % 3)).astype(int)
    if seed % 20 == 0:
        y[:] = seed % 40 == 0
    if np.linalg.matrix_rank(np.column_stack([np.ones(n), x])) <= p:
        pytest.skip("a column is constant or a copy")
    ours = find_separation(x, y)
    count, grows, falls = by_linear_programme(x, y)
    assert (ours.subjects, ours.grows.tolist(), ours.falls.tolist()) == (count, grows, falls)
    assert ours.kind == ("complete" if count == n else "quasi_complete" if count else "none")


def test_a_zero_cell_is_quasi_complete_separation_by_its_column():
    x, y = binary_table(0, 12, 5, 20)
    age = np.arange(32) % 7
    ours = find_separation(np.column_stack([age, x]), y, ("age", "flag"))
    assert (ours.kind, ours.columns, ours.subjects) == ("quasi_complete", ("flag",), 12)
    assert ours.falls.tolist() == [False, False, True]
    assert not ours.grows.any()


def test_columns_that_only_separate_together_are_both_named():
    x = np.array([[0, 0], [1, 0], [0, 1], [2, 1], [1, 2], [2, 2]], dtype=float)
    y = x.sum(axis=1) > 2
    ours = find_separation(np.column_stack([x, [1, 0, 1, 1, 0, 0]]), y, ("a", "b", "c"))
    assert (ours.kind, ours.columns, ours.subjects) == ("complete", ("a", "b"), 6)


def test_of_two_columns_that_each_separate_the_first_is_named():
    x = np.column_stack([[1, 2, 3, 4], [1, 2, 4, 3]])
    assert find_separation(x, [0, 0, 1, 1], ("a", "b")).columns == ("a",)


def test_an_outcome_that_does_not_vary_needs_no_column():
    ours = find_separation([1, 2, 3], [1, 1, 1])
    assert (ours.kind, ours.columns, ours.subjects) == ("complete", (), 3)


@pytest.mark.parametrize("counts", [(1, 1000, 999, 1000), (1, 2000, 1, 3), (1, 2, 1, 2)])
def test_no_separation_is_seen_where_all_four_cells_hold_somebody(counts):
    ours = find_separation(*binary_table(*counts))
    assert (ours.kind, ours.subjects, ours.columns) == ("none", 0, ())
