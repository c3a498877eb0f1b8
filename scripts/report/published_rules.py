"""Rules over published numbers and the results that they were held against."""

import math
from collections.abc import Iterator, Mapping
from statistics import NormalDist
from typing import Any

from scripts.report.evidence import (
    Evidence,
    Material,
    decimals_text,
    interval_text,
    listed,
    p_text,
    part_of,
    parts_by_statistic,
)
from scripts.report.printed_numbers import decimals_of, is_printed_as, number_of, round_as_printed
from scripts.report.published import MATCHING, MISPRINT, Item, address_of
from scripts.stats.proportions import DIFFERENCES

Options = Mapping[str, Any]
Interval = tuple[Item, str, str, tuple[str, str]]


def misprint(material: Material, options: Options) -> Evidence:
    """Published numbers that their own published counts contradict."""
    found = [item for item in material.items.values() if item["verdict"] == MISPRINT]
    sentences = []
    for item in found:
        for part in (part for part in item["parts"] if not part["match"]):
            exact = decimals_text(part["computed"], decimals_of(part["printed"]) + 2)
            sentences.append(
                f"{item['id']}: printed {part['printed']}, but the printed counts give {exact}, "
                f"which rounds to {part['rounded']}."
            )
    values = {
        item["id"]: {"published": item["published"], "computed": item["computed_text"]}
        for item in found
    }
    return Evidence(bool(found), " ".join(sentences) or "No misprint was found.", values)


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


def _cover(fits: Mapping[str, Mapping[str, bool]]) -> list[str]:
    """Methods that together give every interval that any gives, the most frequent first."""
    open_items = {item for item, row in fits.items() if any(row.values())}
    chosen: list[str] = []
    while open_items:
        best = max(DIFFERENCES, key=lambda name: sum(fits[item][name] for item in open_items))
        chosen.append(best)
        open_items = {item for item in open_items if not fits[item][best]}
    return chosen


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
    only = {name: [i for i, row in fits.items() if row[name]] for name in chosen}
    other = {
        item: {
            name: _printed_under(material.items[item], counts[item], name, level)
            for name in chosen
            if not row[name]
        }
        for item, row in fits.items()
    }
    shown = bool(fits) and max(totals.values()) < len(fits)
    parts = [f"{name} gives {totals[name]} ({listed(only[name])})" for name in chosen]
    differ = [
        f"{item} {material.items[item]['published']} would be {text} under {name}"
        for item, row in other.items()
        for name, text in row.items()
    ]
    sentence = f"No single method gives all {len(fits)} published intervals: {'; '.join(parts)}."
    if not shown:
        sentence = f"One method gives all {len(fits)} published intervals."
    if shown and differ:
        sentence += f" Under the other method: {'; '.join(differ)}."
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
        excludes = limits[0] > 0 or limits[1] < 0
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


def _wald_p(estimate: float, lower: float, upper: float, level: float) -> float:
    """The two-sided p-value that a ratio and its interval imply on the log scale."""
    normal = NormalDist()
    error = math.log(upper / lower) / (2 * normal.inv_cdf(0.5 + level / 2))
    return 2 * (1 - normal.cdf(abs(math.log(estimate)) / error))


def ratio_direction(material: Material, options: Options) -> Evidence:
    """A ratio of the second-named group over the first, or one whose interval and p part."""
    ratio, test = (material.items[options[key]] for key in ("item", "test_item"))
    parts = parts_by_statistic(ratio)
    estimate, lower, upper = (
        float(number_of(parts[word]["printed"])) for word in ("hazard_ratio", "lower", "upper")
    )
    numerator = parts["hazard_ratio"]["address"]["group"].split("/")[0]
    p_part = part_of(test, "p_value")
    if p_part is None:
        raise KeyError(f"{test['id']} prints no p_value")
    implied = _wald_p(estimate, lower, upper, material.settings["confidence_level"])
    printed = float(number_of(p_part["printed"]))
    turned = numerator != options["named_first"]
    parted = not is_printed_as(implied, p_part["printed"])
    beside = [
        material.index.number(*options["beside"], word)
        for word in ("hazard_ratio", "lower", "upper", "p_value")
    ]
    first = material.arms[options["named_first"]]
    sentence = (
        f"The text names {first} first, but {parts['hazard_ratio']['printed']} is reproduced as "
        f"{material.arms[numerator]} over the other arm, so a value above 1 favours {first}. "
        if turned
        else ""
    )
    sentence += (
        f"Read as a Wald interval, the printed limits imply {p_text(implied)}; "
        f"printed is p = {printed:g}. "
        f"{material.index.method_label(options['beside'][0])}, {options['beside'][1]}: "
        f"{decimals_text(beside[0], 3)} ({interval_text(beside[1], beside[2], 3)}), "
        f"{p_text(beside[3])}."
    )
    names = ("hazard_ratio", "lower", "upper", "p_value")
    values = {"implied_p": implied, "printed_p": printed, "numerator": numerator}
    return Evidence(
        (turned and estimate > 1) or parted,
        sentence,
        {**values, "beside": dict(zip(names, beside, strict=True))},
    )


