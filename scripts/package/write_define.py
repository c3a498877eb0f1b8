"""define.xml of the SDTM and of the ADaM data sets, with its stylesheet and a page for browsers."""

from collections.abc import Collection, Mapping
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

from lxml import etree

from scripts.job import Job, StepError
from scripts.package import places
from scripts.package.data_types import text_types
from scripts.package.define.checks import check_leaves, check_references, check_schema
from scripts.package.define.document import STYLESHEET, define_document, format_document
from scripts.package.define.pages import with_pages
from scripts.package.define.results import PLAN, REPORT
from scripts.package.forms.annotations import form_places, forms_of
from scripts.package.transport import Transported, read_transport

# The stylesheet shows long code lists whole and comments in a table of their own.
SHOWN = {"nCodeListItemDisplay": "999", "displayCommentsTable": "1", "displayMethodsTable": "1"}


def stylesheet() -> bytes:
    """The stylesheet of Define-XML 2.1 that defineutils ships."""
    return resources("defineutils.definehtml").joinpath(STYLESHEET).read_bytes()


def format_page(define: bytes) -> bytes:
    """A define.xml as a page that needs no stylesheet: browsers are dropping XSLT."""
    transform = etree.XSLT(etree.fromstring(stylesheet()))
    shown = {name: etree.XSLT.strparam(value) for name, value in SHOWN.items()}
    return bytes(transform(etree.fromstring(define), **shown))


def package_files(specification: Mapping[str, Any], plan: Mapping[str, Any]) -> set[str]:
    """Every file that a define.xml may name: what the package makes beside the define itself."""
    sdtm, adam = places.tabulations(plan), places.analysis_datasets(plan)
    reports, programs = places.study_reports(plan), places.programs(plan)
    found = {f"{sdtm}/csdrg.pdf", f"{sdtm}/acrf.pdf", f"{adam}/adrg.pdf"}
    found |= {f"{reports}/{name}.pdf" for name in (REPORT, PLAN)}
    found |= {f"{programs}/{name}.txt" for name in plan["programs"]}
    folder = folder_of(specification, plan)
    return found | {f"{folder}/{d['name'].lower()}.xpt" for d in specification["datasets"]}


def folder_of(specification: Mapping[str, Any], plan: Mapping[str, Any]) -> str:
    """Where the data sets of a standard lie, and its define.xml with them."""
    tabulation = specification["standard"] == "SDTMIG"
    return places.tabulations(plan) if tabulation else places.analysis_datasets(plan)


def check_sent(specification: Mapping[str, Any], sent: Mapping[str, Transported]) -> list[str]:
    """Every disagreement between the specification and what the transport files hold."""
    findings = []
    described = {dataset["name"]: dataset for dataset in specification["datasets"]}
    findings += [f"{name}: described and not sent" for name in described if name not in sent]
    findings += [f"{name}: sent and not described" for name in sent if name not in described]
    for name in (name for name in described if name in sent):
        entries = {entry["name"]: entry for entry in described[name]["variables"]}
        held = sent[name]
        if list(entries) != list(held.table.columns):
            findings.append(f"{name}: other variables, or in another order, than described")
            continue
        if described[name]["label"] != held.label:
            findings.append(f"{name}: its label is {held.label!r}")
        if described[name]["records"] != len(held.table):
            findings.append(f"{name}: has {len(held.table)} records")
        findings += [
            f"{name}.{variable}: its label is {held.labels[variable]!r}"
            for variable, entry in entries.items()
            if entry["label"] != held.labels[variable]
        ]
        findings += [
            f"{name}.{variable}: its length is {held.lengths[variable]}"
            for variable, entry in entries.items()
            if entry["length"] != held.lengths[variable]
        ]
    return findings


def types_of(
    specification: Mapping[str, Any], sent: Mapping[str, Transported]
) -> dict[str, dict[str, str]]:
    """The types of dates as text, by data set and variable; ADaM has numbers for its dates."""
    return {
        dataset["name"]: text_types(
            sent[dataset["name"]].table, {v["name"]: v["type"] for v in dataset["variables"]}
        )
        for dataset in specification["datasets"]
    }


def software_words(plan: Mapping[str, Any], analyses: Mapping[str, Any]) -> str:
    """What ran, as the programs' context."""
    words = {one["method"].rpartition("Software: ")[2].rstrip(".") for one in analyses.values()}
    return "Python; " + "; ".join(sorted(words)) if words else "Python"


def make_define(
    specification: Mapping[str, Any],
    described: Mapping[str, Any] | None,
    sent: Mapping[str, Transported],
    plan: Mapping[str, Any],
) -> bytes:
    """The bytes of a define.xml.

    Raises StepError with every finding of the official schema, every reference that leads nowhere,
    every file that is named and not made, and every disagreement with the transport files.
    """
    standard = specification["standard"]
    findings = check_sent(specification, sent)
    if findings:
        raise StepError("\n  ".join([f"{standard}: not as the transport files", *findings]))
    software = software_words(plan, described["analyses"] if described else {})
    types = types_of(specification, sent)
    root = define_document(specification, described, plan, types, software)
    content = format_document(root)
    folder, known = folder_of(specification, plan), package_files(specification, plan)
    findings = check_define(content, folder, known)
    if findings:
        raise StepError("\n  ".join([f"{standard}: define.xml is not valid", *findings]))
    return content


def check_define(content: bytes, folder: str, files: Collection[str]) -> list[str]:
    """Every finding on a finished define.xml in a folder."""
    root = etree.fromstring(content)
    return [
        *check_schema(content),
        *check_references(root),
        *check_leaves(root, folder, files),
    ]


def read_sent(contents: Mapping[str, bytes]) -> dict[str, Transported]:
    """What each transport file holds, by data set."""
    return {stem.upper(): read_transport(content) for stem, content in contents.items()}


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        for standard in ("sdtm", "adam"):
            described = job.json("analyses") if standard == "adam" else None
            paths = job.named(f"{standard}_datasets")
            sent = read_sent({Path(path).stem: job.content(path) for path in paths})
            specification = job.json(standard)
            if standard == "sdtm":
                specification = with_pages(specification, form_places(forms_of(job.plan)))
            define = make_define(specification, described, sent, job.plan)
            job.write(f"{standard}_define", define)
            job.write(f"{standard}_page", format_page(define))
            job.write(f"{standard}_stylesheet", stylesheet())
