"""A second rounding, written without the first: long division by hand on the digits of a number."""

import re
from typing import Any

SIGNS = {"\u2212": "-", "\u2007": "", "\u00a0": ""}
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def plain(text: str) -> str:
    """Printed digits as they are typed: a true minus sign becomes a hyphen."""
    for sign, typed in SIGNS.items():
        text = text.replace(sign, typed)
    return text.strip()


def digits_of(value: Any) -> tuple[bool, str, int]:
    """(negative, digits, decimals) of a number, from its shortest decimal form."""
    text = repr(value) if isinstance(value, int) else repr(float(value))
    mantissa, _, power = text.partition("e")
    negative = mantissa.startswith("-")
    whole, _, part = mantissa.lstrip("-").partition(".")
    decimals = len(part) - int(power or 0)
    digits = whole + part
    if decimals < 0:
        digits, decimals = digits + "0" * -decimals, 0
    return negative, digits, decimals


def round_half_up(value: Any, decimals: int, shift: int = 0) -> str:
    """A number times ten to the power `shift`, with so many decimals; a half goes away from zero.

    Works on digits alone, so that no binary arithmetic has a part in it.
    """
    negative, digits, places = digits_of(value)
    places -= shift
    if places < 0:
        digits, places = digits + "0" * -places, 0
    digits = digits.rjust(places + 1, "0")
    cut = places - decimals
    if cut <= 0:
        kept = int(digits + "0" * -cut)
    else:
        digits = digits.rjust(cut + 1, "0")
        kept = int(digits[:-cut]) + (digits[-cut] >= "5")
    text = str(kept).rjust(decimals + 1, "0")
    if decimals:
        text = f"{text[:-decimals]}.{text[-decimals:]}"
    return f"-{text}" if negative and kept else text


def decimals_in(text: str) -> int:
    """How many decimals a printed number shows."""
    return len(plain(text).partition(".")[2])


def is_number(text: str) -> bool:
    """Whether the printed text is a number without a bound."""
    return NUMBER.fullmatch(plain(text)) is not None


def expected_error(value: Any, shift: int) -> str:
    """A Monte Carlo error: the first two digits that are not zero, five decimals at most."""
    if value == 0:
        return "0"
    if round_half_up(value, 12, shift) < "0.00001" and float(value) * 10**shift < 1:
        return "<0.00001"
    places = next(n for n in range(0, 6) if n == 5 or float(value) * 10 ** (shift + n) >= 10)
    return round_half_up(value, places, shift)


def expected_text(kind: str, value: Any, decimals: int) -> str:
    """What a number of a kind must look like with so many decimals."""
    if kind.startswith("monte_carlo"):
        return expected_error(value, 2 if kind.endswith("percent") else 0)
    if kind == "p":
        least = f"0.{'1'.rjust(decimals, '0')}"
        most = f"0.{'9' * decimals}"
        if value < float(least):
            return f"<{least}"
        return f">{most}" if value > float(most) else round_half_up(value, decimals)
    return round_half_up(value, decimals, 2 if kind in ("percent", "level") else 0)
