"""Tables of times to an event: quartiles with a rank test, and survival with hazard ratios."""

from collections.abc import Sequence

from scripts.report.cells import Sheet, cell, interval
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
from scripts.report.layouts.lines import LINES, line_cell, with_unit
from scripts.report.layouts.notes import (
    Notes,
    contrast_label,
)
from scripts.report.results import Result


def _contrasts(result: Result) -> list[str]:
    return [group for group in result.groups_of("test") if result.has("test", group, "p_value")]


def quantiles(display: Display, sheet: Sheet, context: Context) -> Body:
    """Each analysis in three rows: subjects, median with quartiles, extremes; p of the test."""
    results = results_of(display, context)
    contrasts = list(dict.fromkeys(group for result in results for group in _contrasts(result)))
    columns = [stub(display.get("stub", "Statistic")), *group_columns(sheet, results, "")]
    columns += [
        column(f"{pair} p", "P value", unit=contrast_label(results[0], pair, "against"), group=pair)
        for pair in contrasts
    ]
    rows: list[Row] = []
    pairs = []
    for entry, result in analyses_printed(display, context, rows):
        made = [heading(result.id, with_unit(entry.get("label", result.title), result))]
        made += _quantile_rows(sheet, result, contrasts)
        rows += made
        pairs.append((made[0], result))
    notes = Notes(sheet)
    notes.add_methods(pairs)
    notes.add_left_out(results)
    return table(columns, rows, notes, results)


def _quantile_rows(sheet: Sheet, result: Result, contrasts: Sequence[str]) -> list[Row]:
    rows = []
    for line in ("n", "median", "range"):
        cells = [line_cell(sheet, result, ("time", group), line, (result.id, group))
                 for group in result.arms]  # fmt: skip
        for contrast in contrasts:
            place = ("test", contrast, "p_value")
            shown = line == "median" and result.has(*place)
            p = sheet.number(result, place, result.id, contrast) if shown else "–"
            cells.append(cell(p))
        label = "Subjects" if line == "n" else LINES[line][0]
        rows.append(row(f"{result.id}:{line}", label, cells, 1, apart=line != "n"))
    return rows + _shift_rows(sheet, result, len(contrasts))


def _shift_rows(sheet: Sheet, result: Result, contrasts: int) -> list[Row]:
    rows = []
    words = ("time_difference", "time_difference_lower", "time_difference_upper")
    for contrast in result.groups_of("shift"):
        at = f"{result.id}:shift {contrast}".rstrip()
        parts = interval(sheet, result, ("shift", contrast), at, contrast or "shift", words=words)
        between = f", {contrast_label(result, contrast, 'minus')}" if contrast else ""
        cells = [cell(*parts, span=len(result.arms)), *(dash() for _ in range(contrasts))]
        rows.append(row(at, f"Shift (CI){between}", cells, 1, apart=True))
    return rows


def time_to_event(display: Display, sheet: Sheet, context: Context) -> Body:
    """Events, medians, survival at the planned times; then tests and hazard ratios by contrast."""
    results = results_of(display, context)
    columns = [stub(display.get("stub", "Statistic")), *group_columns(sheet, results, "")]
    rows: list[Row] = []
    for entry in entries_of(display):
        result = context.result(entry["analysis"])
        if len(results) > 1:
            rows.append(heading(f"{result.id}:title", entry.get("label", result.title)))
        rows += _event_rows(sheet, result) + _survival_rows(sheet, result)
        rows += _logrank_rows(sheet, result, display.get("contrasts"))
        rows += _hazard_rows(sheet, result, display.get("contrasts"))
    notes = Notes(sheet)
    notes.add_methods([(item, result) for result in results for item in rows[:1]])
    notes.add_left_out(results)
    notes.add(
        f"{sheet.formats.not_reached}: not reached. A hazard ratio written A / B is the hazard in "
        "A relative to that in B.",
        {"code": "report"},
    )
    return table(columns, rows, notes, results)


