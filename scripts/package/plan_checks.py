"""Checks of the plan of the submission that no schema can make: names that must exist."""

import re
from collections.abc import Mapping
from typing import Any

from scripts.conditions import unknown_words
from scripts.package.adam.plan_checks import check_adam_plan
from scripts.package.gate.ids import rule_ids
from scripts.package.sdtm.plan_checks import check_sdtm_sent

CORE_ID = re.compile(r"CORE-\d{6}")


def check_data_driven(plan: Mapping[str, Any]) -> list[str]:
    """Every analysis that is said to be data driven and that the plan does not have."""
    named = plan["submission"].get("analyses", {}).get("data_driven", [])
    known = plan["analyses"]["analyses"]
    findings = unknown_words(named, known, "analysis")
    return [f"submission.yaml: analyses.data_driven: {finding}" for finding in findings]


def check_conformance_plan(plan: Mapping[str, Any]) -> list[str]:
    """Every answer to a rule that there is not, and every one that is given twice."""
    answers = plan["submission"].get("conformance", {}).get("answers", [])
    at = "submission.yaml: conformance.answers"
    # The rules of CDISC CORE come from outside; whether one is there is seen when they are run.
    ours = [a["rule"] for a in answers if not CORE_ID.fullmatch(a["rule"])]
    findings = [f"{at}: {finding}" for finding in unknown_words(ours, rule_ids(), "rule")]
    about = [(a["rule"], a.get("dataset", "every data set")) for a in answers]
    twice = sorted({one for one in about if about.count(one) > 1})
    return findings + [f"{at}: {rule} in {dataset} is answered twice" for rule, dataset in twice]


def check_submission_plan(plan: Mapping[str, Any]) -> list[str]:
    """Every finding on the plan of the submission; none where there is no submission."""
    if not plan.get("submission"):
        return []
    checks = (check_data_driven, check_sdtm_sent, check_adam_plan, check_conformance_plan)
    return [finding for check in checks for finding in check(plan)]
