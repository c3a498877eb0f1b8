"""What changed behind Snakemake's back is seen, kept aside, told, and made again."""

import json
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from scripts.audit import remake, trust
from scripts.audit.ledger import LEDGER, check_ledger, read_ledger
from scripts.audit.remake import RemakeError, describe, describe_inputs, make_again
from scripts.audit.seal_checks import check_seals
from scripts.audit.trust import check_writable, review_results
from scripts.seals import digest_of, entry_of, make_seal, sha256_of

RAW = Path("raw.csv")
TABLE = Path("results/derive/adsl.parquet")
PAGE = Path("results/report/report.html")
TABLE_SEAL = Path("results/derive/seals/derive_subjects.json")
PAGE_SEAL = Path("results/report/seals/compose_report.json")
SOURCES = {"folder": ".", "sources": {"raw": {"file": "raw.csv"}}}
TOLD = {"derive_subjects": digest_of({"k": 1}), "compose_report": digest_of({"k": 2})}


def seal(rule, path, read, made, params):
    path.parent.mkdir(parents=True, exist_ok=True)
    inputs = {str(read): entry_of(read.read_bytes())}
    path.write_text(json.dumps(make_seal(rule, inputs, {str(made): str(made)}, params)))


@pytest.fixture
def trial(tmp_path, monkeypatch):
    """Two steps that ran: a raw file became a table, and that a page."""
    monkeypatch.chdir(tmp_path)
    for path in (RAW, TABLE, PAGE):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{path} as it was", encoding="utf-8")
        os.utime(path, (10**9, 10**9))
    os.utime(RAW, (10**9 - 5, 10**9 - 5))
    seal("derive_subjects", TABLE_SEAL, RAW, TABLE, {"k": 1})
    seal("compose_report", PAGE_SEAL, TABLE, PAGE, {"k": 2})
    return tmp_path


def change(path: Path, text: str = "edited", keep: bool = True) -> None:
    stamp = path.stat().st_mtime_ns
    path.write_text(text, encoding="utf-8")
    if keep:
        os.utime(path, ns=(stamp, stamp))


def workflow(dry: bool = False, main: bool = True) -> SimpleNamespace:
    rules = [SimpleNamespace(name=name, params=SimpleNamespace(plan={})) for name in TOLD]
    return SimpleNamespace(
        is_main_process=main, output_settings=SimpleNamespace(dryrun=dry), rules=rules
    )


def review(**options) -> list[str]:
    return review_results(workflow(**options), TOLD, SOURCES, "a reason")


def found() -> list[tuple[str, str, str]]:
    return [(item.kind, item.rule, item.address) for item in check_seals(params=TOLD)]


def is_old(path: Path) -> bool:
    return path.stat().st_mtime == remake.LONG_AGO


def test_untouched_files_give_no_finding_and_no_entry(trial):
    assert review() == []
    assert not LEDGER.exists()


@pytest.mark.parametrize("keep", [True, False])
def test_an_edited_table_is_found_whatever_its_time_stamp_and_only_its_maker_runs(trial, keep):
    change(TABLE, keep=keep)
    assert found() == [("altered", "derive_subjects", TABLE.as_posix())]


def test_an_edited_table_is_told_kept_aside_and_back_dated(trial):
    change(TABLE)
    edited = sha256_of(TABLE)
    (line,) = review()
    assert f"{TABLE} is not what derive_subjects made" in line
    copy = Path(f"results/audit/altered/derive.adsl.{edited[:12]}.parquet")
    assert copy.read_text(encoding="utf-8") == "edited"
    assert is_old(TABLE)
    assert not is_old(TABLE_SEAL)
    (entry,) = read_ledger(LEDGER)
    assert (entry["event"], entry["reason"]) == ("altered", "a reason")
    assert entry["details"]["files"][TABLE.as_posix()] == {
        "rule": "derive_subjects",
        "old": entry_of(f"{TABLE} as it was".encode())["sha256"],
        "new": edited,
        "copy": copy.as_posix(),
    }


def test_what_was_told_is_not_told_again_but_another_edit_is(trial):
    change(TABLE)
    for _ in range(3):
        assert len(review()) == 1
    assert len(read_ledger(LEDGER)) == 1
    change(TABLE, "edited again")
    review()
    assert len(read_ledger(LEDGER)) == 2
    assert len(list(remake.ASIDE.iterdir())) == 2


