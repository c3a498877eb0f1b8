"""Every printed number that is not the same in two runs, with the causes of that."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scripts.audit.difference.causes import RAW, Cause, Causes, Seals
from scripts.audit.difference.plans import within
from scripts.audit.difference.runs import Run
from scripts.audit.printed_numbers import analysis_of, natural

METADATA = "results/ingest/metadata.json"
TABLES = "results/report/tables.json"
# How a number can differ: other characters on the page; the same characters for another value;
# only in one of the runs.
PRINTED, UNSEEN, APPEARED, VANISHED = "changed", "changed unseen", "appeared", "vanished"
SHA256 = re.compile(r"\b[0-9a-f]{64}\b")
# What the digests of the title page stand for.
DIGESTS = {"Plan": "plan", "Code": "code", "Environment": "environment"}
# Parts of the plan that decide how a number is printed.
PRINTING = ("formats", "outputs")


@dataclass(frozen=True)
class Difference:
    """One number: its address, its entries in both runs (None where it is not), and why."""

    address: str
    change: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    causes: Causes

    @property
    def display(self) -> dict[str, str]:
        """Id, number and title of the display, of the later run where it is there."""
        return (self.after or self.before or {})["display"]


@dataclass
class Comparison:
    """Two runs, the numbers that differ in the order of the report, and all causes."""

    before: Run
    after: Run
    differences: list[Difference] = field(default_factory=list)
    # Printed digests of files, plan and code: that they differ says that something does.
    fingerprints: list[Difference] = field(default_factory=list)
    # Each cause with the files of results that it is behind.
    causes: dict[Cause, set[str]] = field(default_factory=dict)


def compare_runs(before: Run, after: Run) -> Comparison:
    """Every number that differs, attributed; and every cause, also where it changed no number."""
    seals = Seals(before, after)
    comparison = Comparison(before, after)
    for address in _in_order(before.numbers, after.numbers):
        left, right = before.numbers.get(address), after.numbers.get(address)
        change = _change(left, right)
        if change:
            causes = _causes(seals, address, change, left, right)
            alike = left is not None and right is not None and _masked(left) == _masked(right)
            found = comparison.fingerprints if alike else comparison.differences
            found.append(Difference(address, change, left, right, causes))
    comparison.causes = _all_causes(seals)
    for difference in comparison.differences:
        for cause in difference.causes:
            comparison.causes.setdefault(cause, set())
    return comparison


def _masked(entry: Mapping[str, Any]) -> tuple[str, Any]:
    """What is printed and its value with every digest left out."""
    value = entry["value"]
    return (
        SHA256.sub("", entry["text"]),
        SHA256.sub("", value) if isinstance(value, str) else value,
    )


def _change(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str:
    if before is None or after is None:
        return APPEARED if before is None else VANISHED
    if before["text"] != after["text"]:
        return PRINTED
    return UNSEEN if before["value"] != after["value"] else ""


def _in_order(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The order of the later report; what is no longer there stands behind its display's rest."""
    displays = dict.fromkeys(entry["display"]["id"] for entry in after.values())
    gone = [at for at in before if at not in after]
    displays |= dict.fromkeys(sorted({before[at]["display"]["id"] for at in gone}, key=natural))
    place = {name: index for index, name in enumerate(displays)}
    every = [(at, after[at]) for at in after] + [(at, before[at]) for at in gone]
    return [at for at, entry in sorted(every, key=lambda pair: place[pair[1]["display"]["id"]])]


def _all_causes(seals: Seals) -> dict[Cause, set[str]]:
    """Every cause of every step, with the results behind which it lies; plan files beside."""
    found: dict[Cause, set[str]] = {
        Cause("plan", change.name, change.path, change.words): set() for change in seals.changes
    }
    for file in sorted(set(seals.before.maker) | set(seals.after.maker)):
        if not file.startswith("results/audit/"):
            for cause in seals.upstream(file):
                found.setdefault(cause, set()).add(file)
    for rule, seal in sorted({**seals.before.seals, **seals.after.seals}.items()):
        # Those who judge a run are no part of it.
        if not all(file.startswith("results/audit/") for file in seal["outputs"]):
            for cause in seals.own(rule):
                found.setdefault(cause, set())
    return found


