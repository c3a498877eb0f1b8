"""Whether the files of a trial are what the seals of its steps say; asked in every command.

Nothing is raised and nothing is changed here: `remake` acts on what is found.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.seals import path_of, read_seals, sha256_of


@dataclass(frozen=True)
class Finding:
    """A sealed file that is not what it was. `kind` says what it is to the rule.

    altered: an output that is not what the rule made; damaged: the rule's seal itself; input:
    something that it read; parameters: what it was told. `old` and `new` are hashes, where known.
    """

    kind: str
    rule: str
    address: str
    seal: str
    old: str | None = None
    new: str | None = None
    hidden: bool = False

    @property
    def path(self) -> Path:
        """The file whose age decides that the rule runs: the output, or else the seal."""
        return path_of(self.address) if self.kind == "altered" else Path(self.seal)


class _Hashes(dict[str, str | None]):
    """The SHA-256 of files by address, each read once; None where there is no file."""

    def __missing__(self, address: str) -> str | None:
        path = path_of(address)
        self[address] = sha256_of(path) if path.is_file() else None
        return self[address]


def _altered(seal: Mapping[str, Any], hashes: _Hashes) -> Iterator[Finding]:
    for address, entry in seal["outputs"].items():
        if hashes[address] not in (None, entry["sha256"]):
            yield Finding(
                "altered", seal["rule"], address, seal["seal"], entry["sha256"], hashes[address]
            )


def _is_hidden(path: Path, seal: Mapping[str, Any]) -> bool:
    """Whether the time stamp of an input says that it is older than all that was made from it."""
    made = [path_of(address) for address in seal["outputs"]]
    there = [output.stat().st_mtime for output in made if output.exists()]
    return bool(there) and path.stat().st_mtime <= min(there)


def _inputs(seal: Mapping[str, Any], hashes: _Hashes) -> Iterator[Finding]:
    for address, entry in seal["inputs"].items():
        if hashes[address] not in (None, entry["sha256"]):
            hidden = _is_hidden(path_of(address), seal)
            yield Finding(
                "input",
                seal["rule"],
                address,
                seal["seal"],
                entry["sha256"],
                hashes[address],
                hidden,
            )


def check_seals(
    folder: str | Path = "results", params: Mapping[str, str] | None = None
) -> list[Finding]:
    """Every sealed file that is not what its seal says; nothing when all holds.

    `params` gives the digest of each present rule's parameters; a seal that a vanished rule left
    says nothing. An input that its own rule is going to make again is not told twice.
    """
    hashes = _Hashes()
    altered: list[Finding] = []
    others: list[Finding] = []
    for seal in read_seals(folder):
        if params is not None and seal["rule"] not in params:
            continue
        if seal.get("damaged"):
            found = hashes[seal["seal"]]
            altered.append(Finding("damaged", seal["rule"], seal["seal"], seal["seal"], new=found))
            continue
        altered += _altered(seal, hashes)
        others += _inputs(seal, hashes)
        if params is not None and params[seal["rule"]] != seal["params"]:
            others.append(Finding("parameters", seal["rule"], seal["seal"], seal["seal"]))
    again = {finding.address for finding in altered}
    return altered + [finding for finding in others if finding.address not in again]
