"""Sample size and power as the plan asks for them."""

from math import sqrt
from statistics import NormalDist

import pytest

from scripts.analyse.compute_design import compute_design
from tests.analyse.trial import THREE_ARMS, plan_with, subjects, values

Z_ALPHA, Z_BETA = 1.959963984540054, 1.2815515655446004


def test_the_planned_size_keeps_the_allocation_and_allows_for_dropout():
    design = {
        "proportions": {"A": 0.90, "B": 0.66},
        "power": 0.90,
        "dropout": 0.20,
        "variants": ["unpooled", "pooled_corrected"],
    }
    plan = plan_with({"kind": "sample_size", "design": design})
    found = compute_design(subjects("AB"), plan)["one"]
    # unpooled: 49.144 in the smaller arm, so 50 and 100 evaluable; 50 / 0.8 = 62.5, 100 / 0.8 = 125
    exact = (Z_ALPHA + Z_BETA) ** 2 * (0.9 * 0.1 / 2 + 0.66 * 0.34) / 0.24**2
    assert exact == pytest.approx(49.144, abs=0.001)
    assert values(found, "unpooled", "B") == {"evaluable": 50, "n": 63}
    assert values(found, "unpooled", "A") == {"evaluable": 100, "n": 125}
    assert values(found, "pooled_corrected", "A-B") == {"n": 188}
    assert found["subjects"]["used"] == []


def test_power_is_that_of_the_numbers_enrolled():
    design = {"proportions": {"A": 0.90, "B": 0.66}, "variants": ["unpooled", "fisher"]}
    plan = plan_with({"kind": "power", "design": design})
    found = compute_design(subjects("A" * 112 + "B" * 56 + "..."), plan)["one"]
    error = sqrt(0.9 * 0.1 / 112 + 0.66 * 0.34 / 56)
    expected = NormalDist().cdf(0.24 / error - Z_ALPHA)
    assert values(found, "unpooled")["power"] == pytest.approx(expected)
    assert values(found, "fisher")["power"] == pytest.approx(0.9498, abs=0.0001)
    assert values(found, "enrolled", "A") == {"n": 112}


def test_three_arms_have_a_power_for_each_contrast():
    design = {"proportions": {"A": 0.9, "B": 0.5, "C": 0.7}, "variants": ["pooled"]}
    plan = plan_with({"kind": "power", "design": design}, THREE_ARMS)
    found = compute_design(subjects("A" * 20 + "B" * 20 + "C" * 20), plan)["one"]
    assert values(found, "pooled", "A-B")["power"] > values(found, "pooled", "C-B")["power"]


def test_with_two_comparisons_an_arm_has_the_size_of_the_one_that_asks_for_most_of_it():
    design = {
        "proportions": {"A": 0.9, "B": 0.3, "C": 0.6},
        "power": 0.90,
        "dropout": 0.0,
        "variants": ["unpooled"],
    }
    found = compute_design(
        subjects("ABC"), plan_with({"kind": "sample_size", "design": design}, THREE_ARMS)
    )["one"]
    # C-B is the smaller difference: (0.6 * 0.4 + 0.3 * 0.7) * 10.507 / 0.3^2 = 52.5
    needed = (Z_ALPHA + Z_BETA) ** 2 * (0.6 * 0.4 + 0.3 * 0.7) / 0.3**2
    assert needed == pytest.approx(52.54, abs=0.01)
    assert values(found, "unpooled", "B")["n"] == values(found, "unpooled", "C")["n"] == 53
    assert values(found, "unpooled", "A")["n"] < 53
