"""How numbers become characters: half-up decimal rounding, once, here and nowhere else.

A float is taken at its shortest decimal form (`repr`), so that 6.25 is a tie and rounds up to 6.3,
as a reader with pencil and paper expects; binary floating point never decides a printed digit.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

POWER = re.compile(r"(?<=\b10)\^(-?\d+)")
MINUS = re.compile(r"(?<![\w.)\]])-(?=\d)")
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

# The kind of each statistic decides how it is printed; the plan's display formats say with what.
KINDS: dict[str, str] = {
    **dict.fromkeys(
        ["n", "N", "count", "total", "events", "censored", "missing", "at_risk", "observed"],
        "count",
    ),
    **dict.fromkeys(["imputations", "bound", "least", "linear_rule", "two_stage_rule"], "count"),
    **dict.fromkeys(["stable", "chains", "sweeps", "separated"], "count"),
    **dict.fromkeys(["df", "df_denominator"], "df"),
    "departure": "count",
    **dict.fromkeys(["proportion", "survival", "power", "fraction_missing_information"], "percent"),
    **dict.fromkeys(["weight", "risk"], "percent"),
    "level": "level",
    **dict.fromkeys(["estimate", "lower", "upper", "standard_error"], "difference"),
    **dict.fromkeys(["within", "between", "monte_carlo_error"], "difference"),
    **dict.fromkeys(["hazard_ratio", "odds_ratio", "coefficient", "ratio"], "ratio"),
    "risk_ratio": "ratio",
    **dict.fromkeys(
        ["benefit", "harm", "benefit_from", "benefit_to", "harm_from", "harm_to"], "number_needed"
    ),
    **dict.fromkeys(["statistic", "variance", "expected", "z"], "statistic"),
    **dict.fromkeys(["convergence", "convergence_sd", "convergence_all"], "statistic"),
    "p_value": "p",
    **dict.fromkeys(["median", "median_lower", "median_upper", "q1", "q3", "mean"], "quantile"),
    **dict.fromkeys(
        [
            f"{word}{limit}"
            for word in ("restricted_mean", "time_difference")
            for limit in ("", "_lower", "_upper")
        ],
        "quantile",
    ),
    "sd": "sd",
    **dict.fromkeys(["minimum", "maximum"], "extreme"),
}
LIMITS = {"lower", "upper", "standard_error"}
LEADING = {"estimate", "survival", "hazard_ratio", "odds_ratio", "risk_ratio", "risk", "ratio"}
# Decimals of kinds of number that a plan need not name.
USUAL = {"number_needed": 1}
PERCENT_KINDS = {"percent", "level"}
# A Monte Carlo error has no decimals of its own: it is printed by its size.
MONTE_CARLO = {"monte_carlo": 0, "monte_carlo_percent": 2}
FINEST = 5


def to_decimal(value: Any) -> Decimal:
    """A number as the decimal that a person would write it as."""
    if isinstance(value, bool) or not hasattr(value, "__float__"):
        raise TypeError(f"not a number: {value!r}")
    number = Decimal(value) if isinstance(value, int) else Decimal(repr(float(value)))
    if not number.is_finite():
        raise ValueError(f"not a finite number: {value!r}")
    return number


def _fixed(number: Decimal, decimals: int) -> str:
    rounded = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    # A rounded zero has no sign: -0.004 is printed as 0.00.
    return f"{abs(rounded) if rounded == 0 else rounded:f}"


def format_number(value: Any, decimals: int) -> str:
    """A number with a fixed count of decimals, half away from zero, never a negative zero."""
    return _fixed(to_decimal(value), decimals)


def format_percent(proportion: Any, decimals: int = 1) -> str:
    """A proportion in percent, without the sign; scaled as a decimal, so 7/112 prints 6.3."""
    return _fixed(to_decimal(proportion) * 100, decimals)


def format_count(value: Any) -> str:
    """A count; a number that is not whole is an error, never rounded."""
    number = to_decimal(value)
    if number != number.to_integral_value():
        raise ValueError(f"a count must be whole: {value!r}")
    return f"{number.to_integral_value():f}"


def format_magnitude(value: Any) -> str:
    """A tiny number by its size alone: one digit and the power of ten; a dash for none."""
    if value is None:
        return "–"
    return "0" if value == 0 else f"{to_decimal(value):.0e}"


def format_p(value: Any, decimals: int = 3) -> str:
    """A p-value; one that would print as 0 or as 1 is printed as a bound."""
    number = to_decimal(value)
    if not 0 <= number <= 1:
        raise ValueError(f"a p-value lies between 0 and 1: {value!r}")
    smallest = Decimal(1).scaleb(-decimals)
    if number < smallest:
        return f"<{smallest:f}"
    if number > 1 - smallest:
        return f">{1 - smallest:f}"
    return _fixed(number, decimals)


def format_error(value: Any, shift: int = 0) -> str:
    """A Monte Carlo error times ten to the power `shift`: two significant digits, no more than
    five decimals; whole digits are kept, and one that would print as 0 is printed as a bound.
    """
    number = to_decimal(value).scaleb(shift)
    if number == 0:
        return "0"
    smallest = Decimal(1).scaleb(-FINEST)
    if number < smallest:
        return f"<{smallest:f}"
    return _fixed(number, max(0, min(FINEST, 1 - number.adjusted())))


@dataclass(frozen=True)
class Formats:
    """The display formats of the plan: decimals by kind of number, words for what is no number.

    A summary of something collected has the decimals it was collected with and some more.
    """

    decimals: Mapping[str, int]
    beyond_collected: Mapping[str, int]
    not_estimable: str
    not_reached: str

    def overridden(self, decimals: Mapping[str, int]) -> "Formats":
        """The same formats with other decimals for some kinds, whatever was collected."""
        beyond = {k: v for k, v in self.beyond_collected.items() if k not in decimals}
        return replace(self, decimals={**self.decimals, **decimals}, beyond_collected=beyond)

    def places(self, kind: str, collected: int | None = None) -> int:
        """The decimals of a kind of number. Raises KeyError for a kind without a rule."""
        if kind in self.beyond_collected:
            return (collected or 0) + self.beyond_collected[kind]
        if kind in self.decimals:
            return self.decimals[kind]
        if kind in USUAL:
            return USUAL[kind]
        raise KeyError(f"unknown kind of number {kind!r}; known: {', '.join(self.decimals)}")

    def text(self, kind: str, value: Any, collected: int | None = None) -> str:
        """One value by its kind (a value of `KINDS`); a missing one as not estimable."""
        if value is None:
            return self.not_estimable
        if kind == "count":
            return format_count(value)
        if kind in MONTE_CARLO:
            return format_error(value, MONTE_CARLO[kind])
        places = self.places(kind, collected)
        if kind == "p":
            return format_p(value, places)
        if kind == "df":
            whole = to_decimal(value) == to_decimal(value).to_integral_value()
            return format_number(value, 0 if whole else places)
        if kind in PERCENT_KINDS:
            return format_percent(value, places)
        return format_number(value, places)


def formats_of(plan: Mapping[str, Any], display: Mapping[str, Any] | None = None) -> Formats:
    """The display formats of a plan, with what one of its displays decides otherwise."""
    formats = Formats(**plan["formats"])
    return formats.overridden((display or {}).get("decimals", {}))


def kind_of(statistic: str, beside: Iterable[str] = ()) -> str:
    """The kind of a statistic by its name; limits are printed as the estimate `beside` them."""
    if statistic not in KINDS:
        raise KeyError(f"no display rule for the statistic {statistic!r}")
    if statistic in LIMITS:
        leading = [word for word in beside if word in LEADING]
        return KINDS[leading[0]] if leading else KINDS[statistic]
    return KINDS[statistic]


def typeset(text: str) -> str:
    """The text with true minus signs in front of numbers and powers of ten set as such."""
    return MINUS.sub("\u2212", typeset_powers(text))


def typeset_powers(text: str) -> str:
    """The text with raised digits in powers of ten."""
    return POWER.sub(lambda match: match.group(1).translate(RAISED), text)
