"""Tables of multiple imputation: estimates with Monte Carlo errors, and diagnostics of models."""

from collections.abc import Sequence
from typing import Any

from scripts.report.cells import Cell, Sheet, cell
from scripts.report.layouts.frame import (
    Body,
    Context,
    Display,
    Row,
    analyses_printed,
    column,
    dash,
    heading,
    results_of,
    row,
    stub,
    table,
)
from scripts.report.layouts.notes import Notes, contrast_label
from scripts.report.results import Result

ERRORS = "monte_carlo:"
RATIO = "odds_ratio"
# Columns of a contrast: statistic, head.
STATISTICS = {
    "estimate": "Estimate",
    "standard_error": "Standard error",
    "lower": "Lower limit",
    "upper": "Upper limit",
    "df": "Degrees of freedom",
    "p_value": "P value",
    "fraction_missing_information": "Missing information, %",
}
NOTES = (
    "Monte Carlo error: what a number would vary by if imputation were repeated with as many data "
    "sets; sqrt(B/m) for an estimate that is a mean, the jackknife over data sets for all others. "
    "Two significant digits, five decimals at most.",
    "Data sets are added until the printed digits of estimate, limits and P value hold: each of "
    "them rounds to the same digits from 2 Monte Carlo errors below it to 2 above, or its Monte "
    "Carlo error is below half a unit of its last digit (decimals of the display formats).",
    "By rule: data sets asked for by White, Royston and Wood (100 times the fraction of missing "
    "information) and by von Hippel's two-stage rule (standard error within 5%).",
    "Standard error, degrees of freedom and missing information of an odds ratio are those of its "
    "logarithm.",
)


def contrasts_of(result: Result) -> list[tuple[str, str]]:
    """Row and group of every pooled contrast of a result."""
    return [
        (at, group)
        for at in ("difference", RATIO)
        if at in result.rows
        for group in result.groups_of(at)
    ]


def pooling(display: Display, sheet: Sheet, context: Context) -> Body:
    """Rows are analyses: every pooled number, below it its Monte Carlo error, and how many sets."""
    results = results_of(display, context)
    level = context.level(sheet, "head")
    columns = [stub(display.get("stub", "Analysis"))]
    for word, head in STATISTICS.items():
        parts = [head, " (", level, "%)"] if word == "lower" else [head]
        columns.append(column(word, *parts))
    columns += [
        column("imputations", "Data sets used"),
        column("stable", "Digits hold", align="text"),
        column("rules", "By rule"),
    ]
    rows: list[Row] = []
    pairs = []
    for entry, result in analyses_printed(display, context, rows):
        for place in contrasts_of(result):
            label = entry.get("label", result.title)
            if len(contrasts_of(result)) > 1:
                label = f"{label}: {contrast_label(result, place[1], _joint(place[0]))}"
            at = f"{result.id}:{place[1]}"
            rows.append(row(at, label, _cells(sheet, result, place, at), 0))
            pairs.append((rows[-1], result))
            errors = _errors(sheet, result, place, f"{at} error")
            rows.append(row(f"{at} error", "Monte Carlo error", errors, 1))
    notes = Notes(sheet)
    notes.add_methods(pairs)
    for text in NOTES:
        notes.add(text, {"code": "report"})
    return table(columns, rows, notes, results)


def _joint(at: str) -> str:
    return "/" if at == RATIO else "minus"


def _p_place(result: Result, place: tuple[str, str], prefix: str = "") -> tuple[str, str]:
    """Where the p value of the planned test lies: with a pooled test, or with the estimate."""
    tested = result.has("test", place[1], "p_value")
    return f"{prefix}{'test' if tested else place[0]}", place[1]


def _cells(sheet: Sheet, result: Result, place: tuple[str, str], at: str) -> list[Cell]:
    cells = []
    for word in STATISTICS:
        source = _p_place(result, place) if word == "p_value" else place
        cells.append(cell(sheet.number(result, (*source, _named(word, place)), at, word)))
    used = sheet.number(result, ("growth", "", "imputations"), at, "imputations")
    bound = sheet.number(result, ("growth", "", "bound"), at, "imputations")
    cells.append(cell(used, " of ", bound))
    cells.append(cell(_held(result)))
    if not result.has("rules", place[1], "linear_rule"):
        return [*cells, dash()]
    asked = [
        sheet.number(result, ("rules", place[1], word), at, "rules")
        for word in ("linear_rule", "two_stage_rule")
    ]
    return [*cells, cell(asked[0], ", ", asked[1])]


