"""What a display must state and its layout has not said: methods, missing data, N and level."""

from collections.abc import Mapping, Sequence
from typing import Any

from scripts.report.cells import Part, Sheet
from scripts.report.layouts.frame import (
    Body,
    Context,
    Display,
    results_of,
)
from scripts.report.layouts.notes import (
    Notes,
    words_of,
)
from scripts.report.registry import ANALYSES, stated_by
from scripts.report.results import Result

# More analyses than a note names one by one.
MANY = 3
WITH_LIMITS = ("time_to_event", "survival_contrasts", "hazard_sensitivity")
SIZES = {"N", "n", "total", "at_risk"}


def state_the_rest(body: Body, display: Display, sheet: Sheet, context: Context) -> None:
    """Add the notes that a display of results lacks, so that it can be read alone."""
    if display["layout"] not in ANALYSES:
        return
    required = stated_by(display["layout"])
    results = results_of(display, context)
    notes = Notes(sheet)
    notes.notes = body["notes"]
    if not body.get("blocks"):
        said = {note["kind"] for note in notes.notes}
        if "method" in required and not said & {"method", "options"}:
            _add_named(notes, display, results, "method")
    if "missing" in required and not any(note["kind"] == "missing" for note in notes.notes):
        _add_named(notes, display, results, "missing")
    if "size" in required and not _statistics(sheet) & SIZES:
        _add_sizes(notes, sheet, results)
    if any(_has_limits(result) for result in results) and not _has_level(sheet):
        level = context.level(sheet, "notes")
        parts: list[Part] = ["Limits (CI) are those of ", level, "% confidence intervals."]
        notes.notes.append({"mark": "", "kind": "level", "parts": parts})


def _has_limits(result: Result) -> bool:
    """Whether limits of times or hazards are printed, whose level no head of a column says."""
    return result.kind in WITH_LIMITS or "shift" in result.rows


def _statistics(sheet: Sheet) -> set[str]:
    return {str(entry["source"].get("statistic")) for entry in sheet.addresses.values()}


def _has_level(sheet: Sheet) -> bool:
    return any(entry["kind"] == "level" for entry in sheet.addresses.values())


def _add_named(
    notes: Notes, display: Mapping[str, Any], results: Sequence[Result], kind: str
) -> None:
    """Each rule once; where it does not hold for all analyses, with the names of its own."""
    labels = {row["analysis"]: row.get("label") for row in display.get("rows", [])
              if "analysis" in row}  # fmt: skip
    holders: dict[str, list[Result]] = {}
    for result in results:
        for _, text in words_of(result, [kind]):
            holders.setdefault(text, []).append(result)
    most = max(holders.values(), key=len, default=[])
    for text, own in sorted(holders.items(), key=lambda item: item[1] is most):
        names = [str(labels.get(result.id) or result.title) for result in own]
        # The rule of most of them comes last and need not name them one by one.
        others = own is most and len(own) > MANY
        of = " [all others]" if others else f" [{'; '.join(names)}]"
        of = "" if len(own) == len(results) else of
        notes.add(text + of, {"file": own[0].file, "key": kind}, kind=kind)


def _add_sizes(notes: Notes, sheet: Sheet, results: Sequence[Result]) -> None:
    """N of each group of the first result; the others have the same or state their own."""
    parts: list[Part] = []
    for group in results[0].groups:
        if group["N"] is not None:
            parts += ["; " if parts else "N: ", f"{group['label']} "]
            parts.append(sheet.group_size(results[0], group["id"], "notes"))
    notes.notes.append({"mark": "", "kind": "size", "parts": [*parts, "."]})
