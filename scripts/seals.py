"""Seals: what a step read, made and was told, as hashes, so that a later change can be seen.

Snakemake keeps no hash of an output and trusts time stamps. A step therefore writes a seal after
its data are in place, and every command compares the seals with the files before it trusts them.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent


def sha256_of(path: str | Path) -> str:
    """The SHA-256 of a file's bytes."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def digest_of(value: Any) -> str:
    """The SHA-256 of a JSON value in canonical form."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def address_of(path: str | Path) -> str:
    """A path that is the same on every machine: `code:` in the project, relative in the trial."""
    target = Path(path).resolve()
    trial = Path.cwd().resolve()
    if not Path(path).is_absolute() and target.is_relative_to(trial):
        return target.relative_to(trial).as_posix()
    if target.is_relative_to(PROJECT):
        return "code:" + target.relative_to(PROJECT).as_posix()
    return target.relative_to(trial).as_posix() if target.is_relative_to(trial) else target.name


def path_of(address: str) -> Path:
    """The path that an address stands for, seen from the trial's folder."""
    if address.startswith("code:"):
        return PROJECT / address.removeprefix("code:")
    return Path(address)


def _entries(paths: Iterable[str | Path]) -> dict[str, dict[str, Any]]:
    return {
        address_of(path): {"sha256": sha256_of(path), "size": Path(path).stat().st_size}
        for path in sorted(map(str, paths))
    }


def make_seal(
    rule: str, inputs: Iterable[str], outputs: Mapping[str, str], params: Any
) -> dict[str, Any]:
    """The seal of one job. `outputs` maps the final path to the file that holds its bytes."""
    made = {
        address_of(path): {"sha256": sha256_of(held), "size": Path(held).stat().st_size}
        for path, held in sorted(outputs.items())
    }
    return {
        "rule": rule,
        "inputs": _entries(inputs),
        "outputs": made,
        "params": digest_of(params),
    }


def read_seals(folder: str | Path = "results") -> list[dict[str, Any]]:
    """Every readable seal under the folder; a damaged one stands as a seal of nothing."""
    seals = []
    for path in sorted(Path(folder).glob("*/seals/*.json")):
        try:
            seal = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            seal = {"rule": path.stem, "damaged": True, "inputs": {}, "outputs": {}, "params": ""}
        seals.append({**seal, "seal": path.as_posix()})
    return seals


def _changed_outputs(seal: Mapping[str, Any]) -> list[str]:
    return [
        f"{address} was changed after {seal['rule']} made it; to make it again: rm {address}"
        for address, entry in seal["outputs"].items()
        if path_of(address).exists() and sha256_of(path_of(address)) != entry["sha256"]
    ]


def _hidden_inputs(seal: Mapping[str, Any]) -> list[str]:
    """Inputs whose content changed while their time stamp says that they are old."""
    made = [path_of(address) for address in seal["outputs"]]
    if not made or not all(path.exists() for path in made):
        return []
    oldest = min(path.stat().st_mtime for path in made)
    return [
        f"{address} is not what {seal['rule']} read, but its time stamp hides that; "
        f"if the change is meant: touch {path_of(address)}"
        for address, entry in seal["inputs"].items()
        if path_of(address).exists()
        and path_of(address).stat().st_mtime <= oldest
        and sha256_of(path_of(address)) != entry["sha256"]
    ]


def check_seals(
    folder: str | Path = "results", params: Mapping[str, str] | None = None
) -> list[str]:
    """Every sealed file that is not what its seal says; nothing when all holds.

    `params` gives the digest of each present rule's parameters. It is compared only where
    Snakemake's own records are gone, because with them Snakemake sees the change itself.
    """
    findings = []
    forgotten = not Path(".snakemake/metadata").exists()
    for seal in read_seals(folder):
        if params is not None and seal["rule"] not in params:
            continue  # left by a rule that the workflow no longer has
        if seal.get("damaged"):
            findings.append(f"{seal['seal']} cannot be read; to make it again: rm {seal['seal']}")
        findings += _changed_outputs(seal)
        findings += _hidden_inputs(seal)
        now = (params or {}).get(seal["rule"])
        if forgotten and now is not None and now != seal["params"]:
            findings.append(
                f"{seal['rule']} ran with other parameters; to run it again: rm {seal['seal']}"
            )
    return findings
