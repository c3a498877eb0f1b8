"""Checks across tables: a subject's records against the subject's other records."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.conditions import describe, variables_of
from scripts.validate.findings import join_findings, make_findings, name_values, show, show_pairs
from scripts.validate.study import Study, column, days_between, rows_of

Spec = Mapping[str, Any]


def words_of(selection: Spec) -> str:
    """What a selection selects, in words."""
    if "words" in selection:
        return str(selection["words"])
    name = selection.get("domain") or selection.get("source")
    text = f"record in {name}"
    return f"{text} where {describe(selection['where'])}" if "where" in selection else text


def _pairs(rows: pd.DataFrame, spec: Spec, study: Study) -> pd.DataFrame:
    """Each record with each matching record of the other table: PLACE, and the other's origin."""
    others = rows_of(study, spec["record"])
    keys = ["USUBJID", *spec.get("match", [])]
    for key in keys:
        column(rows, key), column(others, key)
    right = others[[*keys, "SRCFILE", "SRCROW"]].assign(DTC=others.get("DTC"))
    left = rows[keys].assign(PLACE=rows.index, DTC=rows.get("DTC"))
    pairs = left.merge(right, on=keys, suffixes=("", "_OTHER"))
    within = spec.get("within")
    if within is not None:
        gap = days_between(pairs["DTC"], pairs["DTC_OTHER"])
        near = (gap >= -within["before"]) & (gap <= within["after"])
        pairs = pairs[near.fillna(False)]
    return pairs


def _period(rows: pd.DataFrame, spec: Spec) -> pd.Series:
    within = spec.get("within")
    if within is None:
        return pd.Series("", index=rows.index, dtype="str")
    before, after = within["before"], within["after"]
    words = f" within {after} days after " if after else f" within {before} days before "
    if before and after:
        words = f" from {before} days before to {after} days after "
    if not before and not after:
        words = " on the day "
    return words + show(rows["DTC"])


def _varying(condition: Spec | None) -> set[str]:
    """The variables of a condition without those that it fixes to one value."""
    if not condition:
        return set()
    parts = [*condition.get("all", []), *condition.get("any", [])]
    parts += [condition["not"]] if "not" in condition else []
    names = set() if {"is", "missing"} & set(condition) else variables_of(condition)
    return set().union(*map(_varying, parts)) if parts else names


def _seen(rows: pd.DataFrame, spec: Spec) -> tuple[str, pd.Series, pd.Series | str]:
    """What a finding shows, and says first: the variables that `where` judges, or the date."""
    names = [name for name in rows.columns if name in _varying(spec.get("where"))]
    if names:
        return ", ".join(names), show_pairs(rows, names), name_values(rows, names) + ", but "
    name = "DTC" if "DTC" in rows else "USUBJID"
    return name, show(rows[name]), ""


def check_record_required(rows: pd.DataFrame, spec: Spec, study: Study) -> pd.DataFrame:
    """Each record has a matching `record` of the subject, `within` so many days where given."""
    wrong = rows[~rows.index.isin(_pairs(rows, spec, study)["PLACE"])]
    name, shown, first = _seen(wrong, spec)
    message = first + f"no {words_of(spec['record'])}" + _period(wrong, spec)
    return make_findings(wrong, name, shown, message)


def check_record_forbidden(rows: pd.DataFrame, spec: Spec, study: Study) -> pd.DataFrame:
    """No record has a matching `record` of the subject, `within` so many days where given."""
    pairs = _pairs(rows, spec, study).drop_duplicates("PLACE").set_index("PLACE")
    wrong = rows[rows.index.isin(pairs.index)]
    name, shown, first = _seen(wrong, spec)
    origin = pairs.loc[wrong.index]
    message = (
        first
        + words_of(spec["record"])
        + _period(wrong, spec)
        + " is not allowed, but stands in "
        + origin["SRCFILE"].astype("str")
        + " row "
        + show(origin["SRCROW"])
    )
    return make_findings(wrong, name, shown, message)


