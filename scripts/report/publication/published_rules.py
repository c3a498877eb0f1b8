"""Rules over published numbers and the results that they were held against."""

import math
from collections.abc import Mapping
from statistics import NormalDist
from typing import Any

from scripts.report.publication.evidence import (
    Evidence,
    Material,
    decimals_text,
    interval_text,
    listed,
    p_text,
    part_of,
    parts_by_statistic,
)
from scripts.report.publication.printed_numbers import (
    decimals_of,
    is_printed_as,
    number_of,
    round_as_printed,
)
from scripts.report.publication.published import MATCHING, MISPRINT, Item

Options = Mapping[str, Any]


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


def _wald_p(estimate: float, lower: float, upper: float, level: float) -> float:
    """The two-sided p-value that a ratio and its interval imply on the log scale."""
    normal = NormalDist()
    error = math.log(upper / lower) / (2 * normal.inv_cdf(0.5 + level / 2))
    return 2 * (1 - normal.cdf(abs(math.log(estimate)) / error))


def _row_label(material: Material, analysis: str, row: str) -> str:
    return str(material.index.result(analysis).labels.get(row, row))


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
        f"{_row_label(material, *options['beside'][:2])}: "
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
