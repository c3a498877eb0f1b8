"""Where each variable comes from, read off the mapping: origin, and the raw columns in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from scripts.conditions import describe
from scripts.package.specification import origin

Plan = Mapping[str, Any]
# The strongest word wins where blocks of a domain differ: who reads a define looks for what was
# collected first.
STRENGTH = ("Collected", "Derived", "Assigned", "Protocol")
KINDS = {
    "column": "Collected",
    "reason_missing": "Collected",
    "constant": "Assigned",
    "visit": "Assigned",
    "study_day": "Derived",
    "not_done": "Derived",
    "variable": "Derived",
    "concat": "Derived",
}
# What the standard calls standardised is the sponsor's, whatever raw column it was made from.
STANDARDISED = ("STRESC", "STRESN", "STRESU")


def reduced(name: str, block: Mapping[str, Any]) -> str | None:
    """How several values of a joined column become one, minimum or maximum; None for one value."""
    source, _, column = name.rpartition(".")
    return block.get("join", {}).get(source, {}).get("reduce", {}).get(column)


def kind_of(expression: Mapping[str, Any], block: Mapping[str, Any]) -> str:
    """The word for where the value of one expression of the mapping comes from."""
    if "first" in expression:
        kinds = [kind_of(part, block) for part in expression["first"]]
        return min(kinds, key=STRENGTH.index)
    if "column" in expression and reduced(expression["column"], block):
        return "Derived"
    if expression.get("give") == "VISITDY":
        return "Protocol"
    return next(kind for key, kind in KINDS.items() if key in expression)


def blocks_of(domain: str, plan: Plan) -> list[Mapping[str, Any]]:
    """The blocks of records that the mapping makes a domain of; none for what is not mapped."""
    return plan["sdtm"]["domains"].get(domain, {"records": []})["records"]


def expressions_of(
    domain: str, variable: str, plan: Plan
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """(block, expression) for every block that makes the variable."""
    for block in blocks_of(domain, plan):
        if variable in block["variables"]:
            yield block, block["variables"][variable]


def source_of(sources: list[str], plan: Plan) -> str:
    """Who a collected value is from: the investigator unless the plan says so of the raw file."""
    told = plan["submission"]["sdtm"].get("collected_from", {})
    named = {told.get(source, "Investigator") for source in sources}
    return named.pop() if len(named) == 1 else "Investigator"


def mapped_origin(domain: str, variable: str, plan: Plan) -> dict[str, Any] | None:
    """The origin of a variable of the mapping; None for one that no block makes."""
    found = list(expressions_of(domain, variable, plan))
    if not found:
        return None
    if variable in [domain + word for word in STANDARDISED]:
        return origin("Derived", "Sponsor")
    if variable == "VISITDY":
        return origin("Protocol", "Sponsor")
    kind = min((kind_of(one, block) for block, one in found), key=STRENGTH.index)
    if kind != "Collected":
        return origin(kind, "Sponsor")
    return origin(kind, source_of([block["source"] for block, _ in found], plan))


def _column_words(name: str, block: Mapping[str, Any], plan: Plan) -> str:
    source, _, column = name.rpartition(".")
    file = plan["sources"]["sources"][source or block["source"]]["file"]
    of = reduced(name, block)
    return f"{f'the {of} of ' if of else ''}column {column} of {file}"


def expression_words(expression: Mapping[str, Any], block: Mapping[str, Any], plan: Plan) -> str:
    """What an expression of the mapping does, in words."""
    if "first" in expression:
        parts = [expression_words(part, block, plan) for part in expression["first"]]
        words = "; where that is missing, ".join(parts)
    elif "concat" in expression:
        parts = [expression_words(part, block, plan) for part in expression["concat"]]
        words = " followed by ".join(parts)
    elif "constant" in expression:
        words = f"always {expression['constant']}"
    elif "variable" in expression:
        words = f"as {expression['variable']}"
    elif "study_day" in expression:
        words = f"study day of {expression['study_day']}"
    else:
        key = next(k for k in ("column", "visit", "not_done", "reason_missing") if k in expression)
        at = _column_words(expression[key], block, plan)
        words = {
            "column": at,
            "visit": f"the planned visit that {at} names",
            "not_done": f"NOT DONE where {at} holds no value",
            "reason_missing": f"why {at} holds no value",
        }[key]
    if "codelist" in expression:
        words += f", through the code list {expression['codelist']} of the mapping"
    if "when" in expression:
        words += f", where {describe(expression['when'])}"
    return words


def comment_of(domain: str, variable: str, plan: Plan) -> str | None:
    """Which raw columns a variable is made from, block by block; None where none has part."""
    found = list(expressions_of(domain, variable, plan))
    if not any(kind_of(expression, block) == "Collected" for block, expression in found):
        return None
    parts = []
    for block, expression in found:
        words = expression_words(expression, block, plan)
        if len(found) > 1:
            file = plan["sources"]["sources"][block["source"]]["file"]
            among = f" where {describe(block['where'])}" if "where" in block else ""
            words = f"records of {file}{among}: {words}"
        parts.append(words[0].upper() + words[1:] + ".")
    return " ".join(dict.fromkeys(parts))
