"""The ledger beside the manifest: whether its chain holds and its last run is this one."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scripts.audit.ledger import check_ledger, read_ledger
from scripts.audit.verification.findings import Finding
from scripts.audit.verification.folder import LEDGER, short

REMEDY = "compare it with a copy from before; the chain cannot be mended, only explained"


def ledger_entries(folder: Path) -> list[dict[str, Any]]:
    """The entries of a folder's ledger; none where there is none or it cannot be read."""
    try:
        return read_ledger(folder / LEDGER)
    except Exception:  # told by check_chain
        return []


def check_chain(folder: Path) -> list[Finding]:
    """Every way in which the ledger's chain is broken."""
    try:
        entries = read_ledger(folder / LEDGER)
    except Exception as error:
        return [Finding("ledger", LEDGER, f"cannot be read: {error}", [], REMEDY)]
    return [Finding("ledger", LEDGER, words, [], REMEDY) for words in check_ledger(entries)]


def runs_of(entries: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The entries of runs that ended well."""
    return [entry for entry in entries if entry.get("event") == "run"]


def check_last_run(
    entries: Sequence[Mapping[str, Any]], manifest_root: str, content_root: str
) -> list[Finding]:
    """Whether the last run that the ledger knows ended in these roots."""
    runs = runs_of(entries)
    if not runs:
        words = "has no entry of a run that ended well"
        return [Finding("ledger", LEDGER, words, [], "run it once more: snakemake --cores 4")]
    last = runs[-1]
    roots = last.get("roots") or {}
    findings = []
    for name, root in (("all", manifest_root), ("content", content_root)):
        if roots.get(name) != root:
            words = f"its last run (entry {last.get('number')}) ended in another root ({name})"
            lines = [f"there {short(roots.get(name))}…, here {short(root)}…"]
            remedy = "the results are not those of that run: snakemake --cores 4, then verify again"
            findings.append(Finding("ledger", LEDGER, words, lines, remedy))
    return findings


def roots_in(entries: Sequence[Mapping[str, Any]]) -> set[str]:
    """Every root over all that a run of the ledger ended in."""
    return {str((entry.get("roots") or {}).get("all")) for entry in runs_of(entries)}
