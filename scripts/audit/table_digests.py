"""What is kept of a table to say later where it was changed: a digest a column, a number a row.

The SHA-256 of a column decides whether it was changed. The 64 bits of a row only locate: they are
the sum, without carry, of a mixed number for each cell, so that the order of the columns plays no
part. Neither depends on the version of a library, on how the table was cut into pieces, or on how
the file was packed.
"""

import hashlib
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MISSING = 0x9E3779B97F4A7C15


def _number(content: bytes) -> int:
    return int.from_bytes(hashlib.sha256(content).digest()[:8], "little")


def _mix(values: np.ndarray) -> np.ndarray:
    """Scatter 64-bit numbers (the finaliser of splitmix64): one bit in changes half of them out."""
    mixed = values.astype(np.uint64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _whole(column: pa.ChunkedArray) -> pa.Array:
    """The column as one array of text or of 64-bit numbers."""
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        column = column.cast(pa.large_string())
    elif pa.types.is_floating(kind):
        column = column.cast(pa.float64())
    elif pa.types.is_date32(kind):
        column = column.cast(pa.int32()).cast(pa.int64())
    elif pa.types.is_temporal(kind) or pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        column = column.cast(pa.int8() if pa.types.is_boolean(kind) else pa.int64(), safe=False)
        column = column.cast(pa.int64())
    else:
        texts = [None if value is None else repr(value) for value in column.to_pylist()]
        column = pa.chunked_array([pa.array(texts, pa.large_string())])
    made = column.combine_chunks()
    return made if isinstance(made, pa.Array) else pa.concat_arrays(made.chunks)


def _present(values: pa.Array) -> np.ndarray:
    return pc.is_valid(values).to_numpy(zero_copy_only=False)


def _bits(values: pa.Array) -> np.ndarray:
    """The 64 bits of every number; zero where it is missing."""
    filled = pc.fill_null(values, 0)
    return filled.to_numpy(zero_copy_only=False).view(np.uint64)


def _texts(values: pa.Array) -> tuple[np.ndarray, bytes]:
    """(length of each text in bytes, all texts one after the other); a missing one has no bytes."""
    filled = pc.fill_null(values, "")
    _, places, content = filled.buffers()
    if len(filled) == 0 or places is None:
        return np.zeros(0, dtype=np.int64), b""
    cuts = np.frombuffer(places, dtype=np.int64)[filled.offset : filled.offset + len(filled) + 1]
    joined = b"" if content is None else content.to_pybytes()[cuts[0] : cuts[-1]]
    return np.diff(cuts), joined


def column_digest(name: str, column: pa.ChunkedArray) -> str:
    """The SHA-256 of a column: of its name, its type, what is missing, and every value in order."""
    values = _whole(column)
    kind = "string" if pa.types.is_large_string(column.type) else str(column.type)
    digest = hashlib.sha256(f"{name}\0{kind}\0{len(values)}\0".encode())
    digest.update(np.packbits(_present(values)).tobytes())
    if pa.types.is_large_string(values.type):
        lengths, joined = _texts(values)
        digest.update(lengths.astype("<u8").tobytes())
        digest.update(joined)
    else:
        digest.update(_bits(values).astype("<u8").tobytes())
    return digest.hexdigest()


def _cells(name: str, column: pa.ChunkedArray) -> np.ndarray:
    """One mixed number for each cell of a column."""
    values = _whole(column)
    if pa.types.is_large_string(values.type):
        coded = values.dictionary_encode()
        numbers = [_number(text.encode()) for text in coded.dictionary.to_pylist()]
        known = np.array([*numbers, 0], dtype=np.uint64)
        places = pc.fill_null(coded.indices, len(numbers)).to_numpy(zero_copy_only=False)
        bits = known[places]
    else:
        bits = _mix(_bits(values))
    bits = np.where(_present(values), bits, np.uint64(MISSING))
    return _mix(bits ^ np.uint64(_number(name.encode())))


def row_digests(table: pa.Table) -> np.ndarray:
    """64 bits for each row, as whole numbers with a sign, which is how Parquet keeps them."""
    total = np.zeros(table.num_rows, dtype=np.uint64)
    for name in table.column_names:
        total = total + _cells(name, table[name])
    return total.view(np.int64)


def describe_table(table: pa.Table, keys: list[str]) -> dict[str, Any]:
    """Rows, the columns that name a row, and every column with its digest, in their order."""
    columns = [
        {"name": name, "sha256": column_digest(name, table[name])} for name in table.column_names
    ]
    return {"rows": table.num_rows, "keys": keys, "columns": columns}