def check_record_count(rows: pd.DataFrame, spec: Spec, study: Study) -> pd.DataFrame:
    """Each of the `subjects` has at least `minimum` and at most `maximum` records."""
    people = rows_of(study, {"domain": "DM", **spec.get("subjects", {})})
    count = people["USUBJID"].map(rows.groupby("USUBJID").size()).fillna(0).astype("Int64")
    parts = []
    for limit, word, outside in (
        ("minimum", "at least", count < spec.get("minimum", 0)),
        ("maximum", "at most", count > spec.get("maximum", len(rows))),
    ):
        wrong = people[outside]
        shown = show(count[wrong.index])
        message = f"{words_of(spec)}: " + shown + f" found; expected {word} {spec.get(limit)}"
        parts.append(make_findings(wrong, "USUBJID", shown, message))
    return join_findings(parts)


def check_together(rows: pd.DataFrame, spec: Spec, study: Study) -> pd.DataFrame:
    """For each subject of the rows, the `statements` hold all or none."""
    held = pd.DataFrame(index=rows.index)
    for statement in spec["statements"]:
        subjects = rows_of(study, statement)["USUBJID"]
        held[words_of(statement)] = rows["USUBJID"].isin(subjects)
    count = held.sum(axis=1)
    wrong = rows[(count > 0) & (count < held.shape[1])]
    message = pd.Series("", index=wrong.index, dtype="str")
    for words in held.columns:
        answer = held.loc[wrong.index, words].map({True: "yes", False: "no"}).astype("str")
        message = message + ("; " if words != held.columns[0] else "") + f"{words}: " + answer
    return make_findings(wrong, "USUBJID", show(wrong["USUBJID"]), message)


def check_allocation_ratio(rows: pd.DataFrame, spec: Spec, study: Study) -> pd.DataFrame:
    """The arms' counts are in the planned ratio, overall and in each full block."""
    arms = column(rows, spec["arm"])
    arms = arms.map(spec["codes"]) if "codes" in spec else arms
    ratio = pd.Series({arm["code"]: arm["ratio"] for arm in study.trial["arms"]}, dtype=float)
    unknown = rows[~arms.isin(ratio.index)]
    message = "arm " + show(unknown[spec["arm"]]) + " is not an arm of the trial"
    parts = [make_findings(unknown, spec["arm"], show(unknown[spec["arm"]]), message)]
    share = ratio / ratio.sum()
    whole = arms.value_counts().reindex(ratio.index, fill_value=0).to_frame().T
    parts.append(_unbalanced(whole.set_axis(["all subjects"]), share, spec.get("tolerance", 0)))
    if "block" in spec:
        counts = pd.crosstab(column(rows, spec["block"]), arms)
        counts = counts.reindex(columns=ratio.index, fill_value=0)
        size = spec.get("block_size", ratio.sum())
        full = counts[counts.sum(axis=1) >= size]
        named = full.set_axis([f"block {name}" for name in show(pd.Series(full.index))])
        parts.append(_unbalanced(named, share, 0))
    return join_findings(parts)


def _unbalanced(counts: pd.DataFrame, share: pd.Series, tolerance: float) -> pd.DataFrame:
    """A finding for each group whose counts lie more than `tolerance` from the planned ones."""
    total = counts.sum(axis=1)
    planned = pd.DataFrame({arm: total * part for arm, part in share.items()})
    off = (counts - planned).abs().max(axis=1) > tolerance + 1e-9
    wrong = pd.DataFrame(index=counts.index[off])
    observed = pd.Series("", index=wrong.index, dtype="str")
    expected = observed.copy()
    for place, arm in enumerate(share.index):
        sign = ", " if place else ""
        observed = observed + f"{sign}{arm} " + show(counts.loc[off, arm])
        target = planned.loc[off, arm].map("{:.1f}".format).astype("str")
        expected = expected + f"{sign}{arm} " + target
    message = wrong.index.astype("str") + ": " + observed + " allocated; planned " + expected
    return make_findings(wrong, "ARMCD", observed, message)
