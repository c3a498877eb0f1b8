"""Checks of the values of single records: table in, findings out."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from scripts.conditions import describe, evaluate, variables_of
from scripts.validate.findings import (
    MISSING,
    join_findings,
    make_findings,
    name_values,
    show,
    show_pairs,
)
from scripts.validate.study import Study, column, rows_of

Spec = Mapping[str, Any]


def check_required(rows: pd.DataFrame, spec: Spec, study: Study) -> pd.DataFrame:
    """Each of `variables` has a value."""
    parts = []
    for name in spec["variables"]:
        absent = rows[column(rows, name).isna()]
        message = f"{name} has no value" + _reason(absent, name)
        parts.append(make_findings(absent, name, MISSING, message))
    return join_findings(parts)


def _reason(rows: pd.DataFrame, name: str) -> pd.Series:
    """Why values are missing, where the domain or the raw table says so."""
    empty = pd.Series("", index=rows.index, dtype="str")
    for given in (f"{name}_MISSING", f"{name[:2]}REASND"):
        if given in rows:
            return (": " + rows[given].astype("str")).where(rows[given].notna(), empty)
    return empty


def check_range(rows: pd.DataFrame, spec: Spec, study: Study) -> pd.DataFrame:
    """`variable` lies between `minimum` and `maximum`, both allowed; missing is not judged."""
    name = spec["variable"]
    values = column(rows, name).astype("Float64")
    parts = []
    for limit, word, outside in (
        ("minimum", "below", values < spec.get("minimum", -np.inf)),
        ("maximum", "above", values > spec.get("maximum", np.inf)),
    ):
        wrong = rows[outside.fillna(False)]
        shown = show(wrong[name])
        message = f"{name} " + shown + f" is {word} {spec.get(limit)}, the {limit} allowed"
        parts.append(make_findings(wrong, name, shown, message))
    return join_findings(parts)


def check_one_of(rows: pd.DataFrame, spec: Spec, study: Study) -> pd.DataFrame:
    """`variable` has one of `values`; missing is not judged."""
    name = spec["variable"]
    values = column(rows, name)
    wrong = rows[values.notna() & ~values.isin(spec["values"])]
    shown = show(wrong[name])
    listed = ", ".join(map(str, spec["values"]))
    return make_findings(wrong, name, shown, f"{name} '" + shown + f"' is not one of: {listed}")


def check_pattern(rows: pd.DataFrame, spec: Spec, study: Study) -> pd.DataFrame:
    """`variable` matches `pattern` as a whole, and each named group equals that variable."""
    name, pattern = spec["variable"], re.compile(spec["pattern"])
    rows = rows[column(rows, name).notna()]
    text = rows[name].astype("str")
    matched = text.str.fullmatch(pattern).astype(bool)
    wrong = rows[~matched]
    message = f"{name} '" + show(wrong[name]) + f"' does not have the form {spec['pattern']}"
    parts = [make_findings(wrong, name, show(wrong[name]), message)]
    fitting = rows[matched]
    if pattern.groupindex and len(fitting):
        groups = text[matched].str.extract(pattern)
        for group in pattern.groupindex:
            other = column(fitting, group)
            differs = groups[group].astype("str") != show(other)
            bad = fitting[differs]
            message = (
                f"{name} '"
                + show(bad[name])
                + f"' gives {group} "
                + groups.loc[differs, group].astype("str")
                + f", but {group} is "
                + show(bad[group])
            )
            parts.append(
                make_findings(bad, f"{name}, {group}", show_pairs(bad, [name, group]), message)
            )
    return join_findings(parts)


def check_must(rows: pd.DataFrame, spec: Spec, study: Study) -> pd.DataFrame:
    """The condition `must` holds; where a value that it needs is missing, it does not."""
    wrong = rows[~evaluate(spec["must"], rows)]
    names = [name for name in rows.columns if name in variables_of(spec["must"])]
    message = "found " + name_values(wrong, names) + f"; expected {describe(spec['must'])}"
    return make_findings(wrong, ", ".join(names), show_pairs(wrong, names), message)


def check_unique(rows: pd.DataFrame, spec: Spec, study: Study) -> pd.DataFrame:
    """No two records agree in all `keys`; a record with a missing key is not judged."""
    keys = list(spec["keys"])
    for key in keys:
        column(rows, key)
    rows = rows[rows[keys].notna().all(axis=1)]
    groups = rows.groupby(keys, sort=False)
    again = groups.cumcount() > 0
    first = groups[["SRCFILE", "SRCROW"]].transform("first")[again]
    wrong = rows[again]
    message = (
        f"same {', '.join(keys)} as "
        + first["SRCFILE"].astype("str")
        + " row "
        + show(first["SRCROW"])
    )
    return make_findings(wrong, ", ".join(keys), show_pairs(wrong, keys), message)


def check_constant_within_subject(rows: pd.DataFrame, spec: Spec, study: Study) -> pd.DataFrame:
    """Each of `variables` has one value within a subject; missing is not judged."""
    parts = []
    for name in spec["variables"]:
        known = rows[column(rows, name).notna()]
        first = known.groupby("USUBJID", sort=False)[name].transform("first")
        differs = known[name] != first
        wrong = known[differs]
        message = (
            f"{name} "
            + show(wrong[name])
            + " differs from "
            + show(first[differs])
            + ", which an earlier record of the subject has"
        )
        parts.append(make_findings(wrong, name, show(wrong[name]), message))
    return join_findings(parts)


def check_agreement(rows: pd.DataFrame, spec: Spec, study: Study) -> pd.DataFrame:
    """`variable` equals `other` of the record, or the subject's value in `against`."""
    name = spec["variable"]
    column(rows, name)
    if "other" in spec:
        expected, where = column(rows, spec["other"]), spec["other"]
    else:
        expected, where = _matching(rows, spec["against"], study)
    ours, theirs = rows[name], expected
    differs = (ours != theirs) & ~(ours.isna() & theirs.isna())
    wrong = rows[differs.fillna(True)]
    shown, other = show(wrong[name]), show(expected.loc[wrong.index])
    return make_findings(wrong, name, shown, f"{name} " + shown + f", but {where} says " + other)


