"""Analyses and outputs of a reporting event: every printed number with its value and its text."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from scripts.package.ars.parts import (
    ADDRESS,
    CONTRAST,
    ROW,
    Entry,
    group_id,
    grouping_id,
    grouping_variable,
    main_dataset,
    operation_id,
    program_document,
    set_id,
    subset_id,
)
from scripts.package.define.results import documentation

SPONSOR = "TERM"
# What the model has words for; the rest is of the sponsor.
PURPOSES = (
    "PRIMARY OUTCOME MEASURE",
    "SECONDARY OUTCOME MEASURE",
    "EXPLORATORY OUTCOME MEASURE",
)
REPORT, PLAN = "RD.REPORT", "RD.SAP"
MINUS = "\N{MINUS SIGN}"


def statistic_of(number: Mapping[str, Any]) -> str:
    """The statistic that a printed number is, or the key of the result that it was taken from."""
    source = number["source"]
    return str(source.get("statistic") or source["key"])


def raw_value(value: Any) -> str | None:
    """A value at full precision as text; None where it is not estimable."""
    if value is None:
        return None
    return value.replace(MINUS, "-") if isinstance(value, str) else repr(value)


def result_entry(
    address: str, number: Mapping[str, Any], method: str, variable: str, groups: set[str]
) -> Entry:
    """One printed number as an operation result."""
    source = number["source"]
    group = source.get("group", "")
    named = [{"groupingId": ROW, "groupValue": source["row"]}]
    if group in groups:
        named.append({"groupingId": grouping_id(variable), "groupId": group_id(variable, group)})
    elif group:
        named.append({"groupingId": CONTRAST, "groupValue": group})
    named.append({"groupingId": ADDRESS, "groupValue": address})
    entry: Entry = {"operationId": operation_id(method, statistic_of(number))}
    entry["resultGroups"] = named
    raw = raw_value(number["value"])
    if raw is not None:
        entry["rawValue"] = raw
    entry["formattedValue"] = number["text"]
    return entry


def analysis_id(name: str) -> str:
    """An analysis."""
    return f"AN.{name}"


def purpose_entry(purpose: str) -> Entry:
    """A purpose in the model's words, or in the sponsor's."""
    if purpose in PURPOSES:
        return {"controlledTerm": purpose}
    return {"controlledTerm": purpose, "sponsorTermId": f"{SPONSOR}.{purpose}"}


def analysis_entry(
    name: str,
    analysis: Mapping[str, Any],
    document: Mapping[str, Any],
    planned: Mapping[str, Any],
    numbers: Mapping[str, Mapping[str, Any]],
    method: str,
) -> Entry:
    """One analysis with all its results."""
    variable = grouping_variable(planned)
    groups = {group["id"] for group in document["groups"]}
    main = main_dataset(analysis)
    entry: Entry = {
        "id": analysis_id(name),
        "name": analysis["title"],
        "label": name,
        "description": "\n".join([documentation(analysis), *analysis["reads"]]),
        "version": 1,
        "reason": {"controlledTerm": analysis["reason"]},
        "purpose": purpose_entry(analysis["purpose"]),
        "dataset": main["name"],
        "methodId": method,
        "documentRefs": [{"referenceDocumentId": PLAN}],
        "programmingCode": {
            "context": "Python",
            "code": f"Analysis {name} of step {analysis['rule']}",
            "documentRef": {"referenceDocumentId": program_document(analysis["program"])},
        },
    }
    if main["variables"]:
        entry["variable"] = main["variables"][0]
    entry |= _chosen(analysis)
    made = partial(result_entry, method=method, variable=variable, groups=groups)
    entry["results"] = [made(address, number) for address, number in sorted(numbers.items())]
    return entry | {"orderedGroupings": _groupings_used(entry["results"])}


def _chosen(analysis: Mapping[str, Any]) -> Entry:
    """Who and which records are analysed."""
    population, subset = analysis["population"], subset_id(analysis)
    return {
        **({"analysisSetId": set_id(population["flag"])} if population else {}),
        **({"dataSubsetId": subset} if subset else {}),
    }


def _groupings_used(results: list[Entry]) -> list[Entry]:
    named = [one["groupingId"] for result in results for one in result["resultGroups"]]
    return [
        {"order": order, "groupingId": id_, "resultsByGroup": True}
        for order, id_ in enumerate(dict.fromkeys(named), start=1)
    ]


def output_id(display: str) -> str:
    """A display."""
    return f"OUT.{display}"


def output_entry(
    name: str, display: Mapping[str, Any], shown: Mapping[str, Any], location: str
) -> Entry:
    """One table, figure or statement, with its title and notes as printed."""
    sections = [_section("Title", [f"{display['number']} {display['title']}"], name)]
    population = text_of(shown.get("population", []))
    if population:
        sections.append(_section("Header", [population], name))
    notes = [text_of(note["parts"]) for note in shown.get("notes", [])]
    if notes:
        sections.append(_section("Footnote", notes, name))
    return {
        "id": output_id(name),
        "name": display["number"],
        "label": display["title"],
        "version": 1,
        "displays": [
            {
                "order": 1,
                "display": {
                    "id": f"D.{name}",
                    "name": display["number"],
                    "displayTitle": display["title"],
                    "displaySections": sections,
                },
            }
        ],
        "documentRefs": [{"referenceDocumentId": REPORT}],
        "fileSpecifications": [
            {
                "name": location.rpartition("/")[2],
                "fileType": {"controlledTerm": "pdf"},
                "location": location,
            }
        ],
    }


def _section(kind: str, texts: list[str], name: str) -> Entry:
    """A section of a display, a subsection for each text."""
    return {
        "sectionType": kind,
        "orderedSubSections": [
            {
                "order": order,
                "subSection": {"id": f"D.{name}.{kind}.{order}", "text": text},
            }
            for order, text in enumerate(texts, start=1)
        ],
    }


def text_of(parts: Any) -> str:
    """The words of a part of a display as a reader sees them."""
    return "".join(part if isinstance(part, str) else part["text"] for part in parts)


def contents(described: Mapping[str, Any]) -> Iterator[Entry]:
    """The list of contents: displays in the order of the report, under each its analyses."""
    for order, name in enumerate(described["order"], start=1):
        display = described["displays"][name]
        inner = [
            {
                "name": described["analyses"][one]["title"],
                "level": 2,
                "order": place,
                "analysisId": analysis_id(one),
            }
            for place, one in enumerate(display["analyses"], start=1)
        ]
        yield {
            "name": f"{display['number']} {display['title']}",
            "level": 1,
            "order": order,
            "outputId": output_id(name),
            "sublist": {"listItems": inner},
        }
