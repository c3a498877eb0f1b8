"""The manifest of a run goes on from its content and adds the outputs and the seals."""

import hashlib

from scripts.audit.merkle import check_tree, make_manifest, make_part, root_of
from scripts.audit.write_manifest import extend_content


def leaf(address):
    return {"address": address, "sha256": hashlib.sha256(address.encode()).hexdigest(), "size": 1}


def test_the_manifest_holds_the_parts_of_the_content_as_they_are_and_two_more():
    content = make_manifest("S-1", {"raw": make_part([leaf("raw/a.csv")])}, tables={"t": {}})
    manifest = extend_content(content, [leaf("results/report/report.pdf")], [leaf("seal")])
    assert list(manifest["parts"]) == ["raw", "outputs", "seals"]
    assert manifest["parts"]["raw"] == content["parts"]["raw"]
    assert (manifest["content"], manifest["study"]) == (content["root"], "S-1")
    assert "tables" not in manifest
    assert check_tree(manifest) == []
    assert manifest["root"] == root_of(
        {name: part["root"] for name, part in manifest["parts"].items()}
    )
