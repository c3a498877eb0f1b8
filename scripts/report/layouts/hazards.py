"""Tables beside those of survival: landmarks and restricted means, further tests and models."""

from collections.abc import Mapping, Sequence
from typing import Any

from scripts.report.cells import Cell, Part, Sheet, cell, interval
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
from scripts.report.layouts.lines import with_unit
from scripts.report.layouts.notes import Notes, contrast_label
from scripts.report.layouts.times import pairs_of, wanted
from scripts.report.results import Result

DIFFERENCE = ("estimate", "lower", "upper")
MEAN = ("restricted_mean", "restricted_mean_lower", "restricted_mean_upper")
TIME = ("time_difference", "time_difference_lower", "time_difference_upper")
RATIO = ("ratio", "lower", "upper")
TESTS = ("statistic", "df", "p_value")


def _differences(results: Sequence[Result]) -> list[str]:
    """Every contrast A-B of the results, in order."""
    found = {
        group: None
        for result in results
        for at in result.rows
        for group in result.groups_of(at)
        if "-" in group and group not in result.arms
    }
    return list(found)


def survival_contrasts(display: Display, sheet: Sheet, context: Context) -> Body:
    """Survival at landmarks and restricted means by group, with differences, ratios and P."""
    results = results_of(display, context)
    contrasts = _differences(results)
    columns = [stub(display.get("stub", "Statistic")), *group_columns(sheet, results, "")]
    for pair in contrasts:
        label = contrast_label(results[0], pair, "minus")
        columns.append(column(pair, "Difference (CI)", unit=label, group=pair))
        # With one contrast the head beside it says whose P it is.
        whose = label if len(contrasts) > 1 else ""
        columns.append(column(f"{pair} p", "P value", unit=whose, group=pair))
    rows: list[Row] = []
    pairs = []
    for entry in entries_of(display):
        result = context.result(entry["analysis"])
        made = [heading(f"{result.id}:title", with_unit(entry.get("label", result.title), result))]
        made += _landmark_rows(sheet, result, contrasts)
        made.append(_follow_up_row(sheet, result, contrasts))
        made += _mean_rows(sheet, result, contrasts)
        rows += made
        pairs.append((made[0], result))
    notes = Notes(sheet)
    notes.add_methods(pairs)
    notes.add_left_out(results)
    return table(columns, rows, notes, results)


def _with_p(
    sheet: Sheet, result: Result, place: tuple[str, str], at: str, words: Sequence[str]
) -> list[Cell]:
    """An estimate with its limits, and its P in the cell beside it."""
    if not result.has(*place, words[0]):
        return [dash(), dash()]
    parts = interval(sheet, result, place, at, place[1], words=words)
    return [cell(*parts), cell(sheet.number(result, (*place, "p_value"), at, place[1]))]


def _landmark_rows(sheet: Sheet, result: Result, contrasts: Sequence[str]) -> list[Row]:
    unit = (result.document.get("unit") or "").lower()
    rows = []
    for at in [name for name in result.rows if name.startswith("t=")]:
        place = f"{result.id}:{at}"
        cells = [
            cell(
                *interval(
                    sheet, result, (at, group), place, group, words=("survival", "lower", "upper")
                )
            )
            for group in result.arms
        ]
        for pair in contrasts:
            cells += _with_p(sheet, result, (at, pair), place, DIFFERENCE)
        label = f"Without event at {result.labels.get(at, at.removeprefix('t='))} {unit}".rstrip()
        rows.append(row(place, f"{label}, % (CI)", cells, 1, apart=True))
    return rows


def _follow_up_row(sheet: Sheet, result: Result, contrasts: Sequence[str]) -> Row:
    place = f"{result.id}:follow_up"
    cells = [cell(sheet.number(result, ("follow_up", group, "maximum"), place, group))
             for group in result.arms]  # fmt: skip
    cells += [dash() for _ in range(2 * len(contrasts))]
    return row(place, result.labels["follow_up"], cells, 1, apart=True)


def _mean_rows(sheet: Sheet, result: Result, contrasts: Sequence[str]) -> list[Row]:
    if "restricted_mean" not in result.rows:
        return []
    unit = (result.document.get("unit") or "").lower()
    at, place = "restricted_mean", f"{result.id}:restricted_mean"
    label = f"{result.labels[at]} {unit}".rstrip()
    cells = [cell(*interval(sheet, result, (at, group), place, group, words=MEAN))
             for group in result.arms]  # fmt: skip
    for pair in contrasts:
        cells += _with_p(sheet, result, (at, pair), place, TIME)
    rows = [row(place, f"{label} (CI)", cells, 1, apart=True)]
    at, span = "restricted_mean_ratio", len(result.arms) + 2 * len(contrasts)
    rows.append(heading(f"{result.id}:{at}", f"{result.labels[at]} {unit}".rstrip()))
    for pair in pairs_of(result, at):
        place = f"{result.id}:{at} {pair}"
        parts = interval(sheet, result, (at, pair), place, pair, words=RATIO)
        p = sheet.number(result, (at, pair, "p_value"), place, pair)
        shown = cell("Ratio ", *parts, ", P ", p, span=span)
        rows.append(row(place, contrast_label(result, pair, "/"), [shown], 1))
    return rows


