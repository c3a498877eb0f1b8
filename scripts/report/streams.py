"""Streams of the finished PDF: none ends so that its length could be read in two ways.

A writer puts a line end before `endstream`. After data that end in a carriage return a reader
cannot tell whether that byte belongs to the line end, and so whether /Length is right (ISO 19005-2,
6.1.7.1). Compressed data end in any byte, so about one stream in 256 does.
"""

import base64
import io
import re
import zlib

import pikepdf
from pikepdf import Array, Name, ObjectStreamMode

CARRIAGE_RETURN = b"\r"
LENGTH = re.compile(rb"/Length (\d+)[^>]*>>\s*stream\r?\n")
# How objects are packed into streams of their own, the smallest first; the last packs nothing.
PACKED = (
    (True, ObjectStreamMode.preserve),
    (True, ObjectStreamMode.generate),
    (False, ObjectStreamMode.preserve),
)


def settle_ends(pdf: pikepdf.Pdf) -> None:
    """Compress what is not compressed, and change the end of what ends in a carriage return.

    What is drawn takes a blank more; other data, such as those of a font, are written in letters.
    """
    drawn = {page.Contents.objgen for page in pdf.pages if "/Contents" in page}
    for item in pdf.objects:
        if not isinstance(item, pikepdf.Stream) or item.get("/Type") == Name.Metadata:
            continue
        if item.get("/Filter") is None:
            item.write(zlib.compress(item.read_raw_bytes()), filter=Name.FlateDecode)
        if item.get("/Filter") != Name.FlateDecode:
            continue
        packed = item.read_raw_bytes()
        if packed.endswith(CARRIAGE_RETURN):
            if item.objgen in drawn or item.get("/Subtype") == Name.Form:
                blank = zlib.decompress(packed) + b"\n"
                item.write(zlib.compress(blank), filter=Name.FlateDecode)
            else:
                _write_in_letters(item, packed)


def _write_in_letters(item: pikepdf.Stream, packed: bytes) -> None:
    parameters = item.get("/DecodeParms")
    item.write(
        base64.a85encode(packed) + b"~>",
        filter=Array([Name.ASCII85Decode, Name.FlateDecode]),
        decode_parms=None if parameters is None else Array([None, parameters]),
    )


def ends_in_return(data: bytes) -> bool:
    """Whether a stream of a written PDF ends in a carriage return."""
    ends = (match.end() + int(match.group(1)) for match in LENGTH.finditer(data))
    return any(data[end - 1 : end] == CARRIAGE_RETURN for end in ends)


def write_settled(pdf: pikepdf.Pdf) -> bytes:
    """The PDF linearised, with no stream that ends in a carriage return.

    The streams into which objects are packed are made while writing: where one of them ends so,
    they are packed in another way, and in the end not at all.
    """
    settle_ends(pdf)
    data = b""
    for compressed, mode in PACKED:
        target = io.BytesIO()
        pdf.save(
            target,
            linearize=True,
            deterministic_id=True,
            object_stream_mode=mode,
            compress_streams=compressed,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
        )
        data = target.getvalue()
        if not ends_in_return(data):
            return data
    raise ValueError("a stream ends in a carriage return however the PDF is written")
