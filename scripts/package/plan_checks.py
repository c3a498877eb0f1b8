"""Checks of the plan of the submission that no schema can make: names that must exist."""

from collections.abc import Mapping
from typing import Any

from scripts.conditions import unknown_words
from scripts.package.adam.plan_checks import check_adam_plan
from scripts.package.sdtm.plan_checks import check_sdtm_sent


def check_data_driven(plan: Mapping[str, Any]) -> list[str]:
    """Every analysis that is said to be data driven and that the plan does not have."""
    named = plan["submission"].get("analyses", {}).get("data_driven", [])
    known = plan["analyses"]["analyses"]
    findings = unknown_words(named, known, "analysis")
    return [f"submission.yaml: analyses.data_driven: {finding}" for finding in findings]


def check_submission_plan(plan: Mapping[str, Any]) -> list[str]:
    """Every finding on the plan of the submission; none where there is no submission."""
    if not plan.get("submission"):
        return []
    return [*check_data_driven(plan), *check_sdtm_sent(plan), *check_adam_plan(plan)]
