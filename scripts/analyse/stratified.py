"""A difference in proportions compared within strata: common difference, odds ratio, tests."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import pandas as pd

from scripts.analyse.proportion_rows import (
    Counts,
    count_responders,
    difference_rows,
    known_responses,
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
)
from scripts.analyse.summaries import word_of
from scripts.stats.proportions import DIFFERENCES
from scripts.stats.stratified_differences import STRATIFIED
from scripts.stats.stratified_odds import (
    HOMOGENEITY,
    STRATIFIED_TESTS,
    mantel_haenszel_odds_ratio,
)

# The interval of the difference within one stratum that goes with that of the common one.
WITHIN = {
    "stratified_newcombe": "newcombe",
    "stratified_miettinen_nurminen": "miettinen_nurminen",
    "mantel_haenszel": "newcombe",
}
TEST = "cochran_mantel_haenszel"
HOMOGENEOUS = "breslow_day_tarone"
TEST_ROWS = {TEST: "test", f"{TEST}_corrected": "test_corrected"}
Vectors = tuple[list[int], list[int], list[int], list[int]]
LIMITS = ("estimate", "standard_error", "lower", "upper")


@dataclass(frozen=True)
class Stratum:
    """A stratum by the id of its row, with its words and its counts by group."""

    row: str
    label: str
    counts: Counts


def levels_of(one: Mapping[str, Any], column: pd.Series) -> list[Any]:
    """The levels of a stratum variable: those of the plan, else those that occur, in order."""
    return list(one["levels"]) if "levels" in one else sorted(column.dropna().unique())


def words_of_level(one: Mapping[str, Any], level: Any, plan: Plan) -> str:
    """A level in words: the plan's, those of a centre, else as it stands."""
    known = {str(key): str(words) for key, words in one.get("labels", {}).items()}
    if one["variable"] == "SITEID":
        known = {str(site["id"]): str(site["label"]) for site in plan["sites"]} | known
    return known.get(word_of(level), word_of(level))


def with_strata(analysis: Analysis, subjects: AnalysisSet) -> AnalysisSet:
    """Only the subjects whose stratum is known and one of those that the plan names."""
    for one in analysis["strata"]:
        column = subjects.subjects[one["variable"]]
        subjects = subjects.without(column.isna(), f"{one['label']} is missing")
        column = subjects.subjects[one["variable"]]
        outside = ~column.isin(levels_of(one, column))
        subjects = subjects.without(outside, f"In none of the strata of {one['label']}")
    return subjects


def strata_of(analysis: Analysis, subjects: AnalysisSet, plan: Plan) -> Iterator[Stratum]:
    """Every stratum: each combination of the levels of the variables, one without subjects too."""
    table, strata = subjects.subjects, analysis["strata"]
    levels = [[(one, level) for level in levels_of(one, table[one["variable"]])] for one in strata]
    for chosen in product(*levels):
        inside = pd.Series(True, index=table.index)
        for one, level in chosen:
            inside &= (table[one["variable"]] == level).fillna(False)
        part = AnalysisSet(table[inside.to_numpy(bool)], [], subjects.variable, subjects.groups)
        row = ", ".join(f"{one['variable']}={word_of(level)}" for one, level in chosen)
        words = [words_of_level(one, level, plan) for one, level in chosen]
        if len(chosen) > 1:
            words = [f"{one['label']}: {w}" for (one, _), w in zip(chosen, words, strict=True)]
        yield Stratum(row, "; ".join(words), count_responders(part, analysis["endpoint"]))


def vectors(strata: Sequence[Stratum], a: str, b: str) -> Vectors:
    """Counts and totals of two groups over the strata, as the estimators take them."""
    first, second = [s.counts[a] for s in strata], [s.counts[b] for s in strata]
    return (
        [x for x, _ in first],
        [n for _, n in first],
        [x for x, _ in second],
        [n for _, n in second],
    )


def stratum_rows(strata: Sequence[Stratum], a: str, b: str, interval: str, level: float) -> Rows:
    """The difference of one contrast within each stratum, and its share of the weight."""
    sizes = [(s.counts[a][1], s.counts[b][1]) for s in strata]
    weights = [n1 * n2 / (n1 + n2) if n1 and n2 else 0.0 for n1, n2 in sizes]
    total = sum(weights)
    rows: Rows = []
    for stratum, weight in zip(strata, weights, strict=True):
        pair = {a: stratum.counts[a], b: stratum.counts[b]}
        rows += difference_rows(stratum.row, f"{a}-{b}", pair, WITHIN[interval], level)
        rows += numbers(stratum.row, f"{a}-{b}", weight=weight / total if total else None)
    return rows


