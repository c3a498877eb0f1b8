"""Which rule makes which kind of analysis, and the part of the plan that each rule depends on.

A family is a rule. Its slice of the plan holds what can change its numbers or its words and
nothing else, so that a new colour or another family's method does not run it again.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from scripts.impute.assumptions import is_grid

Plan = Mapping[str, Any]

FAMILIES = {
    "difference_in_proportions": "compare_proportions",
    "proportions_by": "compare_proportions",
    "subgroups": "compare_proportions",
    "stratified_difference": "compare_proportions",
    "effect_measures": "compare_proportions",
    "difference_imputed": "compare_imputed",
    "imputation_diagnostics": "describe_imputations",
    "tipping_point": "find_tipping_points",
    "quantiles_of_time": "compare_times",
    "time_to_event": "compare_times",
    "survival_contrasts": "compare_times",
    "hazard_sensitivity": "compare_times",
    "logistic": "fit_models",
    "adjusted_difference": "fit_models",
    "baseline": "describe_subjects",
    "subjects_with_records": "describe_subjects",
    "disposition": "describe_subjects",
    "attendance": "describe_subjects",
    "visit_adherence": "describe_subjects",
    "population_membership": "describe_subjects",
    "exposure": "describe_subjects",
    "measurements_over_time": "describe_measurements",
    "missing_patterns": "describe_measurements",
    "shift": "describe_measurements",
    "courses": "describe_courses",
    "event_overview": "describe_events",
    "event_terms": "describe_events",
    "event_grades": "describe_events",
    "deaths": "describe_events",
    "sample_size": "compute_design",
    "power": "compute_design",
}

WITH_SCHEDULE = {
    "attendance",
    "courses",
    "disposition",
    "measurements_over_time",
    "missing_patterns",
    "visit_adherence",
}
# The display formats whose digits are to hold against Monte Carlo error.
OF_POOLED = ("difference", "ratio", "p")
ARM_WORDS = ("code", "label", "short", "ratio", "reference")


def analyses_of(plan: Plan, family: str) -> dict[str, Any]:
    """The planned analyses of one family by id, in the order of the plan."""
    return {
        name: analysis
        for name, analysis in plan["analyses"]["analyses"].items()
        if FAMILIES.get(analysis["kind"]) == family
    }


def populations_of(plan: Plan) -> dict[str, dict[str, Any]]:
    """Every population that the plan declares, by the name of its flag."""
    return dict(plan["subjects"]["populations"])


def endpoints_of(plan: Plan) -> dict[str, dict[str, Any]]:
    """Every endpoint that the plan defines, by its code."""
    return dict(plan["endpoints"]["endpoints"])


def times_of(plan: Plan) -> dict[str, dict[str, Any]]:
    """Every time to an event that the plan defines, by its code."""
    return dict((plan.get("times") or {}).get("times") or {})


def models_of(plan: Plan) -> dict[str, dict[str, Any]]:
    """Every imputation model of the plan, by id."""
    return dict((plan.get("imputation") or {}).get("models") or {})


def sources_of(analysis: Mapping[str, Any]) -> set[str]:
    """The tables, beyond subjects and responses, that one analysis reads."""
    course = analysis.get("course", {})
    named = [analysis, *course.get("end", []), *course.get("marks", [])]
    return {entry["records"] for entry in named if "records" in entry}


def tables_of(plan: Plan, family: str, stage: str) -> list[str]:
    """The record tables that a family reads from a stage.

    Domains come from ingest and begin with no `ad`; analysis data sets come from derive.
    """
    names: set[str] = set()
    for analysis in analyses_of(plan, family).values():
        names |= sources_of(analysis)
    derived = {name for name in names if name.startswith("ad")}
    return sorted(derived if stage == "derive" else names - derived)


# The families that read completed data sets, or grids of them.
OF_MODELS = ("compare_imputed", "find_tipping_points")


def imputations_of(plan: Plan, *families: str) -> list[str]:
    """The imputation models that some analysis of the families uses; of any without a word."""
    return sorted(
        {
            analysis["imputation"]
            for family in families or OF_MODELS
            for analysis in analyses_of(plan, family).values()
            if "imputation" in analysis
        }
    )


def described_models(plan: Plan) -> list[str]:
    """The imputation models whose diagnostics some analysis gives."""
    described = analyses_of(plan, "describe_imputations").values()
    return sorted({name for analysis in described for name in analysis["models"]})


def models_made_by(plan: Plan, step: str) -> list[str]:
    """The models in use that a step of the impute stage completes, or (`grids`) tabulates."""
    models = models_of(plan)
    used = [name for name in imputations_of(plan) if name in models]
    return [name for name in used if _step_of(models[name]) == step]


def _step_of(model: Mapping[str, Any]) -> str:
    if model.get("kind") == "by_visit":
        return "impute_visits"
    if "assumption" not in model:
        return "impute_responses"
    return "grids" if is_grid(model) else "impute_shifted"


def references_of(plan: Plan) -> list[str]:
    """The codes of the reference arms."""
    return [str(arm["code"]) for arm in plan["trial"]["arms"] if arm.get("reference")]


def _labels(entries: Mapping[str, Mapping[str, Any]], keys: Iterable[str]) -> dict[str, Any]:
    wanted = tuple(keys)
    return {
        name: {key: entry[key] for key in wanted if key in entry} for name, entry in entries.items()
    }


def plan_of(plan: Plan, family: str) -> dict[str, Any]:
    """The slice of the plan that a family's numbers and words depend on."""
    analyses = analyses_of(plan, family)
    used = {analysis.get("population") for analysis in analyses.values()}
    used |= {p for one in analyses.values() for p in one.get("flow", {}).get("populations", [])}
    populations = {name: entry for name, entry in populations_of(plan).items() if name in used}
    sliced: dict[str, Any] = {
        "analyses": analyses,
        "arms": [
            {word: arm[word] for word in ARM_WORDS if word in arm} for arm in plan["trial"]["arms"]
        ],
        "sites": plan["trial"].get("sites", []),
        "populations": _labels(populations, ("label",)),
        "endpoints": _labels(endpoints_of(plan) | times_of(plan), ("label",)),
        "settings": {
            key: plan["settings"][key] for key in ("confidence_level", "significance_level")
        },
    }
    if "environment" in plan:
        sliced["environment"] = plan["environment"]
    if WITH_SCHEDULE & {analysis["kind"] for analysis in analyses.values()}:
        sliced["visits"] = plan["trial"]["visits"]
        sliced["visit_unit"] = plan["trial"]["visit_unit"]
    if "population_membership" in {analysis["kind"] for analysis in analyses.values()}:
        sliced["membership"] = {
            name: {
                "label": entry["label"],
                "reasons": [part["otherwise"] for part in entry["keep"]],
            }
            for name, entry in populations_of(plan).items()
        }
    if family in (*OF_MODELS, "describe_imputations"):
        models = models_of(plan)
        named = [one.get("imputation") for one in analyses.values()]
        named += [name for one in analyses.values() for name in one.get("models", [])]
        sliced["models"] = {name: models[name] for name in sorted(models) if name in named}
    if family == "compare_imputed":
        sliced["decimals"] = {word: plan["formats"]["decimals"][word] for word in OF_POOLED}
        if "imputations_least" in plan["settings"]:
            sliced["settings"]["imputations_least"] = plan["settings"]["imputations_least"]
    return sliced
