"""Core variables: what of a subject stands beside every record, so that each analysis can be made
from one data set.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from scripts.derive.plan_checks import subject_variables
from scripts.package.adam.names import sent_name, verdict_flags

Plan = Mapping[str, Any]
# What a name in these places of an analysis stands for: a variable of the subjects, or a verdict.
PLACES = ("variable", "other", "covariates", "terms", "stratify_by", "by", "left")
# Parts of an analysis that read the subjects' own data set, or dates of several data sets.
OF_SUBJECTS = ("variables", "flow", "course")


def core_variables(plan: Plan) -> list[str]:
    """The variables of ADSL that every other data set holds, as the plan declares them."""
    return [sent_name(name, plan) for name in plan["submission"].get("adam", {}).get("core") or []]


def _named(value: Any, at: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            if key not in OF_SUBJECTS:
                yield from _named(part, key)
    elif isinstance(value, list):
        for part in value:
            yield from _named(part, at)
    elif isinstance(value, str) and at in PLACES:
        yield value


def analysed_variables(plan: Plan) -> dict[str, list[str]]:
    """Variables of subjects and verdicts on endpoints by which analyses choose, part or adjust.

    Each with the analyses; what an analysis reads of the subjects' own data set is left out.
    """
    known = {*subject_variables(plan), *plan["endpoints"]["endpoints"]}
    found: dict[str, list[str]] = {}
    for name, analysis in plan["analyses"]["analyses"].items():
        if not {"endpoint", "records"} & set(analysis):
            continue
        words = [analysis["population"]] if "population" in analysis else []
        for word in dict.fromkeys([*words, *_named(analysis)]):
            if word in known:
                found.setdefault(word, []).append(name)
    return found


def needed_core(plan: Plan) -> dict[str, str]:
    """What must be a core variable and why: population flags, and what analyses read."""
    reasons = dict.fromkeys(plan["subjects"]["populations"], "it is the flag of a population")
    for name, analyses in analysed_variables(plan).items():
        reasons.setdefault(name, f"analyses read it: {', '.join(analyses)}")
    # They stand in every data set as they are.
    always = {"STUDYID", "USUBJID", "ARMCD", "TRT01P"}
    return {sent_name(name, plan): why for name, why in reasons.items() if name not in always}


def undeclared_verdicts(plan: Plan) -> list[str]:
    """Endpoints whose verdict is a condition of an analysis and that have no flag."""
    flagged = set(verdict_flags(plan).values())
    endpoints = plan["endpoints"]["endpoints"]
    return [name for name in analysed_variables(plan) if name in endpoints and name not in flagged]


def with_core(table: pd.DataFrame, subjects: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Core variables of the subject of each record, those that the table has not."""
    by_subject = subjects.set_index("USUBJID")
    wanted = [name for name in names if name not in table.columns]
    made = {name: table["USUBJID"].map(by_subject[name]) for name in wanted}
    types = {name: subjects[name].dtype for name in wanted}
    return pd.DataFrame(made, index=table.index).astype(types)
