"""Bad input ends with one clear error that says where and what to do, and leaves nothing behind."""

import shutil
from pathlib import Path

import pytest

from tests.workflow.conftest import PROJECT, Workshop, copy_project


def refused(shop: Workshop, *targets: str) -> str:
    done = shop.run(*targets, "--keep-going")
    assert done.returncode != 0, done.stdout
    assert "Traceback" not in done.stdout
    return done.stdout


def made(shop: Workshop, stage: str) -> list[str]:
    """The data files of a stage that stand under their real names or as parts."""
    folder = shop.trial / "results" / stage
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def replace(path: Path, old: str, new: str, count: int = 1) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def test_a_missing_raw_file_is_named(unbuilt):
    (unbuilt.trial / "raw/scores.csv").unlink()
    assert "raw/scores.csv" in refused(unbuilt)
    assert made(unbuilt, "ingest") == []


def test_a_renamed_column_names_file_column_and_the_nearest_one_present(unbuilt):
    replace(unbuilt.trial / "raw/scores.csv", "seen_on", "seen_at")
    text = refused(unbuilt)
    assert "scores.csv" in text
    assert "seen_on" in text
    assert "seen_at" in text
    assert made(unbuilt, "ingest") == []


def test_an_impossible_date_names_file_row_subject_and_column(unbuilt):
    replace(unbuilt.trial / "raw/flares.csv", "P01,2024", "P01,2024-02-30,")
    (unbuilt.trial / "raw/flares.csv").write_text("code,on\nP01,2024-02-30\n", encoding="utf-8")
    text = refused(unbuilt)
    for word in ("flares.csv", "row 1", "P01", "on", "2024-02-30"):
        assert word in text
    assert made(unbuilt, "ingest") == []


def test_every_unmapped_code_is_listed_at_once(unbuilt):
    replace(unbuilt.trial / "raw/allocation.csv", ",V,", ",X,")
    replace(unbuilt.trial / "raw/allocation.csv", ",H,", ",Q,")
    text = refused(unbuilt)
    assert "allocation.csv" in text
    assert "'X'" in text
    assert "'Q'" in text
    assert "dm.parquet" not in made(unbuilt, "ingest")


def test_a_duplicate_subject_stops_the_run_with_both_rows(unbuilt):
    path = unbuilt.trial / "raw/people.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1]]) + "\n", encoding="utf-8")
    text = refused(unbuilt)
    assert "people.csv" in text
    assert "P01" in text
    assert made(unbuilt, "derive") == []


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("config.yaml", "settings:", "setings:", ["unknown key 'setings'", "settings"]),
        ("analyses.yaml", "population:", "populaton:", ["unknown key 'populaton'", "population"]),
        ("endpoints.yaml", "occasions:", "ocasions:", ["unknown key 'ocasions'", "occasions"]),
        ("analyses.yaml", "interval: newcombe", "interval: newcomb", ["newcomb", "newcombe"]),
    ],
)
def test_an_unknown_word_in_the_plan_names_file_line_and_nearest_word(
    unbuilt, file, old, new, words
):
    path = unbuilt.trial / "config" / file
    line = 1 + path.read_text(encoding="utf-8").split(old)[0].count("\n")
    replace(path, old, new)
    text = refused(unbuilt)
    assert f"config/{file}:{line}" in text
    for word in words:
        assert word in text
    assert made(unbuilt, "ingest") == []


def test_a_key_given_twice_in_the_plan_is_an_error(unbuilt):
    path = unbuilt.trial / "config/trial.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\nvisit_unit: week\n", encoding="utf-8")
    assert "stands twice" in refused(unbuilt)


@pytest.fixture(scope="module")
def embedded(tmp_path_factory) -> Workshop:
    """The embedded trial, unbuilt, beside a copy of the project."""
    base = tmp_path_factory.mktemp("embedded")
    project = copy_project(base / "project")
    shutil.copytree(PROJECT / "tests/trial/raw", base / "trial/tests/trial/raw")
    shutil.copytree(PROJECT / "config", base / "trial/config")
    return Workshop(project, base / "trial")


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda data: data[: len(data) // 2], id="truncated"),
        pytest.param(lambda data: b"SUBJID,VISWK\n01-001,0\n", id="not-spss"),
    ],
)
def test_a_damaged_sav_is_named_and_nothing_is_written(embedded, tmp_path, spoil):
    shop = embedded.copy(tmp_path / "trial")
    path = shop.trial / "tests/trial/raw/visits.sav"
    path.write_bytes(spoil(path.read_bytes()))
    text = refused(shop, "ingest")
    assert "visits.sav" in text
    assert made(shop, "ingest") == []
