"""Nothing is changed unseen: each way of tampering with a finished run is named by `verify`."""

import hashlib
import json
import shutil

import pandas as pd
import pyreadstat
import pytest

from scripts import trialtrace
from scripts.audit.verification.folder import (
    CONTENT,
    MANIFEST,
    MANIFEST_SEAL,
    PROOF,
    ROWS,
    Folder,
)
from scripts.audit.verification.roots import check_plan_as_run
from scripts.audit.verification.whole import verify_folder
from tests.audit import made_run as maker

FILES = [
    "raw/scores.sav",
    "raw/people.csv",
    "config/sources.yaml",
    "code:scripts/derive/derive_subjects.py",
    "code:scripts/report/templates/report.html.j2",
    "code:rules/derive.smk",
    "code:config/schemas/tables/adsl.yaml",
    "code:envs/lock.txt",
    "results/derive/adsl.parquet",
    "results/analyse/mean_age.json",
    "results/report/report.pdf",
    "results/report/report.html",
    "results/report/tables.json",
    "results/derive/seals/derive_subjects.json",
    CONTENT,
    ROWS,
    MANIFEST,
    MANIFEST_SEAL,
]


def told(report, kind=None):
    """The addresses of the findings, of one kind where it is given."""
    return {finding.where for finding in report.findings if kind in (None, finding.kind)}


def words_of(report):
    """Every line that a person reads."""
    return "\n".join(report.lines())


def test_a_copied_folder_that_nobody_touched_is_intact(made):
    report = made.verify()
    assert report.findings == []
    assert report.facts["files"] == sum(
        len(part["leaves"])
        for part in json.loads(made.path(MANIFEST).read_text())["parts"].values()
    )


@pytest.mark.parametrize("address", FILES)
def test_one_flipped_bit_is_named_in_each_kind_of_file(made, address):
    made.flip(address)
    report = made.verify()
    # A seal that names another hash of the manifest cannot say which of the two was changed.
    named = {MANIFEST, MANIFEST_SEAL} if address == MANIFEST_SEAL else {address}
    assert named & told(report, "changed")
    if address not in (MANIFEST, MANIFEST_SEAL):
        assert told(report) == {address}


