"""Names, sizes and texts of the files."""

import re
from pathlib import PurePosixPath

from scripts.package.lint.folder import DEFINE, Folder, Linted

PART = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
TYPES = ("xpt", "xml", "xsl", "pdf", "txt", "html", "json")
# What FDA takes in the tree that is submitted; JSON stays outside of it.
SUBMITTED = ("xpt", "xml", "xsl", "pdf", "txt", "html")
TREE = "m5/"
NAME_LENGTH, PATH_LENGTH = 64, 150
LARGEST = 5 * 1000**3
LARGEST_DOCUMENT = 400 * 1000**2


def check_names(folder: Folder) -> Linted:
    """Lower-case letters, digits and single hyphens, in files and folders."""
    wrong = []
    for path in sorted(folder.files):
        *parents, name = PurePosixPath(path).parts
        words = [*parents, name.rpartition(".")[0]]
        if not all(PART.fullmatch(word) for word in words):
            wrong.append(f"{path}: a name is of lower-case letters, digits and single hyphens")
    return len(folder.files), wrong


def check_types(folder: Folder) -> Linted:
    """Types of files that are taken, and in the tree only those that FDA takes."""
    wrong = []
    for path in sorted(folder.files):
        kind = path.rpartition(".")[2]
        known = SUBMITTED if path.startswith(TREE) else TYPES
        if kind not in known:
            wrong.append(f"{path}: a file of type {kind!r}, not one of {', '.join(known)}")
    return len(folder.files), wrong


def check_lengths(folder: Folder) -> Linted:
    """Names and paths within their lengths."""
    wrong = []
    for path in sorted(folder.files):
        name = PurePosixPath(path).name
        if len(name) > NAME_LENGTH:
            wrong.append(f"{path}: the name has {len(name)} characters, at most {NAME_LENGTH}")
        if len(path) > PATH_LENGTH:
            wrong.append(f"{path}: the path has {len(path)} characters, at most {PATH_LENGTH}")
    return len(folder.files), wrong


def check_sizes(folder: Folder, largest: int = LARGEST, document: int = LARGEST_DOCUMENT) -> Linted:
    """No empty file and none larger than is taken, in bytes."""
    wrong = []
    for path, content in sorted(folder.files.items()):
        most = document if path.endswith(".pdf") else largest
        if not content:
            wrong.append(f"{path}: empty")
        elif len(content) > most:
            wrong.append(f"{path}: {len(content)} bytes, at most {most}")
    return len(folder.files), wrong


def check_text(folder: Folder) -> Linted:
    """Plain texts of ASCII, with the line ends of one system."""
    wrong, checked = [], 0
    for path, content in folder.ending(".txt"):
        checked += 1
        line = next((n for n, one in enumerate(content.split(b"\n"), 1) if not one.isascii()), None)
        if line is not None:
            wrong.append(f"{path}: line {line} is not ASCII")
        elif b"\r" in content or b"\0" in content:
            wrong.append(f"{path}: holds a carriage return or a zero byte")
    return checked, wrong


def check_machine(folder: Folder) -> Linted:
    """No file names a folder of the machine on which the package was made."""
    folders = [name.encode() for name in folder.machine]
    wrong = [
        f"{path}: names {name.decode()}, a folder of this machine"
        for path, content in sorted(folder.files.items())
        for name in folders
        if name in content
    ]
    return len(folder.files), wrong


def check_places(folder: Folder) -> Linted:
    """Beside every transport file of the tree lies a define.xml, and no folder has it alone."""
    data = {path.rpartition("/")[0] for path, _ in folder.ending(".xpt")}
    defined = {path.rpartition("/")[0] for path, _ in folder.ending(f"/{DEFINE}")}
    wrong = [f"{place}: data sets without a define.xml" for place in sorted(data - defined)]
    wrong += [f"{place}: a define.xml without data sets" for place in sorted(defined - data)]
    return len(data | defined), wrong
