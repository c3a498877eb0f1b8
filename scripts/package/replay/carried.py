"""What the replay cannot make from the data sets that are sent, carried along as text.

What the checks of the raw data found, and what was listed of the raw files: there are no raw files
in the package.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from scripts.seals import hash_of
from scripts.tables import (
    DTYPES,
    format_json,
    parse_json,
    parse_table,
    type_of,
    write_table,
)

DTYPES_HERE = {**DTYPES, "boolean": "bool"}


def _plain(value: Any) -> Any:
    if pd.isna(value):
        return None
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else value


def _held(path: str, content: bytes) -> dict[str, Any]:
    """A table as columns of plain values, a JSON document as it is, any other file as text."""
    if path.endswith(".parquet"):
        table = parse_table(content, path)
        columns = {name: [_plain(v) for v in table[name].tolist()] for name in table}
        return {"types": {name: type_of(table[name]) for name in table}, "columns": columns}
    document = parse_json(content)
    if format_json(document).encode() == content:
        return {"document": document}
    return {"text": content.decode("utf-8")}


def carry(files: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """Files as JSON can hold them, each with its hash."""
    return {
        path: {"sha256": hash_of(content), **_held(path, content)}
        for path, content in sorted(files.items())
    }


def restore_carried(entry: Mapping[str, Any], path: Path) -> None:
    """Write a carried file; of a table the bytes are those that the same pyarrow writes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if "columns" in entry:
        table = pd.DataFrame(entry["columns"], columns=list(entry["types"]))
        write_table(table.astype({n: DTYPES_HERE[k] for n, k in entry["types"].items()}), path)
        return
    text = entry["text"] if "text" in entry else format_json(entry["document"])
    path.write_bytes(text.encode())
