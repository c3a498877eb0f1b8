"""Every printed number leads to its own evidence, in HTML and in PDF, by a relative link."""

import html as markup
import io
import re

import pikepdf
import pytest

from scripts.report.evidence_links import address_in, evidence_link
from scripts.report.render_report import render_report
from tests.report.test_compose_report import composed


def links_of(html: str) -> dict[str, str]:
    """The link of every address."""
    found = re.findall(r'<a data-address="([^"]*)" href="([^"]*)">', html)
    return {markup.unescape(address): href for address, href in found}


@pytest.mark.parametrize(
    "address", ["t_one/row/A-B/estimate", "t one/a#b?c/50% & <more>/μ|ν", "f_one/alt//p_value"]
)
def test_a_link_leads_back_to_its_address_whatever_letters_are_in_it(address):
    link = evidence_link(address)
    assert re.fullmatch(r"\.\./audit/explorer\.html#[\w/:.~%-]*", link, re.ASCII)
    assert address_in(link) == address


def test_a_link_that_leads_elsewhere_has_no_address():
    assert address_in("#t_one") == ""
    assert address_in("https://example.org/explorer.html#t_one/a/b/c") == ""


def test_every_number_of_the_html_is_a_link_to_its_own_address():
    html, tables = composed()
    links = links_of(html)
    assert set(tables["addresses"]) <= set(links)
    assert {address: address_in(href) for address, href in links.items()} == {
        address: address for address in links
    }
    assert "<span data-address" not in html


def test_a_figure_leads_to_its_page_from_the_number_above_it():
    html, _ = composed()
    assert 'class="number evidence" href="../audit/explorer.html#f_lasting">Figure' in html


def test_the_pages_lead_to_the_same_evidence_with_words_and_without_a_path_of_this_machine():
    html, _ = composed()
    with pikepdf.open(io.BytesIO(render_report(html))) as pdf:
        annotations = [item for page in pdf.pages for item in page.get("/Annots", [])]
        leading = [item for item in annotations if "/A" in item]
        found = {str(item.A.URI) for item in leading}
        assert all(str(item.A.URI).startswith("../audit/explorer.html#") for item in leading)
        assert all(
            str(item.Contents) == f"Evidence of {address_in(str(item.A.URI))}" for item in leading
        )
        assert all(str(page.Tabs) == "/S" for page in pdf.pages)
    assert found == {*links_of(html).values(), evidence_link("f_lasting")}