@pytest.mark.parametrize("address", [MANIFEST, MANIFEST_SEAL, CONTENT])
def test_a_bit_anywhere_in_the_manifest_its_seal_and_the_content_counts(made, address):
    whole = made.path(address).read_bytes()
    # A hundred places; of the seal not its last line, where the digest of parameters stands.
    end = whole.index(b'"params"') if address == MANIFEST_SEAL else len(whole)
    for place in range(0, end, 1 + end // 100):
        made.flip(address, place)
        assert {MANIFEST, MANIFEST_SEAL, CONTENT} & told(made.verify()), place
        made.replace(address, whole)


def test_an_edited_cell_of_a_cached_table_is_named_by_row_and_column(made):
    stamp = made.path("results/derive/adsl.parquet").stat().st_mtime_ns
    made.edit("results/derive/adsl.parquet", lambda t: t.assign(AGE=t["AGE"].replace(23, 32)))
    assert made.path("results/derive/adsl.parquet").stat().st_mtime_ns == stamp
    report = made.verify()
    assert told(report) == {"results/derive/adsl.parquet"}
    lines = report.findings[0].details
    assert lines[0] == "row 3 (USUBJID=MADE-S-3), column AGE (now 32)"
    assert lines[1].startswith("column AGE: digest was ")


@pytest.mark.parametrize("value", [61.5 + 1e-9, -0.0, None])
def test_the_smallest_change_of_a_number_is_named(made, value):
    # In turn: the ninth decimal, the sign of zero, and a value that is gone.
    row = 4 if value == 0 else 1

    def change(table):
        table.loc[row, "WEIGHT"] = value
        return table

    made.edit("results/derive/adsl.parquet", change)
    line = made.verify().findings[0].details[0]
    assert line.startswith(f"row {row + 1} (USUBJID=MADE-S-{row + 1}), column WEIGHT (now ")


def test_reordered_rows_are_told_as_reordered(made):
    made.edit("results/derive/adsl.parquet", lambda t: t.iloc[[0, 2, 1, *range(3, 8)]])
    report = made.verify()
    assert told(report, "reordered") == {"results/derive/adsl.parquet"}
    assert report.findings[0].details[:3] == [
        "rows were reordered; 2 stand where another one stood:",
        "row 2 (USUBJID=MADE-S-3)",
        "row 3 (USUBJID=MADE-S-2)",
    ]


def test_reordered_columns_are_told_as_reordered(made):
    made.edit("results/derive/adsl.parquet", lambda t: t[["USUBJID", "SITE", "AGE", "WEIGHT"]])
    report = made.verify()
    assert told(report, "reordered") == {"results/derive/adsl.parquet"}
    assert report.findings[0].details[0] == "columns were reordered"


def test_removed_and_added_rows_are_told_by_their_neighbours_and_keys(made):
    def change(table):
        more = table.iloc[[7]].assign(USUBJID="MADE-S-99")
        return pd.concat([table.drop(index=[3, 4]), more], ignore_index=True)

    made.edit("results/derive/adsl.parquet", change)
    assert made.verify().findings[0].details[:4] == [
        "8 rows were written, 7 are there",
        "row 7 (USUBJID=MADE-S-99) was added or changed",
        "row 4 as it was is gone; it stood after row 3 (USUBJID=MADE-S-3)",
        "row 5 as it was is gone; it stood after row 3 (USUBJID=MADE-S-3)",
    ]


def test_added_and_removed_columns_are_named(made):
    change = {"AGE": "YEARS"}
    made.edit("results/derive/adsl.parquet", lambda t: t.rename(columns=change))
    lines = made.verify().findings[0].details
    assert lines[:2] == ["column YEARS was added", "column AGE was removed"]


def test_a_table_packed_anew_is_told_to_hold_the_same(made):
    table = pd.read_parquet(made.path("results/derive/adsl.parquet"))
    table.to_parquet(made.path("results/derive/adsl.parquet"), compression="gzip")
    lines = made.verify().findings[0].details
    assert lines[0] == "the same rows and columns, packed in another way"


def test_an_edited_raw_value_is_named_with_what_it_was(made):
    text = made.path("raw/people.csv").read_bytes()
    made.replace("raw/people.csv", text.replace(b"S-5,25", b"S-5,52"))
    report = made.verify()
    assert told(report, "changed") == {"raw/people.csv"}
    assert report.findings[0].details[0] == "row 5, column AGE: was 25, is 52"


def test_an_edited_value_of_a_statistical_file_is_named_with_what_it_was(made):
    table, _ = pyreadstat.read_sav(made.path("raw/scores.sav"))
    pyreadstat.write_sav(table.assign(SCORE=table["SCORE"] * 2), made.path("raw/scores.sav"))
    # 0, 1/4 and 1/2, twice; the first is still zero.
    lines = made.verify().findings[0].details
    assert lines[:2] == [
        "row 2, column SCORE: was 0.25, is 0.5",
        "row 3, column SCORE: was 0.5, is 1.0",
    ]


def test_a_raw_file_that_can_no_longer_be_read_is_told_so(made):
    made.replace("raw/people.csv", made.path("raw/people.csv").read_bytes() + b'"')
    line = made.verify().findings[0].details[0]
    assert line.startswith("as a table of its kind it is not proper CSV")


def test_a_deleted_file_is_named(made):
    for address in ("results/analyse/mean_age.json", "raw/scores.sav", MANIFEST, CONTENT):
        kept = made.path(address).read_bytes()
        made.path(address).unlink()
        assert address in told(made.verify(), "removed")
        made.path(address).write_bytes(kept)


def test_an_added_file_is_named_among_results_and_code(made):
    made.path("results/derive/adsl2.parquet").write_bytes(b"x")
    made.path("scripts/derive/secret.py").write_text("x = 1\n")
    added = {"results/derive/adsl2.parquet", "code:scripts/derive/secret.py"}
    assert told(made.verify(), "added") == added


def test_what_lies_beside_the_raw_files_is_noted_and_no_fault(made):
    made.path("raw/codebook.txt").write_text("AGE: years\n")
    report = made.verify()
    assert report.findings == []
    assert "read by no step: raw/codebook.txt" in words_of(report)


def test_a_renamed_file_is_told_as_moved(made):
    made.path("results/analyse/mean_age.json").rename(made.path("results/analyse/age.json"))
    report = made.verify()
    assert told(report) == told(report, "moved") == {"results/analyse/mean_age.json"}


def test_logs_ledger_and_what_was_set_aside_are_no_results(made):
    for name in ("results/logs/derive/x.log", "results/audit/altered/1/adsl.parquet"):
        made.path(name).parent.mkdir(parents=True)
        made.path(name).write_text("x")
    assert made.verify().findings == []


def test_the_proof_of_the_trace_is_made_beside_the_run(made):
    for address in PROOF:
        made.path(address).write_text("made later", encoding="utf-8")
    assert made.verify().findings == []


def test_a_file_and_its_leaf_changed_together_break_the_root_of_the_part(made):
    made.replace("results/analyse/mean_age.json", b'{\n "mean": 42.5\n}\n')
    old = '"sha256": "' + hashlib.sha256(b'{\n "mean": 24.5\n}\n').hexdigest()
    new = '"sha256": "' + hashlib.sha256(b'{\n "mean": 42.5\n}\n').hexdigest()
    for address in (MANIFEST, CONTENT):
        text = made.path(address).read_text()
        assert old in text
        made.replace(address, text.replace(old, new).encode())
    found = words_of(made.verify())
    assert "the root of the part intermediates is not that of the files listed in it" in found
    assert "was changed after it was written" in found


def test_a_forged_run_with_all_roots_made_anew_is_told_by_the_title_page(made, made_once):
    # Everything is listed anew after a change, as a forger with this program would do, but for the
    # report, which still prints the root of what it was made from.
    made.edit("results/derive/adsl.parquet", lambda t: t.assign(AGE=t["AGE"] + 1))
    tables = list(json.loads(made.path(CONTENT).read_text())["tables"])
    content, rows = maker._content(made.folder, tables)
    made.path(CONTENT).write_text(maker.format_json(content))
    maker.write_table(pd.DataFrame({"ROWDIGEST": rows}), made.path(ROWS))
    old = json.loads(made.path(MANIFEST).read_text())
    outputs = [
        maker._leaf(made.folder, leaf["address"]) for leaf in old["parts"]["outputs"]["leaves"]
    ]
    manifest = maker.extend_content(content, outputs, old["parts"]["seals"]["leaves"])
    made.path(MANIFEST).write_text(maker.format_json(manifest))
    maker.seal_manifest(made.folder)
    report = made.verify()
    assert {finding.kind for finding in report.findings} == {"roots"}
    assert told(report) == {
        f"results/report/{name}" for name in ("tables.json", "report.html", "report.pdf")
    }


def test_a_plan_overruled_on_the_command_line_is_told(made):
    content = json.loads(made.path(CONTENT).read_text())
    leaves = content["parts"]["plan"]["leaves"]
    assert "plan:as run" in {leaf["address"] for leaf in leaves}
    folder = Folder.at(str(made.folder))
    assert check_plan_as_run(content, folder) == []
    for leaf in leaves:
        if leaf["address"] == "plan:as run":
            leaf["sha256"] = "0" * 64
    assert [finding.where for finding in check_plan_as_run(content, folder)] == ["plan:as run"]


def test_a_trial_without_its_project_is_held_against_the_project_that_is_named(made, tmp_path):
    project = tmp_path / "project"
    project.mkdir()
    for part in ("Snakefile", "rules", "scripts", "envs"):
        shutil.move(made.folder / part, project / part)
    (project / "config").mkdir()
    shutil.move(made.folder / "config/schemas", project / "config/schemas")
    report = verify_folder(Folder.at(str(made.folder), str(project)))
    assert report.findings == []
    (project / "rules/derive.smk").write_text("# other\n")
    report = verify_folder(Folder.at(str(made.folder), str(project)))
    assert told(report, "changed") == {"code:rules/derive.smk"}


def test_exit_codes_and_json_are_for_programs(made, tmp_path, capsys):
    assert trialtrace.main(["verify", str(made.folder)]) == 0
    assert "INTACT" in capsys.readouterr().out
    made.flip("results/analyse/mean_age.json")
    assert trialtrace.main(["verify", str(made.folder), "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["intact"], said["findings"][0]["kind"]) == (False, "changed")
    assert trialtrace.main(["verify", str(tmp_path)]) == 2
    assert "name the folder of a trial in which a run ended" in capsys.readouterr().err
    assert trialtrace.main(["verify", str(tmp_path / "nowhere")]) == 2
    assert "is not there" in capsys.readouterr().err
