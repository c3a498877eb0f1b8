"""A run to hand over: whole, without a clock, and accepted by the validator of RO-Crates."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import trialtrace
from scripts.audit.crate import METADATA, order_of
from scripts.audit.ledger import append_entry
from scripts.audit.verification.folder import LEDGER

CONTEXT = Path(__file__).with_name("ro-crate-1.1-context.jsonld")
ADDRESS = "https://w3id.org/ro/crate/1.1/context"


def make_crate(made, target, *options):
    """A crate of the small run; its metadata by the id of each entity."""
    arguments = ["crate", str(target), "--trial", str(made.folder), *options]
    assert trialtrace.main(arguments) == 0
    graph = json.loads((target / METADATA).read_text())["@graph"]
    return {entity["@id"]: entity for entity in graph}


def offline_cache(folder):
    """A cache that holds the one document that the validator asks for, as if it were fetched."""
    requests = pytest.importorskip("requests")
    cached = pytest.importorskip("requests_cache")
    urllib3 = pytest.importorskip("urllib3")

    class Kept(requests.adapters.HTTPAdapter):
        def send(self, request, *rest, **more):
            raw = urllib3.HTTPResponse(
                body=io.BytesIO(CONTEXT.read_bytes()),
                headers={"Content-Type": "application/ld+json"},
                status=200,
                preload_content=False,
                request_url=request.url,
            )
            return self.build_response(request, raw)

    session = cached.CachedSession(cache_name=str(folder / "cache"), backend="sqlite")
    session.mount("https://", Kept())
    session.get(ADDRESS)
    session.close()
    return folder / "cache"


def validate(crate, folder):
    """What rocrate-validator says of a crate, offline."""
    pytest.importorskip("rocrate_validator")
    code = "from rocrate_validator.cli import cli; cli()"
    profile = ["-p", "provenance-run-crate", "-l", "required", "--no-paging"]
    offline = ["--offline", "--cache-path", str(offline_cache(folder))]
    command = [sys.executable, "-c", code, "-y", "validate", str(crate), *profile, *offline]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)


def test_the_validator_accepts_the_crate_offline_and_notices_a_missing_file(made, tmp_path):
    crate = tmp_path / "crate"
    make_crate(made, crate)
    done = validate(crate, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    (crate / "results/derive/adsl.parquet").unlink()
    assert validate(crate, tmp_path).returncode == 1


def test_a_crate_verifies_by_itself_as_the_folder_that_it_was_made_from(made, tmp_path, capsys):
    make_crate(made, tmp_path / "crate")
    assert trialtrace.main(["verify", str(tmp_path / "crate")]) == 0
    path = tmp_path / "crate/results/analyse/mean_age.json"
    path.write_bytes(path.read_bytes().replace(b"24.5", b"25.5"))
    assert trialtrace.main(["verify", str(tmp_path / "crate")]) == 1


def test_every_file_of_the_manifest_is_in_the_crate_and_listed_with_its_hash(made, tmp_path):
    entities = make_crate(made, tmp_path / "crate")
    files = {
        path.relative_to(tmp_path / "crate").as_posix()
        for path in (tmp_path / "crate").rglob("*")
        if path.is_file()
    }
    listed = {part["@id"] for part in entities["./"]["hasPart"]}
    assert listed == files - {METADATA}
    assert all(len(entities[name]["sha256"]) == 64 for name in listed)


def test_a_step_is_a_rule_with_its_script_and_what_it_took_and_gave(made, tmp_path):
    entities = make_crate(made, tmp_path / "crate")
    assert entities["#step-derive_subjects"]["position"] == "1"
    assert entities["#run-derive_subjects"]["instrument"]["@id"] == (
        "scripts/derive/derive_subjects.py"
    )
    assert entities["#run-derive_subjects"]["result"] == [{"@id": "results/derive/adsl.parquet"}]
    assert entities["#snakemake"]["softwareVersion"] == "9.27.1"


def test_a_crate_has_no_clock_no_person_and_the_same_bytes_twice(made, tmp_path):
    append_entry(made.folder, "run", {})
    for name in ("one", "two"):
        make_crate(made, tmp_path / name)
    text = (tmp_path / "one" / METADATA).read_bytes()
    assert text == (tmp_path / "two" / METADATA).read_bytes()
    assert b"Time" not in text
    assert b"Person" not in text
    assert not (tmp_path / "one" / LEDGER).exists()
    make_crate(made, tmp_path / "three", "--with-ledger")
    assert (tmp_path / "three" / LEDGER).exists()


def test_a_crate_is_made_of_what_verifies_and_into_a_new_folder(made, tmp_path, capsys):
    (tmp_path / "full").mkdir()
    (tmp_path / "full/x").touch()
    start = ["crate", "--trial", str(made.folder)]
    assert trialtrace.main([*start, str(tmp_path / "full")]) == 2
    assert "is there already" in capsys.readouterr().err
    made.flip("results/analyse/mean_age.json")
    assert trialtrace.main([*start, str(tmp_path / "crate")]) == 1
    assert "refused: 1 finding(s)" in capsys.readouterr().err


def test_steps_stand_in_an_order_in_which_they_can_run():
    seals = [
        {"rule": "a_last", "inputs": ["y"], "outputs": ["z"]},
        {"rule": "m_middle", "inputs": ["x"], "outputs": ["y"]},
        {"rule": "z_first", "inputs": [], "outputs": ["x"]},
    ]
    assert order_of(seals) == ["z_first", "m_middle", "a_last"]
