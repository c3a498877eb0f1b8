"""The PDF of the report becomes the displays that a reader of its pages sees."""

import io
from dataclasses import dataclass, field
from typing import Any

import pikepdf
import pypdfium2 as pdfium

from scripts.report.lint.artefact import Cell, Display, Head, Piece, Row, squeeze, tidy
from scripts.report.lint.pdf_page import Page, Run, Tag, read_page

BLOCKS = ("H1", "H2", "H3", "P", "Table", "Figure")


@dataclass
class PaperDisplay(Display):
    """A display on paper: its heads on each page, and the order in which things were drawn."""

    page_heads: list[tuple[int, list[list[Head]]]] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)


@dataclass
class Paper:
    """The PDF: its displays, pages, running heads and feet, bookmarks and properties."""

    displays: list[PaperDisplay]
    pages: list[Page]
    running: list[list[str]]
    links: list[tuple[int, str]]
    bookmarks: list[tuple[str, int]]
    properties: dict[str, Any]
    fonts: dict[str, bool]
    forbidden: list[str]
    figures: int = 0
    # Links out of the document: page, where to, and the words that are read aloud.
    leading: list[tuple[int, str, str]] = field(default_factory=list)

    def display(self, number: str) -> PaperDisplay | None:
        """One display by the number that is printed."""
        return next((item for item in self.displays if item.number == number), None)


def read_pdf(data: bytes) -> Paper:
    """The report as a reader of the PDF sees it."""
    document = pdfium.PdfDocument(data)
    pages = [read_page(document, index) for index in range(len(document))]
    bookmarks = [
        (tidy(item.get_title()), (item.get_dest().get_index() or 0) + 1 if item.get_dest() else 0)
        for item in document.get_toc()
    ]
    document.close()
    displays: list[PaperDisplay] = []
    for page in pages:
        _read_blocks(page, displays)
    links = [
        (page.number, tidy(item.text()))
        for page in pages
        for item in page.tags.all("LI")
        if item.all("Link")
    ]
    running = [[tidy(run.text) for run in page.outside] for page in pages]
    figures = sum(len(list(page.tags.all("Figure"))) for page in pages)
    properties = _read_properties(data)
    leading = _read_leading(data)
    return Paper(displays, pages, running, links, bookmarks, *properties, figures, leading)


def _read_leading(data: bytes) -> list[tuple[int, str, str]]:
    """Every link of the pages that leads out of the document."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [
            (number, str(item.A.get("/URI", "")), str(item.get("/Contents", "")))
            for number, page in enumerate(pdf.pages, start=1)
            for item in page.get("/Annots", pikepdf.Array())
            if "/A" in item
        ]


def _read_blocks(page: Page, displays: list[PaperDisplay]) -> None:
    """The displays that begin or go on on a page."""
    chapter = False
    for tag in page.tags.all(*BLOCKS):
        if tag.kind == "H1":
            chapter = True
        elif tag.kind == "H2":
            display = _begin(tag)
            # A heading without a number, as in the contents, begins no display.
            chapter = not display.number
            displays += [] if chapter else [display]
        if not displays or chapter or tag.kind == "H1":
            continue
        display = displays[-1]
        if page.number not in display.pages:
            display.pages.append(page.number)
        if tag.kind == "Table":
            _read_table(display, tag, page.number)
        elif tag.kind == "Figure":
            display.alt = tag.alt
            display.drawing.append(Cell([Piece(tag.text())], page=page.number))
        elif tag.kind != "H2":
            display.paragraphs.append(tidy(tag.text()))
            if squeeze(tag.text()).startswith("Population:"):
                display.population = tidy(tag.text())


def _begin(tag: Tag) -> PaperDisplay:
    """A display by its heading: the number stands in the first tag of it."""
    first = next((child for child in tag.children if isinstance(child, Tag)), tag)
    label = tidy(first.text())
    word, _, number = label.partition(" ")
    title = tidy(tag.text())[len(label) :].strip()
    return PaperDisplay("", number, "", word, title)


def _read_table(display: PaperDisplay, tag: Tag, page: int) -> None:
    heads = [
        [_head(cell, page) for cell in row.all("TH", "TD")]
        for part in tag.all("THead")
        for row in part.all("TR")
    ]
    display.page_heads.append((page, heads))
    for part in tag.all("TBody"):
        for row in part.all("TR"):
            cells = list(row.all("TH", "TD"))
            label = _cell(cells[0], page) if cells else Cell([], page=page)
            display.rows.append(Row(label, [], [_cell(cell, page) for cell in cells[1:]]))


def _head(tag: Tag, page: int) -> Head:
    cell = _cell(tag, page)
    label, at, size = cell.text.partition("N = ")
    return Head(label.strip(), at + size, "", cell=cell)


def _edges(runs: list[Run]) -> tuple[float, float]:
    inked = [run for run in runs if run.text.strip()]
    return (min(r.left for r in inked), max(r.right for r in inked)) if inked else (0.0, 0.0)


def _cell(tag: Tag, page: int) -> Cell:
    runs = list(tag.runs())
    left, right = _edges(runs)
    return Cell([Piece(run.text) for run in runs], left=left, right=right, page=page)


def _inner(root: Any, key: str) -> Any:
    """A dictionary within another, empty where there is none."""
    return root.get(key, pikepdf.Dictionary())


def _read_properties(data: bytes) -> tuple[dict[str, Any], dict[str, bool], list[str]]:
    """Language, title and tags; every font and whether it is in the file; what must not be."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        root = pdf.Root
        information = pdf.docinfo
        properties = {
            "language": str(root.get("/Lang", "")),
            "title": str(information.get("/Title", "")),
            "tagged": bool(_inner(root, "/MarkInfo").get("/Marked", False)),
            "shows title": bool(_inner(root, "/ViewerPreferences").get("/DisplayDocTitle", False)),
        }
        fonts: dict[str, bool] = {}
        forbidden = [key for key in ("/AA", "/OpenAction", "/AcroForm") if key in root]
        names = _inner(root, "/Names")
        forbidden += [key for key in ("/EmbeddedFiles", "/JavaScript") if key in names]
        for item in pdf.objects:
            if not isinstance(item, pikepdf.Dictionary):
                continue
            if item.get("/Type") == "/FontDescriptor":
                inside = any(key in item for key in ("/FontFile", "/FontFile2", "/FontFile3"))
                fonts[str(item.get("/FontName", "?"))] = inside
            if item.get("/S") == "/JavaScript" or item.get("/Type") == "/Filespec":
                forbidden.append(str(item.get("/S", item.get("/Type"))))
    return properties, fonts, forbidden
