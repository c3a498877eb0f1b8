"""The records of a listing: chosen, sorted, and every value as the text that is printed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from scripts.conditions import evaluate, nearest, variables_of
from scripts.report.collected import as_collected
from scripts.report.letters import FIXED, replace_unknown
from scripts.report.results import OutputsError

Plan = Mapping[str, Any]
Tables = Mapping[str, pd.DataFrame]
DASH = "–"


@dataclass(frozen=True)
class Part:
    """One part of a listing: its label, its records as texts, and where each record lies."""

    label: str
    rows: list[list[str]]
    places: list[int]


@dataclass(frozen=True)
class Listing:
    """A listing of the plan with its records; `subjects` are those that have at least one."""

    plan: Plan
    parts: list[Part]
    subjects: int
    file: str

    @property
    def records(self) -> int:
        """How many records are listed."""
        return sum(len(part.rows) for part in self.parts)


def with_subject_variables(
    table: pd.DataFrame, names: set[str], adsl: pd.DataFrame
) -> pd.DataFrame:
    """The table with subject-level variables for those names that it does not have itself."""
    lacking = sorted(names - set(table.columns))
    unknown = [name for name in lacking if name not in adsl.columns]
    if unknown:
        known = {*table.columns, *adsl.columns}
        raise OutputsError(f"no column {unknown[0]!r}; {nearest(unknown[0], known)}")
    if not lacking:
        return table
    one = adsl.set_index("USUBJID")[lacking]
    added = one.reindex(table["USUBJID"]).set_axis(table.index)
    return pd.concat([table, added], axis=1)


def _from_other(column: Plan, subjects: pd.Series, tables: Tables) -> pd.DataFrame:
    """Value and reason of a column that comes from another table, one row a record listed."""
    spec = column["from"]
    table = tables[spec["source"]]
    chosen = table[evaluate(spec.get("where"), table)]
    twice = chosen["USUBJID"][chosen["USUBJID"].duplicated()]
    if len(twice):
        raise OutputsError(
            f"column {column['label']!r}: {spec['source']} has several records of "
            f"{twice.iloc[0]}; narrow `where` to one a subject"
        )
    return chosen.set_index("USUBJID").reindex(subjects).reset_index(drop=True)


def texts_of(column: Plan, table: pd.DataFrame, tables: Tables) -> list[str]:
    """The printed text of a column for every record: value, or why there is none, or a dash."""
    subjects = table["USUBJID"]
    source = _from_other(column, subjects, tables) if "from" in column else table
    for name in (column["variable"], column.get("reason", column["variable"])):
        if name not in source.columns:
            raise OutputsError(f"no column {name!r}; {nearest(name, source.columns)}")
    words = column.get("decode", {})
    texts = [words.get(text, text) for text in as_collected(source[column["variable"]])]
    absent = column.get("absent", DASH)
    if "reason" in column:
        reasons = as_collected(source[column["reason"]])
        pairs = zip(texts, reasons, strict=True)
        texts = [text or (f"{absent} ({reason.lower()})" if reason else absent)
                 for text, reason in pairs]  # fmt: skip
    # A letter that the fixed-width face lacks would be drawn from another face, out of column.
    return [replace_unknown(text or absent, FIXED) for text in texts]


def _ordered(values: pd.Series, first: Sequence[str]) -> list[Any]:
    """The values of a column, each once: those that have a place first, then the others sorted."""
    known = values.dropna().unique().tolist()
    return [v for v in first if v in known] + sorted(v for v in known if v not in first)


def _parts(
    listing: Plan, table: pd.DataFrame, rows: list[list[str]], first: Sequence[str]
) -> list[Part]:
    places = table["_place"].tolist()
    part = listing.get("part")
    if part is None or not rows:
        return [Part("", rows, places)]
    values = table[part["variable"]]
    parts = []
    for value in [*_ordered(values, first), None]:
        inside = values.isna() if value is None else values == value
        chosen = inside.fillna(False).to_numpy(bool).nonzero()[0].tolist()
        if chosen:
            words = part["otherwise"] if value is None else str(value)
            label = f"{part['label']}: {replace_unknown(words)}"
            parts.append(Part(label, [rows[i] for i in chosen], [places[i] for i in chosen]))
    return parts


def gather_listing(listing: Plan, tables: Tables, file: str, first: Sequence[str] = ()) -> Listing:
    """The records of one listing as texts, in parts; no record is left out or told twice.

    Parts come in the order of `first` (the arms), others after them.

    Raises OutputsError for a column that neither the source nor the subjects have.
    """
    table = tables[listing["source"]].reset_index(drop=True)
    table = table.assign(_place=range(1, len(table) + 1))
    names = {c["variable"] for c in listing["columns"] if "from" not in c}
    names |= {c["reason"] for c in listing["columns"] if "reason" in c and "from" not in c}
    names |= variables_of(listing.get("where")) | set(listing["sort"])
    names |= {listing["part"]["variable"]} if "part" in listing else set()
    table = with_subject_variables(table, names, tables["adsl"])
    table = table[evaluate(listing.get("where"), table)]
    table = table.sort_values(listing["sort"], kind="stable").reset_index(drop=True)
    columns = [texts_of(column, table, tables) for column in listing["columns"]]
    rows = [list(row) for row in zip(*columns, strict=True)]
    parts = _parts(listing, table, rows, first)
    made = Listing(listing, parts, int(table["USUBJID"].nunique()), file)
    if made.records != len(table):
        raise OutputsError(f"{made.records} records laid out, {len(table)} chosen")
    return made
