"""Rules that count subjects and records in the derived tables."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.conditions import Condition, evaluate
from scripts.report.publication.evidence import (
    Evidence,
    Material,
    decimals_text,
    in_words,
    listed,
    part_of,
)
from scripts.report.publication.published import MATCHING

Options = Mapping[str, Any]


def make_subject_table(adsl: pd.DataFrame, adresp: pd.DataFrame) -> pd.DataFrame:
    """One row per randomised subject: ADSL with a column (Y or N) for each endpoint."""
    randomised = adsl[adsl["RANDFL"] == "Y"]
    wide = adresp.pivot_table(
        index="USUBJID", columns="PARAMCD", values="AVALC", aggfunc="first"
    ).reset_index()
    wide.columns.name = None
    wide = wide.drop(columns=[name for name in wide if name != "USUBJID" and name in randomised])
    return randomised.merge(wide, on="USUBJID", how="left", validate="one_to_one")


def _chosen(table: pd.DataFrame, *conditions: Condition | None) -> pd.DataFrame:
    holds = pd.Series(True, index=table.index)
    for condition in conditions:
        holds &= evaluate(condition, table)
    return table[holds]


def _share(material: Material, options: Options) -> tuple[int, int, int]:
    """(subjects in question, of them with the outcome, subjects among whom they were counted)."""
    subjects = material.tables["subjects"]
    frame = _chosen(subjects, options.get("among"))
    inside = _chosen(frame, options["subjects"])
    return len(inside), len(_chosen(inside, options["outcome"])), len(frame)


def informative_missingness(material: Material, options: Options) -> Evidence:
    """Whether all subjects with something missing share the unfavourable outcome."""
    missing, bad, frame = _share(material, options)
    subjects = _chosen(material.tables["subjects"], options["among"])
    known = _chosen(subjects, {"not": options["subjects"]})
    bad_known = len(_chosen(known, options["outcome"]))
    who = f" {in_words(options, 'among')}" if options["among"] else ""
    sentence = (
        f"{missing} of {frame} subjects{who} {in_words(options, 'subjects')}; "
        f"{bad} of these {missing} {in_words(options, 'outcome')}, "
        f"against {bad_known} of the {len(known)} others."
    )
    shown = 0 < missing == bad and bad_known < len(known)
    values = {"missing": missing, "missing_with_outcome": bad}
    return Evidence(shown, sentence, {**values, "others": len(known), "others_with": bad_known})


def literal_reading_excludes(material: Material, options: Options) -> Evidence:
    """Subjects whom the literal words of a definition would leave out, but who are counted."""
    inside, counted, _ = _share(material, options)
    sentence = (
        f"{counted} of the {inside} subjects who {in_words(options, 'subjects')} "
        f"{in_words(options, 'outcome')}."
    )
    return Evidence(counted > 0, sentence, {"subjects": inside, "counted": counted})


def rule_applied_to_few(material: Material, options: Options) -> Evidence:
    """A rule that names many subjects and was carried out for fewer."""
    inside, applied, _ = _share(material, options)
    sentence = (
        f"{inside} subjects {in_words(options, 'subjects')}; {applied} of them "
        f"{in_words(options, 'outcome')}, {inside - applied} did not."
    )
    return Evidence(applied < inside, sentence, {"named": inside, "applied": applied})


def withdrawal_at_treatment_end(material: Material, options: Options) -> Evidence:
    """Withdrawals from treatment at or after the time at which it was to end anyway."""
    inside, late, _ = _share(material, options)
    sentence = (
        f"{late} of the {inside} subjects who {in_words(options, 'subjects')} "
        f"{in_words(options, 'outcome')}."
    )
    return Evidence(late > 0, sentence, {"withdrawals": inside, "at_or_after_end": late})


def undecided_boundary(material: Material, options: Options) -> Evidence:
    """How many values lie exactly where definitions with different signs part."""
    name, value = options["measurement"], options["value"]
    tables = [table for table in material.tables.values() if "PARAMCD" in table and "AVAL" in table]
    values = pd.concat([table.loc[table["PARAMCD"] == name, "AVAL"] for table in tables])
    known = values.dropna()
    exactly = int((known == value).sum())
    sentence = f"{exactly} of {len(known)} values of {name} are exactly {value}."
    if not exactly:
        sentence += " The definitions part at this value, but these data do not show it."
    return Evidence(exactly > 0, sentence, {"values": len(known), "exactly": exactly})


def _odds_ratio(table: pd.DataFrame, predictor: str, response: str) -> float | None:
    """The crude odds ratio of two Y/N variables; None where a cell is empty."""
    a, b, c, d = (
        int(((table[predictor] == x) & (table[response] == y)).sum()) for x in "YN" for y in "YN"
    )
    return a * d / (b * c) if b * c else None


def structural_association(material: Material, options: Options) -> Evidence:
    """A predictor that is itself an outcome, tied to the response through a common requirement."""
    predictor, response, gate = (options[key] for key in ("predictor", "response", "gate"))
    subjects = material.tables["subjects"]
    closed = subjects[subjects[gate] == "N"]
    outside = {name: int((closed[name] == "Y").sum()) for name in (predictor, response)}
    crude = _odds_ratio(subjects, predictor, response)
    inside = _odds_ratio(subjects[subjects[gate] == "Y"], predictor, response)
    texts = ["not estimable" if x is None else decimals_text(x, 1) for x in (crude, inside)]
    sentence = (
        f"{predictor} is derived from records after baseline, and of the {len(closed)} subjects "
        f"without {gate} {outside[predictor]} have {predictor} and {outside[response]} have "
        f"{response}: both need {gate}. The crude odds ratio is {texts[0]} in all subjects and "
        f"{texts[1]} among those with {gate}."
    )
    shown = len(closed) > 0 and not any(outside.values())
    return Evidence(shown, sentence, {"outside": outside, "crude": crude, "within": inside})


def unstated_cut_off(material: Material, options: Options) -> Evidence:
    """A dichotomy that gives the published number though the text states no cut-off."""
    item, variable, flag = (options[key] for key in ("item", "variable", "flag"))
    subjects = _chosen(material.tables["subjects"], options.get("among"))
    sides = [subjects.loc[subjects[flag] == side, variable].dropna() for side in "NY"]
    below, above = sorted(sides, key=lambda side: side.median() if len(side) else 0)
    if not len(below) or not len(above):
        return Evidence(False, f"{flag} does not split the subjects.", {})
    low, high = float(below.max()), float(above.min())
    part = part_of(material.items[item], "odds_ratio")
    holds = material.items[item]["verdict"] in MATCHING and low < high
    printed = part["printed"] if part else material.items[item]["published"]
    sentence = (
        f"{item}: {printed} is reproduced with {variable} cut anywhere above {low:g} and up to "
        f"{high:g} ({len(below)} and {len(above)} subjects); no cut-off is stated."
    )
    return Evidence(holds, sentence, {"highest_below": low, "lowest_above": high})


def category_outside_table(material: Material, options: Options) -> Evidence:
    """Subjects with an event that no row of the published table by category counts."""
    events = material.tables["adae"]
    inside = set(_chosen(events, options["subjects"])["USUBJID"])
    beyond = set(_chosen(events, options["outcome"])["USUBJID"])
    sentence = (
        f"Subjects who {in_words(options, 'outcome')}: {len(beyond)}; of them outside the row of "
        f"those who {in_words(options, 'subjects')} ({len(inside)}): {len(beyond - inside)}."
    )
    return Evidence(
        bool(beyond - inside), sentence, {"inside": len(inside), "beyond": len(beyond - inside)}
    )


def same_quantity_twice(material: Material, options: Options) -> Evidence:
    """Two named times that are one and the same number for every subject."""
    wide = material.tables["adtte"].pivot_table(
        index="USUBJID", columns="PARAMCD", values="AVAL", aggfunc="first"
    )[list(options["times"])]
    both = wide.dropna()
    equal = int((both.min(axis=1) == both.max(axis=1)).sum())
    sentence = (
        f"{listed(options['times'])} are equal for {equal} of {len(both)} subjects who have both."
    )
    shown = len(both) > 0 and equal == len(both) == len(wide.dropna(how="all"))
    return Evidence(shown, sentence, {"subjects": len(both), "equal": equal})
