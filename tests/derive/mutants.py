"""Every small change of a definition in the plan: a clause left out, or one parameter changed."""

import copy
from collections.abc import Iterator
from typing import Any

# For each operator one that differs at the limit and one that points the other way. A value is
# never negative here, so that == 0 and <= 0 would be the same.
OTHER_OPERATORS = {
    ">=": [">", "<"],
    ">": [">=", "<="],
    "<=": ["<", ">"],
    "<": ["<=", ">="],
    "==": ["!=", ">="],
}
OTHER_WORDS = {
    "when_missing": ["met", "not_met"],
    "onset": ["first", "confirming"],
    "scale": ["nominal", "actual"],
    "unit": ["week", "month"],
    "category": ["RESCUE", "MAINTENANCE"],
    "measure": ["PLAT", "BLEED"],
}
# Words that no verdict depends on; a kind is changed by leaving its clause out.
NO_MEANING = {"label", "reason", "kind"}
ENDPOINT_KEYS = {"of", "without", "endpoint"}
Definitions = dict[str, Any]
Path = tuple[str, ...]


def paths(value: Any, here: Path = ()) -> Iterator[Path]:
    """The path to every parameter of a definition."""
    for key, item in value.items():
        if key in NO_MEANING:
            continue
        if isinstance(item, dict) and key != "condition":
            yield from paths(item, (*here, key))
        else:
            yield (*here, key)


def at(value: Any, path: Path) -> Any:
    """The value at the end of a path."""
    for key in path:
        value = value[key]
    return value


def other_values(key: str, value: Any, before: list[str]) -> list[Any]:
    """The values that a parameter is changed to."""
    if key in ENDPOINT_KEYS:
        return [code for code in before if code != value][:1]
    if key in OTHER_WORDS:
        return [word for word in OTHER_WORDS[key] if word != value]
    if key == "operator":
        return OTHER_OPERATORS[value]
    if key == "condition":
        return [{"not": value}]
    if isinstance(value, bool):
        return [not value]
    if key == "factor":
        return [value * 0.98, value * 1.02]
    if key == "visit":
        return [48]
    return [value - 1, value + 1]


def mutants(definitions: Definitions, code: str) -> Iterator[tuple[str, Definitions]]:
    """Every mutant of one definition, with the words for what was changed."""
    before = list(definitions)[: list(definitions).index(code)]
    for part in ("clauses", "loss"):
        for name in definitions[code].get(part, {}):
            changed = copy.deepcopy(definitions)
            changed[code][part][name] = None
            yield f"{code}.{part}.{name} left out", changed
    for path in paths(definitions[code]):
        old = at(definitions[code], path)
        for new in other_values(path[-1], old, before):
            changed = copy.deepcopy(definitions)
            at(changed[code], path[:-1])[path[-1]] = new
            yield f"{code}.{'.'.join(path)}: {old} -> {new}", changed
