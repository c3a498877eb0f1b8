"""CDISC CORE: never passed where it did not run, and every finding answered where it did."""

import json
import subprocess
from pathlib import Path

import pytest

from scripts.job import StepError
from scripts.package import core_engine
from scripts.package.answers import check_answers, explanation_of
from scripts.package.conformance_page import format_page
from scripts.package.core_engine import cache_files, core_state, read_part, without_terms
from scripts.package.run_core import check_core, describe_core, explained, run_engine
from scripts.package.transport import write_transport
from scripts.seals import PROJECT
from tests.package.made_package import DAY, TWO, describe, made_sdtm

RUNNING = {"reason": None, "engine": "cdisc-rules-engine 0.17.1"}
TEMPLATE = (PROJECT / "scripts/package/lint/conformance.html.j2").read_text(encoding="utf-8")


def rule(
    status: str, *datasets: str, core_id: str = "CORE-000001", message: str = "Not so"
) -> dict:
    examples = [{"usubjid": "1", "seq": 1, "row": 1, "variables": ["A"], "values": {"A": "b"}}]
    findings = [
        {"dataset": name, "count": 2, "message": message, "examples": examples} for name in datasets
    ]
    return {"core_id": core_id, "status": status, "message": message, "findings": findings}


def answer(about: str = "CORE-000001", dataset: str | None = None) -> dict:
    more = {"dataset": dataset} if dataset else {}
    return {"rule": about, "explanation": f"As collected in {dataset or 'all'}", **more}


def core(rules: list, answers: list) -> list[str]:
    return check_core(explained(rules, answers), answers)


def test_a_finding_without_an_answer_is_listed_with_its_rule_and_data_set():
    findings = core([rule("issue reported", "AE", "CM"), rule("success")], [answer(dataset="AE")])
    assert findings == ["CORE-000001 in CM: 2 x Not so"]


def test_an_answer_without_a_data_set_answers_the_rest_and_one_with_it_comes_first():
    answers = [answer(), answer(dataset="AE")]
    assert core([rule("issue reported", "AE", "CM")], answers) == []
    assert explanation_of("CORE-000001", "AE", answers) == "As collected in AE"
    assert explanation_of("CORE-000001", "CM", answers) == "As collected in all"
    assert explanation_of("CORE-000002", "AE", answers) is None


def test_an_answer_to_what_was_not_found_is_an_error():
    assert core([rule("success")], [answer(dataset="AE")]) == [
        "CORE-000001 in AE: answered in the plan and not found; take it out"
    ]
    # The one for all has nothing left where each data set has its own.
    assert len(check_answers([("CORE-000001", "AE")], [answer(), answer(dataset="AE")])) == 1


def test_a_rule_that_could_not_be_run_stops_the_package_until_the_plan_says_why():
    rules = [rule("execution error", "SE", message="failed to build")]
    assert core(rules, []) == [
        "CORE-000001 in SE: could not be run: failed to build (failed to build)"
    ]
    answers = [answer(dataset="SE")]
    assert core(rules, answers) == []
    told = describe_core(RUNNING, "SDTMIG 3.4", "sdtmct-2025-03-28", explained(rules, answers))
    assert (told["counts"]["execution error"], told["counts"]["success"]) == (1, 0)


def test_what_did_not_run_is_not_executed_with_its_reason_and_nothing_passed():
    state = {"reason": "no engine", "engine": None}
    told = describe_core(state, "SDTMIG 3.4", "sdtmct-2025-03-28", [])
    assert (told["status"], told["reason"]) == ("not executed", "no engine")
    assert set(told["counts"].values()) == {0}
    none = {"rules": [], "counts": {}}
    page = format_page(TEMPLATE, {"core": told, "gate": none, "lint": none}, "MADE")
    assert "Not executed" in page and "no engine" in page


def test_skipped_rules_are_counted_apart_from_passed_ones():
    rules = [rule("success"), rule("skipped"), rule("skipped"), rule("issue reported", "AE")]
    told = describe_core(RUNNING, "SDTMIG 3.4", "sdtmct-2025-03-28", rules)
    assert told["status"] == "executed"
    assert told["counts"] == {
        "success": 1, "skipped": 2, "issue reported": 1, "execution error": 0
    }  # fmt: skip


def test_the_page_tells_every_finding_with_its_explanation():
    rules = explained([rule("issue reported", "AE", message="Not <so>")], [answer(dataset="AE")])
    told = describe_core(RUNNING, "SDTMIG 3.4", "sdtmct-2025-03-28", rules)
    gate = {"id": "TT1", "source": "S", "message": "Holds", "status": "not applicable"}
    gate |= {"checked": 0, "findings": 0, "examples": [], "by_dataset": []}
    lint = {**gate, "id": "TL1", "status": "error", "findings": 1, "examples": ["a.xpt: wrong"]}
    del lint["by_dataset"]
    reports = {
        "core": told,
        "gate": {"rules": [gate], "counts": {"not applicable": 1}},
        "lint": {"rules": [lint], "counts": {"error": 1}},
    }
    page = format_page(TEMPLATE, reports, "MADE")
    for words in (
        "Not &lt;so&gt;",
        "As collected in AE",
        "A = b",
        "not applicable",
        "a.xpt: wrong",
    ):
        assert words in page
    assert "<script" not in page


