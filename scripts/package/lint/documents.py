"""What documents say of other files: leaves, links, programs, and what a regulator refuses."""

import io
import json
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import pikepdf
from lxml import etree, html

from scripts.package.define.checks import check_references, check_schema
from scripts.package.gate.define_file import parse_define
from scripts.package.lint.folder import DEFINE, Folder, Linted, folder_of, leads
from scripts.package.pdf_checks import check_submitted

PROGRAMS = "/programs/"
PDF_VERSION = "1.7"
STYLESHEET = re.compile(r'href="([^"]+)"')
XMP_PART, XMP_LEVEL = "pdfaid:part", "pdfaid:conformance"


def check_leaves(folder: Folder) -> Linted:
    """Every file that a define.xml names is in the package."""
    wrong, checked = [], 0
    for place, define in folder.defines.items():
        for name, href in define["leaves"]:
            checked += 1
            if not leads(folder, place, href or ""):
                wrong.append(f"{place}/{DEFINE}: leaf {name} leads to {href}, which is not there")
    return checked, wrong


def check_define(folder: Folder) -> Linted:
    """define.xml is valid by the official schema, refers to nothing that is not in it, is shown."""
    wrong, checked = [], 0
    for path, content in folder.ending(f"/{DEFINE}"):
        checked += 1
        root = parse_define(content)
        findings = check_schema(content) or check_references(root)
        wrong += [f"{path}: {finding}" for finding in findings]
        sheets = [
            STYLESHEET.search(one.text or "")
            for one in root.itersiblings(etree.ProcessingInstruction, preceding=True)
            if one.target == "xml-stylesheet"
        ]
        named = [sheet.group(1) for sheet in sheets if sheet]
        if not named or not leads(folder, folder_of(path), named[0]):
            wrong.append(f"{path}: its stylesheet {named[0] if named else ''} is not there")
        if f"{path.removesuffix('.xml')}.html" not in folder.files:
            wrong.append(f"{path}: no page for browsers beside it")
    return checked, wrong


def _links(content: bytes) -> Iterator[tuple[str, str]]:
    """(kind, address) of everything that a page refers to."""
    page = html.document_fromstring(content)
    for element, attribute, address, _ in page.iterlinks():
        yield f"{element.tag} {attribute}", address


def check_pages(folder: Folder) -> Linted:
    """Every address in an HTML page leads within the page, or to a file of the package."""
    wrong, checked = [], 0
    for path, content in folder.ending(".html"):
        known = set(re.findall(rb'(?:id|name)="([^"]+)"', content))
        for kind, address in dict.fromkeys(_links(content)):
            checked += 1
            target, _, anchor = address.partition("#")
            if not target:
                there = not anchor or anchor.encode() in known
            else:
                there = address.startswith("data:") or leads(folder, folder_of(path), target)
            # What a page does by itself is no file: javascript: and the like.
            if not there and not re.match(r"javascript:", address):
                wrong.append(f"{path}: {kind} leads to {address}, which is not there")
    return checked, wrong


def program_files(folder: Folder) -> set[str]:
    """The names of the files in the folder of programs."""
    return {PurePosixPath(path).name for path in folder.files if PROGRAMS in path}


def named_programs(folder: Folder) -> dict[str, str]:
    """Each program that a document names, with who names it."""
    found: dict[str, str] = {}
    for name, analysis in folder.analyses.get("analyses", {}).items():
        found.setdefault(analysis["program"], f"analyses.json, {name}")
    for claim in folder.claims:
        if claim["kind"] == "program":
            found.setdefault(claim["about"], f"{claim['document']}")
    for place, define in folder.defines.items():
        for name, href in define["leaves"]:
            if href and PROGRAMS in f"/{href}":
                found.setdefault(PurePosixPath(href).name, f"{place}/{DEFINE}, leaf {name}")
    return found


def check_programs(folder: Folder) -> Linted:
    """Every program that a document names is there, and every program is named by one."""
    there, named = program_files(folder), named_programs(folder)
    wrong = [
        f"{who}: names the program {name}, which is not there"
        for name, who in named.items()
        if name not in there
    ]
    texts = [str(claim["about"]) for claim in folder.claims if claim["kind"] == "path"]
    told = set(named) | {PurePosixPath(text).name for text in texts}
    if folder.claims:
        wrong += [f"{name}: no document names this program" for name in sorted(there - told)]
    return len(there | set(named)), wrong


def check_claims(folder: Folder) -> Linted:
    """Every file and folder that a guide names is there."""
    paths = [claim for claim in folder.claims if claim["kind"] == "path"]
    known = set(folder.files) | folder.folders | LATER
    wrong = [
        f"{claim['document']}: names {claim['about']}, which is not there"
        for claim in paths
        if str(claim["about"]).rstrip("/") not in known
    ]
    return len(paths), wrong


# What is made after the lint, of all files: named in guides, and not there to be looked at yet.
LATER = {"readme.txt", "checksums.txt", "conformance", "conformance/lint.json"}
LATER |= {"conformance/conformance.html"}


def _locations(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "location" and isinstance(item, str):
                yield item
            else:
                yield from _locations(item)
    elif isinstance(value, list):
        for item in value:
            yield from _locations(item)


def check_metadata(folder: Folder) -> Linted:
    """Every file that the results metadata name is in the package."""
    wrong, checked = [], 0
    for path, content in folder.ending(".json"):
        if path.startswith("ars/"):
            for location in dict.fromkeys(_locations(json.loads(content))):
                checked += 1
                if not leads(folder, folder_of(path), location):
                    wrong.append(f"{path}: names {location}, which is not there")
    return checked, wrong


def check_pdf(folder: Folder) -> Linted:
    """Nothing that a regulator refuses in a PDF.

    Encryption, attachments, scripts, forms, fonts that are not embedded, links that lead nowhere
    or out of the package, a document that does not open at its bookmarks.
    """
    wrong, checked = [], 0
    for path, content in folder.ending(".pdf"):
        checked += 1
        try:
            wrong += [f"{path}: {finding}" for finding in check_submitted(content)]
        except pikepdf.PdfError as error:
            wrong.append(f"{path}: cannot be read: {error}")
    return checked, wrong


def check_archival(folder: Folder) -> Linted:
    """A PDF says that it is PDF/A-2a, is tagged, has a title, and is of a version that is taken."""
    wrong, checked = [], 0
    for path, content in folder.ending(".pdf"):
        checked += 1
        try:
            pdf = pikepdf.open(io.BytesIO(content))
        except pikepdf.PdfError:
            continue
        with pdf, pdf.open_metadata() as metadata:
            level = f"{metadata.get(XMP_PART, '')}{metadata.get(XMP_LEVEL, '')}".lower()
            if level != "2a":
                wrong.append(f"{path}: PDF/A-{level or ' nothing'} instead of PDF/A-2a")
            if "/StructTreeRoot" not in pdf.Root:
                wrong.append(f"{path}: not tagged")
            if not metadata.get("dc:title"):
                wrong.append(f"{path}: no title")
            if pdf.pdf_version > PDF_VERSION:
                wrong.append(f"{path}: PDF {pdf.pdf_version}, at most {PDF_VERSION}")
    return checked, wrong
