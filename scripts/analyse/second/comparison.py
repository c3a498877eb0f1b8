"""Two implementations of one analysis, number by number."""

from collections.abc import Mapping
from typing import Any

from scripts.analyse.second.opinion import Key, Number, Opinion
from scripts.tables import SIGNIFICANT_DIGITS

# ASSUME: the second implementation agrees when a number differs by less than one part in a
# million: stored values carry 12 significant digits, and iterative fits stop at their own criteria.
TOLERANCE = 1e-6
REASON = (
    "Relative difference. Stored values carry 12 significant digits and iterative fits stop at "
    "their own criteria, so implementations that agree come within this; an error of method or "
    "of subjects is far outside. A value that is zero but for rounding has no relative difference: "
    "below 0.000001 (a coefficient: 0.001; a p-value: no limit) the difference is relative to that."
)
NOT_KNOWN = "the second implementation does not compute it"
# So many degrees of freedom are infinitely many, written down with the noise of rounding.
INFINITE = 1e15
SMALLEST = {"p_value": 1e-290, "coefficient": 1e-3}


def rounded(value: Number) -> Number:
    """The value as a result file would hold it, so that the same numbers give the same file."""
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}") if isinstance(value, float) else value


def relative_difference(first: Number, second: Number, statistic: str) -> float | None:
    """How far two numbers are apart; 0 where neither is estimable, None where only one is."""
    if statistic == "df":
        first, second = (None if x is None or x > INFINITE else x for x in (first, second))
    if first is None or second is None:
        return 0.0 if first is second else None
    scale = max(abs(first), abs(second), SMALLEST.get(statistic, 1e-6))
    return rounded(abs(first - second) / scale)


def _entry(key: Key, first: Any, second: Any) -> dict[str, Any]:
    row, group, statistic = key
    second = rounded(second)
    return {
        "row": row,
        "group": group,
        "statistic": statistic,
        "first": first,
        "second": second,
        "difference": relative_difference(first, second, statistic),
    }


def differs(entry: Mapping[str, Any]) -> bool:
    """Whether an entry is a disagreement; a number that only one side has is one."""
    return entry["difference"] is None or entry["difference"] > TOLERANCE


def _statistics(result: Mapping[str, Any], opinion: Opinion) -> list[dict[str, Any]]:
    """Every statistic of the result with its second value, then those that the result lacks."""
    first = {(s["row"], s["group"], s["statistic"]): s["value"] for s in result["statistics"]}
    entries = [
        _entry(key, value, opinion.statistics[key])
        for key, value in first.items()
        if key in opinion.statistics
    ]
    # A result may leave out a statistic or what is not estimable, but not a whole row of numbers.
    rows = {(row, group) for row, group, _ in first}
    entries += [
        _entry(key, None, value)
        for key, value in opinion.statistics.items()
        if key[:2] not in rows and value is not None
    ]
    return entries


def _subjects(result: Mapping[str, Any], opinion: Opinion) -> list[dict[str, Any]]:
    """The numbers of subjects, and in how many subjects the two sets of them differ."""
    entries = []
    for group in result["groups"]:
        total, having = opinion.groups.get(group["id"], (None, None))
        entries += [
            _entry(("groups", group["id"], "N"), group["N"], total),
            _entry(("groups", group["id"], "n"), group["n"], having),
        ]
    unlike = len(set(result["subjects"]["used"]) ^ set(opinion.used))
    return [*entries, _entry(("subjects", "", "in one implementation only"), unlike, 0)]


def _array(group: str, name: str, first: list[Number], second: list[Number]) -> dict[str, Any]:
    """One entry for an array: the point where the two are farthest apart."""
    key = (f"curve ({len(second)} points)", group, name)
    if len(first) != len(second):
        return _entry((key[0], group, f"{name}: points"), len(first), len(second))
    entries = [_entry(key, one, other) for one, other in zip(first, second, strict=True)]
    return max(entries, key=lambda e: float("inf") if e["difference"] is None else e["difference"])


def _curves(result: Mapping[str, Any], opinion: Opinion) -> list[dict[str, Any]]:
    found = result.get("curve", {})
    return [
        _array(group, name, found.get(group, {}).get(name, []), values)
        for group, arrays in opinion.curves.items()
        for name, values in arrays.items()
    ]


def not_comparable(result: Mapping[str, Any]) -> dict[str, Any]:
    """The entry of an analysis that the second implementation does not know how to do."""
    return {
        "title": result["title"],
        "compared": 0,
        "largest_relative_difference": None,
        "status": "not comparable",
        "library": None,
        "statistics": [],
    }


def not_compared(result: Mapping[str, Any], opinion: Opinion | None) -> list[dict[str, Any]]:
    """The statistics of a result that the second implementation does not give, with the reason."""
    known = opinion.statistics if opinion else {}
    reasons = opinion.unsupported if opinion else {}
    missing = [s for s in result["statistics"] if s["value"] is not None]
    missing = [s for s in missing if (s["row"], s["group"], s["statistic"]) not in known]
    return [
        {
            "id": result["id"],
            "row": s["row"],
            "group": s["group"],
            "statistic": s["statistic"],
            "reason": reasons.get((s["row"], s["group"], s["statistic"]), NOT_KNOWN),
        }
        for s in missing
    ]


def compare(result: Mapping[str, Any], opinion: Opinion) -> dict[str, Any]:
    """Everything that two implementations say about one analysis, and whether they agree."""
    entries = _subjects(result, opinion) + _statistics(result, opinion) + _curves(result, opinion)
    known = [entry["difference"] for entry in entries if entry["difference"] is not None]
    status = "differs" if any(map(differs, entries)) else "agrees"
    return {
        "title": result["title"],
        "compared": len(entries),
        "largest_relative_difference": max(known, default=None),
        "status": status,
        "library": opinion.libraries,
        "statistics": entries,
    }


def disagreements(analyses: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """One line for every statistic on which the two implementations differ."""
    return [
        f"{name}: row {entry['row'] or '-'}, group {entry['group'] or '-'}, "
        f"{entry['statistic']}: first {entry['first']}, second {entry['second']}"
        for name, analysis in analyses.items()
        for entry in analysis["statistics"]
        if differs(entry)
    ]
