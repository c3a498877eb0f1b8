"""Transport files as they lie on the disk, and what define.xml and Dataset-JSON say of them."""

import json
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from scripts.package.gate.held import Held, Outcome, Package
from scripts.package.gate.kinds_files import lengths_trimmed
from scripts.package.gate.kinds_specification import defined_as_sent
from scripts.package.lint.folder import Folder, Linted, folder_of
from scripts.package.transport import MONTHS, STAMPS, check_transport
from scripts.tables import type_of

DATASET_JSON = "dataset-json/"
STANDARDS = {"sdtm": "sdtm", "datasets": "adam"}


def check_readable(folder: Folder) -> Linted:
    """Every transport file can be read, and is called as the data set that it holds."""
    wrong = []
    for path, held in folder.transports.items():
        stem = PurePosixPath(path).stem
        if isinstance(held, str):
            wrong.append(f"{path}: cannot be read: {held}")
        elif held.name.lower() != stem:
            wrong.append(f"{path}: holds {held.name}")
    return len(folder.transports), wrong


def check_writable(folder: Folder) -> Linted:
    """What a transport file holds is what the strict writer would take.

    Names, labels, ASCII, no infinity, formats of dates.
    """
    wrong = []
    for path, held in folder.readable.items():
        findings = check_transport(held.table, held.name, held.label, held.labels, held.formats)
        wrong += [f"{path}: {finding}" for finding in findings]
    return len(folder.readable), wrong


def check_stamps(folder: Folder) -> Linted:
    """Files say that they were made at the data cut, not when they were."""
    day = folder.day
    stamp = f"{day:%d}{MONTHS[day.month - 1]}{day:%y}:00:00:00".encode()
    wrong, checked = [], 0
    for path, content in folder.ending(".xpt"):
        checked += 1
        found = [content[place : place + len(stamp)] for place in STAMPS]
        other = [one for one in found if one != stamp]
        if other:
            told = other[0].decode("ascii", "replace")
            wrong.append(f"{path}: stamped {told}, not {stamp.decode()}")
    return checked, wrong


def _lines(path: str, outcome: Outcome) -> list[str]:
    lines = [
        f"{path}: {', '.join(example['variables'])}: "
        + ", ".join(f"{key} {value}" for key, value in example["values"].items())
        for example in outcome.examples
    ]
    rest = outcome.count - len(lines)
    return [*lines, f"{path}: and {rest} more"] if rest > 0 else lines


def _held(path: str, folder: Folder) -> tuple[Held, Package]:
    """A data set and its define.xml, as the gate looks at them."""
    place = folder_of(path)
    standard = STANDARDS.get(PurePosixPath(place).name, "adam")
    held = Held(PurePosixPath(path).stem.upper(), standard, folder.readable[path])
    define = folder.defines.get(place)
    return held, Package({held.name: held}, {}, {standard: define}, "")


def check_trimmed(folder: Folder) -> Linted:
    """A text variable is as long as its longest value."""
    wrong, checked = [], 0
    for path in folder.readable:
        outcome = lengths_trimmed(*_held(path, folder))
        checked += outcome.checked
        wrong += _lines(path, outcome)
    return checked, wrong


def check_defined(folder: Folder) -> Linted:
    """Every variable has in define.xml the name, place, label, type and length of the file."""
    wrong, checked = [], 0
    for path in folder.readable:
        for what in ("names", "labels", "types"):
            outcome = defined_as_sent(*_held(path, folder), what)
            checked += outcome.checked
            wrong += _lines(path, outcome)
    return checked, wrong


def check_sent(folder: Folder) -> Linted:
    """Every data set of a define.xml lies beside it."""
    wrong, checked = [], 0
    for place, define in folder.defines.items():
        for name, dataset in define["datasets"].items():
            checked += 1
            if f"{place}/{dataset['file']}" not in folder.files:
                wrong.append(f"{place}/define.xml: {name} leads to {dataset['file']}, not there")
    return checked, wrong


def _json_value(value: Any, numeric: bool) -> Any:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    return float(value) if numeric else value


def check_dataset_json(folder: Folder) -> Linted:
    """Every transport file has its Dataset-JSON, with its variables and as many records."""
    texts = {path for path in folder.files if path.startswith(DATASET_JSON)}
    wrong = []
    if not texts:
        return 0, []
    for path, held in folder.readable.items():
        standard = STANDARDS.get(PurePosixPath(folder_of(path)).name, "adam")
        twin = f"{DATASET_JSON}{standard}/{PurePosixPath(path).stem}.json"
        if twin not in texts:
            wrong.append(f"{path}: no {twin}")
            continue
        texts.discard(twin)
        told = json.loads(folder.files[twin])
        if [column["name"] for column in told["columns"]] != list(held.table):
            wrong.append(f"{twin}: other variables than {path}")
        elif told["records"] != len(held.table) or len(told["rows"]) != len(held.table):
            wrong.append(f"{twin}: {told['records']} records, {path} has {len(held.table)}")
        else:
            wrong += _other_values(twin, told, path, held.table)
    wrong += [f"{path}: no transport file holds this data set" for path in sorted(texts)]
    return len(folder.readable), wrong


def _other_values(twin: str, told: Any, path: str, table: Any) -> list[str]:
    """The variables of which the two files hold other values; dates are text in one of them."""
    wrong = []
    for place, column in enumerate(told["columns"]):
        values = table[column["name"]]
        if column["dataType"].startswith(("date", "time")) and type_of(values) != "text":
            continue
        numeric = type_of(values) != "text"
        ours = [_json_value(value, numeric) for value in values.tolist()]
        theirs = [_json_value(row[place], numeric) for row in told["rows"]]
        # An empty text and no text are one in a transport file.
        if ours != [None if value == "" else value for value in theirs]:
            wrong.append(f"{twin}: other values of {column['name']} than {path}")
    return wrong
