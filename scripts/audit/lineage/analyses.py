"""What every number of every analysis reads: by row, group and statistic of its result."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from scripts.analyse.families import FAMILIES
from scripts.audit.lineage.analysed import Analysed, Key
from scripts.audit.lineage.analyses_comparisons import (
    adjusted_difference,
    difference_in_proportions,
    effect_measures,
    logistic,
    proportions_by,
    stratified_difference,
    subgroups,
)
from scripts.audit.lineage.analyses_imputed import (
    difference_imputed,
    imputation_diagnostics,
    tipping_point,
)
from scripts.audit.lineage.analyses_measurements import (
    measurements_over_time,
    missing_patterns,
    shift,
)
from scripts.audit.lineage.analyses_records import (
    courses,
    deaths,
    event_grades,
    event_overview,
    records_by_level,
)
from scripts.audit.lineage.analyses_subjects import (
    attendance,
    baseline,
    disposition,
    exposure,
    population_membership,
    power,
    sample_size,
    visit_adherence,
)
from scripts.audit.lineage.analyses_times import (
    hazard_sensitivity,
    quantiles_of_time,
    survival_contrasts,
    time_to_event,
)
from scripts.audit.lineage.declarations import Declarations, Reads, unite

Kind = Callable[[Declarations, Mapping[str, Any]], Analysed]

KINDS: dict[str, Kind] = {
    "difference_in_proportions": difference_in_proportions,
    "proportions_by": proportions_by,
    "subgroups": subgroups,
    "stratified_difference": stratified_difference,
    "effect_measures": effect_measures,
    "difference_imputed": difference_imputed,
    "imputation_diagnostics": imputation_diagnostics,
    "tipping_point": tipping_point,
    "quantiles_of_time": quantiles_of_time,
    "time_to_event": time_to_event,
    "survival_contrasts": survival_contrasts,
    "hazard_sensitivity": hazard_sensitivity,
    "logistic": logistic,
    "adjusted_difference": adjusted_difference,
    "baseline": baseline,
    "subjects_with_records": records_by_level,
    "disposition": disposition,
    "attendance": attendance,
    "visit_adherence": visit_adherence,
    "population_membership": population_membership,
    "exposure": exposure,
    "measurements_over_time": measurements_over_time,
    "missing_patterns": missing_patterns,
    "shift": shift,
    "courses": courses,
    "event_overview": event_overview,
    "event_terms": records_by_level,
    "event_grades": event_grades,
    "deaths": deaths,
    "sample_size": sample_size,
    "power": power,
}
# The module of scripts/analyse that holds the function of a kind; the function has its name.
MODULES = {
    "subgroups": "subgroups",
    "stratified_difference": "stratified",
    "effect_measures": "effect_measures",
    "survival_contrasts": "survival_contrasts",
    "hazard_sensitivity": "hazard_sensitivity",
    "adjusted_difference": "adjusted_difference",
    "disposition": "disposition",
    "visit_adherence": "adherence",
    "population_membership": "membership",
    "exposure": "exposure",
    "missing_patterns": "missing_patterns",
    "shift": "shift",
    "event_grades": "event_grades",
    "deaths": "deaths",
}
OTHER_NAMES = {"tipping_point": "tipping"}


def function_of(kind: str) -> str:
    """The function that makes a result of a kind, as module:function."""
    module = MODULES.get(kind, FAMILIES[kind])
    return f"scripts.analyse.{module}:{OTHER_NAMES.get(kind, kind)}"


@dataclass(frozen=True)
class Analyses:
    """Every analysis of a run with what its parts read."""

    planned: Mapping[str, Any]
    parts: Mapping[str, Analysed]
    keys: Mapping[str, list[Key]]
    _whole: dict[str, Reads] = field(default_factory=dict, repr=False)

    def number(self, name: str, row: str, group: str, statistic: str) -> Reads:
        """What one number of a result reads."""
        return self.parts[name].number((row, group, statistic, None))

    def whole(self, name: str) -> Reads:
        """Everything that an analysis reads for whatever it says."""
        if name not in self._whole:
            part = self.parts[name]
            numbers = (part.number(key) for key in self.keys[name])
            told = (part.words, part.method, part.left_out, part.shape, part.labels)
            self._whole[name] = unite(*told, *numbers)
        return self._whole[name]

    def records(self) -> Iterator[tuple[str, Key, Reads]]:
        """(analysis, key, reads) of every record of the results store."""
        for name, keys in self.keys.items():
            for key in keys:
                yield name, key, self.parts[name].number(key)


def keys_of(results: pd.DataFrame) -> dict[str, list[Key]]:
    """(row, group, statistic, point) of every record of the results store, by analysis."""
    points = [None if pd.isna(point) else int(point) for point in results["POINT"]]
    columns = [results[name].astype("object").fillna("") for name in ("ROW", "GROUP", "STATISTIC")]
    found: dict[str, list[Key]] = {}
    for name, row, group, statistic, point in zip(
        results["ANALYSIS"], *columns, points, strict=True
    ):
        found.setdefault(name, []).append((row, group, statistic, point))
    return found


def declare_analyses(desk: Declarations) -> Analyses:
    """What the parts of every analysis of the run read."""
    planned = desk.plan["analyses"]["analyses"]
    parts = {name: KINDS[planned[name]["kind"]](desk, planned[name]) for name in desk.run.described}
    keys: dict[str, list[Key]] = {name: [] for name in parts}
    return Analyses(planned, parts, keys | keys_of(desk.run.results))


def describe_analyses(plan: Mapping[str, Any], names: Iterable[str]) -> dict[str, dict[str, str]]:
    """For each analysis the rule and the function that made it, for whoever reads a trace."""
    planned = plan["analyses"]["analyses"]
    return {
        name: {
            "rule": FAMILIES[planned[name]["kind"]],
            "function": function_of(planned[name]["kind"]),
            "seal": f"results/analyse/seals/{FAMILIES[planned[name]['kind']]}.json",
        }
        for name in names
    }
