"""What a finished run left in its folder, read when it is asked for."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from scripts.audit.lineage.graph import Graph
from scripts.audit.lineage.store import unpack
from scripts.audit.printed_numbers import AddressError, read_numbers
from scripts.conditions import nearest
from scripts.seals import read_seals
from scripts.tables import plain, read_json, read_table

ORIGIN = ("SRCFILE", "SRCROW")
# The columns that say which record of a table a row is, where the table has them.
IDENTITY = ("PARAMCD", "AVISIT", "VISITNUM", "SRCDOM", "SRCSEQ")


class TraceError(Exception):
    """The question cannot be answered; the message says what to do."""


class Evidence:
    """A trial's folder after a run: numbers with addresses, the index, tables, seals."""

    def __init__(self, folder: str | Path = ".") -> None:
        self.folder = Path(folder)
        self._tables: dict[str, pd.DataFrame] = {}
        if not (self.folder / "results" / "audit" / "index.json").exists():
            raise TraceError(
                f"{self.folder / 'results/audit/index.json'} is not there; run "
                "`snakemake --cores 4` in the trial's folder, or name another one with --folder"
            )

    def document(self, path: str) -> Any:
        """A JSON file of the run, from its path in the trial's folder."""
        return read_json(self.folder / path)

    @cached_property
    def addresses(self) -> dict[str, dict[str, Any]]:
        """Every printed number by its address, in the order of the report, with its display."""
        try:
            return read_numbers(self.folder / "results")
        except AddressError as error:
            raise TraceError(str(error)) from None

    @cached_property
    def results(self) -> dict[str, dict[str, Any]]:
        """How each analysis was made, and from whom, by its id."""
        return self.document("results/analyse/results.json")

    @cached_property
    def metadata(self) -> dict[str, dict[str, Any]]:
        """The raw files by source: name, hash, columns with labels."""
        return self.document("results/ingest/metadata.json")

    @cached_property
    def graph(self) -> Graph:
        """The index, ready to be followed."""
        arrays = read_table(self.folder / "results/audit/arrays.parquet")
        return Graph(unpack(self.document("results/audit/index.json"), arrays))

    @cached_property
    def seals(self) -> dict[str, dict[str, Any]]:
        """The seal of the job that made each file."""
        seals = read_seals(self.folder / "results")
        return {path: seal for seal in seals for path in seal["outputs"]}

    def table(self, name: str) -> pd.DataFrame:
        """The rows of a table of the index, in the index's order."""
        known = self.graph.lineage.tables[name]
        if known.file not in self._tables:
            self._tables[known.file] = read_table(self.folder / known.file)
        whole = self._tables[known.file]
        return whole if known.position is None else whole.iloc[known.position]

    def subject_number(self, name: str) -> int:
        """The number of a subject by USUBJID, or by its end where that names one subject."""
        subjects = self.graph.lineage.subjects
        if name in subjects:
            return subjects.index(name)
        ending = [number for number, known in enumerate(subjects) if known.endswith("-" + name)]
        if len(ending) == 1:
            return ending[0]
        raise TraceError(f"no subject {name!r}; {nearest(name, subjects)}")

    def entry(self, address: str) -> dict[str, Any]:
        """A printed number by its address."""
        if address not in self.addresses:
            # Most of a wrong address is right: only its display's addresses are worth comparing.
            display = address.split("/")[0] + "/"
            own = [known for known in self.addresses if known.startswith(display)]
            known = own or {entry["display"]["id"] for entry in self.addresses.values()}
            raise TraceError(f"no printed number {address!r}; {_shortly(nearest(address, known))}")
        return self.addresses[address]

    def source_of(self, file: str) -> str:
        """The source of a raw file, by the file's name or the source's."""
        for source, content in self.metadata.items():
            if file in (source, content["file"]) or Path(file).name == content["file"]:
                return source
        raise TraceError(
            f"no raw file {file!r}; {nearest(file, [m['file'] for m in self.metadata.values()])}"
        )

    def raw_label(self, source: str, column: str, value: Any) -> tuple[str | None, str | None]:
        """The label of a raw column, and of one of its values."""
        for known in self.metadata[source]["columns"]:
            if known["name"] == column:
                labels = {item["value"]: item["label"] for item in known["values"]}
                return known["label"] or None, labels.get(value)
        return None, None


def _shortly(hint: str) -> str:
    return hint if len(hint) < 200 else "`trialtrace addresses` lists them"


def cell_value(value: Any) -> Any:
    """A cell as JSON knows it; missing as null."""
    return None if pd.isna(value) else plain(value)


def identity_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """What tells a record from its neighbours."""
    named = [name for name in record if name in IDENTITY or name.endswith("SEQ")]
    return {name: cell_value(record[name]) for name in named if not pd.isna(record[name])}
