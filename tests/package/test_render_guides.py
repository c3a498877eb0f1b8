"""The guides as PDF: what a regulator takes, and the same bytes every time."""

import io
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from scripts.package.pdf_checks import check_submitted
from scripts.package.submitted_pdf import submitted_pdf
from scripts.package.write_guides import write_guides
from tests.package.small_package import TEMPLATES, made_package
from tests.report.validity import broken_rules


@pytest.fixture(scope="module")
def rendered() -> dict[str, bytes]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1582934400")
        pages, _ = write_guides(*made_package(), TEMPLATES)
        return {name: submitted_pdf(html) for name, html in pages.items()}


def test_the_guides_break_no_rule_of_pdf_a_or_pdf_ua(rendered):
    for content in rendered.values():
        assert broken_rules(content) == []
        assert check_submitted(content) == []


def test_two_renders_of_a_guide_are_the_same_bytes(rendered, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1582934400")
    pages, _ = write_guides(*made_package(), TEMPLATES)
    assert submitted_pdf(pages["adrg"]) == rendered["adrg"]


def test_every_bookmark_of_a_guide_has_its_number(rendered):
    with pikepdf.open(io.BytesIO(rendered["adrg"])) as pdf, pdf.open_outline() as outline:
        titles = [item.title for item in outline.root]
    assert titles[0] == "Contents"
    assert titles[1] == "1 Introduction"
    assert [title.split(" ")[0] for title in titles[1:]] == [
        str(number) for number in range(1, len(titles))
    ]


def pdfs_of(package: Path) -> list[Path]:
    return sorted(package.glob("m5/**/*.pdf"))


def test_every_pdf_of_the_finished_package_is_one_that_a_regulator_takes(package):
    names = {path.name for path in pdfs_of(package)}
    assert {"csdrg.pdf", "adrg.pdf", "acrf.pdf", "sap.pdf", "statistical-report.pdf"} <= names
    for path in pdfs_of(package):
        content = path.read_bytes()
        assert broken_rules(content) == [], path.name
        assert check_submitted(content) == [], path.name


def test_no_page_of_a_guide_is_empty(package):
    for path in pdfs_of(package):
        for number, page in enumerate(pypdfium2.PdfDocument(path.read_bytes()), start=1):
            words = page.get_textpage().get_text_range().split()
            assert len(words) > 20, f"{path.name}, page {number}"
