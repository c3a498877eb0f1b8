"""What a regulator refuses in a PDF, and who finds it.

FDA takes PDF/A-1 and PDF/A-2 with all fonts embedded whole, opened at the bookmarks, linearised;
no attachment, no script, nothing that leads out of the package.
"""

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

SUBSET_LETTERS = 6
# Actions that run something or lead elsewhere; a link inside of the document has none of them.
FOREIGN_ACTIONS = {"/JavaScript", "/Launch", "/URI", "/GoToR", "/GoToE", "/SubmitForm", "/Movie"}


def check_submitted(content: bytes) -> list[str]:
    """Everything in a PDF that a regulator refuses."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        findings = [
            *_root_findings(pdf),
            *_font_findings(pdf),
            *_action_findings(pdf),
            *_link_findings(pdf),
        ]
        if not pdf.is_linearized:
            findings.append("not linearised: a browser waits for the whole file")
    return findings


def _root_findings(pdf: pikepdf.Pdf) -> Iterator[str]:
    if pdf.is_encrypted:
        yield "encrypted"
    if pdf.Root.get("/PageMode") != Name.UseOutlines or "/Outlines" not in pdf.Root:
        yield "does not open at its bookmarks"
    names = pdf.Root.get("/Names", Dictionary())
    if "/EmbeddedFiles" in names or "/AF" in pdf.Root:
        yield "holds an attachment"
    if "/JavaScript" in names:
        yield "holds a script"
    if "/AcroForm" in pdf.Root:
        yield "holds a form"


def _font_findings(pdf: pikepdf.Pdf) -> Iterator[str]:
    for item in pdf.objects:
        if isinstance(item, Dictionary) and item.get("/Type") == "/FontDescriptor":
            name = str(item.get("/FontName")).lstrip("/")
            if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(item.keys()):
                yield f"the font {name} is not embedded"
            elif name[SUBSET_LETTERS : SUBSET_LETTERS + 1] == "+":
                yield f"the font {name} is not whole"


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Dictionary]:
    """Every dictionary of the document, also one that stands inside of another object."""
    stack: list[Any] = [item for item in pdf.objects if isinstance(item, Dictionary | Array)]
    while stack:
        item = stack.pop()
        if isinstance(item, Dictionary):
            yield item
        parts = [part for _, part in item.items()] if isinstance(item, Dictionary) else list(item)
        stack += [p for p in parts if isinstance(p, Dictionary | Array) and not p.is_indirect]


def _action_findings(pdf: pikepdf.Pdf) -> Iterator[str]:
    for item in _dictionaries(pdf):
        if str(item.get("/S")) in FOREIGN_ACTIONS:
            yield f"an action leads out of the package: {item.get('/S')} {item.get('/URI', '')}"


def _destinations(pdf: pikepdf.Pdf) -> set[str]:
    tree = pdf.Root.get("/Names", Dictionary()).get("/Dests")
    return {str(name) for name in pikepdf.NameTree(tree)} if tree is not None else set()


def _target(annotation: Any) -> Any:
    action = annotation.get("/A", Dictionary())
    return annotation.get("/Dest", action.get("/D"))


def _link_findings(pdf: pikepdf.Pdf) -> Iterator[str]:
    known = _destinations(pdf)
    for number, page in enumerate(pdf.pages, start=1):
        for annotation in page.get("/Annots", Array()):
            if annotation.get("/Subtype") != "/Link":
                yield f"page {number}: an annotation {annotation.get('/Subtype')}"
                continue
            target = _target(annotation)
            if isinstance(target, pikepdf.String) and str(target) not in known:
                yield f"page {number}: a link to {target}, which is not there"
