"""What a step really opens is what its rule lists: the kernel is asked, over one whole run."""

import os
import subprocess
from pathlib import Path

import pytest

from scripts.seals import read_seals
from tests.workflow import opened
from tests.workflow.conftest import Workshop, copy_project
from tests.workflow.opened import Opened, read_record, undeclared

SAMPLE = """\
10 execve("/bin/python", ["python", "-m", "snakemake"], 0x7 /* 9 vars */) = 0
10 openat(AT_FDCWD</t>, "/t/plan.yaml", O_RDONLY|O_CLOEXEC) = 3</t/plan.yaml>
10 clone(child_stack=NULL, flags=CLONE_VM) = 11
11 execve("/bin/python", ["python", "/t/.snakemake/scripts/tmpab_1.read_raw.py"], 0x7) = 0
11 openat(AT_FDCWD</t>, "raw/a.csv", O_RDONLY|O_CLOEXEC) = 3</t/raw/a.csv>
11 openat(AT_FDCWD</t>, "raw/b.csv", O_RDONLY|O_CLOEXEC) = -1 ENOENT (No such file or directory)
11 openat(AT_FDCWD</t>, "raw", O_RDONLY|O_DIRECTORY) = 3</t/raw>
11 openat(AT_FDCWD</t>, "job.cpython-311.pyc", O_RDONLY) = 3</p/__pycache__/job.cpython-311.pyc>
12 openat(AT_FDCWD</t>, "hidden.csv", O_RDONLY <unfinished ...>
11 clone3({flags=CLONE_VM}, 88) = 12
12 <... openat resumed>)        = 4</t/hidden.csv>
12 openat(AT_FDCWD</t>, "out.json", O_WRONLY|O_CREAT|O_CLOEXEC, 0666) = 4</t/out.json>
"""


def test_a_record_gives_the_files_of_a_step_and_of_what_it_began():
    assert list(read_record(SAMPLE.splitlines())) == [
        Opened("read_raw", Path("/t/raw/a.csv"), False),
        Opened("read_raw", Path("/p/job.py"), False),
        Opened("read_raw", Path("/t/hidden.csv"), False),
        Opened("read_raw", Path("/t/out.json"), True),
    ]


def test_a_file_that_the_rule_does_not_list_is_named_with_the_rule():
    listed = {"read_raw": {Path("/t/raw/a.csv"), Path("/p/job.py"), Path("/t/out.json")}}
    found = undeclared(read_record(SAMPLE.splitlines()), [Path("/t"), Path("/p")], listed)
    assert found == ["read_raw opened /t/hidden.csv, which its rule does not list"]


def path_in(shop: Workshop, address: str) -> Path:
    """Where an address lies in a workshop."""
    if address.startswith("code:"):
        return shop.project / address.removeprefix("code:")
    return shop.trial / address


def declared(shop: Workshop) -> dict[str, set[Path]]:
    """What each rule of a finished run reads and writes: its seal lists every input of the rule."""
    known = {}
    for seal in read_seals(shop.trial / "results"):
        made = [path_in(shop, address) for address in seal["outputs"]]
        own = Path(seal["seal"])
        log = shop.trial / "results/logs" / own.parts[-3] / f"{seal['rule']}.log"
        parts = [path.with_name(path.name + ".part") for path in [*made, own]]
        read = [path_in(shop, address) for address in seal["inputs"]]
        known[seal["rule"]] = {path.resolve() for path in [*read, *made, *parts, log]}
    return known


def may_trace() -> bool:
    """Whether strace is here and may look at other processes."""
    if opened.STRACE is None:
        return False
    tried = subprocess.run(
        [opened.STRACE, *opened.OPTIONS, "-o", os.devnull, "true"], capture_output=True, check=False
    )
    return tried.returncode == 0


@pytest.fixture
def traced():
    """Go on where strace may trace; else say why not."""
    if may_trace():
        return
    if os.environ.get("TRIALTRACE_STRACE") == "required":
        pytest.fail("strace is required here, and is not installed or may not trace")
    pytest.skip("strace is not installed, or may not trace (sh envs/install-strace.sh)")


def trace(shop: Workshop, record: Path, *targets: str) -> list[str]:
    """Build targets under strace; every file that a step opened and its rule does not list."""
    words = shop.command("--quiet", "all", "--", *targets)
    done = subprocess.run(
        opened.command(record, words),
        cwd=shop.trial,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    with record.open(encoding="utf-8", errors="replace") as lines:
        seen = list(read_record(lines))
    listed = declared(shop)
    assert {item.step for item in seen} == set(listed)
    return undeclared(seen, [shop.project.resolve(), shop.trial.resolve()], listed)


def test_every_step_opens_only_what_its_rule_lists(traced, unbuilt, tmp_path):
    # A project of its own, byte-compiled by the run itself as a newcomer's is.
    shop = Workshop(copy_project(tmp_path / "project"), unbuilt.trial)
    assert trace(shop, tmp_path / "record", "all", "shells") == []


def test_a_step_that_opens_another_file_by_any_library_is_named(traced, unbuilt, tmp_path):
    shop = Workshop(copy_project(tmp_path / "project"), unbuilt.trial)
    hidden = shop.trial / "config/config.yaml"
    step = shop.project / "scripts/ingest/read_raw.py"
    door = "    with Job(snakemake) as job:"
    text = step.read_text(encoding="utf-8")
    assert door in text
    peek = f"    import pyarrow\n    pyarrow.memory_map({str(hidden)!r})\n{door}"
    step.write_text(text.replace(door, peek), encoding="utf-8")
    assert trace(shop, tmp_path / "record", "ingest") == [
        f"read_raw opened {hidden}, which its rule does not list"
    ]