def _event_rows(sheet: Sheet, result: Result) -> list[Row]:
    labels = {"n": "Subjects", "events": "Events", "censored": "Censored"}
    rows = [
        row(
            f"{result.id}:{word}",
            label,
            [
                cell(sheet.number(result, ("arm", group, word), result.id, group))
                for group in result.arms
            ],
        )
        for word, label in labels.items()
    ]
    words = ("median", "median_lower", "median_upper")
    medians = [
        cell(*interval(sheet, result, ("arm", group), f"{result.id}:median", group, words=words))
        for group in result.arms
    ]
    label = with_unit("Median time (CI)", result)
    return [*rows, row(f"{result.id}:median", label, medians)]


def _survival_rows(sheet: Sheet, result: Result) -> list[Row]:
    times = [at for at in result.rows if at.startswith("t=")]
    rows = [heading(f"{result.id}:survival", "Without event, % (CI); at risk")] if times else []
    unit = (result.document.get("unit") or "").lower()
    for at in times:
        cells = []
        for group in result.arms:
            if not result.has(at, group, "survival"):
                cells.append(dash())
                continue
            words = ("survival", "lower", "upper")
            parts = interval(sheet, result, (at, group), f"{result.id}:{at}", group, words=words)
            risk = sheet.number(result, (at, group, "at_risk"), f"{result.id}:{at}", group)
            cells.append(cell(*parts, "; ", risk))
        label = f"At {result.labels.get(at, at.removeprefix('t='))} {unit}".rstrip()
        rows.append(row(f"{result.id}:{at}", label, cells, 1))
    return rows


def wanted(groups: Sequence[str], contrasts: Sequence[str] | None) -> list[str]:
    """The contrasts that a display asks for; all of them where it asks for none."""
    return [group for group in groups if contrasts is None or group in contrasts]


def _logrank_rows(sheet: Sheet, result: Result, contrasts: Sequence[str] | None) -> list[Row]:
    label = result.labels.get("logrank", "Log-rank test")
    rows = [heading(f"{result.id}:tests", label)]
    at = f"{result.id}:logrank"
    cells = []
    for group in result.arms:
        if not result.has("logrank", group, "observed"):
            cells.append(dash())
            continue
        observed = sheet.number(result, ("logrank", group, "observed"), at, group)
        expected = sheet.number(result, ("logrank", group, "expected"), at, group)
        cells.append(cell(observed, "; ", expected))
    rows.append(row(at, "Events observed; expected", cells, 1))
    for group in ["", *wanted(pairs_of(result, "logrank"), contrasts)]:
        if result.has("logrank", group, "p_value"):
            at = f"{result.id}:logrank {group}".rstrip()
            parts = [
                sheet.number(result, ("logrank", group, word), at, group or "all")
                for word in ("statistic", "df", "p_value")
            ]
            shown = cell("chi-square ", parts[0], ", df ", parts[1], ", P ", parts[2],
                         span=len(result.arms))  # fmt: skip
            name = contrast_label(result, group, "/") if group else "All groups"
            rows.append(row(at, name, [shown], 1))
    return rows


def pairs_of(result: Result, at: str) -> list[str]:
    """The contrasts A/B of a row."""
    return [group for group in result.groups_of(at) if "/" in group]


def _hazard_rows(sheet: Sheet, result: Result, contrasts: Sequence[str] | None) -> list[Row]:
    rows = []
    for at in ("cox", "logrank_hazard_ratio", "mantel_haenszel_hazard_ratio"):
        pairs = wanted(pairs_of(result, at), contrasts)
        if not pairs:
            continue
        rows.append(heading(f"{result.id}:{at}", result.labels.get(at, at)))
        for contrast in pairs:
            place = f"{result.id}:{at} {contrast}"
            words = ("hazard_ratio", "lower", "upper")
            parts = interval(sheet, result, (at, contrast), place, contrast, words=words)
            if result.has(at, contrast, "p_value"):
                p = sheet.number(result, (at, contrast, "p_value"), place, contrast)
                parts += [", P ", p]
            shown = cell("HR ", *parts, span=len(result.arms))
            rows.append(row(place, contrast_label(result, contrast, "/"), [shown], 1))
    return rows
