"""trialtrace crate: a run as a folder to hand over, described as a Provenance Run Crate.

A verb and not a rule: the description of a crate lies at its root, above all that it describes, and
steps write under `results` only; and a crate is made once, for somebody, not with every run.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

HELP = "copy a run with all that belongs to it into a folder, as a Provenance Run Crate"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the verb takes."""
    parser.add_argument("target", help="the folder to make, which must not be there yet")
    parser.add_argument("--trial", default=".", help="the trial's folder (here)")
    parser.add_argument("--project", help="the checkout whose code ran, where it lies elsewhere")
    parser.add_argument("--raw", help="where the raw files lie, if outside the trial's folder")
    parser.add_argument(
        "--with-ledger",
        action="store_true",
        help="the ledger too, with the names of those who ran and signed",
    )


def _trouble(words: str, code: int) -> int:
    sys.stderr.write(f"trialtrace crate: {words}\n")
    return code


def _beside(folder: Any, with_ledger: bool) -> dict[str, Path]:
    """Files that belong to the crate and not to the manifest, by their place."""
    from scripts.audit.verification.folder import LEDGER, MANIFEST, MANIFEST_SEAL, SIGNATURES

    files = {MANIFEST: folder.trial / MANIFEST, MANIFEST_SEAL: folder.trial / MANIFEST_SEAL}
    files["LICENSE"] = folder.project / "LICENSE"
    for path in sorted((folder.trial / SIGNATURES).glob("*")):
        files[f"{SIGNATURES}/{path.name}"] = path
    if with_ledger:
        files[LEDGER] = folder.trial / LEDGER
    return {place: path for place, path in files.items() if path.is_file()}


def _leaf(place: str, path: Path) -> dict[str, Any]:
    from scripts.seals import sha256_of

    return {"address": place, "sha256": sha256_of(path), "size": path.stat().st_size}


def write_crate(folder: Any, target: Path, with_ledger: bool) -> dict[str, Any]:
    """Copy everything into the new folder and describe it there."""
    from scripts.audit.crate import METADATA, describe_crate, place_of
    from scripts.audit.listed import LOCK
    from scripts.audit.verification.folder import MANIFEST, MANIFEST_SEAL
    from scripts.audit.verification.roots import read_plan
    from scripts.tables import format_json, read_json

    manifest = read_json(folder.trial / MANIFEST)
    more = _beside(folder, with_ledger)
    leaves = [leaf for part in manifest["parts"].values() for leaf in part["leaves"]]
    copied = {
        place_of(leaf["address"]): folder.path_of(leaf["address"])
        for leaf in leaves
        if leaf["size"] is not None
    }
    for place, path in {**copied, **more}.items():
        (target / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target / place)
    seals = [
        json.loads(folder.path_of(address).read_text(encoding="utf-8"))
        for address in [
            *(leaf["address"] for leaf in manifest["parts"]["seals"]["leaves"]),
            MANIFEST_SEAL,
        ]
    ]
    crate = describe_crate(
        read_plan(folder)["study"],
        manifest,
        seals,
        [_leaf(place, path) for place, path in more.items()],
        (folder.project / LOCK).read_text(encoding="utf-8"),
    )
    (target / METADATA).write_text(format_json(crate), encoding="utf-8", newline="\n")
    return crate


def run(arguments: argparse.Namespace) -> int:
    """Make a crate of a folder that verifies: 0 made, 1 refused for findings, 2 cannot be."""
    from scripts.audit.verification.folder import Folder
    from scripts.audit.verification.keyed import is_blinded
    from scripts.audit.verification.roots import read_plan
    from scripts.audit.verification.whole import NothingToVerifyError, verify_folder
    from scripts.plan import PlanError

    folder = Folder.at(arguments.trial, arguments.project, arguments.raw)
    target = Path(arguments.target)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        return _trouble(f"{target} is there already; name a folder that is not", 2)
    try:
        if is_blinded(read_plan(folder)):
            return _trouble(
                "the trial is blinded; its raw files hold the arms and are not handed "
                "on: copy results/ alone, or unblind it first",
                2,
            )
        report = verify_folder(folder, signatures=False)
    except (NothingToVerifyError, PlanError) as error:
        return _trouble(str(error), 2)
    if report.findings:
        count = len(report.findings)
        return _trouble(f"refused: {count} finding(s); see them with: trialtrace verify", 1)
    crate = write_crate(folder, target, arguments.with_ledger)
    files = sum("File" in entity["@type"] for entity in crate["@graph"])
    print(f"{target}: a crate of {files} files; to verify it: trialtrace verify {target}")
    return 0
