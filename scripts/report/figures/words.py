"""What every figure brings along beside its drawing: notes, sources, data, words in its place."""

from collections.abc import Mapping, Sequence
from typing import Any

from scripts.report.cells import Part, Sheet, text_of
from scripts.report.figures.canvas import GREY, LARGE, PALE, WIDTH, Canvas
from scripts.report.layouts.frame import (
    Body,
    Display,
    sources,
)
from scripts.report.layouts.notes import Notes
from scripts.report.results import Result

DEFAULT_KINDS = ("method", "missing", "note", "warnings")


def figure_body(
    sheet: Sheet,
    results: Sequence[Result],
    alt: str | Sequence[Part],
    data: Mapping[str, Any],
    kinds: Sequence[str] = DEFAULT_KINDS,
    more: Sequence[str] = (),
) -> Body:
    """A figure without its drawing: words for those who cannot see it, notes, sources, data."""
    notes = Notes(sheet)
    notes.add_methods([({"marks": ""}, result) for result in results], kinds)
    # Of several results each leaves out others: their tables say who and why.
    notes.add_left_out(results if len(results) == 1 else [])
    for text in more:
        notes.add(text, {"code": "report"})
    return {
        "kind": "figure",
        "alt": alt if isinstance(alt, str) else text_of(alt),
        "notes": notes.notes,
        "sources": sources(results),
        "data": dict(data),
    }


def words_instead(
    display: Display, sheet: Sheet, results: Sequence[Result], reason: str
) -> tuple[str, Body]:
    """A figure for which there are no data says so, in its place and in its description."""
    canvas = Canvas(WIDTH, 48.0)
    canvas.add("rect", x=0.5, y=0.5, width=WIDTH - 1, height=47.0, fill="none", stroke=PALE)
    canvas.text(WIDTH / 2, 27.0, reason, LARGE, text_anchor="middle", fill=GREY)
    return canvas.to_svg(), figure_body(sheet, results, f"{display['title']}: {reason}", {})


def units_of(result: Result, key: str) -> str:
    """A unit of time of a result as a word in the plural."""
    unit = str(result.document.get(key) or "").lower()
    return unit + "s" if unit and not unit.endswith("s") else unit
