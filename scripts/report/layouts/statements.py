"""Results in sentences: the words follow the numbers, and the numbers are those of the tables."""

from collections.abc import Iterator
from typing import Any

from scripts.report.cells import Part, Sheet, interval, p_parts
from scripts.report.layouts.frame import (
    Body,
    Context,
    Display,
    entries_of,
    results_of,
    sources,
)
from scripts.report.layouts.notes import (
    Notes,
    contrast_label,
)
from scripts.report.layouts.proportions import TEST_ROWS, contrasts_of
from scripts.report.layouts.tipping_words import tipping_sentences
from scripts.report.registry import RECORDS
from scripts.report.results import Result


def statement(display: Display, sheet: Sheet, context: Context) -> Body:
    """One paragraph for each analysis."""
    blocks: list[dict[str, Any]] = []
    for entry in entries_of(display):
        if "heading" in entry:
            continue
        result = context.result(entry["analysis"])
        title = entry.get("label") or result.document.get("endpoint_label") or result.title
        blocks.append({"title": title, "marks": "", "parts": sentences_of(sheet, result, context)})
    results = results_of(display, context)
    notes = Notes(sheet)
    notes.add_methods(list(zip(blocks, results, strict=True)), ("missing",))
    body: dict[str, Any] = {"kind": "text", "blocks": blocks, "notes": notes.notes}
    return {**body, "sources": sources(results)}


def sentences_of(sheet: Sheet, result: Result, context: Context) -> list[Part]:
    """A result in sentences; each number has its address in the display of the sheet."""
    if result.kind in RECORDS:
        return _event_sentences(sheet, result)
    if result.kind == "tipping_point":
        return tipping_sentences(sheet, result, context)
    parts: list[Part] = []
    for group in result.groups:
        if result.has("proportion", group["id"], "count"):
            parts += ["; "] if parts else []
            parts += _proportion(sheet, result, group)
    parts += [". "] if parts else []
    for contrast in contrasts_of([result]):
        parts += _difference(sheet, result, contrast, context)
    return parts


def _event_sentences(sheet: Sheet, result: Result) -> list[Part]:
    """Each row of a table of events as a sentence; a group with none of them is named too."""
    parts: list[Part] = []
    groups = [group for group in result.groups if group["id"] != "TOTAL"]
    for at in result.rows:
        parts += [f"{result.labels.get(at, at)}: "]
        for index, group in enumerate(groups):
            words = [
                sheet.number(result, (at, group["id"], word), f"{result.id}:{at}", group["id"])
                for word in ("count", "total", "proportion")
            ]
            parts += [", " if index else "", words[0], " of ", words[1], " (", words[2], "%)"]
            parts += [f" with {group['label']}"]
        parts += [". "]
    return [part for part in parts if part != ""]


def _proportion(sheet: Sheet, result: Result, group: dict[str, Any]) -> list[Part]:
    words = [
        sheet.number(result, ("proportion", group["id"], word), result.id, group["id"])
        for word in ("count", "total", "proportion")
    ]
    return [f"{group['label']}: ", words[0], " of ", words[1], " (", words[2], "%)"]


def _difference(sheet: Sheet, result: Result, contrast: str, context: Context) -> list[Part]:
    level = context.level(sheet, f"{result.id}:{contrast}")
    shown = interval(sheet, result, ("difference", contrast), result.id, contrast)
    label = contrast_label(result, contrast, "minus")
    parts: list[Part] = [f"The difference ({label}) is ", shown[0], " (", level, "% CI "]
    parts += [*shown[2:-1], f"; {result.document['method']['label']})"]
    place = _test_of(result, contrast)
    if place is not None:
        p = sheet.number(result, place, result.id, contrast)
        test = result.document["method"].get("test_label", "")
        parts += [", ", *p_parts(p), f" ({test})"]
    return [*parts, ". ", _verdict_words(verdict_of(result, contrast, context))]


def _test_of(result: Result, contrast: str) -> tuple[str, str, str] | None:
    """Where the P value of the planned test of a contrast stands."""
    row = TEST_ROWS.get(result.document["method"].get("test", ""), "test")
    for place in _places(row, contrast):
        if result.has(*place):
            return place
    return None


def _places(row: str, contrast: str) -> Iterator[tuple[str, str, str]]:
    yield row, contrast, "p_value"
    yield row, "", "p_value"
    yield "difference", contrast, "p_value"


def verdict_of(result: Result, contrast: str, context: Context) -> str:
    """What interval and planned test say together: shown, none, either of both, or unknown.

    `shown`: both exclude no difference. `none`: neither does. `interval`, `test`: only this one
    does. `unknown`: there is no interval. `planned`: there are no data yet.
    """
    if result.before_data:
        return "planned"
    lower, upper = (result.value("difference", contrast, word) for word in ("lower", "upper"))
    if lower is None or upper is None:
        return "unknown"
    outside = lower > 0 or upper < 0
    place = _test_of(result, contrast)
    p = None if place is None else result.value(*place)
    small = outside if p is None else p < context.plan["settings"]["significance_level"]
    if small == outside:
        return "shown" if outside else "none"
    return "interval" if outside else "test"


def _verdict_words(verdict: str) -> str:
    return {
        "shown": "The interval leaves out zero. ",
        "none": "No difference is shown. ",
        "interval": "The interval leaves out zero, yet the test does not reject: read both. ",
        "test": "The interval holds zero, yet the test rejects: read both. ",
        "unknown": "No interval can be estimated. ",
        "planned": "<What interval and test say together>. ",
    }[verdict]
