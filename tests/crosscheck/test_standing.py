"""One line says where the second opinion stands: not taken, of other results, or what it found."""

import json
from pathlib import Path

import pytest

from scripts.crosscheck.standing import NOT_TAKEN, OTHER, STEPS, standing
from scripts.seals import sha256_of

VERDICTS = {"agrees": 7, "within Monte Carlo error": 2, "differs": 0, "not computed by R": 1}


@pytest.fixture
def trial(tmp_path, monkeypatch) -> Path:
    """A folder with results and a second opinion of them."""
    monkeypatch.chdir(tmp_path)
    results = tmp_path / "results"
    (results / "analyse").mkdir(parents=True)
    (results / "analyse/results.parquet").write_bytes(b"numbers")
    (results / "crosscheck/seals").mkdir(parents=True)
    summary = {"numbers": 10, "verdicts": VERDICTS}
    (results / "crosscheck/summary.json").write_text(json.dumps(summary))
    read = {
        "results/analyse/results.parquet": {"sha256": sha256_of("results/analyse/results.parquet")}
    }
    for step in STEPS:
        seal = {"rule": step, "inputs": read, "outputs": {}, "params": "p"}
        (results / f"crosscheck/seals/{step}.json").write_text(json.dumps(seal))
    return tmp_path


def test_a_current_opinion_is_summed_up(trial):
    assert standing("results", {"ask_r": "p"}) == (
        "Second opinion by R of 10 numbers: 7 agree, 2 within Monte Carlo error, 0 differ, "
        "1 not computed by R (results/crosscheck/crosscheck.html)"
    )


def test_without_one_the_line_says_how_to_take_it(trial):
    (trial / "results/crosscheck/seals/ask_r.json").unlink()
    assert standing("results", {}) == NOT_TAKEN
    assert "crosscheck" in NOT_TAKEN
    assert "envs/install-r.sh" in NOT_TAKEN


def test_an_opinion_of_other_results_is_not_taken_for_one_of_these(trial):
    (trial / "results/analyse/results.parquet").write_bytes(b"other numbers")
    assert standing("results", {}) == OTHER


def test_an_opinion_under_another_plan_is_not_taken_for_one_of_this(trial):
    assert standing("results", {"ask_r": "q"}) == OTHER


def test_where_there_are_no_results_there_is_nothing_to_say(trial):
    (trial / "results/analyse/results.parquet").unlink()
    assert standing("results", {}) is None
