"""What is printed where a value will stand: each digit becomes an x, by the value's own rule."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from scripts.report.cells import Part, Sheet

NUMBER = re.compile(r"[\u2212<>-]?\d+(?:\.\d+)?(?:e[-\u2212]?\d+)?")
# Numbers that are below ten as a rule have one x before the point.
SMALL = {"p", "difference", "ratio", "df"}
# Numbers in the words of a result that come from data, by the key of the words' source.
COUNTED = {
    "subjects.excluded": re.compile(r"(?<=\(n = )\d+(?=\)\.$)"),
    "summary": NUMBER,
    "largest_relative_difference": NUMBER,
}


def mask(text: str, kind: str, numbers: re.Pattern[str] = NUMBER) -> str:
    """The text with x for digits: as many behind the point as its rule prints."""
    whole = "x" if kind in SMALL else "xx"

    def masked(match: re.Match[str]) -> str:
        decimals = match.group(0).partition(".")[2]
        return whole + ("." + "x" * len(decimals) if decimals else "")

    return numbers.sub(masked, text)


class ShellSheet(Sheet):
    """A display without data: what the plan says is printed, what only data can say is not."""

    def __init__(self, *arguments: Any, planned: Collection[str] = (), **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.planned = frozenset(planned)

    def _add(self, at: str, entry: dict[str, Any]) -> Part:
        numbers = self._from_data(entry["kind"], entry["source"])
        if numbers is not None:
            text = mask(entry["text"], entry["kind"], numbers)
            entry = {**entry, "text": text, "value": None}
        return super()._add(at, entry)

    def _from_data(self, kind: str, source: Mapping[str, Any]) -> re.Pattern[str] | None:
        """The numbers of an entry that only data can give, as a pattern."""
        if kind == "words":
            return COUNTED.get(source.get("key", ""))
        return None if "plan" in source or source.get("file") in self.planned else NUMBER
