"""Every file of the package is listed with its hash, and the readme says how to begin."""

from pathlib import Path

from scripts.audit.rebuild import run_job
from scripts.package.list_package import format_checksums, format_readme, in_package
from scripts.package.places import PACKAGE
from scripts.package.replay.front import check_files
from scripts.package.replay_commands import folder_of, steps

PROJECT = Path(__file__).resolve().parents[2]
STUDY = {"id": "A_b-1", "data_cut": "2020-02-29"}


def test_the_list_is_sorted_and_is_what_the_replay_reads(tmp_path):
    files = {"m5/b.txt": b"two", "a.txt": b"one", "readme.txt": b""}
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    text = format_checksums(files)
    rows = text.splitlines()[1:]
    told = [row.partition(" ")[2] for row in rows]
    assert told == ["3 a.txt", "3 m5/b.txt", "0 readme.txt"]
    (tmp_path / "checksums.txt").write_text(text)
    assert check_files(tmp_path) == (3, [])


def test_paths_are_those_of_the_package():
    assert in_package(f"{PACKAGE}/m5/a.txt") == "m5/a.txt"


def test_the_readme_counts_files_by_folder_and_prints_every_command():
    text = format_readme(STUDY, ["readme.txt", "ars/reporting-event.json", "m5/x/a", "m5/x/b"])
    assert text.isascii()
    assert "ars/\n      1 file(s): every analysis with its results" in text
    assert "m5/x/\n      2 file(s)" in text
    for step in steps(folder_of(STUDY["id"])):
        assert all(command in text for command in step.commands)


def test_the_step_lists_what_it_is_given_and_its_own_readme(tmp_path):
    sent = [f"{PACKAGE}/m5/b.txt", f"{PACKAGE}/ars/a.json"]
    for path in sent:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path)
    made = {name: f"{PACKAGE}/{name}.txt" for name in ("readme", "checksums")}
    job = {
        "rule": "list_package",
        "script": str(PROJECT / "scripts" / "package" / "list_package.py"),
        "input": {"files": sent},
        "output": {**made, "seal": f"{PACKAGE}/seals/list_package.json"},
        "log": [],
        "params": {"plan": {"study": STUDY}},
    }
    run_job(job, tmp_path)
    assert check_files(tmp_path / PACKAGE) == (3, [])
