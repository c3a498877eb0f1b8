"""The Merkle tree: by hand for small ones, proofs for all sizes, and no two trees of one root."""

import hashlib

import pytest

from scripts.audit import merkle

HASHES = {f"f{number}": hashlib.sha256(bytes([number])).hexdigest() for number in range(12)}


def sha(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def test_a_tree_of_three_is_what_a_person_would_write_down():
    leaf = [
        sha(b"\0" + f"f{n}".encode() + b"\0" + bytes.fromhex(HASHES[f"f{n}"])) for n in range(3)
    ]
    # Split at the largest power of two below three: two on the left, one on the right.
    root = sha(b"\1" + sha(b"\1" + leaf[0] + leaf[1]) + leaf[2])
    assert merkle.root_of({f"f{n}": HASHES[f"f{n}"] for n in (2, 0, 1)}) == root.hex()


def test_the_root_of_nothing_is_the_hash_of_nothing():
    assert merkle.root_of({}) == hashlib.sha256(b"").hexdigest()


@pytest.mark.parametrize("size", range(1, 12))
def test_every_file_of_a_tree_has_a_proof_that_leads_to_its_root(size):
    leaves = dict(list(HASHES.items())[:size])
    root = merkle.root_of(leaves)
    for address, sha256 in leaves.items():
        proof = merkle.inclusion_proof(leaves, address)
        assert merkle.follow_proof(address, sha256, proof) == root
        other = hashlib.sha256(b"other").hexdigest()
        assert merkle.follow_proof(address, other, proof) != root
        assert len(proof) <= (size - 1).bit_length()


def test_a_file_that_is_not_in_the_tree_has_no_proof():
    with pytest.raises(KeyError, match="none is not in the tree"):
        merkle.inclusion_proof(HASHES, "none")


def test_name_and_content_both_count_and_the_order_of_listing_does_not():
    root = merkle.root_of(HASHES)
    assert merkle.root_of(dict(reversed(HASHES.items()))) == root
    assert merkle.root_of({**HASHES, "f1": HASHES["f2"]}) != root
    renamed = {("g1" if name == "f1" else name): sha256 for name, sha256 in HASHES.items()}
    assert merkle.root_of(renamed) != root


def test_addresses_are_sorted_as_bytes():
    part = merkle.make_part({"address": name, "sha256": HASHES["f0"]} for name in ("é", "z", "Z"))
    assert [leaf["address"] for leaf in part["leaves"]] == ["Z", "z", "é"]


def test_a_root_that_is_not_that_of_its_leaves_is_named_by_its_part():
    leaves = [{"address": name, "sha256": sha256} for name, sha256 in HASHES.items()]
    manifest = merkle.make_manifest("S", {"raw": merkle.make_part(leaves)})
    assert merkle.check_tree(manifest) == []
    leaves[3]["sha256"] = HASHES["f0"]
    assert merkle.check_tree(manifest) == [
        "the root of the part raw is not that of the files listed in it"
    ]
    manifest["parts"]["raw"] = merkle.make_part(leaves)
    assert merkle.check_tree(manifest) == ["the root is not that of the parts"]
