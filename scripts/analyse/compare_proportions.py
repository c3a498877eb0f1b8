"""Proportions with an endpoint and their differences between groups, overall or by stratum."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.analyse.effect_measures import effect_measures
from scripts.analyse.proportion_rows import (
    SMALL_EXPECTED,
    Counts,
    count_responders,
    difference_rows,
    known_responses,
    smallest_expected,
    unlike_verdicts,
)
from scripts.analyse.results import (
    Analysis,
    AnalysisSet,
    Plan,
    Rows,
    build_result,
    contrasts_of,
    count_of,
    group_entries,
    method_of,
    numbers,
    select,
    with_responses,
)
from scripts.analyse.stratified import stratified_difference
from scripts.analyse.subgroups import subgroups
from scripts.job import Job
from scripts.stats.proportions import DIFFERENCES, TESTS

# The row of each test in a result. The first three are always computed, the others where planned.
TEST_ROWS = {
    "pearson_chi_square": "test",
    "pearson_chi_square_corrected": "test_corrected",
    "fisher_exact": "test_exact",
    "barnard": "test_barnard",
    "boschloo": "test_boschloo",
}
ALWAYS = ("pearson_chi_square", "pearson_chi_square_corrected", "fisher_exact")
CHI_SQUARE = ("pearson_chi_square", "pearson_chi_square_corrected")


def compute_tests(pair: Counts, planned: str) -> dict[str, Any]:
    """The tests of one contrast by their words; none where a group is empty."""
    (x1, n1), (x2, n2) = pair.values()
    if n1 == 0 or n2 == 0:
        return {}
    return {word: TESTS[word](x1, n1, x2, n2) for word in dict.fromkeys((*ALWAYS, planned))}


def check_pair(
    name: str, pair: Counts, rows: Rows, tests: Mapping[str, Any], plan: Plan
) -> list[str]:
    """What a reader must know about one contrast, in words."""
    if not tests:
        return [f"{name}: a group has no subjects, so nothing is estimable."]
    found = []
    if smallest_expected(pair) < SMALL_EXPECTED:
        found.append(f"{name}: an expected count is below {SMALL_EXPECTED}; read Fisher's test.")
    compared = [test for word, test in tests.items() if word != "fisher_exact"]
    return found + unlike_verdicts(name, rows, compared, plan["settings"]["significance_level"])


def test_rows(group: str, tests: Mapping[str, Any], planned: str) -> Rows:
    """Statistic, degrees of freedom and p value of every test of one contrast."""
    rows = []
    for word in dict.fromkeys((*ALWAYS, planned)):
        test = tests.get(word)
        # An exact test has no statistic with a distribution of its own.
        known = ("statistic", "df") if word in CHI_SQUARE else ()
        values = {name: getattr(test, name, None) for name in (*known, "p_value")}
        rows += numbers(TEST_ROWS[word], group, **values)
    return rows


def method_words(analysis: Analysis) -> dict[str, Any]:
    """The interval and the test as the plan chose them, in words."""
    method = analysis["method"]
    label = DIFFERENCES[method["interval"]](1, 2, 1, 2).label
    test = method.get("test", ALWAYS[0])
    test_label = TESTS[test](1, 2, 1, 2).label
    options = {"interval": method["interval"], "test": test}
    return method_of(
        f"{method['interval']}_difference", label, options, test=test, test_label=test_label
    )


def difference_in_proportions(
    name: str, analysis: Analysis, subjects: AnalysisSet, plan: Plan
) -> dict[str, Any]:
    """Proportions by group, and the difference of each contrast with interval and tests."""
    subjects = known_responses(subjects, analysis, plan)
    counts = count_responders(subjects, analysis["endpoint"])
    level = plan["settings"]["confidence_level"]
    statistics: Rows = []
    warnings: list[str] = []
    for group, (count, total) in counts.items():
        statistics += count_of("proportion", group, count, total)
    contrasts = contrasts_of(analysis, plan, subjects.groups)
    planned = analysis["method"].get("test", ALWAYS[0])
    for a, b in contrasts:
        pair = {a: counts[a], b: counts[b]}
        contrast = f"{a}-{b}"
        rows = difference_rows("difference", contrast, pair, analysis["method"]["interval"], level)
        tests = compute_tests(pair, planned)
        statistics += rows + test_rows(contrast if len(contrasts) > 1 else "", tests, planned)
        warnings += check_pair(contrast, pair, rows, tests, plan)
    groups = group_entries(subjects, {group: count for group, (count, _) in counts.items()})
    return build_result(
        name,
        analysis,
        plan,
        subjects,
        groups=groups,
        method=method_words(analysis),
        statistics=statistics,
        warnings=warnings,
    )


def labels_of_levels(analysis: Analysis, plan: Plan) -> dict[str, str]:
    """Words for the strata: the analysis's own, or the centres' where the strata are centres."""
    if "labels" in analysis:
        return {str(value): str(label) for value, label in analysis["labels"].items()}
    if analysis["by"] == "SITEID":
        return {str(site["id"]): site["label"] for site in plan["sites"]}
    return {}


def proportions_by(
    name: str, analysis: Analysis, subjects: AnalysisSet, plan: Plan
) -> dict[str, Any]:
    """Proportions and differences within each level of a variable."""
    subjects = known_responses(subjects, analysis, plan)
    level, interval = plan["settings"]["confidence_level"], analysis["method"]["interval"]
    column = subjects.subjects[analysis["by"]]
    subjects = subjects.without(column.isna(), f"{analysis['by']} is missing")
    column = subjects.subjects[analysis["by"]].astype(str)
    statistics: Rows = []
    small = []
    for stratum in sorted(column.unique()):
        part = AnalysisSet(
            subjects.subjects[column == stratum], [], subjects.variable, subjects.groups
        )
        counts = count_responders(part, analysis["endpoint"])
        for group, (count, total) in counts.items():
            statistics += count_of(stratum, group, count, total)
        for a, b in contrasts_of(analysis, plan, subjects.groups):
            pair = {a: counts[a], b: counts[b]}
            statistics += difference_rows(stratum, f"{a}-{b}", pair, interval, level)
            small += [stratum] if smallest_expected(pair) < SMALL_EXPECTED else []
    warnings = []
    labels = labels_of_levels(analysis, plan)
    if small:
        listed = ", ".join(labels.get(stratum, stratum) for stratum in dict.fromkeys(small))
        warnings.append(f"An expected count is below {SMALL_EXPECTED} in: {listed}.")
    counts = count_responders(subjects, analysis["endpoint"])
    groups = group_entries(subjects, {group: count for group, (count, _) in counts.items()})
    return build_result(
        name,
        analysis,
        plan,
        subjects,
        groups=groups,
        method=method_words(analysis),
        statistics=statistics,
        warnings=warnings,
        labels=labels,
    )


KINDS = {
    "difference_in_proportions": difference_in_proportions,
    "proportions_by": proportions_by,
    "subgroups": subgroups,
    "stratified_difference": stratified_difference,
    "effect_measures": effect_measures,
}


def compare_proportions(
    adsl: pd.DataFrame, adresp: pd.DataFrame, plan: Plan
) -> dict[str, dict[str, Any]]:
    """Every result of this family by id."""
    wide = with_responses(adsl, adresp)
    return {
        name: KINDS[analysis["kind"]](name, analysis, select(analysis, plan, wide), plan)
        for name, analysis in plan["analyses"].items()
    }


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        made = compare_proportions(job.table("adsl"), job.table("adresp"), job.plan)
        job.write_all("results", made)
