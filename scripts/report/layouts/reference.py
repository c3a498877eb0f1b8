"""What a reader looks up: formulas of the methods that ran, and the variables of the data sets."""

import re
from collections.abc import Mapping
from typing import Any

from scripts.report.cells import Cell, Sheet, cell, name
from scripts.report.layouts.frame import (
    Body,
    Context,
    Display,
    Row,
    column,
    heading,
    row,
    stub,
    table,
)
from scripts.report.layouts.notes import Notes
from scripts.report.results import Result
from scripts.tables import Contract

# The functions behind each method or test, by its closed word in a result. Counts need no formula.
FUNCTIONS: dict[str, list[str]] = {
    "wald_difference": ["wald_difference"],
    "wald_corrected_difference": ["wald_corrected_difference"],
    "newcombe_difference": ["newcombe_difference"],
    "newcombe_corrected_difference": ["newcombe_corrected_difference"],
    "agresti_caffo_difference": ["agresti_caffo_difference"],
    "miettinen_nurminen_difference": ["miettinen_nurminen_difference"],
    "mee_difference": ["mee_difference"],
    "chan_zhang_difference": ["chan_zhang_difference"],
    "santner_snell_difference": ["santner_snell_difference"],
    "mantel_haenszel_difference": ["mantel_haenszel_difference"],
    "stratified_newcombe_difference": ["stratified_newcombe_difference"],
    "stratified_miettinen_nurminen_difference": ["stratified_miettinen_nurminen_difference"],
    "newcombe_within_strata": ["newcombe_difference"],
    "miettinen_nurminen_within_strata": ["miettinen_nurminen_difference"],
    "common_odds_ratio": ["mantel_haenszel_odds_ratio"],
    "katz_ratio": ["katz_ratio"],
    "koopman_ratio": ["koopman_ratio"],
    "miettinen_nurminen_ratio": ["miettinen_nurminen_ratio"],
    "woolf_odds_ratio": ["woolf_odds_ratio"],
    "exact_conditional_odds_ratio": ["exact_conditional_odds_ratio"],
    "miettinen_nurminen_odds_ratio": ["miettinen_nurminen_odds_ratio"],
    "number_needed": ["number_needed"],
    "pearson_chi_square": ["pearson_chi_square"],
    "pearson_chi_square_corrected": ["pearson_chi_square"],
    "fisher_exact": ["fisher_exact"],
    "barnard": ["barnard_exact"],
    "boschloo": ["boschloo_exact"],
    "cochran_mantel_haenszel": ["cochran_mantel_haenszel"],
    "cochran_mantel_haenszel_corrected": ["cochran_mantel_haenszel"],
    "breslow_day_homogeneity": ["breslow_day"],
    "breslow_day_tarone_homogeneity": ["breslow_day"],
    "mann_whitney": ["mann_whitney"],
    "mann_whitney_exact": ["mann_whitney_exact"],
    "mann_whitney_asymptotic": ["mann_whitney"],
    "mann_whitney_corrected": ["mann_whitney"],
    "shift": ["hodges_lehmann"],
    "quartiles": ["quantile"],
    "description": ["quantile"],
    "kaplan_meier": ["kaplan_meier"],
    "logrank": ["logrank"],
    "cox": ["cox"],
    "logrank_hazard_ratio": ["logrank_hazard_ratio"],
    "mantel_haenszel_hazard_ratio": ["mantel_haenszel_hazard_ratio"],
    "survival_difference": ["kaplan_meier", "survival_difference"],
    "restricted_mean": ["restricted_mean", "restricted_mean_difference"],
    "restricted_mean_ratio": ["restricted_mean_ratio"],
    "stratified_logrank": ["stratified_logrank"],
    "stratified_cox": ["cox"],
    "gehan_breslow": ["weighted_logrank"],
    "tarone_ware": ["weighted_logrank"],
    "peto_peto": ["weighted_logrank"],
    "fleming_harrington": ["weighted_logrank"],
    "proportional_hazards": ["proportional_hazards_test"],
    "logistic_regression": ["logistic_regression"],
    "firth_logistic_regression": ["firth_logistic_regression"],
    "logistic_or_firth_regression": ["logistic_regression", "firth_logistic_regression"],
    "standardised_difference": ["standardised_difference", "logistic_regression"],
    "standardised_difference_firth": ["standardised_difference", "firth_logistic_regression"],
    "standardised_difference_either": [
        "standardised_difference",
        "logistic_regression",
        "firth_logistic_regression",
    ],
    "pooled_linear_regression": ["linear_many", "rubin_rules", "monte_carlo_errors", "grow"],
    "pooled_proportions": ["pooled_risk_difference", "rubin_rules", "monte_carlo_errors", "grow"],
    "pooled_chi_square": ["pooled_risk_difference", "rubin_rules", "monte_carlo_errors", "grow"],
    "pooled_logistic_regression": [
        "logistic_many",
        "pooled_odds_ratio",
        "rubin_rules",
        "monte_carlo_errors",
        "grow",
    ],
    "d2": ["pearson_chi_square", "d2_chi_square", "monte_carlo_errors_d2"],
    "rules": ["digits_hold", "linear_rule", "two_stage_rule"],
    "imputation_diagnostics": ["split_rhat", "second_half_rhat"],
    "pooled_grid": ["rubin_grid"],
    "tipping_point": ["tipping_point"],
    "sample_size": ["sample_size_two_proportions"],
    "power": ["power_two_proportions"],
}


