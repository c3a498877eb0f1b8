"""Characters that no reader should see, and cells in which nothing stands."""

import re

from scripts.report.figures.data_digest import digest_of_data
from scripts.report.lint.artefact import Document, show
from scripts.report.lint.evidence import Evidence
from scripts.report.lint.ledger import Ledger

# What a program prints where a number is missing or a name was not filled in.
ANYWHERE = re.compile(
    r"(?<![\w.])(nan|NaN|NaT|inf|-inf|undefined|null)(?![\w.]*\w)|\{\{|\}\}|\{%|%\}"
    r"|<NA>|\[object |(?<![\w.])[-\u2212]0(?:\.0+)?(?![\d.])"
)
# Words that may stand in a sentence, and not alone.
ALONE = {"None", "nan", "NaN", "NaT", "inf", "null", "True", "False"}


def banned(text: str) -> list[str]:
    """What in a text no reader should see."""
    return [match.group() for match in ANYWHERE.finditer(text)]


def check_words(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """No left-overs of programs, and no cell in which nothing stands."""
    rule = "left-overs of programs"
    ledger.look(rule, len(document.pieces))
    for word in document.broken:
        ledger.find("well-formed HTML", word)
    ledger.look("well-formed HTML")
    for display in document.displays:
        texts = [display.everything.text, display.alt or "", *(c.text for c in display.drawing)]
        for word in dict.fromkeys(word for text in texts for word in banned(text)):
            ledger.find(rule, f"{word!r} is printed", display=display.name)
        for head in [*display.heads, *display.spanners]:
            if head.label in ALONE:
                ledger.find(rule, f"{head.label!r} is a head", display=display.name)
        for row, index, cell in display.placed():
            where = {"display": display.name, "row": row.label.text, "column": cell.column}
            if cell.text in ALONE or any(p.text in ALONE for p in cell.pieces if p.address):
                ledger.find(rule, f"{show(cell.text)} is a cell", **where)
            ledger.must("empty cells", bool(cell.text), f"cell {index} is empty",
                        **where)  # fmt: skip
        for row in display.rows:
            ledger.must("empty cells", bool(row.label.text), "a row has no label",
                        display=display.name)  # fmt: skip
    rest = {piece.text for piece in document.pieces}
    for word in dict.fromkeys(word for text in rest for word in banned(text)):
        if not any(word in finding.words for finding in ledger.findings):
            ledger.find(rule, f"{word!r} is printed")


def check_figures(document: Document, evidence: Evidence, ledger: Ledger) -> None:
    """Figures have alternative text, and the drawing is the one that was made from the data."""
    for display in document.displays:
        if display.id not in evidence.figures:
            continue
        made = evidence.figures[display.id]
        words = (display.alt or "").strip()
        ledger.must("alternative text", len(words) > 20, "the figure has no alternative text",
                    display=display.name)  # fmt: skip
        message = "the alternative text is not the one that was made"
        same = words == str(made["alt"]).strip()
        ledger.must("alternative text", same, message, display=display.name)
        same = display.svg == evidence.drawings.get(f"{display.id}.svg", display.svg)
        ledger.must("data of the figures", same, "the drawing is not the one in the file",
                    display=display.name)  # fmt: skip
        _check_data(display.id, display.name, display.digest, evidence, ledger)


def _check_data(name: str, shown: str, digest: str, evidence: Evidence, ledger: Ledger) -> None:
    made = evidence.figures[name]
    rule = "data of the figures"
    same = digest == digest_of_data(made.get("data"))
    ledger.must(rule, same, "the drawing was made from other data", display=shown)
    for analysis in evidence.analyses(name):
        curve = evidence.results.get(analysis, {}).get("curve")
        for group, points in (made.get("data") or {}).items():
            if curve and group in curve and isinstance(points, dict):
                now = {word: curve[group].get(word) for word in points}
                ledger.must(rule, now == points, f"{analysis} now has another curve of {group}",
                            display=shown)  # fmt: skip
