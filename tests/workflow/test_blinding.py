"""A blinded trial from end to end: nothing tells the arms, and there is one way out of it."""

import csv
import hashlib
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from scripts.audit.ledger import read_ledger
from scripts.ingest.blinding.words import MARK
from scripts.tables import read_table
from tests.report.validity import broken_rules
from tests.workflow.blinded_trial import (
    COMMITMENT,
    make_blinded,
    pages_of,
    text_of,
    trialtrace,
    true_words,
    write_status,
)
from tests.workflow.conftest import Workshop

DUMMY = {"H": "ARMA", "L": "ARMB", "V": "ARMC"}
LEDGER = "results/audit/ledger.jsonl"


@pytest.fixture(scope="module")
def blinded(workshop, tmp_path_factory) -> Workshop:
    """The second trial, run blinded to its end."""
    shop = make_blinded(workshop, tmp_path_factory.mktemp("blinded"))
    shop.build()
    return shop


@pytest.fixture(scope="module")
def unblinded(blinded, tmp_path_factory) -> Workshop:
    """The same, unblinded by the recorded act and run again."""
    folder = tmp_path_factory.mktemp("unblinded")
    (folder / "trial.key").write_bytes((blinded.trial.parent / "trial.key").read_bytes())
    shop = blinded.copy(folder / "trial")
    done = trialtrace(shop, "unblind", "--reason", "The database is locked.")
    assert done.returncode == 0, done.stderr
    write_status(shop.trial, "unblinded")
    shop.build()
    return shop


def again(shop: Workshop, folder: Path) -> Workshop:
    """A copy to be broken in one test, the key beside it."""
    (folder / "trial.key").write_bytes((shop.trial.parent / "trial.key").read_bytes())
    return shop.copy(folder / "trial")


def refusal(shop: Workshop) -> str:
    done = shop.run("--dry-run")
    assert done.returncode != 0
    return done.stdout


def rows(shop: Workshop, name: str) -> list[dict[str, str]]:
    with (shop.trial / "raw" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_no_file_of_the_results_holds_a_word_that_names_a_true_arm(blinded, workshop):
    assert list(true_words(blinded.trial / "results")) == []
    # The search itself: the same trial open label is full of them.
    found = {path.split("/")[0] for path, _ in true_words(workshop.trial / "results")}
    assert {"ingest", "derive", "analyse", "report"} <= found


def test_the_plain_hash_of_the_allocation_list_stands_nowhere(blinded):
    plain = hashlib.sha256((blinded.trial / "raw/allocation.csv").read_bytes()).hexdigest()
    shown = hashlib.sha256((blinded.trial / "raw/scores.csv").read_bytes()).hexdigest()
    texts = [text_of(path) for path in (blinded.trial / "results").rglob("*") if path.is_file()]
    assert not any(plain in text for text in texts)
    assert any(shown in text for text in texts)


def test_arms_have_their_sizes_in_each_clinic_and_are_not_the_true_ones(blinded):
    clinic = {row["code"]: row["clinic"] for row in rows(blinded, "people")}
    true = {row["code"]: DUMMY[row["list"]] for row in rows(blinded, "allocation")}
    adsl = read_table(blinded.trial / "results/derive/adsl.parquet")
    dealt = dict(zip(adsl["SUBJID"], adsl["ARMCD"], strict=True))
    sizes = Counter((clinic[who], arm) for who, arm in dealt.items())
    assert sizes == Counter((clinic[who], arm) for who, arm in true.items())
    # Of 30 in arms of 10 about a third keep theirs by chance; all of them never would.
    assert 0 < sum(dealt[who] == true[who] for who in true) < 20


def test_raw_tables_and_records_tell_the_same_dummy_arms(blinded):
    raw = read_table(blinded.trial / "results/ingest/raw/allocation.parquet")
    dm = read_table(blinded.trial / "results/ingest/sdtm/dm.parquet").set_index("SUBJID")
    told = dict(zip(raw["code"], raw["list"].map(DUMMY), strict=True))
    assert told == dm["ARMCD"].to_dict()
    assert set(dm["ARM"]) == {f"Arm {letter} (blinded)" for letter in "ABC"}


def test_every_page_and_every_screen_says_that_the_arms_are_dummy_ones(blinded):
    folder = blinded.trial / "results/report"
    pages = {path.name: pages_of(path) for path in folder.rglob("*.pdf")}
    assert {"report.pdf", "profiles.pdf"} < set(pages)
    for name, texts in pages.items():
        for number, text in enumerate(texts, start=1):
            assert MARK in re.sub(r"\s+", " ", text), (name, number)
    screens = [*folder.rglob("*.html"), blinded.trial / "results/audit/explorer.html"]
    for path in screens:
        html = path.read_text(encoding="utf-8")
        assert f'content: "{MARK}"' in html, path
        assert MARK in re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL), path


