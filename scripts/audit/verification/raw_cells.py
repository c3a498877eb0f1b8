"""A raw file that was changed, to the cell: what ingest read of it is there to compare with."""

from typing import Any

import pandas as pd
import yaml

from scripts.audit.verification.folder import MANIFEST, Folder
from scripts.audit.verification.keyed import is_blinded
from scripts.audit.verification.roots import read_plan
from scripts.seals import sha256_of
from scripts.tables import read_json, read_table

SHOWN = 10


def _sources(folder: Folder) -> dict[str, Any]:
    top = yaml.safe_load((folder.trial / "config/config.yaml").read_text(encoding="utf-8"))
    path = folder.trial / "config" / top["files"]["sources"]
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _as_read(name: str, folder: Folder) -> pd.DataFrame | None:
    """What ingest read of a source, where that table is still the one that was written."""
    address = f"results/ingest/raw/{name}.parquet"
    manifest = read_json(folder.trial / MANIFEST)
    leaves = manifest["parts"]["intermediates"]["leaves"]
    known = {leaf["address"]: leaf["sha256"] for leaf in leaves}
    path = folder.path_of(address)
    return read_table(path) if sha256_of(path) == known[address] else None


def compare_raw(was: pd.DataFrame, now: pd.DataFrame) -> list[str]:
    """Rows and columns in which two readings of a raw file differ, with both values."""
    lines = [f"column {name} is not in the file" for name in was if name not in now]
    lines += [f"column {name} is new" for name in now if name not in was]
    if len(was) != len(now):
        return [*lines, f"{len(was)} rows were read, {len(now)} are there"]
    cells = []
    for name in (name for name in was if name in now):
        before, after = was[name].astype("str"), now[name].astype("str")
        numbers = (
            pd.to_numeric(was[name], errors="coerce"),
            pd.to_numeric(now[name], errors="coerce"),
        )
        same = (before == after) | (was[name].isna() & now[name].isna())
        same |= (numbers[0] == numbers[1]).fillna(False).to_numpy(dtype=bool)
        cells += [
            (row, f"row {row + 1}, column {name}: was {before[row]}, is {after[row]}")
            for row in same.index[~same.fillna(False).to_numpy(dtype=bool)]
        ]
    cells.sort(key=lambda cell: cell[0])
    more = [f"and {len(cells) - SHOWN} more cells"] if len(cells) > SHOWN else []
    return lines + [text for _, text in cells[:SHOWN]] + more


def explain_raw(address: str, folder: Folder) -> list[str]:
    """Which cells of a raw file differ from what ingest read; nothing where none can be told."""
    from scripts.ingest.read_raw import read_source

    try:
        sources = _sources(folder)
        name, source = next(
            (name, source)
            for name, source in sources["sources"].items()
            if address.endswith(source["file"])
        )
        was = _as_read(name, folder)
        # What ingest kept of a blinded trial differs from its raw files by design.
        if was is None or is_blinded(read_plan(folder)):
            return []
        read = read_source(
            {**source, "file": folder.path_of(address).name}, folder.path_of(address).parent
        )
    except (OSError, KeyError, ValueError, StopIteration, AttributeError, TypeError):
        return []
    if read.table.empty and read.findings:
        words = read.findings[0].removeprefix(f"{folder.path_of(address)}: ")
        return [f"as a table of its kind it {words}"]
    lines = compare_raw(was.drop(columns="SRCFILE"), read.table.drop(columns="SRCFILE"))
    return lines or ["every cell reads as before: what differs stands outside the values"]