def _from_stated(material: Material, item: Item) -> tuple[bool, str, dict[str, Any]]:
    """(whether it differs, words, values) of an item computed from the set the text states."""
    stated = item["set"]["stated"]
    title = material.index.result(stated[0]).title
    values, differs, texts = {}, False, []
    for part in item["parts"]:
        value = material.index.value(*stated, part["address"]["statistic"])
        values[part["address"]["statistic"]] = value
        differs |= not is_printed_as(value, part["printed"])
        texts.append("NE" if value is None else round_as_printed(value, part["printed"]))
    words = (
        f"{item['id']}: {item['published']} is printed; the set that the text states "
        f"({title}) gives {listed(texts)}; it is reproduced with: {item['set']['words']}"
    )
    return differs, words, values


def not_reproducible_from_stated_set(material: Material, options: Options) -> Evidence:
    """Items that hold under an inferred set and fail under the one that the text states."""
    names = options.get("items", list(material.items))
    chosen = [material.items[name] for name in names]
    made = {
        item["id"]: _from_stated(material, item)
        for item in chosen
        if item["set"] and item["set"].get("stated") and item["verdict"] in MATCHING
    }
    found = {name: row for name, row in made.items() if row[0]}
    sentence = " ".join(row[1] for row in found.values())
    return Evidence(
        bool(found),
        sentence or "Every stated set gives what is printed.",
        {name: row[2] for name, row in found.items()},
    )


def count_total_mismatch(material: Material, options: Options) -> Evidence:
    """A model that holds on another total than the one the published counts add up to."""
    printed = 0
    for name in options["items"]:
        part = part_of(material.items[name], "count")
        printed += int(number_of(part["printed"])) if part else 0
    subjects = material.tables["subjects"]
    totals = {name: int(subjects[name].sum()) for name in options["variables"]}
    item = material.items[options["item"]]
    inferred = item["verdict"] in MATCHING
    differs, words, values = _from_stated(material, item)
    sentence = (
        f"The printed counts add up to {printed}; in the data "
        f"{listed(f'{name} adds up to {total}' for name, total in totals.items())}. {words}"
    )
    return Evidence(
        inferred and differs and len(set(totals.values())) > 1,
        sentence,
        {"printed_total": printed, "totals": totals, "stated": values},
    )


def single_covariate_models(material: Material, options: Options) -> Evidence:
    """Published odds ratios that are reproduced by a model with that one covariate alone."""
    names = options.get("items", list(material.items))
    single: list[str] = []
    several: list[str] = []
    for name in names:
        item = material.items[name]
        part = part_of(item, "odds_ratio")
        if part is None or item["verdict"] not in MATCHING:
            continue
        result = material.index.result(part["address"]["analysis"])
        terms = result.document["method"]["options"]["terms"]
        (single if len(terms) == 1 else several).append(name)
    sentence = (
        f"{len(single)} published odds ratio(s) ({listed(single)}) are reproduced by a model with "
        "that covariate alone, without the treatment."
        if single
        else "No published odds ratio is reproduced by a model with one covariate."
    )
    if several and single:
        sentence += f" With more than one term: {listed(several)}."
    return Evidence(bool(single), sentence, {"single": single, "several": several})
