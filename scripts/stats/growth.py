"""How many imputations are enough: until the printed digits hold, and by the literature's rules."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, sqrt

from scipy import special

from scripts.stats.arguments import checked_fraction
from scripts.stats.distributions import normal_critical

# How many Monte Carlo errors a statistic may be off: about 95 of 100 repetitions are nearer.
ERRORS = 2.0


@dataclass(frozen=True)
class Growth:
    """The number of imputations that was reached.

    Attributes
    ----------
    m : int
        Imputations that are used.
    stable : bool
        Whether the printed digits of every statistic hold at `m`.
    moving : tuple of str
        The statistics whose printed digits do not hold at `m`.
    tried : tuple of int
        The numbers of imputations that were looked at, in order.
    label : str
        The words for a reader.
    """

    m: int
    stable: bool
    moving: tuple[str, ...]
    tried: tuple[int, ...]
    label: str = (
        "Imputations are added until the printed digits hold: a statistic rounds to the same "
        "digits from 2 Monte Carlo errors below it to 2 above, or its Monte Carlo error is below "
        "half a unit of the last digit"
    )


def rounded_units(value: float, decimals: int) -> int:
    """Return the value in units of its last printed digit, half away from zero."""
    scaled = abs(value) * 10**decimals
    return floor(scaled + 0.5) * (1 if value >= 0 else -1)


def digits_hold(value: float, error: float, decimals: int, probability: bool = False) -> bool:
    """Return whether the printed digits of a statistic hold against its Monte Carlo error.

    Parameters
    ----------
    value, error : float
        The statistic and its Monte Carlo error; where one is nan the digits do not hold.
    decimals : int
        Printed decimals.
    probability : bool
        Whether it is a p value, of which what would print as 0 or as 1 is printed as a bound.

    Returns
    -------
    bool

    Notes
    -----
    Formula: round(s - 2 e) = round(s + 2 e), or e < 10^-decimals / 2.

    The second part is for a statistic that happens to lie beside a limit of rounding, where no
    number of imputations would satisfy the first.

    References
    ----------
    White IR, Royston P, Wood AM. Multiple imputation using chained equations: issues and guidance
    for practice. Stat Med 2011;30:377-99, section 7.
    """
    if not (isfinite(value) and isfinite(error)):
        return False
    unit = 10.0**-decimals
    if error < unit / 2:
        return True
    low, high = value - ERRORS * error, value + ERRORS * error
    if probability:
        low, high = max(low, 0.0), min(high, 1.0)
        if high < unit or low > 1 - unit:
            return True
        if low < unit or high > 1 - unit:
            return False
    return rounded_units(low, decimals) == rounded_units(high, decimals)


def moving_digits(
    values: Mapping[str, float], errors: Mapping[str, float], decimals: Mapping[str, int]
) -> tuple[str, ...]:
    """Return the statistics, of those with `decimals`, whose printed digits do not hold."""
    return tuple(
        name
        for name, places in decimals.items()
        if not digits_hold(values[name], errors[name], places, name == "p_value")
    )


def grow(moving: Callable[[int], Sequence[str]], least: int, bound: int) -> Growth:
    """Find the smallest number of imputations at which the printed digits hold.

    Parameters
    ----------
    moving : callable
        A number of imputations to the statistics whose digits do not hold with so many.
    least : int
        The first number that is looked at, and the step by which it grows.
    bound : int
        The largest number there is; it is used when the digits do not hold before.

    Returns
    -------
    Growth

    Notes
    -----
    Formula: m = least, 2 least, 3 least, ..., bound; the first at which the printed digits hold.

    The first k imputations are the same whatever m is, so that a smaller m is the beginning of a
    larger one. least < 2 or bound < least raise ValueError.

    References
    ----------
    White IR, Royston P, Wood AM. Multiple imputation using chained equations: issues and guidance
    for practice. Stat Med 2011;30:377-99, section 7.
    """
    if not 2 <= least <= bound:
        raise ValueError(f"least is {least}, bound {bound}; they must be 2 <= least <= bound")
    tried: list[int] = []
    for m in [*range(least, bound, least), bound]:
        tried.append(m)
        found = tuple(moving(m))
        if not found:
            break
    return Growth(tried[-1], not found, found, tuple(tried))


def linear_rule(fraction_missing_information: float) -> int:
    """Return the number of imputations by the rule of White, Royston and Wood.

    Parameters
    ----------
    fraction_missing_information : float
        Fraction of missing information.

    Returns
    -------
    int

    Notes
    -----
    Formula: m = 100 times the fraction of missing information, rounded up; at least 2.

    References
    ----------
    White IR, Royston P, Wood AM. Multiple imputation using chained equations: issues and guidance
    for practice. Stat Med 2011;30:377-99, section 7.
    """
    # Rounded first, so that 0.29 * 100, which is a hair more than 29 in binary, is 29.
    return max(2, ceil(round(100 * fraction_missing_information, 9)))


def two_stage_rule(
    fraction_missing_information: float, m: int, variation: float = 0.05, level: float = 0.95
) -> int:
    """Return the number of imputations by von Hippel's two-stage quadratic rule.

    Parameters
    ----------
    fraction_missing_information : float
        Its estimate from the first stage.
    m : int
        Imputations of the first stage.
    variation : float
        Coefficient of variation that the standard error may have over repeated imputation.
    level : float
        Confidence level of the interval of the fraction whose upper limit is used.

    Returns
    -------
    int

    Notes
    -----
    Formula: m = 1 + (f / cv)^2 / 2, f the upper limit of logit^-1(logit(f1) + z sqrt(2 / m1)).

    Rounded up. A fraction of 0 or 1 is at its limit whatever m is.

    References
    ----------
    von Hippel PT. How many imputations do you need? A two-stage calculation using a quadratic
    rule. Sociol Methods Res 2020;49:699-718.
    """
    if not 0 <= fraction_missing_information <= 1 or m < 2:
        raise ValueError(f"the fraction is {fraction_missing_information!r}, m is {m!r}")
    move = normal_critical(level) * sqrt(2 / m)
    limit = float(special.expit(special.logit(fraction_missing_information) + move))
    return ceil(1 + (limit / checked_fraction(variation, "variation")) ** 2 / 2)
