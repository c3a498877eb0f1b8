"""The condition grammar of the plan: which rows of a table a statement holds for.

A condition is a dictionary: `all`, `any` and `not` combine conditions; a leaf names a `variable`
and compares it (`is`, `in`, `missing`, or `operator` with a `value` or an `other` variable).
A comparison with a missing value is false.
"""

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from operator import eq, ge, gt, le, lt, ne
from typing import Any

import numpy as np
import pandas as pd

Condition = Mapping[str, Any]

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    ">=": ge,
    ">": gt,
    "<=": le,
    "<": lt,
    "==": eq,
    "!=": ne,
}
WORDS = {
    ">=": "at least",
    ">": "above",
    "<=": "at most",
    "<": "below",
    "==": "equal to",
    "!=": "not equal to",
}


class ConditionError(ValueError):
    """A condition that cannot be read, or that names a variable the table does not have."""


def nearest(word: str, known: Any) -> str:
    """A hint naming the most similar known word, or the known words where none is similar."""
    words = sorted(str(item) for item in known)
    close = get_close_matches(str(word), words, n=1, cutoff=0.5)
    if close:
        return f"did you mean {close[0]!r}?"
    return "known: " + ", ".join(words) if words else "nothing is known here"


def unknown_words(names: Iterable[Any], known: Iterable[Any], what: str) -> list[str]:
    """A finding for each name that is not known, with the nearest one that is."""
    words = set(map(str, known))
    return [
        f"unknown {what} {name!r}; {nearest(str(name), words)}"
        for name in dict.fromkeys(names)
        if str(name) not in words
    ]


def _column(name: str, table: pd.DataFrame) -> pd.Series:
    if name not in table.columns:
        raise ConditionError(f"unknown variable {name!r}; {nearest(name, table.columns)}")
    return table[name]


def compare(left: pd.Series, operator: str, right: Any) -> pd.Series:
    """Row-wise comparison as plain booleans; false wherever a side is missing."""
    if operator not in OPERATORS:
        raise ConditionError(f"unknown operator {operator!r}; {nearest(operator, OPERATORS)}")
    known = left.notna()
    if isinstance(right, pd.Series):
        known &= right.notna()
    result = np.zeros(len(left), dtype=bool)
    rows = known.to_numpy()
    other = right[known].to_numpy() if isinstance(right, pd.Series) else right
    try:
        result[rows] = np.asarray(OPERATORS[operator](left[known].to_numpy(), other), dtype=bool)
    except TypeError as error:
        raise ConditionError(
            f"{left.name} cannot be compared with {right!r} by {operator!r}: {error}"
        ) from None
    return pd.Series(result, index=left.index)


def _leaf(condition: Condition, table: pd.DataFrame) -> pd.Series:
    values = _column(condition["variable"], table)
    if "missing" in condition:
        return values.isna() == bool(condition["missing"])
    if "is" in condition:
        return compare(values, "==", condition["is"])
    if "in" in condition:
        return values.isin(list(condition["in"])) & values.notna()
    if "operator" in condition:
        right = (
            _column(condition["other"], table) if "other" in condition else condition.get("value")
        )
        return compare(values, condition["operator"], right)
    raise ConditionError(
        f"condition on {condition['variable']!r} compares with nothing; "
        "give one of: is, in, missing, operator"
    )


def evaluate(condition: Condition | None, table: pd.DataFrame) -> pd.Series:
    """Whether the condition holds, one boolean a row; no condition holds everywhere."""
    if not condition:
        return pd.Series(True, index=table.index)
    if "all" in condition:
        result = pd.Series(True, index=table.index)
        for part in condition["all"]:
            result &= evaluate(part, table)
        return result
    if "any" in condition:
        result = pd.Series(False, index=table.index)
        for part in condition["any"]:
            result |= evaluate(part, table)
        return result
    if "not" in condition:
        return ~evaluate(condition["not"], table)
    if "variable" in condition:
        return _leaf(condition, table)
    raise ConditionError(
        f"a condition needs one of: all, any, not, variable; it has {', '.join(condition)}"
    )


def variables_of(condition: Condition | None) -> set[str]:
    """Every variable that the condition reads."""
    if not condition:
        return set()
    names: set[str] = set()
    for part in [*condition.get("all", []), *condition.get("any", [])]:
        names |= variables_of(part)
    if "not" in condition:
        names |= variables_of(condition["not"])
    names |= {condition[key] for key in ("variable", "other") if key in condition}
    return names


def _listed(values: Any) -> str:
    return ", ".join(str(value) for value in values)


def describe(condition: Condition | None) -> str:
    """The condition in words."""
    if not condition:
        return "always"
    for key, joint in (("all", " and "), ("any", " or ")):
        if key in condition:
            parts = [describe(part) for part in condition[key]]
            return parts[0] if len(parts) == 1 else "(" + joint.join(parts) + ")"
    if "not" in condition:
        return f"not {describe(condition['not'])}"
    name = condition["variable"]
    if "missing" in condition:
        return f"{name} is missing" if condition["missing"] else f"{name} is known"
    if "is" in condition:
        return f"{name} is {condition['is']}"
    if "in" in condition:
        return f"{name} is one of {_listed(condition['in'])}"
    right = condition.get("other", condition.get("value"))
    return f"{name} is {WORDS[condition['operator']]} {right}"
