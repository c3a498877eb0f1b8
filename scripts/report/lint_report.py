"""The finished report is read again, HTML and PDF, and held against what it was made from."""

from collections.abc import Mapping
from typing import Any

from scripts.job import Job, StepError
from scripts.report.lint.evidence import Evidence
from scripts.report.lint.ledger import Ledger
from scripts.report.lint.read_html import read_html
from scripts.report.lint.read_pdf import read_pdf
from scripts.report.lint.rules import run_rules


def lint_report(html: str, pdf: bytes | None, evidence: Evidence) -> Ledger:
    """Everything that the rules looked at and found; without a PDF those of the HTML alone."""
    paper = None if pdf is None else read_pdf(pdf)
    return run_rules(read_html(html), paper, evidence)


def read_evidence(job: Job) -> Evidence:
    """What the report was made from, from the inputs of the step."""
    results: Mapping[str, Any] = job.jsons("results")
    documents = job.jsons("documents")
    return Evidence(
        job.plan,
        job.json("tables"),
        job.jsons("data"),
        job.texts("figures"),
        results,
        job.table("adsl"),
        {f"{name}.json": document for name, document in documents.items()},
    )


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        ledger = lint_report(job.text("html"), job.binary("pdf"), read_evidence(job))
        for rule, count in ledger.looked.items():
            job.say(f"{rule}: looked at {count}")
        if ledger.findings:
            head = f"{len(ledger.findings)} finding(s) in the finished report"
            raise StepError(f"{head}\n  {ledger.text()}")
        job.write("lint", ledger.report())
