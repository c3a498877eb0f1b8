"""Signatures: whose they are, and whether they stand for the roots that are here."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scripts.audit.signatures import (
    Verdict,
    is_in_ledger,
    judge_signature,
    read_statement,
)
from scripts.audit.verification.chain import roots_in
from scripts.audit.verification.findings import Finding
from scripts.audit.verification.folder import LEDGER, SIGNATURES, Folder, short

REMEDIES = {
    "data changed": "put back the signed text, or sign anew: trialtrace sign --key KEYFILE",
    "wrong namespace": "sign anew: trialtrace sign --key KEYFILE",
    "damaged": "put back the signature, or sign anew: trialtrace sign --key KEYFILE",
    "expired": "ask its owner for a signature with a valid key",
    "other key": "ask who signed; a key to be trusted belongs in the file of allowed signers",
}


def check_scope(
    says: Mapping[str, str],
    roots: Mapping[str, str],
    folder: Folder,
    entries: Sequence[Mapping[str, Any]],
) -> tuple[list[str], bool]:
    """(what a signed text says that is not so here, whether it is of an earlier run)."""
    ledger = folder.trial / LEDGER
    wrong = [
        f"{name}: signed {short(says[name])}…, here {short(roots[name])}…"
        for name in ("manifest", "content")
        if says[name] != roots[name]
    ]
    if says["study"] != roots["study"]:
        wrong.append(f"study: signed {says['study']}, here {roots['study']}")
    if ledger.is_file() and not is_in_ledger(says["ledger"], ledger):
        wrong.append("ledger: the entry that was its head when signed is no longer in it")
        return wrong, False
    return wrong, bool(wrong) and says["manifest"] in roots_in(entries)


def _finding(where: str, verdict: Verdict) -> Finding:
    words = f"{verdict.status}: {verdict.words}"
    return Finding("signature", where, words, [], REMEDIES[verdict.status])


def check_signature(
    path: Path,
    roots: Mapping[str, str],
    folder: Folder,
    entries: Sequence[Mapping[str, Any]],
    allowed: Path | None,
    when: str | None = None,
) -> tuple[list[Finding], list[str], Verdict | None]:
    """(findings, notes, verdict) of one signature."""
    text, where = path.with_suffix(""), f"{SIGNATURES}/{path.name}"
    if not text.is_file():
        words = f"the text that it signs, {text.name}, is not there"
        return [Finding("signature", where, words, [], REMEDIES["data changed"])], [], None
    verdict = judge_signature(text, path, allowed, when)
    if verdict.status not in ("good", "unknown"):
        return [_finding(where, verdict)], [], verdict
    says = read_statement(text.read_text(encoding="utf-8", errors="replace"))
    if not says:
        words = "signs a text that is not one of trialtrace"
        return [Finding("signature", where, words, [], REMEDIES["damaged"])], [], verdict
    wrong, earlier = check_scope(says, roots, folder, entries)
    named = f"{text.stem}: {verdict.words}"
    if earlier:
        return (
            [],
            [f"signature {named}; of an earlier run, root {short(says['manifest'])}…"],
            verdict,
        )
    if wrong:
        remedy = "what is here was not signed: ask for a new signature, or for what was signed"
        words = f"{verdict.words}, stands for other roots than those here"
        return [Finding("signature", where, words, wrong, remedy)], [], verdict
    return [], [f"signature {named}; stands for this root and for all before it"], verdict


def check_signatures(
    roots: Mapping[str, str],
    folder: Folder,
    entries: Sequence[Mapping[str, Any]],
    allowed: Path | None,
    when: str | None = None,
) -> tuple[list[Finding], list[str], list[dict[str, Any]]]:
    """(findings, notes, facts) of every signature in the folder."""
    findings: list[Finding] = []
    notes: list[str] = []
    facts: list[dict[str, Any]] = []
    paths = sorted((folder.trial / SIGNATURES).glob("*"))
    for path in paths:
        if path.suffix == ".sig":
            found, said, verdict = check_signature(path, roots, folder, entries, allowed, when)
            findings += found
            notes += said
            facts.append({"signature": path.name, **(vars(verdict) if verdict else {})})
        elif not path.with_name(path.name + ".sig").is_file():
            words = "is signed by nothing: its signature is not there"
            where = f"{SIGNATURES}/{path.name}"
            findings.append(Finding("removed", where, words, [], "put back its signature"))
    if not paths:
        notes.append("nobody has signed this: trialtrace sign --key KEYFILE")
    elif allowed is None:
        notes.append("whose the keys are is told with: trialtrace verify --allowed-signers FILE")
    return findings, notes, facts