def test_the_mark_breaks_no_rule_of_pdf_a_and_pdf_ua(blinded):
    folder = blinded.trial / "results/report"
    for path in [folder / "report.pdf", *sorted(folder.glob("listings/*.pdf"))[:1]]:
        assert broken_rules(path.read_bytes()) == []


def test_raw_values_are_not_changed_for_a_proof_while_they_must_not_be_shown(blinded, tmp_path):
    shop = again(blinded, tmp_path)
    done = shop.run("perturbation")
    assert done.returncode != 0
    assert "this would write true raw values among the results" in done.stdout


def test_a_publication_is_not_compared_with_dummy_arms(blinded):
    displays = json.loads(text_of(blinded.trial / "results/report/tables.json"))["displays"]
    withheld = {name for name, one in displays.items() if one["layout"] == "withheld"}
    assert withheld == {"x_verdicts", "x_inconsistencies", "x_published"}


def test_the_ledger_says_that_the_trial_was_blinded(blinded):
    events = [entry["event"] for entry in read_ledger(blinded.trial / LEDGER)]
    assert events == ["run", "blinded"]


def test_a_blinded_run_verifies_with_the_key_and_without_it_says_what_it_did_not_look_at(
    blinded, tmp_path
):
    done = trialtrace(blinded, "verify")
    assert (done.returncode, "keyed" in done.stdout) == (0, False), done.stdout
    shop = again(blinded, tmp_path)
    (tmp_path / "trial.key").unlink()
    (shop.trial / "raw/allocation.csv").unlink()
    done = trialtrace(shop, "verify")
    assert done.returncode == 0, done.stdout
    assert "raw/allocation.csv: hashes are keyed while the trial is blinded" in done.stdout


def test_a_changed_list_is_found_with_the_key_and_no_arm_of_it_is_shown(blinded, tmp_path):
    shop = again(blinded, tmp_path)
    path = shop.trial / "raw/allocation.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("P01,L", "P01,H", 1), encoding="utf-8")
    done = trialtrace(shop, "verify")
    assert done.returncode == 1
    assert "raw/allocation.csv" in done.stdout
    assert "column list" not in done.stdout


