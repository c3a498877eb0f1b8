"""Words of a method that exist, but do not belong to the kind of the analysis."""

from collections.abc import Mapping
from typing import Any

from scripts.conditions import nearest

# Words of a method that only a comparison within strata knows, and it knows no others.
STRATIFIED_INTERVALS = {"mantel_haenszel", "stratified_newcombe", "stratified_miettinen_nurminen"}
STRATIFIED_TESTS = {"cochran_mantel_haenszel", "cochran_mantel_haenszel_corrected"}

# Kinds whose limits are of coefficients, and these limits.
MODELS = {"logistic", "adjusted_difference"}
LIMITS = {"wald", "profile_likelihood"}
# The kinds whose method has a variance, and its words.
VARIANCES = {
    "tipping_point": {"wald", "least_squares"},
    "adjusted_difference": {"influence_function", "influence_function_corrected", "model_based"},
}


def check_limits(analysis: Mapping[str, Any]) -> list[str]:
    """Whether interval and variance are those of a model in a model, of a difference elsewhere."""
    method, kind = analysis.get("method", {}), analysis["kind"]
    findings = []
    interval, of_models = method.get("interval"), kind in MODELS
    if interval and (interval not in LIMITS if of_models else interval == "profile_likelihood"):
        known = ", ".join(sorted(LIMITS)) if of_models else "those of a difference in proportions"
        findings.append(f"method: the interval {interval!r} is not of this kind; known: {known}")
    words = VARIANCES.get(kind, set())
    if words and method.get("variance", next(iter(words))) not in words:
        known = ", ".join(sorted(words))
        findings.append(
            f"method: the variance {method['variance']!r} is not of this kind; known: {known}"
        )
    return findings


def check_words(analysis: Mapping[str, Any]) -> list[str]:
    """Words of a method that are known, but not to this kind of analysis."""
    method, kind = analysis.get("method", {}), analysis["kind"]
    over_strata = kind == "stratified_difference"
    allowed = {"interval": STRATIFIED_INTERVALS, "test": STRATIFIED_TESTS}
    findings = check_limits(analysis)
    for key, words in allowed.items():
        if key in method and (method[key] in words) != over_strata:
            what = f"does not compare within strata; {nearest(method[key], words)}"
            what = (
                what
                if over_strata
                else "compares within strata: of kind stratified_difference only"
            )
            findings.append(f"method: {key} {method[key]!r} {what}")
    return findings
