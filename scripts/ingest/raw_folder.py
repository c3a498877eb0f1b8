"""Whether the raw files of the plan are there: asked in every command, so it loads no library."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any


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