def test_a_blinded_run_is_not_handed_over_with_its_raw_files(blinded, tmp_path):
    words = ["crate", str(tmp_path / "crate"), "--trial", str(blinded.trial)]
    done = subprocess.run(
        [sys.executable, "-m", "scripts.trialtrace", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=blinded.project,
    )
    assert done.returncode == 2
    assert "its raw files hold the arms" in done.stderr
    assert not (tmp_path / "crate").exists()


def test_unblinded_results_are_those_of_an_open_label_plan_but_for_what_is_stated(
    unblinded, workshop
):
    made, expected = unblinded.results(), workshop.results()
    stated = {"report/tables.json", "report/report.html", "report/report.pdf", "report/lint.json"}
    same = {
        name
        for name in expected
        if "/seals/" not in name and not name.startswith("audit/") and name not in stated
    }
    assert {name for name in same if made.get(name) != expected[name]} == set()
    tables = [json.loads(results["report/tables.json"]) for results in (made, expected)]
    assert tables[0]["displays"] == tables[1]["displays"]
    facts = {fact["label"] for fact in tables[0]["front"]["facts"]}
    assert facts - {fact["label"] for fact in tables[1]["front"]["facts"]} == {"Blinding"}


def test_the_report_says_what_was_frozen_before_unblinding(unblinded):
    entries = read_ledger(unblinded.trial / LEDGER)
    entry = next(entry for entry in entries if entry["event"] == "unblinded")
    assert entry["reason"] == "The database is locked."
    first = re.sub(r"\s+", "", pages_of(unblinded.trial / "results/report/report.pdf")[0])
    for told in (entry["hash"], entry["roots"]["plan"], entry["roots"]["code"], COMMITMENT):
        assert told in first
    assert "Neitherplannorcodehaschangedsince." in first
    assert MARK.replace(" ", "") not in first


def test_an_analysis_that_is_changed_after_unblinding_is_printed_as_such(unblinded, tmp_path):
    shop = again(unblinded, tmp_path)
    plan = shop.trial / "config/analyses.yaml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace("interval: newcombe", "interval: wald", 1), encoding="utf-8")
    shop.build("tabulate")
    front = json.loads(text_of(shop.trial / "results/report/tables.json"))["front"]
    assert "ANALYSES CHANGED AFTER UNBLINDING" in json.dumps(front["notice"])
    assert "the plan (analyses) changed since" in json.dumps(front["facts"])


def test_nobody_is_blinded_again_after_unblinding(unblinded, tmp_path):
    shop = again(unblinded, tmp_path)
    for status, words in (
        ("blinded", "nobody can be blinded again"),
        ("open label", "so it is not open label"),
    ):
        if status == "open label":
            (shop.trial / "config/blinding.yaml").write_text("status: open label\n")
        else:
            write_status(shop.trial, status)
        assert words in refusal(shop)


def test_an_entry_that_was_edited_proves_no_unblinding(unblinded, tmp_path):
    shop = again(unblinded, tmp_path)
    ledger = shop.trial / LEDGER
    ledger.write_text(ledger.read_text().replace("The database is locked.", "It was time."))
    message = refusal(shop)
    assert "was altered, so it proves nothing" in message
    assert "was edited" in message


def test_a_plan_is_not_unblinded_by_a_word(blinded, tmp_path):
    shop = again(blinded, tmp_path)
    write_status(shop.trial, "unblinded")
    assert "nobody has unblinded this trial" in refusal(shop)
    (shop.trial / "config/blinding.yaml").write_text("status: open label\n")
    assert "the ledger says that this trial was blinded" in refusal(shop)


def test_another_key_is_refused(blinded, tmp_path):
    shop = again(blinded, tmp_path)
    (tmp_path / "trial.key").write_bytes(b"another key of a test, long enough for one\n")
    assert f"the plan is bound to {COMMITMENT}" in refusal(shop)
    done = trialtrace(shop, "unblind", "--reason", "Why not")
    assert done.returncode == 2
    assert "wrong key" in done.stderr


def test_results_that_were_touched_freeze_nothing(blinded, tmp_path):
    shop = again(blinded, tmp_path)
    path = shop.trial / "results/derive/adsl.parquet"
    path.write_bytes(path.read_bytes() + b" ")
    done = trialtrace(shop, "unblind", "--reason", "Lock")
    assert done.returncode == 2
    assert "results/derive/adsl.parquet: changed, is not what the run made" in done.stderr
    assert [e["event"] for e in read_ledger(shop.trial / LEDGER)] == ["run", "blinded"]


def test_without_a_finished_run_there_is_nothing_to_unblind(workshop, tmp_path):
    shop = make_blinded(workshop, tmp_path)
    done = trialtrace(shop, "unblind", "--reason", "Lock")
    assert done.returncode == 2
    assert "the ledger names no finished blinded run" in done.stderr


def test_results_with_true_arms_must_be_moved_away_before_blinding(bench):
    (bench.trial.parent / "trial.key").write_bytes(b"")
    write_status(bench.trial, "blinded")
    assert "could be guessed" in refusal(bench)
    from tests.workflow.blinded_trial import KEY

    (bench.trial.parent / "trial.key").write_bytes(KEY)
    assert "results/ was made with the true arms" in refusal(bench)
