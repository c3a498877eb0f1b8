"""The PDF of the shells: every page says that there are no data behind it."""

import pypdfium2

from scripts.report.render_report import render_report
from scripts.shells.compose_shells import MARK
from tests.shells.test_compose_shells import shells_of


def test_every_page_of_the_pdf_is_marked_and_two_pdfs_are_the_same_bytes():
    first, second = (render_report(shells_of("second")) for _ in range(2))
    assert first == second
    document = pypdfium2.PdfDocument(first)
    pages = [page.get_textpage().get_text_range() for page in document]
    assert len(pages) > 15
    assert [number for number, text in enumerate(pages, start=1) if MARK not in text] == []
