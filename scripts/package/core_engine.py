"""Whether CDISC CORE can run here: its engine in an environment of its own, and its rules.

Neither comes with this project: the engine needs another Python, and the rules are published apart
from it. Where one is missing nothing fails; the package says that CORE was not executed, and why.
"""

import gzip
import json
import os
from pathlib import Path
from typing import Any

from scripts.seals import PROJECT, digest_of, sha256_of

ENGINE = "cdisc-rules-engine"
CACHE = "TRIALTRACE_CORE_CACHE"
PARTS = ("rules", "standard", "model", "variables", "variable_codelists", "ct")
INSTALL = "run `sh envs/install-core.sh CACHE` in the project (envs/README.md) and make it again"


def core_python() -> Path:
    """The interpreter of the engine's environment, there or not."""
    return PROJECT / ".venv-core" / "bin" / "python"


def core_cache() -> Path:
    """The folder of the rules, there or not: named by the environment, else in the project."""
    return Path(os.environ.get(CACHE) or PROJECT / ".core-cache")


def engine_version(python: Path) -> str | None:
    """The version of the engine that the environment of an interpreter holds."""
    folders = python.parent.parent.glob(
        f"lib/python3.12/site-packages/{ENGINE.replace('-', '_')}-*"
    )
    versions = [folder.name.split("-")[1].removesuffix(".dist") for folder in folders]
    return versions[0] if versions else None


def cache_files(cache: Path) -> dict[str, Path]:
    """The file of each part of the rules that is there."""
    found = {}
    for part in PARTS:
        for name in (f"{part}.json.gz", f"{part}.json"):
            if (cache / name).is_file():
                found[part] = cache / name
    return found


def read_part(path: Path) -> Any:
    """What one file of the rules holds, compressed or not."""
    content = path.read_bytes()
    return json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)


def without_terms(cache: Path, terminology: str) -> str | None:
    """Why rules cannot be run with a release of the terminology; None where they can."""
    known = sorted(read_part(cache_files(cache)["ct"]))
    if terminology in known:
        return None
    return f"the rules hold no terminology {terminology}, but {', '.join(known) or 'none'}"


def core_state() -> dict[str, Any]:
    """What decides whether and how CORE runs, without a path of this machine: a rule's parameter.

    `reason` is None where it can run; otherwise it says what is missing and what to do.
    """
    version, files = engine_version(core_python()), cache_files(core_cache())
    absent = [part for part in PARTS if part not in files]
    reason = None
    if not core_python().exists() or version is None:
        reason = f"{ENGINE} is not installed in an environment of Python 3.12; {INSTALL}"
    elif absent:
        reason = f"the rules are not there ({', '.join(absent)}); {INSTALL}"
    digest = digest_of({part: sha256_of(path) for part, path in files.items()})
    return {
        "reason": reason,
        "engine": None if reason else f"{ENGINE} {version}",
        "cache": None if reason else digest,
        "lock": sha256_of(PROJECT / "envs" / "core-lock.txt"),
    }
