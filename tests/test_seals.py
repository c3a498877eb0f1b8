"""Seals: what changed behind Snakemake's back is seen."""

import json
import os
from pathlib import Path

import pytest

from scripts.seals import address_of, check_seals, digest_of, make_seal

OUTPUT = Path("results/derive/adsl.parquet")
SEAL = Path("results/derive/seals/derive_subjects.json")
INPUT = Path("raw.csv")


@pytest.fixture
def sealed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    SEAL.parent.mkdir(parents=True)
    INPUT.write_text("raw", encoding="utf-8")
    os.utime(INPUT, (1, 1))
    OUTPUT.write_text("made", encoding="utf-8")
    seal = make_seal("derive_subjects", [str(INPUT)], {str(OUTPUT): str(OUTPUT)}, {"k": 1})
    SEAL.write_text(json.dumps(seal), encoding="utf-8")
    Path(".snakemake/metadata").mkdir(parents=True)
    return tmp_path


def change_unseen(path: Path) -> None:
    stamp = path.stat().st_mtime
    path.write_text("edit", encoding="utf-8")
    os.utime(path, (stamp, stamp))


def test_untouched_files_give_no_finding(sealed):
    assert check_seals() == []


def test_an_edited_output_is_found_although_its_time_stamp_is_old(sealed):
    change_unseen(OUTPUT)
    assert check_seals() == [
        "results/derive/adsl.parquet was changed after derive_subjects made it; "
        "to make it again: rm results/derive/adsl.parquet"
    ]


def test_a_deleted_output_is_no_finding_because_snakemake_makes_it_again(sealed):
    OUTPUT.unlink()
    assert check_seals() == []


def test_an_input_that_changed_under_an_old_time_stamp_is_found(sealed):
    change_unseen(INPUT)
    assert "raw.csv is not what derive_subjects read" in check_seals()[0]


def test_an_input_with_a_new_time_stamp_is_left_to_snakemake(sealed):
    INPUT.write_text("edit", encoding="utf-8")
    os.utime(INPUT, (2**33, 2**33))
    assert check_seals() == []


def test_changed_parameters_are_found_where_snakemakes_records_are_gone(sealed):
    now = {"derive_subjects": digest_of({"k": 2})}
    assert check_seals(params=now) == []
    Path(".snakemake/metadata").rmdir()
    assert "derive_subjects ran with other parameters" in check_seals(params=now)[0]
    assert check_seals(params={"derive_subjects": digest_of({"k": 1})}) == []


def test_a_damaged_seal_is_found(sealed):
    SEAL.write_text("{", encoding="utf-8")
    assert "cannot be read" in check_seals()[0]


def test_an_address_holds_no_absolute_path(sealed):
    code = Path(__file__).resolve().parents[1] / "scripts" / "seals.py"
    assert address_of(str(code)) == "code:scripts/seals.py"
    assert address_of("raw.csv") == "raw.csv"


def test_a_seal_that_a_vanished_rule_left_says_nothing(sealed):
    change_unseen(OUTPUT)
    assert check_seals(params={"another_rule": "x"}) == []
    assert len(check_seals(params={"derive_subjects": "x"})) == 1
