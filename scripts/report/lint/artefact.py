"""The report as a reader sees it: displays with heads, rows, cells and notes."""

from collections.abc import Iterator
from dataclasses import dataclass, field

STRIPPED = {ord(blank): None for blank in "\u2007\u2009\u200a\u200b\u00a0\u202f\u00ad"}


def squeeze(text: str) -> str:
    """The text without any white space, for comparing what was set in different ways."""
    return "".join(text.translate(STRIPPED).split())


RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def level(text: str) -> str:
    """The text without white space, and with powers as they are typed in the plan."""
    return squeeze(text).translate(RAISED).replace("^", "")


def tidy(text: str) -> str:
    """The text with single blanks, as one reads it aloud."""
    return " ".join(text.replace("\u2007", " ").split())


@dataclass(frozen=True)
class Piece:
    """A run of characters: a printed value where it has an address, else words or a name."""

    text: str
    address: str = ""
    name: bool = False


@dataclass
class Cell:
    """A cell, or any other run of text, with what its tag says of it."""

    pieces: list[Piece]
    column: str = ""
    group: str = ""
    span: int = 1
    marks: list[str] = field(default_factory=list)
    left: float = 0.0
    right: float = 0.0
    y: float = 0.0
    tone: str = ""
    page: int = 0

    @property
    def text(self) -> str:
        """What is read in it."""
        return tidy("".join(piece.text for piece in self.pieces))


@dataclass
class Head:
    """The head of a column, or of several: label, N and unit."""

    label: str
    size: str = ""
    unit: str = ""
    column: str = ""
    group: str = ""
    span: int = 1
    cell: Cell = field(default_factory=lambda: Cell([]))


@dataclass
class Row:
    """A row of a table: its label, the marks beside it, and its cells."""

    label: Cell
    marks: list[str]
    cells: list[Cell]
    kind: str = "data"


@dataclass(frozen=True)
class Note:
    """A note under a display; `sup` is the mark that is printed, `mark` the one it declares."""

    kind: str
    mark: str
    sup: str
    cell: Cell

    @property
    def text(self) -> str:
        """The words of the note, with its mark."""
        return self.cell.text


@dataclass
class Display:
    """A table, figure or text."""

    id: str
    number: str
    layout: str
    word: str = ""
    title: str = ""
    population: str = ""
    spanners: list[Head] = field(default_factory=list)
    heads: list[Head] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    blocks: list[Row] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    source: str = ""
    sources: list[str] = field(default_factory=list)
    cut: str = ""
    alt: str | None = None
    digest: str = ""
    svg: str = ""
    drawing: list[Cell] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)
    everything: Cell = field(default_factory=lambda: Cell([]))

    @property
    def name(self) -> str:
        """What a reader calls it."""
        return f"{self.word} {self.number}".strip()

    def columns(self) -> Iterator[tuple[int, Head, Head | None]]:
        """Each column with its head and the spanner above it."""
        above: list[Head | None] = []
        for spanner in self.spanners:
            above += [spanner] * spanner.span
        for index, head in enumerate(self.heads):
            yield index, head, above[index] if index < len(above) else None

    def placed(self) -> Iterator[tuple[Row, int, Cell]]:
        """Each cell with its row and the index of its (first) column; the stub is column 0."""
        for row in self.rows:
            at = 1
            for cell in row.cells:
                yield row, at, cell
                at += cell.span


@dataclass
class Document:
    """The whole report."""

    title: str = ""
    language: str = ""
    displays: list[Display] = field(default_factory=list)
    contents: list[tuple[str, str, str]] = field(default_factory=list)
    chapters: list[str] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    # Where each printed number leads, and every other link, whose address is empty.
    links: list[tuple[str, str]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def display(self, identifier: str) -> Display | None:
        """One display by its id."""
        return next((item for item in self.displays if item.id == identifier), None)


def show(text: str, width: int = 60) -> str:
    """A text as a finding quotes it."""
    short = tidy(text)
    return repr(short if len(short) <= width else short[: width - 1] + "\u2026")
