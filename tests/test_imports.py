"""The code that a step runs is found without running it."""

import ast
import re
from pathlib import Path

import pytest

from scripts.imports import code_of

PROJECT = Path(__file__).resolve().parents[1]
STEPS = sorted(
    step
    for path in (PROJECT / "rules").glob("*.smk")
    for step in re.findall(r'code_of\("([\w.]+)"', path.read_text(encoding="utf-8"))
)
# Each takes a job longer to import than most jobs take to run.
HEAVY = ("scipy.stats", "scipy.optimize", "statsmodels", "matplotlib")
SECOND_OPINION = "analyse.second_opinion"


def imported(path: Path) -> set[str]:
    """The names of the modules that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_a_step_lists_itself_what_it_imports_and_the_signs_of_its_packages():
    names = {Path(path).name for path in code_of("job")}
    assert {"job.py", "seals.py", "tables.py", "conditions.py", "__init__.py"} <= names


def test_libraries_are_not_listed():
    assert all("site-packages" not in path for path in code_of("job"))


def test_an_unknown_step_is_an_error():
    with pytest.raises(FileNotFoundError):
        code_of("derive.no_such_step")


@pytest.mark.parametrize("step", [step for step in STEPS if step != SECOND_OPINION])
def test_only_the_second_opinion_imports_libraries_that_take_long(step):
    names = {name for path in code_of(step) for name in imported(PROJECT / path)}
    assert not [name for name in names if f"{name}.".startswith(tuple(f"{h}." for h in HEAVY))]


def test_the_second_opinion_imports_what_it_is_there_for():
    names = {name for path in code_of(SECOND_OPINION) for name in imported(PROJECT / path)}
    assert any(name.startswith("statsmodels.") for name in names)
