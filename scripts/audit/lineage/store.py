"""The index in files: names and structure as JSON, arrays (each once) as Parquet.

`index.json` refers to arrays by number; `arrays.parquet` has them as packed bits or little-endian
32-bit integers. results/README.md describes both files for whoever reads them without this code.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from scripts.audit.lineage.reads import Derivation, Filter, Lineage, Read, Table

FORMAT = "trialtrace-index-1"


class _Arrays:
    """Arrays by content: the same array is kept once."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[str, int, bytes], int] = {}

    def add(self, values: np.ndarray) -> int:
        kind = "bits" if values.dtype == bool else "int32"
        data = np.packbits(values) if kind == "bits" else values.astype("<i4")
        key = (kind, len(values), data.tobytes())
        return self.numbers.setdefault(key, len(self.numbers))

    def table(self) -> pd.DataFrame:
        kinds, sizes, contents = zip(*self.numbers, strict=True)
        return pd.DataFrame(
            {
                "NUMBER": np.arange(len(kinds)),
                "KIND": pd.Series(kinds, dtype="str"),
                "SIZE": np.array(sizes, dtype="int64"),
                "CONTENT": pd.Series(contents, dtype=object),
            }
        )


def _unpacked(kind: str, size: int, content: bytes) -> np.ndarray:
    if kind == "bits":
        return np.unpackbits(np.frombuffer(content, np.uint8), count=size).astype(bool)
    return np.frombuffer(content, "<i4").astype(np.int64)


class _Writer:
    def __init__(self, lineage: Lineage) -> None:
        self.lineage = lineage
        self.arrays = _Arrays()
        self.filters: dict[Any, int] = {}
        self.reads: dict[Any, int] = {}

    def read(self, read: Read) -> int:
        parts = []
        for part in read.filters:
            key = (part.columns, self.arrays.add(part.keeps), part.words, part.by_subject)
            parts.append(self.filters.setdefault(key, len(self.filters)))
        whole = (read.table, read.columns, tuple(parts), read.link)
        return self.reads.setdefault(whole, len(self.reads))

    def derivation(self, made: Derivation) -> dict[str, Any]:
        return {
            "table": made.table,
            "columns": list(made.columns),
            "reads": list(dict.fromkeys(self.read(read) for read in made.reads)),
            "rule": made.rule,
            "function": made.function,
            "plan": made.plan,
            "words": made.words,
            "rows": None if made.rows is None else self.arrays.add(made.rows),
        }

    def table(self, table: Table) -> dict[str, Any]:
        return {
            "file": table.file,
            "rows": table.rows,
            "columns": list(table.columns),
            "subject": self.arrays.add(table.subject),
            "position": None if table.position is None else self.arrays.add(table.position),
        }


def pack(lineage: Lineage) -> tuple[dict[str, Any], pd.DataFrame]:
    """The lineage as what `index.json` and `arrays.parquet` hold."""
    writer = _Writer(lineage)
    tables = {name: writer.table(table) for name, table in lineage.tables.items()}
    links = [
        {"made": made, "source": source, "rows": writer.arrays.add(rows)}
        for (made, source), rows in sorted(lineage.links.items())
    ]
    derivations = [writer.derivation(made) for made in lineage.derivations]
    position = [writer.read(read) for read in lineage.reads]

    def placed(declared: Mapping[str, tuple[int, ...]]) -> dict[str, list[int]]:
        return {
            name: sorted({position[number] for number in reads}) for name, reads in declared.items()
        }

    index = {
        "format": FORMAT,
        "subjects": lineage.subjects,
        "tables": tables,
        "links": links,
        "filters": [
            {"columns": list(columns), "keeps": keeps, "words": words, "by_subject": by_subject}
            for columns, keeps, words, by_subject in writer.filters
        ],
        "reads": [
            {"table": table, "columns": list(columns), "filters": list(filters), "link": link}
            for table, columns, filters, link in writer.reads
        ],
        "derivations": derivations,
        "numbers": placed(lineage.numbers),
        "displays": placed(lineage.displays),
    }
    return index, writer.arrays.table()


def unpack(index: Mapping[str, Any], arrays: pd.DataFrame) -> Lineage:
    """The lineage from the contents of its two files. Raises ValueError for another format."""
    if index.get("format") != FORMAT:
        raise ValueError(f"the index has format {index.get('format')!r}, expected {FORMAT!r}")
    held = [
        _unpacked(kind, size, content)
        for kind, size, content in zip(
            arrays["KIND"], arrays["SIZE"], arrays["CONTENT"], strict=True
        )
    ]
    filters = [
        Filter(tuple(f["columns"]), held[f["keeps"]], f["words"], f["by_subject"])
        for f in index["filters"]
    ]
    reads = [
        Read(r["table"], tuple(r["columns"]), tuple(filters[n] for n in r["filters"]), r["link"])
        for r in index["reads"]
    ]
    lineage = Lineage(
        subjects=list(index["subjects"]),
        tables={
            name: Table(
                name,
                t["file"],
                held[t["subject"]],
                tuple(t["columns"]),
                None if t["position"] is None else held[t["position"]],
            )
            for name, t in index["tables"].items()
        },
        links={(entry["made"], entry["source"]): held[entry["rows"]] for entry in index["links"]},
        derivations=[
            Derivation(
                d["table"],
                tuple(d["columns"]),
                tuple(reads[n] for n in d["reads"]),
                d["rule"],
                d["function"],
                d["plan"],
                d["words"],
                None if d["rows"] is None else held[d["rows"]],
            )
            for d in index["derivations"]
        ],
    )
    for read in reads:
        lineage.add_read(read)
    lineage.numbers = {address: tuple(numbers) for address, numbers in index["numbers"].items()}
    lineage.displays = {name: tuple(numbers) for name, numbers in index["displays"].items()}
    return lineage
