"""Text of fixed width: values wrapped in their columns, records divided into pages.

A page holds a fixed number of lines. A value longer than its column goes on in the next line; no
letter is lost. What is printed once for a group of records is printed again on the next page.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

GAP = "  "


@dataclass(frozen=True)
class Column:
    """Head, width in letters and side of one column."""

    label: str
    width: int
    right: bool = False


@dataclass
class Page:
    """The lines of one page, and the records that begin on it."""

    lines: list[str] = field(default_factory=list)
    records: list[int] = field(default_factory=list)


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` letters, broken at blanks, a longer word anywhere."""
    if len(text) <= width:
        return [text]
    lines: list[str] = []
    line = ""
    for word in text.split():
        if line and len(line) + 1 + len(word) <= width:
            line = f"{line} {word}"
            continue
        if line:
            lines.append(line)
        while len(word) > width:
            # A name of parts is broken after a mark that joins them, where there is one.
            cut = max(word.rfind(mark, 0, width) for mark in "-_/;]") + 1
            cut = cut if cut > width // 2 else width
            lines.append(word[:cut])
            word = word[cut:]
        line = word
    return [*lines, line] if line else lines


def row_lines(cells: Sequence[str], columns: Sequence[Column]) -> list[str]:
    """One record as lines of text."""
    wrapped = [wrap(cell, column.width) for cell, column in zip(cells, columns, strict=True)]
    height = max(map(len, wrapped))
    lines = []
    for level in range(height):
        pieces = []
        for part, column in zip(wrapped, columns, strict=True):
            piece = part[level] if level < len(part) else ""
            pieces.append(piece.rjust(column.width) if column.right else piece.ljust(column.width))
        lines.append(GAP.join(pieces).rstrip())
    return lines


def head_lines(columns: Sequence[Column]) -> list[str]:
    """The heads of the columns, standing on one ground line."""
    wrapped = [wrap(column.label, column.width) for column in columns]
    height = max(map(len, wrapped))
    padded = [[""] * (height - len(part)) + part for part in wrapped]
    return [
        GAP.join(
            text.rjust(column.width) if column.right else text.ljust(column.width)
            for text, column in zip(level, columns, strict=True)
        ).rstrip()
        for level in zip(*padded, strict=True)
    ]


def _shared(row: Sequence[str], before: Sequence[str] | None, grouped: int) -> int:
    """How many leading columns a record shares with the one before it."""
    if before is None:
        return 0
    same = 0
    while same < grouped and row[same] == before[same]:
        same += 1
    return same


def _chunks(lines: list[str], room: int) -> Iterator[list[str]]:
    for start in range(0, len(lines), room):
        yield lines[start : start + room]


def paginate(
    rows: Sequence[Sequence[str]],
    columns: Sequence[Column],
    grouped: int,
    room: int,
    *,
    spaced: bool = False,
) -> list[Page]:
    """The records on pages of `room` lines; one record stays on one page if it fits on any.

    Parameters
    ----------
    rows : texts of the records, in order.
    columns : the columns that they stand in.
    grouped : how many leading columns are printed once for the records that share them.
    room : lines of a page.
    spaced : whether a blank line stands between the groups of the first column.
    """
    pages = [Page()]
    before: Sequence[str] | None = None
    for index, row in enumerate(rows):
        same = _shared(row, before, grouped)
        lines = row_lines(["" for _ in range(same)] + list(row[same:]), columns)
        blank = [""] if spaced and not same and pages[-1].lines else []
        if len(pages[-1].lines) + len(blank) + len(lines) > room and pages[-1].lines:
            pages.append(Page())
            lines, blank = row_lines(row, columns), []
        first, *rest = _chunks(lines, room)
        pages[-1].lines += [*blank, *first]
        pages[-1].records.append(index)
        pages += [Page(chunk) for chunk in rest]
        before = row
    return pages
