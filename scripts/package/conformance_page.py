"""The report of all conformance checks as one page to be read, without a script."""

from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import Environment, StrictUndefined

# The order of the statuses: what must be read first, and what was not looked at apart from passed.
ORDER = (
    "error",
    "execution error",
    "warning",
    "issue reported",
    "explained",
    "passed",
    "success",
    "not applicable",
    "skipped",
)


def places_of(examples: Sequence[Any]) -> list[str]:
    """The first cases of a finding, a line each."""
    lines = []
    for example in examples:
        if isinstance(example, str):
            lines.append(example)
            continue
        where = [example.get("dataset") or "", example.get("usubjid") or ""]
        where += [f"record {example['row']}"] if example.get("row") else []
        values = [f"{key} = {value or '(none)'}" for key, value in example["values"].items()]
        lines.append(": ".join(filter(None, [" ".join(filter(None, where)), ", ".join(values)])))
    return lines


def sections_of(rule: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a rule found, by data set: how often, why it stands, and the first cases."""
    if "core_id" in rule:
        return [{**f, "places": places_of(f["examples"])} for f in rule["findings"]]
    cases = list(rule["examples"])
    if "by_dataset" not in rule:
        return [{"dataset": "", "count": rule["findings"], "explanation": "", "places": cases}]
    return [
        {**part, "places": places_of([c for c in cases if c["dataset"] in (part["dataset"], "")])}
        for part in rule["by_dataset"]
    ]


def line_of(rule: Mapping[str, Any]) -> dict[str, Any]:
    """One rule as the page shows it."""
    count = sum(f["count"] for f in rule["findings"]) if "core_id" in rule else rule["findings"]
    return {
        "id": rule.get("core_id") or rule["id"],
        "source": rule.get("cdisc_id") or rule.get("source") or "",
        "message": rule["message"],
        "status": rule["status"],
        "checked": rule.get("checked"),
        "datasets": rule.get("datasets", []),
        "count": count,
        "sections": sections_of(rule) if count else [],
    }


def ordered(rules: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rules of a report, what must be read first before the rest."""
    lines = [line_of(rule) for rule in rules]
    return sorted(lines, key=lambda line: (ORDER.index(line["status"]), line["id"]))


def format_page(template: str, reports: Mapping[str, Mapping[str, Any]], study: str) -> str:
    """The page from its template and the reports: `core`, `gate` and `lint`."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    shown = {
        name: {**report, "lines": ordered(report["rules"])} for name, report in reports.items()
    }
    return environment.from_string(template).render(study=study, **shown)
