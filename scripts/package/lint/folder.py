"""What the lint looks at: the files of the finished folder by their path in it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from scripts.package.gate.define_file import read_define
from scripts.package.transport import Transported, read_transport

# How many things were looked at, and a line for each that is wrong.
Linted = tuple[int, list[str]]
DEFINE = "define.xml"


@dataclass(frozen=True)
class Lint:
    """One rule of the lint."""

    id: str
    source: str
    severity: str
    message: str
    check: Callable[["Folder"], Linted]


@dataclass(frozen=True)
class Folder:
    """The files by their path from the root of the package, and what is claimed of them.

    `claims` are those of the guides, `analyses` the described analyses; `day` is what every file
    says that it was made on; `machine` are folders of this machine that no file may name.
    """

    files: Mapping[str, bytes]
    day: date
    claims: Sequence[Mapping[str, Any]] = ()
    analyses: Mapping[str, Any] = field(default_factory=dict)
    machine: Sequence[str] = ()

    def ending(self, *endings: str) -> Iterator[tuple[str, bytes]]:
        """The files whose names end so, in the order of their paths."""
        for path in sorted(self.files):
            if path.endswith(endings):
                yield path, self.files[path]

    @cached_property
    def transports(self) -> dict[str, Transported | str]:
        """What each transport file holds; why it cannot be read, where it cannot."""
        found: dict[str, Transported | str] = {}
        for path, content in self.ending(".xpt"):
            try:
                found[path] = read_transport(content)
            except Exception as error:  # the reader raises many kinds, all mean the same here
                found[path] = str(error).splitlines()[0]
        return found

    @cached_property
    def readable(self) -> dict[str, Transported]:
        """The transport files that can be read."""
        return {path: held for path, held in self.transports.items() if not isinstance(held, str)}

    @cached_property
    def defines(self) -> dict[str, dict[str, Any]]:
        """What each define.xml says, by its folder."""
        return {
            folder_of(path): read_define(content) for path, content in self.ending(f"/{DEFINE}")
        }

    @cached_property
    def folders(self) -> set[str]:
        """Every folder that holds a file, and those above it."""
        return {str(parent) for path in self.files for parent in PurePosixPath(path).parents}


def folder_of(path: str) -> str:
    """The folder of a file."""
    return str(PurePosixPath(path).parent)


def resolved(folder: str, href: str) -> str | None:
    """Where a relative address in a file of a folder leads, None where that is outside."""
    parts = list(PurePosixPath(folder).parts)
    for part in PurePosixPath(href).parts:
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part != ".":
            parts.append(part)
    return None if href.startswith("/") else "/".join(parts)


def leads(folder: Folder, base: str, address: str) -> bool:
    """Whether an address in a file of the folder `base` leads to a file of the package."""
    return resolved(base, address.partition("#")[0]) in folder.files
