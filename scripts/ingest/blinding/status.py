"""Which plan may run: what the plan says of blinding against what the ledger says happened.

A trial goes one way: blinded, unblinded by a recorded act, and never back. An open label trial was
never blinded. Each refusal says what to do.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.audit.ledger import LEDGER, check_ledger, read_ledger
from scripts.ingest.blinding.keys import (
    BlindingError,
    check_commitment,
    key_path,
    keyed_hashes,
    read_key,
)
from scripts.ingest.blinding.state import changed_since, statement_of
from scripts.plan import check_sections, checked_names
from scripts.seals import CONCEALED, read_seals

Plan = Mapping[str, Any]
FILE = "config/blinding.yaml"
# Sections that get keys while blinded which no author of a plan writes.
GIVEN_MORE = ("study", "settings", "outputs")
OPEN, BLINDED, UNBLINDED = "open label", "blinded", "unblinded"


@dataclass(frozen=True)
class Settled:
    """The plan as the steps see it, what the reader of raw files is told, and the key's file."""

    plan: dict[str, Any]
    reading: dict[str, Any]
    key: list[str] = field(default_factory=list)
    concealed: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What every job is told: the hashes that are not shown. Empty where all are."""
        return {CONCEALED: json.dumps(self.concealed) if self.concealed else ""}


def entries_of(folder: str | Path = ".") -> list[dict[str, Any]]:
    """The entries of the ledger. Raises BlindingError where its chain is broken."""
    entries = read_ledger(Path(folder) / LEDGER)
    findings = check_ledger(entries)
    if findings:
        text = "\n  ".join(findings)
        raise BlindingError(
            f"the run ledger {LEDGER} was altered, so it proves nothing of the blinding; put back "
            f"the one that was written\n  {text}"
        )
    return entries


def entry_of(entries: list[dict[str, Any]], event: str) -> dict[str, Any] | None:
    """The first entry of an event."""
    return next((entry for entry in entries if entry["event"] == event), None)


def _made_with(folder: str | Path) -> set[str] | None:
    """The hashes of what the present raw tables were read from; None where there are none."""
    seals = [seal for seal in read_seals(Path(folder) / "results") if seal["rule"] == "read_raw"]
    if not seals:
        return None
    return {entry["sha256"] for seal in seals for entry in seal["inputs"].values()}


def _settle_open(plan: Plan, folder: str | Path, cache: Path | None) -> Settled:
    # Only where a ledger is there: an open label trial must not depend on it.
    entries = entries_of(folder) if (Path(folder) / LEDGER).exists() else []
    if entry_of(entries, "blinded") or entry_of(entries, "unblinded"):
        raise BlindingError(
            f"{FILE}: the ledger says that this trial was blinded, so it is not open label; "
            "put back `status: blinded`, or after `trialtrace unblind` give `status: unblinded`"
        )
    kept = {section: value for section, value in plan.items() if section != "blinding"}
    return Settled(kept, {"sources": kept["sources"]})


def _checked(dummy: dict[str, Any], cache: Path | None) -> dict[str, Any]:
    """The plan with dummy arms, after every name in it was looked for again."""
    findings = check_sections({name: dummy[name] for name in dummy if name not in GIVEN_MORE})
    findings = findings or checked_names({**dummy, "blinding": {"status": OPEN}}, cache)
    if findings:
        text = "\n  ".join(findings)
        raise BlindingError(
            f"{len(findings)} finding(s) in the plan as it stands while blinded; mend left_out, "
            f"withhold or words in {FILE}\n  {text}"
        )
    return dummy


def _concealed_hashes(reading: dict[str, Any], folder: str | Path, key: bytes) -> dict[str, str]:
    """Plain hash and keyed one of each raw file that holds something concealed."""
    from scripts.ingest.blinding.dummy_plan import hidden_columns

    sources, hidden = reading["sources"], hidden_columns(reading["blinding"])
    paths = [Path(folder, sources["folder"], sources["sources"][name]["file"]) for name in hidden]
    return keyed_hashes(paths, key)


def _settle_blinded(plan: Plan, folder: str | Path, cache: Path | None) -> Settled:
    # Imported late: a trial that is not blinded need not load what reads its mapping.
    from scripts.ingest.blinding.dummy_plan import dummy_plan, reading_plan

    unblinded = entry_of(entries_of(folder), "unblinded")
    if unblinded:
        raise BlindingError(
            f"{FILE}: the trial was unblinded by {unblinded['user']} (entry "
            f"{unblinded['number']} of the ledger: {unblinded['reason']}); nobody can be blinded "
            "again: give `status: unblinded`"
        )
    declared = plan["blinding"].get("commitment")
    path = key_path(plan["blinding"].get("key"), folder)
    key = read_key(path)
    check_commitment(key, declared)
    made_with = _made_with(folder)
    if made_with is not None and declared not in made_with:
        raise BlindingError(
            "results/ was made with the true arms or under another key, and parts of it would "
            "stay; move it away (mv results elsewhere), then run"
        )
    reading = {"sources": plan["sources"], "blinding": reading_plan(plan)}
    dummy = _checked(dummy_plan(plan), cache)
    return Settled(dummy, reading, [str(path)], _concealed_hashes(reading, folder, key))


def _settle_unblinded(plan: Plan, folder: str | Path, cache: Path | None) -> Settled:
    entry = entry_of(entries_of(folder), "unblinded")
    if entry is None:
        raise BlindingError(
            f"{FILE}: nobody has unblinded this trial; with `status: blinded` and a finished run: "
            'trialtrace unblind --reason "..."'
        )
    if entry["details"]["commitment"] != plan["blinding"].get("commitment"):
        raise BlindingError(
            f"{FILE}: entry {entry['number']} of the ledger unblinded a trial with the commitment "
            f"{entry['details']['commitment']}; the plan has another"
        )
    kept = {section: value for section, value in plan.items() if section != "blinding"}
    changed = changed_since(entry["details"], plan)
    study = dict(kept["study"])
    study["blinding"] = statement_of(entry, changed)
    if changed:
        words = "ANALYSES CHANGED AFTER UNBLINDING."
        study["notice"] = f"{words} {study['notice']}" if study.get("notice") else words
    kept["study"] = study
    return Settled(kept, {"sources": kept["sources"]})


def settle_blinding(plan: Plan, folder: str | Path = ".", cache: Path | None = None) -> Settled:
    """What may be run of a checked plan in a trial's folder. Raises BlindingError."""
    settle = {OPEN: _settle_open, BLINDED: _settle_blinded, UNBLINDED: _settle_unblinded}
    return settle[plan["blinding"]["status"]](plan, folder, cache)
