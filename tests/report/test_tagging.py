"""The tags of the PDF: header cells have a scope, running heads are no content, PDF/UA is said."""

import io
import re
from collections.abc import Iterator

import pikepdf
import pytest

from scripts.report.render_report import render_report

HTML = """<!DOCTYPE html><html lang="en"><head><title>Made</title><style>
@page { size: A6; @top-left { content: "Running head"; font-family: 'TrialTrace Sans' } }
body { font-family: 'TrialTrace Sans' } thead { display: table-header-group }
</style></head><body><h1>Made</h1><table><thead><tr><th>Sex</th><th>n</th></tr></thead>
<tbody><tr><th>Female</th><td>3</td></tr></tbody></table></body></html>"""


@pytest.fixture(scope="module")
def pdf() -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(render_report(HTML))) as opened:
        yield opened


def cells(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Every header cell below an element."""
    if element.get("/S") == "/TH":
        yield element
    kids = element.get("/K")
    for kid in kids if isinstance(kids, pikepdf.Array) else []:
        if isinstance(kid, pikepdf.Dictionary):
            yield from cells(kid)


def test_a_header_cell_says_whether_it_heads_a_column_or_a_row(pdf: pikepdf.Pdf) -> None:
    scopes = [str(cell.A.Scope) for cell in cells(pdf.Root.StructTreeRoot.K[0])]
    assert scopes == ["/Column", "/Column", "/Row"]


def test_a_running_head_is_an_artefact_and_what_stands_on_the_page_is_not(pdf: pikepdf.Pdf) -> None:
    content = pdf.pages[0].Contents.read_bytes()
    assert content.count(b"/Artifact <</Type /Pagination>> BDC") == 1
    # One heading and four cells.
    assert len(re.findall(rb"/MCID\s+\d+", content)) == 1 + 4


def test_the_metadata_claim_pdf_ua_beside_pdf_a(pdf: pikepdf.Pdf) -> None:
    metadata = pdf.Root.Metadata.read_bytes().decode()
    assert 'pdfaid:part="2"' in metadata
    assert 'pdfuaid:part="1"' in metadata
    assert "http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>" in metadata
