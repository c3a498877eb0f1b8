"""Faults of the PDF: rendered from another HTML than the one beside it, or changed afterwards."""

from collections.abc import Callable
from dataclasses import replace

import pikepdf

from scripts.report.lint.read_pdf import read_pdf
from tests.report import chain
from tests.report.chain import RENDERED, Report, opened, saved
from tests.report.faults import Change, Fault, number, reads, replaced, row, section
from tests.report.faults_screen import contents_swapped, heads_swapped, labels_swapped

STAGE = "paper"


def fault(kind: str, words: str, change: Change) -> Fault:
    """A fault of the PDF."""
    return Fault(kind, words, STAGE, RENDERED, change)


def from_other(change: Callable[[str], str]) -> Change:
    """The PDF of a changed HTML beside the one that is right."""

    def plant(report: Report) -> Report:
        other = replace(report, html=change(report.html))
        assert other.html != report.html
        return replace(report, pdf=other.rendered().pdf)

    return plant


def of_display(name: str, change: Callable[[str], str]) -> Change:
    """The PDF of an HTML in which one display is another."""

    def other(html: str) -> str:
        part = section(html, name)
        return replaced(html, part, change(part))

    return from_other(other)


def in_pdf(change: Callable[[pikepdf.Pdf], None]) -> Change:
    """Change the finished PDF."""

    def plant(report: Report) -> Report:
        assert report.pdf is not None
        with opened(report.pdf) as pdf:
            change(pdf)
            return replace(report, pdf=saved(pdf))

    return plant


def page_of(name: str) -> int:
    """The index of the page on which a display begins."""
    paper = chain.paper()
    assert paper.pdf is not None
    found = next(item for item in read_pdf(paper.pdf).displays if item.number == number(name))
    return found.pages[0] - 1


def texts_of(pdf: pikepdf.Pdf, page: int) -> list[tuple[list[pikepdf.Object], int]]:
    """(instructions, place) of everything on a page that shows text."""
    made = list(pikepdf.parse_content_stream(pdf.pages[page]))
    return [(made, at) for at, step in enumerate(made) if str(step.operator) in ("Tj", "TJ")]


def write(pdf: pikepdf.Pdf, page: int, made: list[pikepdf.Object]) -> None:
    """Put instructions back on a page."""
    pdf.pages[page].Contents = pdf.make_stream(pikepdf.unparse_content_stream(made))


def exchange_texts(pdf: pikepdf.Pdf, page: int, first: int, second: int) -> None:
    """Two pieces of text on a page exchanged, each drawn where the other stood."""
    places = texts_of(pdf, page)
    made = places[0][0]
    one, other = places[first][1], places[second][1]
    assert bytes(made[one].operands[0].unparse()) != bytes(made[other].operands[0].unparse())
    made[one], made[other] = made[other], made[one]
    write(pdf, page, made)


def lose_text(pdf: pikepdf.Pdf, page: int, place: int) -> None:
    """A piece of text on a page that is not drawn any more."""
    places = texts_of(pdf, page)
    made = places[0][0]
    del made[places[place][1]]
    write(pdf, page, made)


def shift_texts(pdf: pikepdf.Pdf, page: int, by: float) -> None:
    """The cells of a column, below its head, moved to the side; the tags untouched."""
    made = list(pikepdf.parse_content_stream(pdf.pages[page]))
    for at, step in enumerate(made):
        if str(step.operator) == "Tm" and _in_first_column(step.operands):
            operands = [*step.operands]
            operands[4] = float(operands[4]) + by
            made[at] = pikepdf.ContentStreamInstruction(operands, step.operator)
    write(pdf, page, made)


def _in_first_column(operands: list[pikepdf.Object]) -> bool:
    left, top = float(operands[4]), float(operands[5])
    return 340 < left < 430 and top > 200


def last_texts(pdf: pikepdf.Pdf, page: int) -> int:
    """The place of the last text on a page: which page it is."""
    return len(texts_of(pdf, page)) - 1


def figure_without_words(pdf: pikepdf.Pdf) -> None:
    """A figure without its alternative text."""
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure":
            del item["/Alt"]


def font_outside(pdf: pikepdf.Pdf) -> None:
    """A font that is not in the file."""
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
            for key in ("/FontFile", "/FontFile2", "/FontFile3"):
                if key in item:
                    del item[key]
            return


def bookmark_elsewhere(pdf: pikepdf.Pdf) -> None:
    """The bookmark of a display leads to the first page."""
    with pdf.open_outline() as outline:
        item = outline.root[-1]
        while item.children:
            item = item.children[-1]
        item.destination = pikepdf.make_page_destination(pdf, 0)
        item.action = None


def no_bookmarks(pdf: pikepdf.Pdf) -> None:
    """No bookmarks at all."""
    del pdf.Root.Outlines


