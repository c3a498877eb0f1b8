"""The commands that repeat the analysis from the package alone: one place for every document."""

from collections.abc import Mapping
from typing import Any

from scripts.package.places import in_package, programs

LOCK = "requirements-lock.txt"
REPLAY = "replay.txt"
WHEELS = "wheels"
OUT = "NEWFOLDER"


def replay_steps(plan: Mapping[str, Any], python: str) -> list[dict[str, str]]:
    """Each step in words with its command, all from the root of the package."""
    folder = in_package(programs(plan))
    collect = (
        f"python -m pip download --only-binary :all: --dest {WHEELS} --require-hashes "
        f"-r {folder}/{LOCK}"
    )
    install = (
        f"python -m pip install --no-index --find-links {WHEELS} --require-hashes "
        f"-r {folder}/{LOCK}"
    )
    minor = ".".join(python.split(".")[:2])
    return [
        {
            "words": "On a machine with a network: collect the wheels of the lock. Nothing of the "
            "package is sent; the hashes of the lock are compared.",
            "command": collect,
        },
        {
            "words": f"On the machine of the review, which needs no network, no git and no "
            f"compiler: install Python {minor} and make an environment beside the package. On "
            "Windows the second line is environment\\Scripts\\activate.",
            "command": "python -m venv environment\n. environment/bin/activate",
        },
        {"words": "Install the wheels, still without a network.", "command": install},
        {
            "words": "From the root of the package: verify the checksums, make ADaM again from "
            "SDTM and every result from ADaM, and compare each value. The last word is a folder "
            "that is not there yet; nothing of the package is changed, and no path is to be "
            "edited.",
            "command": f"python {folder}/{REPLAY} --package . --out {OUT}",
        },
        {
            "words": "Read the certificate in the new folder. It says equal, or names each "
            "difference.",
            "command": "",
        },
    ]
