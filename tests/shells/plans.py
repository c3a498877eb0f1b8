"""The plans of the two trials, read once."""

import copy
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from scripts.plan import load_plan

PROJECT = Path(__file__).resolve().parents[2]
FOLDERS = {
    "embedded": PROJECT / "config",
    "second": PROJECT / "tests" / "workflow" / "second_trial" / "config",
}


@cache
def _read(trial: str) -> dict[str, Any]:
    folder = FOLDERS[trial]
    config = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
    return load_plan(config, folder)


def plan_of(trial: str) -> dict[str, Any]:
    """A plan of one's own, to be changed in one test."""
    return copy.deepcopy(_read(trial))
