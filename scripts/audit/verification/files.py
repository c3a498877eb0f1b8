"""Files against the leaves of a manifest: changed, removed, moved, added."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from scripts.audit.listed import AS_RUN
from scripts.audit.merkle import Leaf
from scripts.audit.verification.findings import Finding
from scripts.audit.verification.folder import BESIDE, EXEMPT, Folder, room_of, short
from scripts.audit.verification.raw_cells import explain_raw
from scripts.audit.verification.tables import explain_table
from scripts.seals import sha256_of

AGAIN = "snakemake --cores 4"
# What everything else was made from is told first.
ORDER = ("raw", "plan", "code", "environment", "intermediates", "outputs", "seals")
REASON = f'TRIALTRACE_REASON="why" {AGAIN}'
REMEDIES = {
    "raw": f"put back the file that was read; if the change is meant: {REASON}",
    "plan": f"put back the plan that ran; if the change is meant: {REASON}",
    "code": "put back the code that ran, or name its checkout: trialtrace verify --project FOLDER; "
    f"if the change is meant: {REASON}",
    "environment": f"put back the lock that ran; if the change is meant: {REASON}",
}


def _remedy(part: str, address: str, there: bool = True) -> str:
    if part in REMEDIES:
        return REMEDIES[part]
    return f"rm {address}; {AGAIN}" if there else AGAIN


def _hashes(leaf: Leaf, now: str) -> str:
    return f"sha256 was {short(leaf['sha256'])}…, is {short(now)}…"


def _changed(
    part: str,
    leaf: Leaf,
    now: str,
    folder: Folder,
    tables: Mapping[str, Any],
    rows: Mapping[str, np.ndarray],
) -> Finding:
    address, path = leaf["address"], folder.path_of(leaf["address"])
    kind = "changed"
    details: list[str] = []
    if address in tables:
        kind, details = explain_table(path, tables[address], rows.get(address))
    elif part == "raw":
        details = explain_raw(address, folder)
    size = path.stat().st_size
    if size != leaf["size"] and not details:
        details = [f"size was {leaf['size']} bytes, is {size}"]
    words = (
        "its rows or columns stand in another order"
        if kind == "reordered"
        else (
            "is not the file that the run read" if part in REMEDIES else "is not what the run made"
        )
    )
    return Finding(kind, address, words, [*details, _hashes(leaf, now)], _remedy(part, address))


def _gone(part: str, leaf: Leaf, folder: Folder) -> Finding:
    address = leaf["address"]
    outside = part == "raw" and "/" not in address
    remedy = _remedy(part, address, there=False)
    if outside and folder.raw is None:
        remedy = (
            f"if raw files lie in another folder: trialtrace verify --raw FOLDER; else {remedy}"
        )
    return Finding("removed", address, "is no longer there", remedy=remedy)


def compare_files(
    parts: Mapping[str, Any],
    folder: Folder,
    tables: Mapping[str, Any],
    rows: Mapping[str, np.ndarray],
) -> list[Finding]:
    """Every leaf of the parts whose file is not there or is another one."""
    findings = []
    for part in sorted(parts, key=lambda name: (ORDER.index(name) if name in ORDER else 9, name)):
        for leaf in parts[part]["leaves"]:
            if leaf["address"] == AS_RUN:
                continue
            path = folder.path_of(leaf["address"])
            if not path.is_file():
                findings.append(_gone(part, leaf, folder))
                continue
            now = sha256_of(path)
            if now != leaf["sha256"]:
                findings.append(_changed(part, leaf, now, folder, tables, rows))
    return findings


def find_added(parts: Mapping[str, Any], folder: Folder) -> tuple[list[Finding], list[str]]:
    """(findings, notes): files among results and code that no manifest holds; others are noted."""
    known = {leaf["address"] for part in parts.values() for leaf in part["leaves"]}
    results = [address for address in folder.results() if address not in known]
    strange = [address for address in results if room_of(address) not in BESIDE]
    findings = [
        Finding("added", address, "the run did not make it", remedy=f"look at it; rm {address}")
        for address in strange
    ]
    findings += [
        Finding("added", address, "was not there when the run read the code", remedy="remove it")
        for address in folder.code()
        if address not in known
    ]
    notes = []
    for room in BESIDE:
        count = sum(room_of(address) == room for address in results)
        if count:
            notes.append(f"results/{room} is made beside the run: {count} file(s) not looked at")
    raw = [leaf["address"] for leaf in parts.get("raw", {"leaves": []})["leaves"]]
    beside = [name for name in folder.beside(raw) if name not in known | set(EXEMPT)]
    if beside:
        notes.append(f"beside the raw files, and read by no step: {', '.join(beside[:10])}")
    return findings, notes


def find_moved(
    findings: Sequence[Finding], parts: Mapping[str, Any], folder: Folder
) -> list[Finding]:
    """The same findings, with a file that was removed here and added there told as moved."""
    hashes = {leaf["address"]: leaf["sha256"] for part in parts.values() for leaf in part["leaves"]}
    removed = {f.where: f for f in findings if f.kind == "removed"}
    told: list[Finding] = []
    paired: set[str] = set()
    for finding in findings:
        if finding.kind != "added":
            continue
        digest = sha256_of(folder.path_of(finding.where))
        origin = next((a for a in removed if hashes.get(a) == digest and a not in paired), None)
        if origin is not None:
            paired |= {origin, finding.where}
            remedy = f"mv {finding.where} {origin}".replace("code:", "")
            told.append(Finding("moved", origin, f"lies at {finding.where} now", remedy=remedy))
    return [finding for finding in findings if finding.where not in paired] + told
