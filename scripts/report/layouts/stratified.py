"""Tables of comparisons within strata: each stratum, and what they say together."""

from collections.abc import Sequence
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
from scripts.report.layouts.notes import Notes, contrast_label
from scripts.report.results import Result

# Where a result keeps the p value of each test that the plan may name.
TEST_ROWS = {
    "cochran_mantel_haenszel": "test",
    "cochran_mantel_haenszel_corrected": "test_corrected",
}
# Rows of a result that are no stratum.
COMMON = ("proportion", "difference", "common_odds_ratio", "test", "test_corrected", "homogeneity")
RATIO = ("odds_ratio", "lower", "upper")


def _contrasts(result: Result) -> list[str]:
    return result.groups_of("difference")


def _columns(
    sheet: Sheet, context: Context, result: Result, contrasts: Sequence[str]
) -> list[dict[str, Any]]:
    columns = []
    for index, contrast in enumerate(contrasts):
        label = contrast_label(result, contrast, "minus")
        against = contrast_label(result, contrast, "to")
        levels = [context.level(sheet, f"head{index + 1}{word}") for word in ("", "odds")]
        columns += [
            column(f"{contrast} weight", "Weight, %", group=contrast),
            column(contrast, "Difference (", levels[0], "% CI)", unit=label, group=contrast),
            column(f"{contrast} p", "P value", group=contrast),
            column(f"{contrast} odds", "Common odds ratio (", levels[1], "% CI)", unit=against,
                   group=contrast),
            column(f"{contrast} homogeneity", "P, same odds ratio", group=contrast),
        ]  # fmt: skip
    return columns


def stratified(display: Display, sheet: Sheet, context: Context) -> Body:
    """Rows are the strata of each analysis and all of them together, with weights and tests."""
    results = results_of(display, context)
    contrasts = _contrasts(results[0])
    columns = [
        stub(display.get("stub", "Stratum")),
        *group_columns(sheet, results, "n/N (%)"),
        *_columns(sheet, context, results[0], contrasts),
    ]
    rows: list[Row] = []
    pairs = []
    for entry, result in analyses_printed(display, context, rows):
        rows.append(heading(f"{result.id}:head", entry.get("label", result.title)))
        pairs.append((rows[-1], result))
        for at in (word for word in result.rows if word not in COMMON):
            label = str(result.labels.get(at, at))
            rows.append(row(f"{result.id}:{at}", label, _stratum(sheet, result, at, contrasts), 1))
        rows.append(row(result.id, "All strata", _common(sheet, result, contrasts), 1))
    notes = Notes(sheet)
    notes.add(
        "Weight: the share of a stratum in the common difference. The last row of each analysis "
        "has the counts of all strata together, the common difference and odds ratio, the test of "
        "no difference in any stratum, and the test that the odds ratio is the same in all.",
        {"code": "scripts/report/layouts/stratified.py"},
    )
    notes.add_methods(pairs, ("method", "missing", "note", "warnings"))
    # A stratum of several variables has a long label.
    shares = [30, *([10] * len(results[0].arms)), *([7, 17, 7, 15, 8] * len(contrasts))]
    return table(columns, rows, notes, results, shares=shares)


def _counts(sheet: Sheet, result: Result, source: str, at: str) -> list[Cell]:
    return [
        count_percent(sheet, result, (source, group), at, group, total=True)
        for group in result.arms
    ]


def _stratum(sheet: Sheet, result: Result, source: str, contrasts: Sequence[str]) -> list[Cell]:
    at = f"{result.id}:{source}"
    cells = _counts(sheet, result, source, at)
    for contrast in contrasts:
        weight = sheet.number(result, (source, contrast, "weight"), at, f"{contrast} weight")
        cells += [
            cell(weight),
            cell(*interval(sheet, result, (source, contrast), at, contrast)),
            dash(),
            dash(),
            dash(),
        ]
    return cells


def _p_value(sheet: Sheet, result: Result, source: str, at: str, contrast: str, word: str) -> Cell:
    group = contrast if result.has(source, contrast, "p_value") else ""
    place = (source, group, "p_value")
    return cell(sheet.number(result, place, at, f"{contrast} {word}"))


def _common(sheet: Sheet, result: Result, contrasts: Sequence[str]) -> list[Cell]:
    at = result.id
    planned = (result.document.get("method") or {}).get("test", "")
    cells = _counts(sheet, result, "proportion", at)
    for contrast in contrasts:
        odds = interval(
            sheet, result, ("common_odds_ratio", contrast), at, f"{contrast} odds", words=RATIO
        )
        cells += [
            dash(),
            cell(*interval(sheet, result, ("difference", contrast), at, contrast)),
            _p_value(sheet, result, TEST_ROWS.get(planned, "test"), at, contrast, "p"),
            cell(*odds),
            _p_value(sheet, result, "homogeneity", at, contrast, "homogeneity"),
        ]
    return cells
