"""No stream of a finished PDF ends in a carriage return, and its data stay what they were."""

import zlib

import pikepdf
from pikepdf import Name

from scripts.report.streams import settle_ends


def ending_in_a_return() -> bytes:
    """Data whose compressed form ends in a carriage return, because its checksum does: 1 + 12."""
    return b"\x0c"


def test_a_stream_that_would_end_in_a_return_is_written_in_letters() -> None:
    pdf = pikepdf.new()
    data = ending_in_a_return()
    plain = pdf.make_indirect(pikepdf.Stream(pdf, data))
    packed = pdf.make_indirect(pikepdf.Stream(pdf, b""))
    packed.write(zlib.compress(data), filter=Name.FlateDecode)
    other = pdf.make_indirect(pikepdf.Stream(pdf, b"q Q"))
    settle_ends(pdf)
    for stream in (plain, packed):
        assert stream.read_raw_bytes().endswith(b"~>")
        assert stream.read_bytes() == data
    assert other.Filter == Name.FlateDecode
    assert other.read_bytes() == b"q Q"
