"""The closed words of the outputs plan: every layout with the kinds of analysis that it can print.

Kept apart from the layouts themselves so that the plan can be checked without loading them.
"""

from collections.abc import Mapping
from typing import Any

PROPORTIONS = frozenset({"difference_in_proportions", "difference_imputed"})
DIAGNOSTICS = frozenset({"imputation_diagnostics"})
# One difference a contrast, in the row `difference`.
DIFFERENCES = PROPORTIONS | {"adjusted_difference"}
RECORDS = frozenset({"subjects_with_records", "event_overview", "event_terms", "event_grades"})
SUBJECTS = frozenset(
    {
        "baseline",
        "attendance",
        "exposure",
        "disposition",
        "population_membership",
        "missing_patterns",
        "deaths",
        *RECORDS,
    }
)

# Layouts of results, with the kinds of analysis that each can print.
TABLES: dict[str, frozenset[str]] = {
    "comparison": DIFFERENCES,
    "adjusted": frozenset({"adjusted_difference"}),
    "strata": frozenset({"proportions_by", "subgroups"}),
    "pooling": frozenset({"difference_imputed"}),
    "imputation_diagnostics": DIAGNOSTICS,
    "stratified": frozenset({"stratified_difference"}),
    "effects": frozenset({"effect_measures"}),
    "quantiles": frozenset({"quantiles_of_time"}),
    "time_to_event": frozenset({"time_to_event"}),
    "survival_contrasts": frozenset({"survival_contrasts"}),
    "hazard_sensitivity": frozenset({"hazard_sensitivity"}),
    "regression": frozenset({"logistic"}),
    "summary": SUBJECTS,
    "events": RECORDS,
    "over_time": frozenset({"measurements_over_time"}),
    "visits": frozenset({"missing_patterns", "visit_adherence"}),
    "shift": frozenset({"shift"}),
    "design": frozenset({"sample_size", "power"}),
    "tipping_grid": frozenset({"tipping_point"}),
    "statement": PROPORTIONS | RECORDS | {"tipping_point"},
    "synopsis": PROPORTIONS | RECORDS | {"disposition", "sample_size"},
}
FIGURES: dict[str, frozenset[str]] = {
    "flow": frozenset({"disposition"}),
    "survival_curves": frozenset({"time_to_event"}),
    "cumulative_curves": frozenset({"time_to_event"}),
    "swimmer": frozenset({"courses"}),
    "missing_grid": frozenset({"missing_patterns"}),
    "median_curves": frozenset({"measurements_over_time"}),
    "tipping_map": frozenset({"tipping_point"}),
    "forest": DIFFERENCES | {"proportions_by", "subgroups"},
    "traces": DIAGNOSTICS,
    "densities": DIAGNOSTICS,
}
# Layouts of what is not a result: the plan, the data, the code, the publication.
WORDS = frozenset(
    {
        "estimands",
        "definitions",
        "populations",
        "methods",
        "assumptions",
        "findings",
        "deviations",
        "listing",
        "listings_index",
        "published",
        "verdicts",
        "inconsistencies",
        "raw_files",
        "second_opinion",
        "software",
        "formulas",
        "dictionary",
        "plan_guide",
        "trial_design",
        "schedule",
        "planned_methods",
        "missing_data_rules",
        "imputation_models",
        "data_rules",
        "display_rules",
        "displays_list",
        "withheld",
    }
)
# Layouts of running text; what is neither text nor figure nor listing is a table.
TEXTS = frozenset({"statement", "synopsis"})
LISTS = frozenset({"listing"})
# Layouts whose rows a reader may sort on a screen.
SORTABLE = frozenset({"listing", "second_opinion", "assumptions", "raw_files", "software"})
# Layouts that print several analyses; each of the others prints exactly one.
MANY = frozenset(
    {"comparison", "adjusted", "quantiles", "time_to_event", "regression", "summary", "events",
     "design", "survival_contrasts", "hazard_sensitivity", "statement", "synopsis", "forest",
     "pooling", "stratified", "effects"}
)  # fmt: skip
ANALYSES: dict[str, frozenset[str]] = TABLES | FIGURES
LAYOUTS = sorted({*ANALYSES, *WORDS})


# What a display must state for a reader who sees nothing else. Results state all of it ...
STATED = frozenset({"population", "size", "method", "interval", "missing", "cut", "source"})
# ... save these: counts of what was recorded miss nothing, planned sizes are of nobody yet, a flow
# is nothing but numbers of subjects, and a synopsis says it in an entry of its own.
NOT_STATED: dict[str, frozenset[str]] = {
    "summary": frozenset({"missing"}),
    "events": frozenset({"missing"}),
    "visits": frozenset({"missing"}),
    "flow": frozenset({"missing", "size"}),
    "design": frozenset({"population", "size", "missing"}),
    "synopsis": frozenset({"population", "method", "missing"}),
    # Diagnostics are of models, whose population the plan names.
    **dict.fromkeys(
        ["imputation_diagnostics", "traces"], frozenset({"population", "size", "missing"})
    ),
    "densities": frozenset({"population", "size", "missing", "method"}),
}


def stated_by(layout: str) -> frozenset[str]:
    """What a display of a layout must state; words of the plan have a data cut and a source."""
    if layout in ANALYSES:
        return STATED - NOT_STATED.get(layout, frozenset())
    return frozenset({"cut", "source"})


def displays_of(plan: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every display of the plan in the order in which it is printed, with its section."""
    return [
        {**display, "section": section["id"]}
        for section in plan["outputs"]["sections"]
        for display in section.get("displays", [])
    ]


def word_of(layout: str) -> str:
    """What a display of a layout is called before its number."""
    if layout in FIGURES:
        return "Figure"
    if layout in TEXTS:
        return "Section"
    return "Listing" if layout in LISTS else "Table"


def displays_of_shells(plan: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every display that only the shells print, before those of the report."""
    return [
        {**display, "section": section["id"]}
        for section in plan["outputs"].get("shells", {}).get("sections", [])
        for display in section["displays"]
    ]


def figures_of(plan: Mapping[str, Any]) -> list[str]:
    """The ids of the figures of the plan."""
    return [item["id"] for item in displays_of(plan) if item["layout"] in FIGURES]


def _named(entry: Mapping[str, Any]) -> list[str]:
    """The analyses that an entry of a synopsis names."""
    single = [entry[key] for key in ("planned", "flow", "method", "conclusion") if key in entry]
    return [*single, *entry.get("analyses", [])]


def analyses_of(display: Mapping[str, Any]) -> list[str]:
    """The ids of the analyses that a display prints, in order."""
    if "entries" in display:
        return [name for entry in display["entries"] for name in _named(entry)]
    if "rows" in display:
        return [row["analysis"] for row in display["rows"] if "analysis" in row]
    return list(display.get("analyses", []))
