"""The HTML of the report becomes the displays that a reader sees."""

import base64
import binascii
import re
from collections.abc import Iterator
from itertools import pairwise

from scripts.report.lint.artefact import Cell, Display, Document, Head, Note, Piece, Row, tidy
from scripts.report.lint.html_tree import Node, read_tree

# Where a digit is no result: names, titles, heads, marks.
NAMING = {"h1", "h2", "h3", "title", "style", "script", "nav", "th", "sup"}
DATA_URI = "data:image/svg+xml;base64,"


def read_html(html: str) -> Document:
    """The report as a reader of the HTML sees it."""
    root, broken = read_tree(html)
    page = root.first("html")
    title = root.first("title")
    document = Document(broken=broken)
    document.language = page.get("lang") if page else ""
    document.title = tidy(title.text()) if title else ""
    document.displays = [_display(node) for node in root.all("section", "display")]
    document.contents = list(_contents(root))
    document.chapters = [
        tidy(head.text()) for node in root.all("section", "chapter") for head in _own(node, "h1")
    ]
    document.pieces = _pieces(root)
    for display in document.displays:
        for cell in display.drawing:
            document.pieces += [piece for piece in cell.pieces if piece.address]
    document.bare = list(_bare(root, False))
    document.links = [
        (node.get("data-address"), node.get("href"))
        for node in root.walk()
        if node.tag == "a" or node.get("data-address")
    ]
    return document


def _own(node: Node, tag: str) -> list[Node]:
    return [child for child in node.children if isinstance(child, Node) and child.tag == tag]


def _contents(root: Node) -> Iterator[tuple[str, str, str]]:
    """(target, number, title) of each entry that has a number."""
    for nav in root.all("nav", "contents"):
        for item in nav.all("li"):
            number, entry = item.first(kind="number"), item.first(kind="entry")
            if number is not None and entry is not None:
                target = entry.get("href").lstrip("#")
                yield target, tidy(number.text()), tidy(entry.text())


def _pieces(node: Node, name: bool = False) -> list[Piece]:
    """The runs of characters in a tag, in order."""
    pieces: list[Piece] = []
    for child in node.children:
        if isinstance(child, str):
            pieces.append(Piece(child, name=name))
        elif child.get("data-address"):
            pieces.append(Piece(child.text(), child.get("data-address")))
        elif child.tag == "br":
            pieces.append(Piece("\n"))
        elif child.tag not in ("style", "script"):
            pieces += _pieces(child, name or "name" in child.classes)
    return pieces


def _bare(node: Node, named: bool) -> Iterator[str]:
    """Texts with a digit that has no address and stands in no name."""
    for child in node.children:
        if isinstance(child, str):
            if not named and re.search(r"\d", child):
                yield tidy(child)
        elif not child.get("data-address"):
            yield from _bare(child, named or child.tag in NAMING or "name" in child.classes)


def _display(node: Node) -> Display:
    display = Display(node.get("id"), node.get("data-number"), node.get("data-layout"))
    title = node.first("h2")
    if title is not None:
        number = title.first(kind="number")
        label = tidy(number.text()) if number else ""
        display.word, _, shown = label.partition(" ")
        display.number = shown
        display.title = tidy(title.text())[len(label) :].strip()
    population = node.first("p", "population")
    display.population = tidy(population.text()) if population else ""
    display.everything = Cell(_pieces(node))
    _read_table(display, node)
    _read_notes(display, node)
    _read_figure(display, node)
    _read_blocks(display, node)
    display.paragraphs = [
        tidy(item.text()) for item in node.walk() if item.tag in ("p", "h3") and tidy(item.text())
    ]
    return display


def _head(node: Node) -> Head:
    size, unit = node.first(kind="size"), node.first(kind="unit")
    parts = [tidy(part.text()) if part else "" for part in (size, unit)]
    label = tidy(_text_without(node, {"size", "unit"}))
    span = int(node.get("colspan") or 1)
    cell = Cell(_pieces(node), node.get("data-column"), node.get("data-group"), span)
    return Head(label, parts[0], parts[1], cell.column, cell.group, span, cell)


def _text_without(node: Node, classes: set[str]) -> str:
    if node.tag == "br":
        return " "
    return "".join(
        child if isinstance(child, str) else _text_without(child, classes)
        for child in node.children
        if isinstance(child, str) or not classes & set(child.classes)
    )


def _read_table(display: Display, node: Node) -> None:
    for head in node.all("thead")[:1]:
        for row in head.all("tr"):
            heads = [_head(cell) for cell in row.all("th")]
            if "spanners" in row.classes:
                display.spanners = heads
            elif any(head.column for head in heads):
                display.heads = heads
    for body in node.all("tbody"):
        display.rows += [_row(row) for row in body.all("tr")]


def _row(node: Node) -> Row:
    first = node.first("th")
    label = Cell(_pieces(first)) if first else Cell([])
    marks = [m for sup in (first.all("sup") if first else []) for m in sup.text().split(",")]
    kind = next(iter(node.classes), "data")
    return Row(label, [mark.strip() for mark in marks], [_cell(c) for c in node.all("td")], kind)


def _cell(node: Node) -> Cell:
    span = int(node.get("colspan") or 1)
    column, group = node.get("data-column"), node.get("data-group")
    tone = "tipped" if "tipped" in node.classes else ""
    return Cell(_pieces(node), column, group, span, tone=tone)


def _read_notes(display: Display, node: Node) -> None:
    for item in node.all("p", "note"):
        sup = item.first("sup")
        mark = tidy(sup.text()) if sup else ""
        note = Note(item.get("data-note"), item.get("data-mark"), mark, Cell(_pieces(item)))
        display.notes.append(note)
    for item in node.all("p", "source"):
        cut = item.first(kind="cut")
        display.cut = tidy(cut.text()) if cut else ""
        display.source = tidy(item.text())
        display.sources = [tidy(name.text()) for name in item.all(kind="name")]


def _read_figure(display: Display, node: Node) -> None:
    image = node.first("img")
    if image is None:
        return
    display.alt = image.attributes.get("alt")
    source = image.get("src")
    if not source.startswith(DATA_URI):
        return
    try:
        svg = base64.b64decode(source.removeprefix(DATA_URI), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return
    display.svg = svg
    read_drawing(display, svg)


def read_drawing(display: Display, svg: str) -> None:
    """The texts of a drawing, and the digest of the data that it says it shows."""
    root, _ = read_tree(svg)
    drawing = root.first("svg")
    display.digest = drawing.get("data-digest") if drawing else ""
    display.drawing = [
        Cell(
            _pieces(text),
            marks=[m for t in text.all("tspan") for m in t.get("data-mark").split(",") if m],
            left=float(text.get("x") or 0),
            y=float(text.get("y") or 0),
            tone=text.get("fill"),
        )
        for text in root.all("text")
    ]


def _read_blocks(display: Display, node: Node) -> None:
    """The titled paragraphs of a display made of text."""
    for parent in node.walk():
        children = [child for child in parent.children if isinstance(child, Node)]
        for head, body in pairwise(children):
            if head.tag == "h3" and body.tag == "p":
                marks = [m.strip() for sup in head.all("sup") for m in sup.text().split(",")]
                display.blocks.append(
                    Row(Cell(_pieces(head)), marks, [Cell(_pieces(body))], "text")
                )
