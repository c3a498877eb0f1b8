"""The part of the lock that runs: the packages of the project without those of its developers.

The lock says of each package which others brought it in; those that the project itself needs, and
what they bring in, are the packages that run. So the part cannot differ from the whole.
"""

import re

HEAD = """\
# Every package that runs, at one version with its hashes: the part of the pipeline's own lock
# without what only its developers need. For pip: pip install --require-hashes -r <this file>
"""
NAME = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==")
# A dependency of the project itself; that of a group has the name of the group before the bracket.
OWN = re.compile(r"\(pyproject\.toml\)$")


def canonical(name: str) -> str:
    """A package's name as every tool compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def blocks_of(lock: str) -> list[tuple[str, list[str]]]:
    """Each requirement of a lock with all of its lines, by its name; one name may come twice."""
    blocks: list[tuple[str, list[str]]] = []
    for line in lock.splitlines():
        found = NAME.match(line)
        if found:
            blocks.append((canonical(found.group(1)), [line]))
        elif blocks and line.strip():
            blocks[-1][1].append(line)
    return blocks


def brought_in_by(lines: list[str]) -> set[str]:
    """What a requirement of a lock is there for: other packages, or the project."""
    notes = [line.strip().removeprefix("#").strip() for line in lines if line.startswith("    #")]
    return {note.removeprefix("via").strip() for note in notes} - {""}


def runtime_lock(lock: str) -> str:
    """The requirements of the project itself and all that they bring in, as they stand."""
    blocks = blocks_of(lock)
    parents: dict[str, set[str]] = {}
    for name, lines in blocks:
        parents.setdefault(name, set()).update(brought_in_by(lines))
    running = {name for name, found in parents.items() if any(map(OWN.search, found))}
    while True:
        more = {n for n, found in parents.items() if found & running} - running
        if not more:
            break
        running |= more
    kept = [line for name, lines in blocks if name in running for line in lines]
    return HEAD + "\n".join(kept) + "\n"