def hazard_sensitivity(display: Display, sheet: Sheet, context: Context) -> Body:
    """Further log-rank tests, the stratified model, and the check of proportional hazards."""
    results = results_of(display, context)
    columns = [stub(display.get("stub", "Statistic")), *group_columns(sheet, results, "")]
    rows: list[Row] = []
    pairs = []
    for entry in entries_of(display):
        result = context.result(entry["analysis"])
        made = [heading(f"{result.id}:title", entry.get("label", result.title))]
        made += _size_rows(sheet, result)
        for at in result.rows:
            if at == "stratified_cox":
                made += _ratio_rows(sheet, result, at, display.get("contrasts"))
            elif at != "strata":
                made += _test_rows(sheet, result, at, display.get("contrasts"))
        rows += made
        pairs.append((made[0], result))
    notes = Notes(sheet)
    notes.add_methods(pairs, ("missing", "note", "warnings"))
    notes.add(_as_it_ran(results, context), {"code": "report"}, kind="options")
    notes.add_left_out(results)
    words = "A hazard ratio written A / B is the hazard in A relative to that in B."
    if any("stratified_cox" in result.rows for result in results):
        notes.add(words, {"code": "report"})
    return table(columns, rows, notes, results)


def _as_it_ran(results: Sequence[Result], context: Context) -> str:
    """What no heading says: by which variables the strata were made."""
    options = [(result.document.get("method") or {}).get("options") or {} for result in results]
    names = [name for one in options for name in one.get("stratify_by", [])]
    labels = [_variable_words(context.plan["analyses"], name) for name in dict.fromkeys(names)]
    strata = f"; strata are the levels of: {', '.join(labels)}" if labels else ""
    return f"Each test and model ran as its heading says{strata}."


def _variable_words(plan: Any, variable: str) -> str:
    """What the plan calls a variable anywhere among its analyses, else its name."""
    below = list(plan.values()) if isinstance(plan, Mapping) else plan
    if isinstance(plan, Mapping) and plan.get("variable") == variable and "label" in plan:
        return str(plan["label"])
    for entry in below if isinstance(below, list) else []:
        found = _variable_words(entry, variable)
        if found != variable:
            return found
    return variable


def _size_rows(sheet: Sheet, result: Result) -> list[Row]:
    events = [cell(sheet.group_size(result, group, f"{result.id}:events", "n"))
              for group in result.arms]  # fmt: skip
    rows = [row(f"{result.id}:events", "Events", events, 1)]
    if result.has("strata", "", "count"):
        place = f"{result.id}:strata"
        count = sheet.number(result, ("strata", "", "count"), place, "all")
        rows.append(row(place, "Strata", [cell(count, span=len(result.arms))], 1))
    return rows


def _test_rows(sheet: Sheet, result: Result, at: str, contrasts: Sequence[str] | None) -> list[Row]:
    rows = [heading(f"{result.id}:{at}", result.labels.get(at, at))]
    groups = result.groups_of(at)
    for group in [group for group in groups if not group] + wanted(pairs_of(result, at), contrasts):
        place = f"{result.id}:{at} {group}".rstrip()
        parts: list[Part] = [
            sheet.number(result, (at, group, word), place, group or "all") for word in TESTS
        ]
        shown = cell("chi-square ", parts[0], ", df ", parts[1], ", P ", parts[2],
                     span=len(result.arms))  # fmt: skip
        name = contrast_label(result, group, "/") if group else "All groups"
        rows.append(row(place, name, [shown], 1))
    return rows


def _ratio_rows(
    sheet: Sheet, result: Result, at: str, contrasts: Sequence[str] | None
) -> list[Row]:
    rows = [heading(f"{result.id}:{at}", result.labels.get(at, at))]
    for contrast in wanted(pairs_of(result, at), contrasts):
        place = f"{result.id}:{at} {contrast}"
        words = ("hazard_ratio", "lower", "upper")
        parts = interval(sheet, result, (at, contrast), place, contrast, words=words)
        p = sheet.number(result, (at, contrast, "p_value"), place, contrast)
        shown = cell("HR ", *parts, ", P ", p, span=len(result.arms))
        rows.append(row(place, contrast_label(result, contrast, "/"), [shown], 1))
    return rows
