"""The replay of a whole package from a copy of the folder alone, without a network, and altered."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts.package.list_package import format_checksums
from scripts.package.replay.front import CHECKSUMS, DIFFERENT, EQUAL, NOT_RUN
from scripts.package.transport import day_of, read_transport, write_transport

PROJECT = Path(__file__).resolve().parents[2]
TRIAL = PROJECT / "tests" / "workflow" / "second_trial"
STUDY = "m5/datasets/itch-01"
PROGRAMS = f"{STUDY}/analysis/adam/programs"
SDTM, ADAM = f"{STUDY}/tabulations/sdtm", f"{STUDY}/analysis/adam/datasets"


def content_of(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def list_again(package: Path) -> None:
    """Make the list of checksums agree with the files, as somebody who alters them would."""
    files = {name: held for name, held in content_of(package).items() if name != CHECKSUMS}
    (package / CHECKSUMS).write_text(format_checksums(files), encoding="ascii")


def without_network() -> list[str]:
    """How a command is started in a network namespace of its own, where the system lets us."""
    for start in (["unshare", "-n"], ["unshare", "-rn"]):
        tried = [*start, "true"]
        if shutil.which("unshare") and subprocess.run(tried, check=False).returncode == 0:
            return start
    return []


@dataclass
class Replayed:
    """What a replay ended with, what it said, and the folder that it made."""

    code: int
    said: str
    out: Path

    @property
    def parts(self) -> dict[str, list[str]]:
        document = json.loads((self.out / "certificate.json").read_text(encoding="utf-8"))
        return {name: part["findings"] for name, part in document["parts"].items()}


@pytest.fixture(scope="module")
def submitted(tmp_path_factory) -> Path:
    """The data sets and programs of the second trial's package, listed."""
    trial = tmp_path_factory.mktemp("second")
    for part in ("config", "raw"):
        shutil.copytree(TRIAL / part, trial / part)
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(PROJECT / "Snakefile")]
    command += ["--directory", str(trial), "--cores", "2", "--quiet", "all", "--"]
    command += [f"results/package/{PROGRAMS}/replay.txt"]
    command += ["results/package/dataset-json/sdtm/dm.json"]
    subprocess.run(command, check=True, cwd=trial)
    package = trial / "results" / "package"
    for working in ("seals", "specification"):
        shutil.rmtree(package / working)
    list_again(package)
    return package


@pytest.fixture
def copy(submitted, tmp_path) -> Path:
    """A copy of the package alone, to be altered."""
    return Path(shutil.copytree(submitted, tmp_path / "package"))


@pytest.fixture
def replay(tmp_path) -> Callable[..., Replayed]:
    """A function that replays a package as a reviewer would: elsewhere, with Python and no more."""

    def run(package: Path, out: Path | None = None) -> Replayed:
        (tmp_path / "elsewhere").mkdir(exist_ok=True)
        made = out or tmp_path / "out"
        arguments = ["--package", str(package), "--out", str(made)]
        # No git, no compiler, nothing of this project to be found by accident.
        known = {"PATH": str(tmp_path / "nothing"), "HOME": str(tmp_path / "elsewhere")}
        command = [*without_network(), "env", "-i", *(f"{k}={v}" for k, v in known.items())]
        command += [sys.executable, str(package / PROGRAMS / "replay.txt"), *arguments]
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, cwd=tmp_path / "elsewhere"
        )
        return Replayed(done.returncode, done.stdout + done.stderr, made)

    return run


def alter(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="ascii")
    assert text.count(old) == 1, (path, old, text.count(old))
    path.write_text(text.replace(old, new), encoding="ascii", newline="\n")


def alter_packed(package: Path, file: str, old: str, new: str) -> None:
    """One line of one of the programs that are packed together."""
    path = package / PROGRAMS / "pipeline.txt"
    before, head, after = path.read_text(encoding="ascii").partition(f"\nFile: {file}\n")
    assert old in after.partition("\nPackage: ")[0]
    text = before + head + after.replace(old, new, 1)
    path.write_text(text, encoding="ascii", newline="\n")


def line_of(path: str, words: str) -> int:
    lines = (PROJECT / path).read_text(encoding="utf-8").splitlines()
    return 1 + next(number for number, line in enumerate(lines) if words in line)


def subject_of(path: Path, row: int) -> str:
    return read_transport(path.read_bytes()).table["USUBJID"].iloc[row]


def alter_value(path: Path, column: str, row: int, value: float) -> float:
    """One value of a transport file replaced; gives the one that was there."""
    held = read_transport(path.read_bytes())
    before = float(held.table[column].iloc[row])
    held.table.loc[row, column] = value
    labels = {"label": held.label, "labels": held.labels, "formats": held.formats}
    content = write_transport(
        held.table, name=held.name, **labels, day=day_of({"data_cut": "2020-01-01"})
    )
    path.write_bytes(content)
    return before


