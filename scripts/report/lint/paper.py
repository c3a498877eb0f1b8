"""The pages of the PDF against the HTML beside it: the same words, in the same order and place."""

from collections.abc import Iterator

from scripts.report.lint.artefact import Cell, Display, Document, Head, Row, show, squeeze
from scripts.report.lint.evidence import Evidence
from scripts.report.lint.ledger import Ledger
from scripts.report.lint.read_pdf import Paper, PaperDisplay
from scripts.report.lint.rounding import plain
from scripts.report.lint.subjects import known_numbers, known_sizes
from scripts.report.lint.words import banned

Pair = tuple[Display, PaperDisplay]


def pairs_of(document: Document, paper: Paper) -> Iterator[Pair]:
    """The displays that are both in the HTML and on paper."""
    for display in document.displays:
        found = paper.display(display.number)
        if found is not None:
            yield display, found


def check_presence(document: Document, paper: Paper, evidence: Evidence, ledger: Ledger) -> None:
    """Each display is on paper, in the order of the HTML, under its number and title."""
    rule = "displays on paper"
    wanted = [display.number for display in document.displays]
    found = [display.number for display in paper.displays]
    for number in wanted:
        ledger.must(rule, number in found, "is in the HTML and on no page", display=number)
    for number in found:
        if number not in wanted:
            ledger.find(rule, "is on paper and not in the HTML", display=number)
    kept = [number for number in wanted if number in found]
    ledger.must(rule, kept == [n for n in found if n in wanted], "the order on paper is another")
    for display, paged in pairs_of(document, paper):
        same = squeeze(display.title) == squeeze(paged.title)
        message = f"the page calls it {show(paged.title)}"
        ledger.must(rule, same, message, display=display.name, page=paged.pages[0])


def _head_text(head: Head) -> str:
    return squeeze(head.cell.text)


def check_tables(document: Document, paper: Paper, evidence: Evidence, ledger: Ledger) -> None:
    """Heads on each page and cells in reading order are those of the HTML."""
    for display, paged in pairs_of(document, paper):
        wanted = [
            [_head_text(head) for head in line if _head_text(head)]
            for line in (display.spanners, display.heads)
            if line
        ]
        for page, lines in paged.page_heads:
            read = [[_head_text(head) for head in line if _head_text(head)] for line in lines]
            words = " | ".join(text for line in read for text in line)
            message = f"the heads read {show(words, 90)}"
            ledger.must("heads on paper", read == wanted, message, display=display.name, page=page)
        _check_rows(display, paged, ledger)


def _check_rows(display: Display, paged: PaperDisplay, ledger: Ledger) -> None:
    rule = "cells on paper"
    if len(display.rows) != len(paged.rows):
        message = f"{len(display.rows)} rows in the HTML, {len(paged.rows)} on paper"
        ledger.find(rule, message, display=display.name)
    for row, printed in zip(display.rows, paged.rows, strict=False):
        where = {"display": display.name, "row": row.label.text, "page": printed.label.page}
        texts, read = _texts(row), _texts(printed)
        ledger.look(rule, len(texts))
        if texts == read:
            continue
        for index, (text, other) in enumerate(zip(texts, read, strict=False)):
            if text != other:
                message = f"the page reads {show(other)}, the HTML {show(text)}"
                column = display.heads[index].label if index < len(display.heads) else str(index)
                ledger.find(rule, message, **where, column=column)
        if len(texts) != len(read):
            ledger.find(rule, f"{len(read)} cells on paper, {len(texts)} in the HTML", **where)


def _texts(row: Row) -> list[str]:
    """Label and cells without blanks; a cell in which nothing is printed has no tag."""
    texts = [squeeze(row.label.text), *(squeeze(cell.text) for cell in row.cells)]
    return [text for text in texts if text]


def check_texts(document: Document, paper: Paper, evidence: Evidence, ledger: Ledger) -> None:
    """Population, notes and source are those of the HTML, and what figures say is drawn."""
    drawn_before: dict[int, int] = {}
    for display, paged in pairs_of(document, paper):
        wanted = squeeze("".join(display.paragraphs))
        read = squeeze("".join(paged.paragraphs))
        message = _difference(wanted, read)
        ledger.must("texts on paper", wanted == read, message, display=display.name,
                    page=paged.pages[0])  # fmt: skip
        if display.alt is not None:
            same = squeeze(display.alt) == squeeze(paged.alt or "")
            ledger.must("figures on paper", same, "the page has another alternative text",
                        display=display.name, page=paged.pages[0])  # fmt: skip
            _check_drawing(display, paged, paper, drawn_before, ledger)


def _difference(wanted: str, read: str) -> str:
    at = next(
        (i for i, (a, b) in enumerate(zip(wanted, read, strict=False)) if a != b),
        min(len(wanted), len(read)),
    )
    start = max(0, at - 20)
    return f"the page reads {show(read[start : at + 30])}, the HTML {show(wanted[start : at + 30])}"


def _check_drawing(
    display: Display, paged: PaperDisplay, paper: Paper, drawn_before: dict[int, int],
    ledger: Ledger,
) -> None:  # fmt: skip
    """Each text of the drawing is on its page: as text of its own, or drawn letter by letter.

    Both are in the order of the drawing; `drawn_before` is what other figures of a page took.
    """
    page = paged.drawing[0].page if paged.drawing else paged.pages[0]
    direct = squeeze("".join(cell.text for cell in paged.drawing))
    runs = [run.text for item in paper.pages if item.number == page for run in item.drawn]
    drawn = squeeze("".join(runs))[drawn_before.get(page, 0) :]
    # How much of the direct text is read; what is drawn follows from how much is read in all.
    ways, read = {0}, 0
    for cell in display.drawing:
        text = squeeze(cell.text)
        next_ways = {way + len(text) for way in ways if direct.startswith(text, way)}
        next_ways |= {way for way in ways if drawn.startswith(text, read - way)}
        message = f"{show(cell.text)} is not drawn in its place"
        if not ledger.must("figures on paper", bool(next_ways), message, display=display.name,
                           page=page):  # fmt: skip
            return
        ways, read = next_ways, read + len(text)
    ends = [way for way in ways if way == len(direct)] or sorted(ways)
    drawn_before[page] = drawn_before.get(page, 0) + read - ends[0]


