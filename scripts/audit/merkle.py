"""Merkle trees over files: one root for a folder, and a short proof that one file belongs to it.

A leaf is sha256(0x00 | address | 0x00 | sha256 of the content), a node sha256(0x01 | left | right);
a tree is split as in RFC 6962, at the largest power of two below its size. Addresses are sorted as
bytes. Mode and time stamp of a file play no part. A manifest holds a tree for each part, and over
their roots a tree again, whose root is that of the manifest.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scripts.seals import address_of

FORMAT = "trialtrace manifest 1"
EMPTY = hashlib.sha256(b"").hexdigest()

Leaf = dict[str, Any]


def leaf_hash(address: str, sha256: str) -> bytes:
    """The hash of a leaf: of an address and the SHA-256 (hexadecimal) of what lies there."""
    content = b"\0" + address.encode() + b"\0" + bytes.fromhex(sha256)
    return hashlib.sha256(content).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _split(size: int) -> int:
    """The largest power of two below `size`, which is 2 or more."""
    return 1 << ((size - 1).bit_length() - 1)


def _tree(hashes: Sequence[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    at = _split(len(hashes))
    return _node(_tree(hashes[:at]), _tree(hashes[at:]))


def _sorted(leaves: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(leaves.items(), key=lambda leaf: leaf[0].encode())


def root_of(leaves: Mapping[str, str]) -> str:
    """The root (hexadecimal) over addresses with the SHA-256 of each."""
    hashes = [leaf_hash(address, sha256) for address, sha256 in _sorted(leaves)]
    return _tree(hashes).hex() if hashes else EMPTY


def inclusion_proof(leaves: Mapping[str, str], address: str) -> list[dict[str, str]]:
    """What leads from one leaf to the root: at each step the hash beside it, and on which side.

    Raises KeyError for an address that is not in the tree.
    """
    if address not in leaves:
        raise KeyError(f"{address} is not in the tree")
    ordered = _sorted(leaves)
    hashes = [leaf_hash(name, sha256) for name, sha256 in ordered]
    place = [name for name, _ in ordered].index(address)
    steps = []
    while len(hashes) > 1:
        at = _split(len(hashes))
        if place < at:
            steps.append({"side": "right", "hash": _tree(hashes[at:]).hex()})
            hashes = hashes[:at]
        else:
            steps.append({"side": "left", "hash": _tree(hashes[:at]).hex()})
            hashes, place = hashes[at:], place - at
    return steps[::-1]


def follow_proof(address: str, sha256: str, steps: Iterable[Mapping[str, str]]) -> str:
    """The root to which a proof leads from one file; the file belongs to it where both agree."""
    now = leaf_hash(address, sha256)
    for step in steps:
        beside = bytes.fromhex(step["hash"])
        now = _node(beside, now) if step["side"] == "left" else _node(now, beside)
    return now.hex()


# Manifests


def make_leaves(entries: Mapping[str, Mapping[str, Any]]) -> list[Leaf]:
    """Address, SHA-256 and size in bytes of files, from their paths with the latter two."""
    return [{"address": address_of(path), **entry} for path, entry in entries.items()]


def make_part(leaves: Iterable[Leaf]) -> dict[str, Any]:
    """One part of a manifest: its leaves in order and the root over them."""
    ordered = sorted(leaves, key=lambda leaf: leaf["address"].encode())
    return {"root": root_of(hashes_of(ordered)), "leaves": ordered}


def hashes_of(leaves: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The SHA-256 of every leaf by its address."""
    return {leaf["address"]: leaf["sha256"] for leaf in leaves}


def make_manifest(study: str, parts: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A manifest: every part with its root, and one root over those."""
    root = root_of({name: part["root"] for name, part in parts.items()})
    return {"format": FORMAT, "study": study, "root": root, "parts": dict(parts), **more}


def check_tree(manifest: Mapping[str, Any]) -> list[str]:
    """Every way in which the roots of a manifest are not those of its leaves."""
    findings = []
    for name, part in manifest["parts"].items():
        addresses = [leaf["address"] for leaf in part["leaves"]]
        if addresses != sorted(set(addresses), key=str.encode):
            findings.append(f"the files of the part {name} are not in order, or one stands twice")
        if root_of(hashes_of(part["leaves"])) != part["root"]:
            findings.append(f"the root of the part {name} is not that of the files listed in it")
    if (
        root_of({name: part["root"] for name, part in manifest["parts"].items()})
        != manifest["root"]
    ):
        findings.append("the root is not that of the parts")
    return findings
