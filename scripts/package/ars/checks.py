"""Checks of a reporting event: its schema, and that every identifier it names is there."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft7Validator, Draft202012Validator

Event = Mapping[str, Any]
OFFICIAL, OURS = Draft7Validator, Draft202012Validator


def check_shape(event: Event, schema: Mapping[str, Any], validator: Any = OURS) -> list[str]:
    """Every finding of a schema; `validator` is of the draft that the schema is written in."""
    return [
        f"{'/'.join(map(str, error.absolute_path)) or 'the event'}: {error.message}"
        for error in validator(schema).iter_errors(event)
    ]


def ids_of(event: Event) -> dict[str, list[str]]:
    """Every identifier that the event declares, by what it is."""
    methods = event.get("methods", [])
    groupings = event.get("analysisGroupings", [])
    extensions = event.get("terminologyExtensions", [])
    return {
        "analysis": [one["id"] for one in event.get("analyses", [])],
        "analysis set": [one["id"] for one in event.get("analysisSets", [])],
        "data subset": [one["id"] for one in event.get("dataSubsets", [])],
        "method": [one["id"] for one in methods],
        "operation": [op["id"] for one in methods for op in one["operations"]],
        "grouping": [one["id"] for one in groupings],
        "group": [group["id"] for one in groupings for group in one.get("groups", [])],
        "output": [one["id"] for one in event.get("outputs", [])],
        "document": [one["id"] for one in event.get("referenceDocuments", [])],
        "term": [term["id"] for one in extensions for term in one["sponsorTerms"]],
    }


def references_of(event: Event) -> Iterator[tuple[str, str, str]]:
    """(who, kind, id) of every reference from one part of the event to another."""
    for item in _contents(event["mainListOfContents"]["contentsList"]):
        for key, kind in (("outputId", "output"), ("analysisId", "analysis")):
            if key in item:
                yield "contents", kind, item[key]
    for method in event.get("methods", []):
        yield from _documents(method["id"], method)
    for output in event.get("outputs", []):
        yield from _documents(output["id"], output)
    for analysis in event.get("analyses", []):
        yield from _of_analysis(analysis)


def _contents(part: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for item in part.get("listItems", []):
        yield item
        yield from _contents(item.get("sublist", {}))


def _documents(who: str, part: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for one in part.get("documentRefs", []):
        yield who, "document", one["referenceDocumentId"]
    for key in ("codeTemplate", "programmingCode"):
        if "documentRef" in part.get(key, {}):
            yield who, "document", part[key]["documentRef"]["referenceDocumentId"]


def _of_analysis(analysis: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    who = analysis["id"]
    kinds = {"methodId": "method", "analysisSetId": "analysis set", "dataSubsetId": "data subset"}
    for key, kind in kinds.items():
        if key in analysis:
            yield who, kind, analysis[key]
    for part in (analysis["purpose"], analysis["reason"]):
        if "sponsorTermId" in part:
            yield who, "term", part["sponsorTermId"]
    yield from _documents(who, analysis)
    for grouping in analysis.get("orderedGroupings", []):
        yield who, "grouping", grouping["groupingId"]
    for result in analysis.get("results", []):
        yield who, "operation", result["operationId"]
        for group in result.get("resultGroups", []):
            yield who, "grouping", group["groupingId"]
            if "groupId" in group:
                yield who, "group", group["groupId"]


def check_ids(event: Event) -> list[str]:
    """Every identifier that stands twice, leads nowhere or is of something else."""
    known = ids_of(event)
    findings = [
        f"{kind} {id_}: stands {n} times"
        for kind, ids in known.items()
        for id_, n in Counter(ids).items()
        if n > 1
    ]
    sets = {kind: set(ids) for kind, ids in known.items()}
    findings += [
        f"{who}: no {kind} {id_}"
        for who, kind, id_ in dict.fromkeys(references_of(event))
        if id_ not in sets[kind]
    ]
    return findings + _foreign(event)


def _foreign(event: Event) -> list[str]:
    """Results by an operation of another method, or in a group of another grouping."""
    operations = {m["id"]: {op["id"] for op in m["operations"]} for m in event.get("methods", [])}
    groups = {
        g["id"]: {one["id"] for one in g.get("groups", [])}
        for g in event.get("analysisGroupings", [])
    }
    findings = []
    for analysis in event.get("analyses", []):
        own = operations.get(analysis["methodId"], set())
        for result in analysis.get("results", []):
            if result["operationId"] not in own:
                findings.append(f"{analysis['id']}: {result['operationId']} is not of its method")
            findings += [
                f"{analysis['id']}: {group['groupId']} is not of {group['groupingId']}"
                for group in result.get("resultGroups", [])
                if "groupId" in group
                and group["groupId"] not in groups.get(group["groupingId"], set())
            ]
    return list(dict.fromkeys(findings))
