"""The PDF of a listing: the pages that were laid out, each with title, population and source."""

import io

import pytest
from pypdf import PdfReader

from scripts.report.render_listings import render_listings
from scripts.report.write_listings import write_listings
from tests.report import people
from tests.report.test_write_listings import FILES, TEMPLATES, many

DIVIDED = people.listing(
    part={"variable": "TRT01P", "label": "Arm", "otherwise": "None"}, footnotes=["A note."]
)


def documents() -> tuple:
    plan = people.plan()
    plan["listings"]["listings"] = [DIVIDED]
    printed, _, index = write_listings(plan, many(120), FILES, TEMPLATES)
    return {f"{name}.html": html for name, html in printed.items()}, index


@pytest.fixture(scope="module")
def reader() -> PdfReader:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1582934400")
        return PdfReader(io.BytesIO(render_listings(*documents())["l_sugar"]))


def test_each_page_says_what_it_is_and_where_it_came_from(reader: PdfReader) -> None:
    pages = [page.extract_text() for page in reader.pages]
    assert len(pages) == documents()[1]["listings"][0]["pages"] > 2
    for number, text in enumerate(pages, start=1):
        for words in ("Listing 16.2.8: Sugar", "Population: Everybody", "Arm: ", "Person",
                      "A note.",
                      "Source: results/ingest/sdtm/lb.parquet. Data cut: 2020-12-31.",
                      "Invented data.", f"Page {number} of {len(pages)}"):  # fmt: skip
            assert words in text
        assert ("(continued)" in text) == (number > 1)
    assert "End of listing: 121 records of 2 subjects." in pages[-1]


def test_bookmarks_lead_to_parts_and_to_people(reader: PdfReader) -> None:
    def titles(outline: list) -> list:
        return [titles(item) if isinstance(item, list) else item["/Title"] for item in outline]

    assert titles(reader.outline) == [
        "Listing 16.2.8: Sugar",
        ["Arm: New treatment", ["ann"] * (len(reader.pages) - 1), "Arm: Aged one"],
    ]


def test_a_line_that_would_go_over_the_page_stops_the_step() -> None:
    printed, index = documents()
    longer = {name: html.replace("\nann", "\n" * 9 + "ann", 1) for name, html in printed.items()}
    assert longer != printed
    with pytest.raises(ValueError, match="pages rendered"):
        render_listings(longer, index)


def test_what_is_rendered_is_said_while_it_is_rendered() -> None:
    said: list[str] = []
    render_listings(*documents(), said.append)
    assert said[0].startswith("listing 1 of 1: 16.2.8 Sugar")
