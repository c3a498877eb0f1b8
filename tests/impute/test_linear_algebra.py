"""Factors and solutions of many small systems against LAPACK."""

import numpy as np
import pytest

from scripts.impute.fcs.blocks import products_of, triangle_index
from scripts.impute.fcs.linear_algebra import back, factor, forward


def systems(size=6, chains=9, seed=1):
    rng = np.random.default_rng(seed)
    x = rng.normal(0, 1, (chains, 20, size))
    return np.einsum("cni,cnj->cij", x, x), rng.normal(0, 1, (chains, size))


def test_factor_and_solutions_are_those_of_lapack():
    matrices, right = systems()
    work = np.empty((7, 6, 9))
    work[:6], work[6] = matrices.transpose(1, 2, 0), right.T
    dropped = factor(work)
    assert not dropped.any()
    roots = np.linalg.cholesky(matrices)
    lower = np.tril(np.ones((6, 6), dtype=bool))
    assert work[:6][lower] == pytest.approx(roots.transpose(1, 2, 0)[lower], abs=1e-10)
    half = forward(work[:6], right.T, dropped)
    assert work[6] == pytest.approx(half, abs=1e-10)
    found = back(work[:6], half[:, None])[:, 0].T
    assert found == pytest.approx(np.linalg.solve(matrices, right[..., None])[..., 0], abs=1e-10)


def test_a_column_that_follows_from_others_gets_the_coefficient_0_in_its_chain_alone():
    matrices, right = systems()
    rng = np.random.default_rng(3)
    x = rng.normal(0, 1, (20, 6))
    x[:, 3] = x[:, 0] - 2 * x[:, 1]
    matrices[4], right[4] = x.T @ x, x.T @ rng.normal(0, 1, 20)
    work = np.empty((7, 6, 9))
    work[:6], work[6] = matrices.transpose(1, 2, 0), right.T
    dropped = factor(work)
    assert np.argwhere(dropped).tolist() == [[3, 4]]
    found = back(work[:6], work[6][:, None])[:, 0].T
    kept = [0, 1, 2, 4, 5]
    expected = np.linalg.solve(matrices[4][np.ix_(kept, kept)], right[4][kept])
    assert found[4, kept] == pytest.approx(expected, abs=1e-8)
    assert found[4, 3] == 0
    others = np.delete(np.arange(9), 4)
    plain = np.linalg.solve(matrices[others], right[others][..., None])[..., 0]
    assert found[others] == pytest.approx(plain, abs=1e-10)


def test_products_of_pairs_stand_where_the_index_says():
    x = np.random.default_rng(1).normal(0, 1, (4, 7))
    found = products_of(x)
    index = triangle_index(4)
    for a in range(4):
        for b in range(4):
            assert np.array_equal(found[index[a, b]], x[a] * x[b])
