"""The HTML document becomes a tagged PDF/A with bundled fonts: the same bytes every time."""

import io
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pikepdf
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from scripts.job import Job
from scripts.report.letters import FACES, font_file
from scripts.report.streams import write_settled
from scripts.report.tagging import mend_tags
from scripts.report.whole_fonts import name_whole

VARIANT = "pdf/a-2a"
PAGE = re.compile(r"Page (\d+)")
STEP = re.compile(r"^Step \d+ - ")


def font_rules() -> str:
    """The bundled fonts as font-face rules. Their path stays out of the HTML and out of the PDF."""
    return "\n".join(
        f"@font-face {{ font-family: '{family}'; font-weight: {weight}; font-style: {style}; "
        f"src: url('{font_file(family, weight, style).as_uri()}'); }}"
        for family, weight, style in FACES
    )


def _finish(raw: bytes, full_fonts: bool) -> bytes:
    """The same document opened at its bookmarks, with its title in the window, linearised."""
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        mend_tags(pdf)
        if full_fonts:
            name_whole(pdf)
        pdf.Root.PageMode = pikepdf.Name.UseOutlines
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        return write_settled(pdf)


class _Progress(logging.Handler):
    """Says which page is being laid out; WeasyPrint tells each of its steps."""

    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__(logging.INFO)
        self.say = say

    def emit(self, record: logging.LogRecord) -> None:
        """Pass on every tenth page, and every step that is not a page."""
        page = PAGE.search(record.getMessage())
        if page is None:
            self.say(STEP.sub("", record.getMessage()))
        elif int(page.group(1)) % 10 == 0:
            self.say(f"laying out page {page.group(1)}")


@contextmanager
def _progress(say: Callable[[str], None]) -> Iterator[None]:
    logger = logging.getLogger("weasyprint.progress")
    handler = _Progress(say)
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)


def render_report(
    html: str, say: Callable[[str], None] = lambda message: None, *, full_fonts: bool = False
) -> bytes:
    """The PDF of the report; no date in it comes from the clock. `say` is told how far it is.

    A font is cut to the letters that are used, or with `full_fonts` embedded whole.
    """
    fonts = FontConfiguration()
    rules = CSS(string=font_rules(), font_config=fonts)
    with _progress(say):
        # No base address: everything that the document shows is in it.
        document = HTML(string=html, base_url=None)
        raw = document.write_pdf(
            stylesheets=[rules], font_config=fonts, pdf_variant=VARIANT, full_fonts=full_fonts
        )
    say("mending tags and linearising")
    return _finish(raw, full_fonts)


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        logging.getLogger("weasyprint").setLevel(logging.ERROR)
        job.write("report", render_report(job.text("report"), job.tell))
