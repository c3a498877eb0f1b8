"""The code that a step runs is found without running it."""

from pathlib import Path

import pytest

from scripts.imports import code_of


def test_a_step_lists_itself_what_it_imports_and_the_signs_of_its_packages():
    names = {Path(path).name for path in code_of("job")}
    assert {"job.py", "seals.py", "tables.py", "conditions.py", "__init__.py"} <= names


def test_libraries_are_not_listed():
    assert all("site-packages" not in path for path in code_of("job"))


def test_an_unknown_step_is_an_error():
    with pytest.raises(FileNotFoundError):
        code_of("derive.no_such_step")
