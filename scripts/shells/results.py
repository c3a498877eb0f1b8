"""Results without values: the analyses run over made-up tables, then every value is taken out.

What is left of a result is what the plan decides: groups, rows, labels, methods in words. The
functions that run are those that will run over the data, so a shell has the rows of the report.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from scripts.analyse import (
    compare_imputed,
    compare_proportions,
    compare_times,
    compute_design,
    describe_courses,
    describe_events,
    describe_imputations,
    describe_measurements,
    describe_subjects,
    find_tipping_points,
    fit_models,
)
from scripts.analyse.families import FAMILIES, plan_of
from scripts.derive.dates import parse_dates
from scripts.impute.assumptions import is_completion
from scripts.report.numbers import KINDS as KINDS_OF_NUMBER
from scripts.shells.conditions import DATE
from scripts.shells.records import make_grid, make_imputed, make_records, make_times
from scripts.shells.subjects import make_responses, make_subjects, set_subset
from scripts.tables import format_json

Plan = Mapping[str, Any]
Document = dict[str, Any]
# What stands for a value, so that a layout finds one and can tell nothing from it.
STANDING: dict[str, Any] = {
    "estimate": 0.0,
    "lower": -0.5,
    "upper": 0.5,
    "df": 1,
}


# Kinds of analysis whose numbers need no data.
FROM_THE_PLAN = {"sample_size"}


class ShellError(ValueError):
    """The plan asks for something of which no shell can be made."""


@dataclass(frozen=True)
class MadeUp:
    """The tables that the analyses of one family read."""

    adsl: pd.DataFrame
    adresp: pd.DataFrame
    analysis: Mapping[str, Any]
    plan: Plan

    @property
    def records(self) -> dict[str, pd.DataFrame]:
        """The table of records that the analysis names."""
        if "records" not in self.analysis:
            return {}
        return {self.analysis["records"]: make_records(self.analysis, self.plan, self.adsl)}


def _with_records(
    family: Callable[..., dict[str, Document]],
) -> Callable[[MadeUp, Plan], dict[str, Document]]:
    return lambda made, plan: family(made.adsl, made.adresp, made.records, plan)


def _times(made: MadeUp, plan: Plan) -> dict[str, Document]:
    times = make_times(made.analysis, made.plan, made.adsl)
    return compare_times.compare_times(made.adsl, made.adresp, times, plan)


def _imputed(made: MadeUp, plan: Plan) -> dict[str, Document]:
    model = plan["models"][made.analysis["imputation"]]
    draws = {"draws": 1} if is_completion(model) else {}
    drawn = {made.analysis["imputation"]: make_imputed(made.adsl, **draws)}
    found = compare_imputed.compare_imputed(made.adsl, made.adresp, drawn, plan)
    count = made.plan["settings"]["imputations"]
    for document in found.values():
        # A model that completes in a single way does so with data as well.
        if not is_completion(model):
            document["method"]["options"]["imputations"] = count
        said = compare_imputed.note_words(model, plan, count)
        if said:
            document["note"] = " ".join(filter(None, [made.analysis.get("note"), said]))
    return found


def _tipping(made: MadeUp, plan: Plan) -> dict[str, Document]:
    """Grids over made-up completions, or made-up counts at the shifts of the plan."""
    model = made.analysis["imputation"]
    shifts = plan["models"][model].get("assumption", {}).get("grid")
    table = make_grid(made.adsl, shifts) if shifts else make_imputed(made.adsl)
    found = find_tipping_points.find_tipping_points(made.adsl, {model: table}, plan)
    for document in found.values():
        if "imputations" in document["method"]["options"]:
            document["method"]["options"]["imputations"] = made.plan["settings"]["imputations"]
    return found


def _diagnostics(made: MadeUp, plan: Plan) -> dict[str, Document]:
    drawn = {model: make_imputed(made.adsl) for model in made.analysis["models"]}
    return describe_imputations.describe_imputations(drawn, [], {}, plan)


def _courses(made: MadeUp, plan: Plan) -> dict[str, Document]:
    """Courses of subjects all of whose dates are one day."""
    course = made.analysis["course"]
    dated = [*course["end"], *course["marks"]]
    variables = {course["start"], *(item["variable"] for item in dated if "variable" in item)}
    day = parse_dates(pd.Series([DATE])).iloc[0]
    subjects = made.adsl.assign(**dict.fromkeys(sorted(variables), day))
    records = {
        item["records"]: make_records(item, made.plan, subjects).assign(**{item["date"]: day})
        for item in dated
        if "records" in item
    }
    return describe_courses.describe_courses(subjects, made.adresp.assign(ADT=day), records, plan)


RUN: dict[str, Callable[[MadeUp, Plan], dict[str, Document]]] = {
    "compare_proportions": lambda made, plan: compare_proportions.compare_proportions(
        made.adsl, made.adresp, plan
    ),
    "fit_models": lambda made, plan: fit_models.fit_models(made.adsl, made.adresp, plan),
    "compute_design": lambda made, plan: compute_design.compute_design(made.adsl, plan),
    "compare_times": _times,
    "compare_imputed": _imputed,
    "describe_imputations": _diagnostics,
    "find_tipping_points": _tipping,
    "describe_courses": _courses,
    "describe_subjects": _with_records(describe_subjects.describe_subjects),
    "describe_measurements": _with_records(describe_measurements.describe_measurements),
    "describe_events": _with_records(describe_events.describe_events),
}


def needs_data(analysis: Mapping[str, Any]) -> bool:
    """Whether a number of this analysis can only come from data; a planned size comes from none."""
    return analysis["kind"] not in FROM_THE_PLAN


def make_results(plan: Plan, size: int | None = None) -> dict[str, Document]:
    """The result of every planned analysis without its values, by id.

    `size` is the number of made-up subjects of an arm; nothing that is printed depends on it.
    """
    subjects = make_subjects(plan, *([size] if size else []))
    responses = make_responses(plan, subjects)
    families = {family: plan_of(plan, family) for family in RUN}
    found = {}
    for name, analysis in plan["analyses"]["analyses"].items():
        family = FAMILIES[analysis["kind"]]
        if family not in RUN:
            raise ShellError(f"{name}: the kind {analysis['kind']!r} has no made-up tables yet")
        own_subjects, own_responses = set_subset(analysis, subjects, responses)
        made = MadeUp(own_subjects, _long(own_responses), analysis, plan)
        document = RUN[family](made, {**families[family], "analyses": {name: analysis}})[name]
        # By way of text, as a result reaches the report: a file keeps words in its own order.
        stored = json.loads(format_json(document))
        found[name] = empty_result(stored) if needs_data(analysis) else stored
    return _with_sizes(found)


def _long(responses: pd.DataFrame) -> pd.DataFrame:
    codes = [name for name in responses.columns if name != "USUBJID"]
    return responses.melt("USUBJID", codes, "PARAMCD", "AVALC")


def _standing(statistic: str) -> Any:
    if statistic in STANDING:
        return STANDING[statistic]
    return 1 if KINDS_OF_NUMBER.get(statistic) == "count" else 0.5


def empty_result(document: Mapping[str, Any]) -> Document:
    """A result with nothing left in it of the tables that it was made from."""
    statistics = [
        {**entry, "value": _standing(entry["statistic"])} for entry in document["statistics"]
    ]
    excluded = [{**entry, "USUBJID": []} for entry in document["subjects"]["excluded"]]
    made = {
        **document,
        "statistics": statistics,
        "groups": [{**group, "N": 1, "n": 1} for group in document["groups"]],
        "whole": _whole(document),
        "warnings": [],
        "subjects": {"used": [], "excluded": excluded},
        "shell": True,
    }
    if "labels" in made:
        made["labels"] = {row: _label(row, label) for row, label in made["labels"].items()}
    if "patterns" in made:
        made["patterns"] = [
            {**pattern, "counts": dict.fromkeys(pattern["counts"], 1)}
            for pattern in made["patterns"]
        ]
    if "diagnostics" in made:
        made["diagnostics"] = _empty_diagnostics(made["diagnostics"])
    if "courses" in made:
        made["courses"] = []
    if "grids" in made:
        # Which cells there are, and which of them tip, is known to the data only.
        made["grids"] = {}
        kept = {"missing", "observed"}
        made["statistics"] = [entry for entry in statistics if entry["row"] in kept]
    if "curve" in made:
        made["curve"] = {group: _empty_curve(curve) for group, curve in made["curve"].items()}
    return made


def _whole(document: Mapping[str, Any]) -> set[tuple[str, str]]:
    """The rows and groups whose denominator is everybody of the group."""
    sizes = {group["id"]: group["N"] for group in document["groups"]}
    return {
        (entry["row"], entry["group"])
        for entry in document["statistics"]
        if entry["statistic"] == "total" and entry["value"] == sizes.get(entry["group"])
    }


def _label(row: str, label: str) -> str:
    """The label of a row; the time of a withdrawal is known to the data only."""
    if not row.startswith("time="):
        return label
    moment = row.removeprefix("time=").partition(", ")[0]
    return label.replace(f" {moment}", " xx", 1)


def _empty_curve(curve: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """A curve without points; one over the planned visits keeps those."""
    if "survival" in curve:
        return {word: [] for word in curve}
    return {
        word: list(values) if word == "time" else [None for _ in values]
        for word, values in curve.items()
    }


def _empty_diagnostics(found: Mapping[str, Any]) -> dict[str, Any]:
    """The models of diagnostics, without anything that was drawn."""
    return {
        "models": [{**model, "notes": []} for model in found["models"]],
        "traces": [],
        "densities": [{**one, "observed": [], "imputed": []} for one in found["densities"]],
    }


def _with_sizes(documents: dict[str, Document]) -> dict[str, Document]:
    """The same N for the same subjects, and another for others: heads share an N by that."""
    order: list[Any] = []
    for document in documents.values():
        if not document.get("shell"):
            continue
        reasons = [entry["reason"] for entry in document["subjects"]["excluded"]]
        key = (document["population"], document["subset"], reasons)
        if key not in order:
            order.append(key)
        size = 1 + order.index(key)
        for group in document["groups"]:
            group["N"] = size
        # A denominator that is not N is printed beside its count, here as in the report.
        whole = document.pop("whole")
        for entry in document["statistics"]:
            if entry["statistic"] == "total":
                entry["value"] = size if (entry["row"], entry["group"]) in whole else size + 1
    return documents
