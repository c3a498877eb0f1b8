"""How many imputations are enough."""

import numpy as np
import pytest

from scripts.stats.growth import digits_hold, grow, linear_rule, moving_digits, two_stage_rule


@pytest.mark.parametrize(
    ("value", "error", "decimals", "expected"),
    [
        (0.2301, 0.0001, 3, True),  # 0.2299 and 0.2303 print 0.230
        (0.2306, 0.0007, 3, False),  # 0.2292 and 0.2320 print 0.229 and 0.232
        (
            0.23049,
            0.0004,
            3,
            True,
        ),  # 0.22969 and 0.23129 print 0.230 and 0.231, but 0.0004 < 0.0005
        (0.230, 0.0006, 2, True),  # 0.2288 and 0.2312 print 0.23
        (12.0, 0.4, 0, True),  # 11.2 and 12.8 do not, but 0.4 < 0.5
        (-0.0004, 0.0000001, 3, True),
        (0.0, 0.0, 3, True),
        (float("nan"), 0.0, 3, False),
        (0.2, float("nan"), 3, False),
    ],
)
def test_digits_hold_when_two_errors_do_not_change_them_or_are_below_the_last(
    value, error, decimals, expected
):
    assert digits_hold(value, error, decimals) is expected


def test_a_p_value_that_prints_as_a_bound_holds_while_it_stays_below_it():
    assert digits_hold(0.0002, 0.0003, 3, probability=True)  # -0.0004, that is 0, and 0.0008
    assert digits_hold(0.002, 0.0007, 2, probability=True)  # 0.0006 and 0.0034, both <0.01
    assert not digits_hold(0.0009, 0.0006, 3, probability=True)  # up to 0.0021
    assert digits_hold(0.9999, 0.0006, 3, probability=True) is False  # 0.9987 prints 0.999


def test_the_moving_statistics_are_named():
    values, errors = {"estimate": 0.2, "p_value": 0.0001}, {"estimate": 0.01, "p_value": 1e-5}
    assert moving_digits(values, errors, {"estimate": 3, "p_value": 3}) == ("estimate",)
    assert moving_digits(values, errors, {"p_value": 3}) == ()


def test_imputations_are_added_until_nothing_moves():
    found = grow(lambda m: [] if m >= 250 else ["estimate"], 100, 1000)
    assert (found.m, found.stable, found.tried) == (300, True, (100, 200, 300))


def test_the_bound_is_used_when_digits_never_hold_and_says_which():
    found = grow(lambda m: ["upper"], 100, 250)
    assert (found.m, found.stable, found.tried) == (250, False, (100, 200, 250))
    assert found.moving == ("upper",)
    assert grow(lambda m: ["upper"], 250, 250).tried == (250,)


@pytest.mark.parametrize(("least", "bound"), [(1, 10), (20, 10)])
def test_numbers_that_cannot_be_are_refused(least, bound):
    with pytest.raises(ValueError, match="2 <= least <= bound"):
        grow(lambda m: [], least, bound)


@pytest.mark.parametrize("variance", [0.01, 0.3])
def test_the_number_reached_is_near_what_the_variance_between_asks_for(variance):
    # A mean whose error falls below half a unit of the second decimal at m = B / 0.005^2; the
    # estimate of B from m draws is off by sqrt(2 / m), here less than a tenth, and the first of
    # many looks that passes comes a little early.
    q = np.random.default_rng(8).normal(0.2, np.sqrt(variance), 20_000)
    asked = variance / 0.005**2

    def moving(m):
        held = digits_hold(0.205, np.sqrt(q[:m].var(ddof=1) / m), 2)
        return [] if held else ["estimate"]

    assert grow(moving, 20, 20_000).m == pytest.approx(asked, rel=0.15)


def test_the_linear_rule_asks_for_a_hundred_times_the_fraction():
    assert [linear_rule(f) for f in (0.0, 0.003, 0.29, 0.291, 1.0)] == [2, 2, 29, 30, 100]


def test_the_two_stage_rule_uses_the_upper_limit_of_the_fraction():
    # logit(0.2) + 1.95996 sqrt(2 / 20) = -0.766503; expit 0.317226; 1 + (0.317226 / 0.05)^2 / 2
    assert two_stage_rule(0.2, 20) == 22
    # With many first imputations the limit is the fraction: 1 + (0.2 / 0.05)^2 / 2 = 9, and a bit
    assert two_stage_rule(0.2, 10**9) == 10
    assert two_stage_rule(0.0, 20) == 1
    with pytest.raises(ValueError, match="the fraction is"):
        two_stage_rule(1.2, 20)
