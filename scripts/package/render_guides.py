"""The guides for reviewers become PDF."""

import logging

from scripts.job import Job
from scripts.package.submitted_pdf import submitted_pdf

if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        logging.getLogger("weasyprint").setLevel(logging.ERROR)
        for name in ("csdrg", "adrg"):
            job.write(name, submitted_pdf(job.text(name), job.tell))
