"""The finished pages: tags that a checker accepts, text in reading order, equal bytes."""

import io
import os
import re
import subprocess
import sys

import pikepdf
import pytest
from pypdf import PdfReader

from scripts.report.lint.artefact import squeeze
from scripts.report.lint.read_html import read_html
from scripts.report.lint.read_pdf import read_pdf
from tests.derive.build import PROJECT
from tests.report import chain
from tests.report.validity import broken_rules

RENDER = """
import sys
from pathlib import Path
from scripts.report.render_report import render_report
html = Path(sys.argv[1]).read_text(encoding="utf-8")
Path(sys.argv[2]).write_bytes(render_report(html))
"""


@pytest.fixture(scope="module")
def pdf() -> bytes:
    made = chain.paper().pdf
    assert made is not None
    return made


def test_a_checker_of_tags_finds_nothing(pdf, tmp_path):
    file = tmp_path / "report.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(
        [sys.executable, "-m", "pdfua", "check", str(file)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "errors=0 warnings=0" in done.stdout, done.stdout
    assert done.returncode == 0, done.stdout


def test_a_validator_finds_no_rule_of_pdf_a_and_pdf_ua_broken(pdf):
    assert broken_rules(pdf) == []


def test_the_validator_finds_what_is_broken(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        del opened.Root.Lang
        target = io.BytesIO()
        opened.save(target)
    assert broken_rules(target.getvalue()) != []


def test_two_renders_are_the_same_bytes_in_another_zone_language_home_and_folder(tmp_path):
    html = tmp_path / "report.html"
    html.write_text(chain.paper().html, encoding="utf-8")
    places = [
        {"TZ": "UTC", "LC_ALL": "C.UTF-8", "HOME": str(tmp_path / "one")},
        {"TZ": "Pacific/Kiritimati", "LC_ALL": "POSIX", "HOME": str(tmp_path / "two")},
    ]
    made = []
    for place in places:
        home = tmp_path / place["HOME"]
        home.mkdir()
        common = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT),
                  "SOURCE_DATE_EPOCH": "1582934400"}  # fmt: skip
        command = [sys.executable, "-c", RENDER, str(html), str(home / "report.pdf")]
        subprocess.run(command, cwd=home, env={**common, **place}, check=True)
        made.append((home / "report.pdf").read_bytes())
    assert made[0] == made[1]


def test_text_extraction_gives_the_cells_of_each_row_in_reading_order(pdf):
    """By a reader that does not know the tags: the order in which the text was drawn."""
    text = squeeze("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))
    rows = [
        squeeze("".join([row.label.text, *(cell.text for cell in row.cells)]))
        for display in read_html(chain.paper().html).displays
        for row in display.rows
        if row.kind != "heading"
    ]
    assert len(rows) > 40
    lost = [row for row in rows if row not in text]
    assert lost == []
    # And one row after the other.
    places = [match.start() for row in dict.fromkeys(rows) if rows.count(row) == 1
              for match in re.finditer(re.escape(row), text)]  # fmt: skip
    assert places == sorted(places)


def test_the_tags_give_each_number_of_a_table_in_the_order_of_the_page(pdf):
    html = read_html(chain.paper().html)
    paper = read_pdf(pdf)
    for display in html.displays:
        paged = paper.display(display.number)
        assert paged is not None
        wanted = [squeeze(c.text) for row in display.rows for c in [row.label, *row.cells]]
        read = [squeeze(c.text) for row in paged.rows for c in [row.label, *row.cells]]
        assert read == wanted
