"""Tables of the effect on an endpoint by several measures."""

from collections.abc import Sequence

from scripts.report.cells import Cell, Part, Sheet, cell, count_percent, interval
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

# Each measure with the row of the result that holds it, and the statistic that is its estimate.
MEASURES = {
    "difference": ("Difference", "estimate"),
    "risk_ratio": ("Risk ratio", "risk_ratio"),
    "odds_ratio": ("Odds ratio", "odds_ratio"),
}
NEEDED = "Number needed to treat"
INFINITY = "∞"
EXPLAINED = (
    "NNTB: number needed to treat for one more to benefit; NNTH: for one more to be harmed; ∞: no "
    "difference. An interval that holds no difference goes from an NNTB through ∞ to an NNTH."
)


def effects(display: Display, sheet: Sheet, context: Context) -> Body:
    """Rows are the measures of each analysis: counts of the groups, estimates with intervals."""
    results = results_of(display, context)
    contrasts = results[0].groups_of("difference")
    columns = [stub(display.get("stub", "Measure")), *group_columns(sheet, results, "n/N (%)")]
    for index, contrast in enumerate(contrasts):
        label = contrast_label(results[0], contrast, "against")
        level = context.level(sheet, f"head{index + 1}")
        columns.append(column(contrast, "Estimate (", level, "% CI)", unit=label, group=contrast,
                              align="text"))  # fmt: skip
    rows: list[Row] = []
    pairs = []
    for entry, result in analyses_printed(display, context, rows):
        rows.append(heading(result.id, entry.get("label", result.title)))
        pairs.append((rows[-1], result))
        rows += _rows_of(sheet, result, contrasts)
    notes = Notes(sheet)
    notes.add(EXPLAINED, {"code": "scripts/report/layouts/effects.py"})
    notes.add_methods(pairs)
    return table(columns, rows, notes, results)


def _rows_of(sheet: Sheet, result: Result, contrasts: Sequence[str]) -> list[Row]:
    rows = []
    for source, (label, word) in MEASURES.items():
        at = f"{result.id}:{source}"
        cells = [
            count_percent(sheet, result, ("proportion", group), at, group, total=True)
            if source == "difference"
            else dash()
            for group in result.arms
        ]
        words = (word, "lower", "upper")
        cells += [
            cell(*interval(sheet, result, (source, contrast), at, contrast, words=words))
            for contrast in contrasts
        ]
        rows.append(row(at, label, cells, 1))
    at = f"{result.id}:number_needed"
    cells = [dash() for _ in result.arms]
    cells += [_needed(sheet, result, contrast, at) for contrast in contrasts]
    return [*rows, row(at, NEEDED, cells, 1)]


def _needed(sheet: Sheet, result: Result, contrast: str, at: str) -> Cell:
    """A number needed to treat in the words of Altman: NNTB, NNTH, and infinity between them."""

    def known(word: str) -> bool:
        return result.value("number_needed", contrast, word) is not None

    def number(word: str) -> Part:
        return sheet.number(result, ("number_needed", contrast, word), at, contrast)

    def end(word: str) -> Part:
        return number(word) if known(word) else INFINITY

    if not any(map(known, ("benefit", "harm", "benefit_from", "harm_from"))):
        return cell(number("benefit"))
    estimate: list[Part] = [INFINITY]
    for word, name in (("benefit", "NNTB "), ("harm", "NNTH ")):
        if known(word):
            estimate = [name, number(word)]
            break
    if known("benefit_from") and known("harm_from"):
        limits: list[Part] = ["NNTB ", number("benefit_from"), f" to {INFINITY} to NNTH "]
        limits.append(number("harm_from"))
    elif known("benefit_from"):
        limits = ["NNTB ", number("benefit_from"), " to ", end("benefit_to")]
    else:
        limits = ["NNTH ", number("harm_from"), " to ", end("harm_to")]
    return cell(*estimate, " (", *limits, ")")
