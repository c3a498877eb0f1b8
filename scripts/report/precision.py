"""With how many decimals the things that an analysis summarises were collected, by the plan."""

from collections.abc import Mapping
from typing import Any


def decimals_of(plan: Mapping[str, Any], analysis: str) -> dict[str, int]:
    """Decimals by row of a result; the row "" stands for every row.

    A variable, measurement, time or dose that has no say of its own was collected as whole.
    """
    entry = plan["analyses"]["analyses"].get(analysis, {})
    if "variables" in entry:
        variables = plan["subjects"].get("variables") or {}
        names = [item["variable"] for item in entry["variables"]]
        return {name: _say(variables.get(name)) for name in names}
    if "parameter" in entry:
        sets = plan["measurements"]["sets"].values()
        parameters = {code: item for part in sets for code, item in part["parameters"].items()}
        return {"": _say(parameters.get(entry["parameter"]))}
    if "treatments" in entry:
        return {f"{item['value']} dose": _say(item) for item in entry["treatments"]}
    return {"": _say(_times(plan).get(entry.get("endpoint")))}


def _times(plan: Mapping[str, Any]) -> Mapping[Any, Any]:
    return (plan.get("times") or {}).get("times") or {}


def _say(entry: Mapping[str, Any] | None) -> int:
    return int((entry or {}).get("decimals", 0))
