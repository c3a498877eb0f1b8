"""The report and the plan of the analysis as they are sent: without links that leave the package.

The report is composed once more from the same cells, its numbers without their links to the
evidence: the explorer is no part of the package.
"""

import logging

from scripts.job import Job, StepError
from scripts.package.submitted_pdf import submitted_pdf
from scripts.report.compose_report import compose_report

NOWHERE = ""


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        logging.getLogger("weasyprint").setLevel(logging.ERROR)
        drawings = {name.removesuffix(".svg"): svg for name, svg in job.texts("figures").items()}
        try:
            report = compose_report(
                job.json("tables"),
                job.jsons("data"),
                drawings,
                job.plan,
                job.texts("templates"),
                explorer=NOWHERE,
            )
        except ValueError as error:
            raise StepError(str(error)) from None
        job.write("report", submitted_pdf(report, job.tell))
        job.write("plan", submitted_pdf(job.text("shells"), job.tell))