def test_a_copy_of_the_folder_alone_is_replayed_equal_without_a_network(copy, replay):
    before = content_of(copy)
    found = replay(copy)
    assert (found.code, found.said.count("EQUAL: everything")) == (EQUAL, 1), found.said
    certificate = json.loads((found.out / "certificate.json").read_text(encoding="utf-8"))
    assert certificate["verdict"] == "equal"
    checked = {name: part["checked"] for name, part in certificate["parts"].items()}
    assert checked["files"] == len(before) - 1
    sent = [read_transport(held) for name, held in before.items() if name.endswith(".xpt")]
    assert checked["datasets"] == sum(held.table.size for held in sent)
    assert checked["numbers"] > 1000
    assert (found.out / "certificate.pdf").read_bytes().startswith(b"%PDF-")
    assert {"certificate.json", "certificate.pdf", "programs", "plan", "results"} == {
        path.name for path in found.out.iterdir()
    }
    assert content_of(copy) == before
    if not without_network():
        pytest.skip("replayed, but with a network: the system makes no namespace without one")


def test_a_package_that_is_not_there_is_named_and_nothing_is_made(copy, replay):
    alter(copy / PROGRAMS / "requirements-lock.txt", "\npandas==", "\nno-such-package==")
    found = replay(copy)
    assert found.code == NOT_RUN
    assert "no-such-package: not installed; the lock has" in found.said
    assert "could not run: 1 package(s) are missing; see readme.txt" in found.said
    assert not found.out.exists()


def test_files_a_value_of_adam_and_a_copy_of_a_program_that_were_altered_are_each_named(
    copy, replay
):
    before = alter_value(copy / ADAM / "adsl.xpt", "AGE", 2, 99.0)
    subject = subject_of(copy / ADAM / "adsl.xpt", 2)
    (copy / "notes.doc").write_bytes(b"x")
    (copy / SDTM / "extra.xpt").write_bytes(b"x")
    (copy / PROGRAMS / "write-manifest.txt").unlink()
    alter(copy / PROGRAMS / "derive-times.txt", "job.write(", "job.written(")
    adsl = (copy / ADAM / "adsl.xpt").read_bytes()
    program = (copy / PROGRAMS / "derive-times.txt").read_bytes()
    found = replay(copy)
    assert found.code == DIFFERENT
    assert found.parts["files"] == [
        f"{ADAM}/adsl.xpt: changed since it was listed: {len(adsl)} bytes, then {len(adsl)}",
        f"{PROGRAMS}/derive-times.txt: changed since it was listed: "
        f"{len(program)} bytes, then {len(program) - len('written') + len('write')}",
        f"{PROGRAMS}/write-manifest.txt: in the list of checksums, and missing",
        f"{SDTM}/extra.xpt: not in the list of checksums",
        "notes.doc: not in the list of checksums",
    ]
    at = line_of("scripts/derive/derive_times.py", "job.write(")
    assert found.parts["programs"] == [
        f"derive-times.txt: not scripts/derive/derive_times.py as packed (line {at} changed, "
        "of the program)"
    ]
    assert len(found.parts["datasets"]) == 1
    assert found.parts["datasets"][0].startswith(f"ADSL.AGE, record 3 (USUBJID {subject}")
    assert found.parts["datasets"][0].endswith(f"submitted 99.0, rebuilt {before!r}")
    assert found.parts["sent"] == [
        f"{ADAM}/adsl.xpt: not the file that was made",
        f"ADSL.AGE, record 3 (USUBJID {subject}): submitted 99.0, in Dataset-JSON {before}",
    ]
    assert found.parts["numbers"] == []


def test_a_value_of_sdtm_is_named_where_it_changes_what_was_made_of_it(copy, replay):
    """The list of checksums is made to agree, so that only the replay can see it."""
    before = alter_value(copy / SDTM / "dm.xpt", "AGE", 0, 99.0)
    subject = subject_of(copy / SDTM / "dm.xpt", 0)
    list_again(copy)
    found = replay(copy)
    assert found.code == DIFFERENT
    assert found.parts["files"] == []
    assert found.parts["sent"] == [
        f"{SDTM}/dm.xpt: not the file that was made",
        f"DM.AGE, record 1 (USUBJID {subject}): submitted 99.0, in Dataset-JSON {before}",
    ]
    named = [words for words in found.parts["datasets"] if words.startswith("ADSL.AGE, record 1 ")]
    assert len(named) == 1
    assert f"USUBJID {subject}" in named[0]
    assert named[0].endswith(f"submitted {before!r}, rebuilt 99.0")


def test_a_program_line_and_a_package_version_that_were_altered_are_each_named(copy, replay):
    line = "return days + (days >= 0)"
    alter_packed(copy, "scripts/derive/dates.py", line, line.replace("0", "1"))
    alter(copy / PROGRAMS / "requirements-lock.txt", "\nscipy==1.17.1 ;", "\nscipy==1.17.0 ;")
    list_again(copy)
    found = replay(copy)
    assert found.code == DIFFERENT
    at = line_of("scripts/derive/dates.py", line)
    assert found.parts["programs"] == [f"scripts/derive/dates.py: line {at} changed"]
    assert found.parts["environment"] == ["scipy: 1.17.1 instead of 1.17.0"]
    # The altered program ran too: what it changes is seen as well.
    assert any("DY" in words for words in found.parts["datasets"])
