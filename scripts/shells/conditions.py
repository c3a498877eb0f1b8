"""Values that meet a condition of the plan, so that made-up rows fall where the plan looks."""

from collections.abc import Mapping
from typing import Any

OTHER = "<other>"
# A date that can be read as one; no date of a made-up record is ever printed.
DATE = "2000-01-01"
INVERSE = {">": "<=", ">=": "<", "<": ">=", "<=": ">", "==": "!=", "!=": "=="}
FLAGS = {"Y": "N", "N": "Y"}


def values_for(condition: Mapping[str, Any] | None, meets: bool = True) -> dict[str, Any]:
    """Values of variables under which the condition holds, or does not.

    A comparison of two variables, which no single value decides, sets nothing.
    """
    if not condition:
        return {}
    if "not" in condition:
        return values_for(condition["not"], not meets)
    for word, every in (("all", meets), ("any", not meets)):
        if word in condition:
            parts = condition[word] if every else condition[word][:1]
            return {key: v for part in parts for key, v in values_for(part, meets).items()}
    if "other" in condition:
        return {}
    return {condition["variable"]: _value(condition, meets)}


def _value(condition: Mapping[str, Any], meets: bool) -> Any:
    if "missing" in condition:
        return None if condition["missing"] == meets else DATE
    if "is" in condition:
        value = condition["is"]
        return value if meets else _another(value)
    if "in" in condition:
        return condition["in"][0] if meets else OTHER
    operator = condition["operator"] if meets else INVERSE[condition["operator"]]
    steps = {">": 1, ">=": 0, "<": -1, "<=": 0, "==": 0, "!=": 1}
    return condition["value"] + steps[operator]


def _another(value: Any) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value + 1
    return FLAGS.get(str(value), OTHER)
