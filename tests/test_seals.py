"""Seals: what a step read and made, as hashes, in a file that shows its own change."""

import json
from pathlib import Path

import pytest

from scripts.seals import address_of, entry_of, make_seal, parts_of, read_seals

OUTPUT = Path("results/derive/adsl.parquet")
SEAL = Path("results/derive/seals/derive_subjects.json")


@pytest.fixture
def sealed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    SEAL.parent.mkdir(parents=True)
    OUTPUT.write_text("made", encoding="utf-8")
    seal = make_seal(
        "derive_subjects", {"raw.csv": entry_of(b"raw")}, {str(OUTPUT): str(OUTPUT)}, {"k": 1}
    )
    SEAL.write_text(json.dumps(seal), encoding="utf-8")
    return seal


def test_a_seal_holds_the_hash_and_the_size_of_what_was_used_and_made(sealed):
    assert sealed["inputs"] == {"raw.csv": {"size": len(b"raw"), **entry_of(b"raw")}}
    assert sealed["outputs"] == {OUTPUT.as_posix(): entry_of(b"made")}


def test_a_seal_is_read_with_its_own_path(sealed):
    (found,) = read_seals()
    assert found == {**sealed, "seal": SEAL.as_posix()}


@pytest.mark.parametrize("part", ["rule", "params", "inputs", "outputs", "unread"])
def test_a_seal_of_which_anything_was_edited_is_damaged(sealed, part):
    changed = {**sealed, part: {} if isinstance(sealed[part], dict) else "edited"}
    SEAL.write_text(json.dumps(changed), encoding="utf-8")
    (found,) = read_seals()
    assert found["damaged"]
    assert found["rule"] == "derive_subjects"


def test_a_seal_that_was_cut_off_is_damaged(sealed):
    SEAL.write_text("{", encoding="utf-8")
    assert read_seals()[0]["damaged"]


def test_an_address_holds_no_absolute_path(sealed):
    code = Path(__file__).resolve().parents[1] / "scripts" / "seals.py"
    assert address_of(str(code)) == "code:scripts/seals.py"
    assert address_of("raw.csv") == "raw.csv"


def test_a_seal_tells_what_a_step_was_told_part_by_part():
    before = parts_of({"analyses": {"one": {"level": 0.9, "test": {"exact": True}}}, "seed": 1})
    after = parts_of({"analyses": {"one": {"level": 0.8, "test": {"exact": True}}}, "seed": 1})
    assert before["seed"] == after["seed"]
    assert before["analyses"]["one"]["test"] == after["analyses"]["one"]["test"]
    assert before["analyses"]["one"]["level"] != after["analyses"]["one"]["level"]
