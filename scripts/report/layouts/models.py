"""Tables of regression models and of the design's sample sizes."""

from scripts.report.cells import Cell, Sheet, cell, interval
from scripts.report.layouts.frame import (
    Body,
    Context,
    Display,
    Row,
    analyses_printed,
    column,
    dash,
    entries_of,
    group_columns,
    heading,
    results_of,
    row,
    stub,
    table,
)
from scripts.report.layouts.notes import (
    Notes,
    contrast_label,
)
from scripts.report.results import Result

INTERCEPTS = {"intercept", "Intercept", "const", "(Intercept)"}


def _terms(result: Result) -> list[str]:
    return [at for at in result.rows if at not in INTERCEPTS and result.has(at, "", "odds_ratio")]


def regression(display: Display, sheet: Sheet, context: Context) -> Body:
    """Rows are the terms of each model: subjects, events, odds ratio with interval, p."""
    results = results_of(display, context)
    level = context.level(sheet, "head")
    columns = [
        stub(display.get("stub", "Model and term")),
        column("n", "Subjects"),
        column("events", "With outcome"),
        column("odds_ratio", "Odds ratio (", level, "% CI)"),
        column("p_value", "P value"),
    ]
    rows: list[Row] = []
    pairs = []
    for entry, result in analyses_printed(display, context, rows):
        terms = _terms(result)
        if len(terms) > 1:
            rows.append(heading(result.id, entry.get("label", result.title)))
        for term in terms:
            shown = result.labels.get(term, term)
            label = shown if len(terms) > 1 else entry.get("label", shown)
            rows.append(row(f"{result.id}:{term}", label, _term_cells(sheet, result, term), 1))
            pairs.append((rows[-1], result))
    notes = Notes(sheet)
    notes.add_methods(pairs)
    return table(columns, rows, notes, results)


def _term_cells(sheet: Sheet, result: Result, term: str) -> list[Cell]:
    at = f"{result.id}:{term}"
    sizes = [
        cell(sheet.number(result, ("model", "", word), at, word))
        if result.has("model", "", word)
        else dash()
        for word in ("n", "events")
    ]
    words = ("odds_ratio", "lower", "upper")
    ratio = cell(*interval(sheet, result, (term, ""), at, "odds_ratio", words=words))
    return [*sizes, ratio, cell(sheet.number(result, (term, "", "p_value"), at, "p_value"))]


def design(display: Display, sheet: Sheet, context: Context) -> Body:
    """Rows are the variants of a calculation: subjects of each group and in all, or the power."""
    results = results_of(display, context)
    columns = [stub(display.get("stub", "Variant")), *group_columns(sheet, results[:1], "n")]
    contrasts = _powered(results)
    for contrast in contrasts:
        # One power needs no words; with several each says which groups it compares.
        unit = contrast_label(results[0], contrast, "against") if contrast else ""
        columns.append(column(f"power{contrast}", "Power, %", unit=unit))
    rows: list[Row] = []
    pairs = []
    for entry in entries_of(display):
        result = context.result(entry["analysis"])
        rows.append(heading(result.id, entry.get("label", result.title)))
        for at in result.rows:
            cells = _design_cells(sheet, result, at, results[0].arms, contrasts)
            label = result.labels.get(at, at)
            rows.append(row(f"{result.id}:{at}", label[:1].upper() + label[1:], cells, 1))
        pairs.append((rows[-1 - len(result.rows)], result))
    notes = Notes(sheet)
    notes.add_methods(pairs, ("options", "note", "warnings"))
    return table(columns, rows, notes, results)


def _powered(results: list[Result]) -> list[str]:
    """The contrasts that have a power, "" for the only one; one column where there is none."""
    found = dict.fromkeys(
        group
        for result in results
        for at in result.rows
        for group in result.groups_of(at)
        if result.has(at, group, "power")
    )
    return list(found) or [""]


def _design_cells(
    sheet: Sheet, result: Result, at: str, arms: list[str], contrasts: list[str]
) -> list[Cell]:
    place = f"{result.id}:{at}"
    wanted = [(group, "n", group) for group in arms]
    wanted += [(group, "power", f"power{group}") for group in contrasts]
    return [
        cell(sheet.number(result, (at, group, word), place, address))
        if result.has(at, group, word)
        else dash()
        for group, word, address in wanted
    ]
