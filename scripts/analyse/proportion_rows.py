"""Counts and differences of an endpoint between groups, as rows of a result."""

from collections.abc import Iterable, Mapping

from scripts.analyse.results import Analysis, AnalysisSet, Plan, Rows, numbers
from scripts.stats.distributions import TestResult
from scripts.stats.proportions import DIFFERENCES

Counts = Mapping[str, tuple[int, int]]
SMALL_EXPECTED = 5


def count_responders(subjects: AnalysisSet, endpoint: str) -> dict[str, tuple[int, int]]:
    """Numbers with the endpoint and in total, by group."""
    return {
        group.id: (int((subjects.of(group)[endpoint] == "Y").sum()), len(subjects.of(group)))
        for group in subjects.groups
    }


def difference_rows(row: str, name: str, pair: Counts, method: str, level: float) -> Rows:
    """The difference of one contrast with its interval; null where a group is empty."""
    (x1, n1), (x2, n2) = pair.values()
    words = ("estimate", "standard_error", "lower", "upper")
    if n1 == 0 or n2 == 0:
        return numbers(row, name, **dict.fromkeys(words), level=level)
    found = DIFFERENCES[method](x1, n1, x2, n2, level)
    return numbers(row, name, **{word: getattr(found, word) for word in words}, level=level)


def smallest_expected(pair: Counts) -> float:
    """The smallest count that the two-by-two table would have without a difference."""
    (x1, n1), (x2, n2) = pair.values()
    pooled = (x1 + x2) / (n1 + n2) if n1 + n2 else 0.0
    return min(n1, n2) * min(pooled, 1 - pooled)


def known_responses(subjects: AnalysisSet, analysis: Analysis, plan: Plan) -> AnalysisSet:
    """The subjects whose endpoint has a verdict."""
    endpoint = analysis["endpoint"]
    label = plan["endpoints"].get(endpoint, {}).get("label", endpoint)
    return subjects.without(subjects.subjects[endpoint].isna(), f"No verdict on {label}")


def unlike_verdicts(name: str, rows: Rows, tests: Iterable[TestResult], alpha: float) -> list[str]:
    """Where a test and the interval of one contrast do not say the same, in words."""
    limits = {entry["statistic"]: entry["value"] for entry in rows}
    excludes_zero = limits["lower"] > 0 or limits["upper"] < 0
    found = []
    for test in tests:
        if (test.p_value < alpha) != excludes_zero:
            holds = "leaves out" if excludes_zero else "holds"
            verdict = "is significant" if test.p_value < alpha else "is not significant"
            found.append(f"{name}: the interval {holds} zero, yet the {test.label} {verdict}.")
    return found
