"""The plan in words, made from what runs: guide, methods, missing data, the list of displays.

Methods are taken from the results, which say what ran; in the shells the same functions have made
them before there are data. So the words of the plan are those that the report prints.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from scripts.report.cells import Cell, Part, Sheet, cell, name
from scripts.report.layouts.definitions import clause_words
from scripts.report.layouts.frame import (
    Body,
    Context,
    Display,
    Row,
    column,
    heading,
    row,
    stub,
    table,
)
from scripts.report.layouts.notes import (
    Notes,
    labels_of_words,
    method_words,
    options_words,
)
from scripts.report.layouts.plan_words import population_words
from scripts.report.layouts.response_words import response_model_words
from scripts.report.layouts.visit_words import visit_model_words
from scripts.report.registry import analyses_of, displays_of, displays_of_shells, word_of
from scripts.report.results import Result

ROLES = {
    "primary": "Primary",
    "secondary": "Secondary",
    "sensitivity": "Sensitivity",
    "supplementary": "Supplementary",
    "exploratory": "Exploratory",
    "safety": "Safety",
    "descriptive": "Descriptive",
}
# What a plan of the analysis should hold (ICH E9, E9(R1)), and the layouts that print it.
PARTS = {
    "Design, randomisation, level of significance": ("trial_design",),
    "Schedule of visits": ("schedule",),
    "Sample size": ("design",),
    "Objectives and estimands": ("estimands",),
    "Endpoints in words": ("definitions",),
    "Analysis populations": ("populations",),
    "Methods of each analysis": ("planned_methods",),
    "Missing data": ("missing_data_rules",),
    "Imputation models": ("imputation_models",),
    "Handling of data": ("data_rules",),
    "Display and rounding of numbers": ("display_rules",),
    "Tables, figures and listings": ("displays_list",),
    "Assumptions that the code makes": ("assumptions",),
}
# Options that the label of a method or another column says already.
SAID = ("interval", "test", "terms", "imputation")
NONE = "–"


def plan_guide(display: Display, sheet: Sheet, context: Context) -> Body:
    """Where each part of a plan of the analysis stands in this document."""
    columns = [stub("Part of the plan"), column("place", "Where it stands", align="text")]
    every = [*displays_of_shells(context.plan), *displays_of(context.plan)]
    rows = []
    for part, layouts in PARTS.items():
        found = [item for item in every if item["layout"] in layouts]
        words = "; ".join(
            f"{word_of(item['layout'])} {item['number']}: {item['title']}" for item in found
        )
        cells = [cell(sheet.words(words or NONE, {"plan": "outputs"}, part, "place"))]
        rows.append(row(part, part, cells))
    return table(columns, rows, Notes(sheet), shares=[38, 62], sources=[name("config: outputs")])


def _by_role(context: Context) -> dict[str, list[Result]]:
    groups: dict[str, list[Result]] = {role: [] for role in ROLES}
    for result in context.results.values():
        groups.setdefault(result.document.get("role", ""), []).append(result)
    return {role: members for role, members in groups.items() if members}


def planned_methods(display: Display, sheet: Sheet, context: Context) -> Body:
    """Every analysis with its population, method, test, choices, and where it is printed."""
    columns = [
        stub("Analysis"),
        column("population", "Population", align="text"),
        column("endpoint", "Endpoint", align="text"),
        column("method", "Method; test", align="text"),
        column("options", "Choices", align="text"),
        column("printed", "Printed in", align="text"),
    ]
    places = _places(context.plan)
    rows: list[Row] = []
    for role, members in _by_role(context).items():
        rows.append(heading(role, ROLES.get(role, role)))
        for result in members:
            cells = _method_cells(sheet, result, places.get(result.id, []))
            rows.append(row(result.id, result.title, cells, 1))
    notes = Notes(sheet)
    level = context.plan["settings"]["confidence_level"]
    notes.add(
        f"Every interval has the level {100 * level:g}%. The methods are named as in the results.",
        {"plan": "settings.confidence_level"},
    )
    shares = [25, 14, 8, 25, 17, 11]
    return table(columns, rows, notes, shares=shares, sources=[name("config: analyses")])


def _method_cells(sheet: Sheet, result: Result, places: Iterable[str]) -> list[Cell]:
    document = result.document
    source = {"plan": f"analyses.{result.id}"}
    population = (document.get("population") or {}).get("label", NONE)
    subset = document.get("subset")
    method = document.get("method") or {}
    options = options_words(method.get("options") or {}, SAID, labels_of_words(result))
    texts = {
        "population": f"{population}: {subset}" if subset else population,
        "method": method_words(result) or NONE,
        "options": options or NONE,
        "printed": ", ".join(dict.fromkeys(places)) or NONE,
    }
    words = {key: cell(sheet.words(text, source, result.id, key)) for key, text in texts.items()}
    endpoint = document.get("endpoint")
    code = cell(name(endpoint) if endpoint else NONE)
    return [words["population"], code, words["method"], words["options"], words["printed"]]


def _places(plan: Mapping[str, Any]) -> dict[str, list[str]]:
    """The numbers of the displays that print each analysis."""
    found: dict[str, list[str]] = {}
    for display in displays_of(plan):
        for analysis in analyses_of(display):
            found.setdefault(analysis, []).append(display["number"])
    return found


def _names(results: Iterable[str]) -> list[Part]:
    parts: list[Part] = []
    for identifier in results:
        parts += [", "] if parts else []
        parts.append(name(identifier))
    return parts


# What the code does wherever the plan says nothing else.
EVERYWHERE = {
    "condition": "A comparison with a missing value does not hold; the opposite of it does.",
    "dates": "A date without month or day gives no analysis date. No date is imputed.",
    "summaries": "Summaries are of known values; percentages are of those in whom the item is "
    "known. How many are missing is printed where any are.",
    "models": "A subject who lacks the endpoint or a term of a model is left out, and counted.",
}


def missing_data_rules(display: Display, sheet: Sheet, context: Context) -> Body:
    """How missing data are handled: by analysis, inside definitions, and everywhere."""
    columns = [stub("Where"), column("rule", "Rule", align="text")]
    columns.append(column("analyses", "Analyses", align="text"))
    rules: dict[str, list[str]] = {}
    for result in context.results.values():
        if result.document.get("missing"):
            rules.setdefault(result.document["missing"], []).append(result.id)
    rows: list[Row] = [heading("analyses", "By analysis")] if rules else []
    for index, (rule, members) in enumerate(rules.items()):
        at = f"rule{index + 1}"
        words = sheet.words(rule, {"plan": f"analyses.{members[0]}.missing"}, at, "rule")
        roles = [context.results[member].document.get("role", "") for member in members]
        label = ", ".join(dict.fromkeys(ROLES.get(role, role) for role in roles))
        rows.append(row(at, label, [cell(words), cell(*_names(members))], 1))
    rows += _clause_rows(sheet, context.plan)
    rows.append(heading("everywhere", "Everywhere"))
    for at, rule in EVERYWHERE.items():
        shown = cell(sheet.words(rule, {"code": "scripts"}, at, "rule"))
        rows.append(row(at, at.capitalize(), [shown, cell(NONE)], 1))
    shares = [20, 46, 34]
    sources = [name("config: analyses, endpoints")]
    return table(columns, rows, Notes(sheet), shares=shares, sources=sources)


def _clause_rows(sheet: Sheet, plan: Mapping[str, Any]) -> list[Row]:
    """The clauses of definitions that say what a missing record means."""
    found: dict[str, list[str]] = {}
    for code, endpoint in plan["endpoints"]["endpoints"].items():
        for clause in (endpoint.get("clauses") or {}).values():
            if clause is not None and "when_missing" in clause:
                words = clause_words(clause, endpoint.get("measure", ""), plan)
                found.setdefault(words, []).append(code)
    rows: list[Row] = [heading("definitions", "Inside definitions")] if found else []
    for index, (words, codes) in enumerate(found.items()):
        at = f"clause{index + 1}"
        source = {"plan": f"endpoints.{codes[0]}"}
        parts: list[Part] = [sheet.words(words, source, at, "rule"), " ("]
        rows.append(row(at, "Clause", [cell(*parts, *_names(codes), ")"), cell(NONE)], 1))
    return rows


def imputation_models(display: Display, sheet: Sheet, context: Context) -> Body:
    """Every imputation model: what it completes, from what, how often, and for whom."""
    columns = [stub("Model"), column("words", "In words", align="text")]
    columns.append(column("analyses", "Analyses", align="text"))
    plan = context.plan
    models = (plan.get("imputation") or {}).get("models") or {}
    rows = []
    for code, model in models.items():
        source = {"plan": f"imputation.{code}"}
        parts: list[Part] = []
        words = visit_model_words if model.get("kind") == "by_visit" else response_model_words
        for index, line in enumerate(words(model, plan)):
            parts += ["\n"] if parts else []
            parts.append(sheet.words(line, source, code, f"words{index + 1}"))
        users = [
            analysis
            for analysis, entry in plan["analyses"]["analyses"].items()
            if entry.get("imputation") == code
        ]
        label = f"{model['label']} ({code})"
        rows.append(row(code, label, [cell(*parts), cell(*(_names(users) or [NONE]))]))
    if not rows:
        rows = [row("none", "None", [cell("Nothing is imputed in this trial."), cell(NONE)])]
    shares, sources = [24, 56, 20], [name("config: imputation")]
    return table(columns, rows, Notes(sheet), shares=shares, sources=sources)


def displays_list(display: Display, sheet: Sheet, context: Context) -> Body:
    """Every table, figure and listing of the report with its population and its analyses."""
    columns = [
        stub("Number"),
        column("title", "Title", align="text"),
        column("population", "Population", align="text"),
        column("analyses", "Analyses", align="text"),
    ]
    rows: list[Row] = []
    for section in context.plan["outputs"]["sections"]:
        rows.append(heading(f"section:{section['id']}", section["title"]))
        for item in section.get("displays", []):
            source = {"plan": f"outputs.{item['id']}"}
            texts = {"title": item["title"], "population": population_words(item, context) or NONE}
            cells = [cell(sheet.words(t, source, item["id"], key)) for key, t in texts.items()]
            cells.append(cell(*(_names(analyses_of(item)) or [NONE])))
            rows.append(row(item["id"], f"{word_of(item['layout'])} {item['number']}", cells, 1))
    shares, sources = [16, 36, 22, 26], [name("config: outputs")]
    return table(columns, rows, Notes(sheet), shares=shares, sources=sources)
