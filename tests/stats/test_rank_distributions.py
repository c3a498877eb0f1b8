"""The exact distribution of rank sums, against lists of all choices."""

from itertools import combinations

import numpy as np
import pytest

from scripts.stats.rank_distributions import pooled_ranks, rank_sum_distribution


@pytest.mark.parametrize("size", [1, 3, 6, 7])
@pytest.mark.parametrize("tied", [False, True])
def test_each_rank_sum_has_the_share_of_choices_that_lead_to_it(size, tied):
    pooled = np.array([1, 1, 2, 3, 3, 3, 8, 9.5]) if tied else np.arange(8.0)
    ranks, _ = pooled_ranks(pooled)
    sums = [sum(ranks[list(choice)]) for choice in combinations(range(8), size)]
    values, counts = np.unique(sums, return_counts=True)
    found, chance = rank_sum_distribution(ranks, size)
    order = np.argsort(found)
    assert found[order] == pytest.approx(values)
    assert chance[order] == pytest.approx(counts / len(sums), rel=1e-14)


def test_ranks_of_a_tied_set_are_their_mean():
    ranks, tied = pooled_ranks(np.array([5.0, 2.0, 5.0, 1.0]))
    assert ranks.tolist() == [3.5, 2, 3.5, 1]
    assert tied.tolist() == [1, 1, 2]


def test_a_distribution_that_would_take_too_long_is_refused_with_the_reason():
    with pytest.raises(ValueError, match="too large for groups of 400 and 600; use the normal"):
        rank_sum_distribution(np.arange(1.0, 1001), 400)
