"""Shells need a plan and nothing else, and are the report's own shape."""

import json
import shutil

import pytest

from scripts.report.cells import text_of
from scripts.report.registry import FIGURES, displays_of
from scripts.shells.compose_shells import make_bodies, make_context
from scripts.shells.results import make_results
from tests.report.validity import broken_rules
from tests.shells.plans import CODE, plan_of
from tests.workflow.conftest import Workshop


@pytest.fixture
def before(workshop, tmp_path) -> Workshop:
    """The second trial before there are data: a folder with its plan and no raw file."""
    shutil.copytree(workshop.trial / "config", tmp_path / "trial/config")
    return Workshop(workshop.project, tmp_path / "trial")


def test_shells_are_built_from_a_plan_alone_and_twice_the_same_bytes(before):
    assert sorted(path.name for path in before.trial.iterdir()) == ["config"]
    before.build("shells", cores=1)
    first = before.results()
    assert broken_rules(first["shells/shells.pdf"]) == []
    assert set(first) == {
        "shells/shells.html",
        "shells/shells.pdf",
        "shells/seals/compose_shells.json",
        "shells/seals/render_shells.json",
    }
    shutil.rmtree(before.trial / "results")
    before.build("shells", cores=1)
    assert before.results() == first
    done = before.run()
    assert done.returncode != 0
    assert "raw files are missing" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_raw_file_that_is_gone_stops_the_run_also_when_older_results_are_there(bench):
    (bench.trial / "raw/scores.csv").unlink()
    done = bench.run()
    assert done.returncode != 0
    assert "raw/scores.csv is missing" in done.stdout


def test_shells_are_no_part_of_the_report(workshop):
    assert not (workshop.trial / "results/shells").exists()
    assert workshop.would_run("shells") - {"shells"} == {"compose_shells", "render_shells"}


# How many subjects of an arm are missing, and so how many columns there are, the data alone tell.
SIZED_BY_DATA = {"tipping_grid"}


def heads(body: dict) -> list[tuple]:
    """Each column of a table as a reader sees its head."""
    return [
        (shape["id"], text_of(shape["label"]), shape["unit"], bool(shape["size"]), shape["align"])
        for shape in body.get("columns", [])
    ]


def spanners(body: dict) -> list[tuple]:
    """The heads above the heads, with the columns that each spans."""
    return [(text_of(part["label"]), part["span"]) for part in body.get("spanners", [])]


def test_every_table_of_the_report_has_the_heads_that_its_shell_had(workshop):
    plan = plan_of("second")
    shells, _ = make_bodies(make_context(plan, CODE))
    printed = json.loads((workshop.trial / "results/report/tables.json").read_text())["displays"]
    tables = [d["id"] for d in displays_of(plan) if d["layout"] not in FIGURES]
    assert len(tables) > 20
    for name in tables:
        for key in ("number", "title", "layout", "kind"):
            assert printed[name][key] == shells[name][key], name
        if printed[name]["layout"] not in SIZED_BY_DATA:
            assert spanners(printed[name]) == spanners(shells[name]), name
            assert heads(printed[name]) == heads(shells[name]), name
        assert text_of(printed[name]["population"]) == text_of(shells[name]["population"]), name


def test_every_method_has_in_the_plan_the_words_that_its_result_prints(workshop):
    planned = make_results(plan_of("second"))
    for name, document in planned.items():
        path = workshop.trial / f"results/analyse/{name}.json"
        assert json.loads(path.read_text(encoding="utf-8"))["method"] == document["method"], name
