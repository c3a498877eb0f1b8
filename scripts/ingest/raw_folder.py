"""Whether the raw files of the plan are there, and which: asked in every command, so it loads no
library.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.seals import sha256_of


def _nearest(path: Path) -> str:
    # Imported late: the hint needs pandas' module only when there is something to say.
    from scripts.conditions import nearest

    return nearest(path.name, [item.name for item in path.parent.glob("*") if item.is_file()])


def check_raw_files(sources: Mapping[str, Any], root: str | Path = ".") -> list[str]:
    """Raw files of the plan that are not there, each with the nearest name that is."""
    folder = Path(root) / sources["folder"]
    if not folder.is_dir():
        return [f"sources: no folder {folder} for the raw files"]
    return [
        f"sources, {name}: {folder / source['file']} is missing; "
        f"{_nearest(folder / source['file'])} Put it there, or mend `file` in the plan"
        for name, source in sources["sources"].items()
        if not (folder / source["file"]).exists()
    ]


def hash_raw_files(sources: Mapping[str, Any], root: str | Path = ".") -> dict[str, str]:
    """The SHA-256 of the raw file of every source; one that is not there is left out."""
    folder = Path(root) / sources["folder"]
    return {
        name: sha256_of(folder / source["file"])
        for name, source in sources["sources"].items()
        if (folder / source["file"]).is_file()
    }


def not_locked(found: str, locked: str) -> str:
    """What is wrong with a file whose hash is not the locked one, and what to do."""
    return (
        f"has sha256 {found}, but the plan locks {locked}; put the locked file back, or, where the "
        "new one is meant, write its sha256 into the plan (sources) and say why in the reason"
    )


def check_locked(sources: Mapping[str, Any], found: Mapping[str, str]) -> list[str]:
    """Raw files that are not those that the plan locks; `found` has hashes by source."""
    folder = Path(sources["folder"])
    return [
        f"sources, {name}: {folder / source['file']} {not_locked(found[name], source['sha256'])}"
        for name, source in sources["sources"].items()
        if "sha256" in source and name in found and found[name] != source["sha256"]
    ]
