"""Which files are the code, and which the plan: one answer for who lists and who verifies."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

CODE = ("Snakefile", "rules/*.smk", "scripts/**/*", "config/schemas/**/*.yaml")
LOCK = "envs/lock.txt"
TOP = "config/config.yaml"
# What stands for the plan as it ran, whatever a command line put over its files.
AS_RUN = "plan:as run"
# How the title page of the report calls the root over everything before it.
ROOT_LABEL = "Root over all"


def _is_code(path: Path, project: Path) -> bool:
    parts = path.relative_to(project).parts
    hidden = any(part.startswith(".") or part == "__pycache__" for part in parts)
    return path.is_file() and not hidden


def code_files(project: str | Path) -> list[str]:
    """Every file that decides what is computed or how it looks: steps, rules, schemas, words."""
    folder = Path(project)
    found = {path for pattern in CODE for path in folder.glob(pattern) if _is_code(path, folder)}
    return sorted(map(str, found))


def plan_files(files: Mapping[str, Any]) -> list[str]:
    """The top file of the plan and those that it names, from its section `files`."""
    return [TOP, *(f"config/{name}" for name in sorted(files.values()))]
