"""How numbers become characters."""

import pytest

from scripts.report.numbers import (
    Formats,
    format_count,
    format_number,
    format_p,
    format_percent,
    kind_of,
    typeset,
)
from scripts.report.precision import decimals_of
from tests.report.made import FORMATS as DECLARED

FORMATS = Formats(**DECLARED)


@pytest.mark.parametrize(
    ("count", "total", "decimals", "text"),
    [
        (7, 112, 1, "6.3"),  # 6.25 lies in the middle; half-even would print 6.2
        (7, 56, 0, "13"),  # 12.5 lies in the middle; half-even would print 12
        (1, 112, 1, "0.9"),
        (0, 56, 1, "0.0"),
        (112, 112, 1, "100.0"),
    ],
)
def test_a_percentage_in_the_middle_is_rounded_up(
    count: int, total: int, decimals: int, text: str
) -> None:
    assert format_percent(count / total, decimals) == text


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (6.25, 1, "6.3"),
        (-6.25, 1, "-6.3"),
        (2.675, 2, "2.68"),  # its nearest double lies below 2.675
        (1.005, 2, "1.01"),
        (0.5, 0, "1"),
        (1e-7, 3, "0.000"),
        (1e21, 0, "1000000000000000000000"),
    ],
)
def test_a_number_is_rounded_as_it_is_written(value: float, decimals: int, text: str) -> None:
    assert format_number(value, decimals) == text


def test_a_rounded_zero_has_no_sign() -> None:
    assert format_number(-0.004, 2) == "0.00"
    assert format_number(-0.0, 1) == "0.0"
    assert format_number(-0.005, 2) == "-0.01"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0009999, "<0.001"),
        (0.001, "0.001"),
        (0.0005, "<0.001"),
        (0.9995, ">0.999"),
        (1, ">0.999"),
    ],
)
def test_a_p_value_never_prints_as_zero_or_one(value: float, text: str) -> None:
    assert format_p(value) == text


def test_a_p_value_outside_its_range_is_an_error() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        format_p(1.2)


def test_a_count_that_is_not_whole_is_an_error() -> None:
    assert format_count(3.0) == "3"
    with pytest.raises(ValueError, match="must be whole"):
        format_count(2.5)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), True, "3", None])
def test_what_is_no_finite_number_is_not_printed(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        format_number(value, 1)


def test_a_missing_value_is_printed_as_not_estimable() -> None:
    assert FORMATS.text("difference", None) == "NE"


def test_limits_are_printed_like_the_estimate_beside_them() -> None:
    assert kind_of("lower", ["estimate", "lower"]) == "difference"
    assert kind_of("lower", ["survival", "lower"]) == "percent"
    assert kind_of("upper", ["coefficient", "odds_ratio", "upper"]) == "ratio"


def test_a_statistic_without_a_display_rule_is_an_error() -> None:
    with pytest.raises(KeyError, match="no display rule"):
        kind_of("wobble")


def test_degrees_of_freedom_are_whole_when_they_are() -> None:
    assert FORMATS.text("df", 1) == "1"
    assert FORMATS.text("df", 12.345) == "12.3"


def test_a_minus_sign_is_set_before_a_number_and_nowhere_else() -> None:
    assert typeset("-0.15 (-0.31 to 0.01)") == "\u22120.15 (\u22120.31 to 0.01)"
    assert typeset("A-1, 2020-01-31, 0.07-0.36") == "A-1, 2020-01-31, 0.07-0.36"
    assert typeset("count below 10^9/L") == "count below 10\u2079/L"


def test_a_summary_has_the_decimals_of_what_was_collected_and_those_beyond() -> None:
    assert [FORMATS.text(kind, 9.4567, 1) for kind in ("quantile", "sd", "extreme")] == [
        "9.46",  # collected with 1 decimal, 1 more
        "9.457",  # 1 and 2 more
        "9.5",  # 1 and none more
    ]
    assert FORMATS.text("quantile", 44.5) == "44.5"
    assert FORMATS.text("extreme", 18) == "18"


def test_a_display_with_decimals_of_its_own_has_them_whatever_was_collected() -> None:
    own = FORMATS.overridden({"quantile": 3, "p": 4})
    assert own.text("quantile", 2.0, 1) == "2.000"
    assert own.text("p", 0.00004) == "<0.0001"
    assert own.text("sd", 2.0, 1) == "2.000"


def test_a_kind_of_number_without_a_format_is_an_error() -> None:
    with pytest.raises(KeyError, match="unknown kind"):
        FORMATS.text("wobble", 1.0)


def test_decimals_come_from_the_variable_the_measurement_the_time_and_the_dose() -> None:
    plan = {
        "subjects": {"variables": {"TEMP": {"decimals": 1}}},
        "measurements": {"sets": {"adx": {"parameters": {"X": {"decimals": 2}}}}},
        "times": {"times": {"TTX": {"decimals": 3}}},
        "analyses": {
            "analyses": {
                "base": {"variables": [{"variable": "TEMP"}, {"variable": "AGE"}]},
                "over": {"parameter": "X"},
                "time": {"endpoint": "TTX"},
                "dose": {"treatments": [{"value": "A", "decimals": 1}, {"value": "B"}]},
            }
        },
    }
    assert decimals_of(plan, "base") == {"TEMP": 1, "AGE": 0}
    assert decimals_of(plan, "over") == {"": 2}
    assert decimals_of(plan, "time") == {"": 3}
    assert decimals_of(plan, "dose") == {"A dose": 1, "B dose": 0}
