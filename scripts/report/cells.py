"""Cells of a display: literal characters, and printed values with their addresses.

A part is a plain string, a printed value `{"address", "text"}`, or a name `{"name", "text"}` (of
a file, an analysis, a variable: its digits are no numbers). An address is
display/row/column/statistic; it leads to the value at full precision and to where that came from.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scripts.report.numbers import Formats, kind_of, typeset
from scripts.report.results import OutputsError, Result

Part = str | dict[str, str]
Cell = dict[str, Any]
FIGURE_SPACE = "\u2007"


def address(*steps: Any) -> str:
    """The address of a printed value; a slash inside a step becomes a colon."""
    return "/".join(str(step).replace("/", ":") for step in steps)


def name(text: Any) -> Part:
    """An identifier as it is written elsewhere: a file, an analysis, a variable."""
    return {"name": "name", "text": str(text)}


def cell(*parts: Part, span: int = 1) -> Cell:
    """One cell of a table, which may span several columns."""
    return {"parts": list(parts), "span": span}


def text_of(parts: Iterable[Part]) -> str:
    """The characters that a reader sees."""
    return "".join(part if isinstance(part, str) else part["text"] for part in parts)


class Sheet:
    """One display while it is made: hands out addresses, each once, and remembers their values."""

    def __init__(self, identifier: str, formats: Formats) -> None:
        self.id = identifier
        self.formats = formats
        self.addresses: dict[str, dict[str, Any]] = {}

    def _add(self, at: str, entry: dict[str, Any]) -> Part:
        if at in self.addresses:
            raise OutputsError(f"{at}: two printed values have this address")
        self.addresses[at] = entry
        return {"address": at, "text": entry["text"]}

    def number(
        self,
        result: Result,
        place: tuple[str, str, str],
        row: str,
        column: str,
        *,
        absent: str | None = None,
        as_statistic: str = "",
        kind: str | None = None,
    ) -> Part:
        """The value at `place` (row, group, statistic) of a result, printed by its rule."""
        value = result.value(*place)
        statistic = place[2]
        kind = kind or kind_of(statistic, result.statistics_of(*place[:2]))
        text = self.formats.text(kind, value, result.collected(place[0]))
        if value is None and absent is not None:
            text = absent
        entry = {
            "text": typeset(text),
            "value": value,
            "kind": kind,
            "source": {
                "file": result.file,
                "row": place[0],
                "group": place[1],
                "statistic": statistic,
            },
        }
        return self._add(address(self.id, row, column, as_statistic or statistic), entry)

    def group_size(self, result: Result, group: str, row: str, what: str = "N") -> Part:
        """N (all of the population) or n (used by the method) of a group of a result."""
        value = result.group(group)[what]
        source = {"file": result.file, "row": "groups", "group": group, "statistic": what}
        entry = {"text": self.formats.text("count", value), "value": value, "kind": "count"}
        return self._add(address(self.id, row, group, what), {**entry, "source": source})

    def value(
        self, value: Any, kind: str, source: Mapping[str, Any], row: str, column: str, name: str
    ) -> Part:
        """A number that lies elsewhere than in a result: in a file of the run or in the plan."""
        text = self.formats.text(kind, value)
        entry = {"text": typeset(text), "value": value, "kind": kind, "source": dict(source)}
        return self._add(address(self.id, row, column, name), entry)

    def words(
        self, text: str, source: Mapping[str, Any], row: str, column: str, name: str = "words"
    ) -> Part:
        """Words that hold numbers: a sentence made from the plan, a value from a file."""
        entry = {"text": typeset(text), "value": text, "kind": "words", "source": dict(source)}
        return self._add(address(self.id, row, column, name), entry)


def count_percent(
    sheet: Sheet,
    result: Result,
    place: tuple[str, str],
    row: str,
    column: str,
    *,
    total: bool = False,
) -> Cell:
    """n (%) or n/N (%) of one row and group of a result; a zero is printed as any other."""
    parts = [sheet.number(result, (*place, "count"), row, column)]
    if total:
        parts += ["/", sheet.number(result, (*place, "total"), row, column)]
    parts += [" (", sheet.number(result, (*place, "proportion"), row, column), ")"]
    return cell(*parts)


def interval(
    sheet: Sheet,
    result: Result,
    place: tuple[str, str],
    row: str,
    column: str,
    *,
    words: Sequence[str] = ("estimate", "lower", "upper"),
) -> list[Part]:
    """An estimate with its limits; limits that do not exist are printed as not reached."""
    estimate, lower, upper = words
    absent = sheet.formats.not_reached if estimate == "median" else None
    return [
        sheet.number(result, (*place, estimate), row, column, absent=absent),
        " (",
        sheet.number(result, (*place, lower), row, column, absent=absent),
        " to ",
        sheet.number(result, (*place, upper), row, column, absent=absent),
        ")",
    ]


def p_parts(p: Part) -> list[Part]:
    """A P value for a sentence: `P = 0.003`, and `P <0.001` for a bound."""
    text = p if isinstance(p, str) else p["text"]
    return ["P\u00a0" if text[:1] in "<>" else "P\u00a0= ", p]


def _pattern(item: Cell) -> tuple[str, ...]:
    return tuple(part if isinstance(part, str) else "\0" for part in item["parts"])


def align(rows: Sequence[Mapping[str, Any]], columns: Sequence[Mapping[str, Any]]) -> None:
    """Pad numbers of the same pattern in a column to one width, so that centred cells line up.

    The padding is literal and outside the printed value, whose text stays as it was.
    """
    groups: dict[tuple[int, tuple[str, ...]], list[Cell]] = {}
    for row in rows:
        if row.get("apart"):
            continue
        column = 1
        for item in row["cells"]:
            if item["span"] == 1 and columns[column]["align"] == "number":
                groups.setdefault((column, _pattern(item)), []).append(item)
            column += item["span"]
    for items in groups.values():
        texts = [[text_of([part]) for part in item["parts"]] for item in items]
        widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
        for item in items:
            item["parts"] = _padded(item["parts"], widths)


def _padded(parts: Sequence[Part], widths: Sequence[int]) -> list[Part]:
    padded: list[Part] = []
    for part, width in zip(parts, widths, strict=True):
        lacking = FIGURE_SPACE * (width - len(text_of([part])))
        before = padded[-1] if padded else ""
        if lacking and isinstance(before, str) and before.endswith("("):
            padded[-1] = lacking + before
        elif lacking:
            padded.append(lacking)
        padded.append(part)
    return padded
