"""Sections made of words: estimands, methods as they ran, assumptions, and what stands in the plan."""

from collections.abc import Iterable, Mapping
from typing import Any

from scripts.report.cells import Part, Sheet, cell, name
from scripts.report.layouts.frame import (
    Body,
    Context,
    Display,
    Notes,
    Row,
    column,
    heading,
    row,
    stub,
    table,
)
from scripts.report.results import Result

ATTRIBUTES = {
    "treatment": "Treatment",
    "population": "Population",
    "variable": "Variable",
    "intercurrent_events": "Intercurrent events",
    "summary": "Population-level summary",
    "summary_measure": "Population-level summary",
    "missing": "Missing data",
    "rationale": "Rationale",
}


def _lines(value: Any) -> list[str]:
    """A value of the plan as lines of words."""
    if isinstance(value, Mapping):
        if "event" in value:
            rest = [str(value[key]) for key in ("strategy", "handling", "how") if value.get(key)]
            return [f"{value['event']}: {'; '.join(rest)}"]
        return [f"{key}: {'; '.join(_lines(item))}" for key, item in value.items()]
    if isinstance(value, (list, tuple)):
        return [line for item in value for line in _lines(item)]
    return [str(value)]


def _estimand_entries(plan: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    entries = plan["estimands"]
    entries = entries.get("estimands", entries)
    if isinstance(entries, Mapping):
        return {str(key): dict(value) for key, value in entries.items()}
    return {str(entry["id"]): dict(entry) for entry in entries}


def estimands(display: Display, sheet: Sheet, context: Context) -> Body:
    """Every estimand by its attributes, and the analyses that belong to it."""
    columns = [stub("Attribute"), column("words", "Estimand", align="text")]
    populations = _population_labels(context.plan)
    rows: list[Row] = []
    for identifier, entry in _estimand_entries(context.plan).items():
        title = entry.get("title") or entry.get("label") or identifier
        rows.append(heading(identifier, str(title)))
        for key, value in entry.items():
            if key in ("id", "title", "label"):
                continue
            value = populations.get(value, value) if key == "population" else value
            parts: list[Part] = []
            for index, line in enumerate(_lines(value)):
                source = {"plan": f"estimands.{identifier}.{key}"}
                parts += ["\n"] if parts else []
                parts.append(sheet.words(line, source, f"{identifier}:{key}", str(index + 1)))
            label = ATTRIBUTES.get(key, key.replace("_", " ").capitalize())
            rows.append(row(f"{identifier}:{key}", label, [cell(*parts)], 1))
        rows += _analyses_row(identifier, context)
    return table(
        columns, rows, Notes(sheet), shares=[26, 74], sources=[name("config: estimands")]
    )


def _population_labels(plan: Mapping[str, Any]) -> dict[Any, str]:
    entries = (plan.get("subjects") or {}).get("populations") or {}
    if isinstance(entries, Mapping):
        return {key: entry.get("label", key) for key, entry in entries.items()}
    return {entry.get("variable", entry.get("id")): entry["label"] for entry in entries}


def _analyses_row(identifier: str, context: Context) -> list[Row]:
    own = [r for r in context.results.values() if r.document.get("estimand") == identifier]
    if not own:
        return []
    parts: list[Part] = []
    for role in dict.fromkeys(result.document.get("role", "") for result in own):
        parts += ["\n"] if parts else []
        parts.append(f"{role.capitalize()}: ")
        members = [result for result in own if result.document.get("role", "") == role]
        parts += _joined(name(result.id) for result in members)
    return [row(f"{identifier}:analyses", "Analyses", [cell(*parts)], 1)]


def _joined(parts: Iterable[Part]) -> list[Part]:
    joined: list[Part] = []
    for part in parts:
        joined += [", ", part] if joined else [part]
    return joined


def methods(display: Display, sheet: Sheet, context: Context) -> Body:
    """The methods as they ran, from the results: each distinct one with the analyses that used it."""
    groups: dict[tuple[str, str, str], list[Result]] = {}
    for result in context.results.values():
        method = result.document.get("method") or {}
        key = (
            str(method.get("label", "")),
            str(method.get("test_label") or "–"),
            _options(method.get("options") or {}),
        )
        groups.setdefault(key, []).append(result)
    columns = [
        stub("Method"),
        column("test", "Test", align="text"),
        column("options", "Options", align="text"),
        column("analyses", "Analyses", align="text"),
    ]
    rows = []
    for index, ((label, test, options), members) in enumerate(groups.items()):
        at = f"method{index + 1}"
        source = {"file": members[0].file, "key": "method"}
        cells = [
            cell(sheet.words(test, source, at, "test")),
            cell(sheet.words(options, source, at, "options")),
            cell(*_joined(name(result.id) for result in members)),
        ]
        rows.append(row(at, label, cells))
    notes = Notes(sheet)
    for text in _software(context.results.values()):
        notes.add(text, {"file": "results/analyse", "key": "method.software"})
    return table(
        columns, rows, notes, shares=[28, 20, 24, 28], sources=[name("results/analyse/*.json")]
    )


def _options(options: Mapping[str, Any]) -> str:
    texts = []
    for key, value in options.items():
        shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        if shown:
            texts.append(f"{key.replace('_', ' ')}: {shown}")
    return "; ".join(texts) or "–"


def _software(results: Iterable[Result]) -> list[str]:
    found = []
    for result in results:
        software = (result.document.get("method") or {}).get("software") or {}
        package = f"{software.get('package', '')} {software.get('version', '')}".strip()
        others = [f"{k} {v}" for k, v in software.items() if k not in ("package", "version")]
        found.append("Computed by " + ", ".join([package, *others]) + ".")
    return list(dict.fromkeys(found))


def assumptions(display: Display, sheet: Sheet, context: Context) -> Body:
    """Every sentence tagged as an assumption in the code, with the file that it stands in."""
    columns = [stub("File"), column("words", "Assumption", align="text")]
    rows = []
    for item in context.documents["assumptions"]:
        at = f"{item['file']}:{item['line']}"
        source = {"code": item["file"], "line": item["line"]}
        rows.append(row(at, item["file"], [cell(sheet.words(item["text"], source, at, "words"))]))
    if not rows:
        rows = [row("none", "None", [cell("")])]
    return table(columns, rows, Notes(sheet), shares=[30, 70], sources=[name("scripts")])
