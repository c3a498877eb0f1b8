"""The HTML document becomes a PDF/A with bookmarks and bundled fonts: the same bytes every time."""

import io
import logging

import pikepdf
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from scripts.job import Job
from scripts.report.letters import FACES, font_file

VARIANT = "pdf/a-2a"


def font_rules() -> str:
    """The bundled fonts as font-face rules. Their path stays out of the HTML and out of the PDF."""
    return "\n".join(
        f"@font-face {{ font-family: '{family}'; font-weight: {weight}; font-style: {style}; "
        f"src: url('{font_file(family, weight, style).as_uri()}'); }}"
        for family, weight, style in FACES
    )


def _finish(raw: bytes) -> bytes:
    """The same document opened at its bookmarks, with its title in the window, linearised."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        pdf.Root.PageMode = pikepdf.Name.UseOutlines
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        pdf.save(
            target,
            linearize=True,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.preserve,
        )
    return target.getvalue()


def render_report(html: str) -> bytes:
    """The PDF of the report; no date in it comes from the clock."""
    fonts = FontConfiguration()
    rules = CSS(string=font_rules(), font_config=fonts)
    # No base address: everything that the document shows is in it.
    document = HTML(string=html, base_url=None)
    raw = document.write_pdf(stylesheets=[rules], font_config=fonts, pdf_variant=VARIANT)
    return _finish(raw)


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        logging.getLogger("weasyprint").setLevel(logging.ERROR)
        job.write("report", render_report(job.text("report")))
