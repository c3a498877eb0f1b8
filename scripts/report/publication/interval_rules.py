"""Rules over the published intervals of differences between proportions."""

from collections.abc import Iterator, Mapping
from typing import Any

from scripts.report.publication.evidence import (
    Evidence,
    Material,
    interval_text,
    listed,
    p_text,
    parts_by_statistic,
)
from scripts.report.publication.printed_numbers import is_printed_as, round_as_printed
from scripts.report.publication.published import Item, address_of
from scripts.stats.proportions import DIFFERENCES

Options = Mapping[str, Any]
Interval = tuple[Item, str, str, tuple[str, str]]


def published_intervals(material: Material) -> Iterator[Interval]:
    """(item, analysis, row of the interval, groups) of each published interval of a difference."""
    for item in material.items.values():
        parts = parts_by_statistic(item)
        if not {"lower", "upper"} <= set(parts):
            continue
        analysis, row, group, _ = address_of(parts["lower"])
        result = material.index.result(analysis)
        names = [name for name in result.groups_of("proportion") if name]
        pairs = [(a, b) for a in names for b in names if f"{a}-{b}" == group]
        if result.kind == "difference_in_proportions" and pairs:
            yield item, analysis, row, pairs[0]


def _counts(material: Material, analysis: str, groups: tuple[str, str]) -> list[float]:
    return [
        material.index.number(analysis, "proportion", group, statistic)
        for group in groups
        for statistic in ("count", "total")
    ]


def fitting_methods(item: Item, counts: list[float], level: float) -> dict[str, bool]:
    """Whether each named interval method gives both published limits from these counts."""
    parts = parts_by_statistic(item)
    fits = {}
    for name, method in DIFFERENCES.items():
        made = method(*counts, level)
        fits[name] = is_printed_as(made.lower, parts["lower"]["printed"]) and is_printed_as(
            made.upper, parts["upper"]["printed"]
        )
    return fits


def _printed_under(item: Item, counts: list[float], method: str, level: float) -> str:
    made, parts = DIFFERENCES[method](*counts, level), parts_by_statistic(item)
    lower = round_as_printed(made.lower, parts["lower"]["printed"])
    return f"{lower} to {round_as_printed(made.upper, parts['upper']['printed'])}"


def _leaves_out_zero(lower: float, upper: float) -> bool:
    return lower > 0 or upper < 0


def _changes_side(counts: list[float], methods: list[str], level: float) -> bool:
    """Whether these methods disagree on which side of the interval 0 lies."""
    made = [DIFFERENCES[method](*counts, level) for method in methods]
    return len({_leaves_out_zero(result.lower, result.upper) for result in made}) > 1


def _cover(fits: Mapping[str, Mapping[str, bool]]) -> list[str]:
    """Methods that together give every interval that any gives, the most frequent first."""
    open_items = {item for item, row in fits.items() if any(row.values())}
    chosen: list[str] = []
    while open_items:
        best = max(DIFFERENCES, key=lambda name: sum(fits[item][name] for item in open_items))
        chosen.append(best)
        open_items = {item for item in open_items if not fits[item][best]}
    return chosen


def _words_for_mixed(
    material: Material,
    fits: Mapping[str, Mapping[str, bool]],
    chosen: list[str],
    changed: Mapping[str, Mapping[str, str]],
) -> str:
    labels = {name: DIFFERENCES[name](1, 2, 1, 2).label for name in chosen}
    gives = []
    for name in chosen:
        mine = [item for item, row in fits.items() if row[name]]
        gives.append(f"{len(mine)} are given by the {labels[name]} ({listed(mine)})")
    words = f"No single method gives all {len(fits)} published intervals: {', '.join(gives)}."
    if changed:
        texts = [
            f"{item} {material.items[item]['published']} would be {text} by the {labels[name]}"
            for item, row in changed.items()
            for name, text in row.items()
        ]
        words += f" By the other method 0 would change sides: {'; '.join(texts)}."
    return words


def mixed_interval_methods(material: Material, options: Options) -> Evidence:
    """Whether one interval method gives all published intervals of differences."""
    level = material.settings["confidence_level"]
    counts = {
        item["id"]: _counts(material, analysis, groups)
        for item, analysis, _, groups in published_intervals(material)
    }
    fits = {
        name: fitting_methods(material.items[name], numbers, level)
        for name, numbers in counts.items()
    }
    totals = {name: sum(row[name] for row in fits.values()) for name in DIFFERENCES}
    chosen = _cover(fits)
    other = {
        item: {
            name: _printed_under(material.items[item], counts[item], name, level)
            for name in chosen
            if not row[name]
        }
        for item, row in fits.items()
    }
    changed = {
        item: row for item, row in other.items() if _changes_side(counts[item], chosen, level)
    }
    shown = bool(fits) and max(totals.values()) < len(fits)
    sentence = f"One method gives all {len(fits)} published intervals."
    if shown:
        sentence = _words_for_mixed(material, fits, chosen, changed)
    return Evidence(shown, sentence, {"methods": totals, "fits": fits, "under_the_other": other})


def interval_and_test_disagree(material: Material, options: Options) -> Evidence:
    """Intervals that leave out 0 where the test does not reject, or the other way round."""
    alpha = material.settings["significance_level"]
    found: dict[str, Any] = {}
    sentences = []
    for item, analysis, row, groups in published_intervals(material):
        limits = [
            material.index.number(analysis, row, "-".join(groups), statistic)
            for statistic in ("lower", "upper")
        ]
        excludes = _leaves_out_zero(limits[0], limits[1])
        p_values = {
            test: material.index.number(analysis, test, "", "p_value")
            for test in ("test", "test_corrected")
        }
        against = [test for test, p in p_values.items() if (p < alpha) != excludes]
        if not against:
            continue
        found[item["id"]] = {
            "lower": limits[0],
            "upper": limits[1],
            **p_values,
            "disagree": against,
        }
        sentences.append(
            f"{item['id']}: the interval {interval_text(limits[0], limits[1], 4)} "
            f"{'leaves out' if excludes else 'holds'} 0, chi-square {p_text(p_values['test'])}, "
            f"with continuity correction {p_text(p_values['test_corrected'])}"
            f"{'' if len(against) == 2 else ' (one of the two tests disagrees)'}."
        )
    return Evidence(bool(found), " ".join(sentences) or "None was found.", found)
