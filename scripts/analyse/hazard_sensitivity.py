"""Log-rank tests and Cox models beside the planned ones: strata, weights, proportional hazards."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from scripts.analyse.results import (
    Analysis,
    AnalysisSet,
    Plan,
    Rows,
    build_result,
    contrasts_of,
    group_entries,
    method_of,
    numbers,
)
from scripts.analyse.survival_rows import Pairs, estimable, pair_of, unit_of
from scripts.stats.survival import cox, proportional_hazards_test, weighted_logrank

TEST = ("statistic", "df", "p_value")
RATIO = ("hazard_ratio", "standard_error", "lower", "upper", "p_value")
Labels = dict[str, str]


def strata_of(table: pd.DataFrame, variables: Sequence[str]) -> np.ndarray:
    """The number of each subject's stratum: one for each combination of values that occurs."""
    if not variables:
        return np.zeros(len(table), dtype=np.int64)
    return table.groupby(list(variables), sort=True).ngroup().to_numpy()


def with_strata(subjects: AnalysisSet, variables: Sequence[str]) -> AnalysisSet:
    """The subjects in whom every variable of the strata is known."""
    for variable in variables:
        missing = subjects.subjects[variable].isna()
        subjects = subjects.without(missing, f"No value of {variable}, which makes the strata")
    return subjects


def logrank_test_rows(
    row: str, subjects: AnalysisSet, pairs: Pairs, variables: Sequence[str], **weights: Any
) -> tuple[Rows, str]:
    """One log-rank test over all groups, and pair by pair where there are more; its words."""
    rows: Rows = []
    label = ""
    everybody = subjects.subjects
    several = len(everybody[subjects.variable].unique()) > 1
    asked = [("", everybody, everybody[subjects.variable].to_numpy(), several)]
    if len(subjects.groups) > 2:
        for a, b in pairs:
            members, first = pair_of(subjects, a, b)
            asked.append((f"{a}/{b}", members, first, estimable(members, first)))
    for group, members, labels, possible in asked:
        values: dict[str, Any] = dict.fromkeys(TEST)
        if possible and members["event"].any():
            strata = strata_of(members, variables) if variables else None
            found = weighted_logrank(
                members["AVAL"], members["event"], labels, strata=strata, **weights
            )
            values, label = {word: getattr(found, word) for word in TEST}, found.label
        rows += numbers(row, group, **values)
    return rows, label


def model_rows(
    subjects: AnalysisSet, pairs: Pairs, variables: Sequence[str], ties: str, level: float
) -> tuple[Rows, str]:
    """The stratified Cox model of each contrast in both directions; its words."""
    rows: Rows = []
    label = ""
    for a, b in pairs:
        members, first = pair_of(subjects, a, b)
        for top, bottom, numerator in ((a, b, first), (b, a, ~first)):
            values: dict[str, Any] = dict.fromkeys(RATIO)
            if estimable(members, first):
                time, event = members["AVAL"].to_numpy(float), members["event"].to_numpy(bool)
                strata = strata_of(members, variables)
                fit = cox(time, event, numerator.astype(float), ties, level, strata=strata)
                values = {word: getattr(fit, word)[0] for word in RATIO}
                label = fit.label
            rows += numbers("stratified_cox", f"{top}/{bottom}", **values, level=level)
    return rows, label


def check_rows(
    subjects: AnalysisSet, pairs: Pairs, scales: Sequence[str], ties: str
) -> tuple[Rows, Labels]:
    """The check of proportional hazards of each contrast on each scale of time."""
    rows: Rows = []
    labels = {}
    for scale in scales:
        row = f"proportional_hazards {scale}"
        for a, b in pairs:
            members, first = pair_of(subjects, a, b)
            values: dict[str, Any] = dict.fromkeys(TEST)
            at_zero = bool((members.loc[members["event"], "AVAL"] == 0).any())
            if estimable(members, first) and not (scale == "log" and at_zero):
                found = proportional_hazards_test(
                    members["AVAL"], members["event"], first.astype(float), scale, ties=ties
                )
                parts = (found.global_statistic, found.global_df, found.global_p_value)
                values = dict(zip(TEST, parts, strict=True))
                labels[row] = found.label
            rows += numbers(row, f"{a}/{b}", **values)
    return rows, labels


def weights_of(analysis: Analysis) -> dict[str, dict[str, Any]]:
    """The weights of further log-rank tests by the row that each is printed in."""
    found: dict[str, dict[str, Any]] = {
        word: {"weight": word} for word in analysis.get("weights", [])
    }
    for rho, gamma in analysis.get("fleming_harrington", []):
        row = f"fleming_harrington {rho:g} {gamma:g}"
        found[row] = {"weight": "fleming_harrington", "rho": rho, "gamma": gamma}
    return found


def hazard_sensitivity(
    name: str, analysis: Analysis, subjects: AnalysisSet, plan: Plan
) -> dict[str, Any]:
    """Stratified and weighted tests, the stratified Cox model, and the check of its assumption."""
    level, ties = plan["settings"]["confidence_level"], analysis["method"]["ties"]
    variables = analysis.get("stratify_by", [])
    subjects = with_strata(subjects, variables)
    pairs = contrasts_of(analysis, plan, subjects.groups)
    statistics: Rows = []
    labels: Labels = {}
    if variables:
        count = len(np.unique(strata_of(subjects.subjects, variables)))
        statistics += numbers("strata", "", count=count)
        rows, labels["stratified_logrank"] = logrank_test_rows(
            "stratified_logrank", subjects, pairs, variables, weight="logrank"
        )
        models, labels["stratified_cox"] = model_rows(subjects, pairs, variables, ties, level)
        statistics += rows + models
    for row, weights in weights_of(analysis).items():
        rows, labels[row] = logrank_test_rows(row, subjects, pairs, [], **weights)
        statistics += rows
    checks, words = check_rows(subjects, pairs, analysis.get("proportional_hazards", []), ties)
    labels |= words
    events = {group.id: int(subjects.of(group)["event"].sum()) for group in subjects.groups}
    return build_result(
        name,
        analysis,
        plan,
        subjects,
        groups=group_entries(subjects, events),
        method=method_of(
            "hazard_sensitivity",
            "; ".join(dict.fromkeys(word for word in labels.values() if word)),
            _options(analysis, ties),
        ),
        statistics=statistics + checks,
        unit=unit_of(subjects),
        labels={row: word for row, word in labels.items() if word},
    )


def _options(analysis: Mapping[str, Any], ties: str) -> dict[str, Any]:
    options: dict[str, Any] = {"ties": ties}
    for key in ("stratify_by", "weights", "proportional_hazards"):
        if key in analysis:
            options[key] = list(analysis[key])
    if "fleming_harrington" in analysis:
        pairs = [f"rho {r:g} with gamma {g:g}" for r, g in analysis["fleming_harrington"]]
        options["fleming_harrington"] = pairs
    return options
