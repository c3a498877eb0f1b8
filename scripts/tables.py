"""The only module that opens data files: tables as Parquet under a contract, results as JSON.

Files are read into memory once and parsed from there, so that the bytes that were hashed are the
bytes that were used. The same values give the same bytes on every run.
"""

import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from scripts.conditions import nearest

DTYPES = {
    "text": "str",
    "flag": "str",
    "integer": "Int64",
    "number": "float64",
    "date": "datetime64[s]",
    "bytes": "object",
}
ARROW = {
    "text": pa.string(),
    "flag": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "date": pa.date32(),
    "bytes": pa.binary(),
}
SIGNIFICANT_DIGITS = 12


class TableError(ValueError):
    """A table that breaks its contract; the message lists every finding."""


@dataclass(frozen=True)
class Contract:
    """What a table must look like: its columns by name, its keys, whether a plan may add more."""

    name: str
    label: str
    keys: list[str]
    columns: dict[str, dict[str, Any]]
    extensible: bool = False
    extra: dict[str, Any] = field(default_factory=dict)


def read_contract(path: str | Path) -> Contract:
    """Read a table contract from its schema file."""
    return parse_contract(Path(path).read_bytes())


def parse_contract(content: bytes) -> Contract:
    """A table contract from the bytes of its schema file."""
    raw = yaml.safe_load(content.decode("utf-8"))
    known = {"name", "label", "keys", "columns", "extensible"}
    return Contract(
        name=raw["name"],
        label=raw["label"],
        keys=list(raw["keys"]),
        columns=raw["columns"],
        extensible=bool(raw.get("extensible", False)),
        extra={key: value for key, value in raw.items() if key not in known},
    )


def type_of(values: pd.Series) -> str:
    """The contract type that a column's dtype stands for."""
    dtype = values.dtype
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return "date"
    if pd.api.types.is_bool_dtype(dtype):
        return "boolean"
    if pd.api.types.is_integer_dtype(dtype):
        return "integer"
    if pd.api.types.is_float_dtype(dtype):
        return "number"
    return "text"


def _whole(values: pd.Series) -> bool:
    known = values.dropna().to_numpy(dtype=float)
    return bool(np.all(known == np.floor(known)))


def _holds_bytes(values: pd.Series) -> bool:
    return all(isinstance(value, bytes) for value in values.dropna())


def _check_type(name: str, values: pd.Series, kind: str) -> list[str]:
    found = "bytes" if kind == "bytes" and _holds_bytes(values) else type_of(values)
    expected = "text" if kind == "flag" else kind
    if values.isna().all() or found == expected or (found, expected) == ("integer", "number"):
        return []
    if (found, expected) == ("number", "integer") and _whole(values):
        return []
    return [f"{name}: expected {expected}, found {found}"]


def _check_column(name: str, rule: dict[str, Any], values: pd.Series) -> list[str]:
    findings = _check_type(name, values, rule["type"])
    if rule.get("nulls") is False and values.isna().any():
        rows = (np.flatnonzero(values.isna().to_numpy())[:5] + 1).tolist()
        findings.append(f"{name}: {int(values.isna().sum())} missing, first in rows {rows}")
    codes = ["Y", "N"] if rule["type"] == "flag" else rule.get("codes")
    if codes is not None:
        wrong = sorted({str(v) for v in values.dropna().unique() if v not in codes})
        if wrong:
            listed = ", ".join(map(str, codes))
            findings.append(f"{name}: not among its codes ({listed}): {', '.join(wrong)}")
    return findings


def check_table(table: pd.DataFrame, contract: Contract) -> list[str]:
    """Every way in which the table breaks its contract; nothing when it holds."""
    findings = []
    for name, rule in contract.columns.items():
        if name in table.columns:
            findings += _check_column(name, rule, table[name])
        elif rule.get("required"):
            findings.append(f"{name}: column is missing; {nearest(name, table.columns)}")
    if not contract.extensible:
        for name in table.columns:
            if name not in contract.columns:
                findings.append(f"{name}: not in the contract; {nearest(name, contract.columns)}")
    keys = [key for key in contract.keys if key in table.columns]
    if keys == contract.keys and table.duplicated(keys).any():
        shown = table.loc[table.duplicated(keys), keys].head(5).to_dict("records")
        findings.append(f"keys {', '.join(keys)} are not unique, first: {shown}")
    return findings


