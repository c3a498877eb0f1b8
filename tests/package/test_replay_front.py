"""What the replay looks at before anything runs: files, packages, programs; each is named."""

import ast
import hashlib
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.package.replay import front

FRONT = Path(front.__file__)


def make_package(folder: Path, files: dict[str, bytes]) -> Path:
    rows = []
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        rows.append(f"{hashlib.sha256(content).hexdigest()} {len(content)} {name}")
    (folder / "checksums.txt").write_text("\n".join(["# head", *sorted(rows)]) + "\n")
    return folder


@pytest.fixture
def package(tmp_path):
    return make_package(tmp_path / "p", {"a.txt": b"one\n", "m5/b.xpt": b"two", "m5/c d.txt": b"3"})


def test_a_whole_package_has_no_finding(package):
    assert front.check_files(package) == (3, [])


def test_changed_missing_and_extra_files_are_each_named(package):
    (package / "a.txt").write_bytes(b"uno\n")
    (package / "m5" / "b.xpt").unlink()
    (package / "m5" / "c d.txt").write_bytes(b"33")
    (package / "m5" / "new.txt").touch()
    (package / "seals").mkdir()
    (package / "seals" / "ours.json").touch()
    assert front.check_files(package)[1] == [
        "a.txt: changed since it was listed: 4 bytes, then 4",
        "m5/b.xpt: in the list of checksums, and missing",
        "m5/c d.txt: changed since it was listed: 2 bytes, then 1",
        "m5/new.txt: not in the list of checksums",
    ]


@pytest.mark.parametrize(
    ("marker", "holds"),
    [
        (f"sys_platform == '{sys.platform}'", True),
        ("sys_platform == 'amiga'", False),
        ("python_full_version >= '3.9'", True),
        ("python_full_version < '3.9'", False),
        ("python_full_version < '3.100'", True),
        ("platform_machine == 'none' or python_version > '3.9'", True),
        (f"implementation_name != 'PyPy' and os_name == '{os.name}'", True),
        ("sys_platform == 'amiga' and python_version > '3.9'", False),
    ],
)  # fmt: skip
def test_a_requirement_for_another_machine_is_left_out(marker, holds):
    assert front.applies(marker) is holds
    pinned = front.read_lock(f"some==1.0 ; {marker} \\\n    --hash=sha256:aa\nother==2\n")
    assert pinned == ({"some": "1.0", "other": "2"} if holds else {"other": "2"})


def test_a_marker_that_is_not_understood_is_said_and_not_guessed():
    with pytest.raises(front.CannotRunError, match="'extra == dev' is not understood"):
        front.applies("extra == dev")


def test_another_version_and_an_absent_package_are_named():
    number, findings, absent = front.check_environment("pytest==0.1\nno-such-one==2\n", "3.0")
    assert number == 3
    assert findings[0] == f"Python: {platform.python_version()} instead of 3.0"
    assert findings[1].startswith("pytest: ") and findings[1].endswith(" instead of 0.1")
    assert findings[2:] == absent == ["no-such-one: not installed; the lock has 2"]


RAN = "one\ntwo\nthree\nfour\n"


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("one\n2\nthree\nfour\n", "line 2 changed"),
        ("one\ntwo\n3\n4\n", "lines 3 to 4 changed"),
        ("one\nnew\ntwo\nthree\nfour\n", "line 2 added"),
        ("one\nfour\n", "2 line(s) gone before line 2"),
        ("1\ntwo\nthree\nfour\nfive\n", "line 1 changed; line 5 added"),
    ],
)
def test_a_changed_line_of_a_program_is_named_without_the_original(now, words):
    marks = "".join(map(front.mark_of, RAN.split("\n")))
    ran = {"s/a.py": {"sha256": hashlib.sha256(RAN.encode()).hexdigest(), "lines": marks}}
    assert front.check_programs({"s/a.py": RAN.encode()}, ran) == []
    assert front.check_programs({"s/a.py": now.encode()}, ran) == [f"s/a.py: {words}"]


def test_a_program_too_many_and_one_too_few_are_named():
    ran = {"a.py": {"sha256": "", "lines": ""}}
    assert front.check_programs({"b.py": b""}, ran) == [
        "a.py: ran, and is not packed",
        "b.py: packed, and did not run",
    ]


def test_nothing_is_overwritten_and_nothing_is_written_into_the_package(package, tmp_path):
    front.check_new(tmp_path / "new", package)
    (tmp_path / "empty").mkdir()
    front.check_new(tmp_path / "empty", package)
    for wrong in (package, package / "m5" / "out"):
        with pytest.raises(front.CannotRunError, match="inside the package"):
            front.check_new(wrong, package)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    for wrong in (tmp_path / "full", tmp_path / "full" / "x"):
        with pytest.raises(front.CannotRunError, match="is not empty; name a folder"):
            front.check_new(wrong, package)


def test_a_packed_file_cannot_be_written_outside_of_its_folder(tmp_path):
    with pytest.raises(front.CannotRunError, match="outside"):
        front._write({"../x": b""}, tmp_path / "programs")


def test_the_program_is_ascii_and_knows_the_standard_library_alone():
    text = FRONT.read_text(encoding="ascii")
    tree = ast.parse(text)
    names = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    names |= {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


def test_help_says_what_it_does_and_how_it_ends(tmp_path):
    copy = tmp_path / "replay.txt"
    copy.write_bytes(FRONT.read_bytes())
    command = [sys.executable, "-I", str(copy), "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    for words in ("--package", "--out", "certificate.pdf", "no network", "Ends with 0"):
        assert words in done.stdout


def test_a_folder_that_is_no_package_ends_with_2_and_says_so(tmp_path):
    command = [sys.executable, str(FRONT), "--package", str(tmp_path), "--out", str(tmp_path / "o")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == front.NOT_RUN
    assert "is no package" in done.stderr
    assert not (tmp_path / "o").exists()
