"""A tipping point in sentences: the conclusion, in how many cells it changes, and where first."""

from scripts.report.cells import Part, Sheet, interval
from scripts.report.layouts.frame import Context
from scripts.report.layouts.tipping import value_words
from scripts.report.results import Result

# What an interval says of a difference; the linter of the report holds them against the numbers.
LEAVES_OUT, HOLDS = "The interval leaves out zero. ", "No difference is shown. "
BEFORE_DATA = "<What the interval says, in how many cells that changes, and the nearest of them>. "


def tipping_sentences(sheet: Sheet, result: Result, context: Context) -> list[Part]:
    """A tipping point in sentences; each number has its address in the display of the sheet."""
    parts: list[Part] = [f"{result.document['method']['label']}. Missing outcomes: "]
    for index, group in enumerate(result.groups):
        parts += ["; "] if index else []
        parts += _share(sheet, result, "missing", group["id"], "missing")
    parts += [". "]
    if result.before_data:
        return [*parts, BEFORE_DATA]
    for contrast in result.document["grids"]:
        parts += _contrast(sheet, result, contrast, context)
    if not result.document["grids"]:
        parts += ["No interval can be estimated. "]
    return parts


def _share(sheet: Sheet, result: Result, row: str, group: str, at: str) -> list[Part]:
    """The label of a group, and a count of a total."""
    words = [
        sheet.number(result, (row, group, word), f"{result.id}:{at}", group)
        for word in ("count", "total")
    ]
    return [f"{result.group(group)['label']}: ", words[0], " of ", words[1]]


def _assumed(sheet: Sheet, result: Result, row: str, contrast: str) -> list[Part]:
    """What a cell assumes of both groups."""
    counts = result.document["method"]["options"]["grid"] == "counts"
    parts: list[Part] = ["responders among the missing, " if counts else "shift of the log odds, "]
    for index, group in enumerate(_pair(result, contrast)):
        parts += ["; "] if index else []
        if counts:
            parts += _share(sheet, result, row, group, row)
            continue
        value = value_words(result.value(row, group, "delta"))
        source = {"file": result.file, "row": row, "group": group, "key": "delta"}
        shown = sheet.words(value, source, f"{result.id}:{row}", group, "delta")
        parts += [f"{result.group(group)['label']}: ", shown]
    return parts


def _pair(result: Result, contrast: str) -> tuple[str, str]:
    pairs = ((a, b) for a in result.arms for b in result.arms)
    return next(pair for pair in pairs if "-".join(pair) == contrast)


def _difference(
    sheet: Sheet, result: Result, row: str, contrast: str, context: Context
) -> list[Part]:
    """The difference of a cell with its interval, and what that says."""
    at = f"{result.id}:{row}"
    level = context.level(sheet, at)
    shown = interval(sheet, result, (row, contrast), at, contrast)
    lower, upper = (result.value(row, contrast, word) for word in ("lower", "upper"))
    said = LEAVES_OUT if lower > 0 or upper < 0 else HOLDS
    return ["the difference is ", shown[0], " (", level, "% CI ", *shown[2:-1], "). ", said]


def _contrast(sheet: Sheet, result: Result, contrast: str, context: Context) -> list[Part]:
    reference, nearest = f"reference {contrast}", f"nearest {contrast}"
    random = all(result.value("observed", g, "total") for g in _pair(result, contrast))
    parts: list[Part] = ["At missing at random (" if random else "Put to the test ("]
    parts += [*_assumed(sheet, result, reference, contrast), ") "]
    parts += _difference(sheet, result, reference, contrast, context)
    at = f"{result.id}:tipping {contrast}"
    tipped, cells = (
        sheet.number(result, ("tipping_point", contrast, word), at, contrast)
        for word in ("count", "total")
    )
    parts += ["This conclusion changes in ", tipped, " of ", cells, " cells of the grid. "]
    if not result.has(nearest, contrast, "estimate"):
        return [*parts, "Nothing in the grid tips it. "]
    parts += ["The smallest departure that tips it is ", *_departure(sheet, result, contrast)]
    parts += [*_assumed(sheet, result, nearest, contrast), "); there "]
    return [*parts, *_difference(sheet, result, nearest, contrast, context)]


def _departure(sheet: Sheet, result: Result, contrast: str) -> list[Part]:
    row = f"nearest {contrast}"
    at = f"{result.id}:{row}"
    ties = result.value(row, contrast, "count")
    if result.document["method"]["options"]["grid"] == "counts":
        far = [
            sheet.number(result, (row, contrast, "departure"), at, contrast),
            " outcomes other than these",
        ]
    else:
        value = value_words(result.value(row, contrast, "departure"))
        source = {"file": result.file, "row": row, "group": contrast, "key": "departure"}
        far = ["a shift of ", sheet.words(value, source, at, contrast, "departure"), " in all"]
    if ties == 1:
        return [*far, " ("]
    equal = sheet.number(result, (row, contrast, "count"), at, contrast)
    return [*far, ", in ", equal, " cells alike (the first: "]
