"""Every listing of the plan: a document in pages for its PDF, and one page for the screen."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from scripts.job import Job, StepError
from scripts.report.companions import listings_of
from scripts.report.compose_report import make_environment
from scripts.report.letters import replace_unknown
from scripts.report.listings.pages import index_of, lay_out, running_words
from scripts.report.listings.records import Listing, gather_listing
from scripts.report.listings.screen import make_screen
from scripts.report.mark import add_mark
from scripts.report.results import OutputsError

Plan = Mapping[str, Any]


def gather_listings(
    plan: Plan, tables: Mapping[str, pd.DataFrame], files: Mapping[str, str]
) -> list[Listing]:
    """The records of every listing. Raises OutputsError listing all that cannot be made."""
    made, findings = [], []
    arms = [arm["label"] for arm in plan["trial"]["arms"]]
    for listing in listings_of(plan):
        try:
            made.append(gather_listing(listing, tables, files[listing["source"]], arms))
        except OutputsError as error:
            findings.append(f"{listing['id']}: {error}")
    if findings:
        text = "\n  ".join(findings)
        raise OutputsError(f"{len(findings)} listing(s) cannot be made\n  {text}")
    return made


def write_listings(
    plan: Plan,
    tables: Mapping[str, pd.DataFrame],
    files: Mapping[str, str],
    templates: Mapping[str, str],
) -> tuple[dict[str, str], str, dict[str, Any]]:
    """(documents to print by id, the page for the screen, the index) of all listings."""
    gathered = gather_listings(plan, tables, files)
    documents = [lay_out(listing, plan["study"]) for listing in gathered]
    environment = make_environment(templates)
    template = environment.get_template("listing.html.j2")
    style = add_mark(templates["report.css"] + templates["print.css"], plan["study"].get("mark"))
    running, title = running_words(plan), plan["study"]["title"]
    printed = {
        document["id"]: replace_unknown(
            template.render(listing=document, style=style, running=running, title=title)
        )
        for document in documents
    }
    screen = make_screen(gathered, plan, environment, templates)
    return printed, screen, index_of(documents)


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        folders = ("derived", "domains", "checked")
        read = {stem: table for name in folders for stem, table in job.tables(name).items()}
        files = {Path(path).stem: path for name in folders for path in job.named(name)}
        try:
            printed, screen, index = write_listings(job.plan, read, files, job.texts("templates"))
        except OutputsError as error:
            raise StepError(str(error)) from None
        for entry in index["listings"]:
            job.say("{id}: {records} records, {subjects} subjects, {pages} pages".format(**entry))
        job.write_all("printed", printed)
        job.write("screen", screen)
        job.write("index", index)
