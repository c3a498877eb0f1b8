"""Rank tests and shifts by two implementations, over samples with every kind of tie."""

import numpy as np
import pytest

from scripts.analyse.rank_rows import RANK_TESTS, SHIFTS
from scripts.analyse.second.ranks import SHIFT, rank_test, shift
from scripts.stats.shifts import hodges_lehmann

KINDS = [1, 2, 3, 8, 1000]  # so many different values: all tied, many ties, hardly any


def samples(seed):
    """Two samples of 1 to 15 values."""
    generator = np.random.default_rng(seed)
    sizes, kinds = generator.integers(1, 16, 2), KINDS[seed % len(KINDS)]
    x, y = (generator.integers(0, kinds, size).astype(float) for size in sizes)
    return x + seed % 7, y


def known(*numbers):
    """The numbers, with nan for what is not estimable."""
    return [np.nan if number is None else number for number in numbers]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("word", SHIFTS)
def test_both_implementations_find_the_same_shift_and_limits(word):
    for seed in range(100):
        x, y = samples(seed)
        ours, other = hodges_lehmann(x, y, 0.95, SHIFTS[word]), shift(x, y, word, 0.95)
        found = known(*(other[name] for name in SHIFT))
        expected = [ours.estimate, ours.lower, ours.upper]
        assert found == pytest.approx(expected, nan_ok=True), seed


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("word", RANK_TESTS)
def test_both_implementations_find_the_same_p(word):
    for seed in range(100):
        x, y = samples(seed)
        ours, other = RANK_TESTS[word](x, y), rank_test(x, y, word)
        found = known(other["statistic"], other["p_value"])
        assert found == pytest.approx([ours.statistic, ours.p_value], rel=1e-9, nan_ok=True), seed
