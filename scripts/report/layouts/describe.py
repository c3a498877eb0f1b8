"""Tables that describe: subjects by group, records of events, a measurement over the visits."""

from collections.abc import Mapping
from typing import Any

from scripts.conditions import nearest
from scripts.report.cells import Cell, Sheet, cell, count_percent
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
from scripts.report.layouts.notes import Notes
from scripts.report.results import OutputsError, Result

# What the rows of a flow are called; reasons and times come from the result.
FLOW = {
    "screened": "Screened",
    "excluded": "Not randomised",
    "randomised": "Randomised",
    "treated": "Received the allocated treatment",
    "untreated": "Did not receive the allocated treatment",
    "completed": "Completed treatment",
    "discontinued": "Discontinued treatment",
    "time": "Time of discontinuation",
    "any": "Any",
}
EMPTY_SPANNER: dict[str, Any] = {"label": [], "size": [], "span": 1, "group": ""}
DEFAULT_LINES = ["n", "median", "range"]


def summary(display: Display, sheet: Sheet, context: Context) -> Body:
    """Rows as the results hold them: counts with percentages, numbers by quartiles and extremes."""
    results = results_of(display, context)
    columns = [stub(display.get("stub", "Characteristic")), *group_columns(sheet, results, "")]
    rows: list[Row] = []
    pairs = []
    for entry, result in analyses_printed(display, context, rows):
        if len(results) > 1 and "label" in entry:
            rows.append(heading(result.id, entry["label"]))
        made = _summary_rows(display, sheet, result, context)
        rows += made
        pairs += [(item, result) for item in made]
    _say_what_is_counted(columns, rows, bool(display.get("denominators")))
    notes = Notes(sheet)
    notes.add_methods(pairs)
    notes.add_left_out(results)
    return table(columns, rows, notes, results)


def _say_what_is_counted(columns: list[dict[str, Any]], rows: list[Row], total: bool) -> None:
    """`n (%)` once in the heads where it holds for all rows, else in the labels."""
    words = "n/N (%)" if total else "n (%)"
    if all(item.get("counts") or item.get("own") for item in rows if item["kind"] == "data"):
        for shape in columns[1:]:
            shape["unit"] = words
        return
    for item in rows:
        if item.get("counts") and not item["level"]:
            item["label"] = f"{item['label']}, {words}"


def rows_wanted(display: Display, sheet: Sheet, result: Result) -> list[str]:
    """The rows that a display prints: those it names, those the result lists, or all."""
    wanted = display.get("only", result.rows)
    unknown = [at for at in wanted if at not in result.rows]
    if unknown:
        raise OutputsError(
            f"{sheet.id}: no row {unknown[0]!r} in {result.id}; {nearest(unknown[0], result.rows)}"
        )
    listed = result.document.get("listed")
    if display.get("listed") and listed is not None:
        return [at for at in wanted if at in listed or at == "any"]
    return list(wanted)


def labels_of(display: Display, result: Result, context: Context) -> dict[str, str]:
    """What the rows are called: by the display, by the result, or by the words of a flow."""
    populations = context.plan["subjects"]["populations"]
    known = {flag: str(entry["label"]) for flag, entry in populations.items()}
    labels = {**FLOW, **result.labels, **known}
    for at, unit in (result.document.get("units") or {}).items():
        labels[at] = f"{labels.get(at, at)} ({unit})"
    return {**labels, **display.get("labels", {})}


def level_label(level: str, labels: Mapping[str, str]) -> str:
    """What a level is called; levels joined by a comma are called one by one."""
    return ", ".join(labels.get(word, word) for word in level.split(", "))


def _summary_rows(display: Display, sheet: Sheet, result: Result, context: Context) -> list[Row]:
    labels = labels_of(display, result, context)
    wanted = rows_wanted(display, sheet, result)
    rows: list[Row] = []
    above = ""
    for at in wanted:
        variable, _, level = at.partition("=")
        if level and variable not in (above, *wanted) and variable in labels:
            rows.append(heading(f"{result.id}:{variable}", labels[variable]))
        above = variable if level else ""
        label = labels.get(at, level_label(level, labels) if level else at)
        indent = 1 + (", " in level) if level and variable in labels else 0
        rows += _row_of(display, sheet, result, at, label, indent)
    return rows


