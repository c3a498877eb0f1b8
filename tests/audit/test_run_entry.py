"""What a run tells the ledger: the roots, the steps that ran, and what changed since the last."""

from pathlib import Path

import pytest

from scripts.audit.ledger import LEDGER, append_entry, read_ledger
from scripts.audit.run_entry import (
    Run,
    compare_states,
    format_reason,
    last_state,
    read_state,
    roots_of,
)

FILES = {"trial": "trial.yaml"}


def plan_with(folder: str = "raw", **sections) -> dict:
    sources = {"folder": folder, "sources": {"visits": {"file": "visits.csv"}}}
    return {"sources": sources, "trial": {"arms": 2}, **sections}


@pytest.fixture
def trial(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("config").mkdir()
    Path("config/config.yaml").write_text("files", encoding="utf-8")
    Path("config/trial.yaml").write_text("arms", encoding="utf-8")
    return tmp_path


def seal(rule: str, text: str = "") -> None:
    path = Path(f"results/derive/seals/{rule}.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def run(plan=None, raw="a" * 64, reason=None, event="run", planned=(), ran=()) -> dict:
    this = Run(plan or plan_with(), FILES, {"visits": raw}, reason)
    assert this.begin(planned) == []
    for rule in ran:
        seal(rule)
    assert this.end(event) == []
    return read_ledger(LEDGER)[-1]


def test_the_first_run_names_everything_and_the_second_nothing(trial):
    first = run()["details"]["changed"]
    assert first["raw"] == {"raw/visits.csv": {"old": None, "new": "a" * 64}}
    assert set(first["plan"]) == {"sources", "trial"}
    assert "code:scripts/audit/run_entry.py" in first["code"]
    assert set(first["environment"]) == {"code:envs/lock.txt"}
    assert run()["details"]["changed"] == {}


def test_what_changed_is_named_by_section_of_the_plan_and_by_raw_file(trial):
    before = run()
    after = run(plan_with(trial={"arms": 3}), raw="b" * 64)
    assert after["details"]["changed"]["raw"] == {
        "raw/visits.csv": {"old": "a" * 64, "new": "b" * 64}
    }
    assert set(after["details"]["changed"]["plan"]) == {"trial"}
    moved = {name for name, root in after["roots"].items() if root != before["roots"][name]}
    assert moved == {"raw", "plan"}


def test_a_section_that_went_is_named_with_nothing_after_it(trial):
    run(plan_with(events={}))
    gone = run()["details"]["changed"]["plan"]["events"]
    assert gone["new"] is None
    assert run()["details"]["changed"] == {}


def test_the_rules_that_ran_are_those_with_a_new_seal(trial):
    seal("derive_subjects")
    seal("derive_times")
    entry = run(ran=["derive_times", "derive_events"], planned=["derive_times", "derive_events"])
    assert entry["details"]["ran"] == ["derive_events", "derive_times"]
    assert "unfinished" not in entry["details"]


def test_a_failed_run_names_what_it_did_not_finish(trial):
    entry = run(event="failed", planned=["derive_times", "derive_events"], ran=["derive_times"])
    assert entry["details"]["unfinished"] == ["derive_events"]


def test_the_state_is_put_together_from_runs_and_from_nothing_else(trial):
    run()
    append_entry(".", "raw_changed", {"files": {"raw/visits.csv": {"old": "a", "new": "b"}}})
    state = last_state(read_ledger(LEDGER))
    assert state["raw"] == {"raw/visits.csv": "a" * 64}
    assert compare_states(state, read_state(plan_with(), {"visits": "a" * 64})) == {}


def test_the_root_of_the_plan_moves_with_its_files_and_with_the_command_line(trial):
    state = read_state(plan_with(), {})
    before = roots_of(state, plan_with(), FILES)["plan"]
    assert roots_of(state, plan_with(trial={"arms": 9}), FILES)["plan"] != before
    Path("config/trial.yaml").write_text("arms # a comment", encoding="utf-8")
    assert roots_of(state, plan_with(), FILES)["plan"] != before


def test_a_broken_ledger_is_told_when_a_run_begins(trial):
    run()
    run()
    lines = LEDGER.read_bytes().splitlines(keepends=True)
    LEDGER.write_bytes(b"".join(lines[::-1]))
    begun = Run(plan_with(), FILES, {}, None).begin([])
    assert begun == ["results/audit/ledger.jsonl: entries 1 and 2 were swapped"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (None, None),
        ("a query was answered", "a query was answered"),
        (12, "12"),
        ({"query 12": "answered"}, "query 12: answered"),
    ],
)
def test_a_reason_stays_what_was_typed(typed, words):
    assert format_reason(typed) == words
