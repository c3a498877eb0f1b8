"""The profiles that the plan selects become a PDF, a companion of the report."""

import logging

from scripts.job import Job
from scripts.report.render_report import render_report

if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        logging.getLogger("weasyprint").setLevel(logging.ERROR)
        job.tell(f"profiles: {len(job.json('index')['printed'])} subjects")
        job.write("pdf", render_report(job.text("printed"), job.tell))
