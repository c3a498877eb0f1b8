"""What every step of a run opened, as the kernel saw it: a record of strace, read."""

import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

STRACE = shutil.which("strace")
# With -y the path of a file that was opened stands behind its number, absolute and resolved.
CALLS = "trace=openat,open,creat,execve,clone,clone3,fork,vfork"
OPTIONS = ["-f", "-qq", "-y", "-s", "4096", "--seccomp-bpf", "-e", CALLS, "-e", "signal=none"]

LINE = re.compile(r"^(\d+) +(.*)$")
STEP = re.compile(r'^execve\(.*/\.snakemake/scripts/tmp[^./"]*\.(\w+)\.py"')
CHILD = re.compile(
    r"^(?:clone3?|v?fork)\(.*\) += (\d+)$|^<\.\.\. (?:clone3?|v?fork) resumed.* = (\d+)$"
)
OPENED = re.compile(r"^(?:openat|open|creat)\((.*)\) += \d+<(/[^>]*)>$")
BEGUN = re.compile(r"^(?:openat|open|creat)\((.*) <unfinished \.\.\.>$")
ENDED = re.compile(r"^<\.\.\. (?:openat|open|creat) resumed.*\) += \d+<(/[^>]*)>$")
COMPILED = re.compile(r"__pycache__/([^/]+)\.cpython-\d+\.pyc(?:\.\d+)?$")
WRITING = ("O_WRONLY", "O_RDWR", "O_CREAT")


@dataclass(frozen=True)
class Opened:
    """One file that a step opened, and whether to write into it."""

    step: str
    path: Path
    written: bool


def command(record: Path, words: Sequence[str]) -> list[str]:
    """A command under strace, which writes its record into a file."""
    return [str(STRACE), *OPTIONS, "-o", str(record), *words]


def _lines(text: Iterable[str]) -> list[tuple[int, str]]:
    return [
        (int(match.group(1)), match.group(2))
        for line in text
        if (match := LINE.match(line.rstrip("\n")))
    ]


def _steps(lines: Iterable[tuple[int, str]]) -> dict[int, str]:
    """The step that each process works for: its own, or that of the process which began it."""
    own: dict[int, str] = {}
    parents: dict[int, int] = {}
    for process, call in lines:
        step = STEP.match(call)
        if step:
            own[process] = step.group(1)
        child = CHILD.match(call)
        if child:
            parents[int(child.group(1) or child.group(2))] = process
    found = dict(own)
    for process in parents:
        at: int | None = process
        while at is not None and at not in own:
            at = parents.get(at)
        if at is not None:
            found[process] = own[at]
    return found


def _source(path: str) -> Path:
    """The file itself, or the source file that a compiled one stands for."""
    compiled = COMPILED.search(path)
    return Path(path).parents[1] / f"{compiled.group(1)}.py" if compiled else Path(path)


def read_record(text: Iterable[str]) -> Iterator[Opened]:
    """Every file that a step opened, directories left out."""
    lines = _lines(text)
    steps = _steps(lines)
    begun: dict[int, str] = {}
    for process, call in lines:
        if process not in steps:
            continue
        waiting, ended, opened = BEGUN.match(call), ENDED.match(call), OPENED.match(call)
        if waiting:
            begun[process] = waiting.group(1)
            continue
        if ended:
            words, path = begun.pop(process, ""), ended.group(1)
        elif opened:
            words, path = opened.group(1), opened.group(2)
        else:
            continue
        if "O_DIRECTORY" in words:
            continue
        compiled = COMPILED.search(path) is not None
        written = any(word in words for word in WRITING)
        if not (compiled and written):
            yield Opened(steps[process], _source(path), written)


def undeclared(
    opened: Iterable[Opened], folders: Sequence[Path], declared: dict[str, set[Path]]
) -> list[str]:
    """Files in the folders that a step opened and neither reads nor makes by its rule, in words."""
    found = {
        f"{item.step} {'wrote' if item.written else 'opened'} {item.path}, which its rule does not "
        "list"
        for item in opened
        if any(item.path.is_relative_to(folder) for folder in folders)
        and ".snakemake" not in item.path.parts
        and item.path not in declared[item.step]
    }
    return sorted(found)
