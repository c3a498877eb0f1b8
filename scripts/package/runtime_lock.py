"""The part of the lock that the replay runs on, with every version and hash as they stand in it.

The lock says of each package which others brought it in. Those that the project itself needs, and
what they bring in, are the packages that run; what came in with the workflow engine alone is left
out, because the replay runs without it (and some of it exists as source only, which a machine
without a compiler or a network may be unable to build). So the part cannot differ from the whole.
"""

import re

HEAD = """\
# Every package that the numbers go through, at one version with its hashes, as in the whole lock
# of the pipeline (envs/lock.txt in pipeline.txt). Left out is what only its developers need, and
# what came in with the workflow engine alone: the engine is here for its version, which the report
# prints, and the replay runs without it. So give pip --no-deps; readme.txt has the commands.
"""
# Starts the jobs when the package is made.
ENGINE = "snakemake"
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
    """The requirements of the project itself and what they bring in, but for the engine's own."""
    blocks = blocks_of(lock)
    parents: dict[str, set[str]] = {}
    for name, lines in blocks:
        parents.setdefault(name, set()).update(brought_in_by(lines))
    running = {name for name, found in parents.items() if any(map(OWN.search, found))}
    while True:
        more = {n for n, found in parents.items() if found & (running - {ENGINE})} - running
        if not more:
            break
        running |= more
    kept = [line for name, lines in blocks if name in running for line in lines]
    return HEAD + "\n".join(kept) + "\n"
