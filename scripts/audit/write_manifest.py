"""Everything the run read and made as one Merkle tree, the report and the seals included."""

from typing import Any

from scripts.audit.merkle import Leaf, make_leaves, make_manifest, make_part
from scripts.job import Job


def extend_content(
    content: dict[str, Any], outputs: list[Leaf], seals: list[Leaf]
) -> dict[str, Any]:
    """The manifest of a run: the parts of its content as they stand there, outputs, and seals."""
    parts = {**content["parts"], "outputs": make_part(outputs), "seals": make_part(seals)}
    return make_manifest(content["study"], parts, content=content["root"])


if __name__ == "__main__":
    with Job(snakemake) as job:  # type: ignore[name-defined]
        outputs = make_leaves(job.entries("outputs"))
        seals = make_leaves(job.entries("seals"))
        manifest = extend_content(job.json("content"), outputs, seals)
        job.say(f"root {manifest['root']}")
        job.write("manifest", manifest)