def conform(table: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """The table under its contract: types cast, columns in order, rows sorted by the keys."""
    findings = check_table(table, contract)
    if findings:
        raise TableError(
            f"{contract.name}: {len(findings)} finding(s) against its contract\n  "
            + "\n  ".join(findings)
        )
    names = [name for name in contract.columns if name in table.columns]
    names += [name for name in table.columns if name not in contract.columns]
    typed = {
        name: table[name].astype(DTYPES[contract.columns[name]["type"]])
        for name in names
        if name in contract.columns
    }
    result = table[names].assign(**typed)
    return result.sort_values(contract.keys, kind="stable").reset_index(drop=True)


def _arrow(table: pd.DataFrame, contract: Contract | None) -> pa.Table:
    fields = []
    for name in table.columns:
        kind = contract.columns[name]["type"] if contract and name in contract.columns else None
        kind = kind or type_of(table[name])
        fields.append(pa.field(name, ARROW.get(kind, pa.bool_())))
    schema = pa.schema(fields)
    made = pa.Table.from_pandas(table, schema=schema, preserve_index=False)
    return made.replace_schema_metadata(None)


def write_table(table: pd.DataFrame, path: str | Path, contract: Contract | None = None) -> None:
    """Write a table as Parquet; under a contract where there is one. Raises TableError."""
    if contract is not None:
        table = conform(table, contract)
    pq.write_table(
        _arrow(table, contract), path, compression="zstd", version="2.6", store_schema=False
    )


def _pandas_type(kind: pa.DataType) -> Any:
    if pa.types.is_integer(kind):
        return pd.Int64Dtype()
    if pa.types.is_string(kind):
        return pd.StringDtype(na_value=np.nan)
    return None


def read_table(path: str | Path, contract: Contract | None = None) -> pd.DataFrame:
    """Read a Parquet table; under a contract where there is one. Raises TableError."""
    return parse_table(Path(path).read_bytes(), path, contract)


def parse_table(content: bytes, path: str | Path, contract: Contract | None = None) -> pd.DataFrame:
    """A Parquet table from the bytes of its file, as `read_table`; the path is only for words."""
    data = pq.read_table(pa.BufferReader(content))
    table = data.to_pandas(types_mapper=_pandas_type, date_as_object=False)
    dates = [name for name in table.columns if type_of(table[name]) == "date"]
    table = table.astype(dict.fromkeys(dates, "datetime64[s]"))
    if contract is not None:
        findings = check_table(table, contract)
        if findings:
            raise TableError(f"{path}: breaks its contract\n  " + "\n  ".join(findings))
    return table


def read_arrow(path: str | Path) -> pa.Table:
    """Read a Parquet table as it lies in the file, for who compares and does not compute."""
    return parse_arrow(Path(path).read_bytes())


def parse_arrow(content: bytes) -> pa.Table:
    """A Parquet table from the bytes of its file, as `read_arrow`."""
    return pq.read_table(pa.BufferReader(content))


def plain(value: Any) -> Any:
    """The value as JSON knows it: numbers at 12 significant digits, missing as null."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(item) for item in value]
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        # ASSUME: stored numbers carry 12 significant digits; the last bits of a double differ
        # between processors and are not a result.
        number = float(value)
        return float(f"{number:.{SIGNIFICANT_DIGITS}g}") if math.isfinite(number) else None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return str(value)


def format_json(value: Any) -> str:
    """Canonical JSON text: sorted keys, no NaN, one trailing line break."""
    text = json.dumps(plain(value), sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
    return text + "\n"


def write_json(value: Any, path: str | Path) -> None:
    """Write canonical JSON."""
    Path(path).write_text(format_json(value), encoding="utf-8")


def read_json(path: str | Path) -> Any:
    """Read a JSON file."""
    return parse_json(Path(path).read_bytes())


def parse_json(content: bytes) -> Any:
    """What the bytes of a JSON file hold."""
    return json.loads(content.decode("utf-8"))
