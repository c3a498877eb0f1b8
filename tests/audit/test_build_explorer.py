"""The evidence explorer: what is packed comes out as it was, and its walks are the index's."""

import base64
import gzip
import html
import json
import re
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from scripts.audit.build_explorer import build_explorer
from scripts.audit.explorer.codes import encode_integers, to_piece
from scripts.audit.explorer.columns import encode_column, pack_table, starts_of
from scripts.audit.lineage.graph import Graph
from scripts.audit.lineage.origins import cells_of, sources
from scripts.audit.trace.evidence import Evidence
from tests.audit.browser import Browser, need_browser
from tests.audit.made_trial import COLUMNS, made_material, random_lineage
from tests.workflow.conftest import PROJECT

TEMPLATES = {
    path.name: path.read_text(encoding="utf-8")
    for path in (PROJECT / "scripts/audit/explorer/templates").glob("*")
}
DELTA, SIGNED = 8, 16


def decoded(content: bytes, count: int) -> list[int]:
    """What the browser does with the bytes of a column, written again from its description."""
    form = content[0]
    planes = np.frombuffer(content, np.uint8, offset=1).reshape(form & 7, count)
    numbers = sum(plane.astype(np.int64) << (8 * at) for at, plane in enumerate(planes))
    if form & (DELTA | SIGNED):
        numbers = (numbers >> 1) ^ -(numbers & 1)
    return (np.cumsum(numbers) if form & DELTA else numbers).tolist()


def unpacked(piece: str) -> bytes:
    """The bytes of a piece, by the system's own zlib: another program than the one that packed."""
    return gzip.decompress(base64.b64decode(piece))


@pytest.mark.parametrize(
    "numbers",
    [
        [0],
        [7, 7, 7, 7],
        [-1, 0, 0, 1, 1, 1],
        [2**31 - 2, 0, 2**31 - 2],
        [-(2**30), 2**30],
        list(range(1000, 90000, 17)),
        [3, 1, 2] * 400,
    ],
)
def test_whole_numbers_come_out_as_they_went_in(numbers):
    assert decoded(encode_integers(np.array(numbers)), len(numbers)) == numbers


def test_sorted_numbers_take_a_byte_each_however_large_they_are():
    # A byte of form and a byte a row: of the steps between them, not of the numbers.
    assert len(encode_integers(np.arange(5000))) == 1 + 5000


def test_a_column_knows_missing_values_dates_and_numbers_that_are_not_whole():
    dates = encode_column(pd.Series(["2020-02-29", None]).astype("datetime64[s]"))
    assert (dates.kind, dates.codes.tolist()) == ("date", [1, 0])
    assert dates.base == (pd.Timestamp("2020-02-29") - pd.Timestamp("1970-01-01")).days
    numbers = encode_column(pd.Series([1.5, None, 1.5, 2.0]))
    assert (numbers.values, numbers.codes.tolist()) == ((1.5, 2.0), [1, 0, 1, 2])
    whole = encode_column(pd.Series([12.0, None, 10.0]))
    assert (whole.kind, whole.base, whole.codes.tolist()) == ("integer", 10, [3, 0, 1])
    assert encode_column(pd.Series(["b", None, "a", "b"])).codes.tolist() == [1, 0, 2, 1]


def test_the_rows_of_a_subject_are_found_where_the_table_is_in_another_order():
    starts, order = starts_of(np.array([1, 0, -1, 1]), 2)
    # One row of nobody, then one of the first subject and two of the second.
    assert starts.tolist() == [1, 2, 4]
    assert order.tolist() == [2, 1, 0, 3]
    assert starts_of(np.array([-1, 0, 0, 1]), 2)[1] is None


def test_a_long_table_is_cut_into_pieces_that_are_unpacked_alone():
    rows = 40_000
    table = pd.DataFrame({"N": np.arange(rows) % 7, "T": ["x"] * rows})
    pieces = pack_table(table, np.arange(rows), rows)
    described = json.loads(unpacked(pieces[0]))
    assert (described["rows"], described["piece"], described["names"]) == (rows, 16384, ["N", "T"])
    last = unpacked(pieces[-1])
    left = rows - 2 * 16384
    width = last[0] & 7
    codes = decoded(last[: 1 + width * left], left)
    assert codes == [1 + row % 7 for row in range(2 * 16384, rows)]