def _row_of(
    display: Display, sheet: Sheet, result: Result, at: str, label: str, level: int
) -> list[Row]:
    place = f"{result.id}:{at}"
    words = {word for group in result.arms for word in result.statistics_of(at, group)}
    if "proportion" in words:
        wanted = bool(display.get("denominators"))
        # Where not all subjects of the column are in the denominator, it is printed.
        total = wanted or _counts_others(result, at)
        cells = [
            count_percent(sheet, result, (at, group), place, group, total=total)
            if result.has(at, group, "count")
            else dash()
            for group in result.arms
        ]
        own = total and not wanted
        label = f"{label}, n/N (%)" if own else label
        return [row(place, label, cells, level, counts=not own, own=own)]
    if "median" in words:
        made = [heading(place, label)]
        for line in display.get("lines", DEFAULT_LINES):
            cells = [
                line_cell(sheet, result, (at, group), line, (place, group)) for group in result.arms
            ]
            # Numbers of one variable are not lined up with those of another.
            made.append(row(f"{place}:{line}", LINES[line][0], cells, 1, apart=line != "n"))
        return made
    return [row(place, label, _single_cells(sheet, result, at, place), level)]


def _counts_others(result: Result, at: str) -> bool:
    """Whether the denominator of a row is, in some group, not N of the group."""
    return any(
        result.has(at, group["id"], "total")
        and result.value(at, group["id"], "total") != group["N"]
        for group in result.groups
    )


def _single_cells(sheet: Sheet, result: Result, at: str, place: str) -> list[Cell]:
    cells = []
    for group in result.arms:
        words = result.statistics_of(at, group)
        cells.append(
            cell(sheet.number(result, (at, group, words[0]), place, group)) if words else dash()
        )
    return cells


def events(display: Display, sheet: Sheet, context: Context) -> Body:
    """Rows are kinds of event: subjects with at least one (n, %) and number of events by group."""
    results = results_of(display, context)
    groups = group_columns(sheet, results, "")
    columns = [stub(display.get("stub", "Event"))]
    spanners = [EMPTY_SPANNER]
    for group in groups:
        columns.append(column(group["id"], "n (%)", group=group["id"]))
        columns.append(column(f"{group['id']} events", "Events", group=group["id"]))
        spanners.append({**group, "span": 2})
    rows: list[Row] = []
    pairs = []
    for entry in entries_of(display):
        result = context.result(entry["analysis"])
        if "label" in entry:
            rows.append(heading(result.id, entry["label"]))
        labels = labels_of(display, result, context)
        for at in rows_wanted(display, sheet, result):
            cells = []
            for arm in result.arms:
                cells += _event_cells(sheet, result, at, arm)
            # A grade stands below its term.
            below = result.kind == "event_grades" and "=" in at
            level = int("label" in entry) + int(below)
            rows.append(row(f"{result.id}:{at}", labels.get(at, at), cells, level))
            pairs.append((rows[-1], result))
    notes = Notes(sheet)
    notes.add_methods(pairs)
    return table(columns, rows, notes, results, spanners=spanners)


def _event_cells(sheet: Sheet, result: Result, at: str, group: str) -> list[Cell]:
    place = f"{result.id}:{at}"
    known = result.has(at, group, "count")
    subjects = count_percent(sheet, result, (at, group), place, group) if known else dash()
    if not result.has(at, group, "events"):
        return [subjects, dash()]
    return [subjects, cell(sheet.number(result, (at, group, "events"), place, group))]


def over_time(display: Display, sheet: Sheet, context: Context) -> Body:
    """Rows are visits: for each group the number measured and the median with quartiles."""
    results = results_of(display, context)
    result = results[0]
    total = display.get("total", True)
    groups = [group for group in result.groups if total or group["id"] != "TOTAL"]
    columns = [stub("Visit")]
    spanners: list[dict[str, Any]] = [EMPTY_SPANNER]
    for group in groups:
        of = {"group": group["id"]}
        columns += [column(f"{group['id']} n", "n", **of)]
        columns += [column(group["id"], "Median (Q1, Q3)", **of)]
        size = ["N = ", sheet.group_size(result, group["id"], "head")]
        spanners.append({"label": [group["label"]], "size": size, "span": 2, **of})
    rows = []
    for at in result.rows:
        cells: list[Cell] = []
        for group in groups:
            for line in ("n", "median"):
                place = (at, group["id"])
                cells.append(line_cell(sheet, result, place, line, place))
        rows.append(row(at, result.labels.get(at, at), cells))
    notes = Notes(sheet)
    notes.add_methods([(item, result) for item in rows])
    unit = with_unit("", result)
    return table(columns, rows, notes, results, spanners=spanners, unit=unit.strip(" ()"))
