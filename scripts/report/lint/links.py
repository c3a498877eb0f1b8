"""Each printed number leads to its own evidence, on the screen and on paper, and nothing elsewhere.

A link that leads to the evidence of another number would be worse than none.
"""

from scripts.report.evidence_links import address_in, evidence_link
from scripts.report.lint.artefact import Document, show
from scripts.report.lint.evidence import Evidence
from scripts.report.lint.ledger import Ledger
from scripts.report.lint.read_pdf import Paper

RULE = "links to the evidence"
RULE_ON_PAPER = "links on paper"


def check_links(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """A number links to its address, a figure to its id; any other link stays in the report."""
    figures = {display.id for display in document.displays if display.alt is not None}
    for address, href in document.links:
        if address:
            message = f"{address} leads to {show(href) if href else 'nothing'}"
            ledger.must(RULE, href == evidence_link(address), message)
        elif not href.startswith("#"):
            message = f"a link leads to {show(href)}"
            ledger.must(RULE, address_in(href) in figures, message)
    leading = {href for address, href in document.links if not address}
    for name in sorted(figures):
        message = f"the figure {name} leads to no evidence"
        ledger.must(RULE, evidence_link(name) in leading, message)


def check_paper_links(document: Document, paper: Paper, evidence: Evidence, ledger: Ledger) -> None:
    """The pages lead to the same evidence as the screen, each link with words to be read aloud."""
    wanted = {href for _, href in document.links if href and not href.startswith("#")}
    found = {uri for _, uri, _ in paper.leading}
    for href in sorted(wanted):
        message = f"no link leads to {show(address_in(href))}"
        ledger.must(RULE_ON_PAPER, href in found, message)
    for page, uri, words in paper.leading:
        ledger.must(RULE_ON_PAPER, uri in wanted, f"a link leads to {show(uri)}", page=page)
        said = address_in(uri) in words if words else False
        ledger.must(RULE_ON_PAPER, said, f"the link to {show(uri)} has no words", page=page)