def test_pieces_are_packed_by_the_locked_library_and_carry_no_time():
    content = base64.b64decode(to_piece(b"evidence"))
    # RFC 1952: after magic, method and flags, four bytes of time.
    assert content[4:8] == bytes(4)
    assert pa.Codec("gzip").decompress(content, 8).to_pybytes() == b"evidence"


def test_the_same_run_gives_the_same_bytes_twice():
    pages = [build_explorer(made_material(random_lineage(1)), TEMPLATES) for _ in range(2)]
    assert pages[0] == pages[1]


def test_the_page_forbids_itself_the_network_and_every_other_program():
    page = build_explorer(made_material(random_lineage(1)), TEMPLATES)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page).group(1)
    assert policy.startswith("default-src &#39;none&#39;")
    assert "unsafe" not in policy
    assert re.findall(r'(?:src|href)="(?!#)[^"]*"', page.split("<script")[0]) == []
    # What a trial calls itself cannot end an element of the page.
    assert "</script> <b>" not in page


@pytest.fixture(scope="module")
def browser():
    with Browser(need_browser()) as opened:
        yield opened


@pytest.mark.parametrize("seed", range(12))
def test_in_the_browser_a_change_reaches_what_it_reaches_in_python(seed, browser, tmp_path):
    lineage = random_lineage(seed)
    page = tmp_path / "explorer.html"
    page.write_text(build_explorer(made_material(lineage), TEMPLATES), encoding="utf-8")
    browser.open(page)
    graph = Graph(lineage)
    raw = [name for name in lineage.tables if name.startswith("ingest/raw/")]
    cells = [(n, row, c) for n in raw for row in range(lineage.tables[n].rows) for c in COLUMNS]
    asked = json.dumps([[list(cell)] for cell in cells])
    found = browser.ask(f"Promise.all({asked}.map((cells) => explorer.affected(cells)))")
    assert [set(numbers) for numbers in found] == [graph.affected([cell]) for cell in cells]
    found = browser.ask(f"Promise.all({asked}.map((cells) => explorer.appearing(cells)))")
    assert [set(shown) for shown in found] == [graph.affected_displays([c]) for c in cells]
    for address, reads in lineage.numbers.items():
        marks = sources(graph, [lineage.reads[number] for number in reads])
        back = browser.ask(f"explorer.sources({json.dumps(address)})")
        known = {(t, row, c) for t, columns in back for c, rows in columns for row in rows}
        assert known == {(t, row, c) for t, own in cells_of(marks).items() for row, c in own}
    assert browser.complaints == []


def test_words_of_a_trial_are_words_in_the_browser_and_not_markup(browser, tmp_path):
    page = tmp_path / "explorer.html"
    page.write_text(build_explorer(made_material(random_lineage(3)), TEMPLATES), encoding="utf-8")
    browser.open(page, "#subjects")
    assert "Arm <X> & more" in browser.text()
    assert "Nobody's data </script> <b>." in browser.text(".notice")
    browser.ask("location.hash = '#no/such/thing'")
    browser.wait("document.querySelector('h1').textContent === 'Not found'")
    assert browser.complaints == []


def opened(browser: Browser, folder: Path, fragment: str = "") -> None:
    browser.complaints.clear()
    browser.requests.clear()
    browser.open(folder / "results/audit/explorer.html", fragment)


def arrived(browser: Browser, start: str) -> None:
    browser.wait(f"document.querySelector('main').dataset.shown.startsWith({json.dumps(start)})")


def test_by_mouse_from_a_number_to_its_raw_row_and_back(browser, finished):
    opened(browser, finished.trial, "#t_primary")
    browser.click("main a.printed", "90")
    arrived(browser, "#t_primary/or_itt/COMBO/count")
    assert "90" in browser.text("h1")
    assert "Wald interval" in browser.text()
    browser.click("main .grid a")
    arrived(browser, "#subject/")
    subject = browser.text("h1").split()[0]
    assert browser.ask("!!document.querySelector('svg.picture path.curve')")
    # From the picture to the record, to the domain, to the raw row, to its value.
    browser.click("svg.picture a:has(circle.value)")
    arrived(browser, "#record/derive/")
    browser.click("main a", "LB record")
    arrived(browser, "#record/ingest/sdtm/lb/")
    browser.click("main a", ".sav row")
    arrived(browser, "#record/ingest/raw/")
    assert re.search(r"\b[0-9a-f]{64}\b", browser.text())
    browser.click("main table.record a", "PLT")
    arrived(browser, "#source/")
    assert subject in browser.text()
    assert "Primary" in browser.text() or "14.2.1" in browser.text()
    # Back by the walk that is shown above, and by the browser's own way back.
    browser.click(".trail a", subject)
    arrived(browser, "#subject/")
    browser.ask("history.back()")
    arrived(browser, "#source/")
    assert browser.complaints == []
    assert [url for url in browser.requests if not url.startswith("file:")] == []


