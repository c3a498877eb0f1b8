"""A workshop: a copy of the project with the second trial built in it, to be broken and mended."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from scripts.audit.ledger import LEDGER, check_ledger, read_ledger

PROJECT = Path(__file__).resolve().parents[2]
PARTS = ["Snakefile", "rules", "scripts", "config", "envs", "pyproject.toml"]


@dataclass(frozen=True)
class Workshop:
    """A project and a trial's folder, and what one does with them."""

    project: Path
    trial: Path
    stamps: dict[Path, int] = field(default_factory=dict)

    def command(self, *arguments: str, cores: int = 2) -> list[str]:
        """The command line of Snakemake for this trial."""
        start = [sys.executable, "-m", "snakemake", "--snakefile", str(self.project / "Snakefile")]
        return [*start, "--directory", str(self.trial), "--cores", str(cores), *arguments]

    def run(self, *arguments: str, cores: int = 2) -> subprocess.CompletedProcess[str]:
        """Run Snakemake; both streams in `stdout`."""
        return subprocess.run(
            self.command(*arguments, cores=cores),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            cwd=self.trial,
        )

    def build(self, *arguments: str, cores: int = 2) -> str:
        """Run Snakemake and expect it to succeed."""
        done = self.run(*arguments, cores=cores)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def would_run(self, *arguments: str) -> set[str]:
        """The rules that would run now, targets left out."""
        text = self.build("--dry-run", *arguments)
        table = re.search(r"^Job stats:\n.*?\n-[- ]*\n(.*?)^total", text, re.DOTALL | re.MULTILINE)
        rules = {line.split()[0] for line in table.group(1).splitlines()} if table else set()
        targets = {"all", "ingest", "validate", "derive", "impute", "analyse", "report", "audit"}
        return rules - targets

    def results(self) -> dict[str, bytes]:
        """Every result by its path, logs and what people did left out: the ledger, altered copies.

        Only these may differ between two builds of the same.
        """
        folder = self.trial / "results"
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
            and not {"logs", "altered", "ledger.jsonl"} & set(path.relative_to(folder).parts)
        }

    @contextlib.contextmanager
    def changed(self, path: str, old: str, new: str, ran: bool = False) -> Iterator[Path]:
        """A file of the project or the trial with one text replaced, then put back as it was.

        Where steps `ran` meanwhile, it is put back as a person would, with a new time stamp; the
        old stamp comes back when the bench is cleared, for the tests that follow.
        """
        target = self.trial / path if (self.trial / path).exists() else self.project / path
        before, stamp = target.read_text(encoding="utf-8"), target.stat().st_mtime_ns
        assert old in before, f"{path} does not contain {old!r}"
        target.write_text(before.replace(old, new, 1), encoding="utf-8")
        try:
            yield target
        finally:
            target.write_text(before, encoding="utf-8")
            if ran:
                self.stamps.setdefault(target, stamp)
            else:
                os.utime(target, ns=(stamp, stamp))

    def ledger(self) -> list[dict[str, Any]]:
        """The entries of the run ledger; their chain holds."""
        entries = read_ledger(self.trial / LEDGER)
        assert check_ledger(entries) == []
        return entries

    def copy(self, folder: Path) -> "Workshop":
        """The same project with a copy of the trial, time stamps kept."""
        shutil.copytree(self.trial, folder, copy_function=shutil.copy2)
        return Workshop(self.project, folder)


def copy_project(folder: Path) -> Path:
    """The parts of the project that run, copied with their time stamps."""
    folder.mkdir(parents=True)
    for part in PARTS:
        source = PROJECT / part
        if source.is_dir():
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, folder / part, copy_function=shutil.copy2, ignore=ignore)
        else:
            shutil.copy2(source, folder / part)
    return folder


def unlock(folder: Path) -> None:
    """Let the plan of a copied trial take any raw files: without the hashes that lock them."""
    path = folder / "config" / "sources.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"^ +sha256: .*\n", "", text, flags=re.MULTILINE), encoding="utf-8")


def copy_second_trial(folder: Path) -> Path:
    """The second trial as a newcomer would have it: its plan and its raw files."""
    for part in ("config", "raw"):
        source = PROJECT / "tests" / "workflow" / "second_trial" / part
        shutil.copytree(source, folder / part, copy_function=shutil.copy2)
    return folder


@pytest.fixture(scope="session")
def workshop(tmp_path_factory) -> Workshop:
    """A project of its own with the second trial built to the end."""
    base = tmp_path_factory.mktemp("workshop")
    shop = Workshop(copy_project(base / "project"), copy_second_trial(base / "trial"))
    shop.build()
    return shop


@pytest.fixture
def bench(workshop, tmp_path) -> Iterator[Workshop]:
    """A fresh copy of the built second trial, to be broken in one test."""
    shop = workshop.copy(tmp_path / "trial")
    yield shop
    for target, stamp in shop.stamps.items():
        if target.exists():
            os.utime(target, ns=(stamp, stamp))


@pytest.fixture
def unbuilt(workshop, tmp_path) -> Workshop:
    """The second trial with nothing built yet."""
    return Workshop(workshop.project, copy_second_trial(tmp_path / "trial"))
