"""Published numbers held against the computed ones: parts, verdicts, totals.

A verdict follows from digits alone. A misprint is not declared by the plan: it is what is left
when the published counts are all reproduced and give our value, not the printed one.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from scripts.report.publication.printed_numbers import (
    is_printed_as,
    number_of,
    replace_numbers,
    round_as_printed,
)
from scripts.report.publication.statistics_index import StatisticsIndex
from scripts.report.results import OutputsError

REPRODUCED = "reproduced"
INFERRED = "reproduced under an inferred set"
MISPRINT = "misprint"
NOT_REPRODUCED = "not reproduced"
NOT_CHECKABLE = "not checkable"
VERDICTS = [REPRODUCED, INFERRED, MISPRINT, NOT_REPRODUCED, NOT_CHECKABLE]
MATCHING = {REPRODUCED, INFERRED}

Item = dict[str, Any]
Part = dict[str, Any]
Address = tuple[str, str, str, str]


def printed_parts(item: Mapping[str, Any]) -> Iterator[Part]:
    """Each number of a published item with the address of the statistic that it is held against."""
    for part in item.get("parts", []):
        analysis, row, group = part["at"]
        source = part.get("from", {})
        for statistic, printed in part["printed"].items():
            address = {"analysis": analysis, "row": row, "group": group, "statistic": statistic}
            origin = source if source.get("statistic") == statistic else None
            yield {"printed": printed, "address": address, "from": origin}


def ordered_addresses(item: Mapping[str, Any]) -> list[tuple[Address, Address]]:
    """Pairs of addresses of which the first was published to be higher than the second."""
    order = item.get("ordering")
    if order is None:
        return []
    return [
        (
            (order["analysis"], row, order["higher"], order["statistic"]),
            (order["analysis"], row, order["lower"], order["statistic"]),
        )
        for row in order["rows"]
    ]


def address_of(part: Part) -> Address:
    """The address of a part as four words."""
    address = part["address"]
    return address["analysis"], address["row"], address["group"], address["statistic"]


def check_addresses(items: Iterable[Mapping[str, Any]], index: StatisticsIndex) -> list[str]:
    """One finding for each word of an address that leads nowhere, with the items that use it."""
    users: dict[str, list[str]] = {}
    for item in items:
        wanted = [address_of(part) for part in printed_parts(item)]
        wanted += [address for pair in ordered_addresses(item) for address in pair]
        for finding in index.check(wanted):
            users.setdefault(finding, []).append(item["id"])
    return [f"{finding} (in {', '.join(names)})" for finding, names in users.items()]


def compare_part(part: Part, index: StatisticsIndex) -> Part:
    """One printed number with the computed value, its printed form, and whether they agree."""
    value = index.value(*address_of(part))
    rounded = None if value is None else round_as_printed(value, part["printed"])
    match = is_printed_as(value, part["printed"])
    return {**part, "computed": value, "rounded": rounded, "match": match}


def compare_order(higher: Address, lower: Address, index: StatisticsIndex) -> Part:
    """Whether one statistic is above another; the words `higher` and `not higher` stand for it."""
    values = index.value(*higher), index.value(*lower)
    match = values[0] is not None and values[1] is not None and values[0] > values[1]
    address = dict(zip(("analysis", "row", "group", "statistic"), higher, strict=True))
    rounded = "higher" if match else "not higher"
    part = {"printed": "higher", "address": address, "from": None, "computed": values[0]}
    return {**part, "rounded": rounded, "match": match}


def _lacks(item: Mapping[str, Any], settings: Mapping[str, Any]) -> str | None:
    """Why an item cannot be checked in this run, or None."""
    if "reason" in item:
        return str(item["reason"])
    for setting, least in item.get("needs", {}).items():
        if settings[setting] < least:
            return f"This run has {setting} = {settings[setting]}; the printed digits need {least}."
    return None


def _computed_text(text: str, pairs: list[tuple[str, str]], orders: list[Part]) -> str:
    """The published words with computed numbers, and in how many places an order holds."""
    if orders:
        return f"holds in {sum(part['match'] for part in orders)} of {len(orders)} places"
    return replace_numbers(text, pairs) if pairs else ""


def compare_item(
    item: Mapping[str, Any], index: StatisticsIndex, settings: Mapping[str, Any]
) -> Item:
    """One published item with its compared parts; its verdict comes later, from all items."""
    parts = [compare_part(part, index) for part in printed_parts(item)]
    orders = [compare_order(*pair, index) for pair in ordered_addresses(item)]
    pairs = [(part["printed"], part["rounded"] or "NE") for part in parts]
    analyses = dict.fromkeys(part["address"]["analysis"] for part in parts + orders)
    labels = dict.fromkeys(index.method_label(name) for name in analyses)
    return {
        "id": item["id"],
        "section": item["section"],
        "description": item["description"],
        "where": item["where"],
        "published": item["text"],
        "computed_text": _computed_text(item["text"], pairs, orders),
        "parts": parts + orders,
        "variant": item.get("variant") or "; ".join(label for label in labels if label),
        "set": item.get("set"),
        "note": item.get("note", ""),
        "lacks": _lacks(item, settings),
    }


def printed_fraction(item: Item) -> Fraction | None:
    """The count over the total as printed, where both are printed and both are reproduced."""
    found = {part["address"]["statistic"]: part for part in item["parts"]}
    pair = [found.get("count"), found.get("total")]
    if any(part is None or not part["match"] for part in pair):
        return None
    count, total = (int(number_of(part["printed"])) for part in pair if part is not None)
    return Fraction(count, total)


def _difference(values: list[Fraction]) -> Fraction:
    return values[0] - values[1]


FORMULAS = {"difference_of_proportions": _difference, "proportion": lambda values: values[0]}


def recompute(part: Part, item: Item, items: Mapping[str, Item]) -> Fraction | None:
    """What a printed number should be by the printed counts that it is made of, if reproduced."""
    if part["address"]["statistic"] == "proportion":
        return printed_fraction(item)
    if part["from"] is None:
        return None
    fractions = [printed_fraction(items[name]) for name in part["from"]["items"]]
    known = [value for value in fractions if value is not None]
    if len(known) < len(fractions):
        return None
    return FORMULAS[part["from"]["formula"]](known)


def _is_misprint(part: Part, item: Item, items: Mapping[str, Item]) -> bool:
    """Whether the printed counts give our number and not the printed one."""
    exact = recompute(part, item, items)
    if exact is None or is_printed_as(exact, part["printed"]):
        return False
    return round_as_printed(exact, part["printed"]) == part["rounded"]


def judge(item: Item, items: Mapping[str, Item]) -> tuple[str, str]:
    """(verdict, note) of one compared item."""
    if item["lacks"]:
        return NOT_CHECKABLE, " ".join([item["lacks"], item["note"]]).strip()
    wrong = [part for part in item["parts"] if not part["match"]]
    if not wrong:
        return (INFERRED if item["set"] else REPRODUCED), item["note"]
    if not all(_is_misprint(part, item, items) for part in wrong):
        return NOT_REPRODUCED, item["note"]
    words = [
        f"Printed {part['printed']}; the printed counts are reproduced and give {part['rounded']}."
        for part in wrong
    ]
    return MISPRINT, " ".join([*words, item["note"]]).strip()


def compare_items(
    plan: Mapping[str, Any], index: StatisticsIndex, settings: Mapping[str, Any]
) -> list[Item]:
    """All published items with their verdicts. Raises OutputsError listing unknown addresses."""
    findings = check_addresses(plan["items"], index)
    if findings:
        raise OutputsError(
            f"{len(findings)} address(es) of published numbers lead nowhere\n  "
            + "\n  ".join(findings)
        )
    compared = [compare_item(item, index, settings) for item in plan["items"]]
    by_id = {item["id"]: item for item in compared}
    for item in compared:
        item["verdict"], item["note"] = judge(item, by_id)
    for item in compared:
        item.pop("lacks")
    return compared


def _verdicts(items: list[Item]) -> dict[str, int]:
    found = Counter(item["verdict"] for item in items)
    return {verdict: found[verdict] for verdict in VERDICTS}


def _percentages(items: list[Item]) -> dict[str, int]:
    """Printed percentages of those items that can be checked."""
    parts = [
        part
        for item in items
        if item["verdict"] != NOT_CHECKABLE
        for part in item["parts"]
        if part["printed"].endswith("%")
    ]
    return {"total": len(parts), "match": sum(part["match"] for part in parts)}


def summarise_checks(checks: Iterable[Mapping[str, Any]], items: Mapping[str, Item]) -> Item:
    """How many named checks hold; a check takes the verdicts of all its items together."""
    rows = []
    for check in checks:
        verdicts = {items[name]["verdict"] for name in check["items"]}
        if verdicts <= MATCHING:
            outcome = "match"
        elif verdicts <= MATCHING | {MISPRINT}:
            outcome = MISPRINT
        else:
            outcome = "not checkable" if NOT_CHECKABLE in verdicts else "differs"
        rows.append({"name": check["name"], "items": list(check["items"]), "outcome": outcome})
    found = Counter(row["outcome"] for row in rows)
    counts = {word: found[word] for word in ("match", MISPRINT, "differs", NOT_CHECKABLE)}
    return {"total": len(rows), **counts, "rows": rows}


def summarise(plan: Mapping[str, Any], items: list[Item]) -> dict[str, Any]:
    """Totals by section and overall: items by verdict, percentages, single numbers, checks."""
    checked = [item for item in items if item["verdict"] != NOT_CHECKABLE]
    numbers = [part["match"] for item in checked for part in item["parts"]]
    sections = []
    for section in plan["sections"]:
        mine = [item for item in items if item["section"] == section["id"]]
        sections.append(
            {
                **section,
                "items": len(mine),
                "verdicts": _verdicts(mine),
                "percentages": _percentages(mine),
            }
        )
    return {
        "items": len(items),
        "order": VERDICTS,
        "verdicts": _verdicts(items),
        "percentages": _percentages(items),
        "numbers": {"total": len(numbers), "match": sum(numbers)},
        "sections": sections,
        "checks": summarise_checks(plan.get("checks", []), {item["id"]: item for item in items}),
    }