def exchange_pages(pdf: pikepdf.Pdf) -> None:
    """The last two pages in the other order."""
    last = pdf.pages[-1]
    del pdf.pages[-1]
    pdf.pages.insert(len(pdf.pages) - 1, last)


def attach(pdf: pikepdf.Pdf) -> None:
    """A file attached."""
    pdf.attachments["notes.txt"] = pikepdf.AttachedFileSpec(pdf, b"Draft", filename="notes.txt")


def run_script(pdf: pikepdf.Pdf) -> None:
    """Something that runs when the file is opened."""
    pdf.Root.OpenAction = pikepdf.Dictionary(
        S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)")
    )


def on(name: str, change: Callable[[pikepdf.Pdf, int], None]) -> Change:
    """Change the page on which a display begins."""
    return in_pdf(lambda pdf: change(pdf, page_of(name)))


FAULTS = [
    fault("heads swapped", "labels on the page only", of_display("t_baseline", labels_swapped)),
    fault("heads swapped", "heads of events on the page only",
          of_display("t_ae_overview", labels_swapped)),
    fault("heads swapped", "heads of the primary table on the page only",
          of_display("t_primary", heads_swapped)),
    fault("columns swapped", "contents on the page only",
          of_display("t_baseline", contents_swapped)),
    fault("columns swapped", "cells moved to another head, tags untouched",
          on("t_baseline", lambda pdf, page: shift_texts(pdf, page, 160))),
    fault("wrong N", "N on the page only",
          from_other(lambda h: reads("t_baseline/head/COMBO/N", "168")(
              replace(chain.paper(), html=h)).html)),
    fault("digit changed", "on the page only",
          from_other(lambda h: reads("t_primary/or_itt/COMBO-MONO/estimate", "0.241")(
              replace(chain.paper(), html=h)).html)),
    fault("digit changed", "in a sentence on the page only",
          from_other(lambda h: reads("s_primary/or_itt/MONO/count", "35")(
              replace(chain.paper(), html=h)).html)),
    fault("dropped row", "on the page only", of_display(
        "t_baseline", lambda h: replaced(h, row(h, "Previous danazol"), ""))),
    fault("not stated", "a note on the page only", of_display(
        "t_primary", lambda h: h[: h.index('<p class="note"')] + h[h.index("</p>", h.index(
            '<p class="note"')) + 4 :])),
    fault("display", "a table is on no page",
          from_other(lambda h: replaced(h, section(h, "t_ae_overview"), ""))),
    fault("stale figure", "another drawing on the page", from_other(
        lambda h: replaced(h, section(h, "f_flow"), section(
            chain.report(*chain.COMPARED).html, "f_primary").replace("f_primary", "f_flow")
            .replace(number("f_primary"), number("f_flow"))))),
    fault("page missing", "the last", in_pdf(lambda pdf: pdf.pages.__delitem__(-1))),
    fault("page missing", "one in the middle", in_pdf(lambda pdf: pdf.pages.__delitem__(3))),
    fault("page twice", "the last", in_pdf(lambda pdf: pdf.pages.append(pdf.pages[-1]))),
    fault("page order", "two exchanged", in_pdf(exchange_pages)),
    fault("page without content", "of a table", on(
        "t_ae_overview", lambda pdf, page: write(pdf, page, []))),
    fault("text changed on a page", "two numbers exchanged",
          on("t_baseline", lambda pdf, page: exchange_texts(pdf, page, 30, 33))),
    fault("text changed on a page", "a number is not drawn",
          on("t_primary", lambda pdf, page: lose_text(pdf, page, 40))),
    fault("text changed on a page", "which page it is",
          on("t_baseline", lambda pdf, page: lose_text(pdf, page, last_texts(pdf, page)))),
    fault("alternative text", "not in the PDF", in_pdf(figure_without_words)),
    fault("bookmarks", "none", in_pdf(no_bookmarks)),
    fault("bookmarks", "one leads to another page", in_pdf(bookmark_elsewhere)),
    fault("properties of the PDF", "no language", in_pdf(lambda p: p.Root.__delitem__("/Lang"))),
    fault("properties of the PDF", "no title", in_pdf(lambda p: p.docinfo.__delitem__("/Title"))),
    fault("properties of the PDF", "not tagged",
          in_pdf(lambda p: p.Root.__delitem__("/MarkInfo"))),
    fault("properties of the PDF", "no tags at all",
          in_pdf(lambda p: p.Root.__delitem__("/StructTreeRoot"))),
    fault("properties of the PDF", "a font outside the file", in_pdf(font_outside)),
    fault("properties of the PDF", "a script that runs", in_pdf(run_script)),
    fault("properties of the PDF", "a file attached", in_pdf(attach)),
]  # fmt: skip
