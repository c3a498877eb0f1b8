"""The PDF of the profiles: one bookmark a subject, words for each picture, heads on each page."""

import io

import pikepdf
import pytest
from pypdf import PdfReader

from scripts.report.draw_profiles import draw_profiles
from scripts.report.render_report import render_report
from tests.report import people
from tests.report.test_draw_profiles import TEMPLATES


@pytest.fixture(scope="module")
def pdf() -> bytes:
    printed = draw_profiles(people.plan(), people.tables(), TEMPLATES)[1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1582934400")
        return render_report(printed)


def test_every_chosen_subject_has_a_bookmark(pdf: bytes) -> None:
    outline = PdfReader(io.BytesIO(pdf)).outline
    titles = [item["/Title"] for part in outline if isinstance(part, list) for item in part]
    assert [title.split()[0] for title in titles] == ["ben", "dan"]


def test_every_picture_has_the_verdict_in_words(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        words = [str(item.Alt) for item in document.objects
                 if isinstance(item, pikepdf.Dictionary) and "/Alt" in item]  # fmt: skip
    assert {word.split(" over days")[0] for word in words} == {"Sugar of ben", "Sugar of dan"}
    assert all("The first clause that failed is" in word for word in words)


def test_two_profiles_stand_on_one_page_that_says_what_the_data_are(pdf: bytes) -> None:
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    assert len(pages) == 2
    assert "ben" in pages[1]
    assert "dan" in pages[1]
    for number, text in enumerate(pages, start=1):
        assert "Invented data." in text
        assert "Tiny, plan 1, data cut 2020-12-31" in text
        assert f"Page {number} of 2" in text
