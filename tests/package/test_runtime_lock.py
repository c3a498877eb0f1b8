"""The lock of the replay is a part of the whole one: what runs, without engine and developers."""

from importlib.metadata import requires, version
from pathlib import Path

from packaging.requirements import Requirement

from scripts.package.replay.front import read_lock
from scripts.package.runtime_lock import blocks_of, canonical, runtime_lock

PROJECT = Path(__file__).resolve().parents[2]
LOCK = (PROJECT / "envs" / "lock.txt").read_text(encoding="utf-8")
MADE = """\
alone==1 \\
    --hash=sha256:aa
    # via ours (pyproject.toml:dev)
needed==2 \\
    --hash=sha256:bb \\
    --hash=sha256:cc
    # via ours (pyproject.toml)
brought-in==3 ; sys_platform == 'win32' \\
    --hash=sha256:dd
    # via
    #   needed
    #   alone
engines-own==4 \\
    --hash=sha256:ee
    # via snakemake
snakemake==9 \\
    --hash=sha256:ff
    # via
    #   alone
    #   ours (pyproject.toml)
"""


def test_only_what_the_project_needs_and_what_that_brings_in_is_kept_with_its_hashes():
    kept = blocks_of(runtime_lock(MADE))
    assert [name for name, _ in kept] == ["needed", "brought-in", "snakemake"]
    assert kept[0][1] == [
        "needed==2 \\",
        "    --hash=sha256:bb \\",
        "    --hash=sha256:cc",
        "    # via ours (pyproject.toml)",
    ]


def test_every_requirement_stands_in_the_whole_lock_as_it_is():
    whole = blocks_of(LOCK)
    part = blocks_of(runtime_lock(LOCK))
    assert 0 < len(part) < len(whole)
    assert [block for block in whole if block in part] == part
    names = {name for name, _ in part}
    assert {"numpy", "pandas", "scipy", "pyreadstat", "matplotlib", "snakemake"} <= names
    assert not {"pytest", "ruff", "mypy", "connection-pool"} & names


def test_whatever_a_package_of_the_part_requires_is_in_the_part_but_for_the_engine():
    pins = {canonical(name) for name in read_lock(runtime_lock(LOCK))}
    absent = {
        (name, canonical(need.name))
        for name in pins - {"snakemake"}
        for need in map(Requirement, requires(name) or [])
        if (need.marker is None or need.marker.evaluate({"extra": ""}))
        and canonical(need.name) not in pins
    }
    assert absent == set()


def test_the_versions_are_those_that_run_here():
    pins = read_lock(runtime_lock(LOCK))
    assert {name: version(name) for name in pins} == pins
