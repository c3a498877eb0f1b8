"""Faults of links: a number that leads to the evidence of another, to nothing, or elsewhere."""

import re

import pikepdf

from tests.report.chain import COMPARED, COURSE, RENDERED
from tests.report.faults import Fault, in_html, in_section, inside, replaced, span
from tests.report.faults_paper import in_pdf

KIND = "link to the evidence"
UPPER = "t_primary/or_itt/COMBO-MONO/upper"
LOWER = "t_primary/or_itt/COMBO-MONO/lower"


def leads_to(html: str, address: str, href: str) -> str:
    """The link of one number leads elsewhere; its address stays."""
    tag = span(html, address)
    return replaced(html, tag, re.sub(r'href="[^"]*"', f'href="{href}"', tag))


def unlinked(html: str, address: str) -> str:
    """A number with its address and without a link."""
    tag = span(html, address)
    return replaced(html, tag, f'<span data-address="{address}">{inside(tag)}</span>')


def first_link(pdf: pikepdf.Pdf, address: str) -> pikepdf.Object:
    """The first link of the pages to an address."""
    found = (
        item
        for page in pdf.pages
        for item in page.get("/Annots", pikepdf.Array())
        if "/A" in item and str(item.A.URI).endswith(f"#{address}")
    )
    return next(found)


def other_on_paper(pdf: pikepdf.Pdf) -> None:
    """The link of one number leads to the evidence of its neighbour."""
    first_link(pdf, LOWER).A.URI = first_link(pdf, UPPER).A.URI


def absolute_on_paper(pdf: pikepdf.Pdf) -> None:
    """A link with the folder of whoever made the report."""
    link = first_link(pdf, LOWER)
    link.A.URI = pikepdf.String(str(link.A.URI).replace("..", "file:///home/trial/results"))


def silent_on_paper(pdf: pikepdf.Pdf) -> None:
    """A link that is read aloud as nothing."""
    del first_link(pdf, LOWER)["/Contents"]


FAULTS = [
    Fault(KIND, "of another number", "page", COMPARED,
          in_section("t_primary", lambda h: leads_to(h, LOWER, f"../audit/explorer.html#{UPPER}"))),
    Fault(KIND, "to another server", "page", COMPARED,
          in_section("t_primary", lambda h: leads_to(h, LOWER, f"https://example.org/#{LOWER}"))),
    Fault(KIND, "missing", "page", COMPARED,
          in_section("t_primary", lambda h: unlinked(h, LOWER))),
    Fault(KIND, "of another figure", "page", COURSE,
          in_html(lambda h: replaced(h, 'explorer.html#f_flow"', 'explorer.html#f_flaw"'))),
    Fault(KIND, "of another number, on paper", "paper", RENDERED, in_pdf(other_on_paper)),
    Fault(KIND, "with an absolute path, on paper", "paper", RENDERED, in_pdf(absolute_on_paper)),
    Fault(KIND, "without words, on paper", "paper", RENDERED, in_pdf(silent_on_paper)),
]  # fmt: skip
