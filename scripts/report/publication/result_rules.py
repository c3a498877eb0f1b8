"""Rules that hold one result against another."""

from collections.abc import Mapping
from typing import Any

from scripts.report.publication.evidence import (
    Evidence,
    Material,
    decimals_text,
    listed,
    part_of,
    parts_by_statistic,
)
from scripts.report.publication.printed_numbers import is_printed_as, round_as_printed
from scripts.report.publication.published import Part, address_of

Options = Mapping[str, Any]


def imputation_adds_nothing(material: Material, options: Options) -> Evidence:
    """A pooled estimate that is the complete cases' estimate but for its Monte Carlo error."""
    parts = parts_by_statistic(material.items[options["item"]])
    part = parts["estimate"]
    pooled = material.index.number(*address_of(part))
    complete = material.index.number(options["analysis"], *address_of(part)[1:])
    texts = [round_as_printed(value, part["printed"]) for value in (pooled, complete)]
    sentence = (
        f"The pooled estimate after imputation is {decimals_text(pooled, 4)}, that of the complete "
        f"cases {decimals_text(complete, 4)}; printed, {texts[0]} and {texts[1]}."
    )
    noise = _monte_carlo_error(material, part)
    # Two of its errors: what remains of the difference could be due to the draws alone.
    within = noise is not None and abs(pooled - complete) <= 2 * noise
    if within and texts[0] != texts[1]:
        size = decimals_text(noise or 0.0, 4)
        sentence += f" They differ by less than twice the Monte Carlo error, {size}."
    values: dict[str, Any] = {"pooled": pooled, "complete_cases": complete, "noise": noise}
    if "other" in options:
        limits = {
            word: material.index.number(options["other"], *address_of(parts[word])[1:])
            for word in ("lower", "upper")
        }
        agree = all(is_printed_as(limits[word], parts[word]["printed"]) for word in limits)
        made = " to ".join(
            round_as_printed(value, parts[word]["printed"]) for word, value in limits.items()
        )
        sentence += (
            f" The published limits {'hold' if agree else 'do not hold'} for the other imputation "
            f"model, which gives {made}."
        )
        values["other"] = limits
    return Evidence(within or texts[0] == texts[1], sentence, values)


def _monte_carlo_error(material: Material, part: Part) -> float | None:
    """The Monte Carlo error of a pooled estimate, where its result gives one."""
    analysis, row, group, _ = address_of(part)
    result = material.index.result(analysis)
    known = result.has(row, group, "monte_carlo_error")
    return result.value(row, group, "monte_carlo_error") if known else None


def counts_by_group(material: Material, analysis: str) -> dict[str, int]:
    """How many subjects of each group have the endpoint of an analysis."""
    groups = [group["id"] for group in material.index.result(analysis).groups]
    return {
        group: int(material.index.number(analysis, "proportion", group, "count"))
        for group in groups
    }


def alternative_definition_changes_count(material: Material, options: Options) -> Evidence:
    """Another reading of a definition that gives other counts."""
    made = [counts_by_group(material, options[key]) for key in ("analysis", "other")]
    titles = [material.index.result(options[key]).title for key in ("analysis", "other")]
    texts = [listed(counts.values()) for counts in made]
    groups = listed(material.arms.get(group, group) for group in made[0])
    same = made[0] == made[1]
    sentence = f"{titles[0]}: {texts[0]}; {titles[1]}: {texts[1]} ({groups})." + (
        " The readings cannot be told apart in these data." if same else ""
    )
    return Evidence(not same, sentence, {"reported": made[0], "alternative": made[1]})


def median_ignores_censoring(material: Material, options: Options) -> Evidence:
    """Published medians that are plain medians of times of which some are censored."""
    rows: dict[str, Any] = {}
    sentences, shown = [], False
    for name in options["items"]:
        part = part_of(material.items[name], "median")
        if part is None:
            raise KeyError(f"{name} prints no median")
        group = part["address"]["group"]
        n, events = (
            material.index.number(options["other"], "arm", group, word) for word in ("n", "events")
        )
        estimated = material.index.value(options["other"], "arm", group, "median")
        censored = int(n - events)
        differs = not is_printed_as(estimated, part["printed"])
        shown |= part["match"] and censored > 0 and differs
        words = "not reached" if estimated is None else decimals_text(estimated, 1)
        sentences.append(
            f"{material.arms.get(group, group)}: printed {part['printed']}, plain median "
            f"{part['rounded']}, Kaplan-Meier median {words} ({censored} of {int(n)} censored)."
        )
        rows[group] = {"plain": part["computed"], "kaplan_meier": estimated, "censored": censored}
    return Evidence(shown, " ".join(sentences), rows)


def planned_size_not_reached(material: Material, options: Options) -> Evidence:
    """Fewer subjects than planned, and the power that is left under the planned assumption."""
    item = material.items[options["item"]]
    planned = {
        part["address"]["group"]: int(part["computed"])
        for part in item["parts"]
        if part["address"]["statistic"] == "n"
    }
    result = material.index.result(options["analysis"])
    reached = {group["id"]: int(group["N"]) for group in result.groups}
    power = {
        row: value
        for row in material.index.result(options["other"]).rows
        for value in [_power(material, options["other"], row)]
        if value is not None
    }
    sentence = (
        f"{sum(planned.values())} were planned ({listed(planned.values())}), "
        f"{sum(reached.values())} randomised ({listed(reached.values())})."
    )
    if power:
        low, high = (decimals_text(pick(power.values()), 3) for pick in (min, max))
        sentence += (
            f" Under the assumption of the plan and without drop-out, the power with these numbers "
            f"is {low} to {high} by the method of calculation."
        )
    values = {"planned": planned, "reached": reached, "power": power}
    return Evidence(sum(reached.values()) < sum(planned.values()), sentence, values)


def _power(material: Material, analysis: str, row: str) -> float | None:
    result = material.index.result(analysis)
    return next(
        (
            result.value(row, group, "power")
            for group in result.groups_of(row)
            if result.has(row, group, "power")
        ),
        None,
    )
