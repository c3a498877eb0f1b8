"""Which raw columns hold arms: found in the mapping, so that none can be forgotten in the plan."""

from collections.abc import Iterator, Mapping
from typing import Any

from scripts.ingest.expression_checks import RAW_HEADS
from scripts.ingest.expressions import parts_of

Plan = Mapping[str, Any]


def _coded(plan: Plan) -> Iterator[tuple[str, str, str, str]]:
    """(domain.variable, source, column, code list) of every column that goes through a list."""
    for domain, spec in plan["sdtm"]["domains"].items():
        for block in spec["records"]:
            for name, expression in block["variables"].items():
                for part in parts_of(expression):
                    if "codelist" in part and "column" in part:
                        source, _, column = part["column"].rpartition(".")
                        place = f"{domain}.{name}"
                        yield place, source or block["source"], column, part["codelist"]


def arm_codelists(plan: Plan) -> dict[str, list[dict[str, Any]]]:
    """The code lists that give arms and nothing else, each raw code with the number of its arm."""
    numbers = {arm["code"]: number for number, arm in enumerate(plan["trial"]["arms"])}
    found = {}
    for name, codelist in plan["sdtm"]["codelists"].items():
        given = [code["to"] for code in codelist["codes"] if code["to"] is not None]
        if given and all(value in numbers for value in given):
            found[name] = [
                {"raw": code["raw"], "arm": numbers.get(code["to"])} for code in codelist["codes"]
            ]
    return found


def arm_columns(plan: Plan) -> list[dict[str, Any]]:
    """The raw columns that hold arms, the one behind DM.ARMCD (the allocation) first."""
    lists = arm_codelists(plan)
    found: dict[tuple[str, str], dict[str, Any]] = {}
    coded = sorted(_coded(plan), key=lambda item: item[0] != "DM.ARMCD")
    for _, source, column, codelist in coded:
        if codelist in lists:
            found.setdefault(
                (source, column), {"source": source, "column": column, "codes": lists[codelist]}
            )
    return list(found.values())


def allocation_is_coded(plan: Plan) -> bool:
    """Whether DM.ARMCD comes from raw columns through code lists of arms, and nothing else."""
    lists = arm_codelists(plan)
    expressions = [
        block["variables"]["ARMCD"]
        for block in plan["sdtm"]["domains"]["DM"]["records"]
        if "ARMCD" in block["variables"]
    ]
    parts = [part for item in expressions for part in parts_of(item) if "first" not in part]
    return bool(parts) and all(part.get("codelist") in lists and "column" in part for part in parts)


def withheld_names(plan: Plan) -> dict[str, str]:
    """What is empty while blinded and why: domains, analysis data sets, variables.

    A domain all of whose records come from withheld sources, and a variable all of whose values
    come from withheld columns.
    """
    withheld = plan["blinding"].get("withhold", {})
    names: dict[str, str] = {}
    for domain, spec in plan["sdtm"]["domains"].items():
        sources = {block["source"] for block in spec["records"]}
        if sources <= set(withheld):
            reason = withheld[sorted(sources)[0]]
            names |= dict.fromkeys((domain, domain.lower(), f"ad{domain.lower()}"), reason)
            continue
        for name in {name for block in spec["records"] for name in block["variables"]}:
            if reason := _withheld_variable(name, spec["records"], withheld):
                names[name] = reason
    return names


def _withheld_variable(name: str, blocks: list[Plan], withheld: Mapping[str, str]) -> str | None:
    """The reason for which no block gives a variable any more; None where one does."""
    reasons: list[str] = []
    for block in blocks:
        if name not in block["variables"] or block["source"] in withheld:
            continue
        for part in parts_of(block["variables"][name]):
            if "first" in part or "concat" in part:
                continue
            column = next((part[head] for head in RAW_HEADS if head in part), None)
            if column is None:
                return None
            source, _, bare = column.rpartition(".")
            source = source or block["source"]
            reason = withheld.get(source, withheld.get(f"{source}.{bare}"))
            if reason is None:
                return None
            reasons.append(reason)
    return reasons[0] if reasons else None
