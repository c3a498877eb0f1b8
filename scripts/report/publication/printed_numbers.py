"""Numbers as a publication prints them: their precision, and whether a computed value is the same.

A computed value is rounded half-up to the decimals that were printed, and then the digits must be
equal. No tolerance is used anywhere.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from scripts.report.numbers import format_number, format_percent, to_decimal


def number_of(printed: str) -> Decimal:
    """The printed digits as a number, without bound and percent sign."""
    return Decimal(printed.strip("<>%"))


def decimals_of(printed: str) -> int:
    """The number of decimals that a printed number shows."""
    return len(printed.rstrip("%").partition(".")[2])


def round_as_printed(value: float | int | Fraction, printed: str) -> str:
    """A value with the decimals, the percent sign and the leading zero of a printed number."""
    decimals = decimals_of(printed)
    number = float(value) if isinstance(value, Fraction) else value
    percent = printed.endswith("%")
    text = format_percent(number, decimals) if percent else format_number(number, decimals)
    if printed.lstrip("<>-").startswith("."):
        text = text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text
    return text + ("%" if percent else "")


def is_printed_as(value: float | int | Fraction | None, printed: str) -> bool:
    """Whether a value, rounded to the printed decimals, is the printed number or keeps a bound."""
    if value is None:
        return False
    if printed[0] in "<>":
        number = to_decimal(float(value)) * (100 if printed.endswith("%") else 1)
        bound = number_of(printed)
        return number < bound if printed[0] == "<" else number > bound
    return number_of(round_as_printed(value, printed)) == number_of(printed)


def _token(printed: str) -> str:
    """A pattern for a printed number that stands alone, not inside a longer one."""
    return r"(?<![0-9.])" + re.escape(printed.rstrip("%")) + r"(?![0-9]|\.[0-9])"


def replace_numbers(text: str, pairs: Iterable[tuple[str, str]]) -> str:
    """The published words with each printed number, in order, replaced by the computed one.

    A number that the words do not show (a total that stands in a column heading) is left out.
    """
    done, rest = "", text
    for printed, computed in pairs:
        found = re.search(_token(printed), rest)
        if found:
            done += rest[: found.start()] + computed.rstrip("%")
            rest = rest[found.end() :]
    return done + rest