def test_a_dry_run_says_it_and_changes_nothing(trial):
    change(TABLE)
    before = TABLE.stat().st_mtime_ns
    flow = workflow(dry=True)
    (line,) = review_results(flow, TOLD, SOURCES, None)
    assert "derive_subjects would run again" in line
    assert TABLE.stat().st_mtime_ns == before
    assert not LEDGER.exists()
    assert not remake.ASIDE.exists()
    assert [bool(rule.params.plan) for rule in flow.rules] == [True, False]


def test_while_another_command_runs_nothing_is_changed(trial):
    change(TABLE)
    trust.LOCKS.mkdir(parents=True)
    (trust.LOCKS / "0.input.lock").touch()
    assert "would be kept" in review()[0]
    assert not is_old(TABLE)


def test_a_job_on_another_machine_says_nothing(trial):
    change(TABLE)
    assert review(main=False) == []


@pytest.mark.parametrize("text", ["{", '{"rule": "derive_subjects"}', "edited"])
def test_a_damaged_seal_is_kept_aside_and_its_rule_runs_again(trial, text):
    change(TABLE_SEAL, text)
    (line,) = review()
    assert f"{TABLE_SEAL} is not a seal that derive_subjects wrote" in line
    assert is_old(TABLE_SEAL)
    assert len(list(remake.ASIDE.iterdir())) == 1


def test_a_deleted_output_is_left_to_snakemake(trial):
    TABLE.unlink()
    assert found() == []


def test_a_raw_file_changed_under_its_old_time_stamp_makes_its_rule_run_and_is_told(trial):
    before = sha256_of(RAW)
    change(RAW)
    (line,) = review()
    assert "raw.csv is not what was read" in line
    assert "read again by derive_subjects" in line
    assert is_old(TABLE_SEAL)
    assert RAW.read_text(encoding="utf-8") == "edited"
    (entry,) = read_ledger(LEDGER)
    assert entry["event"] == "raw_changed"
    assert entry["details"]["files"] == {"raw.csv": {"old": before, "new": sha256_of(RAW)}}
    review()
    assert len(read_ledger(LEDGER)) == 1


def test_a_raw_file_with_a_new_time_stamp_is_told_too(trial):
    change(RAW, keep=False)
    assert "raw.csv is not what was read" in review()[0]
    assert read_ledger(LEDGER)[0]["event"] == "raw_changed"


def test_changed_code_is_mentioned_only_where_its_time_stamp_hides_it(trial):
    findings = check_seals(params=TOLD)
    change(RAW)
    findings = check_seals(params=TOLD)
    assert describe(findings[0], past=True) is None
    assert "under an old time stamp" in describe_inputs(findings, raw=[])[0]
    change(RAW, keep=False)
    findings = check_seals(params=TOLD)
    assert describe_inputs(findings, raw=[]) == []
    assert [finding.rule for finding in findings] == ["derive_subjects"]


def test_other_parameters_make_the_rule_run_whether_snakemake_remembers_or_not(trial):
    now = {**TOLD, "compose_report": digest_of({"k": 3})}
    (finding,) = check_seals(params=now)
    assert (finding.kind, finding.rule, finding.path) == ("parameters", "compose_report", PAGE_SEAL)
    assert "compose_report ran with other parameters" in str(describe(finding, past=True))
    remake.RECORDS.mkdir(parents=True)
    assert describe(finding, past=True) is None


def test_a_table_that_was_made_anew_makes_its_reader_run(trial):
    change(TABLE, "made anew", keep=False)
    seal("derive_subjects", TABLE_SEAL, RAW, TABLE, {"k": 1})
    assert found() == [("input", "compose_report", TABLE.as_posix())]


def test_a_seal_that_a_vanished_rule_left_says_nothing(trial):
    change(TABLE)
    assert check_seals(params={"compose_report": TOLD["compose_report"]})[0].kind == "input"
    assert check_seals(params={}) == []


def test_the_chain_holds_after_all_of_it(trial):
    for text in ("one", "two", "three"):
        change(TABLE, text)
        change(RAW, text)
        review()
    assert len(read_ledger(LEDGER)) == 3 * 2
    assert check_ledger(read_ledger(LEDGER)) == []


def test_where_nothing_can_be_written_the_error_names_the_file(trial, monkeypatch):
    change(TABLE)

    def refuse(path, *_, **__):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(remake.os, "utime", refuse)
    with pytest.raises(RemakeError, match=r"adsl.*Permission denied.*make the folder writable"):
        make_again(check_seals(params=TOLD))


def test_a_folder_that_is_read_only_is_named_before_anything_else(trial, monkeypatch):
    assert check_writable(".") == []
    monkeypatch.setattr(trust.os, "access", lambda path, mode: Path(path).name != "results")
    (line,) = check_writable(".")
    assert "results is read-only here; make it writable" in line
