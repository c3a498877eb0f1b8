"""The environments that the rules name agree with the lock, and the lock keeps its promises."""

import re
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[2]
LOCK = (PROJECT / "envs" / "lock.txt").read_text(encoding="utf-8")
ENVIRONMENTS = sorted((PROJECT / "envs").glob("*.yaml"))


def locked_versions() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([a-z0-9.-]+)==([^ ;\\]+)", LOCK, re.MULTILINE):
        found.setdefault(name, set()).add(version)
    return found


@pytest.mark.parametrize("path", ENVIRONMENTS, ids=lambda path: path.stem)
def test_every_package_of_an_environment_has_the_version_of_the_lock(path):
    locked = locked_versions()
    listed = yaml.safe_load(path.read_text(encoding="utf-8"))["dependencies"]
    conda = [entry.split("=") for entry in listed if isinstance(entry, str) and entry != "pip"]
    # What only PyPI has stands in a list of its own, after pip itself.
    wheels = [
        part.split("==") for entry in listed if isinstance(entry, dict) for part in entry["pip"]
    ]
    for name, version in [*conda, *wheels]:
        entry = f"{name} {version}"
        if name != "python":
            assert version in locked[name], f"{path.name}: {entry}, lock: {locked[name]}"


def test_every_environment_is_named_by_the_rules_of_its_stage():
    for path in ENVIRONMENTS:
        rules = (PROJECT / "rules" / f"{path.stem}.smk").read_text(encoding="utf-8")
        assert f'"../envs/{path.name}"' in rules


def test_every_locked_version_has_hashes_and_the_lock_names_no_address():
    entries = re.split(r"^(?=[a-z0-9.-]+==)", LOCK, flags=re.MULTILINE)[1:]
    assert len(entries) > 50
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "http" not in LOCK
