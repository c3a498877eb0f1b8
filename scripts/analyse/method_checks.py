"""Words of a method that exist, but do not belong to the kind of the analysis."""

from collections.abc import Mapping
from typing import Any

from scripts.conditions import nearest

# Words of a method that only a comparison within strata knows, and it knows no others.
STRATIFIED_INTERVALS = {"mantel_haenszel", "stratified_newcombe", "stratified_miettinen_nurminen"}
STRATIFIED_TESTS = {"cochran_mantel_haenszel", "cochran_mantel_haenszel_corrected"}


def check_words(analysis: Mapping[str, Any]) -> list[str]:
    """Words of a method that are known, but not to this kind of analysis."""
    method, kind = analysis.get("method", {}), analysis["kind"]
    over_strata = kind == "stratified_difference"
    allowed = {"interval": STRATIFIED_INTERVALS, "test": STRATIFIED_TESTS}
    findings = []
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