def test_by_keys_alone_from_a_search_to_the_raw_row(browser, finished):
    opened(browser, finished.trial)
    browser.press("/")
    browser.write("t_primary/or_itt/COMBO/count")
    arrived(browser, "#search/")
    browser.press("ArrowDown")
    assert browser.ask("document.activeElement.getAttribute('role')") == "grid"
    browser.press("Enter")
    arrived(browser, "#t_primary/or_itt/COMBO/count")
    _tab_to(browser, "[role=grid]")
    browser.press("ArrowDown", 2)
    chosen = browser.ask(
        "document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))"
        ".innerText.split('\\n')[0]"
    )
    browser.press("Enter")
    arrived(browser, "#subject/")
    assert browser.text("h1").startswith(chosen)
    _tab_to(browser, "summary", "LB")
    browser.press("Enter")
    browser.wait("!!document.querySelector('details[open] .grid')")
    _tab_to(browser, "[role=grid]")
    browser.press("Enter")
    arrived(browser, "#record/ingest/sdtm/lb/")
    _tab_to(browser, "a", ".sav row")
    browser.press("Enter")
    arrived(browser, "#record/ingest/raw/")
    _tab_to(browser, "a", "PLT")
    browser.press("Enter")
    arrived(browser, "#source/")
    assert browser.complaints == []


def _tab_to(browser: Browser, selector: str, words: str = "") -> None:
    """Press Tab until an element of the main part that fits has the focus."""
    here = (
        f"document.activeElement.matches({json.dumps(selector)}) && "
        f"document.activeElement.textContent.includes({json.dumps(words)}) && "
        "document.querySelector('main').contains(document.activeElement)"
    )
    for _ in range(400):
        browser.press("Tab")
        if browser.ask(here):
            return
    raise AssertionError(f"Tab never reaches {selector} {words}")


def test_subjects_are_filtered_and_the_filter_is_a_link(browser, finished):
    opened(browser, finished.trial, "#subjects/ARMCD=MONO&OR=Y")
    assert "33 of 181 subjects" in browser.text()
    browser.ask("location.hash = '#subjects/ARMCD=COMBO&OR=Y'")
    browser.wait("document.querySelector('main').innerText.includes('90 of 181 subjects')")


def test_every_link_of_the_report_leads_to_a_view(browser, finished):
    report = (finished.trial / "results/report/report.html").read_text(encoding="utf-8")
    links = re.findall(r'href="\.\./audit/explorer\.html#([^"]+)"', report)
    assert len(links) > 9000
    opened(browser, finished.trial)
    words = sorted({unquote(html.unescape(link)) for link in links})
    known = browser.ask(f"{json.dumps(words)}.map(explorer.knows)")
    assert [word for word, there in zip(words, known, strict=True) if not there] == []


def test_every_view_fits_a_narrow_screen(browser, finished):
    browser.resize(400, 800)
    try:
        for view in ("#displays", "#t_primary", "#t_primary/or_itt/COMBO/count", "#subjects",
                     "#subject/ITP-ATRA-RTX-01-001", "#record/ingest/raw/visits/1",
                     "#source/visits.sav:1:PLT", "#files"):  # fmt: skip
            opened(browser, finished.trial, view)
            assert browser.ask("document.documentElement.scrollWidth <= 400"), view
            assert browser.complaints == []
    finally:
        browser.resize(1280, 900)


def test_what_a_raw_value_reaches_is_the_same_as_in_python(browser, finished):
    evidence = Evidence(finished.trial)
    lineage = evidence.graph.lineage
    opened(browser, finished.trial)
    draw = np.random.default_rng(6)
    raw = [name for name in lineage.tables if name.startswith("ingest/raw/")]
    for _ in range(25):
        table = str(draw.choice(raw))
        row = int(draw.integers(lineage.tables[table].rows))
        column = str(draw.choice(lineage.tables[table].columns))
        found = browser.ask(f"explorer.affected({json.dumps([[table, row, column]])})")
        expected = evidence.graph.affected([(table, row, column)])
        assert set(found) == expected, (table, row, column)