def _causes(
    seals: Seals,
    address: str,
    change: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> Causes:
    entry: Mapping[str, Any] = after or before or {}
    printing = _printing(seals, entry, address)
    origin = _origin(seals, entry)
    if change in (APPEARED, VANISHED):
        shown = frozenset(
            cause for cause in printing if cause.kind == "plan" and cause.path[0] == "outputs"
        )
        found = origin | shown or printing
    elif before is not None and after is not None and before["value"] == after["value"]:
        found = printing or origin
    else:
        found = origin or printing
        if _decimals(before) != _decimals(after):
            found |= frozenset(cause for cause in printing if cause.path[:1] == ("formats",))
    return found or frozenset({Cause("unknown", address, words="no seal says why")})


def _decimals(entry: Mapping[str, Any] | None) -> int | None:
    """The decimals of a printed number; None of words."""
    if entry is None or isinstance(entry["value"], str):
        return None
    return len(entry["text"].partition(".")[2])


def _maker_of(seals: Seals, address: str) -> str:
    """The step that prints an address: the one that made the tables, or its figure."""
    figure = f"results/report/figures/{address.split('/')[0]}.json"
    for run in (seals.after, seals.before):
        for file in (figure, TABLES):
            if file in run.maker:
                return str(run.maker[file]["rule"])
    return ""


def _printing(seals: Seals, entry: Mapping[str, Any], address: str) -> Causes:
    """What the step that prints was given otherwise, as far as it decides on this address."""
    given = seals.own(_maker_of(seals, address))
    own = frozenset(cause for cause in given if seals.names.can_matter(cause.path, ""))
    name = entry["display"]["id"]
    words = entry["kind"] == "words"
    kept = frozenset(
        cause
        for cause in own
        if cause.kind != "plan"
        or (cause.path[:1] == ("outputs",) and name in cause.path)
        or cause.path[:1] == ("formats",)
        or (words and cause.path[:1] not in (("formats",), ("outputs",)))
    )
    return kept or own


def _origin(seals: Seals, entry: Mapping[str, Any]) -> Causes:
    """What lies behind the full value: the file, the place in the plan, the code that it names."""
    source = entry["source"]
    step = _everything(seals)
    if "run" in source and source["run"] in DIGESTS:
        return _of_kind(step, DIGESTS[source["run"]])
    if "environment" in source or source.get("file") == "envs/lock.txt":
        return _of_kind(step, "environment")
    if "code" in source:
        code = _of_kind(step, "code")
        return frozenset(c for c in code if c.name == source["code"]) or code
    if "plan" in source:
        return _of_plan(step, source)
    file = source.get("file", "")
    if file not in seals.before.maker and file not in seals.after.maker:
        return step
    if file == METADATA and "source" in source:
        return seals.upstream(f"{RAW}/{source['source']}.parquet") or seals.upstream(file)
    return _named(seals, seals.upstream(file), analysis_of(entry))


def _everything(seals: Seals) -> Causes:
    return seals.upstream(TABLES)


def _of_kind(causes: Causes, kind: str) -> Causes:
    return frozenset(cause for cause in causes if cause.kind == kind)


def _of_plan(causes: Causes, source: Mapping[str, Any]) -> Causes:
    """The differences of the plan under the place that a number names, or of the contracts."""
    if source["plan"] == "tables":
        return frozenset(c for c in causes if c.name.startswith("config/schemas/tables/"))
    place = str(source["plan"]).split(".")
    return frozenset(c for c in causes if c.kind == "plan" and within(place, c.path))


def _named(seals: Seals, causes: Causes, analysis: str) -> Causes:
    """Without what the analysis does not name; all of it where nothing would be left."""
    kept = frozenset(
        cause
        for cause in causes
        if cause.kind != "plan" or seals.names.can_matter(cause.path, analysis)
    )
    return kept or causes