def _held(result: Result) -> str:
    if result.before_data:
        return "yes or no"
    return "yes" if result.value("growth", "", "stable") else "no"


def _named(word: str, place: tuple[str, str]) -> str:
    return RATIO if word == "estimate" and place[0] == RATIO else word


def _errors(sheet: Sheet, result: Result, place: tuple[str, str], at: str) -> list[Cell]:
    cells = []
    for word in STATISTICS:
        source = (f"{ERRORS}{place[0]}", place[1])
        source = _p_place(result, place, ERRORS) if word == "p_value" else source
        name = _named(word, place)
        if not result.has(*source, name):
            cells.append(dash())
            continue
        kind = "monte_carlo_percent" if word == "fraction_missing_information" else "monte_carlo"
        cells.append(cell(sheet.number(result, (*source, name), at, word, kind=kind)))
    return [*cells, dash(), dash(), dash()]


DIAGNOSED = (
    "R: split potential scale reduction over the chains that are traced. R, all chains: potential "
    "scale reduction of the means over every chain, not split, second half of the sweeps. Values "
    "near 1 show no disagreement between chains. A dash: nothing iterates.",
    "Shares of yes are means of an endpoint that is 1 or 0, those of imputed values over all data "
    "sets. Behind them stands how many subjects they are of.",
)


def imputation_diagnostics(display: Display, sheet: Sheet, context: Context) -> Body:
    """Rows are the incomplete variables of each model: how many are missing, convergence."""
    results = results_of(display, context)
    result = results[0]
    columns = [
        stub(display.get("stub", "Model and variable")),
        column("missing", "Missing"),
        column("observed", "Observed"),
        column("sweeps", "Sweeps"),
        column("chains", "Chains traced"),
        column("convergence", "R of means"),
        column("convergence_sd", "R of standard deviations"),
        column("convergence_all", "R, all chains"),
        column("separated", "Chains with separation"),
    ]
    rows: list[Row] = []
    notes = Notes(sheet)
    said: dict[str, list[str]] = {}
    for model in result.document["diagnostics"]["models"]:
        rows.append(heading(model["id"], f"{model['label']} ({model['id']})"))
        for at in result.rows:
            if at.startswith(f"{model['id']}: "):
                label = str(result.labels.get(at, at))
                rows.append(row(at, label, _variable_cells(sheet, result, at), 1))
        rows += _mean_rows(sheet, result, model["id"], len(columns) - 1)
        for note in model["notes"]:
            said.setdefault(note, []).append(model["label"])
    for note, labels in said.items():
        text = f"{'; '.join(dict.fromkeys(labels))}: {note}"
        notes.add(text, {"file": result.file, "key": "diagnostics"})
    notes.add_methods([(item, result) for item in rows], kinds=("method", "note", "warnings"))
    for text in DIAGNOSED:
        notes.add(text, {"code": "report"})
    shares = [25, 9, 10, 9, 9, 9, 13, 9, 11]
    return table(columns, rows, notes, results, shares=shares)


def _variable_cells(sheet: Sheet, result: Result, at: str) -> list[Cell]:
    cells = []
    moving = bool(result.value(at, "", "chains"))
    words: Sequence[Any] = (
        ("missing", True),
        ("observed", True),
        ("sweeps", True),
        ("chains", moving),
        ("convergence", moving),
        ("convergence_sd", moving),
        ("convergence_all", moving),
        ("separated", True),
    )
    for word, belongs in words:
        known = belongs and (word.startswith("conv") or result.value(at, "", word) is not None)
        part = sheet.number(result, (at, "", word), at, word) if known else None
        cells.append(cell(part) if part is not None else dash())
    return cells


def _mean_rows(sheet: Sheet, result: Result, model: str, width: int) -> list[Row]:
    """Mean of the observed and of the imputed values of each group, in one cell across the row."""
    rows = []
    for word in ("observed", "imputed"):
        parts: list[Any] = []
        for group in result.groups:
            at = f"{word}: {model}"
            parts += ["; " if parts else "", f"{group['label']} "]
            parts.append(sheet.number(result, (at, group["id"], "proportion"), at, group["id"]))
            parts += ["% of n = "]
            parts.append(sheet.number(result, (at, group["id"], "total"), at, group["id"]))
        shown = [part for part in parts if part != ""]
        label = f"{word.capitalize()}, share of yes"
        rows.append(row(f"{word}: {model}", label, [cell(*shown, span=width)], 1))
    return rows
