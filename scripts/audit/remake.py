"""What is done about a file that is not what its seal says: keep it aside, make it again.

Snakemake cannot be told to run a rule while it reads the Snakefile. It does run a rule whose output
is older than its script, so such an output is back-dated.
"""

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from scripts.audit.ledger import LEDGER, append_entry, read_ledger
from scripts.audit.seal_checks import Finding
from scripts.seals import sha256_of

ASIDE = Path("results/audit/altered")
RECORDS = Path(".snakemake/metadata")
DIGITS = 12
LONG_AGO = 631152000  # 1990-01-01: older than any script of ours


class RemakeError(Exception):
    """What was found cannot be mended here; the message says what to do."""


def name_aside(path: Path, sha256: str) -> Path:
    """Where the altered copy of a result is kept: `derive.adsl.0123456789ab.parquet`."""
    parts = path.with_suffix("").parts
    inner = parts[1:] if parts[0] == "results" else parts
    return ASIDE / f"{'.'.join(inner)}.{sha256[:DIGITS]}{path.suffix}"


def _copy_aside(finding: Finding) -> Path:
    copy = name_aside(finding.path, finding.new or sha256_of(finding.path))
    if not copy.exists():
        copy.parent.mkdir(parents=True, exist_ok=True)
        part = copy.with_name(copy.name + ".part")
        shutil.copy2(finding.path, part)
        part.replace(copy)
    return copy


def _short(sha256: str | None) -> str:
    return f"{sha256[:DIGITS]}..." if sha256 else "nothing readable"


def describe(finding: Finding, past: bool) -> str | None:
    """One finding in words; None for what Snakemake tells itself, where it has its records."""
    kept = "is kept in" if past else "would be kept in"
    again = "runs again" if past else "would run again"
    if finding.kind == "altered":
        return (
            f"{finding.address} is not what {finding.rule} made (made {_short(finding.old)}, found "
            f"{_short(finding.new)}); what was found {kept} {ASIDE}, and {finding.rule} {again}"
        )
    if finding.kind == "damaged":
        return (
            f"{finding.address} is not a seal that {finding.rule} wrote: edited, or cut off; "
            f"it {kept} {ASIDE}, and {finding.rule} {again}"
        )
    if finding.kind == "parameters" and not RECORDS.exists():
        return f"{finding.rule} ran with other parameters than now; it {again}"
    return None


def describe_inputs(findings: Iterable[Finding], raw: Iterable[str]) -> list[str]:
    """Changed raw files, and whatever else changed under an old time stamp, a line each."""
    rules: dict[tuple[str, str | None, str | None], set[str]] = {}
    for finding in findings:
        if finding.kind == "input" and (finding.hidden or finding.address in raw):
            key = (finding.address, finding.old, finding.new)
            rules.setdefault(key, set()).add(finding.rule)
    return [
        f"{address} is not what was read (read {_short(old)}, found {_short(new)}"
        f"{'' if address in raw else ', under an old time stamp'}); "
        f"it is read again by {', '.join(sorted(names))}, with all that follows"
        for (address, old, new), names in rules.items()
    ]


def _already_told(entries: Sequence[Mapping[str, Any]], event: str) -> set[tuple[str, str]]:
    """(address, hash found) of what entries of this event tell since the last run."""
    told: set[tuple[str, str]] = set()
    for entry in reversed(entries):
        if entry.get("event") in ("run", "failed"):
            break
        if entry.get("event") == event:
            files = entry["details"]["files"]
            told |= {(address, file["new"]) for address, file in files.items()}
    return told


def _tell(event: str, files: Mapping[str, Mapping[str, Any]], reason: str | None) -> None:
    """One entry in the ledger about files that it does not tell of yet; none where it does."""
    told = _already_told(read_ledger(LEDGER), event)
    fresh = {address: file for address, file in files.items() if (address, file["new"]) not in told}
    if fresh:
        append_entry(".", event, {"files": fresh}, reason)


def _altered_file(finding: Finding) -> dict[str, Any]:
    copy = _copy_aside(finding).as_posix()
    return {"rule": finding.rule, "old": finding.old, "new": finding.new, "copy": copy}


def make_again(
    findings: Sequence[Finding], raw: Iterable[str] = (), reason: str | None = None
) -> None:
    """Keep altered files aside, tell the ledger, and back-date what must be made again.

    `raw` are the addresses of the raw files. Raises RemakeError where the folder cannot be written,
    LedgerError where the ledger cannot.
    """
    known = set(raw)
    try:
        altered = {
            finding.address: _altered_file(finding)
            for finding in findings
            if finding.kind in ("altered", "damaged")
        }
        changed = {
            finding.address: {"old": finding.old, "new": finding.new}
            for finding in findings
            if finding.kind == "input" and finding.address in known
        }
        _tell("altered", altered, reason)
        _tell("raw_changed", changed, reason)
        for path in {finding.path for finding in findings}:
            os.utime(path, (LONG_AGO, LONG_AGO))
    except OSError as error:
        raise RemakeError(
            f"{error.filename} cannot be written ({error.strerror}), so that results that are not "
            "what made them cannot be made again; make the folder writable"
        ) from None
