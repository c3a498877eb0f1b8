"""What each page and the whole PDF must have: heads, feet, page numbers, bookmarks, tags."""

import re

from scripts.report.lint.artefact import Document, show, squeeze
from scripts.report.lint.evidence import Evidence
from scripts.report.lint.ledger import Ledger
from scripts.report.lint.read_pdf import Paper
from scripts.report.registry import TEXTS


def check_running(document: Document, paper: Paper, evidence: Evidence, ledger: Ledger) -> None:
    """Each page says which it is of how many; each but the first says study and data cut."""
    rule = "heads and feet of pages"
    study = evidence.plan["study"]
    count = len(paper.pages)
    for page, running in zip(paper.pages, paper.running, strict=True):
        text = squeeze("".join(running))
        wanted = [f"Page {page.number} of {count}"]
        if page.number > 1:
            wanted += [str(study["short_title"]), str(study["data_cut"])]
        if study.get("notice"):
            wanted.append(str(study["notice"]))
        for words in wanted:
            message = f"{show(words)} does not stand on it"
            ledger.must(rule, squeeze(words) in text, message, page=page.number)


def check_contents(document: Document, paper: Paper, evidence: Evidence, ledger: Ledger) -> None:
    """The page that the contents name is the page on which a display begins."""
    rule = "pages of the contents"
    links = [(page, squeeze(text)) for page, text in paper.links]
    for display in document.displays:
        start = squeeze(display.number + display.title)
        found = [re.fullmatch(r"[.\u2026]*(\d+)", text.removeprefix(start))
                 for _, text in links if text.startswith(start)]  # fmt: skip
        pages = [int(match.group(1)) for match in found if match]
        paged = paper.display(display.number)
        if paged is None or display.layout in TEXTS:
            continue
        message = f"the contents say page {pages}, it begins on page {paged.pages[0]}"
        ledger.must(rule, pages == [paged.pages[0]], message, display=display.name)


def check_bookmarks(document: Document, paper: Paper, evidence: Evidence, ledger: Ledger) -> None:
    """Each display has a bookmark that leads to its page."""
    rule = "bookmarks"
    marks = {squeeze(title): page for title, page in paper.bookmarks}
    for display in document.displays:
        name = squeeze(display.name + display.title)
        paged = paper.display(display.number)
        if not ledger.must(rule, name in marks, "has no bookmark", display=display.name):
            continue
        if paged is not None:
            message = f"its bookmark leads to page {marks[name]}, not {paged.pages[0]}"
            ledger.must(rule, marks[name] == paged.pages[0], message, display=display.name)


def check_properties(document: Document, paper: Paper, evidence: Evidence, ledger: Ledger) -> None:
    """Language, title and tags are set, fonts are inside, nothing runs or is attached."""
    rule = "properties of the PDF"
    found = paper.properties
    ledger.must(rule, found["language"] == document.language != "", "the language is not set")
    same = squeeze(found["title"]) == squeeze(document.title) != ""
    ledger.must(rule, same, f"the title is {show(found['title'])}")
    ledger.must(rule, bool(found["tagged"]), "the PDF is not tagged")
    ledger.must(rule, bool(found["shows title"]), "the window does not show the title")
    ledger.must(rule, bool(paper.fonts), "the PDF has no fonts")
    for font, inside in paper.fonts.items():
        ledger.must(rule, inside, f"the font {font} is not in the file")
    for name in paper.forbidden:
        ledger.find(rule, f"{name} is in the file")
    pictures = [display for display in document.displays if display.alt is not None]
    for display in pictures:
        paged = paper.display(display.number)
        has = bool(paged and (paged.alt or "").strip())
        ledger.must(rule, has, "the figure has no alternative text", display=display.name)
