"""A finished run of the embedded trial with few imputations, made once for all tests."""

import fcntl
import os
import shutil
from pathlib import Path

import pytest

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
