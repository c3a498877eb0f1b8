"""Every PDF of the package by one way: made, and looked at as a regulator would."""

from collections.abc import Callable

from scripts.job import StepError
from scripts.package.pdf_checks import check_submitted
from scripts.report.render_report import render_report


def submitted_pdf(html: str, say: Callable[[str], None] = lambda message: None) -> bytes:
    """The PDF of a document as it is sent; raises StepError listing what would be refused."""
    made = render_report(html, say, full_fonts=True)
    findings = check_submitted(made)
    if findings:
        raise StepError("\n  ".join(["the PDF would be refused", *findings]))
    return made
