"""Finished runs: of the embedded trial with few imputations, and a small one to tamper with."""

import fcntl
import os
import shutil
from pathlib import Path

import pytest

from tests.audit.made_run import MadeRun, make_run
from tests.workflow.conftest import PROJECT, Workshop, copy_project


@pytest.fixture(scope="session")
def finished(tmp_path_factory) -> Workshop:
    """The project and the trial's folder after a run. Not to be changed: copy what you change."""
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent  # that of all workers
    base = root / "finished"
    shop = Workshop(base / "project", base / "trial")
    with (root / "finished.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (base / "complete").exists():
            _build(shop)
            (base / "complete").touch()
    return shop


def _build(shop: Workshop) -> None:
    shutil.rmtree(shop.trial.parent, ignore_errors=True)
    raw = Path("tests/trial/raw")
    shutil.copytree(PROJECT / raw, shop.trial / raw)
    shutil.copytree(PROJECT / "config", shop.trial / "config")
    copy_project(shop.project)
    shop.build("--configfile", "config/small.yaml")


@pytest.fixture(scope="session")
def made_once(tmp_path_factory) -> MadeRun:
    """A small run that no step made, with a file of each kind. Not to be changed."""
    return make_run(tmp_path_factory.mktemp("made") / "trial")


@pytest.fixture
def made(made_once, tmp_path) -> MadeRun:
    """A copy of the small run, to be tampered with."""
    return made_once.copy(tmp_path / "trial")


@pytest.fixture
def home(tmp_path) -> Path:
    """A folder beside the trial's, for keys."""
    folder = tmp_path / "keys"
    folder.mkdir()
    return folder
