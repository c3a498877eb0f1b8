"""The record of blinding: that a run was blinded, and the act that freezes its roots and opens it.

Unblinding needs a finished blinded run: its entry in the ledger, made from the plan, the code, the
environment and the raw files that are there now, and results that are what their seals say. Only
then is what is frozen what was looked at while blinded.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.audit.ledger import append_entry
from scripts.audit.run_entry import read_state, roots_of
from scripts.ingest.blinding.keys import BlindingError
from scripts.ingest.blinding.state import frozen_state
from scripts.ingest.blinding.status import BLINDED, FILE, Settled, entries_of, entry_of
from scripts.ingest.raw_folder import hash_raw_files
from scripts.seals import path_of, read_seals, sha256_of

Plan = Mapping[str, Any]
FROZEN = ("plan", "code", "environment", "raw")
STEPS = ("read_raw", "render_report")


def record_blinded(declared: Plan) -> None:
    """Tell the ledger of the first blinded run under a commitment; later ones are told already."""
    blinding = declared["blinding"]
    told = [entry for entry in entries_of() if entry["event"] == "blinded"]
    if blinding["status"] != BLINDED or any(
        entry["details"]["commitment"] == blinding["commitment"] for entry in told
    ):
        return
    append_entry(".", "blinded", {"commitment": blinding["commitment"]})


def check_results(folder: str | Path = "results") -> list[str]:
    """Results that are not there or not what their seals say; a run that never came to its end."""
    seals = read_seals(folder)
    made = {seal["rule"] for seal in seals}
    findings = [f"{step} has not run" for step in STEPS if step not in made]
    for seal in seals:
        if seal.get("damaged"):
            findings.append(f"{seal['seal']} is not what {seal['rule']} wrote")
        for address, entry in seal["outputs"].items():
            path = path_of(address)
            if not path.is_file():
                findings.append(f"{address} is not there")
            elif sha256_of(path) != entry["sha256"]:
                findings.append(f"{address} is not what {seal['rule']} made")
    return findings


def check_frozen(settled: Settled, files: Mapping[str, Any]) -> list[str]:
    """Why the present state is not that of a finished blinded run; nothing where it is.

    `files` names the files of the plan by section.
    """
    entries = entries_of()
    runs = [entry for entry in entries if entry["event"] in ("run", "failed")]
    if entry_of(entries, "blinded") is None or not runs:
        return ["the ledger names no finished blinded run; run it to its end: snakemake --cores 4"]
    last = runs[-1]
    if last["event"] == "failed":
        return [f"the last run (entry {last['number']}) failed; run it to its end"]
    raw = hash_raw_files(settled.plan["sources"])
    now = roots_of(read_state(settled.plan, raw), settled.plan, files)
    return [
        f"{kind}: not what the last run (entry {last['number']}) ran on; run again, then unblind"
        for kind in FROZEN
        if now[kind] != last["roots"][kind]
    ] + check_results()


def unblind(
    declared: Plan, settled: Settled, files: Mapping[str, Any], reason: str
) -> dict[str, Any]:
    """Record the unblinding in the ledger of the present folder and give back the entry.

    `declared` is the plan as its files say it, `settled` as it is run. Raises BlindingError where
    there is no finished blinded run, or where results or ledger are not what was written.
    """
    if declared["blinding"]["status"] != BLINDED:
        raise BlindingError(
            f"{FILE} says {declared['blinding']['status']!r}; only a blinded trial can be unblinded"
        )
    findings = check_frozen(settled, files)
    if findings:
        text = "\n  ".join(findings)
        raise BlindingError(f"nothing is frozen that could be unblinded\n  {text}")
    details = {"commitment": declared["blinding"]["commitment"], **frozen_state(declared)}
    runs = [entry for entry in entries_of() if entry["event"] == "run"]
    return append_entry(".", "unblinded", details, reason, runs[-1]["roots"])
