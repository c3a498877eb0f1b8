"""The record of blinding: that a run was blinded, and the act that freezes its roots and opens it.

Unblinding needs a finished blinded run that verifies: plan, code, environment, raw files and every
result as they were when it ended. Only then is what is frozen what was looked at while blinded.
"""

from collections.abc import Mapping
from typing import Any

from scripts.audit.ledger import append_entry
from scripts.audit.verification.folder import Folder
from scripts.audit.verification.whole import NothingToVerifyError, verify_folder
from scripts.ingest.blinding.keys import BlindingError, check_commitment, key_path, read_key
from scripts.ingest.blinding.state import frozen_state
from scripts.ingest.blinding.status import BLINDED, FILE, entries_of, entry_of

Plan = Mapping[str, Any]
SHOWN = 10


def record_blinded(declared: Plan) -> None:
    """Tell the ledger of the first blinded run under a commitment; later ones are told already."""
    blinding = declared["blinding"]
    if blinding["status"] != BLINDED:
        return
    told = [entry for entry in entries_of() if entry["event"] == "blinded"]
    if all(entry["details"]["commitment"] != blinding["commitment"] for entry in told):
        append_entry(".", "blinded", {"commitment": blinding["commitment"]})


def check_frozen(folder: Folder) -> list[str]:
    """Why a folder does not hold a finished blinded run that verifies; nothing where it does."""
    finish = "run it to its end: snakemake --cores 4"
    entries = entries_of(folder.trial)
    runs = [entry for entry in entries if entry["event"] in ("run", "failed")]
    if entry_of(entries, "blinded") is None or not runs:
        return [f"the ledger names no finished blinded run; {finish}"]
    if runs[-1]["event"] == "failed":
        return [f"the last run (entry {runs[-1]['number']}) failed; {finish}"]
    try:
        report = verify_folder(folder, signatures=False)
    except NothingToVerifyError as error:
        return [str(error)]
    found = [f"{one.where}: {one.kind}, {one.words}" for one in report.findings]
    more = [f"and {len(found) - SHOWN} more: trialtrace verify"] if len(found) > SHOWN else []
    return found[:SHOWN] + more


def unblind(declared: Plan, folder: Folder, reason: str) -> dict[str, Any]:
    """Record the unblinding in the ledger of a folder and give back the entry.

    `declared` is the plan as its files say it. Raises BlindingError where it is not blinded, where
    the key is another one, and where the folder holds no finished blinded run that verifies.
    """
    blinding = declared["blinding"]
    if blinding["status"] != BLINDED:
        raise BlindingError(
            f"{FILE} says {blinding['status']!r}; only a blinded trial can be unblinded"
        )
    entries = entries_of(folder.trial)
    done = entry_of(entries, "unblinded")
    if done:
        raise BlindingError(f"entry {done['number']} of the ledger unblinded it already")
    check_commitment(read_key(key_path(blinding.get("key"), folder.trial)), blinding["commitment"])
    findings = check_frozen(folder)
    if findings:
        text = "\n  ".join(findings)
        raise BlindingError(f"nothing is frozen that could be unblinded\n  {text}")
    last = [entry for entry in entries if entry["event"] == "run"][-1]
    details = {"commitment": blinding["commitment"], "run": last["number"]}
    details |= frozen_state(declared)
    return append_entry(folder.trial, "unblinded", details, reason, last["roots"])
