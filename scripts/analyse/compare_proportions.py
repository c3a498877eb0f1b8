"""Proportions with an endpoint and their differences between groups, overall or by stratum."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.analyse.proportion_rows import (
    SMALL_EXPECTED,
    Counts,
    count_responders,
    difference_rows,
    known_responses,
    smallest_expected,
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
from scripts.analyse.subgroups import subgroups
from scripts.job import Job
from scripts.stats.proportions import DIFFERENCES, fisher_exact, pearson_chi_square

TESTS = ("pearson_chi_square", "pearson_chi_square_corrected", "fisher_exact")


def compute_tests(pair: Counts) -> dict[str, Any]:
    """All tests of one contrast by their words; none where a group is empty."""
    (x1, n1), (x2, n2) = pair.values()
    if n1 == 0 or n2 == 0:
        return {}
    return {
        "pearson_chi_square": pearson_chi_square(x1, n1, x2, n2, correction=False),
        "pearson_chi_square_corrected": pearson_chi_square(x1, n1, x2, n2, correction=True),
        "fisher_exact": fisher_exact(x1, n1, x2, n2),
    }


def check_pair(
    name: str, pair: Counts, rows: Rows, tests: Mapping[str, Any], plan: Plan
) -> list[str]:
    """What a reader must know about one contrast, in words."""
    if not tests:
        return [f"{name}: a group has no subjects, so nothing is estimable."]
    found = []
    if smallest_expected(pair) < SMALL_EXPECTED:
        found.append(f"{name}: an expected count is below {SMALL_EXPECTED}; read Fisher's test.")
    limits = {entry["statistic"]: entry["value"] for entry in rows}
    excludes_zero = limits["lower"] > 0 or limits["upper"] < 0
    alpha = plan["settings"]["significance_level"]
    for word in ("pearson_chi_square", "pearson_chi_square_corrected"):
        test = tests[word]
        if (test.p_value < alpha) != excludes_zero:
            holds = "leaves out" if excludes_zero else "holds"
            verdict = "is significant" if test.p_value < alpha else "is not significant"
            found.append(f"{name}: the interval {holds} zero, yet the {test.label} {verdict}.")
    return found


def test_rows(group: str, tests: Mapping[str, Any], pair: Counts) -> Rows:
    """Statistic, degrees of freedom and p value of every test of one contrast."""
    names = {
        "pearson_chi_square": "test",
        "pearson_chi_square_corrected": "test_corrected",
        "fisher_exact": "test_exact",
    }
    rows = []
    for word, row in names.items():
        test = tests.get(word)
        values = (
            {}
            if word == "fisher_exact"
            else {
                "statistic": test.statistic if test else None,
                "df": test.df if test else None,
            }
        )
        rows += numbers(row, group, **values, p_value=test.p_value if test else None)
    return rows


def method_words(analysis: Analysis) -> dict[str, Any]:
    """The interval and the test as the plan chose them, in words."""
    method = analysis["method"]
    label = DIFFERENCES[method["interval"]](1, 2, 1, 2).label
    test = method.get("test", TESTS[0])
    test_label = compute_tests({"a": (1, 2), "b": (1, 2)})[test].label
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
    for a, b in contrasts:
        pair = {a: counts[a], b: counts[b]}
        contrast = f"{a}-{b}"
        rows = difference_rows("difference", contrast, pair, analysis["method"]["interval"], level)
        tests = compute_tests(pair)
        statistics += rows + test_rows(contrast if len(contrasts) > 1 else "", tests, pair)
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
    level = plan["settings"]["confidence_level"]
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
            statistics += difference_rows(
                stratum, f"{a}-{b}", pair, analysis["method"]["interval"], level
            )
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
