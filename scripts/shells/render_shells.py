"""The HTML of the shells becomes a PDF, by the same way as the report."""

import logging

from scripts.job import Job
from scripts.report.render_report import render_report

if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        logging.getLogger("weasyprint").setLevel(logging.ERROR)
        job.write("shells", render_report(job.text("shells"), job.tell))
