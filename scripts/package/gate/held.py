"""What the gate looks at: data sets as they are sent, what describes them, and what it finds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import pandas as pd

from scripts.package.transport import Transported
from scripts.tables import type_of

EXAMPLES = 5
STANDARDS = ("sdtm", "adam")


@dataclass(frozen=True)
class Held:
    """One data set: what its transport file holds, and what the specification says of it."""

    name: str  # of the file, in capitals
    standard: str
    sent: Transported
    described: Mapping[str, Any] | None = None

    @property
    def table(self) -> pd.DataFrame:
        """The records in their order."""
        return self.sent.table

    @property
    def prefix(self) -> str:
        """The two letters that stand for `--` in the names of the standard."""
        return self.name[:2] if self.standard == "sdtm" else ""

    def variables(self) -> list[Mapping[str, Any]]:
        """The described variables that the file has."""
        described = self.described["variables"] if self.described else []
        return [entry for entry in described if entry["name"] in self.table]


@dataclass(frozen=True)
class Package:
    """Everything that is sent of data: the data sets by name, and what describes them."""

    datasets: Mapping[str, Held]
    # By standard: the specification, and what define.xml says (None where there is no file).
    specifications: Mapping[str, Mapping[str, Any]]
    defines: Mapping[str, Mapping[str, Any] | None]
    folder: str  # of the study
    populations: Sequence[str] = ()

    def of(self, standard: str) -> list[Held]:
        """The data sets of a standard."""
        return [held for held in self.datasets.values() if held.standard == standard]

    def get(self, name: str, standard: str) -> Held | None:
        """A data set of a standard by its name, None where there is none."""
        held = self.datasets.get(name)
        return held if held is not None and held.standard == standard else None


@dataclass
class Outcome:
    """What a check looked at and found: how much, how often, and the first cases."""

    checked: int = 0
    count: int = 0
    examples: list[dict[str, Any]] = field(default_factory=list)

    def add(self, other: "Outcome") -> "Outcome":
        """This and another as one."""
        self.checked += other.checked
        self.count += other.count
        self.examples = (self.examples + other.examples)[:EXAMPLES]
        return self


# A check of one data set, and one of all of them.
Check = Callable[..., Outcome]


def shown(value: Any) -> str:
    """A value in words; a missing one as nothing."""
    if value is None or (np.isscalar(value) and pd.isna(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def of_records(
    held: Held,
    wrong: pd.Series | np.ndarray,
    columns: Iterable[str],
    looked: pd.Series | np.ndarray | None = None,
    **expected: pd.Series,
) -> Outcome:
    """An outcome over records: `wrong` by row, `looked` which rows the rule speaks of (else all).

    `columns` are shown of the first records; `expected` are values that should stand there, each
    under its name.
    """
    table, rows = held.table, np.flatnonzero(np.asarray(wrong, dtype=bool))
    checked = len(table) if looked is None else int(np.asarray(looked, dtype=bool).sum())
    sequence = f"{held.prefix}SEQ"
    examples = []
    for row in rows[:EXAMPLES]:
        values = {name: shown(table[name].iloc[row]) for name in columns if name in table}
        values |= {name: shown(series.iloc[row]) for name, series in expected.items()}
        known = {
            key: shown(table[name].iloc[row]) if name in table else None
            for key, name in (("usubjid", "USUBJID"), ("seq", sequence))
        }
        place = {"dataset": held.name, **known, "row": int(row) + 1}
        examples.append({**place, "variables": list(values), "values": values})
    return Outcome(checked, len(rows), examples)


def of_facts(name: str, checked: int, facts: Sequence[tuple[str, Mapping[str, Any]]]) -> Outcome:
    """An outcome over what is no record: for each wrong thing its name and its values."""
    examples = [
        {
            "dataset": name,
            "usubjid": None,
            "seq": None,
            "row": None,
            "variables": [variable],
            "values": {key: shown(value) for key, value in values.items()},
        }
        for variable, values in facts[:EXAMPLES]
    ]
    return Outcome(checked, len(facts), examples)


def columns_like(table: pd.DataFrame, patterns: Iterable[str]) -> list[str]:
    """The columns of a table whose names fit one of the patterns (`*DTC`)."""
    patterns = list(patterns)
    return [name for name in table if any(fnmatchcase(name, pattern) for pattern in patterns)]


def is_text(values: pd.Series) -> bool:
    """Whether a column of a transport file holds text."""
    return type_of(values) == "text"


def numbers(values: pd.Series) -> pd.Series:
    """A column as numbers; text that is no number is missing."""
    return pd.to_numeric(values, errors="coerce").astype("float64")
