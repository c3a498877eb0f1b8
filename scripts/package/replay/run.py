"""What replay.txt starts once the programs are unpacked: rebuild, compare, certify."""

import platform
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scripts.package.replay.certificate import certify, render_certificate
from scripts.package.replay.compare import (
    Compared,
    compare_datasets,
    compare_printed,
    compare_sent,
)
from scripts.package.replay.copies import check_copies
from scripts.package.replay.front import CHECKSUMS, DIFFERENT, EQUAL, PROGRAMS
from scripts.package.replay.rebuild import check_carried, check_plan, rebuild
from scripts.seals import sha256_of
from scripts.tables import read_json, write_json

VERIFIED = "verified.json"
SHOWN = 20


def _part(compared: Compared) -> dict[str, Any]:
    found = {"checked": compared.checked, "findings": compared.findings}
    return {**found, "differences": compared.differences} if compared.differences else found


def keys_of(folder: Path) -> dict[str, list[str]]:
    """The keys of each data set, from the specifications that were rebuilt beside them."""
    return {
        dataset["name"]: dataset["keys"]
        for path in sorted(folder.glob("results/package/specification/*.json"))
        for dataset in read_json(path).get("datasets", [])
    }


def rebuilt_datasets(inputs: Mapping[str, Any]) -> list[str]:
    """The transport files that the jobs make, by their paths in the folder."""
    return sorted(
        path
        for job in inputs["jobs"]
        for path in job["output"].get("datasets", [])
        if path in inputs["datasets"]
    )


def programs_in(folder: Path) -> dict[str, bytes]:
    """What was unpacked, by its path."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def replay(package: Path, folder: Path) -> dict[str, Any]:
    """Rebuild what the package holds in `folder`, compare, and give the certificate as data."""
    packed = next(package.glob(PROGRAMS))
    inputs, verified = read_json(packed), read_json(folder / VERIFIED)
    copies = check_copies(packed.parent, programs_in(folder / "programs"))
    verified["programs"]["findings"] += copies
    plan = check_plan(folder / "plan", inputs["plan"]["digest"])
    sent = compare_sent(package, inputs["datasets"])
    ran, stopped = rebuild(package, folder, inputs, lambda line: print(line, flush=True))
    datasets = compare_datasets(package, folder, rebuilt_datasets(inputs), keys_of(folder))
    numbers = compare_printed(inputs["printed"], folder)
    parts = {
        **verified,
        "plan": {"checked": 1, "findings": plan},
        "sent": _part(sent),
        "carried": {
            "checked": len(inputs["carried"]),
            "findings": check_carried(folder, inputs["carried"]),
        },
        "run": {"checked": len(inputs["jobs"]), "findings": [stopped] if stopped else []},
        "datasets": _part(datasets),
        "numbers": _part(numbers),
    }
    facts = {
        "study": inputs["study"],
        "checksums": sha256_of(package / CHECKSUMS),
        "carried": {path: entry["sha256"] for path, entry in inputs["carried"].items()},
        "ran": ran,
        "surroundings": {"Python": platform.python_version(), "system": platform.system()},
    }
    return certify(parts, facts)


def main(arguments: Sequence[str]) -> int:
    """The package and the new folder, as replay.txt gives them; what the certificate says."""
    package, folder = map(Path, arguments)
    certificate = replay(package, folder)
    write_json(certificate, folder / "certificate.json")
    (folder / "certificate.pdf").write_bytes(render_certificate(certificate))
    (folder / VERIFIED).unlink()
    for name, part in certificate["parts"].items():
        print(f"{name}: {part['checked']} checked, {len(part['findings'])} finding(s)")
        print("".join(f"  {finding}\n" for finding in part["findings"][:SHOWN]), end="")
    print(certificate["words"])
    print(f"certificate: {folder / 'certificate.pdf'}")
    return EQUAL if certificate["verdict"] == "equal" else DIFFERENT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
