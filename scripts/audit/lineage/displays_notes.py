"""What notes under a display read, and what their numbers read: how many stand before them."""

from collections.abc import Mapping
from typing import Any

from scripts.audit.lineage.analyses import Analyses
from scripts.audit.lineage.declarations import Reads, unite
from scripts.report.registry import analyses_of

Entry = Mapping[str, Any]
NOTES, METHOD, MISSING, RAN = "notes", "Method: ", "Missing data: ", "As it ran: "
# Layouts whose first note is always the same.
OPENED = frozenset({"stratified", "effects", "published", "second_opinion", "findings"})


class Notes:
    """The notes of every display in order: a note's number follows what decides the others.

    Methods, rules for missing data, remarks and warnings of each analysis come first, in the order
    of the analyses; then who is left out; then what is the same for every trial.
    """

    def __init__(
        self,
        analyses: Analyses,
        displays: Mapping[str, Mapping[str, Any]],
        described: Mapping[str, Any],
    ) -> None:
        self.analyses = analyses
        self.displays = displays
        self.described = described
        self._before: dict[tuple[str, int], Reads] = {}

    def own(self, address: str, name: str, text: str) -> Reads:
        """What the words of a note of an analysis read: nothing where the plan says them."""
        part = self.analyses.parts[name]
        if text.startswith(MISSING) or text == self.described[name].get("missing"):
            return []
        if self._is_method(text, name, address):
            return part.method
        if text == self.described[name].get("note"):
            # A model by visit says how many data sets are used.
            planned = self.analyses.planned[name].get("note")
            return [] if text == planned else self.analyses.whole(name)
        return unite(part.words, part.method)

    def _is_method(self, text: str, name: str, address: str) -> bool:
        return text.startswith((METHOD, RAN)) or address.split("/")[1] != NOTES

    def before(self, address: str, entry: Entry) -> Reads:
        """What decides how many notes stand before one; nothing for what is no numbered note."""
        display, place, number, *_ = [*address.split("/"), "", "", ""]
        if place != NOTES or not number.isdigit():
            return self._of_methods(display, place)
        plan = self.displays.get(display, {})
        named = list(dict.fromkeys(analyses_of(plan))) if plan else []
        if number == "1" and plan.get("layout") in OPENED:
            return []
        source = entry["source"]
        file = str(source.get("file", ""))
        name = file.removeprefix("results/analyse/").removesuffix(".json")
        ordered = source.get("key") == "method" and not str(entry["value"]).endswith("]")
        last = named.index(name) if ordered and name in named else len(named)
        return self._said_before(display, named, last)

    def _said_before(self, display: str, named: list[str], last: int) -> Reads:
        if (display, last) not in self._before:
            parts = [self.analyses.parts[name] for name in named]
            found = [unite(part.words, part.method) for part in parts[:last]]
            found += [part.left_out for part in parts] if last == len(named) else []
            self._before[display, last] = unite(*found)
        return self._before[display, last]

    def _of_methods(self, display: str, place: str) -> Reads:
        """Rows of the table of methods are numbered in the order of the analyses."""
        if self.displays.get(display, {}).get("layout") != "methods" or place[:6] != "method":
            return []
        return unite(*(part.method for part in self.analyses.parts.values()))
