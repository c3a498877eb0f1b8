"""Results in sentences: the words follow the numbers, and the numbers are those of the tables."""

from typing import Any

from scripts.report.cells import Part, Sheet, interval
from scripts.report.layouts.frame import Body, Context, Display, entries_of, results_of, sources
from scripts.report.layouts.proportions import TEST_ROWS, contrast_label, contrasts_of
from scripts.report.results import Result


def statement(display: Display, sheet: Sheet, context: Context) -> Body:
    """One paragraph for each analysis."""
    blocks = []
    for entry in entries_of(display):
        result = context.result(entry["analysis"])
        title = entry.get("label") or result.document.get("endpoint_label") or result.title
        blocks.append({"title": title, "parts": _sentences(sheet, result, context)})
    results = results_of(display, context)
    body: dict[str, Any] = {"kind": "text", "blocks": blocks, "notes": []}
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
    label = contrast_label(result, contrast)
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
    return [*parts, ". ", _verdict(result, place, context)]


def _verdict(result: Result, place: tuple[str, str], context: Context) -> str:
    """Whether the interval leaves out zero, in words; nothing is called significant by hand."""
    lower, upper = (result.value(*place, word) for word in ("lower", "upper"))
    if lower is None or upper is None:
        return "No interval can be estimated. "
    if lower > 0 or upper < 0:
        return "The interval leaves out zero. "
    return "The interval holds zero: no difference is shown. "
