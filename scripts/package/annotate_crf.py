"""The blank annotated CRF: each raw form with its fields, their codes, and what they become."""

import logging
from collections.abc import Mapping
from typing import Any

from scripts.job import Job
from scripts.package.forms.annotations import NOT_SUBMITTED, forms_of
from scripts.package.forms.crf_pages import OMITTED, OMITTED_WORDS, form_page, visit_index
from scripts.package.submitted_pdf import submitted_pdf
from scripts.report.compose_report import make_environment
from scripts.tables import format_json

Plan = Mapping[str, Any]
KIND = "Annotated case report form"


def annotate_crf(metadata: Plan, plan: Plan, templates: Mapping[str, str]) -> str:
    """The annotated CRF as one HTML document: visits in the order of the schedule, then forms."""
    forms = {name: form for name, form in forms_of(plan).items() if name in metadata}
    pages = {name: form_page(name, metadata[name], form) for name, form in forms.items()}
    visits = visit_index(forms, pages, plan)
    page = make_environment(templates).get_template("crf.html.j2")
    return page.render(
        title=f"{KIND}: {plan['study']['title']}",
        kind=KIND,
        study={key: str(value) for key, value in plan["study"].items()} | _absent(plan),
        unsent=NOT_SUBMITTED,
        omitted=OMITTED_WORDS if OMITTED in format_json([pages, visits]) else "",
        pages=list(pages.values()),
        visits=visits,
        style=templates["guides.css"],
    )


def _absent(plan: Plan) -> dict[str, str]:
    return {} if plan["study"].get("notice") else {"notice": ""}


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        logging.getLogger("weasyprint").setLevel(logging.ERROR)
        html = annotate_crf(job.json("metadata"), job.plan, job.texts("templates"))
        job.write("crf", submitted_pdf(html, job.tell))
