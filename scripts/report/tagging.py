"""The tags of the finished PDF: header cells with a scope, running heads as artefacts, PDF/UA.

WeasyPrint writes the tree; it leaves the margin boxes as content outside of it and header cells
without a scope, both of which a screen reader stumbles over (ISO 14289-1, 7.5 and 7.8).
"""

import re
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from scripts.report.evidence_links import address_in

MARKED = re.compile(rb"/(\w+)\s+<<\s*/MCID\s+(\d+)\s*>>\s+BDC")
ARTEFACT = b"/Artifact <</Type /Pagination>> BDC"
# PDF/A allows a name space in the metadata only where its schema is described beside it.
UA_SCHEMA = """<rdf:Description rdf:about=""
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>
<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>
<rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description></rdf:li>
</rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 pdfuaid:part="1"/></rdf:RDF>"""


def _children(element: Dictionary) -> Iterator[Any]:
    kids = element.get("/K")
    if isinstance(kids, Array):
        yield from kids
    elif kids is not None:
        yield kids


def mend_tags(pdf: pikepdf.Pdf) -> None:
    """Mend the tags of an open document in place."""
    numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
    linked: list[set[int]] = [set() for _ in pdf.pages]
    stack: list[tuple[Any, bool]] = [(pdf.Root.StructTreeRoot.K[0], False)]
    while stack:
        element, in_head = stack.pop()
        kind = element.get("/S")
        if kind == "/TH":
            attributes = element.get("/A", Dictionary(O=Name.Table))
            attributes.Scope = Name.Column if in_head else Name.Row
            element.A = attributes
        page = element.get("/Pg")
        for child in _children(element):
            if isinstance(child, int):
                linked[numbers[page.objgen]].add(child)
            elif isinstance(child, Dictionary) and child.get("/Type") == "/StructElem":
                stack.append((child, in_head or kind == "/THead"))
    for page_number, page in enumerate(pdf.pages):
        _mark_artefacts(pdf, page, linked[page_number])
    _name_links(pdf)
    _claim_ua(pdf)


def _name_links(pdf: pikepdf.Pdf) -> None:
    """A link to evidence is read aloud as what it leads to, not as the name of a file."""
    for page in pdf.pages:
        for annotation in page.get("/Annots", Array()):
            action = annotation.get("/A")
            address = address_in(str(action.URI)) if action is not None else ""
            if address:
                annotation.Contents = String(f"Evidence of {address}")


def _mark_artefacts(pdf: pikepdf.Pdf, page: pikepdf.Page, linked: set[int]) -> None:
    """Content that no tag of the tree holds becomes an artefact of the page."""

    def mark(match: re.Match[bytes]) -> bytes:
        return match.group() if int(match.group(2)) in linked else ARTEFACT

    page.contents_coalesce()
    page.Contents = pdf.make_stream(MARKED.sub(mark, page.Contents.read_bytes()))


def _claim_ua(pdf: pikepdf.Pdf) -> None:
    metadata = pdf.Root.Metadata.read_bytes().decode("utf-8")
    described = metadata.replace("</rdf:RDF>", UA_SCHEMA, 1)
    stream = pdf.make_stream(described.encode("utf-8"))
    stream.Type, stream.Subtype = Name.Metadata, Name.XML
    pdf.Root.Metadata = stream