def check_strata(strata: Sequence[Stratum], a: str, b: str, names: Mapping[str, str]) -> list[str]:
    """Which strata tell nothing of one contrast, and why, in words."""
    found = []
    for stratum in strata:
        (x1, n1), (x2, n2) = stratum.counts[a], stratum.counts[b]
        if not n1 and not n2:
            found.append(f"{a}-{b}: the stratum {stratum.label} has no subjects.")
        elif not n1 or not n2:
            found.append(
                f"{a}-{b}: the stratum {stratum.label} has subjects of {names[a if n1 else b]} "
                "only; it adds nothing to the comparison."
            )
        elif x1 + x2 in (0, n1 + n2):
            who = "everybody" if x1 + x2 else "nobody"
            found.append(
                f"{a}-{b}: in the stratum {stratum.label} {who} has the endpoint; it adds nothing "
                "to the tests and to the odds ratio."
            )
    return found


def common_rows(
    strata: Sequence[Stratum], pair: tuple[str, str], analysis: Analysis, plan: Plan, own: str
) -> tuple[Rows, list[str]]:
    """What all strata say together of one contrast: difference, odds ratio, tests; warnings."""
    a, b = pair
    contrast, method = f"{a}-{b}", analysis["method"]
    level = plan["settings"]["confidence_level"]
    counts = vectors(strata, a, b)
    empty = not any(n1 and n2 for n1, n2 in zip(counts[1], counts[3], strict=True))
    difference = None if empty else STRATIFIED[method["interval"]](*counts, level)
    ratio = None if empty else mantel_haenszel_odds_ratio(*counts, level)
    tests = {word: None if empty else test(*counts) for word, test in STRATIFIED_TESTS.items()}
    homogeneous = None if empty else HOMOGENEITY[method.get("homogeneity", HOMOGENEOUS)](*counts)
    rows = numbers(
        "difference", contrast, **{word: getattr(difference, word, None) for word in LIMITS},
        level=level,
    )  # fmt: skip
    warnings = []
    if empty:
        warnings.append(
            f"{contrast}: no stratum has subjects of both groups; nothing is estimable."
        )
    else:
        known = [test for test in tests.values() if test is not None]
        alpha = plan["settings"]["significance_level"]
        warnings += unlike_verdicts(contrast, rows, known, alpha)
    rows += numbers(
        "common_odds_ratio", contrast, odds_ratio=getattr(ratio, "estimate", None),
        lower=getattr(ratio, "lower", None), upper=getattr(ratio, "upper", None), level=level,
    )  # fmt: skip
    named = {**{TEST_ROWS[word]: test for word, test in tests.items()}, "homogeneity": homogeneous}
    for row, test in named.items():
        words = ("statistic", "df", "p_value")
        rows += numbers(row, own, **{word: getattr(test, word, None) for word in words})
    return rows, warnings


def method_words(analysis: Analysis) -> dict[str, Any]:
    """The method as the plan chose it, in words."""
    method, table = analysis["method"], ([1], [2], [1], [2])
    test, homogeneity = method.get("test", TEST), method.get("homogeneity", HOMOGENEOUS)
    within = WITHIN[method["interval"]]
    labels = [
        STRATIFIED[method["interval"]](*table).label,
        f"within strata {DIFFERENCES[within](1, 2, 1, 2).label}",
        mantel_haenszel_odds_ratio(*table).label,
        HOMOGENEITY[homogeneity](*table).label,
    ]
    options = {
        "interval": method["interval"],
        "test": test,
        "within_strata": within,
        "homogeneity": homogeneity,
    }
    return method_of(
        f"{method['interval']}_difference", "; ".join(labels), options,
        test=test, test_label=STRATIFIED_TESTS[test](*table).label,
    )  # fmt: skip


def stratified_difference(
    name: str, analysis: Analysis, subjects: AnalysisSet, plan: Plan
) -> dict[str, Any]:
    """Proportions and differences within strata, and what they say together."""
    subjects = with_strata(analysis, known_responses(subjects, analysis, plan))
    strata = list(strata_of(analysis, subjects, plan))
    counts = count_responders(subjects, analysis["endpoint"])
    level = plan["settings"]["confidence_level"]
    contrasts = contrasts_of(analysis, plan, subjects.groups)
    statistics: Rows = []
    for group, (count, total) in counts.items():
        statistics += count_of("proportion", group, count, total)
    for stratum in strata:
        for group, (count, total) in stratum.counts.items():
            statistics += count_of(stratum.row, group, count, total)
    warnings: list[str] = []
    names = {group.id: group.label for group in subjects.groups}
    for a, b in contrasts:
        own = f"{a}-{b}" if len(contrasts) > 1 else ""
        rows, found = common_rows(strata, (a, b), analysis, plan, own)
        statistics += stratum_rows(strata, a, b, analysis["method"]["interval"], level) + rows
        warnings += check_strata(strata, a, b, names) + found
    return build_result(
        name,
        analysis,
        plan,
        subjects,
        groups=group_entries(subjects, {group: count for group, (count, _) in counts.items()}),
        method=method_words(analysis),
        statistics=statistics,
        warnings=warnings,
        labels={stratum.row: stratum.label for stratum in strata},
    )
