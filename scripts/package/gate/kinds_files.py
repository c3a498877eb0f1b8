"""Checks of what a transport file says of itself: names, labels, lengths, formats, text."""

import re
from collections.abc import Sequence

from scripts.package.gate.held import Held, Outcome, Package, is_text, of_facts, of_records
from scripts.package.transport import LABEL_BYTES, NAME
from scripts.tables import type_of


def names_valid(held: Held, package: Package) -> Outcome:
    """The data set has the name of its file, and every name is one of SAS version 5."""
    wrong = [(name, {"name": name}) for name in [held.name, *held.table] if not NAME.match(name)]
    if held.sent.name != held.name:
        wrong.append((held.name, {"in the file": held.sent.name, "of the file": held.name}))
    return of_facts(held.name, len(held.table.columns) + 1, wrong)


def name_matches(held: Held, package: Package, pattern: str) -> Outcome:
    """The name of the data set fits the pattern, whole."""
    wrong = [] if re.fullmatch(pattern, held.name) else [(held.name, {"name": held.name})]
    return of_facts(held.name, 1, wrong)


def labels_valid(held: Held, package: Package) -> Outcome:
    """The data set and every variable have a label, of ASCII, within its length."""
    labels = {held.name: held.sent.label, **held.sent.labels}
    wrong = [
        (name, {"label": label})
        for name, label in labels.items()
        if not label.strip() or not label.isascii() or len(label) > LABEL_BYTES
    ]
    return of_facts(held.name, len(labels), wrong)


def text_valid(held: Held, package: Package) -> Outcome:
    """Texts are of ASCII that prints."""
    outcome = Outcome()
    for name in filter(lambda column: is_text(held.table[column]), held.table):
        values = held.table[name]
        wrong = values.map(lambda v: not (v.isascii() and v.isprintable()), na_action="ignore")
        outcome.add(of_records(held, wrong.eq(True), [name], values.notna()))
    return outcome


def lengths_trimmed(held: Held, package: Package) -> Outcome:
    """A text variable is as long as its longest value, and no longer."""
    texts = [name for name in held.table if is_text(held.table[name])]
    wrong = []
    for name in texts:
        longest = max((len(value.encode()) for value in held.table[name].dropna()), default=1)
        if held.sent.lengths[name] != longest:
            wrong.append((name, {"length": held.sent.lengths[name], "longest value": longest}))
    return of_facts(held.name, len(texts), wrong)


def dates_formatted(held: Held, package: Package, endings: Sequence[str]) -> Outcome:
    """A numeric date or time has a format that shows it as one."""
    dates = [
        name
        for name in held.table
        if name.endswith(tuple(endings)) and not is_text(held.table[name])
    ]
    wrong = [(name, {"format": ""}) for name in dates if not held.sent.formats.get(name)]
    return of_facts(held.name, len(dates), wrong)


def formats_known(held: Held, package: Package, formats: Sequence[str]) -> Outcome:
    """A format is one that SAS has; a user's own would need a catalogue."""
    wrong = [
        (name, {"format": given})
        for name, given in held.sent.formats.items()
        if re.sub(r"[\d.]+$", "", given).upper() not in formats
    ]
    return of_facts(held.name, len(held.sent.formats), wrong)


def has_records(held: Held, package: Package) -> Outcome:
    """The data set is not empty."""
    wrong = [] if len(held.table) else [(held.name, {"records": 0})]
    return of_facts(held.name, 1, wrong)


def whole_dates(held: Held, package: Package, endings: Sequence[str]) -> Outcome:
    """A numeric date is a whole number of days."""
    outcome = Outcome()
    for name in held.table:
        values = held.table[name]
        if name.endswith(tuple(endings)) and not is_text(values):
            wrong = values.notna() & (values % 1 != 0)
            outcome.add(of_records(held, wrong, [name], values.notna()))
    return outcome


def same_attributes(held: Held, package: Package, across: bool) -> Outcome:
    """A variable that stands in two data sets has one type and one label.

    Compared with the first data set of the standard that has it; `across`: of the other standard.
    """
    first: dict[str, Held] = {}
    for other in package.datasets.values():
        if (other.standard != held.standard) == across:
            for name in other.table:
                first.setdefault(name, other)
    shared = [name for name in held.table if name in first and first[name] is not held]
    wrong = []
    for name in shared:
        here, there = held, first[name]
        mine, theirs = type_of(here.table[name]), type_of(there.table[name])
        if mine != theirs and len(here.table) and len(there.table):
            wrong.append((name, {"type": mine, there.name: theirs}))
        elif here.sent.labels[name] != there.sent.labels[name]:
            label = there.sent.labels[name]
            wrong.append((name, {"label": here.sent.labels[name], there.name: label}))
    return of_facts(held.name, len(shared), wrong)


CHECKS = (
    names_valid,
    name_matches,
    labels_valid,
    text_valid,
    lengths_trimmed,
    dates_formatted,
    formats_known,
    has_records,
    whole_dates,
    same_attributes,
)
