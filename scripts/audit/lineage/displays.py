"""What each printed number depends on, by where it came from.

A source that is not known here is an error: a number of which nothing is said would be a number
that nothing is said to change.
"""

from collections.abc import Callable, Mapping
from typing import Any

from scripts.audit.lineage.analyses import Analyses, declare_analyses
from scripts.audit.lineage.declarations import Declarations, Reads, unite
from scripts.audit.lineage.displays_checks import (
    Checks,
    deviation_reads,
    head_reads,
    listing_reads,
    profile_reads,
    raw_reads,
)
from scripts.audit.lineage.displays_notes import Notes
from scripts.audit.lineage.displays_published import Published
from scripts.report.companions import listings_of
from scripts.report.registry import FIGURES, analyses_of, displays_of

Source = Mapping[str, Any]
ANALYSE = "results/analyse/"
OPINION = f"{ANALYSE}second_opinion.json"
# Sources that are the plan or the code alone: no raw value can change them.
OUTSIDE_DATA = ("plan", "code", "environment")
# Digests of the run that stand on the title page and are of no data.
OUTSIDE_DIGESTS = ("Plan", "Code", "Environment")
# The group of those who were never allocated to an arm.
OTHERS = "other"


class Numbers:
    """Gives the reads of every address from its source."""

    def __init__(self, desk: Declarations, analyses: Analyses) -> None:
        self.desk = desk
        self.analyses = analyses
        self.checks = Checks(desk)
        self.published = Published(desk, analyses)
        self.displays = {one["id"]: one for one in displays_of(desk.plan)}
        self.listings = {one["id"]: one for one in listings_of(desk.plan)}
        self.notes = Notes(analyses, self.displays, desk.run.described)
        self._by_file: dict[str, Callable[[str, Source], Reads]] = {
            OPINION: self._opinion,
            "results/report/published.json": self._published,
            "results/validate/summary.json": self._summary,
            "results/validate/findings.parquet": self._finding,
            "results/validate/deviations.parquet": self._deviation,
            "results/ingest/metadata.json": self._metadata,
            "results/report/listings.json": self._listing,
            "results/report/profiles.json": lambda _, source: profile_reads(desk, source["key"]),
            "results/derive/adsl.parquet": self._head,
            "envs/lock.txt": lambda *_: [],
            "results/analyse": lambda *_: [],
        }

    def of(self, address: str, entry: Mapping[str, Any]) -> Reads:
        """The reads of one address. Raises ValueError for a source that is not known."""
        source = entry["source"]
        try:
            found = self._found(address, source, entry)
        except (KeyError, ValueError) as error:
            raise ValueError(
                f"{address}: nothing is known of what its source reads, {dict(source)}: {error}"
            ) from error
        # The number of a note says how many stand before it.
        return unite(found, self.notes.before(address, entry))

    def _found(self, address: str, source: Source, entry: Mapping[str, Any]) -> Reads:
        file = source.get("file")
        if file is None:
            if "run" in source:
                names = list(self.desk.run.raw)
                return [] if source["run"] in OUTSIDE_DIGESTS else raw_reads(self.desk, names)
            if not any(key in source for key in OUTSIDE_DATA):
                raise ValueError("it names no file, plan, code, environment or run")
            return self._planned(address, source)
        if file in self._by_file:
            return self._by_file[file](address, source)
        name = file.removeprefix(ANALYSE).removesuffix(".json")
        return self._result(address, name, source, entry)

    def _planned(self, address: str, source: Source) -> Reads:
        """Words of the plan; those for a method as it ran follow its result."""
        display = self.displays.get(address.partition("/")[0], {})
        name = str(source.get("plan", "")).removeprefix("analyses.").partition(".")[0]
        ran = display.get("layout") in ("planned_methods", "displays_list")
        return self.analyses.parts[name].method if ran and name in self.analyses.parts else []

    def _result(
        self, address: str, name: str, source: Source, entry: Mapping[str, Any]
    ) -> Reads:  # fmt: skip
        part = self.analyses.parts[name]
        if "row" in source:
            word = source["statistic"] if "statistic" in source else source["key"]
            return part.number((source["row"], source["group"] or "", word, None))
        if source["key"] == "subjects.excluded":
            return part.left_out
        if source["key"] in ("diagnostics", "difference"):
            return self.analyses.whole(name)
        if source["key"] in ("method", "missing", "note", "warnings"):
            return self.notes.own(address, name, str(entry["value"]))
        raise ValueError(f"it has the key {source['key']!r}")

    def _opinion(self, address: str, source: Source) -> Reads:
        if "analysis" in source:
            return self.analyses.whole(source["analysis"])
        if source["key"] in ("tolerance", "software"):
            return []
        return self._every_analysis()

    def _every_analysis(self) -> Reads:
        return unite(*(self.analyses.whole(name) for name in self.analyses.parts))

    def _published(self, address: str, source: Source) -> Reads:
        own = self.published
        if "item" in source:
            return own.item(source["item"], source["key"])
        if "inconsistency" in source:
            told = address.rpartition("/")[0].endswith("/title")
            return [] if told else own.inconsistency(source["inconsistency"])
        key = source["key"]
        if key == "source":
            return []
        if key.startswith("summary."):
            column = address.split("/")[2]
            section = key.removeprefix("summary.")
            return [] if column == "items" else own.all_judged(section)
        return own.all_judged()

    def _summary(self, address: str, source: Source) -> Reads:
        check = source.get("check")
        if check is None:
            return self.checks.all_findings()
        key = source.get("key")
        if key is None or check not in self.checks.declared:
            # The severity; or the waivers of the plan, which name findings.
            return [] if key is None else self.checks.all_findings()
        return self.checks.records(check) if key == "records" else self.checks.findings(check)

    def _finding(self, address: str, source: Source) -> Reads:
        return self.checks.everything()

    def _deviation(self, address: str, source: Source) -> Reads:
        if "DVDECOD" not in source:
            return self.checks.everything()
        return deviation_reads(self.desk, self.checks, source["DVDECOD"])

    def _metadata(self, address: str, source: Source) -> Reads:
        rows = source.get("key") == "rows"
        return raw_reads(self.desk, [source["source"]], existence=rows)

    def _listing(self, address: str, source: Source) -> Reads:
        if "listing" not in source:
            return []
        if source.get("key") not in ("records", "subjects"):
            return []
        return listing_reads(self.desk, self.checks, self.listings[source["listing"]])

    def _head(self, address: str, source: Source) -> Reads:
        return head_reads(self.desk, source["group"], OTHERS)

    # Which addresses there are

    def rows_of(self, display: str) -> Reads:
        """What decides which addresses a display has, and so which may come and go."""
        plan = self.displays.get(display, {})
        layout = plan.get("layout")
        if layout == "listing":
            return self.checks.everything()
        if layout == "published":
            return self.published.all_judged()
        if layout in ("inconsistencies", "verdicts"):
            entries = (self.published.inconsistency(name) for name in self.published.entries)
            return unite(self.published.all_judged(), *entries)
        if layout in ("second_opinion", "methods"):
            return self._every_analysis()
        named = list(dict.fromkeys(analyses_of(plan))) if plan else []
        whole = layout in FIGURES or layout in ("statement", "synopsis", "missing_data_rules")
        found = [self.analyses.whole(name) for name in named] if whole else []
        for name in named:
            part = self.analyses.parts[name]
            # Sizes stand in the head where all agree on them.
            sizes = part.number(("groups", "", "N", None)) if len(named) > 1 else []
            found += [part.shape, part.words, part.method, part.left_out, sizes]
        return unite(*found)


def declare_numbers(desk: Declarations) -> Analyses:
    """Declare every address and every display. Raises ValueError naming unknown sources."""
    analyses = declare_analyses(desk)
    numbers = Numbers(desk, analyses)
    unknown = []
    for address, entry in desk.run.addresses.items():
        try:
            desk.lineage.add_number(address, numbers.of(address, entry))
        except ValueError as error:
            unknown.append(str(error))
    if unknown:
        raise ValueError(f"{len(unknown)} address(es)\n  " + "\n  ".join(unknown))
    for display in dict.fromkeys(address.partition("/")[0] for address in desk.run.addresses):
        desk.lineage.add_display(display, numbers.rows_of(display))
    return analyses
