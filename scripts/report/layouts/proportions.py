"""Tables of proportions: analyses side by side with differences, and strata of one analysis."""

from collections.abc import Mapping, Sequence
from typing import Any

from scripts.report.cells import Cell, Sheet, cell, count_percent, interval
from scripts.report.layouts.frame import (
    Body,
    Context,
    Display,
    Row,
    analyses_printed,
    column,
    dash,
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

# Kinds of analysis whose rows are strata, each with a difference of its own.
STRATIFIED = {"proportions_by", "subgroups"}
# Where a result keeps the p value of each test that the plan may name.
TEST_ROWS = {
    "pearson_chi_square": "test",
    "pearson_chi_square_corrected": "test_corrected",
    "fisher_exact": "test_exact",
    "barnard": "test_barnard",
    "boschloo": "test_boschloo",
}


def contrasts_of(results: Sequence[Result]) -> list[str]:
    """The pairs of groups that the results compare, in order."""
    return list(
        dict.fromkeys(
            group for result in results for at in _contrast_rows(result)
            for group in result.groups_of(at) if result.has(at, group, "estimate")
        )
    )  # fmt: skip


def _contrast_rows(result: Result) -> list[str]:
    return result.rows if result.kind in STRATIFIED else ["difference"]


def _p_value(sheet: Sheet, result: Result, contrast: str, at: str) -> Cell:
    planned = (result.document.get("method") or {}).get("test", "")
    test = TEST_ROWS.get(planned, "test")
    for group in (contrast, ""):
        if result.has(test, group, "p_value"):
            return cell(sheet.number(result, (test, group, "p_value"), at, contrast))
    if result.has("difference", contrast, "p_value"):
        return cell(sheet.number(result, ("difference", contrast, "p_value"), at, contrast))
    return dash()


def _group_cell(sheet: Sheet, result: Result, place: tuple[str, str], at: str, total: bool) -> Cell:
    source, group = place
    if result.has("mean", group, "mean"):
        return _imputed_cell(sheet, result, group, at)
    if result.has("adjusted", group, "risk"):
        # A standardised proportion is of all subjects, and has no count.
        risk = sheet.number(result, ("adjusted", group, "risk"), at, group)
        return cell(risk, "% (adjusted)")
    if not result.has(source, group, "proportion"):
        return dash()
    if not result.has(source, group, "count"):
        part = sheet.number(result, (source, group, "proportion"), at, group)
        return cell(part, "%")
    return count_percent(sheet, result, place, at, group, total=total)


def _imputed_cell(sheet: Sheet, result: Result, group: str, at: str) -> Cell:
    # The mean of an outcome of 0 and 1 over completed data sets is a proportion without a count.
    mean = sheet.number(result, ("mean", group, "mean"), at, group, kind="percent")
    imputed = sheet.number(result, ("mean", group, "missing"), at, group)
    return cell(mean, "% (", imputed, " imputed)")


def _contrast_columns(
    sheet: Sheet, context: Context, result: Result, contrasts: Sequence[str], tests: bool
) -> list[dict[str, Any]]:
    columns = []
    for index, contrast in enumerate(contrasts):
        level = context.level(sheet, f"head{index + 1}")
        label = contrast_label(result, contrast, "minus")
        columns.append(column(contrast, "Difference (", level, "% CI)", unit=label, group=contrast))
        if tests:
            columns.append(column(f"{contrast} p", "P value", group=contrast))
    return columns


def comparison(display: Display, sheet: Sheet, context: Context) -> Body:
    """Rows are analyses: n/N (%) of each group, difference with interval, p of the planned test."""
    results = results_of(display, context)
    contrasts = contrasts_of(results)
    columns = [
        stub(display.get("stub", "Endpoint")),
        *group_columns(sheet, results, "n/N (%)"),
        *_contrast_columns(sheet, context, results[0], contrasts, tests=True),
    ]
    rows: list[Row] = []
    pairs = []
    for entry, result in analyses_printed(display, context, rows):
        cells = [
            _group_cell(sheet, result, ("proportion", group), result.id, True)
            for group in results[0].arms
        ]
        for contrast in contrasts:
            cells += _difference_cells(sheet, result, ("difference", contrast), result.id)
        label = entry.get("label", result.title)
        rows.append(row(result.id, label, cells, level=int(bool(_headed(rows)))))
        pairs.append((rows[-1], result))
    notes = Notes(sheet)
    notes.add_methods(pairs)
    return table(columns, rows, notes, results)


def _headed(rows: Sequence[Mapping[str, Any]]) -> bool:
    return any(item["kind"] == "heading" for item in rows)


def _difference_cells(
    sheet: Sheet, result: Result, place: tuple[str, str], at: str, tests: bool = True
) -> list[Cell]:
    if not result.has(*place, "estimate"):
        return [dash(), dash()] if tests else [dash()]
    cells = [cell(*interval(sheet, result, place, at, place[1]))]
    return [*cells, _p_value(sheet, result, place[1], at)] if tests else cells


def strata(display: Display, sheet: Sheet, context: Context) -> Body:
    """Rows are the strata of one analysis: n/N (%) of each group and the difference within.

    Where the strata are levels of several variables, each variable has a heading.
    """
    results = results_of(display, context)
    result = results[0]
    contrasts = contrasts_of(results)
    columns = [
        stub(display.get("stub", "Stratum")),
        *group_columns(sheet, results, "n/N (%)"),
        *_contrast_columns(sheet, context, result, contrasts, tests=False),
    ]
    labels = {**result.labels, **display.get("labels", {})}
    rows: list[Row] = []
    above = ""
    for stratum in result.rows:
        variable, _, level = stratum.partition("=")
        of_variable = bool(level) and result.kind == "subgroups"
        if of_variable and variable != above:
            rows.append(heading(variable, labels[variable]))
        above = variable
        cells = [
            _group_cell(sheet, result, (stratum, group), stratum, True) for group in result.arms
        ]
        for contrast in contrasts:
            cells += _difference_cells(sheet, result, (stratum, contrast), stratum, tests=False)
        rows.append(row(stratum, labels.get(stratum, stratum), cells, int(of_variable)))
    notes = Notes(sheet)
    notes.add_methods([(item, result) for item in rows])
    return table(columns, rows, notes, results)