def check_places(document: Document, paper: Paper, evidence: Evidence, ledger: Ledger) -> None:
    """Cells stand under their head, rows below one another, as a reader without tags sees them."""
    rule = "places on paper"
    for display, paged in pairs_of(document, paper):
        grouped = [bool(head.group) for head in display.heads]
        if not any(grouped) or not paged.page_heads:
            continue
        for row in paged.rows:
            heads = _lowest_heads(paged, row.label.page)
            if len(heads) != len(row.cells) + 1 - (len(grouped) - len(heads)):
                continue
            offset = len(heads) - len(row.cells)
            for index, cell in enumerate(row.cells):
                if cell.right > cell.left and grouped[index + 1]:
                    own = heads[index + offset].cell
                    nearest = min(heads, key=lambda head: _distance(head.cell, cell))
                    message = f"{show(cell.text)} stands under {show(nearest.cell.text)}"
                    holds = _distance(own, cell) <= _distance(nearest.cell, cell) + 0.5
                    ledger.must(rule, holds, message, display=display.name, row=row.label.text,
                                page=cell.page)  # fmt: skip


def _lowest_heads(paged: PaperDisplay, page: int) -> list[Head]:
    return next((lines[-1] for at, lines in paged.page_heads if at == page and lines), [])


def _distance(head: Cell, cell: Cell) -> float:
    return abs((head.left + head.right) - (cell.left + cell.right)) / 2


def check_arms(document: Document, paper: Paper, evidence: Evidence, ledger: Ledger) -> None:
    """On each page N and counts under the label of an arm are those that ADSL gives for it."""
    expected = known_numbers(evidence)
    for display, paged in pairs_of(document, paper):
        for page, lines in paged.page_heads:
            for head in (head for line in lines for head in line):
                _check_size(display, head, page, evidence, ledger)
        labels = {page: _labels(lines) for page, lines in paged.page_heads}
        for row, printed in zip(display.rows, paged.rows, strict=False):
            for index, cell in enumerate(row.cells[: len(printed.cells)]):
                _check_cell(display, row, index, cell, printed, labels, expected, evidence, ledger)


def _labels(lines: list[list[Head]]) -> list[str]:
    """The first words of each column's head on a page; the head of the row labels is left out."""
    return [head.cell.text for head in lines[0]] if len(lines) == 1 else []


def _group_at(display: Display, text: str, evidence: Evidence) -> str:
    labels = sorted(evidence.labels(display.id).items(), key=lambda item: -len(item[1]))
    return next((g for g, words in labels if squeeze(text).startswith(squeeze(words))), "")


def _check_size(
    display: Display, head: Head, page: int, evidence: Evidence, ledger: Ledger
) -> None:
    _, found, rest = head.cell.text.partition("N = ")
    group = _group_at(display, head.cell.text, evidence)
    digits = rest.split("n")[0].split()[0] if rest.split() else ""
    digits = "".join(letter for letter in digits if letter.isdigit())
    for name in evidence.analyses(display.id) if found and group else []:
        size = known_sizes(name, evidence).get(group)
        if size is not None:
            message = f"the head says N = {digits}, ADSL has {size} subjects for {name}"
            ledger.must("N of the arms on paper", digits == str(size), message,
                        display=display.name, column=head.label, page=page)  # fmt: skip


def _check_cell(
    display: Display, row: Row, index: int, cell: Cell, printed: Row,
    labels: dict[int, list[str]], expected: dict[tuple[str, str, str, str], float],
    evidence: Evidence, ledger: Ledger,
) -> None:  # fmt: skip
    heads = labels.get(printed.label.page, [])
    first = next((piece for piece in cell.pieces if piece.address), None)
    key = evidence.source(first.address) if first else None
    # The head of the row labels has no tag where nothing is printed in it.
    at = index + len(heads) - (len(display.heads) - 1)
    if key is None or not 0 <= at < len(heads):
        return
    group = _group_at(display, heads[at], evidence)
    value = expected.get((key[0], key[1], group, key[3]))
    if value is not None:
        text = plain(printed.cells[index].text)
        digits = text[: next((i for i, c in enumerate(text) if c not in "0123456789."), len(text))]
        holds = bool(digits.strip(".")) and float(digits.strip(".")) == float(value)
        message = f"{show(text)} is printed under {show(heads[at])}, ADSL gives {value:g}"
        ledger.must("cells counted again on paper", holds, message, display=display.name,
                    row=row.label.text, page=printed.label.page)  # fmt: skip


def check_banned(document: Document, paper: Paper, evidence: Evidence, ledger: Ledger) -> None:
    """No left-overs of programs on any page."""
    rule = "left-overs on paper"
    for page in paper.pages:
        runs = [run.text for run in page.tags.runs()] + [run.text for run in page.outside]
        ledger.look(rule, len(runs))
        for word in dict.fromkeys(word for text in runs for word in banned(text)):
            ledger.find(rule, f"{word!r} is printed", page=page.number)
