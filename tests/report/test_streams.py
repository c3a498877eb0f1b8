"""No stream of a finished PDF ends in a carriage return, and its data stay what they were."""

import io
import zlib

import pikepdf
import pytest
from pikepdf import Name

from scripts.report.streams import ends_in_return, settle_ends, write_settled

# Its compressed form ends in a carriage return, because its checksum does: 1 + 12.
ENDS_IN_RETURN = b"\x0c"


@pytest.mark.parametrize("packed", [True, False])
def test_data_that_would_end_in_a_return_are_written_in_letters(packed: bool) -> None:
    pdf = pikepdf.new()
    stream = pdf.make_indirect(pikepdf.Stream(pdf, ENDS_IN_RETURN))
    if packed:
        stream.write(zlib.compress(ENDS_IN_RETURN), filter=Name.FlateDecode)
    settle_ends(pdf)
    assert stream.read_raw_bytes().endswith(b"~>")
    assert stream.read_bytes() == ENDS_IN_RETURN


def test_a_drawing_that_would_end_in_a_return_takes_a_blank_more() -> None:
    pdf = pikepdf.new()
    form = pdf.make_indirect(pikepdf.Stream(pdf, ENDS_IN_RETURN, Subtype=Name.Form))
    settle_ends(pdf)
    assert form.Filter == Name.FlateDecode
    assert form.read_bytes() == ENDS_IN_RETURN + b"\n"


def test_a_stream_that_ends_in_another_way_stays_as_it_is() -> None:
    pdf = pikepdf.new()
    stream = pdf.make_indirect(pikepdf.Stream(pdf, b""))
    stream.write(zlib.compress(b"q Q"), filter=Name.FlateDecode)
    settle_ends(pdf)
    assert stream.read_raw_bytes() == zlib.compress(b"q Q")


def test_a_written_pdf_has_no_stream_that_ends_in_a_return_however_its_objects_are_packed() -> None:
    for number in range(300):
        pdf = pikepdf.new()
        pdf.add_blank_page()
        pdf.Root.Made = pdf.make_indirect(pikepdf.Dictionary(Number=number, Words="x" * number))
        data = write_settled(pdf)
        assert not ends_in_return(data)
        with pikepdf.open(io.BytesIO(data)) as again:
            assert again.Root.Made.Number == number


def test_a_return_at_the_end_of_a_written_stream_is_seen() -> None:
    written = b"<< /Length 3 /Filter /FlateDecode >>\nstream\nab\r\nendstream"
    assert ends_in_return(written)
    assert not ends_in_return(written.replace(b"ab\r", b"abc"))
