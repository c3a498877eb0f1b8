"""While the workflow runs nothing is changed unseen: results are made again, raw files told."""

import os
import shutil
import subprocess
from pathlib import Path

from scripts.seals import read_seals, sha256_of
from tests.workflow.conftest import PROJECT

FLIPPED = "results/derive/adsl.parquet"
NEWER = "results/derive/adae.parquet"
LAST = "results/report/report.pdf"
SEAL = "results/derive/seals/derive_times.json"
READ = {"read_raw"}
MADE_FROM_IT = {"standardise", "check_data", "derive_subjects", "derive_times", "render_report"}


def flip(path: Path, keep: bool = True) -> bytes:
    """Change the last bit of a file, under its old time stamp or under a new one."""
    content, stamp = path.read_bytes(), path.stat().st_mtime_ns
    edited = content[:-1] + bytes([content[-1] ^ 1])
    path.write_bytes(edited)
    if keep:
        os.utime(path, ns=(stamp, stamp))
    return edited


def test_edited_files_are_told_kept_aside_and_made_again_byte_for_byte(bench):
    before = bench.results()
    edited = {
        name: flip(bench.trial / name, keep=name != NEWER) for name in (FLIPPED, NEWER, LAST, SEAL)
    }
    stamps = {name: (bench.trial / name).stat().st_mtime_ns for name in edited}

    dry = bench.build("--dry-run")
    for name in edited:
        assert f"{name} is not " in dry
    makers = {"derive_subjects", "derive_events", "render_report", "derive_times"}
    again = bench.would_run()
    assert makers <= again
    assert again.isdisjoint({"read_raw", "standardise", "check_data"})
    assert {name: (bench.trial / name).stat().st_mtime_ns for name in edited} == stamps
    assert not (bench.trial / "results/audit/altered").exists()

    said = bench.build("--config", "reason=query 12: answered")
    for name in edited:
        assert f"{name} is not " in said
    assert bench.results() == before
    *_, told, ran = bench.ledger()
    assert (told["event"], ran["event"]) == ("altered", "run")
    assert told["reason"] == ran["reason"] == "query 12: answered"
    assert set(told["details"]["files"]) == set(edited)
    for name, content in edited.items():
        copy = told["details"]["files"][name]["copy"]
        assert (bench.trial / copy).read_bytes() == content
    assert makers <= set(ran["details"]["ran"])
    assert ran["details"]["changed"] == {}
    assert "Nothing to be done" in bench.build("--dry-run")


def edit_scores(bench) -> str:
    """Change one raw value under the file's old time stamp; gives the new hash."""
    target = bench.trial / "raw/scores.csv"
    stamp = target.stat().st_mtime_ns
    target.write_text(target.read_text(encoding="utf-8").replace(",7\n", ",6\n", 1))
    os.utime(target, ns=(stamp, stamp))
    return sha256_of(target)


def test_a_raw_file_edited_under_its_old_time_stamp_makes_everything_run_again(bench):
    old = sha256_of(bench.trial / "raw/scores.csv")
    new = edit_scores(bench)
    assert bench.would_run() >= READ | MADE_FROM_IT
    said = bench.build("--", "ingest")
    assert "raw/scores.csv is not what was read" in said
    *_, told, ran = bench.ledger()
    pair = {"old": old, "new": new}
    assert (told["event"], told["details"]["files"]) == ("raw_changed", {"raw/scores.csv": pair})
    assert ran["details"]["ran"] == ["read_raw", "standardise"]
    assert ran["details"]["changed"] == {"raw": {"raw/scores.csv": pair}}
    # What follows ingest has not run yet, and is not forgotten.
    assert MADE_FROM_IT - {"standardise"} <= bench.would_run()


def test_a_raw_file_that_the_plan_locks_stops_every_command(bench):
    locked = {name: sha256_of(bench.trial / f"raw/{name}.csv") for name in ("scores", "people")}
    plan = bench.trial / "config/sources.yaml"
    text = plan.read_text(encoding="utf-8")
    for name, sha256 in locked.items():
        assert f"file: {name}.csv" in text
        text = text.replace(f"file: {name}.csv", f"file: {name}.csv\n    sha256: {sha256}")
    plan.write_text(text, encoding="utf-8")
    bench.build("--dry-run")
    new = edit_scores(bench)
    for arguments in (["--dry-run"], [], ["--dry-run", "--", "shells"]):
        refused = bench.run(*arguments)
        assert refused.returncode != 0
        assert f"raw/scores.csv has sha256 {new}, but the plan locks {locked['scores']}" in (
            refused.stdout
        )
        assert "people.csv" not in refused.stdout
    assert bench.ledger()[-1]["event"] == "run"


def test_a_reason_is_no_part_of_the_plan_and_makes_nothing_run(bench):
    assert "Nothing to be done" in bench.build("--dry-run", "--config", "reason=none needed")
    refused = bench.run("--dry-run", "--config", "raeson=mistyped")
    assert refused.returncode != 0
    assert "unknown key 'raeson'" in refused.stdout


def test_code_edited_under_its_old_time_stamp_runs_again(bench):
    with bench.changed("scripts/derive/derive_events.py", '"""', '"""Changed. ') as target:
        stamp = bench.trial.stat().st_mtime_ns
        os.utime(target, ns=(stamp - 10**15, stamp - 10**15))
        assert {"derive_events", "describe_events"} <= bench.would_run()
        said = bench.build("--dry-run")
    assert "code:scripts/derive/derive_events.py is not what was read" in said
    assert "under an old time stamp" in said


def test_parameters_changed_after_snakemakes_records_were_lost_are_seen(bench):
    shutil.rmtree(bench.trial / ".snakemake")
    with bench.changed("config/endpoints.yaml", "factor: 0.5", "factor: 0.4"):
        said = bench.build("--dry-run")
        # Any command but a dry run back-dates; this one runs nothing.
        bench.build("--summary")
        again = bench.would_run()
    assert "derive_responses ran with other parameters than now; it would run again" in said
    assert "derive_subjects ran" not in said
    assert "derive_responses" in again
    assert "derive_subjects" not in again


def test_every_input_that_a_rule_lists_is_read_but_the_gate_before_derivation(workshop):
    seals = read_seals(workshop.trial / "results")
    assert len(seals) > 30
    unread = {seal["rule"]: seal["unread"] for seal in seals if seal["unread"]}
    assert unread == {"derive_subjects": ["results/validate/verdict.json"]}


def test_cleaning_removes_results_and_leaves_what_people_did(tmp_path):
    left = {"README.md", "audit/ledger.jsonl", "audit/altered/a.parquet", "audit/signatures/b.sig"}
    gone = {"derive/adsl.parquet", "audit/content.json", "audit/seals/c.json"}
    for name in left | gone:
        path = tmp_path / "results" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    shutil.copy(PROJECT / "Makefile", tmp_path)
    subprocess.run(["make", "clean"], cwd=tmp_path, check=True, capture_output=True)
    found = [path for path in (tmp_path / "results").rglob("*") if path.is_file()]
    assert {path.relative_to(tmp_path / "results").as_posix() for path in found} == left
