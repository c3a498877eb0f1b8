"""What is sent as PDF: whole fonts whose letters can be copied, and nothing that leads out."""

import io

import pikepdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, String

from scripts.job import StepError
from scripts.package.pdf_checks import check_submitted
from scripts.package.submitted_pdf import submitted_pdf
from scripts.report.letters import SANS, font_file
from scripts.report.render_report import render_report
from tests.report.validity import broken_rules

PAGE = """<!DOCTYPE html><html lang="en"><head><title>A page</title>
<style>body { font-family: 'TrialTrace Sans'; } @page { font-family: 'TrialTrace Sans'; }</style>
</head><body><h1 id="top">Often after the offer</h1><p>{}</p></body></html>"""


@pytest.fixture(scope="module")
def sent() -> bytes:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1582934400")
        return submitted_pdf(PAGE.replace("{}", '<a href="#top">Back</a>'))


def changed(content: bytes, change) -> bytes:
    """The PDF after a change, written as before."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        change(pdf)
        target = io.BytesIO()
        pdf.save(target, linearize=True)
    return target.getvalue()


def test_a_pdf_that_is_sent_breaks_no_rule_and_is_what_a_regulator_takes(sent):
    assert broken_rules(sent) == []
    assert check_submitted(sent) == []


def test_a_font_is_embedded_with_every_glyph_that_it_has(sent):
    whole = TTFont(font_file(SANS)).getGlyphOrder()
    with pikepdf.open(io.BytesIO(sent)) as pdf:
        descriptors = [
            item
            for item in pdf.objects
            if isinstance(item, Dictionary) and item.get("/Type") == "/FontDescriptor"
        ]
        fonts = {str(d.FontName): TTFont(io.BytesIO(d.FontFile2.read_bytes())) for d in descriptors}
    assert len(fonts["/TrialTrace-Sans"].getGlyphOrder()) == len(whole)


def test_words_with_ligatures_can_be_searched_and_copied(sent):
    text = pypdfium2.PdfDocument(sent)[0].get_textpage().get_text_range()
    assert "Often after the offer" in text


def test_a_font_that_is_cut_is_found(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1582934400")
    findings = check_submitted(render_report(PAGE.replace("{}", "x")))
    assert findings
    assert all(finding.endswith("is not whole") for finding in findings)


def test_a_link_that_leaves_the_package_stops_it(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1582934400")
    html = PAGE.replace("{}", '<a href="https://example.org/x.html">Away</a>')
    with pytest.raises(StepError, match=r"leads out of the package: /URI https://example\.org"):
        submitted_pdf(html)


def test_a_script_an_attachment_a_note_and_a_closed_panel_are_each_found(sent):
    def spoil(pdf: pikepdf.Pdf) -> None:
        pdf.Root.PageMode = Name.UseNone
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("1"))
        pdf.attachments["x.txt"] = b"x"
        note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 1, 1]))
        pdf.pages[0].Annots.append(pdf.make_indirect(note))

    findings = "\n".join(check_submitted(changed(sent, spoil)))
    for words in (
        "does not open at its bookmarks",
        "an action leads out of the package: /JavaScript",
        "holds an attachment",
        "page 1: an annotation /Text",
    ):
        assert words in findings


def test_a_link_to_a_place_that_is_not_there_is_found(sent):
    def spoil(pdf: pikepdf.Pdf) -> None:
        link = pdf.pages[0].Annots[0]
        link.Dest = String("gone")
        if "/A" in link:
            del link["/A"]

    assert check_submitted(changed(sent, spoil)) == ["page 1: a link to gone, which is not there"]


def test_a_pdf_that_is_not_linearised_is_found(sent):
    with pikepdf.open(io.BytesIO(sent)) as pdf:
        target = io.BytesIO()
        pdf.save(target)
    assert check_submitted(target.getvalue()) == [
        "not linearised: a browser waits for the whole file"
    ]


def letters_of(page: pypdfium2.PdfPage) -> str:
    """What a page says, without blanks: spaced capitals are letters by themselves."""
    return "".join(page.get_textpage().get_text_range().split())


def test_the_report_that_is_sent_has_the_pages_of_the_report(package):
    own = pypdfium2.PdfDocument((package.parent / "report" / "report.pdf").read_bytes())
    found = next(package.glob("m5/53-clin-stud-rep/**/statistical-report.pdf"))
    sent = pypdfium2.PdfDocument(found.read_bytes())
    assert len(sent) == len(own)
    # The first page says of the report that its numbers are links; of what is sent it is not true.
    for number in range(1, len(own)):
        assert letters_of(sent[number]) == letters_of(own[number]), f"page {number + 1}"


def test_the_analysis_plan_says_what_it_is(package):
    found = next(package.glob("m5/53-clin-stud-rep/**/sap.pdf"))
    first = pypdfium2.PdfDocument(found.read_bytes())[0]
    assert letters_of(first).upper().startswith("STATISTICALANALYSISPLAN")
