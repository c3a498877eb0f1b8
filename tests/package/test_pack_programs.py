"""What is packed is what ran, in ASCII, with everything that the replay cannot make itself."""

import hashlib
import json

import pandas as pd
import pytest

from scripts.package.pack_programs import (
    check_given,
    check_ran,
    fingerprint,
    format_inputs,
    printed_numbers,
)
from scripts.package.replay.carried import carry, restore_carried
from scripts.package.replay.copies import MARK, check_copies, readable
from scripts.package.replay.front import LETTERS, mark_of, unescaped
from scripts.package.replay.jobs import needed, portable_jobs, programs_of, settled
from scripts.seals import PROJECT, sha256_of
from scripts.tables import format_json, write_table
from tests.audit.test_jobs import RULES


def sha(content):
    return hashlib.sha256(content).hexdigest()


def test_a_readable_copy_is_ascii_says_what_it_is_and_can_be_turned_back():
    program = "σ² = 1  # – \\u\n".encode()
    text = readable("scripts/a/b.py", program)
    assert text.isascii()
    assert "Readable copy of scripts/a/b.py" in text
    assert unescaped(text.partition(MARK + "\n")[2]).encode() == program


def test_a_readable_copy_that_says_something_else_is_named_with_its_line(tmp_path):
    program = "a = '²'\nb = 2\n".encode()
    (tmp_path / "a.txt").write_text(readable("s/a.py", program))
    (tmp_path / "other.txt").write_text("no program\n")
    assert check_copies(tmp_path, {"s/a.py": program}) == []
    (tmp_path / "a.txt").write_text(readable("s/a.py", program.replace(b"2\n", b"3\n")))
    assert check_copies(tmp_path, {"s/a.py": program}) == [
        "a.txt: not s/a.py as packed (line 2 changed, of the program)"
    ]


def test_a_file_is_marked_line_by_line():
    marks = fingerprint(b"one\ntwo\n")
    assert marks["sha256"] == sha(b"one\ntwo\n")
    assert marks["lines"] == mark_of("one") + mark_of("two") + mark_of("")
    assert len(marks["lines"]) == 3 * LETTERS


def test_code_that_is_not_what_a_step_ran_is_named():
    inputs = {
        "code:a.py": {"sha256": sha(b"1")},
        "code:b.py": {"sha256": sha(b"2")},
        "code:c.py": {"sha256": sha(b"3")},
        "results/x.json": {"sha256": "?"},
    }
    findings = check_ran({"a.py": b"1", "b.py": b"two"}, [{"rule": "made", "inputs": inputs}])
    assert findings == [
        "b.py: not what made ran; run the target again",
        "c.py: read by made and not packed",
    ]


def test_a_file_that_the_replay_would_not_have_is_named():
    jobs = [
        {"rule": "one", "input": {"a": "x.parquet", "code": ["code:a.py"]}, "output": {"o": "y"}},
        {"rule": "two", "input": {"a": ["y", "raw.csv"]}, "output": {"o": "z"}},
    ]
    assert needed(jobs) == {"x.parquet", "raw.csv"}
    assert check_given(jobs, ["x.parquet"]) == [
        "raw.csv: read by the replay's jobs, and neither sent, carried nor made by them"
    ]


def test_jobs_are_packed_without_a_path_of_this_machine_and_settle_where_they_are_unpacked():
    given = ["raw.csv", "b.json"]
    jobs = portable_jobs(RULES, ["d.json"], given, None)
    assert [job["rule"] for job in jobs] == ["second", "last"]
    code = str(PROJECT / "scripts" / "job.py")
    job = {**jobs[0], "script": "code:scripts/job.py", "input": {"code": ["code:scripts/job.py"]}}
    assert settled(job)["script"] == code
    assert settled(job)["input"]["code"] == [code]


def test_programs_are_called_by_their_rule_with_hyphens():
    class Folder:
        def get_path_or_uri(self, secret_free):
            return str(PROJECT / "rules")

    class Rule:
        basedir = Folder()

        def __init__(self, name, script):
            self.name, self.script = name, script

    made = [Rule("write_sdtm", "../scripts/package/write_sdtm.py"), Rule("all", None)]
    assert programs_of(made) == {"write-sdtm": "code:scripts/package/write_sdtm.py"}


def test_printed_numbers_are_text_and_full_value_by_address():
    document = {"addresses": {"t/a": {"text": "1.2", "value": 1.2345, "source": {"file": "x"}}}}
    found = printed_numbers({"t.json": document})
    assert found == {"t.json": {"t/a": {"text": "1.2", "value": 1.2345}}}


def test_the_order_of_the_plan_is_kept_and_what_is_not_ascii_is_escaped():
    text = format_inputs({"z": {"皮": 1}, "a": 0.1})
    assert text.isascii()
    assert list(json.loads(text)) == ["z", "a"]
    assert json.loads(text) == {"z": {"皮": 1}, "a": 0.1}


@pytest.fixture
def findings(tmp_path):
    table = pd.DataFrame(
        {
            "TEXT": pd.Series(["皮", None], dtype="str"),
            "WHOLE": pd.Series([1, None], dtype="Int64"),
            "NUMBER": [0.1, None],
            "DAY": pd.to_datetime(["2020-02-29", None]).astype("datetime64[s]"),
            "TRUTH": [True, False],
        }
    )
    write_table(table, tmp_path / "findings.parquet")
    (tmp_path / "summary.json").write_text(format_json({"b": 1, "a": [None, "²"]}))
    (tmp_path / "odd.json").write_text('{"b":1}')
    return {path.name: path.read_bytes() for path in tmp_path.glob("*.*")}


def test_what_is_carried_comes_back_as_the_same_bytes(findings, tmp_path):
    carried = json.loads(format_inputs(carry(findings)))
    assert list(carried) == ["findings.parquet", "odd.json", "summary.json"]
    for name, entry in carried.items():
        restore_carried(entry, tmp_path / "again" / name)
        assert (tmp_path / "again" / name).read_bytes() == findings[name]
        assert sha256_of(tmp_path / "again" / name) == entry["sha256"]


def test_an_empty_table_is_carried(tmp_path):
    empty = pd.DataFrame({"TEXT": pd.Series([], dtype="str"), "NUMBER": pd.Series([], dtype=float)})
    write_table(empty, tmp_path / "none.parquet")
    content = (tmp_path / "none.parquet").read_bytes()
    restore_carried(carry({"none.parquet": content})["none.parquet"], tmp_path / "again.parquet")
    assert (tmp_path / "again.parquet").read_bytes() == content
