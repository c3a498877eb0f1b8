"""What the plan of a blinded trial may not say, and which status may follow which."""

import copy
import hashlib
from pathlib import Path
from typing import Any

import pytest

from scripts.audit.ledger import LEDGER, append_entry
from scripts.ingest.blinding.checks import check_blinding_plan
from scripts.ingest.blinding.dummy_plan import dummy_plan
from scripts.ingest.blinding.keys import BlindingError
from scripts.ingest.blinding.state import changed_since, frozen_state, statement_of
from scripts.ingest.blinding.status import settle_blinding
from scripts.plan import _registry, check_against_schema, load_plan, read_plan_file

PROJECT = Path(__file__).resolve().parents[2]
SECOND = PROJECT / "tests" / "workflow" / "second_trial" / "config"
KEY = b"a key of a test, longer than thirty-two bytes\n"
COMMITMENT = hashlib.sha256(KEY).hexdigest()


@pytest.fixture(scope="module")
def loaded() -> dict[str, dict[str, Any]]:
    return {
        name: load_plan(read_plan_file(folder / "config.yaml")[0], folder)
        for name, folder in (("embedded", PROJECT / "config"), ("second", SECOND))
    }


@pytest.fixture
def plans(loaded):
    return copy.deepcopy(loaded)


@pytest.fixture
def trial(tmp_path):
    folder = tmp_path / "trial"
    folder.mkdir()
    (tmp_path / "trial.key").write_bytes(KEY)
    return folder


def blinded(plan: dict[str, Any], **blinding: Any) -> dict[str, Any]:
    base = {"status": "blinded", "key": "../trial.key", "commitment": COMMITMENT}
    return {**plan, "blinding": base | blinding}


def found(plan: dict[str, Any], words: str) -> None:
    findings = check_blinding_plan(plan)
    assert [finding for finding in findings if words in finding], findings


def test_both_trials_are_open_label_and_their_plans_are_as_if_nothing_were_said(plans, trial):
    for plan in plans.values():
        assert check_blinding_plan(plan) == []
        settled = settle_blinding(plan, trial)
        assert settled.plan == {name: plan[name] for name in plan if name != "blinding"}
        assert (settled.reading, settled.key) == ({"sources": plan["sources"]}, [])
        assert settled.environment == {"TRIALTRACE_CONCEALED": ""}


def test_an_open_label_trial_conceals_nothing(plans):
    plan = {**plans["second"], "blinding": {"status": "open label", "words": {"a": "b"}}}
    assert check_blinding_plan(plan) == [
        "config/blinding.yaml: an open label trial conceals nothing; take out words"
    ]


def test_a_wrong_status_names_the_nearest_one():
    text = check_against_schema("blinding", {"status": "blind"}, "f", None, _registry())[0]
    assert "unknown word 'blind'; did you mean 'blinded'?" in text


def test_wrong_names_have_the_nearest_right_ones(plans):
    plan = blinded(
        plans["second"],
        within=["people.clinik"],
        withhold={"flars": "no reason"},
        accepted={"scores.icth": "no reason"},
        left_out={"analyses": ["flar"]},
    )
    found(plan, "within, people.clinik: unknown column 'clinik'; did you mean 'clinic'?")
    found(plan, "withhold, flars: unknown source 'flars'; did you mean 'flares'?")
    found(plan, "accepted, scores.icth: unknown column 'icth'; did you mean 'itch'?")
    found(plan, "left_out, analyses: unknown 'flar'; did you mean")


def test_arms_are_dealt_and_neither_withheld_nor_locked_by_a_plain_hash(plans):
    plan = blinded(plans["second"], withhold={"allocation.list": "the arm", "people.code": "id"})
    found(plan, "withhold, allocation.list: holds arms, which are dealt anew")
    found(plan, "withhold, people.code: names the subject")
    found(blinded(plans["second"], withhold={"allocation": "x"}), "withhold its other columns")
    plan["sources"]["sources"]["allocation"]["sha256"] = "0" * 64
    found(plan, "every allocation could be tried against its plain sha256")


def test_arms_that_are_not_coded_cannot_be_dealt(plans):
    plan = blinded(plans["second"])
    plan["sdtm"]["domains"]["DM"]["records"][0]["variables"]["ARMCD"] = {"constant": "HIGH"}
    found(plan, "DM.ARMCD must come from raw columns through code lists of arms")


