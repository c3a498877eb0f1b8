"""`trialtrace addresses`: every printed number once, in the order of the report."""

import json

import pytest

from scripts import trialtrace
from scripts.audit.printed_numbers import read_numbers
from scripts.report.compose_report import compose_report
from scripts.report.draw_figures import draw_figures
from scripts.report.lint.read_html import read_html
from scripts.report.tabulate import tabulate
from scripts.tables import format_json
from tests.audit.small_runs import DRAWN, FIRST, SECOND, VERSION, Maker
from tests.report import made
from tests.report.test_compose_report import TEMPLATES


@pytest.fixture
def run(tmp_path):
    return Maker().make(tmp_path / "run")


def listed(capsys, *arguments: str) -> list[str]:
    assert trialtrace.main(["addresses", *arguments]) == 0
    return capsys.readouterr().out.splitlines()


def test_every_address_stands_in_a_line_with_its_text(run, capsys):
    lines = listed(capsys, "--folder", str(run))
    assert f"{FIRST}\t6.1" in lines  # (1.04 + 2) * 2
    assert f"{VERSION}\tpackages 1" in lines
    places = [line.split("\t")[0] for line in lines]
    # The title page, then tables and figures in the order that the tables state.
    assert places[-3:] == [FIRST, SECOND, DRAWN]
    assert len(places) == len(set(places)) == 6


def test_one_display_or_one_analysis_can_be_asked_for(run, capsys):
    folder = ("--folder", str(run))
    assert len(listed(capsys, *folder, "--display", "t_one")) == 2
    assert len(listed(capsys, *folder, "--analysis", "first")) == 2
    both = listed(capsys, *folder, "--analysis", "first", "--display", "f_one")
    assert both == [f"{DRAWN}\t6.1"]


def test_unknown_names_are_errors_with_the_nearest_ones_both_at_once(run, capsys):
    wrong = ["--folder", str(run), "--display", "t_oen", "--analysis", "frist"]
    assert trialtrace.main(["addresses", *wrong]) == 2
    said = capsys.readouterr().err
    assert "no display 't_oen'; did you mean 't_one'?" in said
    assert "no printed number of 'frist'; did you mean 'first'?" in said


def test_a_folder_without_tables_says_how_to_make_them(tmp_path, capsys):
    assert trialtrace.main(["addresses", "--folder", str(tmp_path)]) == 2
    assert "report/tables.json is not there; to make it: snakemake" in capsys.readouterr().err


def test_a_program_gets_the_full_value_and_where_it_comes_from(run, capsys):
    text = "\n".join(listed(capsys, "--folder", str(run), "--display", "f_one", "--json"))
    assert json.loads(text) == [
        {
            "address": DRAWN,
            "text": "6.1",
            "value": (1.04 + 2.0) * 2,
            "kind": "difference",
            "source": {"file": "results/analyse/first.json"},
            "display": {"id": "f_one", "number": "Figure 2", "title": "One drawn"},
        }
    ]


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The made-up report: its folder of results and its HTML."""
    folder = tmp_path_factory.mktemp("results")
    context = made.context()
    tables = tabulate(context)
    drawings, documents = draw_figures(context)
    html = compose_report(tables, documents, drawings, context.plan, TEMPLATES)
    (folder / "report/figures").mkdir(parents=True)
    (folder / "report/tables.json").write_text(format_json(tables), encoding="utf-8")
    for name, document in documents.items():
        place = folder / "report/figures" / name
        place.with_suffix(".json").write_text(format_json(document), encoding="utf-8")
        place.with_suffix(".svg").write_text(drawings[name], encoding="utf-8")
    return folder, html


def test_the_order_within_a_table_is_that_of_the_page(report):
    folder, html = report
    listed = list(read_numbers(folder))
    for display in read_html(html).displays:
        if display.word == "Table":
            pieces = [piece.address for piece in display.everything.pieces if piece.address]
            own = [at for at in listed if at.split("/")[0] == display.id]
            assert own == list(dict.fromkeys(pieces))


def test_displays_stand_in_the_order_of_the_report_figures_among_them(report):
    folder, html = report
    order = list(dict.fromkeys(at.split("/")[0] for at in read_numbers(folder)))
    assert order == ["front", *(display.id for display in read_html(html).displays)]
    assert "f_lasting" in order[1:-1]


def test_nothing_that_the_files_hold_is_left_out(report):
    folder, _ = report
    held = set(json.loads((folder / "report/tables.json").read_text())["addresses"])
    for path in (folder / "report/figures").glob("*.json"):
        held |= set(json.loads(path.read_text())["addresses"])
    assert set(read_numbers(folder)) == held