def made_cache(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for part in core_engine.PARTS:
        (folder / f"{part}.json").write_text("{}")
    return folder


def test_without_an_engine_or_rules_it_says_what_is_missing_and_names_no_path(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(core_engine, "core_python", lambda: tmp_path / "bin/python")
    monkeypatch.setenv(core_engine.CACHE, str(tmp_path / "none"))
    state = core_state()
    assert "not installed" in state["reason"] and "install-core.sh" in state["reason"]
    assert (state["engine"], state["cache"]) == (None, None)
    assert str(tmp_path) not in json.dumps(state)

    package = tmp_path / "lib/python3.12/site-packages/cdisc_rules_engine-0.17.1.dist-info"
    package.mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python").touch()
    state = core_state()
    assert "the rules are not there (rules, standard" in state["reason"]

    monkeypatch.setenv(core_engine.CACHE, str(made_cache(tmp_path / "cache")))
    state = core_state()
    assert state["reason"] is None
    assert state["engine"] == "cdisc-rules-engine 0.17.1"


def test_other_rules_are_another_parameter_and_compressed_ones_are_found(tmp_path, monkeypatch):
    cache = made_cache(tmp_path / "cache")
    monkeypatch.setattr(core_engine, "engine_version", lambda python: "0.17.1")
    monkeypatch.setattr(core_engine, "core_python", lambda: cache / "ct.json")
    monkeypatch.setenv(core_engine.CACHE, str(cache))
    before = core_state()
    (cache / "rules.json").write_text('{"CORE-000001": {}}')
    assert core_state()["cache"] != before["cache"]
    (cache / "ct.json").rename(cache / "ct.json.gz")
    assert cache_files(cache)["ct"].name == "ct.json.gz"


def test_rules_without_the_terminology_of_the_trial_are_not_run(tmp_path):
    cache = made_cache(tmp_path / "cache")
    (cache / "ct.json").write_text('{"sdtmct-2025-03-28": {}}')
    assert without_terms(cache, "sdtmct-2025-03-28") is None
    assert without_terms(cache, "sdtmct-1999-01-01") == (
        "the rules hold no terminology sdtmct-1999-01-01, but sdtmct-2025-03-28"
    )


def test_the_lock_holds_the_engine_with_hashes_and_no_address():
    lock = (PROJECT / "envs/core-lock.txt").read_text()
    assert "cdisc-rules-engine==0.17.1 \\\n    --hash=sha256:" in lock
    assert "://" not in lock


def test_the_installer_refuses_a_folder_without_rules_and_downloads_no_interpreter(tmp_path):
    script = str(PROJECT / "envs/install-core.sh")
    ran = subprocess.run(
        ["/bin/sh", script, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert "holds no rules.json" in ran.stderr
    # A shim that stands on the PATH and does not run is no interpreter.
    shim = tmp_path / "python3.12"
    shim.write_text("#!/bin/sh\nexit 1\n")
    shim.chmod(0o755)
    clean = {"PATH": f"{tmp_path}:/usr/bin:/bin", "HOME": str(tmp_path)}
    ran = subprocess.run(
        ["/bin/sh", script], env=clean, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert "TRIALTRACE_CORE_PYTHON" in ran.stderr


def fake_engine(tmp_path: Path, body: str) -> Path:
    """An interpreter that is a few lines of shell."""
    path = tmp_path / "python"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def test_the_engine_sees_copies_of_the_files_with_define_and_a_fixed_order_of_sets(
    tmp_path, monkeypatch
):
    # Arguments: runner, cache, data, out, options.
    body = 'printf \'{"rules": [{"files": "%s", "seed": "%s", "path": "%s"}]}\''
    body += ' "$(ls "$3" | tr "\\n" " ")" "$PYTHONHASHSEED" "$PYTHONPATH" > "$4"'
    path = fake_engine(tmp_path, body)
    monkeypatch.setattr("scripts.package.run_core.core_python", lambda: path)
    said = run_engine({"ae.xpt": b"x", "dm.xpt": b"y"}, b"<ODM/>", "sdtmct-2025-03-28", 1)
    assert said["rules"] == [{"files": "ae.xpt define.xml dm.xpt ", "seed": "0", "path": ""}]


def test_an_engine_that_ends_with_an_error_stops_the_step_with_its_words(tmp_path, monkeypatch):
    path = fake_engine(tmp_path, "echo 'no terminology' >&2; exit 1")
    monkeypatch.setattr("scripts.package.run_core.core_python", lambda: path)
    with pytest.raises(StepError, match="no terminology"):
        run_engine({"ae.xpt": b"x"}, None, "sdtmct-1999-01-01", 1)


def small_cache(folder: Path) -> Path:
    """Two of the rules that are here: all of them take a minute."""
    folder.mkdir()
    for part, path in cache_files(core_engine.core_cache()).items():
        held = read_part(path)
        if part == "rules":
            held = {key: held[key] for key in ("CORE-000001", "CORE-000266")}
        (folder / f"{part}.json").write_text(json.dumps(held))
    return folder


@pytest.mark.skipif(core_state()["reason"] is not None, reason="CDISC CORE is not installed here")
def test_the_real_engine_finds_a_planted_fault_without_a_network(tmp_path, monkeypatch):
    tables, files = made_sdtm(), {}
    # A serious event of which no criterion is met.
    tables["AE"].loc[1, "AESHOSP"] = "N"
    for name in ("AE", "DM"):
        told = describe(name, tables[name])
        labels = {entry["name"]: entry["label"] for entry in told["variables"]}
        heads = {"name": name, "label": told["label"], "labels": labels, "day": DAY}
        files[f"{name.lower()}.xpt"] = write_transport(tables[name], **heads)
    monkeypatch.setenv(core_engine.CACHE, str(small_cache(tmp_path / "cache")))
    said = run_engine(files, None, "sdtmct-2025-03-28", 1)["rules"]
    assert [one["status"] for one in said] == ["skipped", "issue reported"]
    assert said[0]["findings"] == []
    assert [(f["dataset"], f["count"]) for f in said[1]["findings"]] == [("AE", 1)]
    assert said[1]["findings"][0]["examples"][0]["usubjid"] == TWO
