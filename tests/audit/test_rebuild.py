"""Jobs run again in one process: only what a change reaches, and never into the baseline."""

import json

import pytest

from scripts.audit.rebuild import Memory, StoppedError, build_baseline, rebuild
from tests.audit.toy import RAW, make_trial

VISITS = "raw/visits.csv"


@pytest.fixture
def jobs(tmp_path):
    return make_trial(tmp_path / "trial")


@pytest.fixture
def baseline(jobs, tmp_path):
    (tmp_path / "base").mkdir()
    return build_baseline(jobs, tmp_path / "trial", tmp_path / "base")


@pytest.fixture
def change(baseline, tmp_path):
    """A function that rebuilds with the raw file changed, in a folder of its own each time."""
    memory = Memory(tmp_path / "memory")

    def run(old, new):
        folder = tmp_path / f"changed {old} {new}"
        return rebuild(baseline, folder, {VISITS: RAW.replace(old, new).encode()}, memory), folder

    return run


def content(folder):
    """Every file of a folder by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def printed(folder):
    return json.loads((folder / "results/tables.json").read_text())["addresses"]


def test_the_baseline_is_what_the_steps_make_one_after_the_other(baseline):
    assert {name: entry["value"] for name, entry in printed(baseline.folder).items()} == {
        "t/all/n/n": 3,
        "t/B/n/n": 1,
        "t/C/n/n": 1,
        "t/notes/1/words": "late",
    }


def test_a_raw_file_that_is_not_changed_runs_no_job(baseline, tmp_path):
    made = rebuild(baseline, tmp_path / "same", {VISITS: RAW.encode()}, Memory(tmp_path / "m"))
    assert made.ran == []
    assert made.changed == set()


def test_a_change_that_reaches_the_end_runs_every_job(change):
    made, folder = change("B,7", "B,6")
    assert made.ran == ["read", "count", "print"]
    assert "t/B/n/n" not in printed(folder)


def test_the_wave_ends_where_a_job_makes_the_bytes_of_the_baseline(change):
    made, _ = change("2020-01-02", "2020-01-09")
    assert made.ran == ["read"]
    assert made.changed == {VISITS}


def test_jobs_beside_the_change_are_left_out(change):
    made, _ = change("late", "early")
    assert made.ran == ["read", "print"]


def test_a_job_that_saw_the_same_inputs_before_is_not_run_again(change):
    first, one = change("B,7", "B,6")
    second, two = change("B,7", "B,6 ")
    assert second.ran == ["read"]
    assert printed(one) == printed(two)
    assert first.changed == second.changed


def test_the_baseline_stays_as_it_is(change, baseline):
    before = content(baseline.folder)
    change("B,7", "B,6")
    change("A,5", "X,5")
    assert content(baseline.folder) == before


def test_a_step_that_stops_is_named_with_its_words_and_nothing_after_it_runs(change):
    made, _ = change("A,5", "X,5")
    assert made.stopped is not None
    assert made.stopped.rule == "read"
    assert "unknown: ['X']" in made.stopped.words
    assert made.ran == ["read"]


def test_a_step_that_breaks_down_is_told_from_one_that_says_what_is_wrong(change):
    made, _ = change("A,5", "A,five")
    assert made.stopped is not None
    assert made.stopped.words.startswith("Traceback: ValueError")
    assert "/" not in made.stopped.words


def test_a_baseline_that_stops_is_an_error(jobs, tmp_path):
    (tmp_path / "trial" / VISITS).write_text(RAW.replace("A,5", "X,5"), encoding="utf-8")
    (tmp_path / "broken").mkdir()
    with pytest.raises(StoppedError, match=r"read: .*changed while"):
        build_baseline(jobs, tmp_path / "trial", tmp_path / "broken")
