"""R is asked once, what it declines is listed, and whoever has no R is told what to do."""

import shutil
from pathlib import Path

import pytest

from scripts.crosscheck.ask_r import answers_of, ask_r, declined_of
from scripts.job import StepError
from scripts.tables import read_contract
from tests.against_r.bridge import needs_r

PROJECT = Path(__file__).resolve().parents[2]
PROGRAMS = PROJECT / "scripts" / "crosscheck"
CONTRACT = read_contract(PROJECT / "config/schemas/tables/answers.yaml")
PLAN = {
    "analyses": {"analyses": {"strange": {"kind": "unheard_of"}}},
    "settings": {"confidence_level": 0.95, "significance_level": 0.05, "imputations": 10},
}


def rscript(folder: Path, lines: str) -> None:
    """A program of the name Rscript."""
    path = folder / "Rscript"
    path.write_text("#!/bin/sh\n" + lines)
    path.chmod(0o755)


def test_without_r_the_message_names_the_script_that_installs_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StepError, match=r"R is not here.*envs/install-r\.sh"):
        ask_r("crosscheck.R", str(tmp_path), PLAN)


def test_a_missing_package_is_named(monkeypatch, tmp_path):
    rscript(tmp_path, "echo 'missing R packages: mice, haven' >&2; exit 3\n")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(StepError, match=r"missing R packages: mice, haven; .*install-r\.sh"):
        ask_r("crosscheck.R", str(tmp_path), PLAN)


def test_what_r_says_when_it_stops_is_said(monkeypatch, tmp_path):
    rscript(tmp_path, "echo 'Error: or_itt (logistic): no variable AGE' >&2; exit 1\n")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(StepError, match=r"or_itt .logistic.: no variable AGE"):
        ask_r("crosscheck.R", str(tmp_path), PLAN)


@needs_r
def test_r_itself_names_a_package_that_is_not_there(tmp_path):
    for path in PROGRAMS.glob("*.R"):
        shutil.copy(path, tmp_path)
    entry = tmp_path / "crosscheck.R"
    text = entry.read_text().replace('c("jsonlite",', 'c("jsonlite", "nosuchpackage",')
    entry.write_text(text)
    with pytest.raises(StepError, match=r"missing R packages: nosuchpackage; .*install-r\.sh"):
        ask_r(str(entry), str(tmp_path), PLAN)


@needs_r
def test_a_kind_that_the_programs_do_not_know_is_declined_by_name(tmp_path):
    answer = ask_r(str(PROGRAMS / "crosscheck.R"), str(tmp_path), PLAN)
    assert answers_of(answer, CONTRACT).empty
    assert declined_of(answer) == [
        {
            "analysis": "strange",
            "row": "*",
            "group": "*",
            "statistic": "*",
            "reason": "R's programs do not know the kind unheard_of",
        }
    ]
    assert answer["software"]["R"]


@needs_r
def test_the_design_needs_no_data_and_gives_the_published_sizes(tmp_path):
    arms = [
        {"code": "A", "ratio": 2},
        {"code": "B", "ratio": 1, "reference": True},
    ]
    design = {
        "proportions": {"A": 0.9, "B": 0.66},
        "power": 0.9,
        "dropout": 0.2,
        "variants": ["pooled_corrected", "unpooled", "other"],
    }
    known = {**design, "variants": design["variants"][:2]}
    plan = {
        **PLAN,
        "trial": {"arms": arms},
        "analyses": {
            "analyses": {
                "size": {"kind": "sample_size", "design": known},
                "word": {"kind": "sample_size", "design": design},
            }
        },
    }
    answer = ask_r(str(PROGRAMS / "crosscheck.R"), str(tmp_path), plan)
    table = answers_of(answer, CONTRACT)
    sizes = table[(table["ANALYSIS"] == "size") & (table["STATISTIC"] == "n")]
    found = dict(zip(zip(sizes["ROW"], sizes["GROUP"], strict=True), sizes["VALUE"], strict=True))
    # The publication: 125 and 63, from 100 and 50 that can be evaluated.
    for variant in known["variants"]:
        assert (found[variant, "A"], found[variant, "B"], found[variant, "A-B"]) == (125, 63, 188)
    assert [entry["reason"] for entry in declined_of(answer)] == [
        "R's programs do not know the variant other"
    ]
