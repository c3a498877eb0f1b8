"""Checks of data sets against the specification: nothing is sent that is not described so."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from scripts.conditions import compare
from scripts.package.gate.held import (
    Held,
    Outcome,
    Package,
    is_text,
    numbers,
    of_facts,
    of_records,
)

# The comparators of Define-XML that ask for an order; the others ask for values.
ORDERS = {"LT": "<", "LE": "<=", "GT": ">", "GE": ">="}


def described_names(held: Held, package: Package) -> Outcome:
    """The data set is described, with the variables of the file in their order."""
    if held.described is None:
        return of_facts(held.name, 1, [(held.name, {"in the specification": "not described"})])
    ours = list(held.table)
    told = [entry["name"] for entry in held.described["variables"]]
    wrong: list[tuple[str, dict[str, Any]]]
    wrong = [(name, {"in the specification": ""}) for name in ours if name not in told]
    wrong += [(name, {"in the file": ""}) for name in told if name not in ours]
    if not wrong and ours != told:
        place = next(i for i, (a, b) in enumerate(zip(ours, told, strict=True)) if a != b)
        wrong = [(ours[place], {"place": place + 1, "in the specification": told[place]})]
    return of_facts(held.name, len(told), wrong)


def _compared(
    held: Held, ours: Mapping[str, Any], told: Mapping[str, Any], what: str
) -> list[tuple[str, dict[str, Any]]]:
    return [
        (name, {f"{what} in the file": ours[name], "in the specification": told[name]})
        for name in told
        if ours.get(name) != told[name]
    ]


def described_labels(held: Held, package: Package) -> Outcome:
    """Labels of the data set and its variables are those described."""
    assert held.described is not None
    told = {held.name: held.described["label"]}
    told |= {entry["name"]: entry["label"] for entry in held.variables()}
    ours = {held.name: held.sent.label, **held.sent.labels}
    return of_facts(held.name, len(told), _compared(held, ours, told, "label"))


def described_types(held: Held, package: Package) -> Outcome:
    """Types and lengths are those described; a number that is described as whole is whole."""
    wrong: list[tuple[str, dict[str, Any]]] = []
    for entry in held.variables():
        name, values = entry["name"], held.table[entry["name"]]
        if held.sent.lengths[name] != entry["length"]:
            length = held.sent.lengths[name]
            wrong.append((name, {"length": length, "in the specification": entry["length"]}))
        elif is_text(values) != (entry["type"] == "text") and len(values):
            wrong.append((name, {"in the specification": entry["type"]}))
        elif entry["type"] == "integer" and (values.dropna() % 1 != 0).any():
            wrong.append((name, {"value": values[values.notna() & (values % 1 != 0)].iloc[0]}))
    return of_facts(held.name, len(held.variables()), wrong)


def described_formats(held: Held, package: Package) -> Outcome:
    """A format that is described is in the file, but for the decimal point that it may lack."""
    told = {e["name"]: e["format"].rstrip(".") for e in held.variables() if e["format"]}
    ours = {name: given.rstrip(".") for name, given in held.sent.formats.items()}
    return of_facts(held.name, len(told), _compared(held, ours, told, "format"))


def described_records(held: Held, package: Package) -> Outcome:
    """There are as many records as described."""
    assert held.described is not None
    told = {held.name: held.described["records"]}
    return of_facts(held.name, 1, _compared(held, {held.name: len(held.table)}, told, "records"))


def _keys(held: Held) -> list[str]:
    return [key for key in (held.described or {}).get("keys", []) if key in held.table]


def keys_unique(held: Held, package: Package) -> Outcome:
    """The keys tell every record from every other."""
    keys = _keys(held)
    if not keys:
        return of_facts(held.name, 1, [(held.name, {"keys": "none"})])
    return of_records(held, held.table.duplicated(keys), keys)


def sorted_by_keys(held: Held, package: Package) -> Outcome:
    """Records stand in the order of the keys; a missing value stands where SAS puts it, or last."""
    keys = _keys(held)
    table = held.table[keys].reset_index(drop=True)
    orders = [
        table.sort_values(keys, kind="stable", na_position=place).index
        for place in ("first", "last")
    ]
    wrong = [order.to_numpy() != np.arange(len(table)) for order in orders]
    return of_records(held, min(wrong, key=np.sum) if keys else np.zeros(len(table), bool), keys)


def mandatory_filled(held: Held, package: Package) -> Outcome:
    """A variable that is described as mandatory has no missing value."""
    outcome = Outcome()
    for entry in held.variables():
        if entry["mandatory"]:
            outcome.add(of_records(held, held.table[entry["name"]].isna(), [entry["name"]]))
    return outcome


def _same_kind(column: pd.Series, values: Sequence[Any]) -> list[Any]:
    """Values of the specification as a column holds them: text, or numbers."""
    if is_text(column):
        return [str(value) for value in values]
    return numbers(pd.Series(list(values), dtype="object")).tolist()


def selected(held: Held, where: Sequence[Mapping[str, Any]]) -> pd.Series:
    """The records that the conditions of value-level metadata select."""
    rows = pd.Series(True, index=held.table.index)
    for part in where:
        if part["variable"] not in held.table:
            return rows & False
        column = held.table[part["variable"]]
        values = _same_kind(column, part["values"])
        if part["comparator"] in ORDERS:
            rows &= compare(column, ORDERS[part["comparator"]], values[0])
        else:
            rows &= column.isin(values) == (part["comparator"] in ("EQ", "IN"))
    return rows


def in_codelist(held: Held, package: Package, extensible: bool) -> Outcome:
    """Values are terms of their code list; external dictionaries are not looked into."""
    lists = package.specifications[held.standard].get("codelists", {})
    outcome = Outcome()
    for entry in held.variables():
        values = held.table[entry["name"]]
        for place in [entry, *entry["values"]]:
            listed = lists.get(place["codelist"])
            if listed is None or listed.get("external") or bool(listed["extensible"]) != extensible:
                continue
            terms = _same_kind(values, [term["value"] for term in listed["terms"]])
            looked = selected(held, place.get("where", [])) & values.notna()
            wrong = looked & ~values.isin(terms)
            outcome.add(of_records(held, wrong, [entry["name"]], looked))
    return outcome


def values_described(held: Held, package: Package) -> Outcome:
    """Value-level metadata speak of records that are there, and hold for them."""
    wrong: list[tuple[str, dict[str, Any]]] = []
    checked = 0
    for entry in held.variables():
        for place in entry["values"]:
            checked += 1
            words = " and ".join(
                f"{p['variable']} {p['comparator']} {', '.join(map(str, p['values']))}"
                for p in place["where"]
            )
            values = held.table.loc[selected(held, place["where"]), entry["name"]].dropna()
            if not selected(held, place["where"]).any():
                wrong.append((entry["name"], {"where": words, "records": 0}))
            elif is_text(values) and place.get("length"):
                longest = max((len(value) for value in values), default=0)
                if longest > place["length"]:
                    told = {"longest value": longest, "described": place["length"]}
                    wrong.append((entry["name"], {"where": words, **told}))
    return of_facts(held.name, checked, wrong)


def defined_as_sent(held: Held, package: Package, what: str) -> Outcome:
    """define.xml tells the variables of the file as they are.

    `what` is names (and order), labels, types (with lengths) or keys.
    """
    define = package.defines.get(held.standard)
    if define is None:
        return Outcome()
    told = define["datasets"].get(held.name)
    if told is None:
        wrong = [(held.name, {"in define.xml": "not there"})] if what == "names" else []
        return of_facts(held.name, 1 if what == "names" else 0, wrong)
    variables = {entry["name"]: entry for entry in told["variables"]}
    if what == "names":
        pairs = [("variables", ", ".join(held.table), ", ".join(variables))]
        pairs.append(("file", f"{held.name.lower()}.xpt", told["file"]))
    elif what == "labels":
        pairs = [(held.name, held.sent.label, told["label"])]
        pairs += [
            (n, held.sent.labels[n], variables[n]["label"]) for n in held.table if n in variables
        ]
    elif what == "keys":
        keyed = sorted((e["key"], name) for name, e in variables.items() if e["key"])
        pairs = [("keys", ", ".join(_keys(held)), ", ".join(name for _, name in keyed))]
    else:
        pairs = _defined_types(held, variables)
    wrong = [
        (name, {"sent": ours, "in define.xml": theirs})
        for name, ours, theirs in pairs
        if ours != theirs
    ]
    return of_facts(held.name, len(pairs), wrong)


def _defined_types(held: Held, variables: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Types and lengths of the file and of define.xml, in words that can be compared."""
    pairs = []
    for name in held.table:
        told = variables.get(name)
        if told is None or not len(held.table):
            continue
        text = is_text(held.table[name])
        # A date as text has no length in define.xml; a number is stored in eight bytes whatever
        # its digits are.
        numeric = told["type"] in ("integer", "float")
        told_length = str(told["length"]) if text and told["length"] and not numeric else ""
        ours = f"text {held.sent.lengths[name] if told_length else ''}" if text else "number"
        dates = bool(re.search("date|time", told["type"] or "", re.IGNORECASE))
        shown_as_date = dates and not text and bool(held.sent.formats.get(name))
        pairs.append((name, ours, "number" if numeric or shown_as_date else f"text {told_length}"))
    return pairs


CHECKS = (
    described_names,
    described_labels,
    described_types,
    described_formats,
    described_records,
    keys_unique,
    sorted_by_keys,
    mandatory_filled,
    in_codelist,
    values_described,
    defined_as_sent,
)
