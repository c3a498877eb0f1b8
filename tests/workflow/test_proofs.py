"""A run proves itself: intact as it is left, and named to the cell where it was touched."""

import json
import os

import pyarrow as pa
import pyarrow.parquet as pq

from scripts import trialtrace
from scripts.audit.ledger import read_ledger
from scripts.audit.verification.folder import LEDGER, Folder
from scripts.audit.verification.whole import verify_folder
from scripts.tables import read_arrow
from tests.audit.test_crate import validate


def verified(shop):
    """What a verification of a trial's folder says, its project elsewhere."""
    return verify_folder(Folder.at(str(shop.trial), str(shop.project)))


def test_a_finished_run_is_intact_and_its_title_page_prints_the_root(workshop):
    report = verified(workshop)
    assert [finding.words for finding in report.findings] == []
    content = json.loads((workshop.trial / "results/audit/content.json").read_text())
    manifest = json.loads((workshop.trial / "results/audit/manifest.json").read_text())
    assert report.facts["title_page"] == content["root"] == manifest["content"]
    assert content["root"] in (workshop.trial / "results/report/report.html").read_text()
    (entry,) = [e for e in read_ledger(workshop.trial / LEDGER) if e["event"] == "run"]
    roots = {name: part["root"] for name, part in content["parts"].items()}
    kinds = ("raw", "plan", "code", "environment")
    assert [entry["roots"][kind] for kind in kinds] == [roots[kind] for kind in kinds]
    assert (entry["roots"]["content"], entry["roots"]["all"]) == (content["root"], manifest["root"])


def test_the_manifest_lists_every_result_but_itself_and_the_logs(workshop):
    manifest = json.loads((workshop.trial / "results/audit/manifest.json").read_text())
    listed = {leaf["address"] for part in manifest["parts"].values() for leaf in part["leaves"]}
    own = {"audit/manifest.json", "audit/seals/write_manifest.json", "audit/ledger.jsonl"}
    assert {name for name in workshop.results() if f"results/{name}" not in listed} <= own


def test_every_table_of_a_run_has_columns_that_name_its_rows(workshop):
    content = json.loads((workshop.trial / "results/audit/content.json").read_text())
    assert len(content["tables"]) > 20
    assert [name for name, entry in content["tables"].items() if not entry["keys"]] == []


def test_a_cell_edited_in_a_cached_table_is_named_though_its_time_stamp_is_kept(bench):
    path = bench.trial / "results/derive/adsl.parquet"
    stamp = path.stat()
    table = read_arrow(path)
    subject, ages = table["USUBJID"][4].as_py(), table["AGE"].to_pylist()
    edited = pa.array([*ages[:4], ages[4] + 1, *ages[5:]], table["AGE"].type)
    place = table.column_names.index("AGE")
    pq.write_table(table.set_column(place, "AGE", edited), path)
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    (finding,) = verified(bench).findings
    assert finding.where == "results/derive/adsl.parquet"
    assert finding.details[0] == f"row 5 (USUBJID={subject}), column AGE (now {ages[4] + 1})"


def test_a_value_edited_in_a_raw_file_is_named_with_what_it_was(bench):
    path = bench.trial / "raw/people.csv"
    path.write_bytes(path.read_bytes().replace(b"P03,North,f,23,", b"P03,North,f,32,"))
    details = {finding.where: finding.details for finding in verified(bench).findings}
    assert list(details) == ["raw/people.csv"]
    assert details["raw/people.csv"][0] == "row 3, column years: was 23, is 32"


def test_a_run_to_hand_over_is_accepted_by_the_validator_and_verifies(workshop, tmp_path):
    crate = tmp_path / "crate"
    options = ["--trial", str(workshop.trial), "--project", str(workshop.project)]
    assert trialtrace.main(["crate", str(crate), *options]) == 0
    assert trialtrace.main(["verify", str(crate)]) == 0
    done = validate(crate, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
