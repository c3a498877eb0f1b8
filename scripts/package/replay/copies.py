"""Readable copies of programs: made for a reader, and held against the programs that are packed."""

import re
from collections.abc import Mapping
from pathlib import Path

from scripts.package.packed_text import escaped, unescaped
from scripts.package.replay.front import changed_lines, mark_of

# The last line of what stands before the program.
MARK = "# " + "-" * 70
HEAD = """\
# Readable copy of {path}.
# What runs is the same file in pipeline.txt; a character that is not ASCII stands as \\uXXXX.
{mark}
"""
NAMED = re.compile(r"# Readable copy of (\S+)\.\n")


def readable(path: str, content: bytes) -> str:
    """A program as ASCII text for a reader, with a head that says what it is."""
    return HEAD.format(path=path, mark=MARK) + escaped(content.decode("utf-8"))


def check_copies(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """Every readable copy that is not the program that is packed, with its lines."""
    findings = []
    for path in sorted(folder.glob("*.txt")):
        head, _, body = path.read_bytes().decode("ascii", "replace").partition(MARK + "\n")
        named = NAMED.match(head)
        if named:
            source = named.group(1)
            copy, packed = unescaped(body), files.get(source, b"").decode()
            if copy != packed:
                marks = "".join(map(mark_of, packed.split("\n")))
                words = changed_lines(copy.encode(), marks)
                findings.append(f"{path.name}: not {source} as packed ({words}, of the program)")
    return findings
