"""The rows of a comparison by ranks: the test, and how far one group is shifted."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scripts.analyse.results import Rows, numbers
from scripts.stats.distributions import TestResult
from scripts.stats.ranks import mann_whitney, mann_whitney_exact
from scripts.stats.shifts import hodges_lehmann

Values = Mapping[str, Sequence[float]]
Pairs = Sequence[tuple[str, str]]
RANK_TESTS: dict[str, Callable[[Sequence[float], Sequence[float]], TestResult]] = {
    "mann_whitney_exact": mann_whitney_exact,
    "mann_whitney_asymptotic": lambda x, y: mann_whitney(x, y, correction=False),
    "mann_whitney_corrected": lambda x, y: mann_whitney(x, y, correction=True),
}
SHIFTS = {
    "hodges_lehmann_exact": "exact",
    "hodges_lehmann_asymptotic": "asymptotic",
    "hodges_lehmann_corrected": "asymptotic_corrected",
}
SHIFT = ("estimate", "lower", "upper")
# Two samples of which every method can say what it is called.
ANY = ([1.0, 2.0], [1.0, 3.0])


def _name(pair: tuple[str, str], pairs: Pairs) -> str:
    return f"{pair[0]}-{pair[1]}" if len(pairs) > 1 else ""


def rank_rows(values: Values, pairs: Pairs, word: str | None = None) -> tuple[Rows, str, list[str]]:
    """The rank test of each contrast, the test in words, and where it was too much to compute."""
    test = RANK_TESTS[word or "mann_whitney_corrected"]
    rows: Rows = []
    warnings = []
    for pair in pairs:
        a, b = pair
        found = None
        if values[a] and values[b]:
            try:
                found = test(values[a], values[b])
            except ValueError as error:
                warnings.append(f"{a}-{b}: {error}.")
        rows += numbers(
            "test",
            _name(pair, pairs),
            statistic=found.statistic if found else None,
            p_value=found.p_value if found else None,
        )
    return rows, test(*ANY).label, warnings


def shift_rows(
    values: Values, pairs: Pairs, word: str | None, level: float
) -> tuple[Rows, str, list[str]]:
    """The shift of each contrast with its limits, in words, and where it was not computed."""
    if word is None:
        return [], "", []
    rows: Rows = []
    warnings = []
    for pair in pairs:
        a, b = pair
        shift: dict[str, Any] = dict.fromkeys(SHIFT)
        if values[a] and values[b]:
            try:
                found = hodges_lehmann(values[a], values[b], level, SHIFTS[word])
                shift = {part: getattr(found, part) for part in SHIFT}
            except ValueError as error:
                warnings.append(f"{a}-{b}: {error}.")
        names = ("time_difference", "time_difference_lower", "time_difference_upper")
        rows += numbers(
            "shift",
            _name(pair, pairs),
            **dict(zip(names, shift.values(), strict=True)),
            level=level,
        )
    return rows, hodges_lehmann(*ANY, level, SHIFTS[word]).label, warnings