def test_what_reads_withheld_doses_is_refused_until_it_is_left_out(plans):
    plan = blinded(plans["embedded"], withhold={"exposure": "the drugs are the arm"})
    found(plan, "exposure reads adex, which is withheld")
    found(plan, "infusion_dose reads EX, which is withheld")
    found(plan, "l_16_2_5 reads ex, which is withheld")
    # Several domains of which one is withheld can still be looked at.
    assert not [text for text in check_blinding_plan(plan) if "subject_known" in text]


def test_a_variable_that_every_record_must_have_cannot_be_withheld(plans):
    plan = blinded(plans["second"], withhold={"scores.planned_day": "reason"})
    found(plan, "SV.VISITNUM would be empty, and every record must have it")


def test_a_dummy_word_names_no_treatment_and_keeps_codes_apart(plans):
    found(blinded(plans["second"], words={"lotion": "Lotion 2%"}), "still names a treatment")
    plan = blinded(plans["embedded"], words={"RITUXIMAB": "DRUG", "TRETINOIN": "DRUG"})
    found(plan, "'DRUG' would stand for several codes of the list drug")


def test_a_blinded_plan_has_dummy_arms_and_passes_every_check_of_names(plans, trial):
    settled = settle_blinding(blinded(plans["second"]), trial)
    assert [arm["code"] for arm in settled.plan["trial"]["arms"]] == ["ARMA", "ARMB", "ARMC"]
    assert settled.plan["outputs"] != plans["second"]["outputs"]
    assert settled.key == [str(trial.parent / "trial.key")]


def test_a_plan_without_a_commitment_is_told_which_one_to_write(plans, trial):
    plan = blinded(plans["second"])
    del plan["blinding"]["commitment"]
    with pytest.raises(BlindingError, match=f"commitment: {COMMITMENT}"):
        settle_blinding(plan, trial)


def unblinding(plan: dict[str, Any], trial: Path) -> dict[str, Any]:
    roots = dict.fromkeys(("plan", "code", "environment", "content"), "a" * 64)
    details = {"commitment": COMMITMENT, **frozen_state(plan)}
    return append_entry(trial, "unblinded", details, "lock", roots)


def test_each_status_follows_only_what_the_ledger_says(plans, trial):
    plan = blinded(plans["second"])
    opened = blinded(plans["second"], status="unblinded")
    with pytest.raises(BlindingError, match="nobody has unblinded this trial"):
        settle_blinding(opened, trial)
    entry = unblinding(plan, trial)
    settled = settle_blinding(opened, trial)
    assert entry["hash"] in settled.plan["study"]["blinding"]
    assert settled.plan["trial"] == plans["second"]["trial"]
    with pytest.raises(BlindingError, match="nobody can be blinded again"):
        settle_blinding(plan, trial)
    with pytest.raises(BlindingError, match="so it is not open label"):
        settle_blinding(plans["second"], trial)
    other = blinded(plans["second"], status="unblinded", commitment="0" * 64)
    with pytest.raises(BlindingError, match="the plan has another"):
        settle_blinding(other, trial)


def test_a_ledger_that_was_edited_is_no_proof(plans, trial):
    unblinding(blinded(plans["second"]), trial)
    path = trial / LEDGER
    path.write_text(path.read_text().replace('"lock"', '"look"'), encoding="utf-8")
    for status in ("blinded", "unblinded"):
        with pytest.raises(BlindingError, match="was altered, so it proves nothing"):
            settle_blinding(blinded(plans["second"], status=status), trial)


def test_what_changed_since_the_freeze_is_named_and_the_status_is_no_change(plans):
    frozen = frozen_state(blinded(plans["second"]))
    opened = blinded(plans["second"], status="unblinded")
    assert changed_since(frozen, opened) == []
    opened["settings"] = {**opened["settings"], "seed": 8}
    assert changed_since(frozen, opened) == ["the plan (settings)"]
    assert changed_since({**frozen, "code": "0"}, opened) == ["the plan (settings)", "the code"]
    entry = {"number": 3, "hash": "h", "roots": {"plan": "p"}, "details": {"commitment": "c"}}
    assert statement_of(entry, ["the code"]).endswith(
        "Analyses changed after unblinding: the code changed since."
    )


def test_what_is_withheld_is_not_told_as_left_undone(plans):
    plan = blinded(plans["second"], withhold={"scores.itch": "reason"})
    variables = dummy_plan(plan)["sdtm"]["domains"]["QS"]["records"][0]["variables"]
    assert "QSSTRESN" in variables
    assert "QSSTAT" not in variables
    assert "QSSTAT" in plans["second"]["sdtm"]["domains"]["QS"]["records"][0]["variables"]
