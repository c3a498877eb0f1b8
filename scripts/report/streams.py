"""Streams of the finished PDF: none ends so that its length could be read in two ways.

A writer puts a line end before `endstream`. After data that end in a carriage return a reader
cannot tell whether that byte belongs to the line end, and so whether /Length is right (ISO 19005-2,
6.1.7.1). Compressed data end in any byte, so about one stream in 256 does.
"""

import base64
import zlib

import pikepdf
from pikepdf import Array, Name

CARRIAGE_RETURN = b"\r"


def settle_ends(pdf: pikepdf.Pdf) -> None:
    """Compress what is not compressed yet; write in letters what ends in a carriage return."""
    for item in pdf.objects:
        if not isinstance(item, pikepdf.Stream) or item.get("/Type") == Name.Metadata:
            continue
        if item.get("/Filter") is None:
            item.write(zlib.compress(item.read_raw_bytes()), filter=Name.FlateDecode)
        if item.get("/Filter") == Name.FlateDecode and item.read_raw_bytes().endswith(
            CARRIAGE_RETURN
        ):
            parameters = item.get("/DecodeParms")
            item.write(
                base64.a85encode(item.read_raw_bytes()) + b"~>",
                filter=Array([Name.ASCII85Decode, Name.FlateDecode]),
                decode_parms=None if parameters is None else Array([None, parameters]),
            )
