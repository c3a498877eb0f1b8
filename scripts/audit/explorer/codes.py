"""Whole numbers and documents as bytes, compressed, as text that stands in an HTML file."""

import base64
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from scripts.tables import plain

# The first byte of a column: how many bytes a number has, and what was done to it before.
DELTA, SIGNED = 8, 16
WIDTHS = {1: np.uint8, 2: np.uint16, 4: np.uint32}
# The codec of the locked pyarrow: the system's zlib would give other bytes on another machine.
GZIP = pa.Codec("gzip")


def _width(highest: int) -> int:
    return 1 if highest < 1 << 8 else 2 if highest < 1 << 16 else 4


def _folded(values: np.ndarray) -> np.ndarray:
    """Signed numbers as unsigned ones: 0, -1, 1, -2 become 0, 1, 2, 3."""
    return np.where(values < 0, -2 * values - 1, 2 * values)


def encode_integers(values: np.ndarray) -> bytes:
    """Whole numbers of 31 bits and a sign, in as few bytes as they need, one plane a byte.

    Either the numbers or their differences, whichever are smaller or, in the same width, fewer
    distinct ones.
    """
    numbers = values.astype(np.int64)
    if not len(numbers):
        return b"\x01"
    signed = bool(numbers.min() < 0)
    kept = _folded(numbers) if signed else numbers
    steps = _folded(np.diff(numbers, prepend=0))
    form, chosen = (SIGNED if signed else 0), kept
    if _rank(steps) < _rank(kept):
        form, chosen = DELTA, steps
    width = _width(int(chosen.max()))
    planes = chosen.astype(WIDTHS[width]).view(np.uint8).reshape(-1, width).T
    return bytes([form | width]) + planes.tobytes()


def _rank(numbers: np.ndarray) -> tuple[int, int]:
    highest = int(numbers.max())
    width = _width(highest)
    return width, len(np.unique(numbers)) if width < 4 else 0


def encode_bits(values: np.ndarray) -> bytes:
    """Booleans, eight a byte, the first in the highest bit."""
    return np.packbits(values).tobytes()


def to_piece(content: bytes) -> str:
    """Bytes compressed, as the text of one piece of a pack."""
    return base64.b64encode(GZIP.compress(content, asbytes=True)).decode("ascii")


def to_document(value: Any) -> bytes:
    """A document as compact JSON: sorted keys, nothing that JSON does not know."""
    text = json.dumps(
        plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )
    return text.encode("utf-8")


def numbered(values: Sequence[Any]) -> tuple[list[Any], list[int]]:
    """The distinct values in order of appearance, and for each value its place among them."""
    places: dict[Any, int] = {}
    codes = [places.setdefault(value, len(places)) for value in values]
    return list(places), codes
