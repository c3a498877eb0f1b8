"""The run ledger: appended, chained, and every change of an entry named by its number."""

import hashlib
import json
import multiprocessing

import pytest

from scripts import trialtrace
from scripts.audit import ledger
from scripts.audit.ledger import LEDGER, append_entry, check_ledger, read_ledger


@pytest.fixture
def trial(tmp_path):
    for step in range(1, 6):
        append_entry(tmp_path, "run", {"step": step}, reason=f"reason {step}")
    return tmp_path


def lines_of(trial) -> list[bytes]:
    return (trial / LEDGER).read_bytes().splitlines(keepends=True)


def findings_after(trial, lines) -> list[str]:
    (trial / LEDGER).write_bytes(b"".join(lines))
    return check_ledger(read_ledger(trial / LEDGER))


def test_each_entry_continues_the_bytes_of_the_line_before_it(trial):
    lines = lines_of(trial)
    entries = [json.loads(line) for line in lines]
    assert [entry["number"] for entry in entries] == [1, 2, 3, 4, 5]
    assert entries[0]["previous"] == "0" * 64
    for before, after in zip(lines[:-1], entries[1:], strict=True):
        assert after["previous"] == hashlib.sha256(before.rstrip(b"\n")).hexdigest()
    assert check_ledger(read_ledger(trial / LEDGER)) == []


def test_two_swapped_entries_are_named(trial):
    one, two, three, four, five = lines_of(trial)
    assert findings_after(trial, [one, four, three, two, five]) == ["entries 2 and 4 were swapped"]
    assert findings_after(trial, [one, two, three, five, four]) == ["entries 4 and 5 were swapped"]


@pytest.mark.parametrize("number", [1, 3, 5])
def test_an_edited_entry_is_named_the_last_one_too(trial, number):
    lines = lines_of(trial)
    lines[number - 1] = lines[number - 1].replace(b"reason %d" % number, b"another reason")
    assert findings_after(trial, lines) == [f"entry {number} was edited"]


def test_an_entry_that_was_edited_and_hashed_anew_does_not_carry_the_next_one(trial):
    lines = lines_of(trial)
    entry = json.loads(lines[2]) | {"reason": "another"}
    entry["hash"] = ledger._own_hash(entry)
    lines[2] = ledger._line(entry) + b"\n"
    assert findings_after(trial, lines) == ["entry 4 does not continue entry 3 as it stands"]


@pytest.mark.parametrize("number", [1, 2, 4])
def test_a_removed_entry_is_named(trial, number):
    lines = lines_of(trial)
    del lines[number - 1]
    assert findings_after(trial, lines) == [f"entry {number} was removed"]


def test_an_inserted_entry_is_named_although_it_links_well(trial):
    lines = lines_of(trial)
    entry = json.loads(lines[2]) | {"reason": "between"}
    entry["hash"] = ledger._own_hash(entry)
    forged = ledger._line(entry) + b"\n"
    assert findings_after(trial, [*lines[:2], forged, *lines[2:]]) == ["an entry 3 was inserted"]


def test_a_line_with_other_spaces_is_not_the_entry_that_was_written(trial):
    lines = lines_of(trial)
    lines[1] = lines[1].replace(b'"event":', b'"event": ')
    assert findings_after(trial, lines) == ["line 2 is not an entry: edited, or cut off"]


def test_after_a_half_written_last_line_the_chain_goes_on_and_holds(trial):
    half = (trial / LEDGER).read_bytes()[:-40]
    (trial / LEDGER).write_bytes(half)
    assert check_ledger(read_ledger(trial / LEDGER)) == [
        "line 5 is not an entry: edited, or cut off"
    ]
    assert append_entry(trial, "run", {})["number"] == 6
    assert (trial / LEDGER).read_bytes().startswith(half + b"\n")
    assert check_ledger(read_ledger(trial / LEDGER)) == []


def _append(folder):
    for _ in range(20):
        append_entry(folder, "run", {})


def test_four_writers_at_once_make_one_chain(tmp_path):
    with multiprocessing.get_context("fork").Pool(4) as pool:
        pool.map(_append, [tmp_path] * 4)
    entries = read_ledger(tmp_path / LEDGER)
    assert [entry["number"] for entry in entries] == list(range(1, 4 * 20 + 1))
    assert check_ledger(entries) == []


def test_the_reason_comes_from_the_environment_where_none_is_given(tmp_path, monkeypatch):
    monkeypatch.setenv("TRIALTRACE_REASON", "a query was answered")
    assert append_entry(tmp_path, "run", {})["reason"] == "a query was answered"
    assert append_entry(tmp_path, "run", {}, reason="another")["reason"] == "another"


def test_roots_are_those_of_the_manifests_and_otherwise_of_the_entry_before(tmp_path):
    append_entry(tmp_path, "run", {}, roots={"raw": "a", "plan": "b"})
    (tmp_path / "results/audit/content.json").write_text('{"root": "c"}', encoding="utf-8")
    roots = append_entry(tmp_path, "signed", {})["roots"]
    assert roots == dict.fromkeys(("code", "environment", "all")) | {
        "raw": "a",
        "plan": "b",
        "content": "c",
    }


def test_an_unknown_event_is_refused(tmp_path):
    with pytest.raises(ValueError, match="unknown event 'ran'"):
        append_entry(tmp_path, "ran", {})


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "results").write_text("a file where a folder should be", encoding="utf-8")
    with pytest.raises(ledger.LedgerError, match="cannot be written"):
        append_entry(tmp_path, "run", {})


def test_the_verb_lists_the_entries_and_fails_where_the_chain_is_broken(trial, capsys):
    assert trialtrace.main(["ledger", str(trial)]) == 0
    assert "reason: reason 3" in capsys.readouterr().out
    findings_after(trial, lines_of(trial)[::-1])
    assert trialtrace.main(["ledger", str(trial), "--json", "--last", "2"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert len(answer["entries"]) == 2
    assert "entry 5 stands where entry 1 belongs" in answer["findings"]


def test_the_verb_says_that_there_is_no_ledger(tmp_path, capsys):
    assert trialtrace.main(["ledger", str(tmp_path)]) == 2
    assert "holds no entry" in capsys.readouterr().err
