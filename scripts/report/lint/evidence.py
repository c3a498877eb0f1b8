"""What the report was made from, as the rules ask for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from scripts.report.registry import analyses_of, displays_of

TOTAL = "TOTAL"
RESULTS = "results/analyse/"
Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Evidence:
    """The plan, the tables and figures as data, the results, and the subjects."""

    plan: Mapping[str, Any]
    tables: Mapping[str, Any]
    figures: Mapping[str, Mapping[str, Any]]
    drawings: Mapping[str, str]
    results: Mapping[str, Mapping[str, Any]]
    adsl: pd.DataFrame
    documents: Mapping[str, Any] = field(default_factory=dict)
    # What was counted once and is asked for by several rules.
    memory: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def addresses(self) -> dict[str, dict[str, Any]]:
        """Every address of tables, front and figures with its entry."""
        found = dict(self.tables["addresses"])
        for document in self.figures.values():
            found |= document["addresses"]
        return found

    @cached_property
    def displays(self) -> dict[str, dict[str, Any]]:
        """The displays of the plan by id, in order."""
        return {display["id"]: display for display in displays_of(self.plan)}

    def analyses(self, display: str) -> list[str]:
        """The analyses that a display prints, by the plan."""
        return analyses_of(self.displays[display]) if display in self.displays else []

    def planned(self, analysis: str) -> Mapping[str, Any]:
        """The plan of an analysis."""
        found: Mapping[str, Any] = self.plan["analyses"]["analyses"].get(analysis, {})
        return found

    @cached_property
    def values(self) -> dict[Key, Any]:
        """Every number of every result by analysis, row, group and statistic."""
        found: dict[Key, Any] = {}
        for name, result in self.results.items():
            for item in result.get("statistics", []):
                found[name, item["row"], item["group"] or "", item["statistic"]] = item["value"]
            for group in result.get("groups", []):
                found[name, "groups", group["id"], "N"] = group["N"]
                found[name, "groups", group["id"], "n"] = group["n"]
        return found

    def source(self, address: str) -> Key | None:
        """Where a printed number lies in a result, or None where it lies elsewhere."""
        source = self.addresses.get(address, {}).get("source", {})
        file = str(source.get("file", ""))
        if not file.startswith(RESULTS) or "statistic" not in source:
            return None
        name = file.removeprefix(RESULTS).removesuffix(".json")
        return name, source["row"], source["group"] or "", source["statistic"]

    @cached_property
    def rows(self) -> dict[str, list[str]]:
        """The rows of every result, in order."""
        found: dict[str, dict[str, None]] = {name: {} for name in self.results}
        for name, row, _, _ in self.values:
            if row != "groups":
                found[name][row] = None
        return {name: list(rows) for name, rows in found.items()}

    @cached_property
    def _places(self) -> dict[tuple[str, str], list[Key]]:
        found: dict[tuple[str, str], list[Key]] = {}
        for key in self.values:
            found.setdefault(key[:2], []).append(key)
        return found

    def by_place(self, analysis: str, row: str) -> list[Key]:
        """Every number of one row of a result."""
        return self._places.get((analysis, row), [])

    def places(self, analysis: str) -> dict[tuple[str, str], dict[str, Any]]:
        """The numbers of a result under row and group."""
        if analysis not in self._by_analysis:
            found: dict[tuple[str, str], dict[str, Any]] = {}
            for item in self.results.get(analysis, {}).get("statistics", []):
                place = found.setdefault((item["row"], item["group"] or ""), {})
                place[item["statistic"]] = item["value"]
            self._by_analysis[analysis] = found
        return self._by_analysis[analysis]

    @cached_property
    def _by_analysis(self) -> dict[str, dict[tuple[str, str], dict[str, Any]]]:
        return {}

    def of_row(self, analysis: str, row: str) -> list[Any]:
        """The values of one row of a result."""
        return [self.values[key] for key in self.by_place(analysis, row)]

    @cached_property
    def arms(self) -> dict[str, str]:
        """The label of each arm by the plan."""
        return {str(arm["code"]): str(arm["label"]) for arm in self.plan["trial"]["arms"]}

    def labels(self, display: str) -> dict[str, str]:
        """The label of every group of a display: the arms by the plan, others by its results."""
        found: dict[str, str] = {}
        for name in self.analyses(display):
            for group in self.results.get(name, {}).get("groups", []):
                found[group["id"]] = group["label"]
        return {**found, **self.arms}

    def group_of(self, display: str, label: str) -> str:
        """The group that a reader takes a label for, or nothing."""
        labels = self.labels(display)
        return next((group for group, words in labels.items() if words == label), "")

    @cached_property
    def populations(self) -> dict[str, str]:
        """The label of each population."""
        entries = self.plan["subjects"]["populations"]
        return {flag: str(entry["label"]) for flag, entry in entries.items()}

    @cached_property
    def indexed(self) -> pd.DataFrame:
        """The subjects by their id."""
        return self.adsl.set_index("USUBJID")

    def used(self, analysis: str) -> pd.Index:
        """The subjects that an analysis used, as far as ADSL has them."""
        subjects = self.results.get(analysis, {}).get("subjects", {}).get("used", [])
        return pd.Index([name for name in subjects if name in self.indexed.index])

    def group_values(self, analysis: str) -> tuple[str, dict[str, Any]]:
        """The variable of ADSL that makes the groups of an analysis, and each group's value."""
        declared = self.planned(analysis).get("groups")
        if declared is None:
            return "ARMCD", {code: code for code in self.arms}
        levels = [v if isinstance(v, Mapping) else {"value": v} for v in declared["levels"]]
        return declared["variable"], {str(v["value"]): v["value"] for v in levels}
