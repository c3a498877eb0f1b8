"""Every listing becomes a PDF of its own, with the pages that were laid out and no more."""

import io
import logging
from collections.abc import Callable, Mapping
from typing import Any

import pikepdf

from scripts.job import Job, StepError
from scripts.report.render_report import render_report


def count_pages(pdf: bytes) -> int:
    """The pages of a PDF."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)


def render_listings(
    documents: Mapping[str, str],
    index: Mapping[str, Any],
    say: Callable[[str], None] = lambda text: None,
) -> dict[str, bytes]:
    """The PDF of each listing by id.

    Raises ValueError where a PDF has other pages than were laid out: then a line went over.
    """
    entries = index["listings"]
    made = {}
    for number, entry in enumerate(entries, start=1):
        name, pages = entry["id"], entry["pages"]
        say(
            f"listing {number} of {len(entries)}: {entry['number']} {entry['title']}, {pages} pages"
        )
        made[name] = render_report(documents[f"{name}.html"])
        found = count_pages(made[name])
        if found != pages:
            raise ValueError(f"{name}: {found} pages rendered, {pages} laid out")
    return made


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        logging.getLogger("weasyprint").setLevel(logging.ERROR)
        try:
            pdfs = render_listings(job.texts("printed"), job.json("index"), job.tell)
        except ValueError as error:
            raise StepError(str(error)) from None
        job.write_all("pdfs", pdfs)
