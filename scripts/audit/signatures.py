"""Signatures with OpenSSH keys, detached: who stands for which root.

What is signed is a small text that names the study, the roots of manifest and content, and the
head of the ledger, so that a signature covers the data, the report, and how they came about.
"""

import hashlib
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAMESPACE = "trialtrace"
FIELDS = ("study", "manifest", "content", "ledger")
NO_LEDGER = "none"
HEAD = "trialtrace signature 1"
NO_PROGRAM = (
    "ssh-keygen is not there; it comes with OpenSSH (Debian: apt-get install openssh-client)"
)


class SignatureError(Exception):
    """Signing or judging a signature cannot be done; the message says what to do."""


@dataclass(frozen=True)
class Verdict:
    """What a signature is worth: `status` in one word, `words` for a person, `who` signed."""

    status: str
    words: str
    who: str | None = None
    key: str | None = None


def _ssh(arguments: list[str], text: bytes | None = None) -> tuple[int, str]:
    """(exit code, everything said) of one call of ssh-keygen."""
    try:
        done = subprocess.run(
            ["ssh-keygen", *arguments],
            input=text,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
    except FileNotFoundError:
        raise SignatureError(NO_PROGRAM) from None
    return done.returncode, done.stdout.decode("utf-8", "replace").strip()


def ledger_head(ledger: Path) -> str:
    """The SHA-256 of the ledger's last line, with its number; a word where there is no ledger."""
    lines = [line for line in ledger.read_bytes().split(b"\n") if line] if ledger.is_file() else []
    if not lines:
        return NO_LEDGER
    return f"{hashlib.sha256(lines[-1]).hexdigest()} (entry {len(lines)})"


def is_in_ledger(head: str, ledger: Path) -> bool:
    """Whether the ledger still holds, at its place, the line that was its head."""
    found = re.fullmatch(r"([0-9a-f]{64}) \(entry (\d+)\)", head)
    if found is None or not ledger.is_file():
        return head == NO_LEDGER
    lines = [line for line in ledger.read_bytes().split(b"\n") if line]
    place = int(found.group(2))
    return place <= len(lines) and hashlib.sha256(lines[place - 1]).hexdigest() == found.group(1)


def format_statement(values: Mapping[str, str]) -> str:
    """The text that is signed: a line for each of FIELDS."""
    return "\n".join([HEAD, *(f"{name}: {values[name]}" for name in FIELDS)]) + "\n"


def read_statement(text: str) -> dict[str, str]:
    """What a signed text says, by field; nothing where it is no such text."""
    lines = text.splitlines()
    values = dict(line.partition(": ")[::2] for line in lines[1:])
    return values if lines[:1] == [HEAD] and tuple(values) == FIELDS else {}


def key_comment(key: Path) -> str:
    """How the key calls itself, or its fingerprint where it has no name."""
    code, said = _ssh(["-l", "-f", str(key)])
    if code:
        raise SignatureError(f"{key} cannot be used: {said.splitlines()[-1] if said else 'no key'}")
    _, fingerprint, *comment = said.splitlines()[-1].split(" ")
    name = " ".join(comment[:-1])
    return name if name and name != "no comment" else fingerprint


def make_signature(text: str, key: Path) -> bytes:
    """The detached signature of a text. Raises SignatureError with what ssh-keygen says."""
    # Standard input, because ssh-keygen keeps an old signature beside a file and says nothing.
    try:
        done = subprocess.run(
            ["ssh-keygen", "-Y", "sign", "-f", str(key), "-n", NAMESPACE],
            input=text.encode(),
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise SignatureError(NO_PROGRAM) from None
    if done.returncode or b"BEGIN SSH SIGNATURE" not in done.stdout:
        said = done.stderr.decode("utf-8", "replace").strip()
        hint = f" (chmod 600 {key})" if "too open" in said else ""
        raise SignatureError(f"not signed{hint}: {said}")
    return done.stdout


def _key_in(said: str) -> str | None:
    found = re.search(r"key (SHA256:\S+)", said)
    return found.group(1) if found else None


def judge_integrity(text: Path, signature: Path) -> Verdict:
    """Whether a signature belongs to a text at all, whoever made it."""
    arguments = ["-Y", "check-novalidate", "-n", NAMESPACE, "-s", str(signature)]
    code, said = _ssh(arguments, text.read_bytes())
    if code == 0:
        key = _key_in(said)
        return Verdict("unknown", f"made with key {key}, whose owner is not asked for", key=key)
    if "incorrect signature" in said:
        return Verdict("data changed", "the signed text was changed after it was signed")
    if "namespace" in said:
        return Verdict("wrong namespace", f"was not made for {NAMESPACE}: another namespace")
    return Verdict("damaged", f"the signature cannot be read ({said.splitlines()[0]})")


def judge_signature(
    text: Path, signature: Path, allowed: Path | None = None, when: str | None = None
) -> Verdict:
    """What a signature is worth, and whose it is by a file of allowed signers.

    `when` (YYYYMMDDHHMMSS) judges the validity of keys at that time and not now.
    """
    whole = judge_integrity(text, signature)
    if whole.status != "unknown" or allowed is None:
        return whole
    at = ["-O", f"verify-time={when}"] if when else []
    code, said = _ssh(["-Y", "find-principals", "-f", str(allowed), "-s", str(signature), *at])
    if code:
        status = _refused(said)
        reasons = {
            "expired": f"the key {whole.key} is no longer, or not yet, valid",
            "other key": f"made with key {whole.key}, which is nobody's in {allowed.name}",
        }
        return Verdict(status, f"{reasons[status]} ({said.splitlines()[0]})", key=whole.key)
    who = said.splitlines()[0]
    common = ["-Y", "verify", "-f", str(allowed), "-I", who, "-n", NAMESPACE]
    code, said = _ssh([*common, "-s", str(signature), *at], text.read_bytes())
    if code == 0:
        return Verdict("good", f"by {who} with key {whole.key}", who, whole.key)
    if "namespace" in said:
        words = f"the key of {who} is not allowed to sign for {NAMESPACE}"
        return Verdict("wrong namespace", words, who, whole.key)
    return Verdict(_refused(said), f"by {who}, refused: {said.splitlines()[0]}", who, whole.key)


def _refused(said: str) -> str:
    return "expired" if "expired" in said or "not yet valid" in said else "other key"


def facts_of(verdict: Verdict, name: str, says: Mapping[str, Any]) -> dict[str, Any]:
    """A judged signature for a program."""
    return {"signature": name, **vars(verdict), "signed": dict(says)}
