"""Lines of a summary of numbers: sizes, medians with quartiles, means, extremes."""

from scripts.report.cells import Cell, Part, Sheet, cell
from scripts.report.layouts.frame import dash
from scripts.report.results import Result

# Each line of a summary: its label, the statistics in it, and the characters after each.
LINES: dict[str, tuple[str, list[str], list[str]]] = {
    "n": ("n", ["n"], [""]),
    "median": ("Median (Q1, Q3)", ["median", "q1", "q3"], [" (", ", ", ")"]),
    "mean": ("Mean (SD)", ["mean", "sd"], [" (", ")"]),
    "range": ("Minimum, maximum", ["minimum", "maximum"], [", ", ""]),
}


def with_unit(label: str, result: Result) -> str:
    """A label with the unit of the result in brackets, unless it says so already."""
    unit = result.document.get("unit") or ""
    return label if not unit or unit.lower() in label.lower() else f"{label} ({unit.lower()})"


def line_cell(
    sheet: Sheet, result: Result, place: tuple[str, str], line: str, at: tuple[str, str]
) -> Cell:
    """One line of a summary for one group, as `median (q1, q3)`."""
    _, words, around = LINES[line]
    if not result.has(*place, words[0]):
        return dash()
    if all(result.value(*place, word) is None for word in words):
        return cell(sheet.number(result, (*place, words[0]), *at))
    parts: list[Part] = []
    for word, after in zip(words, around, strict=True):
        parts += [sheet.number(result, (*place, word), *at)]
        parts += [after] if after else []
    return cell(*parts)
