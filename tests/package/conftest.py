"""The finished package of the embedded trial, made where it is not there."""

import fcntl
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def package() -> Path:
    """The folder of the package in this checkout, up to date; workers of the tests take turns."""
    with (PROJECT / ".snakemake/package.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = [sys.executable, "-m", "snakemake", "--cores", "2", "--quiet", "all"]
        subprocess.run([*made, "--", "submission"], cwd=PROJECT, check=True)
    return PROJECT / "results" / "package"
