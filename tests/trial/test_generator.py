"""The committed raw files are what the generator writes, and hold what they are meant to hold."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from tests.trial.generate import make_truth, truth_text
from tests.trial.generator.codebook import FORMS
from tests.trial.generator.files import content, write_forms
from tests.trial.generator.forms import make_forms
from tests.trial.generator.integers import Integers
from tests.trial.reference import RAW

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
NAMES = [*FORMS, "randomisation.csv"]


@pytest.fixture(scope="module")
def regenerated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("raw")
    write_forms(make_forms(), folder)
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_a_regenerated_file_has_the_committed_data_and_metadata(
    name: str, regenerated: Path
) -> None:
    assert content(regenerated / name) == content(RAW / name)


def test_no_other_file_lies_among_the_raw_files() -> None:
    assert sorted(path.name for path in RAW.iterdir()) == sorted(NAMES)


def test_the_committed_truth_is_the_plan_of_the_frozen_subjects() -> None:
    assert (HERE / "truth.json").read_text(encoding="utf-8") == truth_text()
    assert json.loads(truth_text()) == make_truth()


@pytest.mark.parametrize("seed", ["0", "31"])
def test_the_hash_seed_of_python_changes_nothing(seed: str, tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "tests.trial.generate", "--into", str(tmp_path)],
        check=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": seed},
    )
    assert all(content(tmp_path / "raw" / name) == content(RAW / name) for name in NAMES)
    assert (tmp_path / "truth.json").read_text(encoding="utf-8") == truth_text()


def test_the_integer_generator_is_splitmix64() -> None:
    draw = Integers("any")
    draw.state = 1234567
    # The first three outputs published for this seed with the algorithm.
    assert [draw.next() for _ in range(3)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]


def test_no_module_of_the_generator_knows_another_source_of_chance_or_a_float() -> None:
    for path in (HERE / "generator").glob("*.py"):
        code = path.read_text(encoding="utf-8")
        assert not re.search(r"import (random|numpy|math|time|secrets|uuid)\b|\bhash\(", code)
        assert "float(" not in code or path.name == "files.py", path.name  # SPSS stores doubles


def test_every_number_of_the_forms_is_a_whole_number() -> None:
    kinds = {type(x) for rows in make_forms().values() for row in rows for x in row.values()}
    assert kinds == {int, str, date, type(None)}


def test_generator_reference_and_workflow_do_not_import_each_other() -> None:
    reference = (HERE / "reference.py").read_text(encoding="utf-8")
    assert not re.search(r"^(from|import) .*(generator|scripts|generate)\b", reference, re.M)
    for path in (HERE / "generator").glob("*.py"):
        code = path.read_text(encoding="utf-8")
        assert not re.search(r"^(from|import) .*(scripts|reference)\b", code, re.M), path.name
    for path in (ROOT / "scripts").rglob("*.py"):
        assert "tests.trial" not in path.read_text(encoding="utf-8"), path.name
