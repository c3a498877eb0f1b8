"""Results in sentences: the words follow the numbers, and the numbers are those of the tables."""

from typing import Any

from scripts.report.cells import Part, Sheet, interval
from scripts.report.layouts.frame import (
    Body,
    Context,
    Display,
    Notes,
    contrast_label,
    entries_of,
    results_of,
    sources,
)
from scripts.report.layouts.proportions import TEST_ROWS, contrasts_of
from scripts.report.results import Result


def statement(display: Display, sheet: Sheet, context: Context) -> Body:
    """One paragraph for each analysis."""
    blocks: list[dict[str, Any]] = []
    for entry in entries_of(display):
        if "heading" in entry:
            continue
        result = context.result(entry["analysis"])
        title = entry.get("label") or result.document.get("endpoint_label") or result.title
        sentences = _sentences(sheet, result, context)
        blocks.append({"title": title, "marks": "", "parts": sentences})
    results = results_of(display, context)
    notes = Notes(sheet)
    notes.add_methods(list(zip(blocks, results, strict=True)), ("missing",))
    body: dict[str, Any] = {"kind": "text", "blocks": blocks, "notes": notes.notes}
    return {**body, "sources": sources(results)}


def _sentences(sheet: Sheet, result: Result, context: Context) -> list[Part]:
    parts: list[Part] = []
    for group in result.groups:
        if result.has("proportion", group["id"], "count"):
            parts += ["; "] if parts else []
            parts += _proportion(sheet, result, group)
    parts += [". "] if parts else []
    for contrast in contrasts_of([result]):
        parts += _difference(sheet, result, contrast, context)
    return parts


def _proportion(sheet: Sheet, result: Result, group: dict[str, Any]) -> list[Part]:
    words = [
        sheet.number(result, ("proportion", group["id"], word), result.id, group["id"])
        for word in ("count", "total", "proportion")
    ]
    return [f"{group['label']}: ", words[0], " of ", words[1], " (", words[2], "%)"]


def _difference(sheet: Sheet, result: Result, contrast: str, context: Context) -> list[Part]:
    place = ("difference", contrast)
    level = context.level(sheet, f"{result.id}:{contrast}")
    shown = interval(sheet, result, place, result.id, contrast)
    label = contrast_label(result, contrast, "minus")
    parts: list[Part] = [f"The difference ({label}) is ", shown[0], " (", level, "% CI "]
    parts += [*shown[2:-1], f"; {result.document['method']['label']})"]
    planned = result.document["method"].get("test", "")
    row = TEST_ROWS.get(planned, "test")
    for group in (contrast, ""):
        if result.has(row, group, "p_value"):
            p = sheet.number(result, (row, group, "p_value"), result.id, contrast)
            test = result.document["method"].get("test_label", "")
            parts += [", P ", p, f" ({test})"]
            break
    return [*parts, ". ", _verdict(result, place, planned, context)]


def _verdict(result: Result, place: tuple[str, str], planned: str, context: Context) -> str:
    """What interval and planned test say together; nothing is called significant by hand."""
    lower, upper = (result.value(*place, word) for word in ("lower", "upper"))
    if lower is None or upper is None:
        return "No interval can be estimated. "
    outside = lower > 0 or upper < 0
    p = _planned_p(result, place[1], planned)
    small = None if p is None else p < context.plan["settings"]["significance_level"]
    if small is None or small == outside:
        return "The interval leaves out zero. " if outside else "No difference is shown. "
    if outside:
        return "The interval leaves out zero, yet the test does not reject: read both. "
    return "The interval holds zero, yet the test rejects: read both. "


def _planned_p(result: Result, contrast: str, planned: str) -> float | None:
    row = TEST_ROWS.get(planned, "test")
    for group in (contrast, ""):
        if result.has(row, group, "p_value"):
            return result.value(row, group, "p_value")
    return None
