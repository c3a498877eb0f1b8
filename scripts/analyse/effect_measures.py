"""The effect on an endpoint by several measures: difference, ratios, number needed to treat."""

from typing import Any

from scripts.analyse.proportion_rows import (
    SMALL_EXPECTED,
    Counts,
    count_responders,
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
)
from scripts.stats.number_needed import number_needed
from scripts.stats.odds_ratios import ODDS_RATIOS
from scripts.stats.proportions import DIFFERENCES
from scripts.stats.ratios import RATIOS

DEFAULTS = {"ratio": "koopman", "odds_ratio": "woolf", "better": "higher"}
NEEDED = ("benefit", "harm", "benefit_from", "benefit_to", "harm_from", "harm_to")
LIMITS = ("estimate", "standard_error", "lower", "upper")


def chosen(analysis: Analysis) -> dict[str, str]:
    """The words of the method, with those that the plan leaves out."""
    return {**DEFAULTS, **analysis["method"]}


def effect_rows(name: str, pair: Counts, words: dict[str, str], level: float) -> Rows:
    """Every measure of one contrast; null where a group is empty."""
    counts = [number for group in pair.values() for number in group]
    empty = 0 in (counts[1], counts[3])
    difference = None if empty else DIFFERENCES[words["interval"]](*counts, level)
    needed = None if difference is None else number_needed(difference, words["better"])
    rows = numbers(
        "difference", name, **{word: getattr(difference, word, None) for word in LIMITS},
        level=level,
    )  # fmt: skip
    for row, key, family in (
        ("risk_ratio", "ratio", RATIOS), ("odds_ratio", "odds_ratio", ODDS_RATIOS),
    ):  # fmt: skip
        found = None if empty else family[words[key]](*counts, level)
        limits = {word: getattr(found, word, None) for word in ("lower", "upper")}
        rows += numbers(row, name, **{row: getattr(found, "estimate", None)}, **limits, level=level)
    values = {word: getattr(needed, word, None) for word in NEEDED}
    return rows + numbers("number_needed", name, **values, level=level)


def check_pair(name: str, pair: Counts) -> list[str]:
    """What a reader must know about one contrast, in words."""
    (x1, n1), (x2, n2) = pair.values()
    if n1 == 0 or n2 == 0:
        return [f"{name}: a group has no subjects, so nothing is estimable."]
    found = []
    if smallest_expected(pair) < SMALL_EXPECTED:
        found.append(f"{name}: an expected count is below {SMALL_EXPECTED}.")
    if 0 in (x1, n1 - x1, x2, n2 - x2):
        found.append(
            f"{name}: a cell is empty, so a ratio is 0 or infinite, or its limits are; what is "
            "infinite is printed as not estimable."
        )
    return found


def method_words(analysis: Analysis) -> dict[str, Any]:
    """The measures as the plan chose them, in words."""
    words, table = chosen(analysis), (1, 2, 1, 2)
    labels = [
        DIFFERENCES[words["interval"]](*table).label,
        RATIOS[words["ratio"]](*table).label,
        ODDS_RATIOS[words["odds_ratio"]](*table).label,
        "number needed to treat from the limits of the difference",
    ]
    options = {key: words[key] for key in ("interval", "ratio", "odds_ratio", "better")}
    return method_of(f"{words['interval']}_difference", "; ".join(labels), options)


def effect_measures(
    name: str, analysis: Analysis, subjects: AnalysisSet, plan: Plan
) -> dict[str, Any]:
    """Proportions by group, and every measure of each contrast."""
    subjects = known_responses(subjects, analysis, plan)
    counts = count_responders(subjects, analysis["endpoint"])
    level = plan["settings"]["confidence_level"]
    statistics: Rows = []
    warnings: list[str] = []
    for group, (count, total) in counts.items():
        statistics += count_of("proportion", group, count, total)
    for a, b in contrasts_of(analysis, plan, subjects.groups):
        pair = {a: counts[a], b: counts[b]}
        statistics += effect_rows(f"{a}-{b}", pair, chosen(analysis), level)
        warnings += check_pair(f"{a}-{b}", pair)
    return build_result(
        name,
        analysis,
        plan,
        subjects,
        groups=group_entries(subjects, {group: count for group, (count, _) in counts.items()}),
        method=method_words(analysis),
        statistics=statistics,
        warnings=warnings,
    )
