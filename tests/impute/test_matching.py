"""Which donor a subject gets."""

import numpy as np
import pytest

from scripts.impute.fcs.matching import choose_donors


def chances_by_hand(donors, wanted, count):
    """Chance of each donor: nearest first, those at the edge share the places that are left."""
    distance = np.round(np.abs(donors - wanted), 9)
    count = min(count, len(donors))
    edge = np.sort(distance)[count - 1]
    inside, tied = distance < edge, distance == edge
    return inside / count + tied * (count - inside.sum()) / tied.sum() / count


def shares(donors, wanted, count, draws=40000):
    uniform = (np.arange(draws) + 0.5) / draws
    chosen = choose_donors(
        np.asarray(donors, float)[None], np.full((1, draws), float(wanted)), uniform[None], count
    )
    return np.bincount(chosen[0], minlength=len(donors)) / draws


@pytest.mark.parametrize(
    ("donors", "wanted"),
    [
        ([1, 2, 3, 4, 5, 6, 7, 8], 4.4),
        ([1, 2, 3, 4, 5, 6, 7, 8], -20),
        ([1, 2, 3, 4, 5, 6, 7, 8], 300),
        ([0] * 10 + [1] * 12, 0.1),
        ([0] * 10 + [1] * 12, 0.5),  # both groups equally far
        ([0] * 3 + [1] * 12, 0.4),
        ([5] * 9, 5),
        ([5] * 9, 7),
        ([1, 3, 3, 3, 5, 7], 3),
        ([2, 4], 3),
        ([2], 9),
        ([4, 2, 4, 0, 2, 6, 8, 2, 6], 4),
    ],
)
def test_donors_have_the_chances_of_the_definition(donors, wanted):
    found = shares(donors, wanted, 5)
    assert found == pytest.approx(chances_by_hand(np.array(donors, float), wanted, 5), abs=1e-3)


def test_predictions_that_differ_by_rounding_are_ties():
    donors = np.array([0.1 + 0.2, 0.3, 0.30000000000000004, 1.0, 2.0, 0.3, 0.3, 0.3])
    found = shares(donors, 0.3, 5)
    assert found == pytest.approx(np.array([1, 1, 1, 0, 0, 1, 1, 1]) / 6, abs=1e-3)


def test_hundreds_of_random_pools_have_the_chances_of_the_definition():
    rng = np.random.default_rng(1)
    for case in range(300):
        size = int(rng.integers(1, 30))
        step = rng.choice([0.0, 0.5, 1.0])
        donors = rng.normal(0, 2, size)
        donors = donors if step == 0 else np.round(donors / step) * step
        wanted = float(rng.normal(0, 3)) if case % 2 else float(rng.choice(donors))
        expected = chances_by_hand(donors, wanted, 5)
        assert shares(donors, wanted, 5, 4000) == pytest.approx(expected, abs=2e-3), case


def test_chains_do_not_look_at_one_another():
    rng = np.random.default_rng(2)
    donors, wanted = rng.normal(0, 1, (6, 40)), rng.normal(0, 1, (6, 15))
    uniform = rng.random((6, 15))
    together = choose_donors(donors, wanted, uniform, 5)
    for chain in range(6):
        alone = choose_donors(*(a[chain : chain + 1] for a in (donors, wanted, uniform)), 5)
        assert np.array_equal(together[chain], alone[0])


def test_many_subjects_searched_in_order_get_what_each_gets_alone():
    rng = np.random.default_rng(3)
    donors, wanted = rng.normal(0, 1, (3, 500)).round(2), rng.normal(0, 1, (3, 600))
    uniform = rng.random((3, 600))
    together = choose_donors(donors, wanted, uniform, 5)
    for start in range(0, 600, 100):
        part = slice(start, start + 100)
        alone = choose_donors(donors, wanted[:, part], uniform[:, part], 5)
        assert np.array_equal(together[:, part], alone)
