"""Data types of dates as text, by what the values show: the same in define.xml and Dataset-JSON."""

import re
from collections.abc import Iterable, Mapping

import pandas as pd

DATE_NAMES = re.compile(r"DTC\Z")
DURATION_NAMES = re.compile(r"(DUR|ELTM|STINT|ENINT)\Z")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
PARTIAL_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?\Z")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?\Z")
PARTIAL_MOMENT = re.compile(
    r"\d{4}(-\d{2}(-\d{2}(T\d{2}(:\d{2}(:\d{2}(\.\d+)?)?)?(Z|[+-]\d{2}:\d{2})?)?)?)?\Z"
)
# From the narrowest to the widest; the first that every value fits is the type.
KINDS = (
    ("date", DAY),
    ("partialDate", PARTIAL_DAY),
    ("datetime", MOMENT),
    ("partialDatetime", PARTIAL_MOMENT),
)
INCOMPLETE, DURATION = "incompleteDatetime", "durationDatetime"


def date_type(values: Iterable[str]) -> str:
    """The narrowest type of Define-XML that every date fits; none is known: the narrowest."""
    texts = list(values)
    for name, pattern in KINDS:
        if all(pattern.match(text) for text in texts):
            return name
    return INCOMPLETE


def text_types(table: pd.DataFrame, declared: Mapping[str, str]) -> dict[str, str]:
    """The types of the dates and durations that a table holds as text, by variable.

    `declared` are the types of the specification; other text has the type that stands there.
    """
    found = {}
    for name, type_ in declared.items():
        if type_ != "text":
            continue
        known = table[name].dropna()
        if DATE_NAMES.search(name):
            found[name] = date_type(known)
        elif DURATION_NAMES.search(name) and len(known) and known.str.match(r"-?P").all():
            found[name] = DURATION
    return found
