"""Seals: what a step read, made and was told, as hashes, so that a later change can be seen.

Snakemake keeps no hash of an output and trusts time stamps. A step therefore writes a seal after
its data are in place, and every command compares the seals with the files before it trusts them.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
# Plain hashes that must not be shown, each with the keyed one that stands for it, for every job.
CONCEALED = "TRIALTRACE_CONCEALED"


def hash_of(content: bytes) -> str:
    """The SHA-256 of bytes; of a file that holds the arms of a blinded trial a keyed one instead.

    Whoever sees all of such a file but its arms could try every allocation against a plain hash.
    """
    found = hashlib.sha256(content).hexdigest()
    told = os.environ.get(CONCEALED)
    return json.loads(told).get(found, found) if told else found


def sha256_of(path: str | Path) -> str:
    """The SHA-256 of a file's bytes, as `hash_of` gives it."""
    return hash_of(Path(path).read_bytes())


def digest_of(value: Any) -> str:
    """The SHA-256 of a JSON value in canonical form."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


# How deep the parameters are told apart: to one analysis with its options, to one endpoint.
PARTS_DEPTH = 3
# The digest of a part only says where parameters differ; that of the whole decides whether.
PART_LETTERS = 16


def parts_of(params: Any, depth: int = PARTS_DEPTH) -> Any:
    """The digests of parameters part by part, so that two runs can be told apart by name."""
    if depth and isinstance(params, Mapping) and params:
        return {str(key): parts_of(value, depth - 1) for key, value in params.items()}
    return digest_of(params)[:PART_LETTERS]


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


def entry_of(content: bytes) -> dict[str, Any]:
    """What a seal says of a file: the SHA-256 and the size of its bytes."""
    return {"sha256": hash_of(content), "size": len(content)}


def make_seal(
    rule: str,
    inputs: Mapping[str, Mapping[str, Any]],
    outputs: Mapping[str, str],
    params: Any,
    unread: Iterable[str] = (),
) -> dict[str, Any]:
    """The seal of one job, with its own digest so that an edited seal is seen too.

    `inputs` maps a path to the entry of the bytes that were used, `outputs` the final path to the
    file that holds its bytes; `unread` are inputs that the rule declared and the step never opened.
    """
    seal = {
        "rule": rule,
        "inputs": {address_of(path): dict(entry) for path, entry in sorted(inputs.items())},
        "outputs": {
            address_of(path): entry_of(Path(held).read_bytes())
            for path, held in sorted(outputs.items())
        },
        "params": digest_of(params),
        "parts": parts_of(params),
        "unread": sorted(map(address_of, unread)),
    }
    return {**seal, "digest": digest_of(seal)}


def _is_seal(value: Any) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("inputs"), dict):
        return False
    rest = {key: part for key, part in value.items() if key != "digest"}
    right = digest_of(rest)
    # Seals of earlier versions have no digest; their code has changed, so that all runs again.
    return value.get("digest", right) == right


def read_seals(folder: str | Path = "results") -> list[dict[str, Any]]:
    """Every seal under the folder with its path as `seal`.

    One that cannot be read, or is not what the step wrote, stands as `damaged`, a seal of nothing.
    """
    seals = []
    for path in sorted(Path(folder).glob("*/seals/*.json")):
        try:
            seal = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            seal = None
        if not _is_seal(seal):
            seal = {"rule": path.stem, "damaged": True, "inputs": {}, "outputs": {}, "params": ""}
        seals.append({**seal, "seal": path.as_posix()})
    return seals
