"""The PDF: the same bytes every time, with bookmarks, its own fonts and tags."""

import io

import pikepdf
import pytest
from pypdf import PdfReader

from scripts.report.render_report import render_report
from tests.report.test_compose_report import composed


@pytest.fixture(scope="module")
def pdf() -> bytes:
    """The PDF of the made-up report, made as the workflow makes it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1582934400")
        return render_report(composed()[0])


def test_two_renders_are_the_same_bytes(pdf: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1582934400")
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    assert render_report(composed()[0]) == pdf


def test_the_pdf_has_bookmarks_and_a_title(pdf: bytes) -> None:
    reader = PdfReader(io.BytesIO(pdf))
    titles = [item["/Title"] for item in reader.outline if not isinstance(item, list)]
    assert titles == ["Contents", "Everything"]
    assert reader.metadata is not None
    assert reader.metadata.title == "A made-up trial"
    assert reader.metadata.creation_date is None


def test_every_page_says_what_the_data_are_and_which_page_it_is(pdf: bytes) -> None:
    pages = PdfReader(io.BytesIO(pdf)).pages
    for number, page in enumerate(pages, start=1):
        text = page.extract_text()
        assert "Invented data." in text
        assert f"Page {number} of {len(pages)}" in text


def test_only_bundled_fonts_are_in_the_pdf(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        names = {
            str(item.get("/BaseFont")).split("+")[-1]
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font"
        }
    assert names
    assert all(name.startswith("TrialTrace") for name in names)


def test_the_pdf_is_tagged_and_its_figures_have_words(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == "en"
        alternatives = [
            str(item.Alt)
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and "/Alt" in item
        ]
    assert any(text.startswith("Kaplan-Meier curves") for text in alternatives)
