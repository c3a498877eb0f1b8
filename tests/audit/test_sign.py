"""Who signed which root: good, changed, another key, expired, or for another namespace."""

import builtins
import json
import subprocess

import pytest

from scripts import trialtrace
from scripts.audit import signatures
from scripts.audit.ledger import append_entry, read_ledger
from scripts.audit.verification.folder import LEDGER, SIGNATURES


def make_key(home, name, kind="ed25519"):
    """A new private key without a passphrase."""
    path = home / name
    command = ["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", f"{name}@example.org"]
    subprocess.run([*command, "-f", str(path)], check=True)
    return path


def allow(home, key, options=""):
    """A file of allowed signers with one key."""
    words = key.with_suffix(".pub").read_text().split()[:2]
    path = home / "allowed"
    path.write_text(" ".join(filter(None, [f"{key.name}@example.org", options, *words])) + "\n")
    return path


@pytest.fixture
def key(home):
    return make_key(home, "anna")


def record_run(made):
    """The ledger's entry of the run, as the workflow writes it."""
    append_entry(made.folder, "run", {})


@pytest.fixture
def signed(made, key):
    """A run in the ledger, signed with Anna's key."""
    record_run(made)
    assert trialtrace.main(["sign", str(made.folder), "--key", str(key)]) == 0
    return made


def signature_of(made):
    """The one signature that is there."""
    (path,) = (made.folder / SIGNATURES).glob("*.sig")
    return path


def judged(made, **options):
    """(statuses of signatures, what is found of them)."""
    report = made.verify(**options)
    found = [finding.words for finding in report.findings if finding.kind == "signature"]
    return [facts["status"] for facts in report.facts["signatures"]], found, report


def test_a_good_signature_says_who_signed_which_root(signed, home, key):
    statuses, found, report = judged(signed, allowed=allow(home, key))
    assert (statuses, found, report.findings) == (["good"], [], [])
    assert any("by anna@example.org with key SHA256:" in note for note in report.notes)
    text = signature_of(signed).with_suffix("").read_text()
    assert f"manifest: {report.facts['root']}" in text
    assert f"content: {report.facts['title_page']}" in text


def test_without_allowed_signers_the_key_is_told_and_how_to_ask_whose_it_is(signed):
    statuses, found, report = judged(signed)
    assert (statuses, found) == (["unknown"], [])
    assert any("--allowed-signers" in note for note in report.notes)


def test_signing_is_an_entry_of_the_ledger_after_the_head_that_was_signed(signed):
    entries = read_ledger(signed.folder / LEDGER)
    assert [entry["event"] for entry in entries] == ["run", "signed"]
    assert "ledger: " in signature_of(signed).with_suffix("").read_text()
    assert "(entry 1)" in signature_of(signed).with_suffix("").read_text()


def test_a_changed_statement_is_told_as_changed_data(signed, home, key):
    text = signature_of(signed).with_suffix("")
    text.write_text(text.read_text().replace("MADE-1", "MADE-2"))
    statuses, found, _ = judged(signed, allowed=allow(home, key))
    assert statuses == ["data changed"]
    assert found[0].startswith("data changed: the signed text was changed")


def test_a_flipped_bit_in_the_signature_is_told(signed, home, key):
    path = signature_of(signed)
    signed.flip(f"{SIGNATURES}/{path.name}")
    statuses, found, _ = judged(signed, allowed=allow(home, key))
    assert statuses[0] in ("damaged", "data changed")
    assert len(found) == 1


def test_a_signature_made_anew_with_another_key_is_told(signed, home, key):
    other = make_key(home, "eve")
    path = signature_of(signed)
    text = path.with_suffix("").read_text()
    path.write_bytes(signatures.make_signature(text, other))
    statuses, found, _ = judged(signed, allowed=allow(home, key))
    assert statuses == ["other key"]
    assert "which is nobody's in allowed" in found[0]


def test_an_expired_key_is_told_and_judged_at_another_time_on_request(signed, home, key):
    allowed = allow(home, key, 'valid-after="20200101",valid-before="20210101"')
    assert judged(signed, allowed=allowed)[0] == ["expired"]
    assert judged(signed, allowed=allowed, when="20200601000000")[0] == ["good"]