def _matching(rows: pd.DataFrame, against: Spec, study: Study) -> tuple[pd.Series, str]:
    """The value of each record's subject in another table, in our codes, and how to name it."""
    theirs = rows_of(study, against)
    values = column(theirs, against["variable"])
    values = values.map(against["codes"]) if "codes" in against else values
    known = pd.Series(values.to_numpy(), index=theirs["USUBJID"]).dropna()
    known = known[~known.index.duplicated()]
    name = against.get("words") or against.get("source") or against.get("domain")
    return rows["USUBJID"].map(known), f"{against['variable']} of {name}"


def check_subject_known(rows: pd.DataFrame, spec: Spec, study: Study) -> pd.DataFrame:
    """The subject has a record in `reference` (DM where nothing is said)."""
    reference = spec.get("reference", {"domain": "DM"})
    known = rows_of(study, reference)["USUBJID"]
    wrong = rows[~rows["USUBJID"].isin(known)]
    words = reference.get("words") or reference.get("domain") or reference.get("source")
    message = "subject " + show(wrong["USUBJID"]) + f" has no record in {words}"
    return make_findings(wrong, "USUBJID", show(wrong["USUBJID"]), message)


def check_dose(rows: pd.DataFrame, spec: Spec, study: Study) -> pd.DataFrame:
    """`variable` is `expected`, give or take `tolerance` (a share), flat or by body surface."""
    name, expected = spec["variable"], float(spec["expected"])
    given = column(rows, name).astype("Float64")
    share = float(spec.get("tolerance", 0.0))
    parts = []
    if spec.get("per") == "body_surface":
        # ASSUME: body surface is sqrt(height in cm x weight in kg / 3600) (Mosteller).
        height = column(rows, spec["height"]).astype("Float64")
        weight = column(rows, spec["weight"]).astype("Float64")
        planned = expected * (height * weight / 3600) ** 0.5
        unknown = rows[planned.isna() & given.notna()]
        parts.append(
            make_findings(
                unknown,
                name,
                show(unknown[name]),
                f"the planned {name} cannot be computed: height or weight is missing",
                severity="note",
            )
        )
    else:
        planned = pd.Series(expected, index=rows.index, dtype="Float64")
    # The smallest margin keeps a dose on the limit inside whatever the last bit of the product.
    outside = (given - planned).abs() > share * planned + 1e-9
    wrong = rows[outside.fillna(False)]
    shown = show(wrong[name])
    target = planned[wrong.index].map("{:.1f}".format).astype("str")
    allowed = f", of which {share:.0%} more or less is allowed" if share else ""
    message = f"{name} " + shown + " given, planned " + target + allowed
    parts.append(make_findings(wrong, name, shown, message))
    return join_findings(parts)
