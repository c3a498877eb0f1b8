"""What was rebuilt held against what was submitted: every value and every printed number."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scripts.package.replay.rebuild import sent_path
from scripts.package.transport import Transported, dates_since_epoch, read_transport
from scripts.seals import sha256_of
from scripts.tables import plain

NAMES = ("USUBJID", "PARAMCD", "AVISIT", "VISIT")
DATES = ("date", "datetime")


@dataclass
class Compared:
    """How much was compared, and each difference as a record and in words."""

    checked: int = 0
    differences: list[dict[str, Any]] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    def add(self, words: str, **record: Any) -> None:
        """One more difference."""
        self.differences.append(plain(record))
        self.findings.append(words)


def unequal(ours: pd.DataFrame, theirs: pd.DataFrame) -> Iterator[tuple[str, int]]:
    """Column and row (from 0) of every value in which two tables of the same shape differ."""
    for column in ours.columns:
        left, right = ours[column], theirs[column]
        same = (left == right).fillna(False) | (left.isna() & right.isna())
        for row in np.flatnonzero(~same.to_numpy(dtype=bool)):
            yield column, int(row)


def _named(table: pd.DataFrame, row: int, keys: Sequence[str]) -> dict[str, Any]:
    names = [key for key in [*NAMES, *keys] if key in table.columns]
    return {key: table[key].iloc[row] for key in dict.fromkeys(names)}


def _shown(value: Any) -> str:
    return "missing" if pd.isna(value) else repr(plain(value))


def compare_tables(
    compared: Compared,
    name: str,
    sent: pd.DataFrame,
    made: pd.DataFrame,
    keys: Sequence[str] = (),
    other: str = "rebuilt",
) -> None:
    """Every value in which a data set as sent differs from another form of it."""
    if list(sent.columns) != list(made.columns):
        gone = [c for c in sent.columns if c not in made.columns]
        new = [c for c in made.columns if c not in sent.columns]
        words = f"only submitted {gone}, only {other} {new}" if gone or new else "another order"
        compared.add(f"{name}: other variables: {words}", dataset=name, gone=gone, new=new)
        return
    if len(sent) != len(made):
        words = f"{name}: {len(sent)} records submitted, {len(made)} {other}"
        compared.add(words, dataset=name, submitted=len(sent), rebuilt=len(made))
        return
    compared.checked += sent.size
    for column, row in unequal(sent, made):
        by = _named(sent, row, keys)
        told = ", ".join(f"{key} {plain(value)}" for key, value in by.items())
        left, right = sent[column].iloc[row], made[column].iloc[row]
        compared.add(
            f"{name}.{column}, record {row + 1} ({told}): submitted {_shown(left)}, "
            f"{other} {_shown(right)}",
            **{"dataset": name, "variable": column, "record": row + 1, "keys": by},
            **{"submitted": left, other: right},
        )


def compare_heads(compared: Compared, name: str, sent: Transported, made: Transported) -> None:
    """Labels, lengths and formats in which two transport files differ."""
    if sent.label != made.label:
        compared.add(f"{name}: its label is another one", dataset=name, attribute="label")
    for word in ("labels", "lengths", "formats"):
        left, right = getattr(sent, word), getattr(made, word)
        for column in sorted(left.keys() | right.keys()):
            if left.get(column) != right.get(column):
                told = f"submitted {left.get(column)!r}, rebuilt {right.get(column)!r}"
                compared.add(f"{name}.{column}: {word[:-1]}: {told}", dataset=name, variable=column)


def compare_datasets(
    package: Path, folder: Path, paths: Sequence[str], keys: Mapping[str, Sequence[str]]
) -> Compared:
    """Each transport file that was rebuilt, value by value. `paths` are those of the folder."""
    compared = Compared()
    for path in paths:
        name, sent, made = Path(path).stem.upper(), package / sent_path(path), folder / path
        absent = [w for w, p in (("submitted", sent), ("rebuilt", made)) if not p.is_file()]
        if absent:
            compared.add(f"{name}: not {' and not '.join(absent)}", dataset=name)
            continue
        ours, theirs = read_transport(sent.read_bytes()), read_transport(made.read_bytes())
        compare_tables(compared, name, ours.table, theirs.table, keys.get(name, ()))
        compare_heads(compared, name, ours, theirs)
    return compared


def compare_sent(package: Path, datasets: Mapping[str, str]) -> Compared:
    """Each data set against the hash that it had, and against the same data as Dataset-JSON."""
    compared = Compared()
    for path, digest in datasets.items():
        sent = package / sent_path(path)
        name = sent.stem.upper()
        if not sent.is_file():
            compared.add(f"{sent_path(path)}: missing", dataset=name)
            continue
        if sha256_of(sent) != digest:
            compared.add(f"{sent_path(path)}: not the file that was made", dataset=name)
        twin = package / "dataset-json" / _standard(path) / f"{sent.stem}.json"
        if twin.is_file():
            held = read_transport(sent.read_bytes())
            document = json.loads(twin.read_bytes())
            table = json_table(document, held.table)
            compare_tables(compared, name, held.table, table, other="in Dataset-JSON")
        else:
            compared.checked += 1
    return compared


def _standard(path: str) -> str:
    return "sdtm" if "/tabulations/" in path else "adam"


def json_table(document: Mapping[str, Any], like: pd.DataFrame) -> pd.DataFrame:
    """The rows of a Dataset-JSON document as its transport file holds them."""
    columns = document["columns"]
    table = pd.DataFrame(document["rows"], columns=[column["name"] for column in columns])
    for column in columns:
        name = column["name"]
        if column["dataType"] in DATES and column.get("targetDataType"):
            days = pd.to_datetime(table[name]) - dates_since_epoch(pd.Series([0.0]))[0]
            table[name] = days / pd.Timedelta(days=1)
        if name in like.columns:
            table[name] = table[name].astype(like[name].dtype)
            if like[name].dtype.kind not in "fi":
                table[name] = table[name].where(table[name] != "")
    return table


def compare_printed(submitted: Mapping[str, Mapping[str, Any]], folder: Path) -> Compared:
    """Every address: whether it is printed again, with the same text and the same full value."""
    compared = Compared()
    for path, addresses in submitted.items():
        made = folder / path
        found = json.loads(made.read_bytes())["addresses"] if made.is_file() else {}
        compared.checked += len(addresses)
        for address in sorted(addresses.keys() | found.keys()):
            left, right = addresses.get(address), found.get(address)
            if left is None or right is None:
                words = "not printed again" if right is None else "printed anew"
                compared.add(f"{address}: {words}", address=address)
                continue
            pairs = {key: (left[key], right.get(key)) for key in ("text", "value")}
            if any(one != two for one, two in pairs.values()):
                told = "; ".join(
                    f"{key} submitted {one!r}, rebuilt {two!r}"
                    for key, (one, two) in pairs.items()
                    if one != two
                )
                compared.add(
                    f"{address}: {told}",
                    address=address,
                    submitted=left,
                    rebuilt={key: right.get(key) for key in ("text", "value")},
                )
    return compared