def test_a_signature_or_key_of_another_namespace_is_told(signed, home, key):
    assert judged(signed, allowed=allow(home, key, 'namespaces="git"'))[0] == ["wrong namespace"]
    path = signature_of(signed)
    text = path.with_suffix("").read_bytes()
    command = ["ssh-keygen", "-Y", "sign", "-f", str(key), "-n", "git"]
    path.write_bytes(subprocess.run(command, input=text, capture_output=True, check=True).stdout)
    assert judged(signed, allowed=allow(home, key))[0] == ["wrong namespace"]


def test_a_signature_of_other_roots_stands_for_nothing_here(signed, home, key):
    path = signature_of(signed)
    says = signatures.read_statement(path.with_suffix("").read_text())
    text = signatures.format_statement({**says, "manifest": "0" * 64})
    path.with_suffix("").write_text(text)
    path.write_bytes(signatures.make_signature(text, key))
    statuses, found, _ = judged(signed, allowed=allow(home, key))
    assert statuses == ["good"]
    assert "stands for other roots than those here" in found[0]


def test_a_ledger_without_the_entry_that_was_signed_is_told(signed, home, key):
    (signed.folder / LEDGER).unlink()
    append_entry(signed.folder, "run", {"another": "history"})
    _, _, report = judged(signed, allowed=allow(home, key))
    assert any("no longer in it" in "".join(finding.details) for finding in report.findings)


def test_the_same_key_signs_to_the_same_bytes_and_an_old_signature_is_not_kept(signed, key):
    first = signature_of(signed).read_bytes()
    signature_of(signed).write_bytes(b"old")
    text = signature_of(signed).with_suffix("").read_text()
    assert signatures.make_signature(text, key) == first
    assert trialtrace.main(["sign", str(signed.folder), "--key", str(key)]) == 0
    assert signature_of(signed).read_bytes() != b"old"


def test_a_folder_that_does_not_verify_is_not_signed(made, key, capsys):
    made.flip("results/analyse/mean_age.json")
    assert trialtrace.main(["sign", str(made.folder), "--key", str(key)]) == 1
    assert "refused: " in capsys.readouterr().err
    assert not (made.folder / SIGNATURES).exists()


def test_a_key_that_others_can_read_is_refused_with_what_to_do(made, key, capsys):
    record_run(made)
    key.chmod(0o644)
    assert trialtrace.main(["sign", str(made.folder), "--key", str(key)]) == 2
    assert f"chmod 600 {key}" in capsys.readouterr().err


def test_a_missing_key_or_program_is_a_clear_message(signed, key, home, capsys, monkeypatch):
    assert trialtrace.main(["sign", str(signed.folder), "--key", str(home / "none")]) == 2
    assert "to make one: ssh-keygen" in capsys.readouterr().err
    monkeypatch.setenv("PATH", str(home))
    assert trialtrace.main(["sign", str(signed.folder), "--key", str(key)]) == 2
    assert "ssh-keygen is not there" in capsys.readouterr().err
    report = signed.verify()
    assert report.findings == []
    assert any("signatures are not judged: ssh-keygen is not there" in n for n in report.notes)


def test_a_chain_of_entries_that_was_tampered_with_is_named_by_verify(made):
    for count in range(5):
        append_entry(made.folder, "run", {"count": count})
    path = made.folder / LEDGER
    lines = path.read_bytes().splitlines(keepends=True)
    assert made.verify().findings == []

    def told(changed):
        path.write_bytes(b"".join(changed))
        return [finding.words for finding in made.verify().findings if finding.kind == "ledger"]

    swapped = [lines[0], lines[2], lines[1], *lines[3:]]
    assert "entries 2 and 3 were swapped" in told(swapped)
    assert "entry 3 was removed" in told([*lines[:2], *lines[3:]])
    edited = lines[1].replace(b'"count":1', b'"count":7')
    assert "entry 2 was edited" in told([lines[0], edited, *lines[2:]])


def test_a_last_run_that_ended_in_another_root_is_told(made):
    record_run(made)
    append_entry(made.folder, "run", {}, roots={"all": "0" * 64})
    words = [finding.words for finding in made.verify().findings]
    assert words == ["its last run (entry 2) ended in another root (all)"]


def test_verifying_needs_neither_snakemake_nor_a_network(signed, monkeypatch):
    taken = builtins.__import__

    def guarded(name, *rest, **more):
        assert name.split(".")[0] not in {"snakemake", "requests", "urllib3", "socket"}, name
        return taken(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", guarded)
    assert json.loads(json.dumps(signed.verify().as_json()))["intact"]