SENTENCE = re.compile(r"(?<=[.:]) (?=[A-Z])")
# What only a caller of the function meets: errors, and the names of its results.
PROGRAM = re.compile(r"\braises?\b|ValueError|`converged`|`problem`")


def _functions_of(result: Result) -> list[str]:
    """The functions behind a result: by its method, test and options, and by rows named so."""
    method = result.document.get("method") or {}
    options = (method.get("options") or {}).items()
    chosen = [f"{word}_{key}" for key, word in options if isinstance(word, str)]
    # A row may say after a space what it was made with, such as the weights of a test.
    rows = [row.partition(" ")[0] for row in result.rows]
    words = [method.get("name", ""), method.get("test", ""), *chosen, *rows]
    return [function for word in words for function in FUNCTIONS.get(word, [])]


def _readable(notes: str) -> str:
    """Notes of a function in words for a reader, who is not shown how a program says it."""
    told = [part for part in SENTENCE.split(notes) if not PROGRAM.search(part)]
    return re.sub(r"\bnan\b", "not estimable", " ".join(told).replace("`", ""))


def formulas(display: Display, sheet: Sheet, context: Context) -> Body:
    """Every estimator that ran with its formula, what happens at its limits, and references."""
    known = context.documents["formulas"]
    ran = dict.fromkeys(f for result in context.results.values() for f in _functions_of(result))
    columns = [
        stub("Estimator"),
        column("formula", "Formula, and what happens at its limits", align="text"),
        column("references", "References", align="text"),
    ]
    rows = []
    for function in ran:
        entry = known[function]
        source = {"code": entry["file"], "function": function}
        cells = [
            cell(
                sheet.words(entry["formula"], source, function, "formula"),
                "\n",
                sheet.words(_readable(entry["notes"]), source, function, "notes"),
            ),
            cell(sheet.words(entry["references"], source, function, "references")),
        ]
        rows.append(row(function, entry["purpose"], cells, tone="titled"))
    return table(columns, rows, Notes(sheet), shares=[24, 46, 30], sources=[name("scripts/stats")])


def dictionary(display: Display, sheet: Sheet, context: Context) -> Body:
    """Every variable of the analysis data sets: label, type, codes or unit, origin."""
    columns = [
        stub("Variable"),
        column("label", "Label", align="text"),
        column("type", "Type", align="text"),
        column("codes", "Codes or unit", align="text"),
        column("origin", "Origin", align="text"),
    ]
    rows: list[Row] = []
    for key, contract in context.documents["contracts"].items():
        if not _explained(key, contract):
            continue
        rows.append(heading(key, f"{contract.label} ({', '.join(_sets(key, contract, context))})"))
        entries = {**contract.columns, **(_declared(context) if key == "adsl" else {})}
        rows += [
            row(f"{key}:{code}", code, _variable_cells(sheet, f"{key}:{code}", entry))
            for code, entry in entries.items()
        ]
    notes = Notes(sheet)
    notes.add("Made from the contracts under which the data sets were written.", {"plan": "tables"})
    shares = [13, 38, 9, 28, 12]
    return table(columns, rows, notes, shares=shares, sources=[name("config/schemas/tables")])


def _explained(key: str, contract: Contract) -> bool:
    return key.startswith("ad") or key in ("bds", "decisions")


def _sets(key: str, contract: Contract, context: Context) -> list[str]:
    """The data sets under a contract: measurements share one, the others have their own."""
    if key == "bds":
        return [str(code).upper() for code in context.plan["measurements"]["sets"]]
    return [contract.name]


def _declared(context: Context) -> dict[str, Any]:
    """The subject-level variables that the plan adds, and the flags of its populations."""
    subjects = context.plan["subjects"]
    declared = dict(subjects.get("variables") or {})
    for flag, population in subjects["populations"].items():
        declared[flag] = {"label": f"{population['label']} Population Flag", "type": "flag"}
        reason = {"label": f"Reason Outside {population['label']}", "type": "text"}
        declared[flag.removesuffix("FL") + "RS"] = reason
    return declared


def _variable_cells(sheet: Sheet, at: str, entry: Mapping[str, Any]) -> list[Cell]:
    codes = entry.get("codes") or (["Y", "N"] if entry.get("type") == "flag" else {})
    listed = codes.values() if isinstance(codes, Mapping) else codes
    known = ", ".join(map(str, listed)) or str(entry.get("unit") or "–")
    texts = {
        "label": str(entry["label"]),
        "type": str(entry.get("type") or KIND_TYPES.get(str(entry.get("kind")), "text")),
        "codes": known,
        "origin": str(entry.get("origin", "Derived")),
    }
    return [
        cell(sheet.words(text, {"plan": "tables", "variable": at}, at, key))
        for key, text in texts.items()
    ]


# The type of a declared variable that follows from how it is made.
KIND_TYPES = {"condition": "flag", "any": "flag", "count": "integer", "baseline": "number"}
