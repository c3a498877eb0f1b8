"""One verification from end to end: files, tables, roots, title page, ledger, signatures."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from scripts.audit.signatures import SignatureError
from scripts.audit.verification.chain import check_chain, check_last_run, ledger_entries
from scripts.audit.verification.files import compare_files, find_added, find_moved
from scripts.audit.verification.findings import Finding, Report
from scripts.audit.verification.folder import CONTENT, LEDGER, MANIFEST, ROWS, Folder
from scripts.audit.verification.keyed import settle_keyed
from scripts.audit.verification.roots import (
    check_manifest_seal,
    check_plan_as_run,
    check_title_page,
    compare_listings,
    read_listing,
    read_plan,
)
from scripts.audit.verification.signed import check_signatures
from scripts.audit.verification.tables import rows_by_table
from scripts.plan import PlanError
from scripts.tables import read_arrow


class NothingToVerifyError(Exception):
    """There is neither manifest nor content; the message says what to do."""


def _rows(folder: Folder, content: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """The digests of rows by table; none where their file is not there or is damaged."""
    try:
        digests = read_arrow(folder.trial / ROWS)["ROWDIGEST"].to_numpy()
    except Exception:  # told as changed or removed by the comparison of files
        return {}
    return rows_by_table(content.get("tables", {}), digests)


def _unseen(folder: Folder) -> tuple[set[str], list[str]]:
    """Raw files that cannot be looked at without the key of a blinded trial, and the note of it."""
    try:
        plan = read_plan(folder)
    except (
        PlanError,
        KeyError,
        TypeError,
    ):  # told as changed or removed by the comparison of files
        return set(), []
    return settle_keyed(plan, folder)


def _without(part: Mapping[str, Any], unseen: set[str]) -> dict[str, Any]:
    leaves = [leaf for leaf in part["leaves"] if leaf["address"] not in unseen]
    return {**part, "leaves": leaves}


def _check_files(
    report: Report, folder: Folder, basis: Mapping[str, Any], content: Mapping[str, Any] | None
) -> None:
    tables = (content or {}).get("tables", {})
    rows = _rows(folder, content) if content else {}
    unseen, notes = _unseen(folder)
    report.notes += notes
    parts = {name: _without(part, unseen) for name, part in basis["parts"].items()}
    findings = compare_files(parts, folder, tables, rows)
    added, notes = find_added(basis["parts"], folder)
    report.findings += find_moved([*findings, *added], basis["parts"], folder)
    report.notes += notes


def _check_ledger(report: Report, folder: Folder, roots: Mapping[str, str]) -> None:
    if not (folder.trial / LEDGER).is_file():
        report.notes.append("no ledger is here: who ran what, and when, is not told")
        return
    report.findings += check_chain(folder.trial)
    entries = ledger_entries(folder.trial)
    report.facts["ledger"] = f"{len(entries)} entries"
    report.findings += check_last_run(entries, roots["manifest"], roots["content"])


def _check_signatures(
    report: Report, folder: Folder, roots: Mapping[str, str], allowed: Path | None, when: str | None
) -> None:
    entries = ledger_entries(folder.trial)
    try:
        findings, notes, facts = check_signatures(roots, folder, entries, allowed, when)
    except SignatureError as error:
        findings, notes, facts = [], [f"signatures are not judged: {error}"], []
    report.findings += findings
    report.notes += notes
    report.facts["signatures"] = facts


def verify_folder(
    folder: Folder, allowed: Path | None = None, when: str | None = None, signatures: bool = True
) -> Report:
    """Everything that is not as the run left it. Raises NothingToVerifyError where no run ended."""
    paths = {address: folder.trial / address for address in (MANIFEST, CONTENT)}
    if not any(path.is_file() for path in paths.values()):
        raise NothingToVerifyError(
            f"{folder.trial}: no {MANIFEST} and no {CONTENT}: name the folder of a trial in which "
            "a run ended (snakemake --cores 4)"
        )
    report = Report(str(folder.trial))
    report.facts["code"] = str(folder.project)
    manifest, found = read_listing(paths[MANIFEST], MANIFEST)
    report.findings += [*found, *check_manifest_seal(folder, manifest)]
    content, found = read_listing(paths[CONTENT], CONTENT)
    # A content that is not there or is another file is told by the manifest already.
    report.findings += found if manifest is None else [f for f in found if f.kind == "roots"]
    basis = manifest or content
    if basis is None:
        return report
    report.facts |= {
        "study": basis["study"],
        "root": basis["root"],
        "files": sum(len(part["leaves"]) for part in basis["parts"].values()),
    }
    _check_files(report, folder, basis, content)
    if content is not None:
        report.facts["title_page"] = content["root"]
        report.findings += check_plan_as_run(content, folder)
        report.findings += check_title_page(content["root"], folder)
    if manifest is not None and content is not None:
        report.findings += compare_listings(content, manifest)
        roots = {
            "study": manifest["study"],
            "manifest": manifest["root"],
            "content": content["root"],
        }
        _check_ledger(report, folder, roots)
        if signatures:
            _check_signatures(report, folder, roots, allowed, when)
    report.findings = _without_repeats(report.findings)
    return report


def _without_repeats(findings: list[Finding]) -> list[Finding]:
    told: dict[str, Finding] = {}
    for finding in findings:
        told.setdefault(repr(finding), finding)
    return list(told.values())
