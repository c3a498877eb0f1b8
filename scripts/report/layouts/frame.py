"""What every display shares: heads with N, notes on methods and missing data, column widths."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from scripts.conditions import nearest
from scripts.report.cells import Cell, Part, Sheet, align, cell, name, text_of
from scripts.report.layouts.notes import Notes
from scripts.report.registry import analyses_of
from scripts.report.results import OutputsError, Result

Display = Mapping[str, Any]
Body = dict[str, Any]
Row = dict[str, Any]
LONGEST = 34
SHORTEST = 5
# Room beside the letters of a cell, in letters.
PADDING = 2.5
# A table with more rows may break over pages; a shorter one moves to the next page as a whole.
LONGEST_WHOLE = 42
LONGEST_WORDS = 14


@dataclass(frozen=True)
class Context:
    """Everything that a display may print: the plan, the results, the files of the run."""

    plan: Mapping[str, Any]
    results: Mapping[str, Result]
    documents: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def result(self, identifier: str) -> Result:
        """One result by the id of its analysis."""
        if identifier not in self.results:
            raise OutputsError(f"no result {identifier!r}; {nearest(identifier, self.results)}")
        return self.results[identifier]

    def level(self, sheet: Sheet, row: str) -> Part:
        """The confidence level in percent."""
        return sheet.value(
            self.plan["settings"]["confidence_level"],
            "level",
            {"plan": "settings.confidence_level"},
            row,
            "head",
            "level",
        )


def entries_of(display: Display) -> list[dict[str, Any]]:
    """The rows that a display asks for: headings, and analyses with the labels to print."""
    if "rows" in display:
        return [dict(row) for row in display["rows"]]
    return [{"analysis": identifier} for identifier in display.get("analyses", [])]


def results_of(display: Display, context: Context) -> list[Result]:
    """The results that a display prints from, in order."""
    return [context.result(name) for name in dict.fromkeys(analyses_of(display))]


def column(identifier: str, *label: Part, align: str = "number", **more: Any) -> dict[str, Any]:
    """One column of a table; `align` is `number` or `text`."""
    shape = {
        "id": identifier,
        "group": "",
        "label": list(label),
        "size": [],
        "unit": "",
        "tone": "",
    }
    return {**shape, "align": align, **more}


def row(identifier: str, label: str, cells: Iterable[Cell], level: int = 0, **more: Any) -> Row:
    """One row of numbers."""
    shape = {
        "id": identifier,
        "kind": "data",
        "label": label,
        "level": level,
        "marks": "",
        "tone": "",
    }
    return {**shape, "cells": list(cells), **more}


def heading(identifier: str, label: str) -> Row:
    """A row that names the rows below it."""
    return row(identifier, label, [], kind="heading")


def analyses_printed(
    display: Display, context: Context, rows: list[Row]
) -> Iterator[tuple[dict[str, Any], Result]]:
    """Each entry that prints an analysis, with its result; headings go to the rows as they come."""
    for index, entry in enumerate(entries_of(display)):
        if "heading" in entry:
            rows.append(heading(f"heading{index}", entry["heading"]))
        else:
            yield entry, context.result(entry["analysis"])


def sizes_of(results: Sequence[Result]) -> dict[str, int] | None:
    """N by group where all results agree on it, else None: then each row states its own."""
    found = [{g["id"]: g["N"] for g in result.groups} for result in results if result.groups]
    return found[0] if found and all(sizes == found[0] for sizes in found) else None


def group_columns(sheet: Sheet, results: Sequence[Result], what: str) -> list[dict[str, Any]]:
    """A column for each group with its label and, where all rows share it, its N in the head."""
    first = results[0]
    for result in results[1:]:
        if result.arms != first.arms:
            raise OutputsError(
                f"{sheet.id}: {first.id} has the groups {first.arms}, {result.id} has "
                f"{result.arms}: they cannot stand in one table"
            )
    columns = []
    for group in first.groups:
        shape = column(group["id"], group["label"], unit=what, group=group["id"])
        if sizes_of(results) is not None and group["N"] is not None:
            shape["size"] = ["N = ", sheet.group_size(first, group["id"], "head")]
        columns.append(shape)
    return columns


def stub(label: str) -> dict[str, Any]:
    """The first column, which holds the labels of the rows."""
    return column("stub", label, align="text")


def dash() -> Cell:
    """A cell to which nothing belongs; the table's notes say what the dash means."""
    return cell("–")


def sources(results: Iterable[Result]) -> list[Part]:
    """The results that a display was printed from by their ids, and the folder they lie in."""
    names = list(dict.fromkeys(result.id for result in results))
    if not names:
        return []
    parts: list[Part] = [name("results/analyse/"), " "]
    for index, identifier in enumerate(names):
        parts += [", "] if index else []
        parts.append(name(identifier))
    return parts


def _width(index: int, columns: Sequence[Mapping[str, Any]], rows: Sequence[Row]) -> float:
    texts = [text_of(columns[index]["label"]), text_of(columns[index]["size"])]
    if index == 0:
        texts += [item["label"] + "  " * item["level"] for item in rows if item["kind"] == "data"]
    else:
        texts += [
            text_of(item["cells"][index - 1]["parts"])
            for item in rows
            if len(item["cells"]) == len(columns) - 1
        ]
    words = [word for text in texts for word in text.split("\n")]
    return PADDING + min(LONGEST, max(SHORTEST, *map(len, words)))


def table(
    columns: Sequence[dict[str, Any]],
    rows: list[Row],
    notes: Notes,
    results: Iterable[Result] = (),
    **more: Any,
) -> Body:
    """A table from its parts, with numbers lined up and columns as wide as what they hold."""
    align(rows, columns)
    words = any(shape["align"] == "text" for shape in columns[1:])
    widths = [_width(index, columns, rows) for index in range(len(columns))]
    shares = more.pop("shares", None) or widths
    for shape, share in zip(columns, shares, strict=True):
        shape["width"] = f"{100 * share / sum(shares):.2f}%"
    for item in rows:
        _dress(item, columns)
    return {
        "kind": "table",
        "columns": list(columns),
        "rows": rows,
        "notes": notes.notes,
        "sources": sources(results),
        "spanners": [],
        "long": len(rows) > (LONGEST_WORDS if words else LONGEST_WHOLE),
        **more,
    }


def _dress(item: Row, columns: Sequence[Mapping[str, Any]]) -> None:
    """Give each cell the looks of the columns that it stands in."""
    at = 1
    for part in item["cells"]:
        shape = columns[at]
        spanned = {column["align"] for column in columns[at : at + part["span"]]}
        part["column"] = shape["id"]
        part["group"] = shape["group"]
        part["align"] = shape["align"] if len(spanned) == 1 else "text"
        part["tone"] = shape["tone"]
        part["spans"] = part["span"] > 1
        at += part["span"]
