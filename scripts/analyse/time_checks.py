"""What no schema can say of comparisons of times: that they ask for something that there is."""

from collections.abc import Mapping
from typing import Any

Analysis = Mapping[str, Any]
# Kinds that compute nothing unless the plan asks for one of these.
ONE_OF = {
    "survival_contrasts": ("landmarks", "restricted_mean"),
    "hazard_sensitivity": ("stratify_by", "weights", "fleming_harrington", "proportional_hazards"),
}
# The scales on which a difference of survival has limits.
SCALES = ("plain", "log-log")


def check_times(analysis: Analysis) -> list[str]:
    """Whether a comparison of times asks for something, and for what its scale can give."""
    asked = ONE_OF.get(analysis["kind"], ())
    findings = []
    if asked and not any(key in analysis for key in asked):
        findings.append(f"give one of {', '.join(map(repr, asked))}")
    transform = analysis.get("method", {}).get("transform")
    if analysis["kind"] == "survival_contrasts" and transform not in (None, *SCALES):
        findings.append(f"method: transform {transform!r} is none of a difference: use "
                        f"{' or '.join(map(repr, SCALES))}")  # fmt: skip
    return findings
