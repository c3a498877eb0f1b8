"""One page of a PDF: its tags in reading order, with the characters and the place of each."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw


@dataclass
class Run:
    """Characters that were drawn at once, with the tag that they belong to."""

    mark: int
    text: str
    left: float
    bottom: float
    right: float
    top: float


@dataclass
class Tag:
    """A tag of the structure tree with the runs that stand directly in it."""

    kind: str
    alt: str = ""
    children: list["Tag | Run"] = field(default_factory=list)

    def runs(self) -> Iterator[Run]:
        """All runs in it, in reading order."""
        for child in self.children:
            if isinstance(child, Run):
                yield child
            else:
                yield from child.runs()

    def all(self, *kinds: str) -> Iterator["Tag"]:
        """The nearest tags of these kinds within this one."""
        for child in self.children:
            if isinstance(child, Tag):
                if child.kind in kinds:
                    yield child
                else:
                    yield from child.all(*kinds)

    def text(self) -> str:
        """The characters in it."""
        return "".join(run.text for run in self.runs())


@dataclass
class Page:
    """A page: the tree of its tags, what stands outside of it, and the texts of its drawings."""

    number: int
    tags: Tag
    outside: list[Run]
    drawn: list[Run]


# What the library gives for a hyphen at which a line was broken.
HYPHEN = "\x02"
BUFFER = ctypes.create_string_buffer(2048)


def _wide(function: Any, *arguments: Any) -> str:
    """The text that a function of the library writes into a buffer as UTF-16."""
    buffer = BUFFER
    kind = function.argtypes[len(arguments)]
    size = function(*arguments, ctypes.cast(buffer, kind), len(buffer))
    if size > len(buffer):
        buffer = ctypes.create_string_buffer(size)
        function(*arguments, ctypes.cast(buffer, kind), size)
    text = buffer.raw[: max(size, 2) - 2].decode("utf-16-le")
    return text.rstrip("\0").replace(HYPHEN, "-")


def read_page(document: pdfium.PdfDocument, index: int) -> Page:
    """One page of an open document."""
    page = document[index]
    texts = page.get_textpage()
    runs, drawn = _read_runs(page.raw, texts.raw)
    by_mark: dict[int, list[Run]] = {}
    for run in runs:
        by_mark.setdefault(run.mark, []).append(run)
    root = Tag("root")
    tree = raw.FPDF_StructTree_GetForPage(page.raw)
    if tree:
        for at in range(raw.FPDF_StructTree_CountChildren(tree)):
            element = raw.FPDF_StructTree_GetChildAtIndex(tree, at)
            if element:
                root.children.append(_read_tag(element, by_mark))
        raw.FPDF_StructTree_Close(tree)
    inside = {id(run) for run in root.runs()}
    outside = [run for run in runs if id(run) not in inside]
    texts.close()
    page.close()
    return Page(index + 1, root, outside, drawn)


def _read_tag(element: Any, by_mark: dict[int, list[Run]]) -> Tag:
    tag = Tag(_wide(raw.FPDF_StructElement_GetType, element))
    if tag.kind == "Figure":
        tag.alt = _wide(raw.FPDF_StructElement_GetAltText, element)
    for at in range(raw.FPDF_StructElement_CountChildren(element)):
        child = raw.FPDF_StructElement_GetChildAtIndex(element, at)
        if child:
            tag.children.append(_read_tag(child, by_mark))
        else:
            mark = raw.FPDF_StructElement_GetChildMarkedContentID(element, at)
            if mark >= 0:
                tag.children += by_mark.get(mark, [])
    return tag


def _read_runs(page: Any, texts: Any) -> tuple[list[Run], list[Run]]:
    """The runs that stand on the page itself, and those inside of drawings."""
    runs: list[Run] = []
    drawn: list[Run] = []
    for at in range(raw.FPDFPage_CountObjects(page)):
        item = raw.FPDFPage_GetObject(page, at)
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            runs.append(_read_run(item, texts))
        elif kind == raw.FPDF_PAGEOBJ_FORM:
            drawn += _read_form(item, texts)
    return runs, drawn


def _read_form(form: Any, texts: Any) -> Iterator[Run]:
    for at in range(raw.FPDFFormObj_CountObjects(form)):
        item = raw.FPDFFormObj_GetObject(form, at)
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            yield _read_run(item, texts)
        elif kind == raw.FPDF_PAGEOBJ_FORM:
            yield from _read_form(item, texts)


def _read_run(item: Any, texts: Any) -> Run:
    edges = [ctypes.c_float() for _ in range(4)]
    raw.FPDFPageObj_GetBounds(item, *edges)
    text = _wide(raw.FPDFTextObj_GetText, item, texts)
    mark = raw.FPDFPageObj_GetMarkedContentID(item)
    return Run(mark, text, *(edge.value for edge in edges))
