"""One changed raw value after the other: the run rebuilt, and the printed numbers that changed.

All values of a cell are tried in one go, so that a job whose inputs were seen with an earlier value
of the cell takes what it made then.
"""

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.audit.perturbations import Perturbation, RawTrial
from scripts.audit.raw_cells import changed_file
from scripts.audit.rebuild import BROKEN, Baseline, Memory, Rebuilt, rebuild

Entry = tuple[str, str, str]


@dataclass(frozen=True)
class Outcome:
    """What one changed value did.

    `changed` holds the addresses whose text or value differs, and those that went or came: `new`
    and `gone`.
    """

    perturbation: Perturbation
    stopped: str | None
    words: str
    jobs: int
    changed: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    @property
    def is_broken(self) -> bool:
        """Whether a step broke down instead of saying what is wrong with the data."""
        return self.stopped is not None and self.words.startswith(BROKEN)


def _entry(entry: Mapping[str, Any]) -> Entry:
    text = entry.get("text")
    return str(text), json.dumps(entry.get("value"), sort_keys=True), _made_from(entry)


def _made_from(entry: Mapping[str, Any]) -> str:
    return str(entry.get("source", {}).get("file", ""))


def read_printed(folder: Path, printed: Sequence[str]) -> dict[str, Entry]:
    """Every address of the printed files with its text, its value and the file that it is from."""
    addresses: dict[str, Entry] = {}
    for path in printed:
        document = json.loads((folder / path).read_bytes())
        addresses |= {name: _entry(entry) for name, entry in document["addresses"].items()}
    return addresses


@dataclass(frozen=True)
class Difference:
    """Addresses that differ in text, value or presence; which of them came and which went."""

    changed: list[str]
    new: list[str]
    gone: list[str]


def compare_printed(before: Mapping[str, Entry], after: Mapping[str, Entry]) -> Difference:
    """How what is printed differs between two runs."""
    changed = sorted(
        name
        for name in before.keys() | after.keys()
        if before.get(name, ())[:2] != after.get(name, ())[:2]
    )
    return Difference(
        changed,
        [name for name in changed if name not in before],
        [name for name in changed if name not in after],
    )


@dataclass(frozen=True)
class Bench:
    """What every trial of one session shares: the raw files, the baseline, what it printed."""

    raw: RawTrial
    baseline: Baseline
    printed: Sequence[str]
    addresses: Mapping[str, Entry]

    @classmethod
    def of(cls, raw: RawTrial, baseline: Baseline, printed: Sequence[str]) -> "Bench":
        """A bench for a finished baseline."""
        return cls(raw, baseline, printed, read_printed(baseline.folder, printed))

    def change(self, one: Perturbation) -> dict[str, bytes]:
        """The raw file with the changed value, by its path."""
        cell = one.cell
        path, source = self.raw.path(cell.source), self.raw.sources[cell.source]
        return {str(path): changed_file(path, source, cell.row, cell.column, one.new)}

    def try_value(self, one: Perturbation, folder: Path, memory: Memory) -> Outcome:
        """Rebuild with one changed value in an empty folder, and compare what is printed."""
        made: Rebuilt = rebuild(self.baseline, folder, self.change(one), memory)
        if made.stopped is not None:
            return Outcome(one, made.stopped.rule, made.stopped.words, len(made.ran))
        found = compare_printed(self.addresses, read_printed(folder, self.printed))
        return Outcome(one, None, "", len(made.ran), found.changed, found.new, found.gone)

    def try_cell(self, values: Sequence[Perturbation]) -> list[Outcome]:
        """Every value of one cell, each in a folder of its own."""
        with tempfile.TemporaryDirectory(dir=self.baseline.folder.parent) as room:
            memory = Memory(Path(room) / "memory")
            outcomes = []
            for number, one in enumerate(values):
                outcomes.append(self.try_value(one, Path(room) / str(number), memory))
        return outcomes
