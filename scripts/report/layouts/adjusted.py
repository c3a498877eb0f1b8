"""The table of proportions adjusted for baseline covariates, and of the effects made from them."""

from scripts.report.cells import Cell, Sheet, cell, count_percent, interval
from scripts.report.layouts.frame import (
    Body,
    Context,
    Display,
    Row,
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
from scripts.report.layouts.notes import Notes, contrast_label
from scripts.report.results import Result

# The effects of a contrast: row, sign between the two groups in its address, first statistic.
EFFECTS = {
    "difference": ("-", "estimate"),
    "ratio": ("/", "risk_ratio"),
    "marginal_odds_ratio": ("/", "odds_ratio"),
    "conditional_odds_ratio": ("/", "odds_ratio"),
}
KINDS_OF_NOTE = ("method", "options", "missing", "note", "warnings")


def adjusted(display: Display, sheet: Sheet, context: Context) -> Body:
    """Observed and adjusted proportions of each group, then each effect with interval and p."""
    results = results_of(display, context)
    contrasts = _contrasts(results)
    columns = [stub(display.get("stub", "Measure"))]
    columns += group_columns(sheet, results, "n (%), and adjusted %")
    for index, (a, b) in enumerate(contrasts):
        level = context.level(sheet, f"head{index + 1}")
        label = contrast_label(results[0], f"{a}-{b}", "against")
        columns.append(column(f"{a}-{b}", "Effect (", level, "% CI)", unit=label, group=f"{a}-{b}"))
        columns.append(column(f"{a}-{b} p", "P value", group=f"{a}-{b}"))
    rows: list[Row] = []
    pairs = []
    for entry in entries_of(display):
        result = context.result(entry["analysis"])
        rows.append(heading(result.id, entry.get("label", result.title)))
        pairs.append((rows[-1], result))
        rows += _rows_of(sheet, result, contrasts)
    notes = Notes(sheet)
    notes.add_methods(pairs, KINDS_OF_NOTE)
    notes.add_left_out(results)
    return table(columns, rows, notes, results)


def _contrasts(results: list[Result]) -> list[tuple[str, str]]:
    """The pairs of groups that the results compare, in order."""
    found = dict.fromkeys(
        (a, b)
        for result in results
        for a in result.arms
        for b in result.arms
        if result.has("difference", f"{a}-{b}", "estimate")
    )
    return list(found)


def _rows_of(sheet: Sheet, result: Result, contrasts: list[tuple[str, str]]) -> list[Row]:
    """The rows of one analysis: two of its groups, then one of each effect."""
    empty = [dash() for _ in contrasts for _ in range(2)]
    rows = [
        row(f"{result.id}:{at}", result.labels[at], [*_group_cells(sheet, result, at), *empty], 1)
        for at in ("observed", "adjusted")
    ]
    for at in EFFECTS:
        cells = [dash() for _ in result.arms]
        for pair in contrasts:
            cells += _effect_cells(sheet, result, at, pair)
        rows.append(row(f"{result.id}:{at}", result.labels[at], cells, 1))
    return rows


def _group_cells(sheet: Sheet, result: Result, at: str) -> list[Cell]:
    place = f"{result.id}:{at}"
    if at == "observed":
        return [
            count_percent(sheet, result, (at, group), place, group, total=True)
            for group in result.arms
        ]
    words = ("risk", "lower", "upper")
    return [
        cell(*interval(sheet, result, (at, group), place, group, words=words))
        for group in result.arms
    ]


def _effect_cells(sheet: Sheet, result: Result, at: str, pair: tuple[str, str]) -> list[Cell]:
    sign, word = EFFECTS[at]
    group, place = sign.join(pair), f"{result.id}:{at}"
    if not result.has(at, group, word):
        return [dash(), dash()]
    under = "-".join(pair)
    shown = interval(sheet, result, (at, group), place, under, words=(word, "lower", "upper"))
    p_value = sheet.number(result, (at, group, "p_value"), place, f"{under} p")
    return [cell(*shown), cell(p_value)]
