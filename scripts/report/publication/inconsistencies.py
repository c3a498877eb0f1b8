"""Inconsistencies of a publication that the data can show, found by general rules.

The plan names the rules and what they look at; whether there is anything to show, and with which
numbers, comes out of the results and the derived tables.
"""

from collections.abc import Callable, Mapping
from typing import Any

from scripts.conditions import ConditionError
from scripts.report.publication import interval_rules, published_rules, result_rules, subject_rules
from scripts.report.publication.evidence import Evidence, Material
from scripts.report.results import OutputsError

RULES: dict[str, Callable[[Material, Mapping[str, Any]], Evidence]] = {
    "misprint": published_rules.misprint,
    "mixed_interval_methods": interval_rules.mixed_interval_methods,
    "interval_and_test_disagree": interval_rules.interval_and_test_disagree,
    "ratio_direction": published_rules.ratio_direction,
    "not_reproducible_from_stated_set": published_rules.not_reproducible_from_stated_set,
    "count_total_mismatch": published_rules.count_total_mismatch,
    "single_covariate_models": published_rules.single_covariate_models,
    "imputation_adds_nothing": result_rules.imputation_adds_nothing,
    "alternative_definition_changes_count": result_rules.alternative_definition_changes_count,
    "median_ignores_censoring": result_rules.median_ignores_censoring,
    "planned_size_not_reached": result_rules.planned_size_not_reached,
    "informative_missingness": subject_rules.informative_missingness,
    "literal_reading_excludes": subject_rules.literal_reading_excludes,
    "rule_applied_to_few": subject_rules.rule_applied_to_few,
    "withdrawal_at_treatment_end": subject_rules.withdrawal_at_treatment_end,
    "undecided_boundary": subject_rules.undecided_boundary,
    "structural_association": subject_rules.structural_association,
    "unstated_cut_off": subject_rules.unstated_cut_off,
    "category_outside_table": subject_rules.category_outside_table,
    "same_quantity_twice": subject_rules.same_quantity_twice,
}


def find_inconsistency(material: Material, entry: Mapping[str, Any]) -> dict[str, Any]:
    """One entry of the plan with the evidence of its rules."""
    rules = entry.get("rules", [])
    found = [(rule["rule"], RULES[rule["rule"]](material, rule)) for rule in rules]
    sentences = [evidence.sentence for _, evidence in found]
    return {
        "id": entry["id"],
        "rule": ", ".join(dict.fromkeys(name for name, _ in found)),
        "title": entry["title"],
        "shown": any(evidence.shown for _, evidence in found),
        "evidence": " ".join(sentences),
        "reason": entry.get("reason", ""),
        "values": [
            {"rule": name, "shown": evidence.shown, **evidence.values} for name, evidence in found
        ],
    }


def find_inconsistencies(material: Material, plan: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every entry of the plan. Raises OutputsError listing each rule that cannot be evaluated."""
    made, findings = [], []
    for entry in plan.get("inconsistencies", []):
        try:
            made.append(find_inconsistency(material, entry))
        except (OutputsError, ConditionError) as error:
            findings.append(f"{entry['id']}: {error}")
    if findings:
        raise OutputsError(
            f"{len(findings)} inconsistency rule(s) cannot be evaluated\n  " + "\n  ".join(findings)
        )
    return made
