"""The plans of the two trials, read once."""

import copy
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from scripts.plan import load_plan
from scripts.report.read_code import find_formulas
from scripts.tables import read_contract

PROJECT = Path(__file__).resolve().parents[2]
FOLDERS = {
    "embedded": PROJECT / "config",
    "second": PROJECT / "tests" / "workflow" / "second_trial" / "config",
}
STATS = sorted((PROJECT / "scripts" / "stats").glob("*.py"))
CONTRACTS = sorted((PROJECT / "config" / "schemas" / "tables").glob("*.yaml"))
# What is known of the code before it runs; the assumption is made up.
CODE = {
    "assumptions": [{"file": "scripts/x.py", "line": 1, "text": "Nobody is two people."}],
    "formulas": find_formulas({p.name: p.read_text(encoding="utf-8") for p in STATS}),
    "contracts": {path.stem: read_contract(path) for path in CONTRACTS},
}


@cache
def _read(trial: str) -> dict[str, Any]:
    folder = FOLDERS[trial]
    config = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
    return load_plan(config, folder)


def plan_of(trial: str) -> dict[str, Any]:
    """A plan of one's own, to be changed in one test."""
    return copy.deepcopy(_read(trial))
