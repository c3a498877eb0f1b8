"""Sections made of words: estimands, methods as they ran, assumptions in the code."""

from collections import Counter
from collections.abc import Iterable, Mapping
from string import ascii_uppercase
from typing import Any

from scripts.report.cells import Cell, Part, Sheet, cell, name
from scripts.report.layouts.frame import (
    Body,
    Context,
    Display,
    Row,
    column,
    dash,
    heading,
    results_of,
    row,
    stub,
    table,
)
from scripts.report.layouts.notes import (
    Notes,
    labels_of_words,
    options_words,
)
from scripts.report.results import Result

# Options that tell one analysis from another, not one method from another.
OWN_OPTIONS = ("terms", "threshold", "adjustment", "interval", "test")


def estimands(display: Display, sheet: Sheet, context: Context) -> Body:
    """Every estimand by its attributes, under its objective, with the analyses for it."""
    columns = [
        stub("Estimand"),
        column("population", "Population", align="text"),
        column("variable", "Variable", align="text"),
        column("events", "Events", align="text"),
        column("summary", "Summary", align="text"),
        column("analyses", "Analyses", align="text"),
    ]
    plan = context.plan["estimands"]
    letters = _event_letters(plan["estimands"])
    usual = Counter(e["treatment"] for e in plan["estimands"].values()).most_common(1)
    treatment = usual[0][0] if usual else ""
    rows: list[Row] = []
    for objective_id, objective in plan.get("objectives", {}).items():
        own = {k: e for k, e in plan["estimands"].items() if e["objective"] == objective_id}
        others = _analyses_of(objective_id, context)
        if own or others:
            added = f" {objective['added']}" if objective.get("added") else ""
            title = f"{objective['level'].capitalize()}: {objective['text']}{added}"
            rows.append(heading(objective_id, title))
        for identifier, entry in own.items():
            cells = _estimand_cells(sheet, identifier, entry, letters, treatment)
            cells.append(cell(*(_analyses_of(identifier, context) or ["–"])))
            rows.append(row(identifier, entry["label"], cells))
        if others:
            described = cell(*others, span=len(columns) - 1)
            rows.append(row(f"{objective_id}:own", "Described, not compared", [described]))
    rows += _event_rows(sheet, letters, len(columns) - 1)
    notes = Notes(sheet)
    notes.add(f"Treatment, where no other is named: {treatment}.", {"plan": "estimands"})
    shares = [20, 22, 19, 9, 13, 17]
    return table(columns, rows, notes, shares=shares, sources=[name("config: estimands")])


def _event_words(event: Mapping[str, Any]) -> str:
    strategy = str(event["strategy"]).replace("_", " ")
    return f"{event['event']}: {strategy}. {event['handling']}"


def _event_letters(entries: Mapping[str, Any]) -> dict[str, str]:
    """A letter for each distinct intercurrent event with its strategy and handling."""
    found = [_event_words(event) for e in entries.values() for event in e["intercurrent_events"]]
    return dict(zip(dict.fromkeys(found), ascii_uppercase, strict=False))


def _event_rows(sheet: Sheet, letters: Mapping[str, str], span: int) -> list[Row]:
    rows = [heading("events", "Intercurrent events: strategy, and how they are handled")]
    for text, letter in letters.items():
        words = sheet.words(text, {"plan": "estimands"}, f"event {letter}", "events")
        rows.append(row(f"event {letter}", letter, [cell(words, span=span)]))
    return rows if letters else []


def _estimand_cells(
    sheet: Sheet, identifier: str, entry: Mapping[str, Any], letters: Mapping[str, str], usual: str
) -> list[Cell]:
    def words(key: str) -> Part:
        source = {"plan": f"estimands.{identifier}.{key}"}
        return sheet.words(entry[key], source, identifier, key)

    endpoint: list[Part] = [" (", name(entry["endpoint"]), ")"] if entry.get("endpoint") else []
    events = [letters[_event_words(event)] for event in entry["intercurrent_events"]]
    return [
        cell(
            *([] if entry["treatment"] == usual else [words("treatment"), "\n"]),
            words("population"),
        ),
        cell(words("variable"), *endpoint),
        cell(", ".join(events) or "–"),
        cell(words("summary")),
    ]


def _analyses_of(identifier: str, context: Context) -> list[Part]:
    own = [r for r in context.results.values() if r.document.get("estimand") == identifier]
    parts: list[Part] = []
    for role in dict.fromkeys(result.document.get("role", "") for result in own):
        parts += ["\n"] if parts else []
        parts.append(f"{role.capitalize()}: ")
        members = [result for result in own if result.document.get("role", "") == role]
        parts += _joined(name(result.id) for result in members)
    return parts


def _joined(parts: Iterable[Part]) -> list[Part]:
    joined: list[Part] = []
    for part in parts:
        joined += [", ", part] if joined else [part]
    return joined


def methods(display: Display, sheet: Sheet, context: Context) -> Body:
    """The methods as they ran, from the results: each with the analyses that used it."""
    groups: dict[tuple[str, str, str], list[Result]] = {}
    for result in context.results.values():
        method = result.document.get("method") or {}
        key = (
            str(method.get("label", "")),
            str(method.get("test_label") or "–"),
            options_words(method.get("options") or {}, OWN_OPTIONS, labels_of_words(result)) or "–",
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
        rows = [row("none", "None", [dash()])]
    return table(columns, rows, Notes(sheet), shares=[30, 70], sources=[name("scripts")])


def population_words(display: Display, context: Context) -> str:
    """The population in words: by the plan of the display, else by its results."""
    if "population" in display:
        entry = context.plan["subjects"]["populations"][display["population"]]
        return str(entry["label"])
    if display["layout"] == "synopsis":
        return ""
    found = []
    for result in results_of(display, context):
        label = (result.document.get("population") or {}).get("label", "")
        subset = result.document.get("subset")
        found.append(f"{label}: {subset}" if subset else label)
    known = list(dict.fromkeys(filter(None, found)))
    return "; ".join(known)
