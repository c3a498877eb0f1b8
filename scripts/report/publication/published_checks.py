"""What no schema can check in the plan of published values: names that must exist elsewhere."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from scripts.conditions import nearest
from scripts.report.publication.printed_numbers import replace_numbers

# What each rule of an inconsistency must be given; `words` and what stands in OPTIONAL may follow.
NEEDED: dict[str, set[str]] = {
    "misprint": set(),
    "mixed_interval_methods": set(),
    "interval_and_test_disagree": set(),
    "ratio_direction": {"item", "test_item", "named_first", "beside"},
    "not_reproducible_from_stated_set": set(),
    "count_total_mismatch": {"item", "items", "variables"},
    "single_covariate_models": set(),
    "imputation_adds_nothing": {"item", "analysis"},
    "alternative_definition_changes_count": {"analysis", "other"},
    "median_ignores_censoring": {"items", "other"},
    "planned_size_not_reached": {"item", "analysis", "other"},
    "informative_missingness": {"among", "subjects", "outcome"},
    "literal_reading_excludes": {"subjects", "outcome"},
    "rule_applied_to_few": {"subjects", "outcome"},
    "withdrawal_at_treatment_end": {"subjects", "outcome"},
    "undecided_boundary": {"measurement", "value"},
    "structural_association": {"predictor", "response", "gate"},
    "unstated_cut_off": {"item", "variable", "flag"},
    "category_outside_table": {"subjects", "outcome"},
    "same_quantity_twice": {"times"},
}
OPTIONAL: dict[str, set[str]] = {
    "not_reproducible_from_stated_set": {"items"},
    "single_covariate_models": {"items"},
    "imputation_adds_nothing": {"other"},
    "rule_applied_to_few": {"among"},
    "literal_reading_excludes": {"analysis", "other"},
    "unstated_cut_off": {"among"},
}


def _strays(where: str, what: str, names: Any, known: Any) -> Iterator[str]:
    """One finding for each name that is not known."""
    for name in names:
        if name not in known:
            yield f"{where}: unknown {what} {name!r}; {nearest(name, known)}"


def _item_findings(item: Mapping[str, Any], analyses: Any, items: Any) -> Iterator[str]:
    where = f"published {item['id']}"
    if ("parts" in item or "ordering" in item) == ("reason" in item):
        yield f"{where}: give either parts to compare or the reason why there is nothing to compare"
    for part in item.get("parts", []):
        yield from _strays(where, "analysis", [part["at"][0]], analyses)
        yield from _strays(where, "item", part.get("from", {}).get("items", []), items)
        statistic = part.get("from", {}).get("statistic")
        if statistic is not None:
            yield from _strays(where, "printed statistic", [statistic], part["printed"])
    used = [item.get("set", {}).get("stated", [])[:1], item.get("ordering", {}).get("analysis", [])]
    for names in used:
        yield from _strays(
            where, "analysis", [names] if isinstance(names, str) else names, analyses
        )
    yield from _unprinted(where, item)


def _unprinted(where: str, item: Mapping[str, Any]) -> Iterator[str]:
    """The plan against itself: a compared number must stand in the printed words, in order."""
    pairs = [
        (printed, "\0")
        for part in item.get("parts", [])
        for statistic, printed in part["printed"].items()
        if statistic != "total"
    ]
    missing = len(pairs) - replace_numbers(item["text"], pairs).count("\0")
    if missing:
        yield f"{where}: {missing} compared number(s) do not stand, in order, in {item['text']!r}"


def _rule_findings(where: str, rule: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[str]:
    word = rule["rule"]
    given = set(rule) - {"rule", "words"}
    lacking = NEEDED[word] - given
    extra = given - NEEDED[word] - OPTIONAL.get(word, set())
    if lacking:
        yield f"{where}: rule {word} needs {', '.join(sorted(lacking))}"
    if extra:
        yield f"{where}: rule {word} does not use {', '.join(sorted(extra))}"
    for key, what in known.items():
        values = rule.get(key, [])
        values = values if isinstance(values, list) else [values]
        yield from _strays(where, key, values, what)


def _names(plan: Mapping[str, Any]) -> dict[str, Any]:
    """The names that an option of a rule may have."""
    analyses = plan["analyses"]["analyses"]
    items = {item["id"] for item in plan["published"]["items"]}
    return {
        "analysis": analyses,
        "other": analyses,
        "item": items,
        "items": items,
        "test_item": items,
        "named_first": {arm["code"] for arm in plan["trial"]["arms"]},
    }


def check_published_plan(plan: Mapping[str, Any]) -> list[str]:
    """Every name in the published section of the plan that does not exist where it should."""
    published, known = plan["published"], _names(plan)
    sections = {section["id"] for section in published["sections"]}
    findings = [
        f"published: {what} {name!r} stands {count} times"
        for what, key in (("item", "items"), ("inconsistency", "inconsistencies"))
        for name, count in Counter(entry["id"] for entry in published.get(key, [])).items()
        if count > 1
    ]
    for item in published["items"]:
        findings += _strays(f"published {item['id']}", "section", [item["section"]], sections)
        findings += _item_findings(item, known["analysis"], known["items"])
    for check in published.get("checks", []):
        findings += _strays(f"check {check['name']!r}", "item", check["items"], known["items"])
    for entry in published.get("inconsistencies", []):
        for rule in entry.get("rules", []):
            findings += _rule_findings(f"inconsistency {entry['id']}", rule, known)
    return findings
